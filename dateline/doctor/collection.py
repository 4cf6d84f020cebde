"""What is collected: the catalogue, the sources' health, the runs, what runs left behind."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from config.catalogue import Catalogue
from config.lint import notes
from config.settings import Settings
from crawler.browser import find
from dateline import history
from dateline.doctor.finding import Finding, bad, fine, warn
from dateline.history import Run
from dateline.screen import age, counted, one_line
from pipelines.clean import RECORDED
from pipelines.store.figures import Figures

Document = dict[str, Any]
NEVER = timedelta(days=7)  # after so long a source that never answered is not merely new
RUNS = 20
REGULAR = timedelta(hours=1)  # who starts runs more seldom, and by hand, is told nothing
LONG = timedelta(hours=3)  # the crontab ends a run after half an hour
LEFT = timedelta(hours=1)
TIMERS = "look for it: crontab -l, systemctl list-timers; docs/operate.md, at Unattended"


def catalogue(found: Catalogue, settings: Settings) -> Iterator[Finding]:
    """Say what its files could say better, and whether what sources ask for is there."""
    enabled = [source for source in found.sources if source.enabled]
    words = f"{counted(len(enabled), 'source')} enabled of {len(found.sources)}"
    if noted := notes(found, RECORDED.values()):
        # nothing is wrong: what notes say would be better may never be known
        words = f"{words}; {counted(len(noted), 'note')}: dateline sources check --offline"
    place = str(settings.sources)
    if enabled:
        yield fine("catalogue", words, place)
    else:
        yield bad("catalogue", "no source is enabled", "dateline sources add URL", place)
    yield from _browser(found, settings)


def _browser(found: Catalogue, settings: Settings) -> Iterator[Finding]:
    wanting = [source.id for source in found.sources if source.javascript and source.enabled]
    if not wanting:
        yield fine("browser", "no source asks for one")
    elif missing := find.missing(settings):
        said, _, todo = missing.partition(": ")
        yield bad(
            "browser", f"{said}; {', '.join(wanting[:5])} cannot be read", todo or "install it"
        )
    else:
        yield fine("browser", f"there for {', '.join(wanting[:5])}", find.browser(settings) or "")


def sources(rows: Sequence[Document], found: Catalogue | None, now: datetime) -> Iterator[Finding]:
    """Say which sources are ill, and which never answered."""
    ours = [row for row in rows if found is None or found.by_id(row["_id"])]
    ill = [row for row in ours if row["health"] == "ill"]
    silent = [row for row in ours if row["health"] == "new" and now - row["since"] > NEVER]
    if ill:
        named = ", ".join(f"{row['_id']} ({row.get('word') or 'ill'})" for row in ill[:5])
        words = f"{len(ill)} of {len(ours)} ill: {named}{', …' if len(ill) > 5 else ''}"
        yield warn("sources", one_line(words), "dateline status says of what, and what to do")
    if silent:
        named = ", ".join(row["_id"] for row in silent[:5])
        words = f"{len(silent)} never answered in {NEVER.days} days and more: {named}"
        yield warn("sources", one_line(words), "dateline sources check ID, or enabled: false")
    if not ill and not silent:
        yield fine("sources", f"{len(ours)} visited, none ill" if ours else "none visited yet")


def runs(found: list[Run], settings: Settings, now: datetime) -> Iterator[Finding]:
    """Say how the last run ended, whether runs still begin, and which were killed."""
    if not found:
        yield warn("runs", "no run yet", "dateline crawl; then config/deploy/crontab")
        return
    yield _last(found, settings, now)
    yield _rhythm(found, now)
    killed = [run.id for run in found if run.outcome == history.KILLED]
    if killed:
        words = f"{len(killed)} of the last {len(found)} killed, such as {killed[0]}"
        yield warn("runs", words, "out of memory? journalctl -k says so; a unit's MemoryMax, too")


def _last(found: list[Run], settings: Settings, now: datetime) -> Finding:
    last = found[0]
    words = f"the last began {age(last.started_at, now)}: {last.outcome}"
    if last.outcome == history.UNDER_WAY and now - last.started_at > LONG:
        return warn("runs", words, "give it --time-limit 30m, as the crontab does", last.id)
    ended = next((run for run in found if run.report), None)
    code, why = history.judged(ended, settings.quarantine_bound) if ended else (None, "")
    if code:
        said = one_line(why.partition("\n")[0])
        todo = f"dateline runs {ended.id if ended else ''}"
        return warn("runs", f"{words}; exit code {code}: {said}", todo)
    return fine("runs", words, last.id)


def _rhythm(found: list[Run], now: datetime) -> Finding:
    starts = [run.started_at for run in found]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(starts)]
    if len(gaps) < 3:
        return fine("cron", f"{counted(len(found), 'run')} so far: too few to tell")
    usual = timedelta(seconds=median(gaps))
    quiet = now - starts[0]
    minutes = usual.total_seconds() / 60
    if usual <= REGULAR and quiet > max(REGULAR, 6 * usual):
        words = f"a run began every {minutes:.0f} min, and none since {age(starts[0], now)}"
        return warn("cron", words, TIMERS)
    return fine("cron", f"a run begins every {minutes:.0f} min or so")


def leases(figures: Figures, holders: Sequence[str], now: datetime) -> Iterator[Finding]:
    """Say who holds the database, and what dead runs still hold."""
    words = f"held by {one_line(', '.join(holders))}" if holders else "free"
    yield fine("lock", f"of the database: {words}")
    number, who = figures.leftovers(now - LEFT)
    if number:
        words = f"{counted(number, 'address', 'addresses')} due, left behind by {', '.join(who)}"
        yield warn(
            "leases", one_line(words), "dateline crawl takes them, where their sources are enabled"
        )
    else:
        yield fine("leases", "no run left any behind")
