"""A paper from its home page into the catalogue, over HTTP: looked at, written, crawled, tested."""

import json
from collections.abc import Callable

import pytest

from config.catalogue import load
from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, article, feed, robots

PAPERS = """\
region: coast
sources:
  # where it all began
  - id: lantern
    name: Lantern
    homepage: http://lantern.example/
    feeds: [http://lantern.example/feed]
"""
HEAD = '<link rel="alternate" type="application/rss+xml" href="/news.rss">'
ROOT = "http://beacon.example"


@pytest.fixture
def home(web: Web, a_home: Callable[..., Home]) -> Home:
    made = a_home()
    made.catalogue.write_text(PAPERS, encoding="utf-8")
    web.put(
        f"{ROOT}/", f"<html lang='en-IE'><head><title>Beacon</title>{HEAD}</head><a href=/>B</a>"
    )
    web.put(f"{ROOT}/robots.txt", robots("User-agent: *", "Crawl-delay: 0.1"))
    web.put(f"{ROOT}/news.rss", feed([f"{ROOT}/{number}" for number in range(1, 6)]))
    for number in range(1, 6):
        more = "<p>Read more</p>" if number == 1 else ""
        web.put(f"{ROOT}/{number}", article(f"beacon {number}", more=more))
    return made


def add(home: Home, *more: str) -> Ran:
    return home.run("sources", "add", f"{ROOT}/", *more)


def test_a_paper_is_shown_added_crawled_and_tested(home: Home) -> None:
    done = add(home, "--yes", "--region", "coast")

    assert done.code == 0, done.err
    for words in (
        "Beacon (beacon), region coast",
        "rss, 5 entries",
        "0.1 s between",
        "News of beacon 1",
    ):
        assert words in done.out
    text = home.catalogue.read_text(encoding="utf-8")
    assert text.startswith(PAPERS)
    added = load(home.catalogue).by_id("beacon")
    assert added
    assert (added.country, added.timezone, added.feeds) == (
        "IE",
        "Europe/Dublin",
        (f"{ROOT}/news.rss",),
    )
    assert home.crawl("beacon").report["pages"]["stored"] == {"new": 5}
    proved = home.run("sources", "test", "beacon")
    assert (proved.code, proved.out) == (0, "1 case of 1 paper: 1 as expected, 0 not\n")
    assert add(home, "--yes").code == 2


def test_as_json_it_says_all_that_it_would_write(home: Home) -> None:
    said = json.loads(add(home, "--json", "--yes", "--region", "coast", "--id", "tower").out)

    assert said["entry"]["id"] == "tower"
    assert said["file"] == str(home.catalogue)
    assert [one["title"] for one in said["articles"]] == [f"News of beacon {n}" for n in (1, 2, 3)]


def test_nobody_to_ask_changes_nothing(home: Home) -> None:
    done = add(home, "--region", "coast")

    assert done.code == 2
    assert "give --yes" in done.err
    assert home.catalogue.read_text(encoding="utf-8") == PAPERS


WRONG = [
    ((f"{ROOT}/", "--id", "lantern"), 2, "'lantern' is an id of "),
    (("http://nowhere.example/",), 65, "not-found"),
    (("http://dumb.example/",), 65, "no feed, sitemap or page with links"),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_what_cannot_be_added_is_told(
    home: Home, web: Web, words: tuple[str, ...], code: int, said: str
) -> None:
    web.put("http://dumb.example/", "<html><a href='/a'>A</a></html>")

    done = home.run("sources", "add", *words, "--yes")

    assert (done.code, len(done.err.splitlines()) <= 2) == (code, True)
    assert said in done.err
    assert home.catalogue.read_text(encoding="utf-8") == PAPERS


@pytest.mark.parametrize(
    ("rules", "says", "does"),
    [
        (Answer(status=502), "could not be had (502)", "try again later"),
        (robots("User-agent: *", "Disallow: /"), "forbids this address", "ask the paper"),
    ],
)
def test_rules_that_forbid_are_told_from_rules_that_cannot_be_had(
    home: Home, web: Web, rules: Answer, says: str, does: str
) -> None:
    web.put(f"{ROOT}/robots.txt", rules)

    ran = add(home, "--yes")

    assert ran.code != 0
    assert says in ran.err
    assert does in ran.err


def test_a_case_tells_what_a_rule_and_what_a_site_changed(home: Home, web: Web) -> None:
    assert add(home, "--yes", "--region", "coast").code == 0
    (case,) = (home.path / "cases" / "beacon").iterdir()
    web.put(f"{ROOT}/1", article("another"))

    live = home.run("sources", "test", "--live")
    written = home.catalogue.read_text(encoding="utf-8")
    home.catalogue.write_text(f"{written}    rules: [{{drop: [h1], off: [links]}}]\n", "utf-8")
    offline = home.run("sources", "test", "--json")

    assert live.code == offline.code == 1
    assert f"beacon/{case.name}: title: was 'News of beacon 1', now 'News of another'" in live.out
    assert "6 lost, 6 more" in live.out
    assert any(one["changes"] for one in json.loads(offline.out))
    assert home.run("sources", "test", "lantern").code == 2


def test_a_check_tells_the_living_from_the_dead_and_writes_the_date(home: Home, web: Web) -> None:
    web.put("http://lantern.example/feed", Answer(status=410))
    assert add(home, "--yes", "--region", "coast").code == 0
    written = home.catalogue.read_text(encoding="utf-8").replace("verified: 2", "verified: 1")
    headers = "    headers: {X-Edition: '${EDITION}'}\n"
    home.catalogue.write_text(written + headers, encoding="utf-8")

    lacking = home.run("sources", "check", "beacon")
    done = home.run("sources", "check", EDITION="quay")

    assert lacking.code == done.code == 0
    assert "beacon: headers: the variable EDITION is not set" in lacking.out
    sent = [one.headers.get("x-edition") for one in web.log if one.host == "beacon.example"][-2:]
    assert sent == [None, "quay"]  # robots.txt is asked for without
    assert "lantern: http://lantern.example/feed: not-found" in done.out
    assert done.out.endswith("1 answer, 1 do not\n")
    catalogue = load(home.catalogue)
    assert catalogue.by_id("lantern").verified is None  # type: ignore[union-attr]
    assert catalogue.by_id("beacon").verified.year > 2000  # type: ignore[union-attr]
    assert "# where it all began" in home.catalogue.read_text(encoding="utf-8")
