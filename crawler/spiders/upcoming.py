"""When there is something to do again for the sources of a run."""

from datetime import UTC, datetime, timedelta

from crawler.spiders.context import Context
from pipelines.identify.canonical import ledger_key

EVER = timedelta(days=36_525)


def next_at(context: Context) -> datetime | None:
    """Return when the next feed or address falls due, now at the earliest; None: nothing waits."""
    now = datetime.now(UTC)
    sources = context.plan.sources
    feeds = [ledger_key(url) for s in sources for url in (*s.feeds, *s.sitemaps)]
    visits = {row["_id"]: row["next_at"] for row in context.visits.feeds_by_id(feeds)}
    moments = [visits.get(feed, now) for feed in feeds]
    ids = [source.id for source in sources]
    address = context.frontier.next_due(context.runs.by, ids, now + EVER)
    soonest = min([*moments, address] if address else moments, default=None)
    return max(soonest, now) if soonest else None
