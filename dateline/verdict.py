"""What cron is told of a run: its report in, an exit code and the reason for a person out."""

from typing import TYPE_CHECKING

from dateline import remedies
from dateline.exits import Code
from dateline.screen import counted, one_line

if TYPE_CHECKING:
    from crawler.spiders.report import Report

SIGNALS = {"interrupted": Code.INTERRUPTED, "terminated": Code.TERMINATED}


def verdict(report: "Report", quarantine_bound: int) -> tuple[Code, str]:
    """Return what cron is told of a run, and why a person must look."""
    if broken_off := _broken_off(report):
        return broken_off
    if report.became_ill:
        return Code.LOOK, f"became ill: {', '.join(report.became_ill[:10])}; see `dateline status`"
    if (number := report.total("quarantined")) > quarantine_bound:
        what = counted(number, "address", "addresses")
        return Code.LOOK, f"{what} quarantined; see `dateline status`"
    if why := _all_failed(report):
        return Code.LOOK, why
    return Code.DONE, ""


def tells_who_is_ill(report: "Report") -> bool:
    """Return whether the verdict on a run is that sources fell ill."""
    return bool(report.became_ill) and not _broken_off(report)


def _broken_off(report: "Report") -> tuple[Code, str] | None:
    """Return what weighs more than how the sources are: the run did not get to its end."""
    if report.outcome in SIGNALS:
        return SIGNALS[report.outcome], f"{report.outcome}; what is left goes on next time"
    if report.no_room:
        return Code.LOOK, report.no_room
    if report.outcome == "failed":
        return Code.LOOK, "failed; its log says of what"
    if number := report.pages["damaged"]:
        return Code.BAD_DATA, f"what was recorded is damaged at {counted(number, 'place')}"
    return None


def _all_failed(report: "Report") -> str:
    """Return why a person must look at a run in which nothing succeeded; "" for any other."""
    # what a stop gave back has not failed
    unread = report.total("retrying") + report.total("quarantined")
    read = report.total("stored") + report.total("excluded")
    if report.pages["fetched"] and unread and not read:
        return f"none of {report.pages['fetched']} pages could be read; see `dateline status`"
    feeds = report.feeds
    wanted, failed = feeds["visited"] + feeds["held"], feeds["failed"] + feeds["held"]
    is_news = failed > feeds["failed_again"]
    if wanted and failed == wanted and is_news and not report.total("stored"):
        return f"nothing succeeded: {_all(failed)} failed{_first(report)}"
    return ""


def _all(feeds: int) -> str:
    return f"all {feeds} feeds" if feeds > 1 else "the only feed"


def _first(report: "Report") -> str:
    if not report.troubles:
        return ""
    first = report.troubles[0]
    remedy = remedies.of_trouble(first["trouble"]) or "`dateline read URL` shows what it is now"
    words = f", first {first['url']}: {first['trouble']}, {first['detail']}"
    return f"{one_line(words)}\n{remedy}; `dateline status` lists all"
