import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline import inputs as files
from dateline.exits import Code, Exit
from dateline.options import Address, Count

if TYPE_CHECKING:
    from config.settings import Settings
    from pipelines.records import Draft, Dropped, Page, Published
    from pipelines.work import Pool

LINE_GROWTH = 6  # JSON may write a byte as \\u0041
Row = dict[str, Any]
AHEAD = 4  # pages a worker that wait for their turn to be written: output keeps the input's order


@dataclass(frozen=True, slots=True)
class Input:
    """One page to show, or why there is none."""

    name: str
    """As given on the command line."""
    url: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    error: str | None = None


@click.command(
    epilog="Example: dateline extract https://paper.example/news/1  |  "
    "dateline extract --url https://paper.example/news/1 page.html  |  "
    "dateline extract --pages pages.jsonl.gz > articles.jsonl"
)
@click.argument("inputs", metavar="URL|FILE...", nargs=-1)
@click.option(
    "--url", type=Address(), metavar="URL", help="The address of a page that comes from a file."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and page.")
@click.option(
    "--pages",
    type=click.Path(path_type=Path),
    metavar="IN.jsonl.gz",
    help="Read {id, url, html} a line, write {id, url, title, text, ...} a line.",
)
@click.option("--workers", type=Count(256), help="Processes for --pages.")
def command(
    inputs: tuple[str, ...], url: str | None, as_json: bool, pages: Path | None, workers: int | None
) -> None:
    """Show the text of a page, and each line taken from it with the rule that took it.

    Exits with 65 where a page cannot be read or holds no article; the others are shown.
    """
    if bool(inputs) == bool(pages):
        raise click.UsageError("give pages as URL or FILE, or a file of pages with --pages")
    if pages:
        _extract_pages(pages, workers)
        return
    failed = sum(not _show(one, as_json=as_json) for one in _inputs(inputs, url))
    if failed:
        summary = f"{failed} of {len(inputs)} pages gave no article"
        raise Exit(Code.BAD_DATA, summary if len(inputs) > 1 else "")


def _inputs(names: Iterable[str], url: str | None) -> Iterator[Input]:
    from config import settings

    names = list(names)
    knobs = settings.load()
    fetched = _fetched([name for name in names if _is_address(name)], knobs)
    for name in names:
        yield fetched[name] if _is_address(name) else _file(name, url, knobs.page_max_bytes)


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def _file(name: str, url: str | None, most: int) -> Input:
    try:
        body = files.body(name, most)
    except files.Unreadable as error:
        return Input(name, error=f"cannot be read: {error}")
    # a file's name need not be UTF-8; an address is, and `//[` begins one that cannot be read
    shown = re.sub("^/+", "/", name.encode(errors="replace").decode())
    return Input(name, url or shown, body)


def _fetched(urls: list[str], knobs: "Settings") -> dict[str, Input]:
    if not urls:
        return {}
    from crawler import fetch

    found = {}
    for url, got in zip(urls, fetch.get(urls, knobs, knobs.page_max_bytes), strict=True):
        if isinstance(got, fetch.Failed):
            found[url] = Input(url, error=f"{got.trouble}: {got.detail}")
        else:
            found[url] = Input(url, got.url, got.body, tuple(got.headers.items()))
    return found


def _show(one: Input, *, as_json: bool) -> bool:
    """Show one page; return whether it holds an article."""
    from dateline import screen
    from pipelines.line import prepare
    from pipelines.records import Dropped

    draft = None if one.error else prepare(_page(one), with_left_out=True)
    error = one.error or (draft.detail if isinstance(draft, Dropped) else None)
    if error:
        screen.say(screen.one_line(f"{one.name}: {error}"))
        if as_json:
            screen.write_json({"input": one.name, "error": error})
        return False
    assert draft is not None
    assert not isinstance(draft, Dropped)
    if as_json:
        screen.write_json({"input": one.name, **_row(draft), "left_out": list(draft.left_out)})
    else:
        _print(one.name, draft)
    return True


def _page(one: Input) -> "Page":
    from pipelines.records import Entry, Page

    headers = dict(one.headers)
    return Page(
        url=one.url,
        announced_url=one.url,
        body=one.body,
        content_type=headers.get("content-type"),
        headers=headers,
        fetched_at=datetime.now(UTC),
        entry=Entry(url=one.url),
        source="",
    )


def _print(name: str, draft: "Draft") -> None:
    from rich.text import Text

    from dateline import screen

    console = screen.out()
    console.soft_wrap = True
    published = draft.published.day if draft.published else None
    facts = [
        ("title", draft.title),
        ("authors", ", ".join(draft.authors)),
        ("published", published),
    ]
    facts += [("language", draft.language), ("section", draft.section), ("url", draft.url)]
    console.print(Text(screen.one_line(name), style="bold"))
    for key, value in facts:
        if value:
            console.print(Text.assemble((f"{key:>10}  ", "cyan"), screen.one_line(value)))
    console.print()
    console.print(Text(draft.text))
    console.print()
    for line in draft.stripped:
        console.print(Text.assemble((f"- {line.rule:>14}  ", "red"), (_short(line.text), "dim")))
    for text in draft.left_out:
        console.print(Text.assemble((f"- {'left out':>14}  ", "yellow"), (_short(text), "dim")))


def _short(text: str, most: int = 160) -> str:
    from dateline.screen import one_line

    text = one_line(text)
    return text if len(text) <= most else text[: most - 1] + "…"


def _row(draft: "Draft") -> dict[str, Any]:
    return {
        "url": draft.url,
        "title": draft.title,
        "text": draft.text,
        "authors": list(draft.authors),
        "published_at": _written(draft.published),
        "published": _published(draft.published),
        "language": draft.language,
        "section": draft.section,
        "stripped": [{"text": one.text, "rule": one.rule, "at": one.at} for one in draft.stripped],
    }


def _published(found: "Published | None") -> dict[str, Any] | None:
    if found is None:
        return None
    names = {"raw": found.raw, "from": found.source, "precision": found.precision}
    return {**names, "day": found.day, "offset": found.offset}


def _written(found: "Published | None") -> str | None:
    """Return the time in ISO 8601 with the offset as published; UTC where none was."""
    if found is None or found.at is None:
        return None
    zone = timezone(timedelta(minutes=found.offset)) if found.offset is not None else UTC
    return found.at.astimezone(zone).isoformat()


def _extract_pages(file: Path, workers: int | None) -> None:
    from config import settings
    from pipelines.work import Pool

    knobs = settings.load()
    count = workers or knobs.worker_count
    pool = Pool(count=count, seconds=knobs.page_seconds, memory_mb=knobs.page_memory_mb)
    try:
        lines = files.lines(str(file), LINE_GROWTH * knobs.page_max_bytes)
        bad = asyncio.run(_write_all(pool, lines, ahead=AHEAD * count))
    except files.Unreadable as error:
        raise Exit(Code.BAD_DATA, f"{file}: cannot be read: {error}") from error
    finally:
        pool.close()
    if bad:
        raise Exit(Code.BAD_DATA, f"{file}: lines that hold no page: {bad}")


async def _write_all(pool: "Pool", lines: Iterable[bytes], ahead: int) -> int:
    """Return how many lines hold no page."""
    from dateline import screen

    bad = 0
    async for row in _rows(pool, lines, ahead):
        bad += "id" not in row
        screen.write_json(row)
    return bad


async def _rows(pool: "Pool", lines: Iterable[bytes], ahead: int) -> AsyncIterator[Row]:
    """Yield a row a line, in their order; what is before the break of a file is worth having."""
    waiting: deque[asyncio.Task[Row]] = deque()
    broken = None
    try:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            waiting.append(asyncio.create_task(_one(pool, line, number)))
            if len(waiting) > ahead:
                yield await waiting.popleft()
    except files.Unreadable as error:
        broken = error
    for task in waiting:
        yield await task
    if broken:
        raise broken


async def _one(pool: "Pool", line: bytes, number: int) -> Row:
    from pipelines.work import GivenBackError, WorkError

    try:
        return await pool.run(extract_line, line)
    except (WorkError, GivenBackError) as error:
        name = {"line": number, "error": str(error) or "its worker was ended"}
        try:
            given = json.loads(line)
            return {"id": given.get("id"), "url": given.get("url"), "text": "", **name}
        except (ValueError, AttributeError, RecursionError):
            return name


def extract_line(line: bytes) -> Row:
    """Return what there is of one page's article; runs in a worker.

    A page without article has an empty text and says why in ``excluded`` and ``detail``.
    """
    from pipelines.line import prepare
    from pipelines.records import Dropped

    given = json.loads(line)
    url = str(given.get("url") or "")
    body = str(given.get("html") or "").encode("utf-8", "replace")
    headers = (("content-type", "text/html; charset=utf-8"),)
    found = prepare(_page(Input("", url, body, headers)))
    row = _dropped(found) if isinstance(found, Dropped) else _row(found)
    return {"id": given.get("id"), **row, "url": row.get("url") or url}


def _dropped(found: "Dropped") -> dict[str, Any]:
    return {"title": None, "text": "", "excluded": str(found.reason), "detail": found.detail}
