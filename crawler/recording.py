"""The pages that a WARC file has recorded, one after the other. Reads a file, asks nothing.

warcio reads the records; the file is unpacked here, so that no damage goes unseen: after it the
next whole record is looked for. Of a record no more is kept than a page may have.
"""

import io
import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, BinaryIO

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader

# it warns of addresses with blanks in them, and would write a file's words into our log
logging.getLogger("warcio").setLevel(logging.ERROR)
GZIP, PLAIN = b"\x1f\x8b\x08", b"WARC/"
BLOCK = 65_536
LINE_MOST = 65_536  # of a header; a longer one is no header
HEAD_MOST = 1_000_000  # of headers in a row
BLANKS_MOST = 16  # lines between two records
PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 15}
PAGES = ("text/html", "application/xhtml+xml")


class Unusable(StrEnum):
    """Why a recorded answer is no page."""

    STATUS = "status"
    NOT_HTML = "not-html"
    REVISIT = "revisit"
    """The body is in another record, of another file perhaps."""
    TRUNCATED = "truncated"
    TOO_LARGE = "too-large"
    ENCODING = "encoding"
    """Packed in a form that is not known, or not as it says."""
    EMPTY = "empty"
    UNDATED = "undated"
    NO_ADDRESS = "no-address"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """One page, as it was when it was recorded."""

    url: str
    at: datetime
    content_type: str | None
    headers: dict[str, str]
    """Names in lower case; the first value of each."""
    body: bytes = field(repr=False)
    """Decompressed, not decoded."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the file is damaged."""

    at: int
    """Of the record's beginning, in bytes of the file."""
    why: str


Found = Recorded | Unusable | Broken


class _BrokenError(Exception):
    """The record is not whole."""


# what warcio stumbles over is not always told by an error of its own
DAMAGE = (_BrokenError, ArchiveLoadFailed, zlib.error, EOFError, ValueError, AttributeError)


def pages(file: BinaryIO, most: int) -> Iterator[Found]:
    """Yield what a file has recorded of answers; requests and other records are passed over.

    ``most``: bytes of a page.
    """
    at = 0
    while True:
        file.seek(at)
        start = file.read(len(PLAIN))
        if not start:
            return
        source = _Member(file, at) if start.startswith(GZIP) else _Plain(file, at)
        try:
            yield from _records(source, most)
        except DAMAGE as error:
            yield Broken(source.began, _why(error))
            after = _next(file, source.began + 1)
            if after is None:
                return
            at = after
        else:
            at = source.end


def _why(error: Exception) -> str:
    match error:
        case EOFError():
            return "it breaks off"
        case zlib.error():
            return "it cannot be unpacked"
        case _BrokenError():
            return str(error)
    return "no record of a WARC file begins there"


def _records(source: "_Source", most: int) -> Iterator[Found]:
    loader = ArcWarcRecordLoader(verify_http=False, arc2warc=False)
    stream: Any = _Lines(source)
    while line := _first_line(stream, source):
        record = loader.parse_record_stream(stream, line, "warc")
        found = _found(record, most)
        _pass_over(record)
        if found:
            yield found


def _first_line(stream: "_Lines", source: "_Source") -> bytes:
    """Return the first line of the next record; empty at the end of the source."""
    for _ in range(BLANKS_MOST):
        source.mark(stream.given)
        line = stream.readline()
        if not line or line.strip():
            return line
    raise _BrokenError("no record begins here")


def _pass_over(record: Any) -> None:
    """Read a record to its end. Raises _BrokenError where it has less than it says."""
    while record.raw_stream.read(BLOCK):
        pass
    if record.length is None or getattr(record.raw_stream, "limit", 0) > 0:
        raise _BrokenError("a record is shorter than it says, or does not say")


# one record


def _found(record: Any, most: int) -> Recorded | Unusable | None:
    if record.rec_type == "revisit":
        return Unusable.REVISIT
    if record.rec_type != "response" or record.http_headers is None:
        return None
    said = record.rec_headers.get_header
    if said("WARC-Truncated"):
        return Unusable.TRUNCATED
    if record.http_headers.get_statuscode() != "200":
        return Unusable.STATUS
    content_type = record.http_headers.get_header("Content-Type")
    if content_type and not content_type.strip().lower().startswith(PAGES):
        return Unusable.NOT_HTML
    url, at = said("WARC-Target-URI"), _time(said("WARC-Date"))
    if not url or at is None:
        return Unusable.UNDATED if url else Unusable.NO_ADDRESS
    body = _body(record, most)
    if isinstance(body, Unusable):
        return body
    headers = record.http_headers.headers
    first = {name.lower(): value for name, value in reversed(headers)}
    return Recorded(url=url, at=at, content_type=content_type, headers=first, body=body)


def _time(written: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def _body(record: Any, most: int) -> bytes | Unusable:
    """Return the body as the site wrote it, or why there is none to read."""
    names = (record.http_headers.get_header("Content-Encoding") or "").lower().split(",")
    codings = [name.strip() for name in names if name.strip() not in {"", "identity"}]
    stream = record.raw_stream
    if (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    try:
        body = stream.read(most + 1)
    except ChunkedDataException:
        return Unusable.ENCODING
    for coding in reversed(codings):
        body = _unpacked(body, coding, most) if len(body) <= most else body
        if body is None:
            return Unusable.ENCODING
    if len(body) > most:
        return Unusable.TOO_LARGE
    return body if body.strip() else Unusable.EMPTY


def _unpacked(body: bytes, coding: str, most: int) -> bytes | None:
    """Return at most one byte more than ``most``; None where it cannot be unpacked.

    Who records unpacks now and then, and leaves the header.
    """
    if body.lstrip()[:1] == b"<":
        return body
    for bits in (PACKED[coding], -15) if coding == "deflate" else (PACKED.get(coding, 0),):
        try:
            unpack = zlib.decompressobj(bits)
            found = unpack.decompress(body, most + 1)
        except (zlib.error, ValueError):
            continue
        if unpack.eof or len(found) > most:
            return found
    return None


# the file


class _Source(io.RawIOBase):
    """A part of a file, unpacked as it is read."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        super().__init__()
        self._file = file
        self._at = at
        self.began = at
        """Where the record that is being read begins, as far as that is known."""
        file.seek(at)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def mark(self, given: int) -> None:
        """Note that a record begins behind so many bytes that were given out."""

    @property
    def end(self) -> int:
        """Return where in the file it ends; to be asked once all was read."""
        return self._file.tell()


class _Plain(_Source):
    """An uncompressed file from some place on."""

    def readinto(self, buffer: Any) -> int:
        """Read what there is."""
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def mark(self, given: int) -> None:
        """Note that a record begins behind so many bytes that were given out."""
        self.began = self._at + given


class _Member(_Source):
    """One member of a gzip file; its check sum is looked at."""

    def __init__(self, file: BinaryIO, at: int) -> None:
        super().__init__(file, at)
        self._unpack = zlib.decompressobj(31)
        self._rest = b""

    def readinto(self, buffer: Any) -> int:
        """Read what there is. Raises zlib.error and EOFError for what is not whole."""
        while not self._unpack.eof:
            self._rest = self._rest or self._file.read(BLOCK)
            if not self._rest:
                raise EOFError("it breaks off")
            data = self._unpack.decompress(self._rest, len(buffer))
            self._rest = self._unpack.unconsumed_tail
            if data:
                buffer[: len(data)] = data
                return len(data)
        return 0

    @property
    def end(self) -> int:
        """Return where in the file it ends; to be asked once all was read."""
        return self._file.tell() - len(self._unpack.unused_data)


class _Lines(io.BufferedReader):
    """A source by lines, of which none is without end; counts what it gives out."""

    def __init__(self, source: _Source) -> None:
        super().__init__(source, BLOCK)
        self.given = 0
        self._of_head = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return so many bytes."""
        data = super().read(size)
        self.given += len(data)
        self._of_head = 0
        return data

    def readline(self, size: int | None = -1, /) -> bytes:
        """Return a line, or the first part of a long one.

        Raises _BrokenError where a record begins among the headers of another, or where these have
        no end: else a file of beginnings would be read as often as it has some.
        """
        most = LINE_MOST if size is None or size < 0 else min(size, LINE_MOST)
        line = super().readline(most)
        if self._of_head and (line.startswith(PLAIN) or self._of_head > HEAD_MOST):
            raise _BrokenError("its headers do not end")
        self.given += len(line)
        self._of_head = self._of_head + len(line) if line.strip() else 0
        return line


def _next(file: BinaryIO, at: int) -> int | None:
    """Return where the next record begins, from some place on; None: there is none."""
    file.seek(at)
    place, kept = at, b""
    while block := file.read(BLOCK):
        window = kept + block
        for mark in (GZIP, b"\n" + PLAIN):
            found = window.find(mark)
            while found >= 0:
                here = place - len(kept) + found + mark.startswith(b"\n")
                if _begins(file, here):
                    return here
                found = window.find(mark, found + 1)
        place += len(block)
        kept = window[-len(PLAIN) :]
        file.seek(place)
    return None


def _begins(file: BinaryIO, at: int) -> bool:
    """Return whether a record begins at a place of the file."""
    file.seek(at)
    start = file.read(BLOCK)
    if start.startswith(GZIP):
        try:
            start = zlib.decompressobj(31).decompress(start, len(PLAIN))
        except zlib.error:
            return False
    return start.startswith(PLAIN)
