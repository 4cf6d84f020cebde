"""The pool: a page that hangs, dies or eats memory costs its own worker and nothing else."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pebble
import psutil
import pytest
import zstandard

from pipelines.records import Draft, Dropped, Entry, Page
from pipelines.work import GivenBackError, Pool, WorkError, WorkersError, one_page
from tests.rooms import deeds

pytestmark = pytest.mark.slow
HOUR = 3600.0


@asynccontextmanager
async def a_pool(
    count: int = 1,
    seconds: float = HOUR,
    greeting: Callable[[], object] = os.getpid,
    memory_mb: int = 512,
) -> AsyncIterator[Pool]:
    pool = Pool(count=count, seconds=seconds, memory_mb=memory_mb, greeting=greeting)
    try:
        yield pool
    finally:
        pool.close()


async def told(pool: Pool, function: Callable[..., Any], *args: Any) -> object:
    """Return what became of one piece of work, a failure as its trouble."""
    try:
        return await pool.run(function, *args)
    except WorkError as error:
        return str(error.failed.trouble)
    except GivenBackError:
        return "given back"


async def all_told(pool: Pool, *functions: Callable[[], Any]) -> list[object]:
    return list(await asyncio.gather(*(told(pool, function) for function in functions)))


def test_many_pieces_of_work_come_back_each_to_who_asked() -> None:
    async def work() -> list[int]:
        async with a_pool(2) as pool:
            return await asyncio.gather(*(pool.run(deeds.double, n) for n in range(200)))

    assert asyncio.run(work()) == [2 * n for n in range(200)]


def test_results_come_in_the_order_of_completion(tmp_path: Path) -> None:
    async def work() -> list[object]:
        done: list[object] = []
        async with a_pool(2) as pool:
            late = asyncio.create_task(pool.run(deeds.wait_for, str(tmp_path / "now")))
            late.add_done_callback(lambda task: done.append(task.result()))
            while len(done) < 5:
                done.append(await pool.run(deeds.double, len(done)))
            (tmp_path / "now").touch()
            await late
        return done

    assert asyncio.run(work()) == [0, 2, 4, 6, 8, str(tmp_path / "now")]


@pytest.mark.parametrize(
    ("why", "deed", "trouble"),
    [
        ("a page that loops in C is ended at its limit", deeds.loop, "page-time"),
        ("a page that kills its worker", deeds.die, "page-crash"),
        ("a page that ends its worker", deeds.leave, "page-error"),
        ("a page that waits for ever", deeds.wait, "page-time"),
        ("a page that takes all memory", deeds.hog, "page-crash"),
        ("a page that is no XML to a parser", deeds.break_a_parser, "page-error"),
        ("a page for which a parser has no memory", deeds.starve_a_parser, "page-crash"),
        ("a page over which a room raises", deeds.fail, "page-error"),
        ("a page whose article cannot travel", deeds.send_what_cannot_travel, "page-error"),
    ],
)
def test_only_the_guilty_page_fails(why: str, deed: Callable[[], Any], trouble: str) -> None:
    async def work() -> list[object]:
        async with a_pool(2, seconds=0.5) as pool:
            innocent = [deeds.pid] * 4
            return await all_told(pool, *innocent, deed, *innocent, deed, *innocent)

    outcome = asyncio.run(work())

    assert [(at, what) for at, what in enumerate(outcome) if not isinstance(what, int)] == [
        (4, trouble),
        (9, trouble),
    ], why


@pytest.mark.parametrize(
    ("why", "megabytes", "is_renewed"),
    [
        ("a worker that kept much of a page ends before the next", 300, True),
        ("a worker that kept little goes on", 100, False),
    ],
)
def test_no_page_fails_over_what_an_earlier_one_left(
    why: str, megabytes: int, *, is_renewed: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    async def work() -> list[Any]:
        async with a_pool(1) as pool:
            kept = [told(pool, deeds.keep, megabytes), told(pool, deeds.keep, 250)]
            return [*await asyncio.gather(*kept), await told(pool, deeds.size, bytes(9_000_000))]

    first, second, size = asyncio.run(work())

    assert (size, first != second) == (9_000_000, is_renewed), why
    assert capfd.readouterr().err == ""


def test_a_page_has_no_more_than_its_memory_though_its_worker_has() -> None:
    async def work() -> list[object]:
        async with a_pool(1) as pool:
            return [await told(pool, deeds.keep, megabytes) for megabytes in (600, 200)]

    over, within = asyncio.run(work())

    assert over == "page-crash"
    assert isinstance(within, int)


def test_a_large_page_that_waits_behind_one_that_loops_is_not_lost() -> None:
    async def work() -> list[object]:
        async with a_pool(1, seconds=1) as pool:
            large = bytes(5_000_000)
            both = (told(pool, deeds.loop), told(pool, deeds.size, large))
            return list(await asyncio.gather(*both))

    assert asyncio.run(work()) == ["page-time", 5_000_000]


def test_a_large_page_that_waits_does_not_hold_up_the_end() -> None:
    async def work() -> list[object]:
        async with a_pool(1) as pool:
            large = bytes(5_000_000)
            tasks = [asyncio.create_task(told(pool, deeds.loop))]
            tasks += [asyncio.create_task(told(pool, deeds.size, large)) for _ in range(2)]
            await until(lambda: is_at_work(pool, any))
            await pool.stop(grace=0)
            return await asyncio.gather(*tasks)

    assert asyncio.run(work()) == ["page-time", "given back", "given back"]


def test_what_fails_says_why_in_words() -> None:
    async def work() -> str:
        async with a_pool() as pool:
            with pytest.raises(WorkError) as caught:
                await pool.run(deeds.fail)
            return caught.value.failed.detail

    assert asyncio.run(work()) == "ValueError: no such month: 13"


def test_a_page_whose_worker_is_killed_is_tried_in_another(tmp_path: Path) -> None:
    async def work() -> object:
        async with a_pool() as pool:
            return await told(pool, deeds.die_once, str(tmp_path / "died"))

    assert asyncio.run(work()) == str(tmp_path / "died")


def test_a_page_over_which_the_machine_slept_is_tried_again(tmp_path: Path) -> None:
    async def work() -> object:
        async with a_pool(seconds=0.3) as pool:
            return await told(pool, deeds.wait_once, str(tmp_path / "waited"))

    assert asyncio.run(work()) == str(tmp_path / "waited")


def test_a_page_that_is_more_than_its_memory_ends_no_worker_for_ever() -> None:
    async def work() -> tuple[object, object]:
        async with a_pool(memory_mb=64) as pool:
            large = told(pool, deeds.size, bytes(80 * 2**20))
            return await asyncio.gather(large, told(pool, deeds.pid))

    large, other = asyncio.run(work())

    assert large == "page-crash"
    assert isinstance(other, int)


def test_page_after_page_may_die() -> None:
    async def work() -> list[object]:
        async with a_pool(2, seconds=5) as pool:
            return await all_told(pool, *([deeds.die, deeds.pid] * 6))

    outcome = asyncio.run(work())

    assert outcome[::2] == ["page-crash"] * 6
    assert all(isinstance(what, int) for what in outcome[1::2])


def test_a_worker_that_is_killed_as_it_starts_is_replaced(
    tmp_path: Path,
) -> None:
    async def work() -> object:
        greeting = partial(deeds.die_at_first, str(tmp_path))
        async with a_pool(1, seconds=5, greeting=greeting) as pool:
            return await told(pool, deeds.double, 4)

    assert asyncio.run(work()) == 8


def test_workers_that_all_die_as_they_start_are_an_error() -> None:
    async def work() -> object:
        async with a_pool(1, seconds=5, greeting=deeds.die) as pool:
            return await pool.run(deeds.double, 4)

    with pytest.raises(WorkersError, match="no extraction worker"):
        asyncio.run(work())


@pytest.mark.parametrize(("failures", "answer"), [(2, 8), (3, "no worker")])
def test_where_none_can_be_forked_any_more_it_is_tried_again_and_then_an_error(
    monkeypatch: pytest.MonkeyPatch, failures: int, answer: object
) -> None:
    left = [failures]
    schedule = pebble.ProcessPool.schedule

    def fails_first(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] >= 0:
            raise BrokenProcessPool
        return schedule(*args, **kwargs)

    async def work() -> object:
        async with a_pool() as pool:
            await pool.run(deeds.double, 1)
            monkeypatch.setattr(pebble.ProcessPool, "schedule", fails_first)
            try:
                return await pool.run(deeds.double, 4)
            except WorkersError:
                return "no worker"

    assert asyncio.run(work()) == answer


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_that_is_signalled_from_outside_hurts_nothing(number: int) -> None:
    async def work() -> list[object]:
        async with a_pool(1, seconds=5) as pool:
            os.kill(await pool.run(deeds.pid), number)
            return await all_told(pool, deeds.pid, deeds.pid, deeds.pid)

    assert all(isinstance(what, int) for what in asyncio.run(work()))


def test_stop_gives_back_what_waits_and_ends_what_loops() -> None:
    async def work() -> tuple[list[object], object]:
        async with a_pool(1) as pool:
            tasks = [
                asyncio.create_task(told(pool, deed)) for deed in [deeds.loop, *[deeds.pid] * 5]
            ]
            await until(lambda: is_at_work(pool, any))
            await pool.stop(grace=0.2)
            return await asyncio.gather(*tasks), await told(pool, deeds.pid)

    outcome, after = asyncio.run(work())

    assert outcome == ["page-time", *["given back"] * 5]
    assert after == "given back"


def test_stop_lets_what_works_finish(tmp_path: Path) -> None:
    async def work() -> object:
        async with a_pool(1) as pool:
            task = asyncio.create_task(told(pool, deeds.wait_for, str(tmp_path / "now")))
            await until(lambda: is_at_work(pool, any))
            stopping = asyncio.create_task(pool.stop(grace=HOUR))
            (tmp_path / "now").touch()
            await stopping
            return await task

    assert asyncio.run(work()) == str(tmp_path / "now")


def test_no_worker_outlives_its_pool() -> None:
    async def work() -> set[int]:
        async with a_pool(2, seconds=30) as pool:
            loops = [asyncio.create_task(told(pool, deeds.loop)) for _ in range(2)]
            await until(lambda: is_at_work(pool, all))
            pids = {
                p for slot in pool._slots for p in slot._pool._pool_manager.worker_manager.workers
            }
            await pool.stop(grace=0)
            await asyncio.gather(*loops)
        return pids

    pids = asyncio.run(work())

    assert len(pids) == 2
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


def is_at_work(pool: Pool, how_many: Callable[[Iterable[bool]], bool]) -> bool:
    """Return whether any worker, or all, are at work on more than the first greeting."""
    is_started = pool._start is not None and pool._start.done()
    return is_started and how_many(any(f.running() for f in s.running) for s in pool._slots)


async def until(holds: Callable[[], bool]) -> None:
    """Give way to others until something holds."""
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"<html><body><p>Hm.</p></body></html>"])
def test_one_page_gives_what_the_line_makes_of_it_and_its_body_packed(body: bytes) -> None:
    page = Page(
        url="https://lantern.example/a",
        announced_url="https://lantern.example/a",
        body=body,
        fetched_at=datetime(2026, 11, 2, tzinfo=UTC),
        entry=Entry(url="https://lantern.example/a"),
        source="lantern",
    )

    worked = one_page(page)

    assert isinstance(worked.made, (Draft, Dropped))
    assert zstandard.ZstdDecompressor().decompress(worked.body) == body
