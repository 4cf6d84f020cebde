"""A page made of what a feed says of an article, where the feed has it whole. Pure."""

from datetime import datetime
from html import escape
from typing import Final

from pipelines.extract import stated
from pipelines.letters import size
from pipelines.records import Entry, Page

BY: Final = "the feed's entry"
"""Beside the extractor's name: how the text was found."""
LEAST = 200  # letters: less is the caption of a picture, or the first sentence
SHARE = 0.5  # of the summary's letters: a content that is shorter is no whole text


def is_whole(entry: Entry, most: int) -> bool:
    """Return whether an entry has the article, and not a part of it.

    ``most``: letters of HTML that are kept of it; what is as long as that was cut.
    """
    if not entry.content or len(entry.content) >= most:
        return False
    letters = size(stated.plain(entry.content))
    return letters >= max(LEAST, SHARE * size(entry.summary or ""))


def page(entry: Entry, url: str, source: str, now: datetime) -> Page:
    """Return the page of an article at ``url`` that no site was asked for."""
    language = f' lang="{escape(entry.language)}"' if entry.language else ""
    title = escape(entry.title or "")
    text = (
        f'<!doctype html><html{language}><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1><div>{entry.content or ''}</div></article></body></html>"
    )
    return Page(
        url=url,
        announced_url=url,
        body=text.encode("utf-8", "replace"),
        content_type="text/html; charset=utf-8",
        fetched_at=now,
        entry=entry,
        source=source,
        is_of_feed=True,
    )
