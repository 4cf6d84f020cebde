"""What is said anew of an address that the ledger knows. Decides only: no clock, no store."""

from dataclasses import replace
from datetime import datetime

from crawler import frontier as decide
from pipelines import ledger
from pipelines.records import Exclusion, Priority, Standing, State
from pipelines.store.frontier import Announcement, Recorded


def said_again(
    said: Announcement, before: Recorded, now: datetime, *, is_dated: bool
) -> Announcement | None:
    """Return what an announcement makes of an address that the ledger knows; None: nothing.

    ``is_dated``: another list than that which announced it first is believed its times of change.
    """
    standing = None
    if said.standing.reason == Exclusion.IGNORED and before.standing.article is None:
        standing = _left_out(said, before)
    elif said.standing.state is State.PENDING and _is_let_in(said, before):
        standing = said.standing  # what left it out is no more
    elif said.standing.state is State.PENDING and before.is_old:
        standing = said.standing  # a sitemap left it to a backfill, but a feed has it
    elif before.feed == said.feed and (
        decide.has_changed(before.entry, said.entry)
        or decide.is_redated(before.entry, said.entry, before.visited_at)
    ):
        standing = ledger.announced(before.standing, now)
    elif (
        is_dated and before.standing.article and decide.is_newer(said.entry, before.visited_at, now)
    ):
        # the title, for one, is what the feed says that had it first
        said = replace(said, feed=before.feed, entry=before.entry)
        standing = ledger.announced(before.standing, now)
    if standing is None:
        return None
    priority = Priority.AGAIN if standing.article else Priority.FRESH
    return replace(said, standing=standing, priority=priority)


def _left_out(said: Announcement, before: Recorded) -> Standing | None:
    """Return the standing of what waits, where its own feed shows now that it is not wanted.

    What no feed shows any more is told when its turn comes.
    """
    is_waiting = before.standing.state in {State.PENDING, State.RETRYING}
    return said.standing if is_waiting and before.feed == said.feed else None


def _is_let_in(said: Announcement, before: Recorded) -> bool:
    """Return whether an entry was left out by what was wanted before; its page was never read."""
    is_unread = before.visited_at is None and before.standing.reason == Exclusion.IGNORED
    return is_unread and before.feed == said.feed
