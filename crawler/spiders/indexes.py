"""Which of the sitemaps that an index names are visited for its source. Decides only.

An index speaks for its own site: it can neither bring in another's nor take one over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.frontier import LETTERS, host_of
from crawler.schedule import FeedState
from pipelines.identify.canonical import ledger_key
from pipelines.records import Entry

# a news sitemap index names its archive too; what is new is in its newest sitemaps
INDEX_CHILDREN = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """What an index names."""

    sitemaps: tuple[FeedState, ...]
    """The newest on the source's hosts, each once, as if they had never been visited."""
    refused: tuple[str, ...]
    """The addresses that are on no host of the source."""


def choose(
    index: FeedState, entries: Sequence[Entry], owner: Callable[[str], str | None], now: datetime
) -> Named:
    """Return which sitemaps of an index are visited; those without a date come in its own order.

    ``owner`` says which source a host belongs to. On the host of the index, which the catalogue
    names, an index may name what it likes.
    """
    newest = sorted(
        entries, key=lambda entry: entry.updated or entry.published or now, reverse=True
    )
    home = host_of(index.url)
    ours: dict[str, str] = {}
    refused: dict[str, None] = {}
    for url, host in _places(newest):
        if host == home or owner(host) == index.source:
            ours.setdefault(ledger_key(url), url)
        else:
            refused[url] = None
    ours.pop(index.id, None)
    chosen = list(ours.items())[:INDEX_CHILDREN]
    return Named(
        sitemaps=tuple(
            FeedState(id=key, url=url, source=index.source, parent=index.id, next_at=now)
            for key, url in chosen
        ),
        refused=tuple(refused),
    )


def _places(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Return address and host of the entries that have them."""
    places = []
    for url in (entry.url for entry in entries if entry.url and len(entry.url) <= LETTERS):
        try:
            places.append((url, host_of(url)))
        except ValueError:
            continue
    return places
