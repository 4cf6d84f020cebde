"""A bar on a terminal while documents are carried to a file or back."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Carried:
    """The bar; nothing where stderr is no terminal."""

    def __init__(
        self, console: Console, words: str, documents: int, *, is_json: bool = False
    ) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=is_json or not console.is_terminal,
        )
        self._words = words
        self._task = self._bar.add_task(words, total=documents)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def tell(self, name: str, number: int) -> None:
        """So many documents of a collection are done."""
        self._bar.update(self._task, advance=number, description=f"{self._words} {name}")


def size(number: int) -> str:
    """Return bytes in words."""
    for unit, least in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= least:
            return f"{number / least:.1f} {unit}"
    return f"{number} B"
