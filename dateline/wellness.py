"""How sources are doing and when their feeds are visited next, as a person reads it."""

from datetime import UTC, datetime
from typing import Any

from crawler.rhythm import Because
from crawler.schedule import FeedState
from crawler.spiders import rows
from dateline.screen import counted

Document = dict[str, Any]
WATCHED_LEAST = 72.0  # hours, before which the busiest hour is chance

WHYS = {
    Because.EXPECTED: "{expected} by then, and what waits longer costs more than a visit",
    Because.WINDOW: "later, what is new could scroll out of its list of {entries}",
    Because.ASKED: "its ttl, update period or cache asks us to wait so long",
    Because.SKIPPED: "the feed asks nobody to come in the hours before or after",
    Because.NEW: "how often it brings articles is not known yet",
    Because.SOONEST: "as soon as `visit_minutes_min` allows, {expected} by then",
    Because.LATEST: "as late as `visit_minutes_max` allows, {expected} by then",
    Because.FIXED: "as `every` in the catalogue says, {expected} by then",
}


def next_visit(feed: FeedState) -> str:
    """Return when a feed is visited next and why then, in a sentence."""
    when = f"next visit {_moment(feed.next_at)}: "
    if feed.retired_at:
        return f"{when}once a month, as it is {_dead(feed)} since {_day(feed.retired_at)}"
    if feed.failures:
        times = "once" if feed.failures == 1 else f"{feed.failures} times in a row"
        return f"{when}it failed {times} ({feed.trouble}), and is asked again"
    if feed.because is None:
        return f"{when}{'it is due' if feed.visited_at else 'it was never visited'}"
    if feed.is_witness:
        return f"{when}once a day, for what the feeds did not say"
    expected = _expected(feed.expected or 0.0)
    why = WHYS[Because(feed.because)].format(expected=expected, entries=feed.entries)
    return f"{when}{why}"


def _dead(feed: FeedState) -> str:
    return "gone" if feed.trouble == "not-found" else "dead"


def _expected(number: float) -> str:
    if number < 0.1:
        return "hardly an article is expected"
    return f"about {number:.1f} new articles are expected"


def rhythm(feed: FeedState) -> str:
    """Return how a feed gains entries, in a sentence."""
    learned = feed.rhythm
    if learned.seen_at is None:
        return "its rhythm is not known yet"
    hours = learned.hours
    best = max(range(24), key=lambda hour: hours[hour])
    words = f"about {learned.an_hour * 24:.1f} new articles a day"
    is_known = sum(hours) >= 10 and learned.watched >= WATCHED_LEAST
    return f"{words}, most about {best:02}:00 UTC" if is_known else words


def source(row: Document | None) -> list[str]:
    """Return how a source is doing; ``row``: of the collection ``sources``."""
    if row is None:
        return ["not visited yet"]
    word = row.get("word") or row["health"]
    lines = [f"{word} since {_moment(row['since'])}"]
    lines += [f"cause: {row['cause']}"] if row["cause"] else []
    lines += [f"missed: {row['missed']}"] if row.get("missed") else []
    remedy = remedy_of(row)
    lines += [f"to do: {remedy}"] if remedy else []
    capture = row.get("capture")
    if capture:
        lines.append(
            f"time to capture: {_minutes(capture['median'])} in the middle, "
            f"{_minutes(capture['high'])} for nine of ten, of its last "
            f"{capture['articles']} articles"
        )
    return lines


def remedy_of(row: Document) -> str | None:
    """Return what a person can do for a source; None where there is nothing to do."""
    return rows.source(row).remedy


def feed(state: FeedState) -> list[str]:
    """Return what is known of a feed."""
    lines = [state.url, f"  {next_visit(state)}", f"  {rhythm(state)}"]
    if state.moved:
        visits = counted(state.moved.visits, "visit")
        held = f"since {_moment(state.moved.since)}, at {visits}"
        lines.append(f"  its address leads for good to {state.moved.to}, {held}")
    if state.is_lied_to:
        lines.append("  its server said unchanged of what had changed: it is asked for the whole")
    if state.gaps:
        times = counted(state.gaps, "time")
        lines.append(f"  {times} nothing of its last list was left: some may be missed")
    return lines


def coverage(day: Document) -> list[str]:
    """Return what a site lists of a day, and what of it our feeds did not say."""
    number, listed = day["number"], day["listed"]
    head = f"{day['day']:%Y-%m-%d}: its own sitemap lists {listed}, its feeds said"
    if not number:
        return [f"{head} all"]
    named = [f"  {url}" for url in day["missed"]]
    return [f"{head} not {number} of them, which are fetched now:", *named]


def _minutes(number: float) -> str:
    return f"{number:.0f} min" if number < 120 else f"{number / 60:.1f} h"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"
