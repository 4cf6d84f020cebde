"""Articles as CSV that no spreadsheet runs. Pure, but for the file it is given."""

import csv
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dateline.formats import flat

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

# what a spreadsheet takes for a formula, in full width too; some look behind spaces and controls
_BEFORE = r"[\s\x00-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
RUNS = re.compile(_BEFORE + r"[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
INERT = "'"


class Writer:
    """Writes a head and a row an article, as RFC 4180 has it."""

    def __init__(self, file: "SupportsWrite[str]") -> None:
        # each in quotes: where a list's `;` parts cells, what stands behind it is none of its own
        self._rows = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        self._rows.writerow(flat.NAMES)

    def write(self, article: Mapping[str, Any]) -> None:
        """Write an article."""
        self._rows.writerow([inert(flat.said(value)) for value in flat.row(article)])


def inert(cell: str) -> str:
    """Return a cell that is text to every spreadsheet: with an apostrophe where it would run."""
    cell = cell.replace("\x00", "")
    return INERT + cell if RUNS.match(cell) else cell
