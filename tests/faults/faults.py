"""The faults: a crawl comes to a moment, something goes wrong there, and the next run goes on."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from pymongo.errors import PyMongoError

from pipelines.store import server
from pipelines.store.audit import audit
from pipelines.store.runs import LOCK
from tests.crawl.home import Ran, Running, until, until_stopped
from tests.faults.picture import Difference, compare, look
from tests.faults.servers import fill
from tests.faults.stage import LEASE, LONG_AGO, PATIENCE, Stage

LEASES = 3  # that a stop lasts
OWN = "struck"  # the server of faults that strike MongoDB
OFTEN = 40  # moments that come with each page
SEVERAL = 4  # with each batch of pages
# how often a moment comes at least in an undisturbed run: the seed chooses one of them
TIMES = {
    "entries-recorded": 6, "feed-saved": 6, "fetched": OFTEN, "given-to-worker": OFTEN,
    "in-worker": OFTEN, "made": OFTEN, "before-claim": SEVERAL, "after-claim": SEVERAL,
    "after-revision": 1, "after-article": SEVERAL, "pages-kept": SEVERAL,
    "sightings-kept": SEVERAL, "after-ledger": SEVERAL, "before-reread": 2, "after-reread": 2,
    "before-story": 1, "after-story": 1, "at-the-end": 1, "judged": 1,
}  # fmt: skip
STEPS = ("entries-recorded", "given-to-worker", "after-claim", "pages-kept")


@dataclass(frozen=True, slots=True)
class Played:
    """One fault at one moment, and what was left of it once the next run had ended."""

    fault: str
    moment: str
    count: int
    seed: int
    is_hit: bool
    codes: tuple[int, ...]
    """Of the run at fault, and of those that came after it."""
    difference: Difference
    is_clean: bool
    """Whether the audit finds nothing."""
    words: str
    """What the last ones said."""

    @property
    def is_well(self) -> bool:
        """Whether nothing is lost, doubled, stuck or otherwise, and every proof holds."""
        found = self.difference
        is_same = not (found.lost or found.doubled or found.stuck or found.other)
        return is_same and self.is_clean and self.codes[-1] == 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and the moments at which it is played."""

    play: Callable[[Stage, str, int], list[Ran]]
    """Plays it at the moment that comes so often; returns what the runs answered."""
    moments: tuple[str, ...]
    server: str = "ordinary"
    """The one that it needs; ``struck``: it is MongoDB that it strikes."""


def play(stage: Stage, name: str, moment: str, seed: int) -> Played:
    """Play a fault, have the next run go on, and compare what there is."""
    fault = FAULTS[name]
    count = Random(f"{name} {moment} {seed}").randint(1, TIMES[moment])  # noqa: S311 no secret
    stage.set()
    runs = fault.play(stage, moment, count)
    stage.await_feeds()
    rest = stage.crawl()
    return Played(
        fault=name,
        moment=moment,
        count=count,
        seed=seed,
        is_hit=stage.mark.exists(),
        codes=(*(ran.code for ran in runs), rest.code),
        difference=compare(stage.wanted, look(stage.db)),
        is_clean=audit(stage.db).is_clean,
        words="\n".join(ran.err for ran in (*runs, rest) if ran.err),
    )


def acts(act: str) -> Callable[[Stage, str, int], list[Ran]]:
    """Return what has the crawl itself do something at the moment."""

    def strike(stage: Stage, moment: str, count: int) -> list[Ran]:
        return [stage.crawl(f"{moment}:{count}:{act}")]

    return strike


def stopped(stage: Stage, moment: str, count: int, **settings: str) -> Running:
    """Return a crawl that is stopped at the moment, or that ended before."""
    running = stage.begin(f"{moment}:{count}:stop", None, **settings)
    until_stopped(running)
    return running


def go_on(running: Running) -> None:
    """Let a stopped crawl go on."""
    with suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGCONT)


def beside(strike: Callable[[Stage], list[Ran]]) -> Callable[[Stage, str, int], list[Ran]]:
    """Return what stops the crawl at the moment, strikes, and lets it go on."""

    def whole(stage: Stage, moment: str, count: int) -> list[Ran]:
        running = stopped(stage, moment, count)
        try:
            others = strike(stage)
        finally:
            go_on(running)
        return [running.ended(PATIENCE), *others]

    return whole


def mongod_killed(stage: Stage, moment: str, count: int) -> list[Ran]:
    """MongoDB is killed, and there again for the next run only."""
    runs = beside(_kill_mongod)(stage, moment, count)
    stage.again()
    return runs


def mongod_gone(stage: Stage) -> list[Ran]:
    """MongoDB is killed and soon there again."""
    _kill_mongod(stage)
    stage.again()
    return []


def _kill_mongod(stage: Stage) -> list[Ran]:
    found = server.status(stage.mongo)
    assert found
    os.kill(found.pid, signal.SIGKILL)
    return []


def stepped_down(stage: Stage, moment: str, count: int) -> list[Ran]:
    """The primary steps down, and is elected again some seconds later."""
    runs = beside(_step_down)(stage, moment, count)
    until(lambda: stage.client.admin.command("hello")["isWritablePrimary"])
    return runs


def _step_down(stage: Stage) -> list[Ran]:
    with suppress(PyMongoError):  # it may hang up on who asks
        order = {"replSetStepDown": 1, "secondaryCatchUpPeriodSecs": 0, "force": True}
        stage.client.admin.command(order)
    return []


def disk_full(stage: Stage, moment: str, count: int) -> list[Ran]:
    """The disk of MongoDB is full, until the run has ended."""
    running = stopped(stage, moment, count)
    filler = fill(stage.mongo)
    go_on(running)
    ran = running.ended(PATIENCE)
    filler.unlink()
    stage.again()
    return [ran]


def clock_back(stage: Stage) -> list[Ran]:
    """The server's clock goes back by an hour, as one does that was wrong."""
    stage.set_clock_back()
    return []


def clock_back_and_killed(stage: Stage, moment: str, count: int) -> list[Ran]:
    """The same, and the run that held leases by the old clock is killed."""
    running = stopped(stage, moment, count)
    clock_back(stage)
    os.kill(running.pid, signal.SIGKILL)
    return [running.ended(PATIENCE)]


def past_its_lease(stage: Stage) -> list[Ran]:
    """Another machine takes over from a run that is stopped for three leases."""
    ago = {"$subtract": ["$$NOW", (LEASES - 1) * float(LEASE) * 1000]}  # the first it had itself
    is_past = {"_id": LOCK, "$expr": {"$lt": ["$lease.until", ago]}}
    until(lambda: stage.db["hosts"].find_one(is_past) is not None)
    # as if its lease were longer than a claim's, which it is but here
    stage.db["claims"].update_many({}, {"$set": {"lease.until": LONG_AGO}})
    return [stage.crawl(home=stage.elsewhere())]


def second_crawl(overlap: str) -> Callable[[Stage, str, int], list[Ran]]:
    """Return what begins a second crawl on the same machine at the moment."""

    def whole(stage: Stage, moment: str, count: int) -> list[Ran]:
        first = stopped(stage, moment, count, DATELINE_OVERLAP=overlap)
        second = stage.begin(DATELINE_OVERLAP=overlap)
        if overlap == "share":  # both are to be under way
            until(lambda: second.begun.is_over or stage.db["runs"].count_documents({}) >= 3)
            go_on(first)
            return [first.ended(PATIENCE), second.ended(PATIENCE)]
        answer = second.ended(PATIENCE)
        go_on(first)
        return [answer, first.ended(PATIENCE)]

    return whole


KILLED = tuple(moment for moment in TIMES if moment != "in-worker")
FAULTS = {
    "kill -9 of the crawl": Fault(acts("kill"), KILLED),
    "SIGTERM": Fault(acts("terminate"), STEPS),
    "an error of ours": Fault(acts("raise"), STEPS),
    "kill -9 of a worker": Fault(acts("kill"), ("in-worker",)),
    "a worker out of memory": Fault(acts("use-memory"), ("in-worker",)),
    "SIGSTOP past its lease": Fault(beside(past_its_lease), ("fetched", "after-claim")),
    "two crawls, one leaves": Fault(second_crawl("leave"), ("fetched",)),
    "two crawls that share": Fault(
        second_crawl("share"), ("feed-saved", "fetched", "after-claim", "after-ledger")
    ),
    "the clock goes back": Fault(beside(clock_back), ("after-claim",)),
    "the clock goes back, kill -9": Fault(clock_back_and_killed, ("after-claim", "before-story")),
    "MongoDB killed": Fault(mongod_killed, ("entries-recorded", "after-claim", "pages-kept"), OWN),
    "MongoDB gone for a while": Fault(beside(mongod_gone), ("pages-kept",), OWN),
    "the primary steps down": Fault(stepped_down, ("after-claim",), OWN),
    "the disk is full": Fault(disk_full, ("after-claim",), "small disk"),
}
