"""The sitemaps that are read beside the feeds of a run: which are due, what these did not say."""

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from config.source import Source
from crawler import coverage, schedule
from crawler.politeness.robots import origin_of
from crawler.schedule import FeedState
from crawler.spiders import rows
from crawler.spiders.context import Context
from pipelines.records import Entry, State

SHAPES = 60  # addresses of articles that tell what others of the site are like


class Witnesses:
    """The witnesses of one run. Calls the store: to be used in a thread.

    ``entrances``: the ids of the catalogue's feeds and sitemaps, which are none.
    """

    def __init__(self, context: Context, entrances: Collection[str]) -> None:
        self._context = context
        self._entrances = entrances
        self._sources: dict[str, Source] = {s.id: s for s in context.plan.sources}
        self._listed: Counter[tuple[str, datetime]] = Counter()
        self._counting = threading.Lock()

    def due(self, followed: Collection[str], now: datetime) -> list[FeedState]:
        """Return the sitemaps that are due to say what the feeds did not.

        Those of sources that were visited before (``followed``) are looked for in robots.txt.
        """
        visits = self._context.visits
        states = (rows.feed(row) for row in visits.witnesses(list(self._sources)))
        kept = [state for state in states if state.id not in self._entrances]
        for source in sorted(set(followed) - {state.source for state in kept}):
            visits.save_feeds([rows.of_feed(state) for state in self._named(source, now)])
        return [state for state in kept if schedule.is_due(state, now)]

    def _named(self, source: str, now: datetime) -> list[FeedState]:
        homes = (self._sources[source].homepage, *self._sources[source].feeds)
        origins = {f"robots:{origin_of(url)}" for url in homes}
        bodies = [row["body"] for row in self._context.visits.hosts(origins).values()]
        owner = self._context.plan.catalogue.owner_id
        return coverage.witnesses(source, filter(None, bodies), self._entrances, owner, now)

    def missed(self, state: FeedState, entries: Sequence[Entry], now: datetime) -> list[Entry]:
        """Return the entries that no feed had said; they are noted by their days."""
        listed: dict[str, Entry] = {}
        frontier = self._context.frontier
        shown = frontier.stored(state.source, SHAPES)
        for entry in coverage.claimed(entries, shown, now):
            admission = self._context.admitted(entry, state.source, now)
            if admission.standing.state is State.PENDING and admission.source == state.source:
                listed.setdefault(admission.id, entry)
        known = frontier.known(list(listed))
        missed = [entry for key, entry in listed.items() if key not in known]
        addresses = {entry.url for entry in missed if entry.url}
        days = coverage.days(state.source, list(listed.values()), addresses)
        with self._counting:
            self._context.report.entries["missed"] += len(missed)
            # the sitemaps of one index each list a part of a day
            self._listed.update({(day.source, day.day): day.listed for day in days})
            days = [replace(day, listed=self._listed[day.source, day.day]) for day in days]
        self._context.visits.covered([asdict(day) for day in days], coverage.NAMED, now)
        return missed
