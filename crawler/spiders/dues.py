"""Which sources have something due, the most urgent kind of each: what a dispatcher hands out."""

from collections.abc import Mapping
from datetime import datetime

from config.catalogue import Catalogue
from pipelines.identify.canonical import ledger_key
from pipelines.records import Priority
from pipelines.store.budgets import Budgets
from pipelines.store.frontier import AT_ONCE
from pipelines.store.queued import Queued
from pipelines.store.rechecks import Rechecks


def dues(
    catalogue: Catalogue, queued: Queued, budgets: Budgets, rechecks: Rechecks, now: datetime
) -> Mapping[str, Priority]:
    """Return FRESH, RECHECK or BACKFILL of each enabled source that has something due now."""
    enabled = {source.id for source in catalogue.sources if source.enabled}
    feeds = {
        ledger_key(url): source.id
        for source in catalogue.sources
        if source.enabled
        for url in source.entrances
    }
    spent = budgets.spent(now)
    fresh = queued.feeds(feeds, now) | (queued.addresses(AT_ONCE, now) - spent)
    again = rechecks.unspent(queued.addresses([Priority.RECHECK], now), now)
    old = queued.addresses([Priority.BACKFILL], now) - spent
    found = (
        dict.fromkeys(old, Priority.BACKFILL)
        | dict.fromkeys(again, Priority.RECHECK)
        | dict.fromkeys(fresh, Priority.FRESH)
    )
    return {source: kind for source, kind in sorted(found.items()) if source in enabled}
