"""The same crawl across machines: due sources as batches on a queue, taken by whoever is free.

    catalogue + ledger -> dispatch -> broker (Celery) -> worker -> `dateline crawl` of the batch

The ledger in MongoDB stays the truth: a message that is lost, late or doubled changes nothing. What
is on the queue is marked, so that nothing is put there twice while it waits; the mark ends with the
batch, or by the clock. A batch is collected under a lease by the server's clock, and its crawl
shares hosts with all others: one of them asks a host at a time.
"""

import ctypes
import logging
import os
import platform
import secrets
import signal
import subprocess
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from celery import Celery, Task
from celery import signals as celery_signals
from celery.exceptions import Reject, SecurityWarning
from kombu import Queue

from config.catalogue import Catalogue
from config.catalogue import load as load_catalogue
from config.settings import Settings, load
from crawler.spiders.context import budgets
from crawler.spiders.dues import dues
from dateline.database import opened
from dateline.exits import Code
from pipelines.records import Priority
from pipelines.store.errors import StoreError
from pipelines.store.lock import Lock
from pipelines.store.queued import Queued
from pipelines.store.rechecks import Rechecks

log = logging.getLogger(__name__)
KINDS: Final = {Priority.FRESH: "fresh", Priority.RECHECK: "recheck", Priority.BACKFILL: "backfill"}
COLLECT, DISPATCH = "dateline.collect", "dateline.dispatch"  # tasks
LEASE_SECONDS = 2.0  # of a batch: so long after a machine has died another has its work
LOOK_SECONDS = 0.25
BEAT_SECONDS = 0.5
AWAY_SECONDS = 2.0  # until a batch is tried again that met no MongoDB, or a run that shares nothing
# after its time limit a run settles what is in work, and tells stories
ENDING_SECONDS = 120.0
LOST_SECONDS = 600.0  # beside what the batches before it take: then a message is taken for lost
PDEATHSIG = 1  # of prctl: what Linux sends us when our parent dies
NOWHERE: Final = "none"  # the region of sources that have none
STOPPED: Final = {"SIGINT": Code.INTERRUPTED, "SIGTERM": Code.TERMINATED}
# loaded here: between fork and exec as little as possible may be done
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Batch:
    """Sources of one region that are collected together."""

    region: str
    kind: str
    sources: tuple[str, ...]


def queue_of(settings: Settings, region: str, kind: str) -> str:
    """Return the name of the queue of a region and a kind of work; two databases share none."""
    return f"{settings.mongodb_database}.{region}.{kind}"


def own_queue(settings: Settings) -> str:
    """Return the name of the queue of the dispatcher that a worker is, too."""
    return f"{settings.mongodb_database}.dispatch"


def batches(
    found: Mapping[str, Priority], regions: Mapping[str, str], size: int
) -> Iterator[Batch]:
    """Yield what is due as batches of at most so many sources, what is fresh first."""
    groups: defaultdict[tuple[Priority, str], list[str]] = defaultdict(list)
    for source, priority in found.items():
        groups[priority, regions[source]].append(source)
    for (priority, region), sources in sorted(groups.items()):
        for at in range(0, len(sources), size):
            yield Batch(region, KINDS[priority], tuple(sources[at : at + size]))


def dispatch(app: Celery, settings: Settings) -> list[Batch]:
    """Put what is due and not queued yet on its queues; return it.

    Raises StoreError, ConfigError, and kombu's OperationalError where there is no broker. Marked
    first: who dies in between leaves what is due for later, and never twice on the queue.
    """
    catalogue = load_catalogue(settings.sources)
    regions = {source.id: source.region or NOWHERE for source in catalogue.sources}
    greet(app)
    with opened(settings) as connection:
        queued = Queued(connection.db)
        found = dues(
            catalogue,
            queued,
            budgets(catalogue.sources, connection),
            Rechecks(connection.db, settings.rechecks_a_day),
            datetime.now(UTC),
        )
        waiting = queued.waiting()
        fresh = {source: kind for source, kind in found.items() if source not in waiting}
        made = list(batches(fresh, regions, settings.batch_sources))
        with app.amqp.producer_pool.acquire(block=True) as producer:
            for batch in made:
                queued.mark(batch.sources, _until_lost(settings))
                try:
                    queue = queue_of(settings, batch.region, batch.kind)
                    app.send_task(COLLECT, [list(batch.sources)], queue=queue, producer=producer)
                except BaseException:
                    queued.done(batch.sources)
                    raise
    return made


def _until_lost(settings: Settings) -> float:
    return settings.batch_seconds + ENDING_SECONDS + LOST_SECONDS


def application(settings: Settings) -> Celery:
    """Return the Celery application of some settings."""
    app = Celery("dateline", broker=settings.broker_url, set_as_current=False)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_create_missing_queues=True,
        worker_prefetch_multiplier=1,
        # a batch goes on without its broker; who is given it again meanwhile sees that it is held
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=5,
        # Redis gives a message to another once it is unacknowledged for so long
        broker_transport_options=_of_transport(settings),
        beat_schedule={
            DISPATCH: {
                "task": DISPATCH,
                "schedule": settings.dispatch_seconds,
                "options": {"queue": own_queue(settings), "expires": settings.dispatch_seconds},
            }
        },
    )
    app.task(name=COLLECT, bind=True)(_collect)
    app.task(name=DISPATCH, bind=True)(_dispatched)
    return app


def _of_transport(settings: Settings) -> dict[str, Any]:
    if not (settings.broker_url or "").startswith(("redis", "sentinel")):
        return {"confirm_publish": True}
    return {
        "visibility_timeout": 2 * (settings.batch_seconds + ENDING_SECONDS),
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    }


def _dispatched(task: "Task[Any, Any]") -> None:
    made = dispatch(task.app, load())
    if made:
        number = sum(len(batch.sources) for batch in made)
        log.info("batches.queued", extra={"batches": len(made), "sources": number})


def _collect(task: "Task[Any, Any]", sources: list[str]) -> None:
    """Collect a batch under a lease; what another has in work, or nobody knows any more, is left.

    Runs in a process of Celery's pool, the crawl itself in one of its own.
    """
    settings, batch, number = load(), str(task.request.id), len(sources)
    why = "MongoDB is away, or a run that shares nothing is under way: see above"
    try:
        code = _batch(batch, sources, settings)
    except StoreError as error:
        code, why = Code.NO_DATABASE, str(error)
    if code in {Code.NO_DATABASE, Code.BUSY}:
        log.warning("batch.waits", extra={"batch": batch, "sources": number, "why": why})
        time.sleep(AWAY_SECONDS)
        raise Reject("tried again", requeue=True)
    if code is None:
        log.info("batch.doubled", extra={"batch": batch, "sources": number})
    else:
        log.info("batch.done", extra={"batch": batch, "sources": number, "code": code})


def _batch(task_id: str, sources: Sequence[str], settings: Settings) -> int | None:
    """Return the exit code of a batch's crawl; None where another worker has it."""
    with opened(settings) as connection:
        by = f"{platform.node()}/{os.getpid()}/{secrets.token_hex(4)}"
        lock = Lock(connection.db, f"lock:batch:{task_id}", by, LEASE_SECONDS)
        if not _taken(lock):
            return None
        code = _crawled(known(sources, load_catalogue(settings.sources)), settings, lock)
        if code not in {None, Code.NO_DATABASE, Code.BUSY}:
            Queued(connection.db).done(sources)
        lock.drop()
        return code


def known(sources: Sequence[str], catalogue: Catalogue) -> list[str]:
    """Return what of a message is collected: sources of today's catalogue, nothing else."""
    enabled = {one.id for one in catalogue.sources if one.enabled}
    return [source for source in sources if source in enabled]


def _taken(lock: Lock) -> bool:
    """Return whether a batch is ours; a worker that has died holds it for LEASE_SECONDS at most."""
    until = time.monotonic() + LEASE_SECONDS + BEAT_SECONDS
    while lock.take() is None:
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def _crawled(sources: Sequence[str], settings: Settings, lock: Lock) -> int | None:
    """Return the exit code of a crawl of some sources; None where the batch became another's.

    That happens where we were stopped for longer than its lease.
    """
    if not sources:
        return Code.DONE
    with _crawl(sources, settings) as crawl:
        while lock.renew():
            with suppress(subprocess.TimeoutExpired):
                return crawl.wait(BEAT_SECONDS)
        log.warning("batch.lost", extra={"sources": len(sources)})
        return None


@contextmanager
def _crawl(sources: Sequence[str], settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """Give a crawl, which is asked to stop where it goes on at the end of the block."""
    limit = f"{round(settings.batch_seconds)}s"
    crawl = subprocess.Popen(  # noqa: S603 our own program, and ids of the catalogue
        [sys.executable, "-m", "dateline", "crawl", "--time-limit", limit, "--json", *sources],
        env={"DATELINE_RUN_PATIENCE": "5", **os.environ, "DATELINE_OVERLAP": "share"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=_end_with_parent,
    )
    try:
        yield crawl
    finally:
        if crawl.poll() is None:
            crawl.terminate()
        crawl.wait()


def _end_with_parent() -> None:
    """Have the crawl stop as by SIGTERM where the worker is killed that waits for it."""
    if _LIBC:
        _LIBC.prctl(PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def queues(settings: Settings, regions: Sequence[str], kinds: Sequence[str]) -> list[Queue]:
    """Return the queues of some regions, of all where none is named.

    Raises UnknownSource for a region that no source has.
    """
    catalogue = load_catalogue(settings.sources)
    for region in regions:
        if region != NOWHERE:
            catalogue.select((), region)
    named = regions or sorted({source.region or NOWHERE for source in catalogue.sources})
    return [Queue(queue_of(settings, region, kind)) for region in named for kind in kinds]


def greet(app: Celery) -> None:
    """Return where the broker takes us. Raises what amqp and kombu raise where it does not."""
    with app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, timeout=5)


def _keep_log(**_: object) -> None:
    """Be there: then Celery leaves the log as it is."""


@contextmanager
def _stopped() -> Iterator[list[str]]:
    """Give the names of the signals that stop the worker meanwhile."""
    names: list[str] = []

    def note(sig: str, **_: object) -> None:
        names.append(sig)

    celery_signals.worker_shutting_down.connect(note)
    try:
        yield names
    finally:
        celery_signals.worker_shutting_down.disconnect(note)


def run(settings: Settings, wanted: Sequence[Queue], *, concurrency: int, is_beating: bool) -> int:
    """Work until stopped; return the exit code. What is in work at a SIGTERM is worked out.

    Raises StoreError where there is no MongoDB, kombu's OperationalError where there is no broker.
    """
    app = application(settings)
    greet(app)
    with opened(settings) as connection:
        database = connection.db.name
    own = [Queue(own_queue(settings))] if is_beating else []
    app.conf.task_queues = [*wanted, *own]
    names = ",".join(queue.name for queue in app.conf.task_queues)
    log.info("worker.began", extra={"queues": names, "database": database})
    # the log is ours: a batch that is tried again is no error, and has a line of its own; and what
    # root is warned of are messages that act: of JSON none does
    celery_signals.setup_logging.connect(_keep_log, weak=False)
    logging.getLogger("celery.app.trace").setLevel(logging.ERROR)
    warnings.simplefilter("ignore", SecurityWarning)
    worker = app.Worker(
        hostname=f"dateline-{secrets.token_hex(3)}@{platform.node()}",
        concurrency=concurrency,
        pool="prefork",
        beat=is_beating,
        scheduler="celery.beat:Scheduler",
        without_mingle=True,  # workers have nothing to tell each other
        without_gossip=True,
        quiet=True,
    )
    with _stopped() as by:
        worker.start()
    return STOPPED[by[0]] if by and by[0] in STOPPED else int(worker.exitcode or 0)
