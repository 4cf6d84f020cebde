"""Damage: bytes in, other bytes out; the same for the same seed and number."""

from collections.abc import Callable, Sequence
from random import Random

MOST = 8  # changes an input
SPAN = 400  # bytes that one change moves or takes away
REPEATS = (2, 3, 10, 100, 1_000)
ODD = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80",
    b"\r", b"\n", b"\x1b[2J", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xc2\x85", b"\xef\xbf\xbe", b"\\",
    b"&", b"<", b">", b'"', b"'", b"%", b"%00", b"%ff", b"&#0;", b"&#x110000;", b"&#xd800;",
    b"0", b"-1", b"1e999", b"9" * 25, b"9" * 5_000, b"NaN", b"\xd9\xa3", b"\xc2\xb2", b"null",
    b"2026-02-30", b"0000-00-00", b"9999-12-31T23:59:59-23:59", b"0001-01-01T00:00+14:00",
    b"$where", b".", b"..", b"/", b"//", b":", b"@", b"?", b"#", b"[", b"]", b"{", b"}", b"*",
)  # fmt: skip
WIDE = ("utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "latin-1", "gb18030", "shift_jis")

Change = Callable[[bytearray, Random], None]


class Mutator:
    """Makes as many inputs as are wanted of a few."""

    def __init__(self, seeds: Sequence[bytes], tokens: Sequence[bytes], most: int) -> None:
        """``tokens``: what the form is made of; ``most``: bytes of an input."""
        self._seeds, self._tokens, self._most = seeds, (*tokens, *ODD), most

    def make(self, seed: int, number: int) -> bytes:
        """Return the input of that number."""
        random = Random(f"{seed}:{number}")  # noqa: S311 no secret, but the same each time
        made = bytearray(random.choice(self._seeds))
        for _ in range(random.randint(1, MOST)):
            self._change(made, random)
            del made[self._most :]
        return _recoded(bytes(made), random)[: self._most]

    def _change(self, made: bytearray, random: Random) -> None:
        match random.randrange(10):
            case 0 | 1 | 2:
                at = random.randint(0, len(made))
                made[at:at] = random.choice(self._tokens)
            case 3:
                start, end = _span(made, random)
                made[start:end] = random.choice(self._tokens)
            case 4:
                self._splice(made, random)
            case _:
                random.choice(CHANGES)(made, random)

    def _splice(self, made: bytearray, random: Random) -> None:
        other = random.choice(self._seeds)
        made[random.randint(0, len(made)) :] = other[random.randint(0, len(other)) :]


def _span(made: bytearray, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(made))
    return start, min(len(made), start + random.choice((1, 2, 8, 40, SPAN)))


def _flip(made: bytearray, random: Random) -> None:
    if made:
        made[random.randrange(len(made))] ^= 1 << random.randrange(8)


def _byte(made: bytearray, random: Random) -> None:
    if made:
        made[random.randrange(len(made))] = random.randrange(256)


def _take(made: bytearray, random: Random) -> None:
    start, end = _span(made, random)
    del made[start:end]


def _break_off(made: bytearray, random: Random) -> None:
    del made[random.randint(0, len(made)) :]


def _repeat(made: bytearray, random: Random) -> None:
    start, end = _span(made, random)
    made[start:end] = bytes(made[start:end]) * random.choice(REPEATS)


def _move(made: bytearray, random: Random) -> None:
    start, end = _span(made, random)
    piece = made[start:end]
    del made[start:end]
    at = random.randint(0, len(made))
    made[at:at] = piece


def _number(made: bytearray, random: Random) -> None:
    """Put another number where one stands."""
    places = [at for at, byte in enumerate(made) if 48 <= byte <= 57]
    if places:
        at = random.choice(places)
        made[at : at + 1] = random.choice((b"", b"-", b"99999999", b"0x", b"\xd9\xa1", b"."))


CHANGES: tuple[Change, ...] = (_flip, _byte, _take, _break_off, _repeat, _move, _number)


def _recoded(made: bytes, random: Random) -> bytes:
    if random.randrange(20):
        return made
    return made.decode("utf-8", "replace").encode(random.choice(WIDE), "replace")
