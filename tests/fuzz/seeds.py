"""What inputs are made of: invented feeds, pages, catalogues, addresses and words of options."""

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

from tests.crawl.server import article, feed, paragraphs, sitemap
from tests.warc import a_warc

BASE = "http://quay.example/2026/11/02"
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="/x/">
<title type="html">The &lt;b&gt;Quay</title><updated>2026-11-02T08:00:00+05:00</updated>
<entry><id>tag:quay.example,2026:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"
>Ferry <i>back</i></div></title><link rel="alternate" href="{BASE}/ferry"/><author><name>A. Writer
</name></author><category term="harbour"/><published>2026-11-02T07:00:00Z</published><content
type="html">&lt;p&gt;The ferry is back.&lt;/p&gt;</content></entry></feed>"""
RSS = f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY quay "The Quay">]>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>&quay;</title><ttl>60</ttl>
<skipHours><hour>3</hour></skipHours><sy:updatePeriod>hourly</sy:updatePeriod><link>{BASE}</link>
<item><title><![CDATA[Fähre & Förde]]></title><link>{BASE}/1?utm_source=x&amp;id=2</link><guid
isPermaLink="false">7</guid><pubDate>Mon, 02 Nov 2026 08:00:00 +0100</pubDate><dc:creator>B. Scribe
</dc:creator><content:encoded><![CDATA[<p>Words.</p>]]></content:encoded></item><item><title>Two
</title><link>/two</link><dc:date>2 ноября 2026</dc:date></item></channel></rss>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="{BASE}"><title>Quay</title></channel><item rdf:about="{BASE}/1"><title>One</title>
<link>{BASE}/1</link></item></rdf:RDF>"""
OPML = f"""<opml version="2.0"><head><title>Papers</title></head><body><outline text="Coast"><outline
text="The Quay" xmlUrl="{BASE}/feed" htmlUrl="{BASE}" language="en"/></outline></body></opml>"""
JSONFEED = json.dumps({
    "version": "https://jsonfeed.org/version/1.1", "title": "Quay", "home_page_url": BASE,
    "items": [{"id": 1, "url": f"{BASE}/1", "title": "One", "content_html": "<p>Words", "tags": ["a"],
               "date_published": "2026-11-02T08:00:00Z", "authors": [{"name": "A. Writer"}]}],
})  # fmt: skip
NEWS = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{BASE}/1</loc><lastmod>2026-11-02</lastmod><n:news><n:publication_date>2026-11-02T08:00Z
</n:publication_date><n:title>One</n:title><n:keywords>a, b</n:keywords></n:news></url></urlset>"""
HEAD = """<meta charset="utf-8"><link rel="canonical" href="http://quay.example/ferry"><meta
property="og:title" content="The ferry is back"><meta property="article:published_time"
content="2026-11-02T08:00:00+05:00"><meta name="author" content="A. Writer"><script
type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle",
"headline":"The ferry is back","datePublished":"2026-11-02T08:00:00Z","author":[{"@type":"Person",
"name":"A. Writer"}],"articleBody":"The ferry is back.","isPartOf":{"@id":"#x"}},{"@type":
"BreadcrumbList","itemListElement":[{"name":"Home"},{"name":"Coast"}]}]}</script><link rel="amphtml"
href="/ferry/amp"><link rel="next" href="/ferry?page=2">"""
SECTION = "<html><body>" + "".join(
    f'<article><h2><a href="/2026/11/0{n}/a-ferry-comes-back-{n}">A ferry of {n} harbours comes back</a>'
    f'</h2><time datetime="2026-11-0{n}">2 Nov</time></article>'
    for n in range(1, 9)
) + '<a rel="next" href="?page=2">Older</a></body></html>'  # fmt: skip
TABLES = f"""<html lang="en"><body><h1>A market of numbers</h1><p class="byline">By A. Writer | 2
November 2026, 08:00</p><table><tr><th>berth<td>1</table><ul><li>one<li>two</ul><blockquote>{
    " ".join(paragraphs("quote", 2))
}</blockquote><figure><img src=x><figcaption>A quay</figcaption></figure>
<p>{
    "<p>".join(paragraphs("table", 5))
}<div class="share">Share</div><p>Read more: <a href=/x>a ferry</a>"""
CYRILLIC = (
    "<html><head><title>Паром вернулся</title></head><body><h1>Паром вернулся</h1>"
    "<div>2 ноября 2026, 08:00 Автор: Анна Перо</div>"
    + "<p>Паром вернулся к причалу в понедельник, и смотритель маяка его встретил.</p>" * 5
    + "<p>Читайте также: маяк</p></body></html>"
)

FEEDS = [
    *(text.encode() for text in (ATOM, RSS, RDF, OPML, JSONFEED, NEWS, SECTION)),
    RSS.replace('"utf-8"', '"windows-1251"').encode("cp1251", "replace"),
    feed([f"{BASE}/{n}" for n in range(5)]).body,
    sitemap([f"{BASE}/a.xml"], kind="sitemap").body,
    gzip.compress(RSS.encode(), mtime=0),
    b"User-agent: *\nDisallow: /shut\nCrawl-delay: 2\nSitemap: http://quay.example/map.xml\n",
]
PAGES = [
    *(page.encode() for page in (article("one", HEAD), TABLES, SECTION, CYRILLIC)),
    article("two", HEAD.replace("utf-8", "utf-16"), "<!-- note -->").encode(),
    CYRILLIC.encode("koi8-r"),
    article("three").encode("utf-16"),
    article("four", more="<iframe src=x></iframe><p>Photo: B. Scribe").encode(),
]
RECORDED = [
    a_warc({"body": PAGES[0]}, {"status": "404 No"}, {}),
    a_warc({"body": PAGES[3]}, {"kind": "request"}, is_packed=False),
]
CATALOGUE = """\
region: coast
sources:
  - id: quay   # a paper
    name: &name The Quay
    homepage: http://quay.example/
    country: KZ
    language: sr-Latn
    timezone: Asia/Almaty
    feeds: [http://quay.example/feed, "http://quay.example/rss"]
    sitemaps:
      - http://quay.example/map.xml
    hosts: [news.quay.example, 'quay.example:8080']
    aliases: [old-quay]
    every: 30m
    archive: 30d
    follow_patterns: ['/20\\d\\d/']
    ignore_words: [*name, horoscope]
    headers: {X-Reader: "${QUAY_KEY}"}
    budget: 500
    rules:
      - since: 2026-03-31
        text: div.article > p
        drop: [aside, "p:nth-child(2)"]
        strip: ["Read more: …"]
    verified: 2026-03-14
    enabled: true
  - {id: lantern, name: "Lantern", homepage: 'https://lantern.example', sections: [https://lantern.example/news]}
"""
SETTINGS = b'home = ".dateline"\nhost_delay = 1.0\nuser_agent = "Dateline/0.1 (+mailto:a@b.example)"\nworkers = 2\n'
PHRASES = b'language: en\ntools:\n  - "Share"\n  - "Read more: \xe2\x80\xa6"\nmonths: [january]\ncounters: ["\xe2\x80\xa6 views"]\n'
CATALOGUES = [
    CATALOGUE.encode(),
    CATALOGUE.partition("    rules:")[0].encode(),
    b"region: coast\nsources: []\n",
    b"- &a [x, *a]\n- {a: &b {c: d}, <<: *b}\n- !!python/object:os.system {}\n- ? [k]\n  : |\n   text\n",
]
ADDRESSES = [
    one.encode()
    for one in (
        f"{BASE}/ferry-comes-back.html?utm_source=feed&id=7#top",
        "https://www.quay.example:443/a/../b/./index.php?p=12&PHPSESSID=0123456789abcdef0123&x=%d0%9f",
        "HTTP://user:secret@Quay.Example:8080/%7Ea//b;jsessionid=1?a=1&a=2&&b",
        "http://xn--fhre-loa.example/fähre?q=я", "http://fähre.example/1/amp/?amp=1", "//quay.example/x",
        "http://[2001:db8::1]:80/x", "http://2130706433/", "http://0x7f.1/", "http://127.0.0.1.:80/",
        "javascript:alert(1)", "data:text/html,<p>x", "file:///etc/hosts", "mailto:a@quay.example", "?page=2",
        "https://www.google.com/url?q=http%3A%2F%2Fquay.example%2F1&sa=D", "https://m.quay.example/a/page/2/",
        "https://quay-example.cdn.ampproject.org/c/s/quay.example/1", "http://quay.example/1?page=3&view=print",
    )
]  # fmt: skip
PARAMETERS = [
    one.encode()
    for one in (
        "90s", "10m", "2h", "99999999h", "0m", "2026-11-02", "2026-02-30", "2026-11-02T09:30:00+02:00",
        "20261102T0930Z", "2026-W45-1", "1", "1000000000", "-1", "1_000", "quay", "astana-times",
        "0123456789abcdef0123456789abcdef", "/20\\d\\d/(news|sport)/", "^(a+)+$", "(?i)[[:alpha:]]\\pN{2,5}",
        "(?<=x)y", "[z-a]", "a{1000}{1000}", "div.article > p:nth-child(2)", "p:has(> a[href^='/x'])",
        "Read more: …", "X-Reader: ${QUAY_KEY}", "kk", "sr-Latn-RS", "http://quay.example/1", "30d",
        "Mon, 02 Nov 2026 08:00:00 GMT", "120", "2 ноября 2026, 08:00", "By A. Writer and B. Scribe",
        '{"@type":"NewsArticle","headline":"x"}', "max-age=600", "text/html; charset=utf-8", "PT1H",
    )
]  # fmt: skip

MARKUP = tuple(
    one.encode()
    for one in (
        "<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>", "<a href=", "<!--", "-->", "<script>",
        "</script>", "<style>", "<svg>", "<math>", "<template>", "<noscript>", "<base href='//['>", "<h1>",
        "<html>", "</html>", "<body>", "<head>", "<title>", "<meta charset=x>", "<time datetime=", "<br>",
        "<form>", "<select>", "<frameset>", "<plaintext>", "<textarea>", "<![CDATA[", "]]>", "<article>",
        '<script type="application/ld+json">', '{"@type":"NewsArticle","headline":', '"datePublished":',
        "<meta property=og:title content=", "<link rel=canonical href=", "<link rel=next href=", " | ", "By ",
        "Published: ", "2 November 2026", "08:61", "ноября", "年", "a" * 3_000, "é" * 900, "<b>" * 300, "İ",
        "<p>" * 300, "ﷺ", "👩‍👩‍👧", "e\u0301\u0301", "\u200b", "\u00ad", "<ruby>", "<o:p>", '"\\u0000\\ud800"', '"articleBody":"', "\\ud83d", "&#xd800;", "\\u001b[2J", "<x-y>", "<1>",
    )
)  # fmt: skip
XML = tuple(
    one.encode()
    for one in (
        "<rss>", "<channel>", "<item>", "</item>", "<title>", "<link>", "<guid>", "<![CDATA[", "]]>", "<!--",
        "-->", "<!DOCTYPE rss [", "]>", "<?xml version='1.0' encoding='", "'?>", "<!ENTITY a '", "&a;", "&#x0;",
        "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "<link href='//['/>", "<urlset>", "<url>",
        "<loc>", "<sitemap>", "<opml>", "<outline xmlUrl='", "<rdf:RDF>", '{"items":[', "}]}", "[" * 2_000,
        "<pubDate>", "<dc:date>", "<ttl>", "<hour>", "<sy:updatePeriod>", "mode='base64' type='x'", "{" * 900,
        "xml:base='::'", "xmlns:x=''", "<content type='xhtml'>", "<a:b:c>", "\x1f\x8b\x08", "<x " * 300,
    )
)  # fmt: skip
YAML = tuple(
    one.encode()
    for one in (
        "  ", "\n", "- ", ": ", "&a ", "*a", "!!int ", "!!binary ", "!!set ", "!<x> ", "|", ">", "? ", "{", "}",
        "[" * 900, "[", "]", "<<: ", "%YAML 1.1\n", "---\n", "...\n", "~", "yes", "0x1f", "1e400", "09", "#",
        "2026-13-40", "\t", "'", '"\\u', '"\\ud800"', '"\\x9b"', "region: ", "id: ", "feeds: ", "rules: ",
        "headers: ", "http://[", "http://a:99999", ".inf", "-.inf", ".nan", "1:2:3", "!!float x", "{" * 900,
        "=", "!!omap [a]", "!!pairs ", "\u2028", "\ufeff",
    )
)  # fmt: skip
URLS = tuple(
    one.encode()
    for one in (
        "http://", "https://", "//", "/../", "/./", "?utm_source=", "&", ";", "#", "%", "%2F", "%zz", "@", ":",
        "[", "]", "[::1]", "::ffff:127.0.0.1", "xn--", "xn--a", ".", "。", "：", "／", "ｈ", "ß", "İ", "\u00ad",
        "amp", "index.html", "page=2", "/page/2/", "?q=http", "a=1&", "/a" * 500, "&a=1" * 400, "%25" * 300,
        "jsessionid=", "\t", " ", "\\", "javascript:", "::", ":0", ":99999", ":٨", "localhost", "0x7f", "256",
    )
)  # fmt: skip

WARC = (b"WARC/1.0\r\n", b"\r\n\r\n", b"\x1f\x8b\x08", b"Content-Length: ", b"WARC-Date: ")


def of_folder(folder: Path, names: tuple[str, ...]) -> list[bytes]:
    """Return the files of a folder with such ends of names, packs of pages opened; for damage."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return [one for file in files if file.name.endswith(names) for one in _opened(file)]


def _opened(file: Path) -> Iterator[bytes]:
    body = file.read_bytes()
    if not file.name.endswith(".jsonl.gz"):
        yield body
        return
    for line in io.BytesIO(gzip.decompress(body)):
        yield str(json.loads(line).get("html") or "").encode("utf-8", "replace")
