"""`dateline demo` from nothing: its own home, its own MongoDB, the whole line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo import MongoClient

from dateline.demo import pages
from dateline.demo.newsroom import Newsroom
from dateline.demo.papers import Paper, load
from pipelines.store import server


@dataclass(frozen=True)
class Outcome:
    """What the demo left behind."""

    code: int
    shown: str
    remarks: str
    was_running: bool
    """Whether its MongoDB still ran afterwards."""
    articles: list[dict[str, Any]]
    went_on: "subprocess.CompletedProcess[str]"
    """What its last line answered, typed into the same folder."""

    @property
    def go_on(self) -> str:
        """Return the command in its last line."""
        return go_on(self.shown)


def go_on(shown: str) -> str:
    """Return the command by which the demo says to go on."""
    return " ".join(shown.rpartition("Go on")[2].split())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    """One run in an empty home."""
    home = tmp_path_factory.mktemp("home")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MONGODB", "DATELINE"))}
    environment |= {"DATELINE_HOME": str(home), "COLUMNS": "120", "no_proxy": "*"}
    ran = subprocess.run(
        [sys.executable, "-c", "from dateline.main import main; main()", "demo"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    was_running = server.status(home) is not None
    went_on = subprocess.run(
        ["sh", "-c", go_on(ran.stdout)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        with MongoClient[dict[str, Any]](server.ensure(home).uri) as client:
            articles = list(client["dateline_demo"]["articles"].find())
        yield Outcome(ran.returncode, ran.stdout, ran.stderr, was_running, articles, went_on)
    finally:
        server.stop(home)


@pytest.mark.slow
def test_the_demo_shows_what_it_kept_and_where_it_stays(demo: Outcome) -> None:
    assert demo.code == 0, demo.remarks
    assert "8 papers" in demo.shown
    assert "6 languages" in demo.shown
    assert "Stripped from its page" in demo.shown
    assert demo.go_on.startswith("MONGODB_DATABASE=dateline_demo ")
    assert not demo.was_running


@pytest.mark.slow
def test_the_command_by_which_to_go_on_works_as_printed(demo: Outcome) -> None:
    assert demo.went_on.returncode == 0, demo.went_on.stderr
    assert "20 of 72; --limit shows more" in demo.went_on.stdout


@pytest.mark.slow
def test_each_article_is_kept_once_and_the_wire_story_has_one_original(demo: Outcome) -> None:
    newsroom = Newsroom()
    announced = [newsroom.document(url) for url in newsroom.urls()]
    copies = [article for article in demo.articles if article["duplicate_of"] is not None]

    kept = [newsroom.document(article["url"]) for article in demo.articles]

    assert len(kept) == len(announced)
    assert all(document in kept for document in announced)
    assert len(copies) == 2
    assert len({article["duplicate_of"] for article in copies}) == 1
    assert len({article["story"] for article in copies}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("paper", load(), ids=lambda paper: paper.id)
def test_a_stored_text_is_exactly_the_paragraphs_of_the_paper(demo: Outcome, paper: Paper) -> None:
    newsroom = Newsroom()
    own = [article for article in demo.articles if article["source"] == paper.id]

    texts = sorted(article["text"].split("\n\n") for article in own)

    written = (pages.url(paper, article) for article in paper.articles)
    assert texts == sorted(newsroom.expected(url) for url in written)


@pytest.mark.slow
def test_titles_and_days_are_the_papers(demo: Outcome) -> None:
    written = {
        (paper.id, article.title, f"{article.published_at:%Y-%m-%d}")
        for paper in load()
        for article in paper.articles
    }

    kept = {(a["source"], a["title"], a["published"]["day"]) for a in demo.articles}

    assert kept == written
