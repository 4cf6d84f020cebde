"""Invented sites: skeletons of ``tests/cases/templates/pages`` filled with its languages' articles.

In: the name of a skeleton and of a language. Out: the four pages of a site, and of each the lines
that are its article. Knows nothing of the line that is to find them.

A skeleton is HTML with placeholders. ``{text}`` is every paragraph: the row of the skeleton that
holds it is written once for each. ``{text.2}``, ``{text.2-4}`` and ``{text.3-}`` are some of them.
``{text|<br>}`` writes them into one row, parted by what follows the bar; so do the cells of a
``{row|</td><td>}``. ``{_og}`` is the skeleton of that name. What PARTS names is the article's, in
the order in which it is written; all else is furniture.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

CASES = Path(__file__).parent.parent / "cases" / "templates"
PARTS = frozenset({"standfirst", "text", "subhead", "question", "item", "row", "correction"})
PLACEHOLDER = re.compile(
    r"\{(?P<name>[a-z_]+)(?:\.(?P<first>\d+)(?P<to>-(?P<last>\d+)?)?)?(?:\|(?P<glue>[^{}]*))?\}"
)
LINK = re.compile(r"\[(.+?)\]")  # in a text: words that are a link
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One page of an invented site."""

    url: str
    title: str
    html: str
    text: tuple[str, ...]
    """The lines that are its article, in order; a row of a table has its cells parted by bars."""


def read(name: str) -> Any:
    """Return what a YAML file of the folder says."""
    return YAML(typ="safe", pure=True).load((CASES / name).read_text(encoding="utf-8"))


def names(folder: str) -> list[str]:
    """Return the names of the skeletons (``pages``) or of the languages."""
    found = (file.stem for file in (CASES / folder).iterdir())
    return sorted(name for name in found if not name.startswith("_"))


def site(skeleton: str, language: str) -> list[Sheet]:
    """Return the pages of a site: the first of the language's articles, then the others."""
    spoken = _language(language)
    numbers = range(len(spoken["articles"]))
    host = f"https://{skeleton}-{language}.example"
    return [_sheet(skeleton, host, _values(spoken, number)) for number in numbers]


@cache
def _language(name: str) -> Values:
    found: Values = read(f"languages/{name}.yaml")
    return found


def _values(spoken: Values, number: int) -> Values:
    """Return what the placeholders of an article's page stand for."""
    articles = spoken["articles"]
    article, following = articles[number], articles[(number + 1) % len(articles)]
    author = spoken["authors"][number % len(spoken["authors"])]
    own = {"author": author, "day": str(3 + 2 * number), "minute": str(14 + 7 * number)}
    said = {name: _filled(value, own) for name, value in spoken["furniture"].items()}
    return {
        **said,
        **own,
        **{name: spoken[name] for name in ("language", "direction", "paper", "sections")},
        **{name: article.get(name, []) for name in ("item", "row", "question", "correction")},
        **{name: article[name] for name in ("title", "standfirst", "text", "subhead", "caption")},
        "summary": article["standfirst"],
        "quote": article.get("quote", []),
        "section": spoken["sections"][number % 2],
        "comment": said["comments"][number],
        "commenter": said["commenters"][number],
        "second_comment": said["comments"][(number + 2) % len(said["comments"])],
        "others": [one["title"] for one in articles if one is not article],
        "other_text": [one["standfirst"] for one in articles if one is not article],
        "next_title": following["title"],
        "next_text": following["text"],
        "body": r"\n".join(_plain("text", article["text"])),
        "iso": f"2026-03-{3 + 2 * number:02}T09:{14 + 7 * number}:00+00:00",
        "number": str(1200 + 31 * number),
        "slug": f"{1200 + 31 * number}-item",
    }


def _filled(value: Any, own: Values) -> Any:
    if isinstance(value, list):
        return [_filled(one, own) for one in value]
    return PLACEHOLDER.sub(lambda found: str(own[found["name"]]), value)


def _sheet(skeleton: str, host: str, values: Values) -> Sheet:
    url = f"{host}/{values['slug']}"
    pages = [_row(row, {**values, "url": url, "host": host}) for row in _rows(skeleton)]
    return Sheet(
        url=url,
        title=values["title"],
        html="\n".join(written for written, _ in pages),
        text=tuple(line for _, lines in pages for line in lines),
    )


@cache
def _rows(skeleton: str) -> tuple[str, ...]:
    rows: list[str] = []
    for row in (CASES / "pages" / f"{skeleton}.html").read_text(encoding="utf-8").splitlines():
        included = row.strip().strip("{}")
        rows += _rows(included) if included.startswith("_") else [row]
    return tuple(rows)


def _row(row: str, values: Values) -> tuple[str, list[str]]:
    """Return a row of the skeleton, filled, and the lines of the article in it."""
    found = next((one for one in PLACEHOLDER.finditer(row) if _is_repeated(one, values)), None)
    if not found:
        return _once(row, values)
    name = found["name"]
    single = row.replace(found[0], f"{{{name}|{found['glue'] or ''}}}")
    made = [_once(single, {**values, name: [one]}) for one in _chosen(found, values)]
    return "\n".join(written for written, _ in made), [line for _, lines in made for line in lines]


def _is_repeated(found: re.Match[str], values: Values) -> bool:
    value = values[found["name"]]
    if not isinstance(value, list) or (found["first"] and not found["to"]):
        return False
    return found["glue"] is None or any(isinstance(one, list) for one in value)


def _chosen(found: re.Match[str], values: Values) -> list[Any]:
    value = values[found["name"]]
    if not isinstance(value, list):
        return [value]
    first = int(found["first"] or 1)
    last = first if found["first"] and not found["to"] else int(found["last"] or len(value))
    return value[first - 1 : last]


def _once(row: str, values: Values) -> tuple[str, list[str]]:
    lines: list[str] = []

    def written(found: re.Match[str]) -> str:
        chosen = _chosen(found, values)
        cells = chosen[0] if chosen and isinstance(chosen[0], list) else None
        if found["name"] in PARTS:
            lines.extend([" | ".join(cells)] if cells else _plain(found["name"], chosen))
        return (found["glue"] or "").join(map(_marked, cells or chosen))

    return PLACEHOLDER.sub(written, row), lines


def _plain(name: str, texts: list[str]) -> list[str]:
    start = "- " if name == "item" else ""
    return [start + LINK.sub(r"\1", text) for text in texts]


def _marked(text: str) -> str:
    return LINK.sub(r'<a href="/more">\1</a>', html.escape(text, quote=True))


def combinations() -> Iterator[tuple[str, str]]:
    """Yield each skeleton with each of its languages, as the table says."""
    for skeleton, languages in read("table.yaml").items():
        for language in languages:
            yield skeleton, language
