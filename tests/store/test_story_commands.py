"""`dateline articles show --copies`, `split` and `merge`: a story as a person sees and mends it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from pymongo.database import Database

from dateline.commands.articles import command as articles
from dateline.commands.why import command as why
from dateline.exits import Code, Exit
from pipelines.store.frontier import Frontier
from tests.samples import NOW, an_announcement, url_of
from tests.store.test_copies import EXCERPT, ORIGINAL, OTHER, REPRINT, article, keep, told

Document = dict[str, Any]
Ran = Callable[..., str]


@pytest.fixture
def run(db: Database[Document], mongo_home: Path) -> Ran:
    """Run `dateline articles …` or `dateline why …`; return what it says."""
    keep(db, [ORIGINAL, REPRINT, EXCERPT, OTHER])
    home = {"DATELINE_HOME": str(mongo_home), "MONGODB_DATABASE": db.name, "MONGODB_URI": ""}
    # as wide as the lines are
    environment = {**os.environ, **home, "COLUMNS": "300"}

    def ran(*arguments: str, command: click.Command = articles) -> str:
        shown = CliRunner().invoke(command, arguments, env=environment)
        if shown.exception:
            raise shown.exception
        return shown.stdout

    return ran


def the_line(opening: str, said: str) -> str:
    """Return the line that begins so."""
    [line] = [line for line in said.splitlines() if line.startswith(opening)]
    return line


def test_the_others_of_a_story_are_shown_with_what_they_share(run: Ran) -> None:
    *_, earliest, excerpt = run("show", url_of("reprint"), "--copies").splitlines()

    assert earliest.startswith("earliest  2026-11-02 10:00  gull: The ferry left at dawn (")
    assert excerpt.startswith("excerpt  2026-11-02 11:00  teal: The ferry left at dawn, ")
    assert "% of it in the earliest, " in excerpt


def test_a_program_gets_the_shares_and_no_text(run: Ran) -> None:
    shown = json.loads(run("show", url_of("original"), "--copies", "--json"))

    found = {one["relation"]: one["alike"] for one in shown["copies"]}
    assert found["excerpt"]["of_it"] > 0.8 > 0.4 > found["excerpt"]["of_earliest"]
    assert not any("text" in one for one in shown["copies"])


def test_why_says_what_an_article_copies_and_how_much_of_it(
    run: Ran, db: Database[Document]
) -> None:
    Frontier(db).record([an_announcement("excerpt")], NOW)

    said = run(url_of("excerpt"), command=why)

    [line] = [line for line in said.splitlines() if line.startswith("excerpt ")]
    assert line.startswith(f"excerpt         of {article(db, 'original')['_id']}: ")
    assert line.endswith("% of that in it")


def test_who_supplied_a_copy_is_shown(run: Ran, db: Database[Document]) -> None:
    credited = {"$set": {"agencies": ["Reuters"], "place": "Oslo"}}
    db["articles"].update_one({"_id": article(db, "reprint")["_id"]}, credited)

    shown = run("show", url_of("original"), "--copies")

    assert [line for line in shown.splitlines() if ", credited to Reuters (" in line]
    assert " · Reuters · Oslo" in run("show", url_of("reprint"))


def test_one_alone_has_no_others(run: Ran) -> None:
    assert "no other article of its story" in run("show", url_of("other"), "--copies")


def test_an_article_is_split_from_its_story_and_merged_again(
    run: Ran, db: Database[Document]
) -> None:
    Frontier(db).record([an_announcement("reprint")], NOW)
    assert run("split", url_of("reprint")).endswith(" is parted from 2 articles\n")
    assert told(db)["reprint"] == (None, None)
    assert run("split", url_of("reprint")).endswith("nothing to part it from\n")
    original = article(db, "original")["_id"]
    assert original in the_line("ruled not with", run(url_of("reprint"), command=why))
    said = run("merge", article(db, "reprint")["_id"], original)

    assert said == f"one story, of which {original} is the earliest\n"
    assert told(db)["reprint"] == ("original", "reprint")
    assert original in the_line("ruled one with", run(url_of("reprint"), command=why))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["split", "https://lantern.example/none"], Code.LOOK, "no article "),
        (["merge", "nobody", url_of("ferry")], Code.LOOK, "no article 'nobody'"),
        (["merge", url_of("other"), url_of("other")], Code.USAGE, "are one article; name two"),
    ],
)
def test_who_is_no_article_is_told(run: Ran, arguments: list[str], code: Code, words: str) -> None:
    with pytest.raises(Exit, match=words) as told_off:
        run(*arguments)

    assert told_off.value.code == code
