"""Articles removed on request: erased, known again wherever they come from, never kept again."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from pymongo.database import Database

from dateline.commands.articles import command as articles_command
from dateline.exits import Code, Exit
from pipelines.identify.canonical import article_id
from pipelines.records import Draft, Standing, State, Verdict
from pipelines.store.articles import Later, Offer
from pipelines.store.audit import audit
from pipelines.store.frontier import Frontier
from pipelines.store.lock import Lock
from pipelines.store.removed import Removals, Request
from pipelines.store.runs import BACKUP, LOCK, BusyError
from pipelines.store.stories import Stories
from tests.samples import (
    NOW,
    TEXT,
    a_draft,
    a_want,
    an_announcement,
    an_offer,
    the_articles,
    url_of,
)
from tests.store.test_copies import (
    EXCERPT,
    ORIGINAL,
    OTHER,
    REPRINT,
    again,
    article,
    faults,
    keep,
    told,
)

Document = dict[str, Any]
WORDS = Request(reason="a court order", by="ada@desk")
OTHER_TEXT = TEXT.replace("ferry", "tower").replace("dawn", "dusk").replace("lighthouse", "castle")


def removed(db: Database[Document], path: str) -> Document:
    Removals(db).remove(article(db, path), WORDS)
    Stories(db, "machine/1").settle()
    return article(db, path)


def text_of(db: Database[Document]) -> str:
    """All that the database holds, hashes and packed bodies as they are."""
    return " ".join(str(list(db[name].find())) for name in db.list_collection_names())


def word(verdict: Verdict | Later) -> str:
    assert isinstance(verdict, Verdict)
    return str(verdict.ruling)


@pytest.fixture
def stored(db: Database[Document]) -> Database[Document]:
    """An article as a crawl leaves it: with a revision, its raw page and its address."""
    frontier, articles = Frontier(db), the_articles(db)
    frontier.record([an_announcement("ferry")], NOW)
    articles.keep([an_offer("ferry")], NOW)
    key = an_offer("ferry").own_id
    [due] = frontier.take(a_want(), NOW)
    frontier.settle([(due.lease, Standing(state=State.STORED, article=key))], NOW)
    corrected = a_draft("ferry", text=TEXT + "\n\nCorrected by the harbour master herself.")
    articles.keep([an_offer("ferry", corrected, key)], NOW)
    raw = {"url": url_of("ferry"), "status": 200, "content_type": None, "headers": {},
           "body": b"zstd", "fetched_at": NOW, "expires_at": None, "schema_version": 1}  # fmt: skip
    articles.keep_pages([{"_id": due.lease.id, **raw}])
    return db


def test_nothing_of_what_the_page_said_is_left(stored: Database[Document]) -> None:
    before = article(stored, "ferry")

    after = removed(stored, "ferry")

    assert (after["_id"], after["urls"], after["state"]) == (
        before["_id"], [url_of("ferry")], "removed",
    )  # fmt: skip
    assert (after["text"], after["title"], after["authors"], after["stripped"]) == (
        "",
        None,
        [],
        [],
    )
    assert {name: after["removed"][name] for name in ("reason", "by")} == {
        "reason": "a court order", "by": "ada@desk",
    }  # fmt: skip
    assert after["changed_at"] > before["changed_at"]
    assert stored["revisions"].count_documents({}) == stored["pages"].count_documents({}) == 0
    left = text_of(stored)
    assert [
        said for said in ("ferry of berth", "left at dawn", "Writer", "master") if said in left
    ] == []
    row = stored["frontier"].find_one()
    assert row
    assert (row["state"], row["reason"], row["article"]) == ("excluded", "removed", after["_id"])
    assert row["detail"] == "removed on request by ada@desk: a court order"
    assert (row["announced"], row["next_at"]) == (None, None)
    assert audit(stored).is_clean


def met(draft: Draft, path: str, source: str = "lantern", article: str | None = None) -> Offer:
    """A draft met at ``path`` of a source."""
    offer = replace(an_offer(path, draft, article), own_id=article_id(draft.url))
    page = replace(offer.arrival.page, source=source)
    return replace(offer, arrival=replace(offer.arrival, page=page))


def claiming(path: str, other: str, text: str) -> Draft:
    """A draft of ``path`` that names ``other`` as its address."""
    own, named = a_draft(path, text), a_draft(other)
    return replace(own, url=named.url, urls=(named.url, own.url), title="Another title")


def held(db: Database[Document], offer: Offer) -> Offer:
    """An offer whose address, where the ledger has it, was taken after all that befell that."""
    due = offer.arrival.due
    row = db["frontier"].find_one({"_id": due.lease.id})
    lease = replace(due.lease, epoch=row["lease"]["epoch"]) if row else due.lease
    return replace(offer, arrival=replace(offer.arrival, due=replace(due, lease=lease)))


@pytest.mark.parametrize(
    ("why", "offer", "expected"),
    [
        ("a re-check", met(a_draft(), "ferry", article=an_offer("ferry").own_id), "removed"),
        ("announced anew", met(a_draft(), "ferry"), "removed"),
        ("with another text", met(a_draft(text=OTHER_TEXT), "ferry"), "removed"),
        ("a form of its address", met(a_draft(), "ferry?utm_source=feed"), "removed"),
        ("its exact text elsewhere at the paper", met(a_draft("twin"), "twin"), "removed"),
        ("a text that it had before", met(a_draft("twin", TEXT), "twin"), "removed"),
        ("a page that names it, with its words", met(claiming("amp", "ferry", TEXT), "amp"),
         "removed"),
        ("a page that names it, of something else",
         met(claiming("tower", "ferry", OTHER_TEXT), "tower"), "new"),
        ("its exact text, its paper renamed", met(a_draft("copy"), "copy", source="quay"),
         "removed"),
        ("another paper's copy",
         met(a_draft("copy", **dict.fromkeys(("url", "own_url"), "https://quay.example/copy"),
                     urls=("https://quay.example/copy",)), "copy", source="quay"), "new"),
        ("another text of the paper", met(a_draft("tower", OTHER_TEXT), "tower"), "new"),
    ],
)  # fmt: skip
def test_it_is_known_again_and_nothing_else_is_taken_for_it(
    stored: Database[Document], why: str, offer: Offer, expected: str
) -> None:
    tombstone = removed(stored, "ferry")

    [verdict] = the_articles(stored).keep([held(stored, offer)], NOW)

    assert word(verdict) == expected, why
    assert article(stored, "ferry") == tombstone
    assert stored["articles"].count_documents({"state": "live"}) == (expected == "new")
    assert stored["revisions"].count_documents({}) == 0
    assert stored["articles"].count_documents({"duplicate_of": {"$ne": None}}) == 0


def test_a_story_gets_another_head(db: Database[Document]) -> None:
    keep(db, [ORIGINAL, REPRINT, EXCERPT, OTHER])
    before = {path: article(db, path) for path in ("reprint", "excerpt", "other")}
    assert told(db)["reprint"] == ("original", "reprint")

    tombstone = removed(db, "original")

    assert told(db)["original"] == (None, None)
    assert tombstone["story"] == tombstone["_id"]
    head, copy = ("excerpt", "reprint")
    assert told(db)[head] == (None, None)
    assert told(db)[copy][0] == head
    assert faults(db) == []
    after = {path: article(db, path) for path in before}
    assert [path for path in before if after[path]["changed_at"] > before[path]["changed_at"]] == [
        "reprint", "excerpt",
    ]  # fmt: skip


def test_the_last_copy_is_alone_once_the_other_is_removed(db: Database[Document]) -> None:
    keep(db, [ORIGINAL, REPRINT])
    removed(db, "reprint")
    assert told(db) == {"original": (None, None), "reprint": (None, None)}
    assert faults(db) == []

    again(db, ("original", "gull", 1, [*ORIGINAL[3], "One sentence more."]))

    assert told(db)["original"] == (None, None)
    assert faults(db) == []


def test_what_another_run_was_about_to_write_is_erased(stored: Database[Document]) -> None:
    articles, key = the_articles(stored, "machine/2"), an_offer("ferry").own_id
    late = a_draft("ferry", text=TEXT + "\n\nAnother correction of the harbour master.")
    real = articles._write  # as if the removal came between the look and the write
    articles._write = lambda batch: (removed(stored, "ferry"), real(batch))[1]  # type: ignore[method-assign]

    articles.keep([an_offer("ferry", late, key)], NOW)

    assert article(stored, "ferry")["text"] == ""
    assert stored["revisions"].count_documents({}) == 0
    assert audit(stored).is_clean


def test_what_a_killed_run_left_is_found_and_swept(stored: Database[Document]) -> None:
    pages = list(stored["pages"].find())
    revisions = list(stored["revisions"].find())
    rows = list(stored["frontier"].find())
    removed(stored, "ferry")
    stored["pages"].insert_many(pages)
    stored["revisions"].insert_many(revisions)
    stored["frontier"].replace_one({"_id": rows[0]["_id"]}, rows[0])
    assert [one.faults for one in audit(stored).findings if "removed" in one.question] == [1, 1, 0]

    Removals(stored).sweep()

    assert audit(stored).is_clean
    assert "left at dawn" not in text_of(stored)


def test_other_forms_of_its_address_that_wait_are_closed(stored: Database[Document]) -> None:
    waits = an_announcement("ferry?utm_source=feed")
    Frontier(stored).record([waits, an_announcement("other")], NOW)

    removed(stored, "ferry")

    row = stored["frontier"].find_one({"_id": waits.id})
    assert row
    assert (row["state"], row["reason"], row["announced"]) == ("excluded", "removed", None)
    assert [due.url for due in Frontier(stored).take(a_want(), NOW)] == [url_of("other")]


def test_a_person_who_asks_for_another_try_gets_none(stored: Database[Document]) -> None:
    removed(stored, "ferry")

    assert Frontier(stored).again({"state": "excluded"}, NOW) == 0


Ran = Callable[..., tuple[str, str]]


@pytest.fixture
def run(stored: Database[Document], mongo_home: Path) -> Ran:
    """Run `dateline articles …`; return what it says on stdout and stderr."""
    home = {"DATELINE_HOME": str(mongo_home), "MONGODB_DATABASE": stored.name, "MONGODB_URI": ""}
    environment = {**os.environ, **home, "COLUMNS": "300"}

    def ran(*arguments: str, command: click.Command = articles_command) -> tuple[str, str]:
        shown = CliRunner().invoke(command, arguments, env=environment)
        if shown.exception:
            raise shown.exception
        return shown.stdout, shown.stderr

    return ran


def test_a_person_is_shown_what_goes_and_asked(run: Ran, stored: Database[Document]) -> None:
    with pytest.raises(Exit, match="It cannot be undone; only a backup still has it") as told_off:
        run("remove", url_of("ferry"), "--reason", "a court order")
    assert told_off.value.code == Code.USAGE  # nobody can answer here
    assert article(stored, "ferry")["state"] == "live"

    out, err = run("remove", url_of("ferry"), "--reason", "a court order", "--by", "ada", "--yes")

    key = article(stored, "ferry")["_id"]
    assert out == f"{key} is removed\n"
    assert f"{key} lantern: The ferry left at dawn" in err
    assert "1 earlier text, 1 raw page, what feeds said at 1 address" in err
    out, err = run("remove", key, "--reason", "again", "--yes")
    assert (out, "was removed before" in err) == ("", True)
    shown, _ = run("show", key)
    assert shown.splitlines()[0] == "removed"
    assert "by ada: a court order" in shown


def test_a_reason_is_needed(run: Ran) -> None:
    with pytest.raises(Exit, match="--reason takes 1 to 500 characters"):
        run("remove", url_of("ferry"), "--reason", " ", "--yes")


def test_nothing_is_removed_while_a_backup_would_hold_half_of_it(
    stored: Database[Document],
) -> None:
    backup = Lock(stored, LOCK, BACKUP, 600)
    removals = Removals(stored)
    removals.begin()
    backup.take()

    with pytest.raises(BusyError, match="a backup is under way"):
        removals.begin()

    backup.free()
    removals.begin()
