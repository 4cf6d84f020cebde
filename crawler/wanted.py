"""Which announcements an operator wants: an entry and its source in, why it is left out. Pure."""

from dataclasses import replace

from config.patterns import matching
from config.source import Source
from pipelines.chosen import of_entry
from pipelines.records import Entry


def refusal(entry: Entry, source: Source) -> str | None:
    """Return why an entry is left out, as a sentence for a person; None: it is taken.

    What its title and tags do not show is left to the line, which reads the page.
    """
    return of_address(entry.url or "", source) or of_entry(entry, source.choice)


def of_address(url: str, source: Source) -> str | None:
    """Return why an address is left out by the patterns of its source."""
    ignored = matching(source.ignore_patterns, url)
    if ignored is not None:
        return f"Its address holds the ignored pattern {ignored!r}."
    if source.follow_patterns and matching(source.follow_patterns, url) is None:
        return "Its address holds none of the patterns to follow."
    return None


def believed(entry: Entry, source: Source | None, announced_by: str) -> Entry:
    """Return an entry less the text that another paper's feed has of an article.

    Where ``source``, whose article it is, trusts feeds for its texts, that is its own ones alone.
    """
    if source is None or source.id == announced_by or source.fulltext != "feed":
        return entry
    return replace(entry, content=None)
