"""What became of an article: its earlier texts, each with what the next made of it; its state."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from rich.text import Text

from dateline.difference import Piece, difference, folded
from dateline.screen import one_line

Document = dict[str, Any]
CAUSES = {"page": "the paper changed it", "rules": "Dateline read the same page better"}
PARTS = ("title", "text")
MARKS = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
STYLES = {"kept": "", "removed": "red strike", "added": "green"}


def state_of(article: Document) -> str:
    """Return whether the paper shows it, and where else it leads now; why it is not here."""
    if removed := article.get("removed"):
        day = f"{removed['at']:%Y-%m-%d}"
        return f"removed on request on {day} by {removed['by']}: {removed['reason']}"
    moved_to = article.get("moved_to")
    return f"moved to {moved_to}" if moved_to else str(article["state"])


def title_of(article: Document) -> str:
    """Return what it is called, for a person."""
    return str(article["title"] or ("removed" if article["state"] == "removed" else "untitled"))


def with_changes(revisions: Sequence[Document], article: Document) -> list[Document]:
    """Return the earlier texts, first one first, each with its ``changes`` to the next.

    {title: [{kind, text}], text: [{kind, text}]}; the kinds are kept, removed and added.
    """
    steps = pairwise([*revisions, article])
    return [{**before, "changes": _changes(before, after)} for before, after in steps]


def _changes(before: Document, after: Document) -> Document:
    pieces = {name: difference(before[name] or "", after[name] or "") for name in PARTS}
    return {name: [asdict(piece) for piece in pieces[name]] for name in PARTS}


def drawn(revision: Document, *, is_coloured: bool) -> Text:
    """Return one revision, with its changes, for a person: in colours or between marks."""
    until = f"{revision['fetched_at']:%Y-%m-%d %H:%M} to {revision['replaced_at']:%Y-%m-%d %H:%M}"
    shown = Text()
    shown.append(one_line(f"revision {revision['revision']}: {revision['title']}"), "bold")
    shown.append(f"\n{until} UTC, then {CAUSES[revision.get('cause', 'page')]}")
    for name in PARTS:
        pieces = [Piece(**piece) for piece in revision["changes"][name]]
        if name == "text" or any(piece.kind != "kept" for piece in pieces):
            shown.append("\n\n")
            shown.append_text(pieces_of(folded(pieces), is_coloured=is_coloured))
    return shown


def pieces_of(pieces: Sequence[Piece], *, is_coloured: bool) -> Text:
    """Return pieces for a person: in colours or between marks."""
    shown = Text()
    for piece in pieces:
        words = piece.text.rstrip()
        mark = "{}" if is_coloured or not words else MARKS[piece.kind]
        shown.append(mark.format(words), STYLES[piece.kind] if is_coloured else "")
        shown.append(piece.text[len(words) :])
    return shown
