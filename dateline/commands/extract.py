import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dateline import inputs as files
from dateline import remedies
from dateline.exits import Code, Exit
from dateline.options import Address, Count

if TYPE_CHECKING:
    from rich.table import Table

    from config.settings import Settings
    from pipelines.records import Draft

SIDE_BY_SIDE = 100  # columns


@dataclass(frozen=True, slots=True)
class Input:
    """One page to show, or why there is none."""

    name: str
    """As given on the command line."""
    url: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    error: str | None = None
    remedy: str = ""


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
        from dateline import batch

        batch.extract(pages, workers)
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
        return Input(name, error=f"cannot be read: {error}", remedy=error.remedy)
    if _is_of_pages(body):
        return Input(name, error="a file of pages, not a page: give it with --pages")
    # a file's name need not be UTF-8; an address is, and `//[` begins one that cannot be read
    shown = re.sub("^/+", "/", name.encode(errors="replace").decode())
    return Input(name, url or shown, body)


def _is_of_pages(body: bytes) -> bool:
    """Return whether what came is a file of pages, as --pages takes one: no page is JSON."""
    try:
        return "html" in files.record(body.partition(b"\n")[0], "html")
    except files.BadLine:
        return False


def _fetched(urls: list[str], knobs: "Settings") -> dict[str, Input]:
    if not urls:
        return {}
    from crawler import fetch

    found = {}
    for url, got in zip(urls, fetch.get(urls, knobs, knobs.page_max_bytes), strict=True):
        if isinstance(got, fetch.Failed):
            remedy = remedies.of_trouble(got.trouble)
            found[url] = Input(url, error=f"{got.trouble}: {got.detail}", remedy=remedy)
        else:
            found[url] = Input(url, got.url, got.body, tuple(got.headers.items()))
    return found


def _show(one: Input, *, as_json: bool) -> bool:
    """Show one page; return whether it holds an article."""
    from dateline import batch, screen
    from pipelines.line import prepare
    from pipelines.records import Dropped

    page = batch.page_of(one.url, one.body, dict(one.headers))
    draft = None if one.error else prepare(page, with_beside=True)
    error = one.error or (draft.detail if isinstance(draft, Dropped) else None)
    if error:
        words = screen.one_line(f"{one.name}: {error}")
        screen.say(remedies.beside(words, one.remedy))
        if as_json:
            screen.write_json({"input": one.name, "error": error})
        return False
    assert draft is not None
    assert not isinstance(draft, Dropped)
    if as_json:
        screen.write_json({"input": one.name, **batch.row(draft), "left_out": _left_out(draft)})
    else:
        _print(one.name, draft)
    return True


def _print(name: str, draft: "Draft") -> None:
    from rich.text import Text

    from dateline import screen
    from pipelines.records import LEFT_OUT

    console = screen.out()
    console.soft_wrap = True
    published = draft.published.day if draft.published else None
    facts = [
        ("title", draft.title),
        ("authors", ", ".join(draft.authors)),
        ("agencies", ", ".join(draft.agencies)),
        ("place", draft.place),
        ("published", published),
    ]
    facts += [("language", draft.language), ("section", draft.section), ("url", draft.url)]
    console.print(Text(screen.one_line(name), style="bold"))
    for key, value in facts:
        if value:
            console.print(Text.assemble((f"{key:>10}  ", "cyan"), screen.one_line(value)))
    console.print()
    if console.is_terminal and console.width >= SIDE_BY_SIDE:
        console.soft_wrap = False
        console.print(side_by_side(draft))
        return
    console.print(Text(draft.text))
    console.print()
    dropped = [(line.rule, line.text, "red") for line in draft.stripped]
    dropped += [(LEFT_OUT, text, "yellow") for text in _left_out(draft)]
    for rule, text, colour in dropped:
        console.print(Text.assemble((f"- {rule:>14}  ", colour), (_short(text), "dim")))


def _left_out(draft: "Draft") -> list[str]:
    from pipelines.records import LEFT_OUT

    return [line.text for line in draft.beside if line.rule == LEFT_OUT]


def side_by_side(draft: "Draft") -> "Table":
    """Return what was kept and, where it stood, what was dropped."""
    from rich.table import Table
    from rich.text import Text

    from dateline import screen
    from pipelines.records import LEFT_OUT

    table = Table(box=None, expand=True, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("kept", ratio=3)
    table.add_column("dropped", ratio=2)
    for line in draft.beside:
        if line.rule is None:
            table.add_row(Text(f"{screen.one_line(line.text)}\n"))
        else:
            colour = "yellow" if line.rule == LEFT_OUT else "red"
            why = Text.assemble((f"{line.rule}  ", colour), (_short(line.text), "dim"))
            table.add_row(None, why)
    return table


def _short(text: str, most: int = 160) -> str:
    from dateline.screen import one_line

    text = one_line(text)
    return text if len(text) <= most else text[: most - 1] + "…"
