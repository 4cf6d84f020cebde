"""When there is something to do again for the sources of a run."""

from datetime import UTC, datetime, time, timedelta

from crawler.spiders.context import Context
from pipelines.identify.canonical import ledger_key
from pipelines.records import Priority
from pipelines.store.frontier import AT_ONCE

WAITING = (*AT_ONCE, Priority.BACKFILL)
EVER = timedelta(days=36_525)


def next_at(context: Context) -> datetime | None:
    """Return when the next feed or address falls due, now at the earliest; None: nothing waits."""
    now = datetime.now(UTC)
    sources = context.plan.sources
    feeds = [ledger_key(url) for s in sources for url in s.entrances]
    visits = {row["_id"]: row["next_at"] for row in context.visits.feeds_by_id(feeds)}
    moments = [visits.get(feed, now) for feed in feeds]
    spent = context.budgets.spent(now)
    ids = [source.id for source in sources if source.id not in {*spent, *context.sent.lacking}]
    address = context.frontier.next_due(context.runs.by, ids, now + EVER, WAITING)
    if context.budgets.waiting(now):
        moments.append(datetime.combine(now.date() + timedelta(days=1), time.min, UTC))
    soonest = min([*moments, address] if address else moments, default=None)
    return max(soonest, now) if soonest else None
