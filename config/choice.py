"""What an operator wants of a paper's articles, told by what they say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """Words and sections by which an article is kept or left out; empty where they don't count."""

    keep_words: tuple[str, ...] = ()
    """One must stand in title, section, tags, summary or text."""
    ignore_words: tuple[str, ...] = ()
    """None may stand in title, section or tags."""
    keep_sections: tuple[str, ...] = ()
    ignore_sections: tuple[str, ...] = ()
    has_sponsored: bool = True
    """False: what somebody paid for is left out."""


ALL = Choice()
