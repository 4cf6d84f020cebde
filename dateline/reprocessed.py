"""What today's rules make of stored pages, for a person: by source, with lines and samples."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dateline.difference import difference, folded
from dateline.progress import living
from dateline.revisions import pieces_of
from dateline.screen import counted, one_line

if TYPE_CHECKING:
    from crawler.reprocess import Difference, Found

LINES = 5  # of a source, of each kind
SHOWN = 100  # letters of a line
HEADS = {
    "unchanged": "unchanged",
    "shorter": "shorter",
    "longer": "longer",
    "otherwise": "otherwise",
    "retitled": "retitled",
    "walled": "behind a wall",
    "no-article": "no article now",
    "failed": "failed",
}


class Bar:
    """A line that lives while pages are read; nothing where stderr is no terminal."""

    def __init__(self, console: Console, *, is_shown: bool) -> None:
        self._found: Found | None = None
        self._live = living(self._line, console, is_shown=is_shown)

    def watch(self, found: "Found") -> None:
        """Show this from now on."""
        self._found = found

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.__exit__(None, None, None)

    def _line(self) -> Text:
        found = self._found
        if found is None:
            return Text("opening the database …")
        changed = sum(one.changed for one in found.sources.values())
        return Text(f"articles {found.seen}/{found.total} · read otherwise {changed}")


def document(found: "Found") -> dict[str, Any]:
    """Return all of it as JSON has it."""
    return {
        "is_dry_run": found.is_dry,
        "outcome": found.outcome,
        "articles": found.total,
        "read": found.seen,
        "without_page": found.without_page,
        "revised": found.revised,
        "sources": {name: _of_source(one) for name, one in sorted(found.sources.items())},
    }


def _of_source(one: "Difference") -> dict[str, Any]:
    return {
        **{name: one.outcomes[name] for name in one.outcomes},
        "stripped": [
            {"rule": rule, "line": line, "articles": number}
            for (rule, line), number in one.stripped.most_common()
        ],
        "restored": [
            {"line": line, "articles": number} for line, number in one.restored.most_common()
        ],
        "samples": [asdict(sample) for sample in one.samples],
    }


def show(found: "Found", console: Console) -> None:
    """Print the table, and what is behind it."""
    if found.sources:
        console.print(_table(found.sources))
    for name, one in sorted(found.sources.items()):
        for line in _lines(name, one):
            console.print(Text(line))
        for sample in one.samples:
            console.print()
            console.print(Text(one_line(f"{name} {sample.article} {sample.title}"), "bold"))
            is_coloured = console.is_terminal and not console.no_color
            pieces = folded(difference(sample.before, sample.after))
            console.print(pieces_of(pieces, is_coloured=is_coloured))
    console.print()
    for line in _ends(found):
        console.print(Text(line))


def _table(sources: Mapping[str, "Difference"]) -> Table:
    shown = Table(box=None, pad_edge=False)
    shown.add_column("source")
    used = [name for name in HEADS if any(one.outcomes[name] for one in sources.values())]
    for name in used:
        shown.add_column(HEADS[name], justify="right")
    for source, one in sorted(sources.items()):
        shown.add_row(source, *(str(one.outcomes[name]) for name in used))
    return shown


def _lines(name: str, one: "Difference") -> Iterator[str]:
    for (rule, line), number in one.stripped.most_common(LINES):
        yield one_line(f"{name}: newly stripped of {number} by {rule}: {line[:SHOWN]}")
    for line, number in one.restored.most_common(LINES):
        yield one_line(f"{name}: restored to {number}: {line[:SHOWN]}")
    hidden = max(0, len(one.stripped) - LINES) + max(0, len(one.restored) - LINES)
    if hidden:
        yield f"{name}: {counted(hidden, 'further line')}, which --json names"


def _ends(found: "Found") -> Iterator[str]:
    if found.went_on:
        yield "it went on where an earlier one was cut off"
    if found.without_page:
        yield f"{counted(found.without_page, 'article')} without a raw page: left as they are"
    if found.is_dry:
        others = sum(one.changed for one in found.sources.values())
        if others:
            words = counted(others, "article")
            yield f"nothing was changed: without --dry-run {words} would be revised"
        else:
            yield "nothing would change"
    else:
        yield f"{counted(found.revised, 'article')} revised"
