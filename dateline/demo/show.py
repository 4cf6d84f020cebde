"""The demo's last screen. Pure: articles as stored in, something that rich can print out.

Everything of an article is put into ``Text``, never into markup: a paper may write `[red]`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

Document = Mapping[str, Any]

PARAGRAPHS = 2
LINE_LENGTH = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCount:
    """What is kept of one paper."""

    source: str
    languages: tuple[str, ...]
    originals: int
    copies: int
    stripped: int
    """Lines that cleaning took, over all of its articles."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Copies:
    """One text that several papers print."""

    title: str
    source: str
    """Of the original."""
    copied_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What the screen shows."""

    counts: tuple[SourceCount, ...]
    article: Document | None
    """The one that is shown; None where nothing was kept."""
    copies: tuple[Copies, ...]
    several_addresses: int
    """How many articles were met at more than one address."""
    database: str
    place: str
    """Where the server keeps it, for a person."""
    program: str
    """What is typed for `dateline`."""


def summarise(
    articles: Sequence[Document], database: str, place: str, program: str = "dateline"
) -> Summary:
    """Return what there is to say about the documents of ``articles``."""
    by_id = {article["_id"]: article for article in articles}
    sources = sorted({article["source"] for article in articles})
    return Summary(
        counts=tuple(_count(articles, source) for source in sources),
        article=choose(articles),
        copies=tuple(_copies(by_id)),
        several_addresses=sum(len(article["urls"]) > 1 for article in articles),
        database=database,
        place=place,
        program=program,
    )


def choose(articles: Sequence[Document]) -> Document | None:
    """Return the original whose cleaning has the most to show, in the language of this screen."""
    originals = [article for article in articles if article["duplicate_of"] is None]
    return max(originals, key=_worth_showing, default=None)


def screen(summary: Summary) -> Group:
    """Return the whole screen."""
    parts: list[RenderableType] = [sources_table(summary.counts)]
    if summary.article:
        parts += [Text(), article_panel(summary.article), Text(), stripped_table(summary.article)]
    return Group(*parts, Text(), closing(summary))


def sources_table(counts: Sequence[SourceCount]) -> Table:
    """Return a row a paper and the sums."""
    table = Table(title="The sample newsroom", title_justify="left", show_footer=True)
    sums = [str(sum(numbers)) for numbers in zip(*map(_numbers, counts), strict=True)]
    table.add_column("paper", footer=f"{len(counts)} papers")
    languages = {name.partition("-")[0] for count in counts for name in count.languages}
    table.add_column("language", footer=f"{len(languages)} languages")
    names = ("articles", "copies", "lines stripped")
    for name, total in zip(names, sums or ["0"] * len(names), strict=True):
        table.add_column(name, footer=total, justify="right")
    for count in counts:
        numbers = (str(number) for number in _numbers(count))
        table.add_row(Text(count.source), Text(", ".join(count.languages)), *numbers)
    return table


def article_panel(article: Document) -> Panel:
    """Return an article: title, what is known of it, its first paragraphs."""
    paragraphs = article["text"].split("\n\n")
    known = [
        _time(article["published_at"]),
        ", ".join(article["authors"]),
        article.get("section"),
        article["language"],
    ]
    lines: list[RenderableType] = [
        Text(article["title"] or "(no title)", style="bold"),
        Text(" · ".join(word for word in known if word), style="dim"),
        Text(article["url"], style="dim"),
        Text(),
        *(Padding(Text(text), (0, 0, 1, 0)) for text in paragraphs[:PARAGRAPHS]),
    ]
    if len(paragraphs) > PARAGRAPHS:
        lines.append(Text(f"… and {len(paragraphs) - PARAGRAPHS} paragraphs more", style="dim"))
    return Panel(Group(*lines), title="One article as stored", title_align="left")


def stripped_table(article: Document) -> RenderableType:
    """Return each line that cleaning took from the article, with its rule."""
    if not article["stripped"]:
        return Text("Nothing was stripped from it.")
    table = Table(title="Stripped from its page", title_justify="left")
    table.add_column("line", justify="right")
    table.add_column("rule")
    table.add_column("text")
    for taken in sorted(article["stripped"], key=lambda taken: taken["at"]):
        text = Text(_short(taken["text"]), style="strike dim")
        table.add_row(str(taken["at"] + 1), Text(taken["rule"], style="bold"), text)
    return table


def closing(summary: Summary) -> Group:
    """Return the lines about copies, where the data stays and how to go on."""
    lines = [Text.assemble(("Copies  ", "bold"), _words(copies)) for copies in summary.copies]
    if summary.several_addresses:
        words = f"{summary.several_addresses} met at several addresses, stored once"
        lines.append(Text.assemble(("Copies  ", "bold"), words))
    stays = f"database {summary.database}, {summary.place}, apart from real news"
    lines.append(Text.assemble(("Stays   ", "bold"), stays))
    go_on = f"MONGODB_DATABASE={summary.database} {summary.program} articles find"
    lines.append(Text.assemble(("Go on   ", "bold"), (go_on, "cyan")))
    return Group(Rule(style="dim"), *lines)


def _count(articles: Sequence[Document], source: str) -> SourceCount:
    own = [article for article in articles if article["source"] == source]
    languages = Counter(article["language"] or "?" for article in own)
    return SourceCount(
        source=source,
        languages=tuple(name for name, _ in languages.most_common()),
        originals=sum(article["duplicate_of"] is None for article in own),
        copies=sum(article["duplicate_of"] is not None for article in own),
        stripped=sum(len(a["stripped"]) + a.get("stripped_more", 0) for a in own),
    )


def _numbers(count: SourceCount) -> tuple[int, int, int]:
    return count.originals, count.copies, count.stripped


def _copies(by_id: Mapping[str, Document]) -> list[Copies]:
    copied_by: dict[str, list[str]] = {}
    for article in by_id.values():
        if article["duplicate_of"] in by_id:
            copied_by.setdefault(article["duplicate_of"], []).append(article["source"])
    return [
        Copies(
            title=by_id[original]["title"] or by_id[original]["url"],
            source=by_id[original]["source"],
            copied_by=tuple(sorted(sources)),
        )
        for original, sources in sorted(copied_by.items())
    ]


def _words(copies: Copies) -> str:
    return f"“{copies.title}” of {copies.source} is copied by {', '.join(copies.copied_by)}"


def _worth_showing(article: Document) -> tuple[bool, int, int, str]:
    rules = {taken["rule"] for taken in article["stripped"]}
    is_english = (article["language"] or "").partition("-")[0] == "en"
    return is_english, len(rules), len(article["stripped"]), article["url"]


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "no date"


def _short(text: str) -> str:
    return text if len(text) <= LINE_LENGTH else f"{text[: LINE_LENGTH - 1]}…"
