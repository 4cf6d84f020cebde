"""The sample newsroom holds what the demo promises, and answers as papers do."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from lxml import html

from config import catalogue
from crawler.readers import read
from dateline.demo import pages
from dateline.demo.newsroom import SOURCES_FILE, Newsroom, Request, sources_yaml
from dateline.demo.papers import FOLDER, Article, Paper, load
from pipelines.records import FeedKind

PAPERS = load()
ARTICLES = [(paper, article) for paper in PAPERS for article in paper.articles]
KINDS = {"rss": FeedKind.RSS, "atom": FeedKind.ATOM, "jsonfeed": FeedKind.JSONFEED}
KINDS["sitemap"] = FeedKind.SITEMAP


class Answer(NamedTuple):
    """What a client got."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    """The newsroom before its corrections."""
    with Newsroom() as served:
        yield served


def ask(
    newsroom: Newsroom, url: str, method: str = "GET", headers: dict[str, str] | None = None
) -> Answer:
    """Ask the newsroom as a proxy is asked."""
    connection = HTTPConnection(urlsplit(newsroom.proxy).netloc, timeout=10)
    try:
        connection.request(method, url, headers=headers or {})
        return answer(connection.getresponse())
    finally:
        connection.close()


def answer(response: HTTPResponse) -> Answer:
    return Answer(response.status, dict(response.getheaders()), response.read())


def words(text: str) -> str:
    return " ".join(text.split())


def by_id(paper_id: str) -> Paper:
    return next(paper for paper in PAPERS if paper.id == paper_id)


def test_there_are_enough_papers_languages_scripts_and_articles() -> None:
    originals = {article.paragraphs for _, article in ARTICLES}
    letters = (unicodedata.name(c).split()[0] for text in originals for c in text[0] if c.isalpha())
    scripts = {name for name, count in Counter(letters).items() if count > 100}

    assert len(PAPERS) >= 7
    assert len({paper.language for paper in PAPERS}) >= 5
    assert scripts == {"LATIN", "CYRILLIC", "ARABIC", "CJK"}
    assert len(originals) >= 66


def test_the_papers_stay_small() -> None:
    sizes = [file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()]

    assert max(sizes) < 200_000
    assert sum(sizes) < 400_000


@pytest.mark.parametrize(("paper", "article"), ARTICLES)
def test_an_article_is_a_whole_piece_of_its_own(paper: Paper, article: Article) -> None:
    length = sum(len(text.split()) for text in article.paragraphs)
    if paper.language == "zh":
        length = sum(map(len, article.paragraphs)) // 2

    assert 4 <= len(article.paragraphs) <= 8
    assert 90 <= length <= 220
    assert all(text == unicodedata.normalize("NFC", words(text)) for text in article.paragraphs)


@pytest.mark.parametrize(("paper", "article"), ARTICLES)
def test_a_page_holds_its_paragraphs_in_order(
    newsroom: Newsroom, paper: Paper, article: Article
) -> None:
    url = pages.url(paper, article)

    got = ask(newsroom, url)

    shown = words(html.fromstring(got.body.decode(paper.charset)).text_content())
    places = [shown.find(text) for text in newsroom.expected(url)]
    assert (got.status, got.headers["Content-Type"]) == (200, paper.page_type)
    assert -1 not in places
    assert places == sorted(places)
    assert "$" not in re.sub(r"\$\d", "", got.body.decode(paper.charset))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_an_entrance_announces_every_article(newsroom: Newsroom, paper: Paper) -> None:
    url = pages.home(paper) + paper.entrance.path
    got = ask(newsroom, url)

    reading = read(got.body, url, got.headers["Content-Type"])

    announced = [newsroom.document(entry.url or "") for entry in reading.entries]
    own = [newsroom.document(pages.url(paper, article)) for article in paper.articles]
    amp = [pages.amp_url(paper, a) for a in paper.articles if a.announces_amp]
    assert reading.kind == KINDS[paper.entrance.kind]
    assert all(document in announced for document in own)
    assert len(announced) == len(own) + len(amp)
    assert {entry.title for entry in reading.entries} == {a.title for a in paper.articles}
    assert bool(reading.warnings) == (paper.id == "stepnoy-vestnik")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_front_page_links_every_article_and_robots_lets_us_in(
    newsroom: Newsroom, paper: Paper
) -> None:
    front = html.fromstring(ask(newsroom, f"{pages.home(paper)}/").body)
    robots = ask(newsroom, f"{pages.home(paper)}/robots.txt")

    links = {str(link) for link in front.xpath("//a/@href")}
    assert {pages.url(paper, article) for article in paper.articles} <= links
    assert robots.status == (404 if paper.robots is None else 200)


def test_the_wire_story_stands_word_for_word_on_three_sites_under_three_titles() -> None:
    wire = [(paper.host, article) for paper, article in ARTICLES if article.wire]

    assert len({host for host, _ in wire}) == 3
    assert len({article.title for _, article in wire}) == 3
    assert len({article.paragraphs for _, article in wire}) == 1


def test_an_amp_copy_has_the_same_text_and_names_its_original(newsroom: Newsroom) -> None:
    paper = by_id("harbour-lantern")
    article = next(article for article in paper.articles if article.announces_amp)
    url = pages.amp_url(paper, article)

    page = html.fromstring(ask(newsroom, url).body)

    assert page.xpath("string(//link[@rel='canonical']/@href)") == pages.url(paper, article)
    assert newsroom.expected(url) == list(article.paragraphs)


def test_a_correction_changes_the_page_and_is_announced_as_updated() -> None:
    paper = by_id("trois-rives")
    correction = paper.corrections[0]
    url, feed = pages.url(paper, correction), pages.home(paper) + paper.entrance.path
    with Newsroom() as newsroom:
        before, known = newsroom.expected(url), ask(newsroom, feed).headers["ETag"]

        newsroom.correct()

        again = ask(newsroom, feed, headers={"If-None-Match": known})
        updated = [e for e in read(again.body, feed).entries if e.updated != e.published]
        assert [entry.url for entry in updated] == [url]
        assert updated[0].updated == correction.modified_at
        assert before != newsroom.expected(url) == list(correction.paragraphs)


def test_a_known_document_is_answered_with_304(newsroom: Newsroom) -> None:
    url = newsroom.urls()[0]
    first = ask(newsroom, url)

    by_tag = ask(newsroom, url, headers={"If-None-Match": first.headers["ETag"]})
    by_date = ask(newsroom, url, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    older = {"If-Modified-Since": "Mon, 02 Mar 2026 08:00:00 GMT"}
    no_date = {"If-Modified-Since": "yesterday"}

    assert (by_tag.status, by_tag.body) == (304, b"")
    assert (by_date.status, by_date.body) == (304, b"")
    assert ask(newsroom, url, headers=older).status == 200
    assert ask(newsroom, url, headers=no_date).status == 200


def test_what_is_not_there_is_404_whether_page_or_host(newsroom: Newsroom) -> None:
    page = f"{pages.home(PAPERS[0])}/no-such-page"

    assert ask(newsroom, page).status == 404
    assert ask(newsroom, "http://another-paper.example/").status == 404
    with pytest.raises(KeyError):
        newsroom.expected(page)


def test_host_header_head_and_tracking_parameters_reach_the_same_document(
    newsroom: Newsroom,
) -> None:
    url = newsroom.urls()[0]
    parts = urlsplit(url)

    by_host = ask(newsroom, parts.path, headers={"Host": parts.netloc})
    head = ask(newsroom, url, method="HEAD")

    assert by_host.body == ask(newsroom, f"{url}?utm_source=rss").body == ask(newsroom, url).body
    assert (head.body, head.headers["Content-Length"]) == (b"", str(len(by_host.body)))


def test_requests_are_recorded(newsroom: Newsroom) -> None:
    ask(newsroom, "http://another-paper.example/a?b=c")

    assert newsroom.requests[-1] == Request("another-paper.example", "/a?b=c", 404)


def test_the_sources_file_names_every_entrance() -> None:
    found = catalogue.load(SOURCES_FILE)

    listed = {address for source in found.sources for address in (*source.feeds, *source.sitemaps)}
    assert [source.id for source in found.sources] == [paper.id for paper in PAPERS]
    assert {str(address) for address in listed} == set(Newsroom().entrances())
    for source, paper in zip(found.sources, PAPERS, strict=True):
        facts = (source.name, source.country, source.language, source.timezone, source.region)
        assert facts == (paper.name, paper.country, paper.language, paper.timezone, "demo")
    assert sources_yaml().endswith("\n")
