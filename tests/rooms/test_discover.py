"""What a home page says of its paper, and what is guessed where it says nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.readers import NotAFeed, discover
from dateline import guess
from dateline.ids import id_for

HOME = "https://www.herald.example/"
PAGE = """<html lang="pt_BR"><head><title>Quay Herald | News of the harbour and the town</title>
<link rel="alternate" type="application/rss+xml" href="/feed/">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/" title="Comments on all">
<link rel="alternate" type="application/atom+xml" href="https://other.example/atom">
<link rel="alternate" hreflang="fr" href="/fr/"><link rel="icon" href="/rss.png">
</head><body><nav><a href="/">Home</a><a href="/harbour/">Harbour</a><a href="/tag/x">X</a>
<a href="https://social.example/herald">Follow</a><a href="/harbour">Harbour again</a></nav>
<div class="main-menu"><a href="/town">Town</a></div>
<a href="/rss/town.xml">RSS of the town</a><a href="/news/feed-the-birds">Feed the birds</a>
</body></html>"""


def test_a_home_page_names_its_feeds_its_sections_and_itself() -> None:
    found = discover.front(PAGE.encode(), HOME)

    assert found.feeds == (f"{HOME}feed/", "https://other.example/atom", f"{HOME}rss/town.xml")
    assert found.sections == (f"{HOME}harbour/", f"{HOME}town")
    assert (found.name, found.language) == ("Quay Herald", "pt-BR")


NAMES = [
    ('<meta property="og:site_name" content="The Herald"><title>Home</title>', "The Herald"),
    ("<title>News - Herald</title>", "News"),
    ("<title>Herald</title>", "Herald"),
    ("", None),
]


@pytest.mark.parametrize(("head", "name"), NAMES)
def test_the_name_of_a_paper_is_the_one_it_shows(head: str, name: str | None) -> None:
    page = f"<html><head>{head}</head><body><a href='/a'>a</a></body></html>"

    assert discover.front(page.encode(), HOME).name == name


@pytest.mark.parametrize("body", [b"", b"\x89PNG...."])
def test_what_is_no_home_page_is_said(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        discover.front(body, HOME)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_words_of_a_page_make_it_stumble(words: str) -> None:
    page = f'<html lang="{words}"><a href="{words}">{words}</a><a href="/a">a</a></html>'

    discover.front(page.encode("utf-8", "replace"), HOME)


def test_feeds_are_looked_for_where_they_usually_are() -> None:
    found = discover.guesses(f"{HOME}start", "ar-OM")

    assert found[0] == f"{HOME}feed/"
    assert f"{HOME}rss?lang=ar" in found
    assert len(found) == len(set(found))


def test_sitemaps_are_those_that_robots_txt_names() -> None:
    named = b"User-agent: *\nSitemap: /map.xml\nSITEMAP:https://herald.example/news.xml\n"

    assert discover.sitemaps(named, HOME) == [f"{HOME}map.xml", "https://herald.example/news.xml"]
    assert discover.sitemaps(None, HOME)[-1] == f"{HOME}sitemap_index.xml"


COUNTRIES = [
    ("https://paper.co.uk/", [], "GB"),
    ("https://paper.com.co/", [], "CO"),
    ("https://paper.co/", ["es-CO"], "CO"),
    ("https://paper.io/", [], None),
    ("https://paper.com/", ["pt-BR"], "BR"),
    ("https://paper.com/", ["sr-Latn", "pt"], None),
    ("https://paper.kz/", ["ru-RU"], "KZ"),
    ("https://10.0.0.7/", [], None),
]


@pytest.mark.parametrize(("home", "languages", "country"), COUNTRIES)
def test_the_country_is_that_of_the_domain_or_the_language(
    home: str, languages: list[str], country: str | None
) -> None:
    assert guess.country(home, languages) == country


WINTER, SUMMER = datetime(2026, 1, 9, tzinfo=UTC), datetime(2026, 7, 9, tzinfo=UTC)
ZONES = [
    ("KZ", [], "Asia/Almaty"),
    ("DE", [], "Europe/Berlin"),
    ("US", [], None),
    ("US", [(WINTER, -360), (SUMMER, -300)], "America/Chicago"),
    ("US", [(WINTER, 0)], None),
    ("BR", [(WINTER, -240)], "America/Campo_Grande"),
    (None, [(WINTER, 60)], None),
]


@pytest.mark.parametrize(("country", "moments", "zone"), ZONES)
def test_the_zone_is_one_of_the_country_in_which_its_times_are_right(
    country: str | None, moments: list[guess.Moment], zone: str | None
) -> None:
    assert next(iter(guess.zones(country, moments)), None) == zone


def test_zones_of_one_clock_are_one_and_others_that_fit_are_named() -> None:
    assert guess.zones("CA", [(WINTER, -300)]) == ["America/Toronto", "America/Atikokan"]
    assert guess.zones("CA", [(WINTER, -300), (SUMMER, -240)]) == ["America/Toronto"]


def test_a_home_page_without_links_says_its_feed_and_name() -> None:
    head = "<title>The Quay</title><link rel=alternate type=application/rss+xml href=/odd/a.xml>"

    found = discover.front(f"<html><head>{head}</head><body>".encode(), "https://quay.example/")

    assert (found.name, found.feeds) == ("The Quay", ("https://quay.example/odd/a.xml",))


LANGUAGES = [
    (["ru", "ru", "en"], "kk", "ru"),
    (["pt", "pt"], "pt-BR", "pt-BR"),
    ([None], "uk", "uk"),
    ([], None, None),
]


@pytest.mark.parametrize(("read", "said", "language"), LANGUAGES)
def test_the_language_is_that_of_most_articles(
    read: list[str | None], said: str | None, language: str | None
) -> None:
    assert guess.language(read, said) == language


IDS = [
    ("Le Courrier de l’Été", "courrier.example", (), "le-courrier-de-lete"),
    ("江湾晚报", "www.jiangwan.example", (), "www-jiangwan-example"),
    ("Herald", "herald.example", ("herald", "herald-2"), "herald-3"),
]


@pytest.mark.parametrize(("name", "host", "taken", "made"), IDS)
def test_an_id_is_of_the_name_or_of_the_host(
    name: str, host: str, taken: tuple[str, ...], made: str
) -> None:
    assert id_for(name, host, taken) == made
