"""`dateline articles export`: what was kept, as files for other programs."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.articles.chosen import (
    NOT_UNIQUE,
    fill,
    placed,
    searched,
    which,
)
from dateline.cursors import keep_cursor, read_cursor
from dateline.exits import Code, Exit
from dateline.formats.flat import shown
from dateline.options import Count, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import SupportsWrite

    from pipelines.store.connect import Connection
    from pipelines.store.search import Cursor, Search

Document = dict[str, Any]
FORMATS = ("jsonl", "csv", "parquet", "newsarticle", "atom", "jsonfeed")
FEEDS = ("atom", "jsonfeed")
FEED_ITEMS = 50
ENDINGS = {
    ".jsonl": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".jsonld": "newsarticle",
    ".atom": "atom",
    ".xml": "atom",
    ".json": "jsonfeed",
}


@click.command()
@click.argument("words", required=False, type=Words())
@which
@click.option("--limit", type=Count(), help="So many at the most; of a feed else 50.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Else by the output's name, else jsonl; newsarticle: schema.org's words.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    help="A file; of Parquet a folder too, by day and region, which goes on where it ended.",
)
@click.option("--after", metavar="CURSOR", help="Only what changed since an earlier export.")
@click.option(
    "--cursor-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to begin, as an earlier export has noted it there; noted anew at the end.",
)
def export(words: str | None, output: Path | None, form: str | None, **asked: Any) -> None:
    """Write articles, one whole document a line as JSON, or a row as CSV or Parquet.

    A file whose name ends in .gz is packed. With a cursor comes only what has changed since.
    `.atom` and `.json` are feeds of the newest: a file that would say the same stays untouched, so
    that a web server tells readers that nothing is new.

    Example: dateline articles export --region coast --unique --output coast.atom
    """
    from config.settings import load
    from dateline.database import opened
    from pipelines.store.search import Order

    form, settings = _form(output, form), load()
    kept: Path | None = asked.pop("cursor_file")
    after: str | None = asked.pop("after")
    if after or kept:
        _be_followed(words, form, is_unique=asked["is_unique"])
    place = placed(after or read_cursor(kept))
    if place and place.order is not Order.FOLLOWING:
        raise Exit(Code.USAGE, "--after takes the cursor that an export has told, not one of find")
    order = Order.FOLLOWING if place else Order.NEWEST
    with opened(settings) as connection, _failing(output):
        asked["limit"] = asked["limit"] or (FEED_ITEMS if form in FEEDS else None)
        search = searched(connection, settings, words, asked | {"order": order, "after": place})
        fill(connection, search)
        if form == "parquet":
            _as_parquet(connection, search, output, kept)
        elif form in FEEDS:
            _as_feed(connection, search, output, form)
        else:
            _tell(_as_lines(connection, search, output, form), kept)


def _be_followed(words: str | None, form: str, *, is_unique: bool) -> None:
    """Raise Exit where what has changed since cannot be told."""
    if words is not None:
        raise Exit(
            Code.USAGE, "a cursor goes with no WORDS: they are read later than articles come"
        )
    if is_unique:
        raise Exit(Code.USAGE, f"a cursor {NOT_UNIQUE}")
    if form in FEEDS:
        raise Exit(Code.USAGE, "a feed has no cursor: it is of the newest each time")


def _form(output: Path | None, asked: str | None) -> str:
    """Return the form by what is asked and by the output's name. Raises Exit where they differ."""
    if output is None:
        return asked or "jsonl"
    if output.is_dir() and asked != "parquet":
        raise Exit(Code.USAGE, f"{output} is a folder: only --format parquet writes into one")
    named = ENDINGS.get(Path(output.name.removesuffix(".gz")).suffix)
    if asked and named and asked != named:
        raise Exit(Code.USAGE, f"{output} is named as {named}, and --format asks for {asked}")
    return asked or named or "jsonl"


@contextmanager
def _failing(output: Path | None) -> Iterator[None]:
    """Tell what kept a file from being written."""
    from dateline import remedies

    try:
        yield
    except OSError as error:
        if output is None or output == Path("-"):
            raise
        words = f"cannot write {output}: {error.strerror}"
        todo = remedies.of_error(error) or "name a file in a folder that is there"
        raise Exit(Code.LOOK, remedies.beside(words, todo)) from error


def _tell(cursor: "Cursor", file: Path | None) -> None:
    """Keep from where on to export again; a person on a terminal is told."""
    from dateline import screen

    keep_cursor(str(cursor), file)
    if file is None and screen.err().is_terminal:
        screen.say(f"what changes from now on: --after {cursor}")


def _as_lines(
    connection: "Connection", search: "Search", output: Path | None, form: str
) -> "Cursor":
    from dateline import screen
    from dateline.progress import counted_off
    from dateline.whole import written
    from pipelines.store.finding import Finding
    from pipelines.store.following import Following, Place

    finding, place = Finding(connection.db), Place()
    began = Following(connection.db).clock()
    total = finding.count(search) or 0
    articles = _noted(finding.articles(search, is_whole=True), place)
    if output in {None, Path("-")}:
        write = _writer(form, screen.Answer())
        for article in articles:
            write(article)
    else:
        packed = gzip.open if output.suffix == ".gz" else open
        with written(output) as draft, packed(draft, "wt", encoding="utf-8", newline="") as file:
            write = _writer(form, file)
            for article in counted_off(articles, total, "articles"):
                write(article)
    if search.after and not place.number:
        return search.after
    if search.after and place.number == search.limit:
        return place.exact  # there is more, and it may all be of one moment
    place.settle(began)
    return place.cursor


def _noted(articles: Iterable[Document], place: Any) -> Iterator[Document]:
    for article in articles:
        place.read(article)
        yield article


def _writer(form: str, file: "SupportsWrite[str]") -> "Callable[[Document], object]":
    """Return what writes one article to a file, in its form."""
    from dateline import screen
    from dateline.formats import csv
    from dateline.formats.newsarticle import newsarticle

    if form == "csv":
        return csv.Writer(file).write
    made = newsarticle if form == "newsarticle" else shown
    is_ascii = isinstance(file, screen.Answer) and screen.is_ascii()
    return lambda article: file.write(f"{screen.as_json(made(article), is_ascii=is_ascii)}\n")


def _as_feed(connection: "Connection", search: "Search", output: Path | None, form: str) -> None:
    import hashlib
    import sys

    from dateline.formats import syndicated
    from dateline.whole import written
    from pipelines.store.finding import Finding

    asked = search.query() | ({"words": search.words} if search.words else {})
    of = ", ".join(f"{name} {value}" for name, value in asked.items() if isinstance(value, str))
    asked.pop("published_at", None)  # "the last day" is another each time, and the same feed
    key = hashlib.blake2b(repr(sorted(map(repr, asked.items()))).encode(), digest_size=16)
    head = syndicated.Head(f"Dateline: {of}" if of else "Dateline", key.hexdigest())
    articles = list(Finding(connection.db).articles(search, is_whole=True))
    made = {"atom": syndicated.atom, "jsonfeed": syndicated.jsonfeed}[form](head, articles)
    if output in {None, Path("-")}:
        sys.stdout.buffer.write(made + b"\n")
        return
    made = gzip.compress(made, mtime=0) if output.suffix == ".gz" else made
    if output.is_file() and output.read_bytes() == made:
        return  # its time is what a web server goes by
    with written(output) as draft:
        draft.write_bytes(made)


def _as_parquet(
    connection: "Connection", search: "Search", output: Path | None, kept: Path | None
) -> None:
    from dateline import screen
    from pipelines.store.following import Following

    file, is_one = _parquet(search, output)
    from dateline.exported import Folder, one_file

    following = Following(connection.db)
    if is_one:
        _tell(one_file(following, search, file).cursor, kept)
        return
    if search.after or kept:
        words = "a folder goes on where it ended: leave --after and --cursor-file out"
        raise Exit(Code.USAGE, words)
    if search.is_unique:
        raise Exit(Code.USAGE, f"a folder that grows {NOT_UNIQUE}")
    number = Folder(file, search).go_on(following)
    screen.write(f"{screen.counted(number, 'article')} into {file}")


def _parquet(search: "Search", output: Path | None) -> tuple[Path, bool]:
    """Return where Parquet goes, and whether that is one file. Raises Exit where it cannot be."""
    import importlib.util

    if importlib.util.find_spec("pyarrow") is None:
        words = "Parquet is written by pyarrow, which is not installed"
        raise Exit(Code.BAD_CONFIG, f"{words}: `.venv/bin/pip install pyarrow`")
    if output is None or output == Path("-"):
        raise Exit(Code.USAGE, "Parquet is no stream: name a file or a folder with --output")
    if output.suffix == ".gz":
        raise Exit(Code.USAGE, "Parquet is packed by itself: leave .gz out")
    if search.words or search.title or search.limit:
        words = "Parquet takes neither WORDS nor --limit: choose by time, region, source, language"
        raise Exit(Code.USAGE, words)
    is_one = output.suffix == ".parquet" and not output.is_dir()
    if output.exists() and not output.is_dir() and not is_one:
        raise Exit(Code.USAGE, f"{output} is a file, not a folder; one file ends in .parquet")
    return output, is_one
