"""What a database says to monitoring, and the file that it is told by. Reads the database only."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from config.settings import Settings
from dateline import history, remedies, screen, whole
from dateline.database import opened
from dateline.metrics.text import Facts, exposition
from pipelines.store.connect import Connection
from pipelines.store.errors import StoreError
from pipelines.store.figures import Figures
from pipelines.store.query import Query

DAY = timedelta(days=1)
READABLE = 0o644  # by node_exporter, which is another user


def gather(connection: Connection, settings: Settings, now: datetime) -> Facts:
    """Return what is to be told. Raises StoreError."""
    figures = Figures(connection.db)
    holders, states = figures.holders(), Query(connection.db).states()
    runs = [history.told(row, holders) for row in figures.runs_since(now - DAY)]
    ended = [history.told(row, ()) for row in figures.last_ended()]
    codes = [history.judged(run, settings.quarantine_bound)[0] for run in ended]
    succeeded = next((run for run, code in zip(ended, codes, strict=True) if code == 0), None)
    sizes = figures.sizes()
    return Facts(
        version=version("dateline"),
        originals=sizes.originals,
        copies=sizes.copies,
        addresses={(state, reason or ""): number for state, reason, number in states},
        due=figures.due(now),
        leased=figures.leased(),
        sources=figures.words(),
        ill=figures.ill(),
        feeds_failing=figures.feeds_failing(),
        database_bytes=sizes.bytes,
        disk_free_bytes=sizes.free,
        runs=Counter(one.outcome for one in runs),
        is_under_way=any(one.outcome == history.UNDER_WAY for one in runs),
        last=ended[0].report if ended else None,
        exit_code=codes[0] if codes else None,
        succeeded_at=succeeded.ended_at if succeeded else None,
    )


def publish(settings: Settings) -> None:
    """Write the file of the settings anew; what goes wrong is a remark, never a run's failure."""
    if settings.metrics_file is None:
        return
    try:
        with opened(settings) as connection:
            facts = gather(connection, settings, datetime.now(UTC))
        write(settings.metrics_file, exposition(facts))
    except OSError as error:
        why = f"{settings.metrics_file}: {error.strerror}"
        words = f"metrics_file: it could not be written: {why}"
        todo = remedies.of_error(error) or "`dateline doctor` says what its folder lacks"
        screen.say(remedies.beside(words, todo))
    except StoreError as error:
        screen.say(f"metrics_file: it could not be written: {error}")


def write(file: Path, text: str) -> None:
    """Put a file in its place, whole or not at all, for all to read. Raises OSError."""
    with whole.written(file) as draft:
        draft.write_text(text, encoding="utf-8")
        draft.chmod(READABLE)
