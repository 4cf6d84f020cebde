"""What was seen of sites: the last pages of each, each page once, and stored pages read again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pymongo.database import Database

from pipelines.records import PackedSighting, Standing, State, Verdict
from pipelines.store import documents
from pipelines.store.archive import Archive
from pipelines.store.frontier import Frontier
from pipelines.store.sites import KEPT, Sites
from pipelines.work import compress
from tests.samples import NOW, a_want, an_announcement, an_arrival, an_offer, the_articles, url_of

Document = dict[str, Any]


def a_sighting(number: int = 1, *, site: str = "lantern.example", **fields: Any) -> PackedSighting:
    one = PackedSighting(
        site=site,
        url=f"https://{site}/{number}",
        seen_at=NOW + timedelta(minutes=number),
        choice=number,
        learned_of=0,
        lines=b"packed %d" % number,
    )
    return replace(one, **fields)


def test_of_a_site_the_last_pages_are_kept_in_their_order(db: Database[Document]) -> None:
    sites = Sites(db)
    many = [a_sighting(number) for number in range(KEPT + 3)]
    sites.add([many[0], a_sighting(site="quay.example")])

    sites.add(many[1:])

    assert sites.load(["lantern.example"]) == {"lantern.example": many[3:]}
    assert sites.load(["nowhere.example"]) == {}
    assert len(sites.load(["quay.example"])["quay.example"]) == 1


def test_a_page_seen_again_takes_its_earlier_place(db: Database[Document]) -> None:
    sites = Sites(db)
    sites.add([a_sighting(1), a_sighting(2)])

    again = a_sighting(1, choice=7, learned_of=2, lines=b"$anew")
    sites.add([again])

    assert sites.load(["lantern.example"])["lantern.example"] == [a_sighting(2), again]


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


def test_how_pages_were_read_again_is_noted_in_their_place(db: Database[Document]) -> None:
    sites = Sites(db)
    sites.add([a_sighting(1), a_sighting(2)])
    again = a_sighting(1, choice=7, learned_of=2)

    sites.read_again("lantern.example", [again, a_sighting(9, choice=7)])

    assert sites.load(["lantern.example"])["lantern.example"] == [again, a_sighting(2)]
