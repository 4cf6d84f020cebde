"""Asking hosts beside other runs: whose turn it is, and what another has done meanwhile.

Where no other run may be under way, every turn is ours and nothing is looked up.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from crawler.frontier import Ask, Fetch
from crawler.spiders.context import Context
from crawler.spiders.hosts import Hosts
from pipelines.store.turns import Turns

LOOK_EVERY = timedelta(seconds=0.3)  # at a host that another run asks
SLACK = 30.0  # seconds that a turn outlasts its request: a busy machine is no dead one


class Sharing:
    """The turns of one run at its hosts."""

    def __init__(
        self,
        context: Context,
        hosts: Hosts,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._context = context
        self._hosts = hosts
        self._spawn = spawn
        settings, runs = context.plan.settings, context.runs
        seconds = settings.request_timeout + settings.browser_seconds + SLACK
        self._turns = (
            Turns(context.connection.db, runs.by, seconds, runs.living.is_dead)
            if runs.shares
            else None
        )

    async def wait(self, fetch: Fetch, now: datetime) -> datetime | None:
        """Take a host's turn; return when to try again where it is another's, or not time yet."""
        if self._turns is None:
            return None
        turn = await asyncio.to_thread(self._turns.take, fetch.host, now)
        self._hosts.learn([turn.pace])
        if turn.is_ours:
            return None
        return max(self._hosts.ready_at(fetch.host) or now, now + LOOK_EVERY)

    async def is_done(self, fetch: Fetch, now: datetime) -> bool:
        """Return whether another run has asked for this since we looked; the turn is ours."""
        if self._turns is None or fetch.hops:
            return False
        visits = self._context.visits
        if fetch.ask is Ask.ROBOTS:
            known = await asyncio.to_thread(visits.hosts, [f"robots:{fetch.origin}"])
            self._hosts.learn(known.values())
            return self._hosts.has_robots(fetch.origin, now)
        if fetch.feed is None:
            return False  # a page is leased to us
        rows = await asyncio.to_thread(visits.feeds_by_id, [fetch.feed.id])
        is_visited = any(row["visited_at"] != fetch.feed.visited_at for row in rows)
        if is_visited:
            self._context.report.feeds["elsewhere"] += 1
        return is_visited

    def over(self, host: str) -> None:
        """Let other runs have a host's turn."""
        if self._turns is not None:
            pace = self._hosts.pace_of(host)
            self._spawn(asyncio.to_thread(self._turns.free, host, pace))

    def release(self) -> None:
        """Let other runs have all our turns. Blocks."""
        if self._turns is not None:
            self._turns.release()
