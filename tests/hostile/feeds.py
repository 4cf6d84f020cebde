"""What a feed, a sitemap or a list of feeds may hold."""

import json

from tests.crawl.server import sitemap
from tests.hostile.case import XML, Case, items, laughs, listing, prose
from tests.hostile.net import http

MILLION = 1_000_000


def _bomb(levels: int) -> str:
    lines = ['<!ENTITY a0 "ferry ferry ferry">', *map(laughs, range(1, levels))]
    return f"<!DOCTYPE rss [{''.join(lines)}]>"


def billion_laughs(case: Case) -> str:
    """Entities of entities of entities, a billion in all."""
    case.xml(items(listing(case, "&a9;"), prolog=_bomb(10)))
    return "stored"


def quadratic_blowup(case: Case) -> str:
    """One long entity, used as often as it is long."""
    kind = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 900}">]>'
    case.xml(items(listing(case, "&a;" * 20_000), prolog=kind))
    return "stored"


def entities_in_a_ring(case: Case) -> str:
    """Two entities that are each other."""
    kind = '<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'
    case.xml(items(listing(case, "&a;"), prolog=kind))
    return "stored"


def external_entity_of_a_file(case: Case) -> str:
    """An entity that is a file of this machine."""
    kind = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    case.xml(
        items(listing(case, "&a;"), f"<title>&a;</title><link>{case.base}/2</link>", prolog=kind)
    )
    return "failed: not-found|stored"


def external_entity_of_a_host(case: Case) -> str:
    """An entity that is to be fetched from a guarded port."""
    inside = f"http://127.0.0.1:{case.guarded.port}/entity"
    kind = f'<!DOCTYPE rss [<!ENTITY a SYSTEM "{inside}">]>'
    case.xml(items(listing(case, "&a;"), prolog=kind))
    return "stored"


def external_document_type(case: Case) -> str:
    """A document type that is to be fetched from a guarded port."""
    inside = f"http://127.0.0.1:{case.guarded.port}/rss.dtd"
    case.xml(items(listing(case), prolog=f'<!DOCTYPE rss SYSTEM "{inside}">'))
    return "stored"


def parameter_entities(case: Case) -> str:
    """A document type put together of parameter entities, to send a file away."""
    inside = f"http://127.0.0.1:{case.guarded.port}/"
    kind = (
        f'<!DOCTYPE rss [<!ENTITY % file SYSTEM "file:///etc/hosts"><!ENTITY % dtd SYSTEM "{inside}">'
        "%dtd; %file;]>"
    )
    case.xml(items(listing(case), prolog=kind))
    return "stored"


def inclusion(case: Case) -> str:
    """A file of this machine by XInclude."""
    more = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
    case.xml(items(listing(case) + f"<description>{more}</description>"))
    return "stored"


def stylesheet(case: Case) -> str:
    """A stylesheet that would be a program."""
    inside = f"http://127.0.0.1:{case.guarded.port}/x.xsl"
    case.xml(items(listing(case), prolog=f'<?xml-stylesheet type="text/xsl" href="{inside}"?>'))
    return "stored"


def xslt_in_place_of_a_feed(case: Case) -> str:
    """A program of XSLT that reads files."""
    case.xml(
        b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template '
        b'match="/"><xsl:copy-of select="document(\'/etc/passwd\')"/></xsl:template></xsl:stylesheet>'
    )
    return "failed: not-a-feed"


def default_attributes(case: Case) -> str:
    """A document type that gives each element attributes that nobody wrote."""
    many = " ".join(f"a{n} CDATA 'x'" for n in range(5_000))
    kind = f"<!DOCTYPE rss [<!ATTLIST item {many}>]>"
    case.xml(items(*[listing(case)] * 200, prolog=kind))
    return "stored"


def million_tags_deep(case: Case) -> str:
    """A feed of a million elements, each in the last."""
    case.xml(items(listing(case) + "<a>" * MILLION))
    return "failed: not-a-feed"


def deep_sitemap(case: Case) -> str:
    """A sitemap of three hundred thousand elements, each in the last."""
    case.paper(sitemaps=[f"{case.base}/map.xml"])
    deep = b"<a>" * 300_000
    case.put(
        "/map.xml", http(sitemap([f"{case.base}/1"]).body.replace(b"</url>", deep + b"</url>"), XML)
    )
    case.put("/1", http(prose("deep"), "Content-Type: text/html"))
    return "stored|failed: not-a-feed|failed: damaged"


def million_entries(case: Case) -> str:
    """A feed of a million entries, as small as they can be."""
    case.xml(b"<rss><channel>" + b"<item/>" * MILLION + b"</channel></rss>")
    return "failed: not-a-feed"


def million_pages_of_a_sitemap(case: Case) -> str:
    """A sitemap of fifteen megabytes that names no page."""
    case.paper(sitemaps=[f"{case.base}/map.xml"])
    body = b"<urlset>" + b"<url/>" * MILLION + b"<url/>" * 900_000 + b"</urlset>"
    case.put("/map.xml", http(body, XML))
    return "failed: not-a-feed|failed: page-time|failed: page-crash|excluded: no-address"


def fifteen_megabytes_and_one(case: Case) -> str:
    """A feed that is larger than a feed may be."""
    case.xml(items(listing(case)) + b" " * 15_000_000)
    return "failed: too-large"


def one_line_of_megabytes(case: Case) -> str:
    """A title of ten megabytes in one line."""
    case.xml(items(listing(case, "ferry " * 1_700_000)))
    return "stored"


def hundred_thousand_attributes(case: Case) -> str:
    """An element of a hundred thousand attributes."""
    many = " ".join(f'a{n}="x"' for n in range(100_000))
    case.xml(items(listing(case) + f"<x {many}/>"))
    return "stored|failed: page-time"


def hundred_thousand_namespaces(case: Case) -> str:
    """An element that declares a hundred thousand namespaces."""
    many = " ".join(f'xmlns:n{n}="u{n}"' for n in range(100_000))
    case.xml(items(listing(case) + f"<x {many}/>"))
    return "stored|failed: page-time"


def attribute_of_megabytes(case: Case) -> str:
    """An attribute of ten megabytes."""
    case.xml(items(listing(case) + f'<enclosure url="{"x" * 10_000_000}"/>'))
    return "stored"


def nuls_and_controls(case: Case) -> str:
    """Control characters, as bytes and as references, in every place."""
    title = "A\x00 fer\x1b[2Jry\x07 &#0;&#27;[31m&#x9b;31m is&#8238; back"
    case.xml(items(listing(case, title) + "<guid>\x00\x01$where</guid>"))
    return "stored"


def terminal_in_titles(case: Case) -> str:
    """Escapes for a terminal in C0, C1 and as marks of direction; a second line of a log."""
    title = "A \x9b31m\u202eferry\u2028dateline: all is well\r\n2026 ERROR run.ended &#13;&#10;x"
    case.xml(items(listing(case, title), head=f"<description>{title}</description>"))
    return "stored"


def utf_7(case: Case) -> str:
    """A feed in an encoding that hides markup."""
    hidden = items(listing(case)).decode().encode("utf-7")
    case.xml(b'<?xml version="1.0" encoding="utf-7"?>' + hidden, f"{XML}; charset=utf-7")
    return "failed: not-a-feed|stored"


def utf_16_without_a_mark(case: Case) -> str:
    """A feed in UTF-16 that calls itself UTF-8."""
    case.xml(b"".join(items(listing(case)).decode().encode(one) for one in ("utf-16-le",)))
    return "stored"


def encodings_that_are_none(case: Case) -> str:
    """A feed in an "encoding" of Python that unpacks, decodes or runs something."""
    case.xml(
        items(listing(case), prolog='<?xml version="1.0" encoding="zlib_codec"?>'),
        f"{XML}; charset=unicode_escape",
    )
    return "stored"


def surrogates(case: Case) -> str:
    """Halves of letters, in UTF-8, as references, and in JSON."""
    case.xml(
        items(listing(case, "A &#xd800;&#56320; ferry")).replace(b"ferry", b"\xed\xa0\x80ferry")
    )
    return "stored"


def section_that_never_ends(case: Case) -> str:
    """CDATA and comments that are opened and never closed."""
    case.xml(items(listing(case), "<title><![CDATA[" * 20_000 + "<!--" * 20_000))
    return "stored|failed: damaged|excluded: no-address"


def section_in_sections(case: Case) -> str:
    """A hundred thousand sections of CDATA within one title."""
    case.xml(items(listing(case, "<![CDATA[a]]>]]><![CDATA[" * 60_000)))
    return "stored|excluded: no-address"


def same_identifier(case: Case) -> str:
    """Ten thousand entries of one identifier and one address."""
    case.xml(items(*[listing(case) + "<guid>7</guid>"] * 10_000))
    return "stored|failed: page-time"


def thousand_strange_schemes(case: Case) -> str:
    """Entries at addresses that are programs, files, letters and numbers to call."""
    odd = ("javascript:alert(1)", "data:text/html,<p>x", "file:///etc/passwd", "mailto:a@b.example",
           "tel:1", "ftp://b.example/", "gopher://127.0.0.1:70/_x", "vbscript:x", "//", "\\\\b\\x")  # fmt: skip
    case.xml(
        items(*(f"<link>{one}</link><title>{one}</title>".replace("<p>", "&lt;p>") for one in odd))
    )
    return "excluded: invalid-address|excluded: no-address|excluded: off-site|failed: not-found"


def credentials(case: Case) -> str:
    """An address with a name and a password in it."""
    case.announce(f"http://desk:hush@{case.host}/1")
    case.put("/1", http(prose("credentials"), "Content-Type: text/html"))
    case.put(
        f"http://desk:hush@{case.host}/1", http(prose("credentials"), "Content-Type: text/html")
    )
    return "stored"


def address_of_a_megabyte(case: Case) -> str:
    """An address of a hundred thousand letters."""
    case.announce(f"{case.base}/{'a' * 100_000}")
    return "excluded: invalid-address"


def address_with_controls(case: Case) -> str:
    """An address that would put lines of its own into a request."""
    case.xml(items(f"<title>x</title><link>{case.base}/1&#13;&#10;X-Evil: 1&#0;</link>"))
    return "failed: not-found|excluded: invalid-address|stored"


def two_hosts_in_one_address(case: Case) -> str:
    """An address that has a host for each reader."""
    case.announce(f"http://[2001:db8::1]:80desk@{case.host}/1")
    return "excluded: invalid-address"


def address_of_many_slashes(case: Case) -> str:
    """An address of a thousand empty steps, dots and parameters."""
    url = f"{case.base}/{'../' * 300}{'/' * 300}1{';a=b' * 60}?{'a=1&amp;' * 50}"
    case.announce(url)
    return "failed: not-found|stored"


def name_that_is_none(case: Case) -> str:
    """Hosts of dots, of letters without end, and of punycode that stands for nothing."""
    case.announce(
        f"http://{'a' * 300}.{case.host}/1", f"http://a..{case.host}/1",
        f"http://xn--{'9' * 60}.{case.host}/1", f"http://xn--a.{case.host}/1",
    )  # fmt: skip
    return "failed: dns|excluded: invalid-address|waiting|failed: robots|failed: not-found"


def dates_of_all_times(case: Case) -> str:
    """Dates before all time, behind it, and without end."""
    dates = ("0000-00-00", "-99999-01-01", "9999-12-31T23:59:59-23:59", "9" * 9_000, "1" * 400,
             "Mon, 99 Foo 20260 99:99:99 +9999", "+292278994-08-17T07:12:55Z", "Infinity", "NaN")  # fmt: skip
    tags = "".join(
        f"<pubDate>{one}</pubDate><dc:date xmlns:dc='d'>{one}</dc:date>" for one in dates
    )
    case.xml(items(listing(case) + tags))
    return "stored"


def wishes_without_end(case: Case) -> str:
    """A feed that asks not to be visited for longer than there is time."""
    head = f"<ttl>{'9' * 400}</ttl><skipHours>{''.join(f'<hour>{h}</hour>' for h in range(-9, 99))}</skipHours>"
    period = "<sy:updatePeriod xmlns:sy='s'>yearly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>"
    case.xml(items(listing(case), head=head + period))
    return "stored"


def markup_in_words(case: Case) -> str:
    """Titles, authors and subjects that are pages with scripts, styles and unclosed tags."""
    title = (
        "&lt;script&gt;alert(1)&lt;/script&gt;A &lt;img src=x onerror=y&gt; ferry"
        + "&lt;b " * 20_000
    )
    case.xml(items(listing(case, title) + f"<author>{title}</author><category>{title}</category>"))
    return "stored"


def keys_of_a_database(case: Case) -> str:
    """A JSON Feed whose names and values are orders to a database."""
    evil = {"$where": "sleep(9)", "a.b": 1, "": 2, "\x00": 3, "__proto__": {}, "_id": {"$ne": None}}
    made = {
        "version": "https://jsonfeed.org/version/1", **evil,
        "items": [{"id": evil, "url": f"{case.base}/1", "title": "$ferry.x\u0000", "tags": [evil, "$set"],
                   "authors": [{"name": evil}, {"name": "$where"}], **evil}],
    }  # fmt: skip
    case.xml(json.dumps(made).encode())
    return "stored"


def json_without_end(case: Case) -> str:
    """A JSON Feed of lists in lists."""
    case.xml(b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * MILLION)
    return "failed: not-a-feed"


def json_of_huge_numbers(case: Case) -> str:
    """A JSON Feed of numbers that no machine holds."""
    item = f'{{"url":"{case.base}/1","id":{"9" * 4_000},"title":1e999,"date_published":-1e-999,"x":NaN}}'
    case.xml(f'{{"version":"https://jsonfeed.org/version/1","items":[{item}]}}'.encode())
    return "stored"


def json_of_equal_keys(case: Case) -> str:
    """A JSON Feed that says each thing thousands of times, the last time the truth."""
    many = '"url":"javascript:x",' * 50_000
    case.xml(
        f'{{"version":"https://jsonfeed.org/1","items":[{{{many}"url":"{case.base}/1"}}]}}'.encode()
    )
    return "stored"


def index_of_itself(case: Case) -> str:
    """A sitemap index that names itself."""
    case.paper(sitemaps=[f"{case.base}/map.xml"])
    case.put("/map.xml", http(sitemap([f"{case.base}/map.xml"], "sitemap").body, XML))
    return "nothing|failed: not-a-feed"


def indexes_in_a_ring(case: Case) -> str:
    """Indexes that name each other."""
    case.paper(sitemaps=[f"{case.base}/a.xml"])
    for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
        case.put(f"/{one}.xml", http(sitemap([f"{case.base}/{other}.xml"], "sitemap").body, XML))
    return "nothing|failed: not-a-feed"


def index_of_fifty_thousand(case: Case) -> str:
    """An index that names fifty thousand sitemaps of other hosts."""
    case.paper(sitemaps=[f"{case.base}/map.xml"])
    others = [f"http://victim{number}.example/map.xml" for number in range(50_000)]
    case.put("/map.xml", http(sitemap(others, "sitemap").body, XML))
    return "nothing|failed: not-a-feed"


def list_of_feeds(case: Case) -> str:
    """A list of feeds in the place of a feed, that includes itself."""
    rows = (
        f'<outline type="include" url="{case.base}/feed"/><outline xmlUrl="{case.base}/feed"/>'
        * 500
    )
    case.xml(f"<opml><body>{rows}</body></opml>".encode())
    return "failed: not-a-feed"


def page_that_is_a_feed_too(case: Case) -> str:
    """Bytes that are a page, a feed and a PDF, each to its reader."""
    case.xml(b"%PDF-1.7\n<!doctype html><script>" + items(listing(case)) + b"</script>")
    return "failed: not-a-feed"


def base_that_leads_away(case: Case) -> str:
    """Relative addresses below a base of another host, a script, and brackets."""
    bases = ("http://victim.example/", "javascript:", "http://[", "//[::1", "")
    rows = "".join(
        f"<entry xml:base='{one}'><title>x</title><link href='1'/></entry>" for one in bases
    )
    case.xml(
        f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://[x'>{rows}</feed>".encode()
    )
    return "stored|failed: not-found|excluded: invalid-address|excluded: off-site"


def thousands_of_authors(case: Case) -> str:
    """An entry with a hundred thousand authors and subjects."""
    names = "".join(f"<category>c{n}</category><author>a{n}</author>" for n in range(50_000))
    case.xml(items(listing(case) + names))
    return "stored|failed: page-time"
