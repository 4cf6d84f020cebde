"""The box about the author under an article."""

import re
from collections.abc import Iterator

from config import phrasebook
from pipelines.extract.manuscript import Line, Manuscript

RULE = "author-box"
TAIL_LINES = 3
LINE_CHARS = 500
NAME_CHARS = 5
BYLINE_CHARS = 60
NAME_WORDS = range(2, 5)
PARTING = re.compile(r"\s*[,;&]\s*|\s+(?:and|und|et|y|e)\s+")
_NAME = r"[A-ZÀ-ÖØ-Þ][\w.'’-]*"
_NO_NAME = r"(?!(?:The|This|That|These|Our|A|An|In|At|If) )"
_IS = "is|was|ist|war|est|es|è|é|jest|är|er"
_ARTICLE = "(?:(?:the|der|die|une?|el|la|il|lo|o|a|een|en|et) )?"
_RANK = "(?:(?:adjunct|associate|senior|executive|chief|former|freier?) )?"
_CALLINGS = """
    faculty professor editor director journalist giornalista jornalista periodista dziennikar
    chercheu écrivain escritor scrittor scrittrice docente profesor catedrátic hoogleraar redakt
    redacteur Redakteur Professor Journalist Korrespondent Publizist Historiker
"""
_CALLING = rf"(?:{_IS}) {_ARTICLE}{_RANK}(?:{'|'.join(_CALLINGS.split())})"
# Of recorded pages 5 such last lines were no text, 1 was in the reference too. Not where nouns are
# written as names are. A verb alone ("est", "es") may say anything of a place: with a calling only.
PRESENTED = re.compile(
    rf"\W*{_NO_NAME}(?P<name>(?:{_NAME} ){{1,3}}{_NAME}),? (?:is an? |{_CALLING})"
    r"|(?:(?:Der|Die|Unsere?) )?"
    r"(?:Autor|Redakteur|Reporter|Korrespondent|Journalist|Kolumnist)(?:in)? "
    rf"(?P<named>(?:{_NAME} ){{1,3}}(?=ist |schreibt |arbeitet |berichtet ))"
)


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what the page marks as one, and among the last lines what an author's name opens.

    And the last line where it presents somebody new: "Ana Bell is a reporter".
    """
    authors = (one for some in manuscript.evidence.authors for one in PARTING.split(some))
    known = [*map(phrasebook.fold, authors), *_signed(manuscript)]
    names = tuple(name + " " for name in known if len(name) >= NAME_CHARS and " " in name)
    taken = [line for line in manuscript.lines if "bio" in line.marks]
    taken += [line for line in manuscript.lines[1:][-TAIL_LINES:] if _opens(line, names)]
    taken += [line for line in manuscript.lines[1:][-1:] if _presents(line, manuscript)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _presents(line: Line, manuscript: Manuscript) -> bool:
    """Return whether a line says who someone is of whom neither title nor text has spoken."""
    found = PRESENTED.match(line.text) if len(line.text) <= LINE_CHARS else None
    if found is None:
        return False
    family = (found["name"] or found["named"]).split()[-1].strip(".")
    evidence = manuscript.evidence
    told = (*evidence.titles, *evidence.headings, *(one.text for one in manuscript.lines[:-1]))
    return not any(family in said for said in told)


def _signed(manuscript: Manuscript) -> Iterator[str]:
    """Yield the names, folded, that the page shows in bylines."""
    bylines = phrasebook.load().bylines
    for line in manuscript.page:
        if "byline" in line.marks and len(line.text) <= BYLINE_CHARS:
            folded = phrasebook.fold(line.text)
            opening = bylines.opening(folded) or ""
            name = folded[len(opening) :].strip()
            if len(name.split()) in NAME_WORDS:
                yield name


def _opens(line: Line, names: tuple[str, ...]) -> bool:
    folded = phrasebook.fold(line.text[:120]) + " "
    # "Ana Bell: The quay was ours" is her answer in an interview
    is_answer = ":" in line.text and phrasebook.label(line.text) + " " in names
    return len(line.text) <= LINE_CHARS and folded.startswith(names) and not is_answer
