"""Stored pages read again by today's line: a revision by our rules, or the article as it was."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.identify.canonical import ledger_key
from pipelines.identify.judge import judge
from pipelines.records import (
    Candidates,
    Draft,
    PackedSighting,
    Page,
    Standing,
    State,
    Template,
    Verdict,
)
from pipelines.reread import Rereader
from pipelines.sites import KnownSites
from pipelines.store import documents
from pipelines.store.archive import Archive
from pipelines.store.articles import Articles
from pipelines.store.errors import RejectedError
from pipelines.store.frontier import Frontier
from pipelines.store.sightings import Sightings
from pipelines.template import LEAST_PAGES
from pipelines.template.pack import pack
from pipelines.work import GivenBackError, Worked, compress
from tests.rooms.test_template import seen
from tests.samples import HOST, NOW, a_draft, a_want, an_announcement, an_offer, url_of

Document = dict[str, Any]
PATHS = ("ferry", "tide", "bell")
REFUSED = "no database takes this"


class Here:
    """A pool that works at once, in this process."""

    def __init__(self, stops_at: str = "") -> None:
        self._stops_at = stops_at

    async def run(self, function: Any, page: Any, *rest: Any) -> Any:
        """Return what the function returns; the work is given back where it was to stop."""
        if self._stops_at and isinstance(page, Page) and page.url.endswith(self._stops_at):
            raise GivenBackError
        return function(page, *rest)


def read_better(page: Page, _: str, __: Template | None) -> Worked:
    """Return the page's article less its last paragraph; one of them cannot be stored."""
    path = page.url.rpartition("/")[2]
    better = "\n\n".join(a_draft(path).text.split("\n\n")[:-1])
    title = REFUSED if path == "tide" else a_draft(path).title
    return Worked(a_draft(path, better, title=title), b"zstd")


def fussy(draft: Draft, own_id: str, candidates: Candidates) -> Verdict:
    if draft.title == REFUSED:
        raise RejectedError("the document is not valid")
    return judge(draft, own_id, candidates)


@pytest.fixture
def stored(db: Database[Document]) -> Database[Document]:
    """Three pages stored before their site had a template."""
    frontier = Frontier(db)
    frontier.record([an_announcement(path) for path in PATHS], NOW)
    due = {one.url: one for one in frontier.take(a_want(), NOW)}
    articles = Articles(db, "machine/1", judge)
    for path in PATHS:
        offer = an_offer(path, a_draft(path, f"{a_draft(path).text}\n\nOf {path} no more today."))
        arrival = replace(offer.arrival, due=due[url_of(path)])
        [verdict] = articles.keep([replace(offer, arrival=arrival)], NOW)
        assert isinstance(verdict, Verdict)
        articles.keep_pages([documents.page(arrival, compress(b"<p>ferry</p>"), None)])
        standing = Standing(state=State.STORED, article=verdict.article)
        frontier.settle([(arrival.due.lease, standing)], NOW)
    return db


def read_the_author(page: Page, _: str, __: Template | None) -> Worked:
    """Return the page's article as it is, and of one of them who wrote it."""
    path = page.url.rpartition("/")[2]
    same = a_draft(path, f"{a_draft(path).text}\n\nOf {path} no more today.")
    return Worked(replace(same, authors=("Ada Reed",)) if path == "tide" else same, b"zstd")


def reread(
    db: Database[Document],
    pool: Here,
    seen_now: Sequence[str] = PATHS,
    prepare: Callable[[Page, str, Template | None], Worked] = read_better,
) -> Counter[str]:
    """Read the three again, seen in this run or known from an earlier one; return the counts."""
    sites = KnownSites(Sightings(db))
    assert len(PATHS) >= LEAST_PAGES
    for path, sighting in zip(seen_now, seen(1, 2, 3), strict=False):
        sites.saw(pack(replace(sighting, url=url_of(path)), HOST))
    sites.store()
    counts: Counter[str] = Counter()
    reader = Rereader(
        archive=Archive(db, lambda _: None),
        articles=Articles(db, "machine/1", fussy),
        sites=sites,
        pool=pool,  # type: ignore[arg-type]  # it has the one method that is asked for
        prepare=prepare,
        counts=counts,
    )
    asyncio.run(reader.read_sites(lambda: True))
    return counts


def packed(db: Database[Document]) -> dict[str, PackedSighting]:
    return {one.url: one for one in Sightings(db).teachers(HOST)}


def test_what_cannot_be_stored_anew_stays_and_takes_nothing_else_along(
    stored: Database[Document],
) -> None:
    ledger = list(stored["frontier"].find().sort("_id"))

    counts = reread(stored, Here())

    revisions = {a["urls"][0]: a["revision"] for a in stored["articles"].find()}
    assert revisions == {url_of("ferry"): 2, url_of("tide"): 1, url_of("bell"): 2}
    assert {row["cause"] for row in stored["revisions"].find()} == {"rules"}
    assert counts == {"reread": 2, "revised_by_rules": 2}
    assert list(stored["frontier"].find().sort("_id")) == ledger
    assert all(one.learned_of == len(PATHS) for one in packed(stored).values())
    assert Sightings(stored).to_check() == []
    assert not reread(stored, Here(), seen_now=()).total(), "none is tried for ever"


def test_what_a_stop_cut_short_is_left_for_the_next_run(stored: Database[Document]) -> None:
    with pytest.raises(GivenBackError):
        reread(stored, Here(stops_at="bell"))

    assert stored["revisions"].count_documents({}) == 0
    assert not any(one.learned_of for one in packed(stored).values())
    assert reread(stored, Here(), seen_now=())["revised_by_rules"] == 2, "it met no page itself"


def test_what_else_a_page_says_by_its_template_is_the_article_s_without_a_revision(
    stored: Database[Document],
) -> None:
    before = {row["_id"]: row for row in stored["articles"].find()}

    counts = reread(stored, Here(), prepare=read_the_author)

    assert counts == {"reread": 3, "revised_by_rules": 0}
    assert stored["revisions"].count_documents({}) == 0
    for row in stored["articles"].find():
        was = before[row["_id"]]
        assert row["revision"] == 1
        assert row["fingerprints"] == was["fingerprints"]
        is_told = row["urls"] == [url_of("tide")]
        assert row["authors"] == (["Ada Reed"] if is_told else was["authors"])
        assert (row["changed_at"] > was["changed_at"]) == is_told


def test_what_another_run_is_about_to_settle_is_left_unchecked(
    stored: Database[Document],
) -> None:
    key = {"_id": ledger_key(url_of("bell"))}
    settled = stored["frontier"].find_one(key)
    assert settled
    held = {"state": "pending", "article": None, "lease.by": "machine/2"}
    stored["frontier"].update_one(key, {"$set": held})

    reread(stored, Here())
    left = Sightings(stored).to_check()
    stored["frontier"].replace_one(key, settled)
    reread(stored, Here(), seen_now=())

    assert (left, Sightings(stored).to_check()) == ([HOST], [])
