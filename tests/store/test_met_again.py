"""An article met again at its address: a live blog that grows, an address that leads elsewhere."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.identify.judge import LIVE
from pipelines.records import Verdict
from pipelines.store.articles import Offer
from tests.samples import NOW, TEXT, a_draft, an_offer, the_articles, url_of

Document = dict[str, Any]
KEY = an_offer().own_id
EVERY = timedelta(minutes=5)
VISITS = 36  # three hours of them
WINDOW = 20  # entries that a page shows at the most


def at_visit(number: int, text: str) -> Offer:
    """Return what a visit found, so many visits after the first."""
    offer = an_offer("ferry", a_draft(text=text), KEY)
    page = replace(offer.arrival.page, fetched_at=NOW + number * EVERY)
    return replace(offer, arrival=replace(offer.arrival, page=page))


def entry(number: int) -> str:
    return f"Entry {number}: the ferry passed buoy {number * 7} with {number + 90} on board."


@pytest.mark.parametrize("window", [VISITS, WINDOW], ids=["grows", "shows its last entries"])
def test_a_live_blog_makes_few_revisions_and_loses_no_entry(
    db: Database[Document], window: int
) -> None:
    articles = the_articles(db)
    articles.keep([replace(at_visit(0, TEXT), cause="page")], NOW)

    for number in range(1, VISITS + 1):
        shown = [entry(n) for n in range(number, max(0, number - window), -1)]
        articles.keep([at_visit(number, "\n\n".join([*shown, TEXT]))], NOW)

    [article] = db["articles"].find()
    texts = [article["text"], *(row["text"] for row in db["revisions"].find())]
    assert article["revision"] == len(texts) <= LIVE + 4
    assert all(any(entry(n) in text for text in texts) for n in range(1, VISITS + 1))
    assert article["fetched_at"] == NOW + VISITS * EVERY


def test_an_address_that_leads_to_another_article_takes_nothing_from_it(
    db: Database[Document],
) -> None:
    articles = the_articles(db)
    other = "\n\n".join(entry(n) for n in range(9))
    articles.keep([at_visit(0, TEXT)], NOW)
    new = a_draft("new", other, urls=(a_draft("new").url, a_draft().url), title="Buoys")
    led = at_visit(1, other)
    page = replace(led.arrival.page, url=url_of("new"))
    led = replace(led, draft=new, own_id=an_offer("new").own_id)
    led = replace(led, arrival=replace(led.arrival, page=page))

    [first] = articles.keep([led], NOW)
    [then] = articles.keep([an_offer("new", a_draft("new", other, title="Buoys"))], NOW)
    [again] = articles.keep([led], NOW)

    rulings = [one.ruling for one in (first, then, again) if isinstance(one, Verdict)]
    assert rulings == ["moved", "new", "moved"]
    kept = {row["_id"]: (row["text"], row["urls"]) for row in db["articles"].find()}
    assert kept == {
        KEY: (TEXT, [url_of("ferry")]),
        an_offer("new").own_id: (other, [url_of("new")]),
    }
