"""The days that a page shows its readers: beside the title, over the text, under a label. Pure."""

import re
from collections.abc import Iterable, Iterator

from config import phrasebook
from pipelines.clean.bylines import RULE as BYLINE
from pipelines.enrich import dates
from pipelines.enrich.published import Clue, Frame, first
from pipelines.extract.headline import is_title, proofs
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import LINK, is_prose
from pipelines.letters import DENSE
from pipelines.records import Published

ABOVE, BELOW = 4, 10  # lines around the title
OVER_TEXT = 12  # lines over the first of the text
LINE_CHARS = 120
DENSE_WORD = 2  # letters of Chinese
LABEL_CHARS, LABEL_WORDS = 70, 5  # of a line that says the day and hardly anything else
DATELINE_LINES, DATELINE_CHARS, PLACE_WORDS = 2, 60, 4
ENDED = re.compile(r"[\s,]*[).:–—-]")
MARKED_WORDS = 8  # where the page's markup says that the line is about the article
TELLING = frozenset({"meta", "time", "byline"})
APART = frozenset({"caption", "comments", "related", "hidden", "nav", "quote", "title"})
UNDER, CLOSE = frozenset({"caption", "comments"}), 3
NONE: frozenset[str] = frozenset()
FAR_APART = APART | {"footer", "aside", "list"}
PARTING = re.compile(r"\s*[|•·]\s*")
# what themes set side by side with nothing but style between: "Ana Bell14 March 202616 March 2026"
GLUED = re.compile(r"(?<=[a-zäöüßа-яё])(?=[A-ZÄÖÜА-ЯЁ])|(?<=[^\W\d_])(?=\d{1,2}[ .])")
GLUED_YEAR = re.compile(r"(?<=[\s./-](?:19|20)\d{2})(?=[^\W_年년])")
WORDS = re.compile(r"[^\W\d_]+")
UPDATED_CHARS = 20  # no word of those that tell of an update is longer
UPDATED = re.compile(
    r"updat|edited|revised|reviewed|modifi|aktuali[sz]|geändert|bearbeitet|editiert|actuali[sz]"
    r"|atuali[sz]|aggiorn|mise? à jour|maj\b|bijgewerkt|gewijzigd|oppdater|uppdater|opdater"
    r"|päivit|frissít|güncel|обновл|изменен|оновлен|змінен|актуализ|жаңарт|янгилан|ажурир"
    r"|ενημέρωσ|τροποπο"
    r"|تحديث|بروزرسانی|עודכן|अपडेट|แก้ไข|cập nhật|diperbarui|更新|修改|수정|업데이트",
    re.I,
)


def beside_title(manuscript: Manuscript, frame: Frame) -> Published | None:
    """Return the first day of the lines beside the title that hardly say more, less updates."""
    return _first(_near(manuscript), frame)


def timed(manuscript: Manuscript) -> Iterator[Clue]:
    """Yield what the time elements in the lines beside the title say, less updates."""
    for line in _near(manuscript):
        text = without_update(line.text)
        for written, said in manuscript.evidence.times:
            if written and said and said in text:
                yield Clue(written, "page")


def near_title(manuscript: Manuscript) -> Iterator[Clue]:
    """Yield every short line beside the title that is no sentence, less updates."""
    lines = (line for line in _near(manuscript) if not is_prose(line))
    return (Clue(without_update(line.text), "page") for line in lines)


def over_text(manuscript: Manuscript, frame: Frame) -> Published | None:
    """Return the day of the nearest label over the text, else of the bylines taken from it."""
    start = min((spot for line in manuscript.lines for spot in line.spots), default=0)
    over = manuscript.page[max(0, start - OVER_TEXT) : start + 1]
    taken = (Clue(without_update(text), "page") for text in _bylines(manuscript))
    return _first(_not_apart(reversed(over)), frame) or first(taken, frame)


def updates(manuscript: Manuscript) -> Iterator[Clue]:
    """Yield what is said of changes beside the title and in the bylines taken from the text."""
    near = (line.text for line in _near(manuscript))
    said = (text for text in (*near, *_bylines(manuscript)) if UPDATED.search(text))
    return (Clue(text, "page") for text in said)


def _bylines(manuscript: Manuscript) -> Iterator[str]:
    return (one.text for one in manuscript.stripped if one.rule == BYLINE)


def labelled(manuscript: Manuscript) -> Iterator[Clue]:
    """Yield the lines, wherever they stand, that say of themselves that they are the day."""
    for line in _not_apart(manuscript.page):
        opening = line.text[:LABEL_CHARS]
        if len(line.text) > LINE_CHARS or not any(map(str.isdigit, opening)):
            continue
        text = without_update(opening)
        if text and _opens(text):
            yield Clue(text, "page")


def dateline(manuscript: Manuscript) -> Iterator[Clue]:
    """Yield the day that the text opens with, behind its place: "Kiel, 14 March 2026 - The pier".

    Or without one: "14 March 2026. The pier".
    """
    for line in manuscript.lines[:DATELINE_LINES]:
        opening = line.text[:DATELINE_CHARS]
        place, bar, rest = dates.without(opening).partition(" | ")
        words = WORDS.findall(place)
        is_place = len(words) <= PLACE_WORDS and all(word[0].isupper() for word in words)
        if bar and is_place and ENDED.match(rest):
            yield Clue(opening, "page")


def only(manuscript: Manuscript, frame: Frame) -> Published | None:
    """Return the one day that the page shows, wherever: on 5 pages of the sample, always right.

    None where it shows several: it lists other articles.
    """
    lines = (line for line in manuscript.page if not line.marks & FAR_APART)
    return agreed((clue for line in lines for clue in _labels(line)), frame)


def agreed(clues: Iterable[Clue], frame: Frame) -> Published | None:
    """Return what the clues say, None where they say several days."""
    found = [one for clue in clues if (one := first([clue], frame))]
    return found[0] if len({one.day for one in found}) == 1 else None


def _first(lines: Iterable[Line], frame: Frame) -> Published | None:
    """Return the day of the first line that has one; of two in a line the earlier.

    The later of them is an update without the word: "16 March 2026 14 March 2026"; but "Posted on"
    before the first of them says which it is.
    """
    for line in lines:
        found = [one for clue in _labels(line) if (one := first([clue], frame))]
        if found:
            is_said = len(found) > 1 and _opens(found[0].raw or "")
            return found[0] if is_said else min(found, key=lambda one: one.day or "")
    return None


def _opens(text: str) -> bool:
    return phrasebook.load().dated.opens(phrasebook.fold(text))


def _labels(line: Line) -> Iterator[Clue]:
    """Yield the parts of a line that say a day and hardly anything else, less updates."""
    if not any(map(str.isdigit, line.text)):
        return
    text = GLUED.sub(" ", GLUED_YEAR.sub(" | ", line.text))
    most = MARKED_WORDS if line.marks & TELLING else LABEL_WORDS
    parts = PARTING.split(text)
    # the whole too, for "14 | 03 | 2026"
    for part in [*parts, text] if len(parts) > 1 else [text]:
        said = without_update(part[: LABEL_CHARS + UPDATED_CHARS])
        if _is_label(said, most):
            yield Clue(said, "page")


def _is_label(text: str, most_words: int) -> bool:
    words = max(len(WORDS.findall(text)), len(DENSE.findall(text)) // DENSE_WORD)
    is_short = len(text) <= LABEL_CHARS and words <= most_words
    return is_short and any(map(str.isdigit, text))


def _not_apart(lines: Iterable[Line]) -> Iterator[Line]:
    return (line for line in lines if not line.marks & APART)


def without_update(text: str) -> str:
    """Return a line less what it says of changes: "14 March, updated 15 March"; "" if all of it."""
    found = UPDATED.search(text)
    if found is None:
        return text
    before = text[: found.start()]
    return before if any(map(str.isdigit, before)) else ""


def _near(manuscript: Manuscript) -> Iterator[Line]:
    """Yield the short lines around the title, those below it first.

    What the title is marked as too is the page's frame. Right under it stand neither pictures nor
    comments, whatever the page names a small line: "text-caption".
    """
    for title in _titles(manuscript):
        start, under, end = max(0, title.at - ABOVE), title.at + 1, title.at + 1 + BELOW
        near = (*manuscript.page[under:end], *reversed(manuscript.page[start : title.at]))
        for line in near:
            named = UNDER if under <= line.at < under + CLOSE else NONE
            if len(line.text) <= LINE_CHARS and not line.marks & APART - title.marks - named:
                yield line


def _titles(manuscript: Manuscript) -> list[Line]:
    """Return the lines that say the title; the h1 alone where it does."""
    forms = proofs(manuscript.evidence)
    lines = [line for line in manuscript.page if "nav" not in line.marks]
    for line in lines:
        if line.tag == "h1" and is_title(line.text, forms):
            return [line]
    # a list of the latest articles names this one too, as a link, beside the days of others
    titles = [line for line in lines if is_title(line.text, forms)]
    return [line for line in titles if line.links < LINK] or titles
