"""A file of pages in, a row of facts a page out: twice through where a site's pages teach it.

The first reading learns of each site what a crawl learns of it over days; pages of which that says
something else are then read again.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import IO, Any

from config import settings
from config.settings import Settings
from dateline import inputs as files
from dateline import remedies, screen
from dateline.exits import Code, Exit
from pipelines.line import observed
from pipelines.records import (
    Draft,
    Dropped,
    Entry,
    PackedSighting,
    Page,
    Published,
    Template,
)
from pipelines.sites import Lessons, choice_now, site_of
from pipelines.template.pack import pack
from pipelines.work import GivenBackError, Pool, WorkError

Row = dict[str, Any]
LINE_GROWTH = 6  # JSON may write a byte as \\u0041
AHEAD = 4  # pages a worker that wait for their turn to be written: output keeps the input's order
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Read:
    """What one line of the file came to."""

    row: Row
    """Without ``id`` where the line holds no page."""
    sighting: PackedSighting | None = field(default=None, repr=False)


def extract(file: Path, workers: int | None) -> None:
    """Write a row of JSON for each page of the file. Raises Exit where some hold no page."""
    knobs = settings.load()
    count = workers or knobs.worker_count
    pool = Pool(count=count, seconds=knobs.page_seconds, memory_mb=knobs.page_memory_mb)
    try:
        with _readable_twice(file) as path:
            bad = asyncio.run(_Batch(path, knobs, pool, AHEAD * count).write())
    except files.Unreadable as error:
        words = f"{file}: cannot be read: {error}"
        raise Exit(Code.BAD_DATA, remedies.beside(words, error.remedy)) from error
    finally:
        pool.close()
    if bad:
        raise Exit(Code.BAD_DATA, f"{file}: lines that hold no page: {bad}")


@contextmanager
def _readable_twice(file: Path) -> Iterator[Path]:
    """Give a file that can be read as often as it takes: of stdin a copy."""
    if str(file) != "-":
        yield file
        return
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)


class _Batch:
    """One file on its way through the pool."""

    def __init__(self, file: Path, knobs: Settings, pool: Pool, ahead: int) -> None:
        self._file = file
        self._most_bytes = LINE_GROWTH * knobs.page_max_bytes
        self._pool = pool
        self._ahead = ahead
        self._broken: files.Unreadable | None = None

    async def write(self) -> int:
        """Return how many lines hold no page; what is before the break of a file is written."""
        lessons: dict[str, Lessons] = {}
        with tempfile.TemporaryFile() as spool:
            async for read in self._rows(lambda _: None):
                _keep(read, spool, lessons)
            spool.seek(0)
            bad = await self._write_again(spool, _templates(lessons))
        if self._broken:
            raise self._broken
        return bad

    async def _write_again(self, spool: IO[bytes], templates: Mapping[str, Template]) -> int:
        bad = 0
        known = deque[Row]()

        def template(_: bytes) -> Template | None:
            row, seen = _kept(spool.readline())
            known.append(row)
            return _another(seen, templates)

        async for read in self._rows(template, skip=True):
            before = known.popleft()
            row = before if read.row is SKIPPED or "error" in read.row else read.row
            bad += "id" not in row
            screen.write_json(row)
        return bad

    async def _rows(
        self, template: Callable[[bytes], Template | None], *, skip: bool = False
    ) -> AsyncIterator[Read]:
        """Yield what each line came to, in their order; ``skip``: those without a template."""
        waiting: deque[asyncio.Task[Read]] = deque()
        try:
            for number, line in enumerate(self._lines(), 1):
                known = template(line)
                work = _skipped() if skip and known is None else self._one(line, number, known)
                waiting.append(asyncio.create_task(work))
                if len(waiting) > self._ahead:
                    yield await waiting.popleft()
        except files.Unreadable as error:
            self._broken = error
        for task in waiting:
            yield await task

    def _lines(self) -> Iterable[bytes]:
        return (line for line in files.lines(str(self._file), self._most_bytes) if line.strip())

    async def _one(self, line: bytes, number: int, template: Template | None) -> Read:
        try:
            read = await self._pool.run(read_line, line, template)
        except (WorkError, GivenBackError) as error:
            if _is_cancelled():  # by a signal: a row would say that the page is at fault
                raise asyncio.CancelledError from error
            name = {"line": number, "error": str(error) or "its worker was ended"}
            try:
                given = json.loads(line)
                said = {"id": given.get("id"), "url": given.get("url"), "text": ""}
            except (ValueError, AttributeError, RecursionError):
                said = {}
            return Read({**said, **name})
        return read if "id" in read.row else Read({"line": number, **read.row})


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


SKIPPED: Row = {}


async def _skipped() -> Read:
    return Read(SKIPPED)


def _keep(read: Read, spool: IO[bytes], lessons: dict[str, Lessons]) -> None:
    seen = read.sighting
    told = None
    if seen:
        told = [seen.site, seen.url, seen.seen_at.isoformat(), seen.choice, seen.lines.hex()]
        lessons.setdefault(seen.site, Lessons()).add(seen)
    spool.write(json.dumps([read.row, told]).encode() + b"\n")


def _kept(line: bytes) -> tuple[Row, PackedSighting | None]:
    row, told = json.loads(line)
    if not told:
        return row, None
    site, url, at, choice, lines = told
    seen_at = datetime.fromisoformat(at)
    return row, PackedSighting(
        site=site, url=url, seen_at=seen_at, choice=choice, lines=bytes.fromhex(lines)
    )


def _templates(lessons: Mapping[str, Lessons]) -> dict[str, Template]:
    learned = ((site, known.learned(site)) for site, known in lessons.items())
    return {site: replace(template, is_sure=False) for site, template in learned if template}


def _another(seen: PackedSighting | None, templates: Mapping[str, Template]) -> Template | None:
    """Return the template to read a page with, None where it would be read as it was."""
    template = templates.get(seen.site) if seen else None
    if seen is None or template is None:
        return None
    return None if choice_now(template, seen) == seen.choice else template


def read_line(line: bytes, template: Template | None = None) -> Read:
    """Return what there is of one page's article; runs in a worker.

    A page without article has an empty text and says why in ``excluded`` and ``detail``; what is
    no page has an ``error`` and no ``id``.
    """
    try:
        given = files.record(line, "id, url and html")
    except files.BadLine as error:
        return Read({"error": str(error)})
    url = str(given.get("url") or "")
    body = str(given.get("html") or "").encode("utf-8", "replace")
    found, sighting = observed(page_of(url, body, {"content-type": HTML}), template)
    facts = dropped(found) if isinstance(found, Dropped) else row(found)
    site = site_of(url)
    seen = replace(sighting, url=str(given.get("id"))) if sighting else None
    packed = pack(seen, site) if seen and site else None
    return Read({"id": given.get("id"), **facts, "url": facts.get("url") or url}, packed)


def page_of(url: str, body: bytes, headers: Mapping[str, str]) -> Page:
    """Return a page that no feed announced and no source owns."""
    return Page(
        url=url,
        announced_url=url,
        body=body,
        content_type=headers.get("content-type"),
        headers=headers,
        fetched_at=datetime.now(UTC),
        entry=Entry(url=url),
        source="",
    )


def row(draft: Draft) -> Row:
    """Return a draft as `extract --json` and `--pages` write it."""
    return {
        "url": draft.url,
        "title": draft.title,
        "text": draft.text,
        "authors": list(draft.authors),
        "agencies": list(draft.agencies),
        "place": draft.place,
        "published_at": _written(draft.published),
        "published": _published(draft.published),
        "language": draft.language,
        "section": draft.section,
        "stripped": [
            {"text": one.text, "rule": one.rule, "at": one.at}
            | ({} if one.pages is None else {"pages": one.pages})
            for one in draft.stripped
        ],
    }


def dropped(found: Dropped) -> Row:
    """Return why there is no article, as `--pages` writes it."""
    return {"title": None, "text": "", "excluded": str(found.reason), "detail": found.detail}


def _published(found: Published | None) -> Row | None:
    if found is None:
        return None
    names = {"raw": found.raw, "from": found.source, "precision": found.precision}
    return {**names, "day": found.day, "offset": found.offset}


def _written(found: Published | None) -> str | None:
    """Return the time in ISO 8601 with the offset as published; UTC where none was."""
    if found is None or found.at is None:
        return None
    zone = timezone(timedelta(minutes=found.offset)) if found.offset is not None else UTC
    return found.at.astimezone(zone).isoformat()
