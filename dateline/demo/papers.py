"""The invented papers of the folder ``papers``: what each wrote and how its pages look.

In: the files of a paper's folder. Out: frozen records. Renders nothing and serves nothing.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).with_name("papers")
FIRST_NUMBER = 2301
TEMPLATES = ("article.html", "front.html", "amp.html", "feed.tmpl", "item.tmpl")


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One piece as its paper wrote it."""

    slug: str
    number: int
    """Unique in its paper, as a content system counts."""
    title: str
    author: str
    section: str
    tags: tuple[str, ...] = ()
    published_at: datetime
    """In the paper's own zone."""
    modified_at: datetime | None = None
    paragraphs: tuple[str, ...]
    announces_amp: bool = False
    """Whether the feed lists its AMP copy as an entry of its own."""
    wire: str | None = None
    """The name of the agency's story that this paper prints word for word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrance:
    """The one document that announces the paper's articles."""

    kind: str
    """rss, atom, jsonfeed or sitemap."""
    path: str
    type: str
    """The Content-Type header."""
    tracking: str = ""
    """What the paper hangs on each address it announces."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """How the paper writes a date on its pages."""

    date: str
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    digits: str = "0123456789"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """One invented paper."""

    id: str
    name: str
    host: str
    country: str
    language: str
    timezone: str
    charset: str
    """In which its pages are encoded."""
    page_type: str
    """The Content-Type header of its pages; says nothing of the charset on some."""
    path: str
    """The template of an article's address, query included."""
    amp_path: str | None = None
    """What follows an article's address at its AMP copy; None where the paper has no AMP."""
    robots: str | None = None
    """Its robots.txt; None where it has none."""
    entrance: Entrance
    calendar: Calendar
    fragments: Mapping[str, str]
    """The markup of what a page repeats: a paragraph, a related link, a tag."""
    spelling: Mapping[str, str]
    """What its pages write in place of plain characters, such as a no-break space."""
    templates: Mapping[str, str]
    articles: tuple[Article, ...]
    corrections: tuple[Article, ...] = ()
    """Articles as they read once they are corrected."""

    def corrected(self) -> "Paper":
        """Return the paper after its corrections."""
        by_slug = {article.slug: article for article in self.corrections}
        articles = tuple(by_slug.get(article.slug, article) for article in self.articles)
        return replace(self, articles=articles, corrections=())


def load(folder: Path = FOLDER) -> tuple[Paper, ...]:
    """Return every paper, by id."""
    wire = {slug: paragraphs for slug, _, paragraphs in _pieces(folder / "wire.md")}
    return tuple(_paper(file.parent, wire) for file in sorted(folder.glob("*/paper.toml")))


def _paper(folder: Path, wire: Mapping[str, tuple[str, ...]]) -> Paper:
    written = tomllib.loads((folder / "paper.toml").read_text(encoding="utf-8"))
    articles = _articles(folder, ZoneInfo(written["timezone"]), wire)
    plain = {"entrance", "calendar", "fragments", "spelling"}
    return Paper(
        id=folder.name,
        entrance=Entrance(**written["entrance"]),
        calendar=_calendar(written["calendar"]),
        fragments=written["fragments"],
        spelling=written.get("spelling", {}),
        templates=_templates(folder),
        articles=articles,
        corrections=_corrections(folder, articles),
        **{key: value for key, value in written.items() if key not in plain},
    )


def _calendar(written: Mapping[str, Any]) -> Calendar:
    names = {key: tuple(written.get(key, ())) for key in ("months", "weekdays")}
    return Calendar(date=written["date"], digits=written.get("digits", "0123456789"), **names)


def _templates(folder: Path) -> dict[str, str]:
    files = (folder / name for name in TEMPLATES)
    return {file.name: file.read_text(encoding="utf-8") for file in files if file.exists()}


def _articles(
    folder: Path, zone: ZoneInfo, wire: Mapping[str, tuple[str, ...]]
) -> tuple[Article, ...]:
    return tuple(
        Article(
            slug=slug,
            number=number,
            title=facts["title"],
            author=facts["author"],
            section=facts["section"],
            tags=tuple(tag.strip() for tag in facts.get("tags", "").split(",") if tag.strip()),
            published_at=datetime.fromisoformat(facts["date"]).replace(tzinfo=zone),
            paragraphs=paragraphs or wire[facts["wire"]],
            announces_amp=facts.get("amp") == "yes",
            wire=facts.get("wire"),
        )
        for number, (slug, facts, paragraphs) in enumerate(
            _pieces(folder / "articles.md"), FIRST_NUMBER
        )
    )


def _corrections(folder: Path, articles: tuple[Article, ...]) -> tuple[Article, ...]:
    file = folder / "corrections.md"
    if not file.exists():
        return ()
    by_slug = {article.slug: article for article in articles}
    return tuple(
        replace(
            by_slug[slug],
            paragraphs=paragraphs,
            modified_at=datetime.fromisoformat(facts["modified"]).replace(
                tzinfo=by_slug[slug].published_at.tzinfo
            ),
        )
        for slug, facts, paragraphs in _pieces(file)
    )


def _pieces(file: Path) -> Iterator[tuple[str, dict[str, str], tuple[str, ...]]]:
    """Give slug, facts and paragraphs of each piece: ``# slug``, ``key: value`` lines, text."""
    for piece in ("\n" + file.read_text(encoding="utf-8")).split("\n# ")[1:]:
        head, *paragraphs = piece.strip().split("\n\n")
        slug, *lines = head.split("\n")
        facts = dict(line.split(": ", 1) for line in lines)
        yield slug, facts, tuple(paragraphs)
