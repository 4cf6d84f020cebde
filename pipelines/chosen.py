"""Whether an article is one that the operator wants, by its words and sections. Pure.

``of_entry`` says so before its page is asked for, as far as the announcement shows it; ``of_draft``
once it is read. Both return why it is left out, as a sentence for a person, or None.
"""

from collections.abc import Iterable

from config.choice import Choice
from config.phrasebook import DENSE, fold
from pipelines.enrich.about import SPONSORED
from pipelines.records import Draft, Entry

SHOWN = 80  # letters of a name in a sentence


def of_entry(entry: Entry, choice: Choice) -> str | None:
    """Return why an announced article is left out: an ignored word, or that it was paid for."""
    return _ignored((entry.title or "", *entry.tags), entry.tags, choice)


def of_draft(draft: Draft, sections: Iterable[str], entry: Entry, choice: Choice) -> str | None:
    """Return why an article that was read is left out.

    ``sections``: every name of its place in the paper; where the page has none, the tags of the
    feed stand for them, as many systems write the section there.
    """
    named = tuple(dict.fromkeys((*filter(None, (draft.section,)), *sections))) or entry.tags
    said = (draft.title or "", *named, *draft.tags)
    return (
        _ignored(said, draft.tags, choice)
        or _in_section(named, choice)
        or _without_words((*said, draft.summary or "", draft.text), choice)
    )


def _ignored(said: Iterable[str], tags: Iterable[str], choice: Choice) -> str | None:
    if not choice.has_sponsored and any(fold(tag) == SPONSORED for tag in tags):
        return "It is sponsored, and such articles are left out."
    found = _first(choice.ignore_words, said)
    return f"It holds the ignored word {found!r}." if found else None


def _in_section(named: tuple[str, ...], choice: Choice) -> str | None:
    folded = {fold(name) for name in named}
    ignored = next((one for one in choice.ignore_sections if fold(one) in folded), None)
    if ignored:
        return f"It stands in the ignored section {ignored!r}."
    if not choice.keep_sections or any(fold(one) in folded for one in choice.keep_sections):
        return None
    where = f"in {named[0][:SHOWN]!r}" if named else "in no section that is named"
    return f"It stands {where}, which is none of the sections that are kept."


def _without_words(said: Iterable[str], choice: Choice) -> str | None:
    if not choice.keep_words or _first(choice.keep_words, said):
        return None
    return f"It holds none of the words that are kept: {', '.join(choice.keep_words)[:SHOWN]}."


def _first(words: Iterable[str], said: Iterable[str]) -> str | None:
    """Return the first of the words, as written, that stands in what is said."""
    words = tuple(words)
    if not words:
        return None
    # not by way of its cache, which would hold whole texts
    folded = [fold.__wrapped__(part) for part in said if part]
    return next((one for one in words if any(has(part, one) for part in folded)), None)


def has(folded: str, word: str) -> bool:
    """Return whether a folded text holds a word, or several in this order, as whole words.

    In a script without spaces a word is whole wherever it stands.
    """
    wanted = fold(word)
    if DENSE.search(wanted):
        return wanted in folded
    return f" {wanted} " in f" {folded} "
