"""A file of documents in, a row a document out: which story each tells, and how it copies.

Texts are kept on disk as runs of words; in memory are some hundred bytes a document, the runs of a
fortnight, and a table of what sites say again and again.
"""

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import numpy as np
from rich.progress import track

from config.domains import registrable
from crawler.readers import dates
from dateline import inputs as files
from dateline import remedies, screen
from dateline.exits import Code, Exit
from pipelines.identify.exact import is_telling, text_hash
from pipelines.identify.relation import relation
from pipelines.identify.shingles import Shingles, number, numbers, shingles
from pipelines.identify.stories import Collection, stories

Row = dict[str, Any]
LINE_BYTES = 64 * 2**20
EXPORTED = {"id": "_id", "site": "source", "published": "published_at"}
"""What `dateline articles export` calls what we call otherwise."""
NAMES = "id and text"
BYTES = np.dtype(np.uint64).itemsize
SECONDS_A_WEEK = 7 * 24 * 3600
# documents without a day are compared with those that stand near them in the file
UNDATED, NEAR = 1_000_000, 5_000


@dataclass(slots=True)
class Shelf:
    """What is kept of the documents, in the order of the file."""

    spool: IO[bytes]
    rows: list[Row] = field(default_factory=list)
    """Of each line: its id, or what is wrong with it."""
    places: list[int] = field(default_factory=list)
    """The row of each document."""
    times: "array[float]" = field(default_factory=lambda: array("d"))
    """Seconds since 1970; infinite where no day is known."""
    sites: "array[int]" = field(default_factory=lambda: array("Q"))
    texts: list[bytes | None] = field(default_factory=list)
    """A hash of the exact text; None where it is too short to be anyone's."""
    ends: "array[int]" = field(default_factory=lambda: array("q"))
    """Where in the spool a document's runs end, and its numbers; by turns."""

    def add(self, line: bytes, at: int) -> None:
        """Take in one line of the file."""
        try:
            given = _document(line)
        except files.BadLine as error:
            self.rows.append({"line": at, "error": str(error)})
            return
        text = given["text"]
        self._put(shingles(text))
        self._put(numbers(text))
        self.places.append(len(self.rows))
        self.rows.append({"id": given["id"]})
        self.times.append(_seconds(given.get("published")))
        self.sites.append(number(_site(given)))
        self.texts.append(bytes.fromhex(text_hash(text)) if is_telling(text) else None)

    def runs(self, document: int) -> Shingles:
        """Return the runs of words of a document, by its place among the documents."""
        return self._part(2 * document)

    def numbers(self, document: int) -> Shingles:
        """Return the numbers in a document, by its place among the documents."""
        return self._part(2 * document + 1)

    def _put(self, part: Shingles) -> None:
        self.spool.write(part.tobytes())
        self.ends.append((self.ends[-1] if self.ends else 0) + len(part))

    def _part(self, at: int) -> Shingles:
        start = self.ends[at - 1] if at else 0
        self.spool.seek(BYTES * start)
        return np.frombuffer(self.spool.read(BYTES * (self.ends[at] - start)), np.uint64)


def dedupe(file: Path) -> None:
    """Write a row of JSON for each document of the file. Raises Exit where lines hold none."""
    with tempfile.TemporaryFile() as spool:
        shelf = Shelf(spool)
        try:
            for at, line in enumerate(_lines(file), 1):
                shelf.add(line, at)
        except files.Unreadable as error:
            words = f"{file}: cannot be read: {error}"
            raise Exit(Code.BAD_DATA, remedies.beside(words, error.remedy)) from error
        spool.flush()
        with screen.working("comparing texts"):
            _judge(shelf)
    for row in shelf.rows:
        screen.write_json(row)
    bad = sum("error" in row for row in shelf.rows)
    if bad:
        raise Exit(Code.BAD_DATA, f"{file}: lines that hold no document: {bad}")


def _judge(shelf: Shelf) -> None:
    """Fill the rows of the documents."""
    order = sorted(range(len(shelf.places)), key=shelf.times.__getitem__)
    sizes = np.diff(np.array([0, *shelf.ends]))[::2].tolist()
    found = stories(
        Collection(
            weeks=list(_weeks([shelf.times[document] for document in order])),
            sites=[shelf.sites[document] for document in order],
            twins=_twins([shelf.texts[document] for document in order]),
            sizes=[sizes[document] for document in order],
            runs=lambda place: shelf.runs(order[place]),
            numbers=lambda place: shelf.numbers(order[place]),
            is_short=lambda place: shelf.texts[order[place]] is None,
        )
    )
    for place, head in enumerate(found.heads):
        document, first = order[place], order[head]
        row, earliest = (shelf.rows[shelf.places[one]] for one in (document, first))
        row["story"] = earliest["id"]
        row["duplicate_of"] = None if place == head else earliest["id"]
        row["relation"] = None if place == head else _relation(shelf, document, first)


def _relation(shelf: Shelf, document: int, first: int) -> str:
    is_same_site = shelf.sites[document] == shelf.sites[first]
    return relation(shelf.runs(document), shelf.runs(first), is_same_site=is_same_site)


def _lines(file: Path) -> Iterator[bytes]:
    lines = (line for line in files.lines(str(file), LINE_BYTES) if line.strip())
    console = screen.err()
    yield from track(
        lines, "reading", console=console, transient=True, disable=not console.is_terminal
    )


def _document(line: bytes) -> Row:
    given = files.record(line, NAMES)
    known = {ours: _named(given, ours, theirs) for ours, theirs in EXPORTED.items()}
    if known["published"] is None:
        known["published"] = given.get("first_seen_at")
    is_named = isinstance(known["id"], str | int) and not isinstance(known["id"], bool)
    if not is_named or not isinstance(given.get("text"), str):
        raise files.BadLine(files.without(NAMES))
    return {**given, **known}


def _named(given: Row, ours: str, theirs: str) -> object:
    """Return a value by our name, else by that of the export: `published` is an object there."""
    return given[ours] if isinstance(given.get(ours), str | int | float) else given.get(theirs)


def _weeks(times: Sequence[float]) -> Iterator[int]:
    """Yield the week of each document, ascending; of those without a day one after the others'."""
    undated = 0
    for seconds in times:
        if seconds == float("inf"):
            yield UNDATED + undated // NEAR
            undated += 1
        else:
            yield int(seconds // SECONDS_A_WEEK)


def _twins(texts: Sequence[bytes | None]) -> list[int]:
    """Return the place of the first document of each text."""
    first: dict[bytes, int] = {}
    return [
        place if text is None else first.setdefault(text, place) for place, text in enumerate(texts)
    ]


def _seconds(published: object) -> float:
    """Return seconds since 1970; infinity where no day can be read, as feed readers read them."""
    moment = dates.parse(str(published))
    return moment.timestamp() if moment else float("inf")


def _site(given: Row) -> str:
    """Return the site: as given, else the registrable domain of the address."""
    if isinstance(given.get("site"), str):
        return str(given["site"])
    try:
        return registrable(urlsplit(str(given.get("url") or "")).hostname or "")
    except ValueError:
        return ""
