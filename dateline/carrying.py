"""A bar on a terminal while documents are carried to a file or back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def carried(
    console: Console, words: str, documents: int, *, is_json: bool = False
) -> Iterator[Callable[[str, int], None]]:
    """Show a bar, where the console is a terminal; give what is told how many are done of which."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=is_json or not console.is_terminal,
    ) as bar:
        task = bar.add_task(words, total=documents)
        yield lambda name, number: bar.update(task, advance=number, description=f"{words} {name}")


def size(number: int) -> str:
    """Return bytes in words."""
    for unit, least in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= least:
            return f"{number / least:.1f} {unit}"
    return f"{number} B"
