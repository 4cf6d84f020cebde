"""The worker pool: a picklable function on one page at a time, each in a process with limits.

A page gets its time from the start of its work: the processor's, and PATIENCE times as much by the
clock for what only waits. A page that hangs or kills its worker costs that worker alone, which is
replaced. No Scrapy here: recorded pages go through the same pool.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import zstandard
from pebble import CONSTS, ProcessExpired, ProcessFuture, ProcessPool

from pipelines import amp, forks, limits
from pipelines.failpoints import reached
from pipelines.line import observed
from pipelines.records import (
    Draft,
    Dropped,
    Failed,
    PackedSighting,
    Page,
    Template,
    Trouble,
)
from pipelines.signals import undisturbed
from pipelines.template.pack import pack

P = ParamSpec("P")
T = TypeVar("T")
LINE = ("pipelines.line", "pipelines.enrich.loaded")
OVER_MEMORY = "used more memory than a page may"
_ZSTD = zstandard.ZstdCompressor(level=3)
NO_WORKER = "no extraction worker could be started: free some memory, or set fewer `workers`"
PAGES_A_WORKER = 2_000  # a worker that leaks a little is renewed before it matters
IN_HAND = 4  # pages a worker: one in work, more there, so that no worker waits for a busy parent
GRACE = 10.0
PATIENCE = 4  # times a page's seconds, by the clock: two workers on a machine that others use too
HELLO = 2.0  # seconds that a worker has at the end to finish its start
HEARD = 0.3  # seconds until what a worker has just begun is known here to run, not to wait
TRIES = 3  # of work that was lost with a pool that broke beside it
WORN_TRIES = 2 * IN_HAND  # of work before which workers ended over what they held
START_SECONDS = 60.0  # of a machine so busy that everything else has failed before


class WorkError(Exception):
    """The function did not return; ``failed`` says why in the ledger's words."""

    def __init__(self, trouble: Trouble, detail: str, *, is_sure: bool = True) -> None:
        self.failed = Failed(trouble=trouble, detail=detail)
        self.is_sure = is_sure
        """False where something else than the page may have been the reason."""
        super().__init__(detail)


class WorkersError(Exception):
    """No worker can be started; its own words are on stderr."""


class GivenBackError(Exception):
    """The work was not begun, or was cut short through no fault of the page."""


class _LostError(Exception):
    """The pool broke over something else; the work may be tried again."""


class _WornError(Exception):
    """The worker ended over earlier pages before it began this one."""


class Pool:
    """``count`` workers; as many pages again wait in hand, everything else waits in ``run``."""

    def __init__(
        self,
        *,
        count: int,
        seconds: float,
        memory_mb: int,
        preload: Sequence[str] = LINE,
        greeting: Callable[[], object] = os.getpid,
    ) -> None:
        # workers ignore SIGTERM: waiting for it to work would cost seconds each
        CONSTS.term_timeout = 0.1
        self._seconds = seconds
        self._greeting = greeting  # what a worker does first, to show that it is there
        # imported once, before the workers are forked from there
        multiprocessing.get_context(forks.METHOD).set_forkserver_preload(list(preload))
        self._slots = [_Slot(memory_mb, seconds) for _ in range(count)]
        self.places = count * IN_HAND
        """Pages that are in work or in hand at once."""
        self._free = asyncio.Semaphore(self.places)
        self._is_stopping = False
        self._start: asyncio.Future[None] | None = None

    def begin(self) -> None:
        """Have the workers start, as there will be work; ``run`` does so at the latest.

        What fails of it is raised by ``run``. A run with nothing to read never starts them.
        """
        if self._start is None and not self._is_stopping:
            self._start = asyncio.ensure_future(self._warm())
            self._start.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _started(self) -> None:
        self.begin()
        if self._start is None:
            raise GivenBackError
        try:
            await asyncio.shield(self._start)
        except asyncio.CancelledError:
            raise GivenBackError from None

    async def _warm(self) -> None:
        """Return when every worker has answered once. Raises WorkersError."""
        try:
            async with asyncio.timeout(START_SECONDS):
                await asyncio.to_thread(forks.load)
                await asyncio.gather(*(slot.warm(self._greeting) for slot in self._slots))
        except (ProcessExpired, BrokenProcessPool, OSError, EOFError) as error:
            raise WorkersError(NO_WORKER) from error
        finally:
            for slot in self._slots:
                slot.running.clear()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function returns in a worker; where one dies or hangs, in a second one.

        Raises WorkError, GivenBackError, and WorkersError where no worker can be started.
        """
        try:
            return await self._once(function, *args, **kwargs)
        except WorkError as error:
            if error.is_sure or self._is_stopping:
                raise
            # the machine may have killed the worker, or slept while it worked
            return await self._once(function, *args, **kwargs)

    async def _once(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        await self._started()
        broken: BrokenProcessPool | None = None
        async with self._free:
            tries, worn = TRIES, WORN_TRIES
            while tries and not self._is_stopping:
                # the idlest: no page waits behind a slow one while a worker has nothing to do
                slot = min(self._slots, key=lambda slot: len(slot.running))
                try:
                    future = slot.schedule(function, args, kwargs)
                    reached("given-to-worker")
                    return await self._answer(slot, future)
                except BrokenProcessPool as error:  # nothing can be forked: no page's fault
                    broken, tries = error, tries - 1
                except _LostError:
                    tries -= 1
                except _WornError as error:  # mostly of another page that came before
                    worn -= 1
                    if not worn:  # of new workers, too: what they are given takes all
                        raise WorkError(Trouble.PAGE_CRASH, OVER_MEMORY) from error
            if broken:
                raise WorkersError(NO_WORKER) from broken
            raise GivenBackError

    async def _answer(self, slot: "_Slot", future: "ProcessFuture[T]") -> T:
        try:
            # only a pool that has lost its pipe is silent for so long
            async with asyncio.timeout(IN_HAND * (PATIENCE * self._seconds + GRACE)):
                return await asyncio.wrap_future(future)
        except (FutureTimeoutError, TimeoutError) as error:
            if future.done() and not future.cancelled():
                detail = f"took more than {PATIENCE * self._seconds:g} s by the clock"
                raise WorkError(Trouble.PAGE_TIME, detail, is_sure=False) from error
            slot.renew()
            raise GivenBackError from error
        except (asyncio.CancelledError, CancelledError) as error:
            if future in slot.ended:
                detail = "was still at work some seconds after the run was to stop"
                raise WorkError(Trouble.PAGE_TIME, detail) from error
            raise GivenBackError from error
        except (Exception, SystemExit) as error:  # whatever a room raises over a page
            raise _meaning(error, self._seconds) from error
        finally:
            slot.running.discard(future)

    async def stop(self, grace: float) -> None:
        """Begin nothing more, give back what waits, end what still runs after ``grace`` seconds.

        What has to be ended then has had its time: it counts as a page that took too long.
        """
        self._is_stopping = True
        if self._start:
            self._start.cancel()
        deadline = asyncio.get_running_loop().time() + grace
        if self._is_busy():
            await asyncio.sleep(HEARD)
        for slot in self._slots:
            slot.cancel_waiting()
        while self._is_busy() and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)
        for slot in self._slots:
            slot.end_running(is_late=True)

    def stop_now(self) -> None:
        """Begin nothing more, and give back what waits and what runs."""
        self._is_stopping = True
        for slot in self._slots:
            slot.end_running(is_late=False)

    def close(self) -> None:
        """End the workers."""
        for slot in self._slots:
            slot.close()

    def _is_busy(self) -> bool:
        return any(slot.running for slot in self._slots)


def _meaning(error: BaseException, seconds: float) -> WorkError | _LostError | _WornError:
    """Return what an error of a worker means for its page."""
    match error:
        case BrokenProcessPool():
            return _LostError()
        case ProcessExpired(exitcode=limits.WORN):
            return _WornError()
        case ProcessExpired(exitcode=limits.OVER_TIME):
            return WorkError(Trouble.PAGE_TIME, f"took more than {seconds:g} s of the processor")
        case ProcessExpired():
            died = f"its worker died ({error.exitcode})"
            return WorkError(Trouble.PAGE_CRASH, died, is_sure=False)
        case MemoryError():
            return WorkError(Trouble.PAGE_CRASH, OVER_MEMORY, is_sure=False)
    return WorkError(Trouble.PAGE_ERROR, f"{type(error).__name__}: {error}"[:300])


class _Slot:
    """A pool of one worker: what one page does to its pipe or lock can touch no other page."""

    def __init__(self, memory_mb: int, seconds: float) -> None:
        self._memory_mb = memory_mb
        self._seconds = seconds
        self.running: set[ProcessFuture[Any]] = set()
        self.ended: set[ProcessFuture[Any]] = set()
        """Those whose work was cut short by the end of the run."""
        self._greeting: ProcessFuture[object] | None = None
        self._pool = self._make()

    def _make(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            max_tasks=PAGES_A_WORKER,
            initializer=limits.begin,
            initargs=[self._memory_mb, self._seconds],
            context=multiprocessing.get_context(forks.METHOD),
        )

    def schedule(
        self, function: Callable[..., T], args: tuple[object, ...], kwargs: object
    ) -> "ProcessFuture[T]":
        if not self._pool.active:
            self.renew()
        assert isinstance(kwargs, dict)
        forks.serve()
        future = self._pool.schedule(
            limits.within, args=(function, *args), kwargs=kwargs, timeout=PATIENCE * self._seconds
        )
        self.running.add(future)
        return future

    async def warm(self, greeting: Callable[[], object]) -> None:
        """Return when the worker has answered once; one that is killed as it starts is replaced.

        Raises ProcessExpired or BrokenProcessPool where the last of some tries dies too.
        """
        for left in reversed(range(TRIES)):
            try:
                with undisturbed():  # half a start could not be waited for
                    self._greeting = self.schedule(greeting, (), {})
                while not self._greeting.done():  # not awaited: a stop must not cancel it
                    await asyncio.sleep(0.01)
                self._greeting.result()
            except (ProcessExpired, BrokenProcessPool):
                if not left:
                    raise
                self.renew()
            else:
                return

    def renew(self) -> None:
        """Replace a pool that broke."""
        self.close()
        self._pool = self._make()

    def cancel_waiting(self) -> None:
        for future in list(self.running):
            if not future.running():
                future.cancel()  # type: ignore[no-untyped-call]  # pebble has no types here

    def end_running(self, *, is_late: bool) -> None:
        for future in list(self.running):
            if is_late and future.running():
                self.ended.add(future)
            future.cancel()  # type: ignore[no-untyped-call]  # pebble has no types here

    def close(self) -> None:
        # a worker that is being forked reads its part from us, and tells its trace where it cannot
        if self._greeting:
            with suppress(Exception):
                self._greeting.result(timeout=HELLO)
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble has no types here
        self._pool.join(timeout=5)


@dataclass(frozen=True, slots=True)
class Worked:
    """What a worker makes of a page."""

    made: Draft | Dropped
    body: bytes = field(repr=False)
    """As it is stored: zstd."""
    sighting: PackedSighting | None = None
    """What the page shows of its site; None where it holds no article."""
    amp: str | None = None
    """Where its AMP form is, that may hold what the page does not; None: that is not wanted."""


Prepare = Callable[[Page, str, Template | None], Worked]
"""What is done with a page in a worker: as ``one_page`` does."""


def one_page(page: Page, site: str = "", template: Template | None = None) -> Worked:
    """Return what the line makes of a page with what is known of its site. Runs in a worker."""
    reached("in-worker")
    made, sighting = observed(page, template)
    packed = pack(sighting, site) if sighting and site else None
    return Worked(made, compress(page.body), packed, amp.address(page, made))


def compress(body: bytes) -> bytes:
    """Return the body as zstd: a fifth of its size, for less than a millisecond a page."""
    return _ZSTD.compress(body)
