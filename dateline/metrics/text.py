"""Numbers in, the text that Prometheus reads out (exposition format 0.0.4). Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.spiders.report import Report
from dateline.metrics import names
from dateline.metrics.names import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST = 200  # sets of labels of one metric; all that is closed in our lists comes to some 150
OTHER = "other"
_ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What the database says at one moment."""

    version: str
    originals: int = 0
    copies: int = 0
    addresses: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    """By state and reason; "" for none."""
    due: int = 0
    leased: int = 0
    sources: Mapping[str, int] = field(default_factory=dict)
    """By word."""
    ill: int = 0
    feeds_failing: int = 0
    database_bytes: int = 0
    disk_free_bytes: int | None = None
    runs: Mapping[str, int] = field(default_factory=dict)
    """Of the last day, by outcome."""
    is_under_way: bool = False
    last: Report | None = None
    """Of the last run that has ended."""
    exit_code: int | None = None
    """Of that run."""
    succeeded_at: datetime | None = None


Series = Mapping[tuple[str, ...], float]


def exposition(facts: Facts) -> str:
    """Return what a scrape gets; a metric of which nothing is known is left out."""
    return "".join(
        line
        for metric, series in _every(facts)
        if series
        for line in _lines(metric, bounded(series))
    )


def bounded(series: Series, most: int = MOST) -> Series:
    """Return at most so many sets of labels: the largest, and the sum of the rest as `other`."""
    if len(series) <= most:
        return series
    ranked = sorted(series.items(), key=lambda one: (-one[1], one[0]))
    rest = sum(value for _, value in ranked[most - 1 :])
    return {**dict(ranked[: most - 1]), (OTHER,) * len(ranked[0][0]): rest}


def _every(facts: Facts) -> Iterator[tuple[Metric, Series]]:
    yield names.INFO, {(facts.version,): 1}
    yield names.ARTICLES, {("original",): facts.originals, ("copy",): facts.copies}
    yield names.ADDRESSES, facts.addresses
    yield names.DUE, _one(facts.due)
    yield names.LEASES, _one(facts.leased)
    yield names.SOURCES, _by_one(facts.sources)
    yield names.ILL, _one(facts.ill)
    yield names.FEEDS_FAILING, _one(facts.feeds_failing)
    yield names.DATABASE_BYTES, _one(facts.database_bytes)
    yield names.DATABASE_FREE, _one(facts.disk_free_bytes)
    yield names.RUNS, _by_one(facts.runs)
    yield names.UNDER_WAY, _one(int(facts.is_under_way))
    yield names.SUCCEEDED, _one(_seconds(facts.succeeded_at))
    yield names.EXIT_CODE, _one(facts.exit_code)
    if facts.last:
        yield from _of_run(facts.last)


def _of_run(run: Report) -> Iterator[tuple[Metric, Series]]:
    yield names.STARTED, _one(_seconds(run.started_at))
    yield names.ENDED, _one(_seconds(run.ended_at))
    yield names.RUN_SOURCES, _one(run.sources)
    yield names.BECAME_ILL, _one(len(run.became_ill))
    yield names.FEEDS, _plain(run.feeds)
    yield names.FEED_FAILURES, _below(run.feeds, "failures")
    yield names.ENTRIES, _plain(run.entries)
    yield names.EXCLUDED, _below(run.entries, "excluded")
    yield names.PAGES, _plain(run.pages)
    parted = {name.partition(".")[::2]: number for name, number in run.pages.items()}
    yield names.SETTLED, {key: number for key, number in parted.items() if key[1]}


def _one(value: float | None) -> Series:
    return {} if value is None else {(): value}


def _by_one(counts: Mapping[str, int]) -> Series:
    return {(name,): number for name, number in counts.items()}


def _plain(counts: Counter[str]) -> Series:
    return {(name,): number for name, number in counts.items() if "." not in name}


def _below(counts: Counter[str], head: str) -> Series:
    parted = ((name.partition("."), number) for name, number in counts.items())
    return {(rest,): number for (first, _, rest), number in parted if first == head and rest}


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else round(moment.timestamp(), 3)


def _lines(metric: Metric, series: Series) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.says}\n"
    yield f"# TYPE {metric.name} gauge\n"
    for values, number in sorted(series.items()):
        yield f"{metric.name}{_labels(metric.labels, values)} {_number(number)}\n"


def _labels(keys: Sequence[str], values: Iterable[str]) -> str:
    written = [
        f'{key}="{value.translate(_ESCAPED)}"' for key, value in zip(keys, values, strict=True)
    ]
    return f"{{{','.join(written)}}}" if written else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
