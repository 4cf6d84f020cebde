"""A title is what readers see over the article, without site, section or markup."""

from typing import Any

import pytest

from pipelines.enrich import titles
from pipelines.extract import Evidence, Line, Manuscript
from pipelines.extract.headline import runs

NAMES = ("The Gull", "www.gullpaper.example", None)
PROSE = "The ferry called at the pier at noon on Monday, as it used to do in other years."


def a_manuscript(shown: list[tuple[str, str]], **evidence: Any) -> Manuscript:
    """Return a page with these lines over its first sentence."""
    lines = [Line(text, at, tag) for at, (text, tag) in enumerate(shown)]
    sentence = Line(PROSE, len(lines), "p", spots=(len(lines),))
    page = (*lines, sentence)
    return Manuscript(lines=(sentence,), evidence=Evidence(**evidence), page=page)


@pytest.mark.parametrize(
    ("shown", "evidence", "expected"),
    [
        pytest.param(
            [("Pier opens at last", "div")],
            {"title_tag": "Blue Paper - Pier opens at last - health + sport"},
            "Pier opens at last",
            id="between site and section, as the page shows it",
        ),
        pytest.param(
            [("Pier opens", "h2"), ("Pier opens - after nine years", "div")],
            {
                "title_tag": "Pier opens - after nine years",
                "titles": ("Pier opens - after nine years",),
            },
            "Pier opens - after nine years",
            id="a dash within the title, which the head says too",
        ),
        pytest.param(
            [("Pier opens - Blue Paper", "div"), ("Pier opens", "div")],
            {"title_tag": "Pier opens - Blue Paper"},
            "Pier opens",
            id="the title tag as it is shown to be shared",
        ),
        pytest.param(
            [],
            {
                "title_tag": "Pier opens at last in May | Gull - All the news of the harbour",
                "titles": ("Pier opens at last in May",),
                "headings": ("All the news of the harbour", "Pier opens at last in May"),
            },
            "Pier opens at last in May",
            id="a slogan in an h1 that ends the title tag",
        ),
        pytest.param(
            [("Pier opens at last", "h1")],
            {"title_tag": "The Shore", "headings": ("Pier opens at last",)},
            "Pier opens at last",
            id="a head that names but the site",
        ),
        pytest.param(
            [("Our letter to readers", "h1")],
            {"title_tag": "Pier opens at last in May", "headings": ("Our letter to readers",)},
            "Pier opens at last in May",
            id="a head that says something else",
        ),
        pytest.param([], {"titles": ("gullpaper.example - Pier opens",)}, "Pier opens", id="host"),
        pytest.param([], {"titles": ("GULLPAPER - Pier opens",)}, "Pier opens", id="host's name"),
        pytest.param([], {"titles": ("Pier opens:The Gull",)}, "Pier opens", id="colon, no space"),
        pytest.param([], {"titles": ("The Gull：渡轮停航",)}, "渡轮停航", id="a wide colon"),
        pytest.param(
            [], {"titles": ("Pier:Opens at noon",)}, "Pier:Opens at noon", id="a colon and no site"
        ),
        pytest.param(
            [],
            {"titles": ("<b>Pier</b><br>opens &amp; ferry sails",)},
            "Pier opens & ferry sails",
            id="tags and references",
        ),
        pytest.param([], {"titles": ("Why 3 < 5 and 7 > 2",)}, "Why 3 < 5 and 7 > 2", id="signs"),
        pytest.param([], {"titles": ("Ha\u00adfen\u200b offen",)}, "Hafen offen", id="invisible"),
    ],
)
def test_title(shown: list[tuple[str, str]], evidence: dict[str, Any], expected: str) -> None:
    assert titles.title(a_manuscript(shown, **evidence), NAMES) == expected


def test_the_runs_of_a_title_are_its_neighbouring_parts() -> None:
    assert runs("Gull - Pier opens - Sea") == [
        "Gull - Pier opens - Sea",
        "Gull - Pier opens",
        "Pier opens - Sea",
        "Pier opens",
        "Gull",
        "Sea",
    ]
    assert runs("") == []
