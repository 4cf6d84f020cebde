"""Records that tests begin from: whole ones, of which a test changes what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from pipelines.identify.canonical import article_id, canonical, ledger_key
from pipelines.identify.judge import judge
from pipelines.records import (
    Arrival,
    Draft,
    Due,
    Entry,
    Lease,
    Page,
    Published,
    Standing,
    State,
    Stripped,
)
from pipelines.store.articles import Articles, Offer
from pipelines.store.frontier import Announcement, Want

Document = dict[str, Any]
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAWN = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
SOURCE, HOST = "lantern", "lantern.example"
TEXT = "\n\n".join(
    f"The ferry of berth {word} left the quay at dawn; nobody had seen the lighthouse dark before."
    for word in ("one", "two", "three", "four", "five")
)


def url_of(path: str) -> str:
    """Return an address of the sample paper."""
    return f"https://{HOST}/{path}"


def an_entry(path: str = "ferry", **fields: Any) -> Entry:
    """Return an entry as a feed announces it."""
    return replace(Entry(url=url_of(path), title="The ferry left at dawn"), **fields)


def a_draft(path: str = "ferry", text: str = TEXT, **fields: Any) -> Draft:
    """Return a draft of the page at ``path``."""
    url = canonical(url_of(path))
    draft = Draft(
        url=url,
        own_url=url,
        urls=(url,),
        text=text,
        title="The ferry left at dawn",
        authors=("A. Writer",),
        language="en",
        published=Published(
            at=DAWN, raw="2 Nov 2026 06:30", source="meta", precision="minute",
            day="2026-11-02", offset=0,
        ),
        stripped=(Stripped(text="Translate", rule="tools", at=0),),
        extracted_by="sample 1",
    )  # fmt: skip
    return replace(draft, **fields)


def a_due(path: str = "ferry", article: str | None = None) -> Due:
    """Return an address that a run has taken; ``article``: it was stored before."""
    state = State.STORED if article else State.PENDING
    url = url_of(path)
    return Due(
        lease=Lease(id=ledger_key(url), by="machine/1", epoch=1),
        url=url,
        host=HOST,
        source=SOURCE,
        standing=Standing(state=state, article=article, next_at=NOW),
        priority=0,
        entry=an_entry(path),
        first_seen_at=NOW,
    )


def an_arrival(path: str = "ferry", article: str | None = None) -> Arrival:
    """Return a page that was fetched for an address."""
    due = a_due(path, article)
    page = Page(
        url=due.url,
        announced_url=due.url,
        body=b"<p>ferry</p>",
        content_type="text/html",
        headers={"etag": '"1"', "set-cookie": "no"},
        fetched_at=NOW,
        entry=due.entry,
        source=SOURCE,
        region="coast",
        country="KZ",
    )
    return Arrival(due=due, page=page)


def an_offer(path: str = "ferry", draft: Draft | None = None, article: str | None = None) -> Offer:
    """Return what a worker made of the page at ``path``."""
    draft = draft or a_draft(path)
    return Offer(
        arrival=an_arrival(path, article), draft=draft, own_id=article_id(draft.url), body=b"zstd"
    )


def an_announcement(path: str = "ferry", **fields: Any) -> Announcement:
    """Return an address on its way into the ledger, due at NOW."""
    url = url_of(path)
    announcement = Announcement(
        id=ledger_key(url),
        host=HOST,
        source=SOURCE,
        feed="feed",
        entry=an_entry(path),
        standing=Standing(state=State.PENDING, next_at=NOW),
    )
    return replace(announcement, **fields)


def a_want(by: str = "machine/1", **fields: Any) -> Want:
    """Return a wish for all that is due."""
    want = Want(
        by=by,
        sources=[SOURCE],
        full_hosts=[],
        limit=100,
        per_host=100,
        lease=timedelta(minutes=10),
    )
    return replace(want, **fields)


def the_articles(database: Database[Document], by: str = "machine/1") -> Articles:
    """Return the articles of a database, as a run named ``by`` keeps them."""
    return Articles(database, by, judge)
