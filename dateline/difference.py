"""Two texts in, out what was kept, removed and added: by word, or by character without spaces.

Pure. A paragraph that stands in both is not compared by word, so that a long text costs little.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from pipelines.letters import DENSE

Kind = Literal["kept", "removed", "added"]
Block = tuple[Sequence[str], Sequence[str]]
"""What stood in the earlier text, and what stands in its place."""
# with the space behind it, so that the pieces together are the text; breaks end paragraphs
WORD = re.compile(rf"\n+|(?:{DENSE.pattern}|[^\s{DENSE.pattern[1:-1]}]+)[^\S\n]*|[^\S\n]+")
PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+")
MOST = 4_000_000  # pairs of words: about a second's work; what is longer was written anew
LEAST_ALIKE = 0.3  # of the words: below it the two are easier to read one after the other
AROUND = 12  # words shown beside a change


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: the kept and removed ones are the earlier, the kept and added the later."""

    kind: Kind
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return what became of a text; [] where both are empty."""
    pieces: list[Piece] = []
    for ours, theirs in _blocks(PARAGRAPH.findall(before), PARAGRAPH.findall(after)):
        if _levels(ours) == _levels(theirs):
            pieces.append(Piece("kept", "".join(theirs)))
        else:
            pieces += _by_word("".join(ours), "".join(theirs))
    return _joined(pieces)


def folded(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces of which long kept ones show no more than what stands beside a change."""
    last = len(pieces) - 1
    return [
        Piece("kept", _fold(piece.text, at > 0, at < last)) if piece.kind == "kept" else piece
        for at, piece in enumerate(pieces)
    ]


def _fold(text: str, is_behind: bool, is_before: bool) -> str:
    words = WORD.findall(text)
    head, tail = AROUND * is_behind, AROUND * is_before
    hidden = len(words) - head - tail
    if hidden <= AROUND:
        return text
    return "".join([*words[:head], f"[… {hidden} words …] ", *words[len(words) - tail :]])


def _by_word(before: str, after: str) -> Iterator[Piece]:
    ours, theirs = WORD.findall(before), WORD.findall(after)
    blocks: list[Block] = [(ours, theirs)]
    if len(ours) * len(theirs) <= MOST:
        matcher = SequenceMatcher(None, _levels(ours), _levels(theirs))
        if matcher.ratio() >= LEAST_ALIKE:
            blocks = list(_blocks(ours, theirs))
    for one, other in blocks:
        if _levels(one) == _levels(other):
            yield Piece("kept", "".join(other))
            continue
        yield Piece("removed", "".join(one))
        yield Piece("added", "".join(other))


def _blocks(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Block]:
    """Yield what stands for what, in order."""
    matcher = SequenceMatcher(None, _levels(ours), _levels(theirs))
    for _, one, one_end, other, other_end in matcher.get_opcodes():
        yield ours[one:one_end], theirs[other:other_end]


def _levels(parts: Sequence[str]) -> list[str]:
    """Return parts as they are compared: spaces at an end make no difference."""
    return [part.rstrip() or part[:1] for part in parts]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces less empty ones, neighbours of a kind as one."""
    real = (piece for piece in pieces if piece.text)
    return [
        Piece(kind, "".join(piece.text for piece in group))
        for kind, group in groupby(real, key=lambda piece: piece.kind)
    ]
