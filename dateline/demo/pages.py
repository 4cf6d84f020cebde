"""A paper's articles as the documents of its site: pages, AMP copies, feed, front page.

In: a Paper. Out: text. Knows nothing of hosts, bytes or connections.
"""

import html
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import format_datetime
from string import Template
from urllib.parse import quote

from dateline.demo.papers import Article, Paper

RELATED = 3
TOP = 5
BETWEEN_AFTER = 2  # paragraphs before a newsletter box or a "read also" in the text
WORDS_A_MINUTE = 60  # short pieces: otherwise every one would be "1 min read"


def url(paper: Paper, article: Article) -> str:
    """Return the article's canonical address, percent-encoded."""
    values = {
        **_clock(article.published_at),
        "slug": article.slug,
        "number": str(article.number),
        "section_slug": _slug(article.section),
    }
    return home(paper) + quote(Template(paper.path).substitute(values), safe="/?=&")


def home(paper: Paper) -> str:
    """Return the paper's address without the last slash."""
    return f"http://{paper.host}"


def article_page(paper: Paper, article: Article, template: str = "article.html") -> str:
    """Return the page of one article."""
    values = _values(paper, article)
    others = _others(paper, article)
    values |= {
        "paragraphs": _paragraphs(paper, article, values),
        "related": _repeat(paper, "related", others[:RELATED]),
        "top": _repeat(paper, "top", paper.articles[:TOP]),
        "tags": " ".join(
            _fill(paper.fragments.get("tag", ""), {"tag": html.escape(tag)}) for tag in article.tags
        ),
    }
    return _spell(paper, _fill(paper.templates[template], values))


def front_page(paper: Paper) -> str:
    """Return the paper's home page: its articles, the newest first."""
    newest = sorted(paper.articles, key=lambda article: article.published_at, reverse=True)
    values = {"home": home(paper), "front": _repeat(paper, "front", newest)}
    return _spell(paper, _fill(paper.templates["front.html"], values))


def entrance(paper: Paper) -> str:
    """Return the document that announces the articles, the newest first, AMP copies after."""
    newest = sorted(paper.articles, key=lambda article: article.published_at, reverse=True)
    announced = [_announced(paper, article, url(paper, article), "") for article in newest]
    announced += [
        _announced(paper, article, amp_url(paper, article), "&amp;amp=1")
        for article in newest
        if article.announces_amp
    ]
    glue = ",\n" if paper.entrance.kind == "jsonfeed" else ""
    items = glue.join(_fill(paper.templates["item.tmpl"], values) for values in announced)
    values = {
        "home": home(paper),
        "items": items.rstrip("\n"),
        "rfc822": format_datetime(changed_at(paper)),
        "iso_modified": changed_at(paper).isoformat(),
    }
    return _fill(paper.templates["feed.tmpl"], values)


def amp_url(paper: Paper, article: Article) -> str:
    """Return the address of the article's AMP copy."""
    return url(paper, article) + (paper.amp_path or "")


def changed_at(paper: Paper) -> datetime:
    """Return when the paper last wrote or corrected anything."""
    return max(article.modified_at or article.published_at for article in paper.articles)


def _announced(paper: Paper, article: Article, address: str, variant: str) -> dict[str, str]:
    link = html.escape(address + paper.entrance.tracking)
    return {**_values(paper, article), "link": link, "variant": variant}


def _values(paper: Paper, article: Article) -> dict[str, str]:
    following = _others(paper, article)[0]
    plain = {
        "title": article.title,
        "author": article.author,
        "section": article.section,
        "summary": article.paragraphs[0],
        "date": _date(paper, article.published_at),
        "next_title": following.title,
        "next_url": url(paper, following),
        "url": url(paper, article),
        "keywords": ", ".join(article.tags),
    }
    modified = article.modified_at or article.published_at
    return {
        **_clock(article.published_at),
        **{name: html.escape(value) for name, value in plain.items()},
        **{f"{name}_raw": value for name, value in plain.items()},
        **{f"{name}_json": _json(value) for name, value in plain.items()},
        "content_json": _json("".join(f"<p>{html.escape(p)}</p>" for p in article.paragraphs)),
        "tags_json": _json(list(article.tags)),
        "home": home(paper),
        "slug": article.slug,
        "number": str(article.number),
        "section_slug": quote(_slug(article.section)),
        "author_slug": quote(_slug(article.author)),
        "iso": article.published_at.isoformat(),
        "iso_modified": modified.isoformat(),
        "rfc822": format_datetime(article.published_at),
        "minutes": str(1 + sum(len(p.split()) for p in article.paragraphs) // WORDS_A_MINUTE),
        "views": str(article.number * 7 % 900),
    }


def _json(value: object) -> str:
    # "</" would end a script element
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def _paragraphs(paper: Paper, article: Article, values: Mapping[str, str]) -> str:
    return "\n".join(_pieces(paper, article, values))


def _pieces(paper: Paper, article: Article, values: Mapping[str, str]) -> Iterator[str]:
    fragments = paper.fragments
    for place, text in enumerate(article.paragraphs):
        if place == BETWEEN_AFTER and "between" in fragments:
            yield _fill(fragments["between"], values)
        name = "lead" if place == 0 and "lead" in fragments else "paragraph"
        yield _fill(fragments[name], {"text": html.escape(text, quote=False)})


def _repeat(paper: Paper, fragment: str, articles: tuple[Article, ...] | list[Article]) -> str:
    markup = paper.fragments.get(fragment, "")
    return "\n".join(
        _fill(markup, {**_values(paper, article), "place": str(place)})
        for place, article in enumerate(articles, 1)
    )


def _others(paper: Paper, article: Article) -> list[Article]:
    """Return the other articles in the order of the paper, beginning after this one."""
    place = next(i for i, other in enumerate(paper.articles) if other.slug == article.slug)
    return [*paper.articles[place + 1 :], *paper.articles[:place]]


def _spell(paper: Paper, page: str) -> str:
    for plain, written in paper.spelling.items():
        page = page.replace(plain, written)
    return page


def _fill(template: str, values: Mapping[str, str]) -> str:
    return Template(template).substitute(values)


def _slug(text: str) -> str:
    return "-".join(text.casefold().split())


def _date(paper: Paper, moment: datetime) -> str:
    calendar = paper.calendar
    names = {
        "month_name": calendar.months[moment.month - 1] if calendar.months else "",
        "weekday_name": calendar.weekdays[moment.weekday()] if calendar.weekdays else "",
    }
    written = _fill(calendar.date, {**_clock(moment), **names})
    return written.translate(str.maketrans("0123456789", calendar.digits))


def _clock(moment: datetime) -> dict[str, str]:
    return {
        "year": f"{moment.year}",
        "month": f"{moment.month:02}",
        "day": f"{moment.day:02}",
        "day1": str(moment.day),
        "hour": f"{moment.hour:02}",
        "hour1": str(moment.hour),
        "hour12": str(moment.hour % 12 or 12),
        "half": "am" if moment.hour < 12 else "pm",
        "minute": f"{moment.minute:02}",
    }
