"""A database of older rules for addresses: claimed once more, nothing made, nothing lost."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.identify.canonical import article_id, canonical
from pipelines.records import Standing, State, Verdict
from pipelines.store import rulings
from pipelines.store.articles import Offer
from pipelines.store.audit import audit
from pipelines.store.claims import Claims, address_claim
from pipelines.store.frontier import Frontier
from pipelines.store.readdress import MARK, Report, Rules, readdress
from pipelines.store.schema import META
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

Db = Database[dict[str, Any]]
OTHER = (
    "The tide took the bench of the pier in the night, and the council will not pay for it. " * 4
)


def without_reader(url: str) -> str:
    """A rule of tomorrow: what stands behind `reader` says nothing."""
    return canonical(url).partition("?reader=")[0]


TOMORROW = Rules(version=99, name_of=without_reader)


@pytest.fixture
def old(db: Db) -> Iterable[Db]:
    """A database without a mark."""
    yield db
    db[META].delete_one({"_id": MARK})


def stored(db: Db, *texts: tuple[str, str]) -> list[str]:
    """Store pages, each a minute after the last, under today's rules; return the articles' ids."""
    frontier, articles = Frontier(db), the_articles(db)
    ids = []
    for minute, (path, text) in enumerate(texts):
        frontier.record([an_announcement(path)], NOW)
        [due] = frontier.take(a_want(), NOW)
        due = replace(due, first_seen_at=NOW + timedelta(minutes=minute))
        offer = an_offer(path, a_draft(path, text))
        offer = replace(offer, arrival=replace(offer.arrival, due=due))
        [verdict] = articles.keep([offer], NOW)
        assert isinstance(verdict, Verdict)
        frontier.settle([(due.lease, Standing(state=State.STORED, article=verdict.article))], NOW)
        ids.append(verdict.article)
    return ids


def everything(db: Db) -> dict[str, list[dict[str, Any]]]:
    names = ("articles", "claims", "frontier", "stories", "revisions")
    return {name: list(db[name].find().sort("_id")) for name in names}


def renewed(db: Db) -> list[Report]:
    """Bring a database under the rules of tomorrow, and judge whom they join."""
    reports = list(readdress(db, "machine/1", NOW, TOMORROW))
    Stories(db, "machine/1").settle()
    return reports


def under(rules: Rules, path: str) -> Offer:
    """A page at ``path`` as those rules call it."""
    form = rules.name_of(url_of(path))
    text = TEXT + "\n\nIt was repaired at noon."
    return an_offer(path, a_draft(path, text, url=form, own_url=form, urls=(form,)))


def test_each_address_is_claimed_once_more_and_the_older_claims_stay(old: Db) -> None:
    [first, second] = stored(old, ("ferry?reader=1", TEXT), ("pier?reader=1", OTHER))
    before = everything(old)

    reports = list(readdress(old, "machine/1", NOW, TOMORROW))

    after = everything(old)
    made = [row for row in after.pop("claims") if row not in before["claims"]]
    assert reports == [Report(articles=2, joined=0)]
    assert after == {name: rows for name, rows in before.items() if name != "claims"}
    assert {(row["_id"], row["article"], row["rules_version"]) for row in made} == {
        (address_claim(url_of("ferry")), first, 99),
        (address_claim(url_of("pier")), second, 99),
    }
    again = the_articles(old).keep([under(TOMORROW, "ferry?reader=2")], NOW)
    assert [one.article for one in again if isinstance(one, Verdict)] == [first]
    assert old["articles"].count_documents({}) == 2


def test_what_the_ledger_alone_knows_of_an_article_is_claimed(old: Db) -> None:
    [first] = stored(old, ("ferry?reader=1", TEXT))
    old["articles"].update_one({"_id": first}, {"$set": {"urls": []}})  # as if it had been the 51st
    old["articles"].update_one({"_id": first}, {"$set": {"url": url_of("elsewhere")}})

    list(readdress(old, "machine/1", NOW, TOMORROW))

    claim = old["claims"].find_one({"_id": address_claim(url_of("ferry"))})
    assert claim is not None
    assert claim["article"] == first


def test_a_second_time_changes_nothing(old: Db) -> None:
    stored(old, ("ferry?reader=1", TEXT), ("ferry?reader=2", TEXT + "\n\nIt was repaired."))
    renewed(old)
    before = everything(old)

    assert renewed(old) == []
    old[META].delete_one({"_id": MARK})  # as if it had been killed before its end
    assert renewed(old) == [Report(articles=2, joined=0)]

    assert everything(old) == before


@pytest.mark.parametrize(
    ("why", "other", "relation"),
    [
        ("the same text is a copy already, by its text", TEXT, "copy"),
        ("another version", TEXT + "\n\nIt was repaired at noon.", "revision"),
        ("another article: the rule is wrong here", OTHER, None),
    ],
)
def test_two_articles_of_one_address_stay_both(
    old: Db, why: str, other: str, relation: str | None
) -> None:
    first, second = stored(old, ("ferry?reader=9", TEXT), ("ferry?reader=1", other))

    renewed(old)

    rows = {row["_id"]: row for row in old["articles"].find()}
    later, shared = rows[second], old["claims"].find_one({"_id": address_claim(url_of("ferry"))})
    assert len(rows) == 2, why
    assert (rows[first]["duplicate_of"], rows[first]["story"]) == (None, first)
    assert (later["relation"], later["duplicate_of"]) == (relation, first if relation else None)
    assert later["story"] == (first if relation else second)
    assert shared is not None
    assert shared["article"] == first or relation is None
    assert audit(old).is_clean


def test_what_a_person_parted_stays_apart(old: Db) -> None:
    longer = TEXT + "\n\nIt was repaired at noon."
    _, second = stored(old, ("ferry?reader=1", TEXT), ("ferry?reader=2", longer))
    Stories(old, "machine/1").settle()
    rulings.split(old, old["articles"].find_one({"_id": second}) or {})
    Stories(old, "machine/1").settle()

    renewed(old)

    assert (old["articles"].find_one({"_id": second}) or {})["duplicate_of"] is None


def test_copies_of_the_later_one_follow_it(old: Db) -> None:
    longer = TEXT + "\n\nIt was repaired at noon."
    first, second, copy = stored(
        old, ("ferry?reader=1", TEXT), ("ferry?reader=2", longer), ("mirror", longer)
    )

    renewed(old)

    rows = list(old["articles"].find({"duplicate_of": first}))
    assert {row["_id"] for row in rows} == {copy, second}
    assert {row["story"] for row in rows} == {second}  # which was a story before
    assert audit(old).is_clean


def test_it_goes_on_where_it_was_stopped(old: Db) -> None:
    paths = [f"ferry-{number}?reader=1" for number in range(5)]
    stored(old, *((path, f"{TEXT} {path}") for path in paths))

    stopped = list(islice(readdress(old, "machine/1", NOW, TOMORROW, batch=2), 2))
    rest = list(readdress(old, "machine/1", NOW, TOMORROW, batch=2))

    assert (stopped, rest) == ([Report(2, 0), Report(4, 0)], [Report(1, 0)])
    forms = [address_claim(without_reader(url_of(path))) for path in paths]
    assert old["claims"].count_documents({"_id": {"$in": forms}}) == 5


@pytest.mark.parametrize(("seconds", "is_taken"), [(0, False), (60, True)])
def test_a_claim_without_its_article_is_taken_once_nobody_brings_it(
    old: Db, seconds: int, is_taken: bool
) -> None:
    [first] = stored(old, ("ferry?reader=1", TEXT))
    key, dead = address_claim(url_of("ferry")), article_id("dead")
    Claims(old, "machine/2").make([(key, dead)], NOW)

    list(readdress(old, "machine/1", NOW + timedelta(seconds=seconds), TOMORROW))

    claim = old["claims"].find_one({"_id": key})
    assert claim is not None
    assert claim["article"] == (first if is_taken else dead)
