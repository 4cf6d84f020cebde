"""The audit: silent on a sound database, and every planted fault is found by its question."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pymongo.database import Database

from dateline.commands.audit import command
from dateline.exits import Code, Exit
from pipelines.records import Standing, State
from pipelines.store.audit import QUESTIONS, audit
from pipelines.store.frontier import Frontier
from pipelines.store.stories import Stories
from tests.samples import NOW, TEXT, a_draft, a_want, an_announcement, an_offer, the_articles

Document = dict[str, Any]
LOST = "f" * 32
COPIED: Document = {"duplicate_of": {"$ne": None}}


@pytest.fixture
def sound(db: Database[Document]) -> Database[Document]:
    """A database with an article, its copy and its revision, and an address that is left out."""
    frontier, articles = Frontier(db), the_articles(db)
    out = Standing(state=State.EXCLUDED, reason="robots")
    frontier.record([an_announcement("out", standing=out)], NOW)
    frontier.record([an_announcement("ferry"), an_announcement("copy")], NOW)
    articles.keep([an_offer("ferry"), an_offer("copy")], NOW)
    kept = {an_announcement(path).id: an_offer(path).own_id for path in ("ferry", "copy")}
    taken = frontier.take(a_want(), NOW)
    frontier.settle(
        [(d.lease, Standing(state=State.STORED, article=kept[d.lease.id])) for d in taken], NOW
    )
    corrected = a_draft("ferry", text=TEXT + "\n\nCorrected.")
    articles.keep([an_offer("ferry", corrected, kept[an_announcement("ferry").id])], NOW)
    Stories(db, "machine/1").settle()
    return db


def test_a_sound_database_has_no_fault_and_its_numbers_are_told(
    sound: Database[Document],
) -> None:
    found = audit(sound)

    assert found.is_clean, found
    assert (found.addresses, found.articles, found.claims_waiting) == (3, 2, 0)
    assert found.by_state == {"stored": 2, "excluded": 1}
    assert len(found.findings) == len(QUESTIONS) + 1


def test_an_empty_database_is_sound(db: Database[Document]) -> None:
    assert audit(db).is_clean


def test_a_claim_that_waits_for_its_article_is_lawful(sound: Database[Document]) -> None:
    sound["claims"].update_one({}, {"$set": {"article": LOST}})

    found = audit(sound)

    assert (found.is_clean, found.claims_waiting) == (True, 1)


FAULTS: list[tuple[str, str, Document, Document]] = [
    ("every address is in exactly one state", "frontier", {"state": "excluded"}, {"state": "lost"}),
    ("every stored address names its article", "frontier", {"state": "stored"}, {"article": None}),
    (
        "every address that waits has its time",
        "frontier",
        {"state": "excluded"},
        {"state": "pending", "next_at": None},
    ),
    (
        "every address that is left out has its reason",
        "frontier",
        {"state": "excluded"},
        {"reason": None},
    ),
    (
        "every frontier.article is one of articles",
        "frontier",
        {"state": "stored"},
        {"article": LOST},
    ),
    (
        "every articles.duplicate_of is one of articles",
        "articles",
        COPIED,
        {"duplicate_of": LOST},
    ),
    ("every articles.story is one of stories", "articles", COPIED, {"story": LOST}),
    ("every stories.head is one of articles", "stories", {}, {"head": LOST}),
    (
        "every article of a story names the story's head",
        "articles",
        COPIED,
        {"duplicate_of": None},
    ),
    ("every revisions.article is one of articles", "revisions", {}, {"article": LOST}),
    ("every article has all its earlier revisions", "articles", {"revision": 2}, {"revision": 3}),
    (
        "every article was met at an address of the ledger",
        "frontier",
        {"state": "stored"},
        {"state": "excluded", "reason": "robots", "article": None},
    ),
    (
        "nothing is left of an article that was removed",
        "articles",
        {"revision": 2},
        {"state": "removed"},
    ),
    (
        "every address of a removed article is closed, and holds no word of it",
        "frontier",
        {"state": "excluded"},
        {"reason": "removed"},
    ),
    (
        "no original of an article was removed",
        "articles",
        {"duplicate_of": None},
        {"state": "removed"},
    ),
]


@pytest.mark.parametrize(
    ("question", "collection", "where", "change"),
    FAULTS,
    ids=lambda p: p[:40] if isinstance(p, str) else "",
)
def test_a_planted_fault_is_found(
    sound: Database[Document], question: str, collection: str, where: Document, change: Document
) -> None:
    sound.command("collMod", collection, validationLevel="off")
    try:
        sound[collection].update_one(where, {"$set": change}, hint="_id_")
    finally:
        sound.command("collMod", collection, validationLevel="strict")

    found = audit(sound)

    [finding] = [one for one in found.findings if one.question == question]
    assert finding.faults >= 1
    assert not found.is_clean
    assert finding.examples or question.startswith("every address is in")


def test_every_question_has_its_planted_fault() -> None:
    assert len(FAULTS) == len(QUESTIONS) + 1


def test_the_command_names_the_database_sound_or_not(
    sound: Database[Document], mongo_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = {"DATELINE_HOME": str(mongo_home), "MONGODB_DATABASE": sound.name, "MONGODB_URI": ""}
    for name, value in {**home, "COLUMNS": "300"}.items():
        monkeypatch.setenv(name, value)

    well = CliRunner().invoke(command)
    as_json = json.loads(CliRunner().invoke(command, ["--json"]).stdout)
    sound["articles"].delete_many({})
    faulty = CliRunner().invoke(command).exception

    assert well.stdout.startswith(f"3 addresses in {sound.name}: 1 excluded, 2 stored; 2 articles")
    assert (as_json["database"], as_json["is_clean"]) == (sound.name, True)
    assert isinstance(faulty, Exit)
    assert faulty.code is Code.LOOK
    assert str(faulty).startswith(f"the ledger in {sound.name} does not add up: ")
