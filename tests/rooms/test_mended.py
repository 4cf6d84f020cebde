"""The extractor's answer held against the page: what goes, what is put back, what is replaced."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from ruamel.yaml import YAML

from pipelines.extract import evidence, places, stated
from pipelines.extract.located import Found, located, marked
from pipelines.extract.mended import mended
from pipelines.records import Entry

CASES = Path(__file__).parent.parent / "cases" / "extract" / "mended.yaml"
PART = re.compile(r"\bS(\d)\b")
SENTENCES = (
    "",
    "The ferry between the two harbours sails again from the first week of May on.",
    "Its warden, who has waited nine years for this, says that the timetable will be kept.",
    "Tickets are sold at the quay, in the library and from a window of the old customs house.",
    "Nobody in the council could explain why the lamps along the embankment stay dark.",
    "A storm took the roof of the boat shed, and three families sleep at the school tonight.",
    "Readers may bring their own apples to the press behind the chapel until late October.",
    "The harbours of both towns have their ferry again, and the warden has his timetable back.",
)
LINKS = "".join(f"<div><a href='/{at}'>Another headline of the day</a></div>" for at in range(4))
Row = dict[str, Any]


def rows() -> list[Row]:
    """Return the cases of the table."""
    return list(YAML(typ="safe").load(CASES)["cases"])


def spelled(text: str) -> str:
    """Return a text with S1, S2, … and LINKS spelled out."""
    return PART.sub(lambda part: SENTENCES[int(part[1])], text.replace("LINKS", LINKS))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["why"])
def test_what_is_held_to_be_the_article(row: Row) -> None:
    described = spelled(row.get("description", ""))
    kind = row.get("type", "NewsArticle")
    article = {"@type": kind, "articleBody": spelled(row.get("stated", ""))}
    head = f"<meta name=description content='{described}'>"
    head += f"<meta property='og:title' content='{row.get('title', '')}'>"
    head += f"<script type='application/ld+json'>{json.dumps(article)}</script>"
    tree = html.document_fromstring(f"<html>{head}<body>{spelled(row['page'])}</body></html>")
    page = places.lines(tree)
    answer = [spelled(text) for text in row["answer"]]

    known = evidence.read(tree)
    known = replace(known, stated=stated.read(known.article, Entry(url=None)))
    opinion = mended(located(answer, page), page, known)

    assert [line.text for line in opinion.kept] == [spelled(text) for text in row["kept"]]
    assert opinion.by == row["by"]
    assert {line.text for line in opinion.dropped} == {*answer} - {*map(spelled, row["kept"])}
    assert sorted(line.at for line in (*opinion.kept, *opinion.dropped)) == list(
        range(len(opinion.kept) + len(opinion.dropped))
    )
    assert 0 <= opinion.confidence <= 1


def test_agreement_makes_sure_and_the_wrong_block_does_not() -> None:
    by_why = {row["why"]: row for row in rows()}
    sure, unsure = (
        confidence_of(by_why[why])
        for why in (
            "an answer that is the article stays as it is",
            "where the extractor finds nothing the block is taken",
        )
    )

    assert sure == 1
    assert unsure < 0.5


def confidence_of(row: Row) -> float:
    """Return how sure the opinion on a case is."""
    tree = html.document_fromstring(f"<html><body>{spelled(row['page'])}</body></html>")
    page = places.lines(tree)
    answer = located([spelled(text) for text in row["answer"]], page)
    return mended(answer, page, evidence.read(tree)).confidence


def test_a_line_is_found_again_however_the_extractor_joins_it() -> None:
    tree = html.document_fromstring(
        "<html><body><table><tr><td>May</td><td>two sailings</td></tr></table>"
        "<ul><li><h3>Pier</h3><p>Opens in the first week of May.</p></li></ul><p>Once</p>"
        "<p>The ferry sails <span>not on Sundays</span> again.</p></body></html>"
    )
    page = places.lines(tree)
    answer = ["May | two sailings", "- Pier Opens in the first week of May.", "Never", "Once"]

    found = located(answer, page)

    assert found == (
        Found(answer[0], (0, 1), 0),
        Found("- Pier", (2,), 1),
        Found("Opens in the first week of May.", (3,), 2),
        Found("Never", (), 3),
        Found("Once", (4,), 4),
    )
    assert [line.tag for line in marked(found, page)] == ["td", "h3", "p", "", "p"]
    assert [box.tag for box in marked(found, page)[4].path] == ["html", "body", "p"]


def test_a_line_whose_middle_was_left_out_is_found_by_its_ends() -> None:
    first, last = "The ferry between the two harbours sails", "again from the first week of May on."
    tree = html.document_fromstring(
        f"<html><body><p>{first}<br>(photo)<br>{last}</p></body></html>"
    )
    page = places.lines(tree)

    assert located([f"{first} {last}"], page)[0].spots == (0, 1, 2)
