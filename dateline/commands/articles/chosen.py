"""By which options articles are chosen, and what of them is shown."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit
from dateline.moments import MomentError, Span, span
from dateline.options import Words

if TYPE_CHECKING:
    from config.settings import Settings
    from pipelines.store.connect import Connection
    from pipelines.store.search import Search

FILL_SECONDS = 10.0
NOT_UNIQUE = (
    "goes with no --unique: an article that turns out to be a copy, or is removed, would not be "
    "told; look at `duplicate_of` and `state`"
)


class Time(click.ParamType[Span]):
    """A time as people write it, in UTC."""

    name = "time"

    def __init__(self, *, is_range: bool = False) -> None:
        self._is_range = is_range

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Span:
        """Return the time; fails with what was expected."""
        if isinstance(value, Span):
            return value
        if ".." in str(value) and not self._is_range:
            self.fail(f"{value!r} is a range: --when takes it", param, ctx)
        try:
            return span(str(value), datetime.now(UTC))
        except MomentError as error:
            self.fail(str(error), param, ctx)


def which(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options by which articles are chosen."""
    for option in reversed(
        (
            click.option("--source", type=Words(), help="Of one source."),
            click.option("--region", type=Words(), help="Of one region."),
            click.option("--country", type=Words(), help="Of one country: ISO 3166, such as KZ."),
            click.option("--language", type=Words(), help="BCP 47, such as kk."),
            click.option("--section", type=Words(), help="Of one section, as published."),
            click.option("--author", type=Words(), help="By whom: a part of a name."),
            click.option("--story", type=Words(), help="Of one story: an article's id or `story`."),
            click.option(
                "--when", type=Time(is_range=True), help="Published then: yesterday, 2026-11-01..."
            ),
            click.option("--since", type=Time(), help="Published at or after: 2026-11-02, 3d."),
            click.option("--until", type=Time(), help="Published until then, its day included."),
            click.option("--unique", "is_unique", is_flag=True, help="Originals only, no copies."),
        )
    ):
        function = option(function)
    return function


def searched(
    connection: "Connection", settings: "Settings", words: str | None, asked: Mapping[str, Any]
) -> "Search":
    """Return the search that the options ask for. Raises Exit for what nobody knows."""
    from dateline.known import be_known, story_of
    from pipelines.store.query import Query
    from pipelines.store.search import Search

    query = Query(connection.db)
    times = ("when", "since", "until")
    told: dict[str, Any] = {name: value for name, value in asked.items() if name not in times}
    if told["story"]:
        told["story"] = story_of(query, told["story"])
    bounds = _bounds(*(asked[name] for name in times))
    told["words" if settings.search else "title"] = words
    search = Search(since=bounds.since, until=bounds.until, **told)
    return be_known(query, settings, search)


def followed(
    connection: "Connection", settings: "Settings", asked: Mapping[str, Any], what: str
) -> "Search":
    """Return the search of who follows changes. Raises Exit for what cannot be followed."""
    from pipelines.store.search import Order

    if asked["is_unique"]:
        raise Exit(Code.USAGE, f"{what} {NOT_UNIQUE}")
    told = {"order": Order.FOLLOWING, "after": None, "limit": None}
    return searched(connection, settings, None, {**asked, **told})


def _bounds(when: Span | None, since: Span | None, until: Span | None) -> Span:
    """Return the time that all of them leave. Raises Exit where that is none."""
    begins = [one.since for one in (when, since) if one and one.since]
    ends = [one.until for one in (when, until) if one and one.until]
    begin, end = max(begins, default=None), min(ends, default=None)
    if begin and end and end <= begin:
        raise Exit(Code.USAGE, f"no time is after {begin:%F %R} and before {end:%F %R}")
    return Span(begin, end)


def placed(words: str | None) -> Any:
    """Return the cursor of its words; None for None. Raises Exit where it is none."""
    from pipelines.store.search import CursorError, cursor

    try:
        return cursor(words) if words is not None else None
    except CursorError as error:
        raise Exit(Code.USAGE, str(error)) from error


def fill(connection: "Connection", search: "Search") -> None:
    """Have the words of what came since the last crawl read; whoever may only read does without."""
    import time

    from dateline.screen import say, working
    from pipelines.store.errors import StoreError
    from pipelines.store.words import Words as Terms

    if search.words is None:
        return
    until = time.monotonic() + FILL_SECONDS
    terms = Terms(connection.db)
    try:
        with working("reading the words of new articles"):
            terms.fill(lambda: time.monotonic() < until)
            left = terms.behind()
    except StoreError as error:
        say(f"what is new may be missing: {error}")
        return
    if left:
        say(f"the words of {left} articles are not read yet: the next crawls and finds read them")
