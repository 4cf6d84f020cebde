"""Runs as they are kept, and what is to be said of each: rows of the database in, records out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.spiders.report import Report
from dateline.verdict import verdict

Document = dict[str, Any]
UNDER_WAY = "under way"
KILLED = "killed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run, ended or not."""

    id: str
    by: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    """As it ended: done, interrupted, terminated, failed; else ``under way`` or ``killed``."""
    report: Report | None
    """None while it runs, and of one that was killed."""


def told(row: Document, holders: Collection[str]) -> Run:
    """Return the run of a row of ``runs``.

    ``holders``: who hold the lock of a run and say so; one without end that does not was killed.
    """
    end = UNDER_WAY if row["by"] in holders else KILLED
    return Run(
        id=row["_id"],
        by=row["by"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"] or end,
        report=Report.of(row["report"]) if row["report"] else None,
    )


def judged(run: Run, quarantine_bound: int) -> tuple[int | None, str]:
    """Return the exit code that a run had by its report, and why; None where it has no report."""
    if run.report is None:
        return None, ""
    code, why = verdict(run.report, quarantine_bound)
    return int(code), why


def ended(run: Run, quarantine_bound: int) -> str:
    """Return how a run ended; where a person must look, its exit code and why, too."""
    code, why = judged(run, quarantine_bound)
    if not code:
        return run.outcome
    first = why.partition("\n")[0].removesuffix("; see `dateline status`")
    words = first if first.startswith(run.outcome) else f"{run.outcome}; {first}"
    return f"{words} (exit code {code})"
