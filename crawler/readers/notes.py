"""What was odd while a document was read, told once and not once an entry."""


class Notes:
    """Gathers warnings; mistakes of entries are counted and told in one sentence a kind."""

    def __init__(self) -> None:
        self._sentences: list[str] = []
        self._counts: dict[str, tuple[int, str]] = {}
        self.is_cut = False
        """The document broke off: entries may be missing."""
        self.is_flawed = False
        """It is against the rules of its form; most feeds that are so lack nothing."""

    def add(self, sentence: str) -> None:
        """Note one sentence."""
        self._sentences.append(sentence)

    def extend(self, sentences: list[str] | tuple[str, ...]) -> None:
        """Note each of ``sentences``."""
        self._sentences.extend(sentences)

    def cut(self, sentences: list[str] | tuple[str, ...]) -> None:
        """Note each of ``sentences``; any says that the document broke off."""
        self._sentences.extend(sentences)
        self.is_cut = self.is_cut or bool(sentences)

    def flaw(self, sentence: str) -> None:
        """Note that the document is against the rules of its form."""
        self._sentences.append(sentence)
        self.is_flawed = True

    def count(self, what: str, example: str = "") -> None:
        """Note that ``what`` holds of one more entry; the first example is told."""
        number, first = self._counts.get(what, (0, example))
        self._counts[what] = (number + 1, first)

    def told(self) -> tuple[str, ...]:
        """Return every warning, each once."""
        counted = (
            f"{what} in {number} entr{'y' if number == 1 else 'ies'}"
            + (f", the first {first[:60]!r}" if first else "")
            for what, (number, first) in self._counts.items()
        )
        return tuple(dict.fromkeys((*self._sentences, *counted)))
