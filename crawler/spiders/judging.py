"""How the sources of a run are doing: what the store has of them to ``health``, and back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from config.source import Source
from crawler import health, schedule, signs
from crawler.health import Health, Patient, SourceState
from crawler.schedule import FeedState
from crawler.spiders import rows
from crawler.spiders.context import Context
from pipelines import norms
from pipelines.failpoints import reached
from pipelines.identify.canonical import ledger_key
from pipelines.store.visits import OWED, OWED_AT

# what was refused long ago says nothing of today
RECENT = timedelta(days=3)


class Judging:
    """The sources of one run. Calls the store: to be used in a thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sources: dict[str, Source] = {s.id: s for s in context.plan.sources}
        self._norms: dict[str, norms.Norm] = {}

    def begin(self) -> None:
        """Give the keeper what is known of how the sources' pages read."""
        found = self._context.visits.norms(list(self._sources))
        self._norms = {key: norms.of_document(norm) for key, norm in found.items()}
        self._context.keeper.norms = dict(self._norms)

    def end(self, touched: Collection[str]) -> None:
        """Work out how the sources visited are doing, note who fell ill or got well, and store it.

        Beside it how their pages read by now.
        """
        now = datetime.now(UTC)
        known = self._context.visits.sources(touched)
        before = {key: rows.source(row) for key, row in known.items()}
        patients = self._patients(sorted(touched), known, now)
        after = {key: health.judge(before.get(key), key, one) for key, one in patients.items()}
        changed = [rows.of_source(s) for key, s in after.items() if before.get(key) != s]
        news = {key for key, state in after.items() if health.is_news(before.get(key), state)}
        owing = [row | ({OWED_AT: OWED} if row["_id"] in news else {}) for row in changed]
        self._context.visits.save_sources(owing)
        reached("judged")
        self._report(before, after)
        self._save_norms()

    def _patients(
        self, touched: Sequence[str], known: Collection[str], now: datetime
    ) -> dict[str, Patient]:
        feeds = self._feeds(touched)
        waiting = self._context.signs.waiting(known, now - RECENT)
        # of a source that was never visited before nothing can have changed
        last = self._context.signs.last(known)
        seen = {key: signs.read(articles, waiting[key]) for key, articles in last}
        return {
            key: Patient(
                feeds=feeds[key],
                signs=seen.get(key, signs.Signs()),
                language=self._sources[key].language,
                now=now,
            )
            for key in touched
        }

    def _report(self, before: dict[str, SourceState], after: dict[str, SourceState]) -> None:
        report = self._context.report
        # also what an earlier run found and was killed before it could say so
        report.became_ill = self._context.visits.unsaid(list(self._sources))
        for key, state in after.items():
            was = before.get(key)
            if state.health is Health.ILL:
                report.ill[key] = str(state.word)
            if was and was.health is Health.ILL and state.health is Health.WELL:
                report.became_well.append(key)

    def _save_norms(self) -> None:
        # of a source that is not of this run the norm is not known
        found = self._context.keeper.norms.items()
        changed = {
            key: norms.to_document(norm)
            for key, norm in found
            if key in self._sources and norm != self._norms.get(key)
        }
        self._context.visits.save_norms(changed)

    def _feeds(self, sources: Sequence[str]) -> dict[str, list[FeedState]]:
        """Return the feeds of the catalogue: what a source has dropped counts no more."""
        wanted = {ledger_key(url) for source in self._sources.values() for url in source.entrances}
        known = [rows.feed(row) for row in self._context.visits.feeds(sources)]
        named: dict[str | None, list[FeedState]] = defaultdict(list)
        for state in known:
            named[state.parent].append(state)
        states: dict[str, list[FeedState]] = {key: [] for key in sources}
        for state in known:
            if state.id in wanted:
                states[state.source].append(schedule.with_sitemaps(state, named[state.id]))
        return states
