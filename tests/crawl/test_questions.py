"""What a person asks of a database that a crawl has filled."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.identify.canonical import canonical
from tests.crawl.home import Home
from tests.crawl.server import Answer, Web, article, feed

ANNOUNCED = "http://www.pier.example/a?utm_source=feed"


@pytest.fixture(scope="module")
def home(web: Web, a_home: Callable[..., Home]) -> Home:
    """A home whose catalogue had `pier` and has `mole` now; a page of `pier` was given up."""
    home = a_home()
    base = home.paper("pier")
    web.put(f"{base}/feed", feed([ANNOUNCED, f"{base}/gone", f"{base}/lost?utm_source=feed"]))
    web.put(ANNOUNCED, article("pier"))
    web.put(f"{base}/gone", Answer(b"", 410))
    assert home.crawl().code == 0
    home.sources.clear()
    home.paper("mole")
    return home


@pytest.mark.parametrize("url", [ANNOUNCED, canonical(ANNOUNCED), "http://pier.example/a"])
def test_why_finds_an_article_by_any_of_its_addresses(home: Home, url: str) -> None:
    told = home.run("why", url)

    assert (told.code, told.err) == (0, "")
    assert "state           stored" in told.out
    assert "announced by    http://pier.example/feed" in told.out
    assert (f"{url} is another address of" in told.out) == (url != ANNOUNCED)


@pytest.mark.parametrize("url", ["http://pier.example/lost", "https://www.pier.example/lost"])
def test_why_finds_an_address_that_has_no_article_yet_by_its_other_forms(
    home: Home, url: str
) -> None:
    told = home.run("why", url)

    assert (told.code, told.err) == (0, "")
    assert f"{url} is another address of" in told.out
    assert "state           retrying: not-found" in told.out


@pytest.mark.parametrize("option", [["--source", "piers"], ["--region", "cost"]])
@pytest.mark.parametrize("verb", ["find", "export"])
def test_a_name_that_nobody_knows_is_usage_and_costs_no_file(
    home: Home, tmp_path: Path, verb: str, option: list[str]
) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text("kept", encoding="utf-8")
    output = ["--output", str(file)] if verb == "export" else []

    ran = home.run("articles", verb, *option, *output)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"dateline: no {option[0][2:]} '{option[1]}'; ")
    assert file.read_text(encoding="utf-8") == "kept"


def test_a_mistyped_source_is_looked_for_among_those_that_have_articles(home: Home) -> None:
    piers = home.run("articles", "find", "--source", "piers").err
    region = home.run("articles", "find", "--source", "mole", "--region", "cost").err

    assert piers == "dateline: no source 'piers'; perhaps pier\n"
    assert region.startswith("dateline: no region 'cost'; ")


@pytest.mark.parametrize(
    ("source", "name", "articles"),
    [("pier", "new.jsonl", 1), ("mole", "new.jsonl", 0), ("pier", "new.jsonl.gz", 1)],
)
def test_what_the_database_or_the_catalogue_knows_is_taken(
    home: Home, tmp_path: Path, source: str, name: str, articles: int
) -> None:
    file = tmp_path / name

    ran = home.run("articles", "export", "--source", source, "--output", str(file))

    content = file.read_bytes()
    lines = gzip.decompress(content) if name.endswith(".gz") else content
    assert (ran.code, ran.err) == (0, "")
    assert len(lines.splitlines()) == articles


def test_a_source_that_only_the_ledger_knows_can_be_tried_again(home: Home) -> None:
    ran = home.run("retry", "--source", "pier", "--state", "gone")
    unknown = home.run("retry", "--source", "piers")

    assert (ran.code, ran.out) == (0, "1 address will be tried again by the next crawl\n")
    assert (unknown.code, unknown.out) == (2, "")
