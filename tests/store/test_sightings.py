"""What was seen of sites: which pages teach, each page once, and stored pages read again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pymongo.database import Database

from pipelines.records import PackedSighting, Standing, State, Verdict
from pipelines.sites import Lessons
from pipelines.store import documents, layout, schema
from pipelines.store.archive import Archive
from pipelines.store.frontier import Frontier
from pipelines.store.migrate import migrate
from pipelines.store.sightings import KEPT, Sightings, order
from pipelines.work import compress
from tests.samples import NOW, a_want, an_announcement, an_arrival, an_offer, the_articles, url_of

Document = dict[str, Any]
SITE = "lantern.example"


def a_sighting(number: int = 1, *, site: str = SITE, **fields: Any) -> PackedSighting:
    one = PackedSighting(
        site=site,
        url=f"https://{site}/{number}",
        seen_at=NOW + timedelta(minutes=number),
        choice=number,
        lines=b"packed %d" % number,
    )
    return replace(one, **fields)


def test_the_pages_that_teach_are_the_same_in_whatever_order_they_came(
    db: Database[Document],
) -> None:
    sightings = Sightings(db)
    many = [a_sighting(number) for number in range(KEPT + 8)]
    chosen = sorted(many, key=order)[:KEPT]

    sightings.add([*many, a_sighting(site="quay.example")])

    assert sightings.teachers(SITE) == chosen
    assert sightings.teachers("nowhere.example") == []
    assert len(sightings.teachers("quay.example")) == 1
    lessons = Lessons()
    for one in reversed(many):
        lessons.add(one)
    assert sorted(lessons.sightings.values(), key=order) == chosen


def test_pages_of_the_last_days_teach_and_of_a_day_those_of_its_time(
    db: Database[Document],
) -> None:
    sightings = Sightings(db)
    old = [a_sighting(number, seen_at=NOW - timedelta(days=900)) for number in range(4)]
    new = [a_sighting(number) for number in range(10, 10 + KEPT)]
    sightings.add([*old, *new])

    now, then = (sightings.teachers(SITE, one.seen_at.toordinal()) for one in (new[0], old[0]))

    assert {one.url for one in now} == {one.url for one in new}
    assert sightings.teachers(SITE) == now
    assert {one.url for one in old} < {one.url for one in then}, "few are filled up with later ones"
    assert len(then) == KEPT
    assert sightings.days(SITE) == [one.seen_at.toordinal() for one in (new[0], old[0])]


def test_a_page_seen_again_takes_its_earlier_place(db: Database[Document]) -> None:
    sightings = Sightings(db)
    sightings.add([a_sighting(1), a_sighting(2)])

    again = a_sighting(1, choice=7, lines=b"$anew")
    sightings.add([a_sighting(1), again])

    assert {one.url: one for one in sightings.teachers(SITE)}[again.url] == again
    assert len(sightings.teachers(SITE)) == 2


def test_a_stored_page_arrives_as_it_once_did(db: Database[Document]) -> None:
    frontier, body = Frontier(db), b"<p>ferry</p>"
    frontier.record([an_announcement(), an_announcement("tide")], NOW)
    due = {one.url: one for one in frontier.take(a_want(), NOW)}
    arrival = replace(an_arrival(), due=due[url_of("ferry")])
    articles = the_articles(db)
    [verdict] = articles.keep([replace(an_offer(), arrival=arrival)], NOW)
    articles.keep_pages([documents.page(arrival, compress(body), None)])
    assert isinstance(verdict, Verdict)
    stored = Standing(state=State.STORED, article=verdict.article)
    frontier.settle([(arrival.due.lease, stored)], NOW)

    found = Archive(db, lambda _: None).arrivals([url_of("ferry"), url_of("tide")])

    assert [one.page.body for one in found] == [body]
    assert found[0].due.standing == stored
    assert found[0].page.entry == arrival.page.entry
    assert found[0].page.headers == {"etag": '"1"'}


def test_a_checked_page_is_settled_by_as_many_as_teach_and_then_forgotten(
    db: Database[Document],
) -> None:
    sightings = Sightings(db)
    many = [a_sighting(number) for number in range(KEPT + 2)]
    sightings.add(many)
    few, all_that_teach = many[0], many[1:-1]
    day = few.seen_at.toordinal()

    sightings.checked([replace(few, learned_of=2, choice=7)])
    sightings.checked([replace(one, learned_of=KEPT) for one in all_that_teach])

    left = [one.url for batch in sightings.unsettled(SITE, day) for one in batch]
    assert sorted(left) == sorted([few.url, many[-1].url])
    assert sightings.to_check() == [SITE]
    sightings.forget(SITE)
    kept = {row["_id"] for row in db["sightings"].find()}
    assert kept == {one.url for one in sightings.teachers(SITE)} | {many[-1].url}
    sightings.checked([replace(many[-1], learned_of=KEPT)])
    assert sightings.to_check() == []


def test_pages_that_their_template_read_alone_come_behind_those_that_were_read(
    db: Database[Document],
) -> None:
    sightings = Sightings(db)
    many = [a_sighting(number, is_skimmed=number >= 3) for number in range(3 + 2 * KEPT)]
    sightings.add(many)
    day = many[0].seen_at.toordinal()

    teachers = sightings.teachers(SITE)

    assert {one.url for one in teachers[:3]} == {one.url for one in many[:3]}
    assert teachers[3:] == sorted(many[3:], key=order)[:KEPT]
    found = [one for batch in sightings.unsettled(SITE, day) for one in batch]
    assert sorted(found, key=lambda one: one.choice) == many
    sightings.checked([replace(one, learned_of=KEPT) for one in many])
    sightings.forget(SITE)
    assert sightings.teachers(SITE) == [replace(one, learned_of=KEPT) for one in teachers]
    assert db["sightings"].count_documents({}) == len(teachers)


def test_what_was_seen_again_meanwhile_stays_to_be_checked(db: Database[Document]) -> None:
    sightings = Sightings(db)
    before = a_sighting(1)
    again = replace(before, seen_at=NOW + timedelta(hours=2), choice=5)
    sightings.add([before])
    sightings.add([again])

    sightings.checked([replace(before, learned_of=KEPT, choice=7), a_sighting(9)])

    assert sightings.teachers(SITE) == [again]
    assert sightings.to_check() == [SITE]


def test_what_an_older_dateline_saw_of_sites_is_moved(database: Database[Document]) -> None:
    layout.apply(database)
    database[schema.META].update_one({"_id": "schema"}, {"$set": {"version": 3}})
    rows = [
        {"url": one.url, "seen_at": one.seen_at, "choice": one.choice, "lines": one.lines}
        for one in (a_sighting(1), a_sighting(2))
    ]
    del rows[0]["choice"]
    database["sites"].insert_one({"_id": SITE, "sightings": rows, "schema_version": 1})
    seen_since = a_sighting(2, choice=9)
    Sightings(database).add([seen_since])

    migrate(database)

    found = {one.url: one for one in Sightings(database).teachers(SITE)}
    assert found == {
        a_sighting(1).url: a_sighting(1, choice=-1),
        seen_since.url: seen_since,
    }
    assert "sites" not in database.list_collection_names()
    assert layout.differences(database) == []
