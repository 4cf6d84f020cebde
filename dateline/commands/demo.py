"""`dateline demo`: the sample newsroom, collected by the code that collects the world."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from config.settings import Settings
    from crawler.spiders.report import Report
    from dateline.demo.show import Summary
    from pipelines.store.connect import Connection

DATABASE = "dateline_demo"
PROXY_NAMES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")


@click.command()
def command() -> None:
    """Collect a bundled sample newsroom and show what is kept and what is stripped.

    Its papers are invented and served on loopback; their articles stay in a database of their own.

    Example: dateline demo
    """
    from config import settings as settings_file
    from dateline import screen
    from dateline.demo import show

    settings = settings_file.load().model_copy(
        update={"mongodb_database": DATABASE, "host_delay": 0.0}
    )
    screen.log_to_stderr("WARNING")
    with _database(settings) as connection:
        report = _collect(settings)
        _judge(report, settings)
        summary = _summary(connection, settings)
    screen.out().print(show.screen(summary), soft_wrap=False)
    if summary.article is None:
        look = f"MONGODB_DATABASE={DATABASE} {screen.program()} status"
        raise Exit(Code.LOOK, f"no article of the sample newsroom was kept; `{look}` says more")


@contextmanager
def _database(settings: "Settings") -> "Iterator[Connection]":
    """Give the demo's database; a server that did not run before is stopped afterwards.

    Also where the demo is stopped while that server starts, and nobody knows how far it came.
    """
    from dateline.database import opened
    from pipelines.signals import undisturbed
    from pipelines.store import server

    is_ours = not settings.mongodb_uri and server.status(settings.home) is None
    try:
        with opened(settings) as connection:
            yield connection
    finally:
        if is_ours:
            with undisturbed():
                server.stop(settings.home)


def _collect(settings: "Settings") -> "Report":
    """Crawl the newsroom as `dateline crawl --all` crawls the catalogue."""
    from crawler.run import crawl
    from crawler.spiders.context import Plan
    from dateline import screen
    from dateline.demo.newsroom import SOURCES_FILE, Newsroom
    from dateline.progress import Progress
    from pipelines.store.runs import BusyError

    plan = Plan.make(settings, sources=SOURCES_FILE, is_all=True)
    try:
        with (
            Newsroom() as newsroom,
            _through(newsroom.proxy),
            Progress(screen.err(), is_shown=True) as progress,
        ):
            return crawl(plan, screen.say, progress.watch)
    except BusyError as error:
        raise Exit(Code.BUSY, f"{error}; start the demo again when it is done") from error


@contextmanager
def _through(proxy: str) -> Iterator[None]:
    """Send this process's http requests to the newsroom, and none past it."""
    before = {name: os.environ.pop(name) for name in PROXY_NAMES if name in os.environ}
    os.environ["http_proxy"] = proxy
    try:
        yield
    finally:
        del os.environ["http_proxy"]
        os.environ.update(before)


def _judge(report: "Report", settings: "Settings") -> None:
    """Leave as `dateline crawl` does where the run was stopped or went wrong."""
    from dateline.verdict import verdict

    code, why = verdict(report, settings.quarantine_bound)
    if code:
        raise Exit(code, why)


def _summary(connection: "Connection", settings: "Settings") -> "Summary":
    from dateline import screen
    from dateline.demo import show
    from pipelines.store.connect import place
    from pipelines.store.errors import asking

    with asking("read the sample newsroom's articles"):
        articles: list[dict[str, Any]] = list(connection.db["articles"].find().sort("_id"))
    uri = settings.mongodb_uri
    where = f"MongoDB at {place(uri)}" if uri else str(settings.home / "mongo")
    return show.summarise(articles, DATABASE, where, screen.program())
