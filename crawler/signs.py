"""What the last articles of a source are like, and what of it is refused or withheld. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.records import Exclusion, Trouble

Document = dict[str, Any]
NEWEST = 12  # articles by which a source is judged
THIN_BYTES = 300  # of UTF-8: 50 words of English, 100 characters of Chinese
REFUSALS = frozenset({Trouble.REFUSED, Exclusion.BLOCKED})
TIMED = frozenset({"second", "minute"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What the store has of a source, as far as its health shows in it."""

    articles: int = 0
    """Looked at: the last few."""
    thin: int = 0
    """Of these, a few lines, or cut off by a wall."""
    languages: tuple[tuple[str, int], ...] = ()
    """Primary language and number of articles, the most frequent first."""
    blocked: int = 0
    """Addresses that wait or were given up as the site refused them lately."""
    withheld: int = 0
    """Addresses that are withheld as the site's layout has changed."""
    delays: tuple[tuple[datetime, float], ...] = ()
    """Of those that say when they were published to the minute: that, and minutes until stored."""


def read(articles: Sequence[Document], waiting: Mapping[str, int]) -> Signs:
    """Return the signs of a source's last articles, the newest first, as the store gives them.

    ``waiting``: how many addresses wait or were given up, by reason.
    """
    newest = articles[:NEWEST]
    spoken = Counter(row["language"].partition("-")[0] for row in newest if row["language"])
    return Signs(
        articles=len(newest),
        thin=sum(row["bytes"] < THIN_BYTES or row["access"] == "truncated" for row in newest),
        languages=tuple(spoken.most_common()),
        blocked=sum(waiting.get(reason, 0) for reason in REFUSALS),
        withheld=waiting.get(Trouble.LAYOUT, 0),
        delays=tuple((row["published_at"], _delay(row)) for row in articles if _is_timed(row)),
    )


def _is_timed(row: Document) -> bool:
    """Return whether an article says to the minute when it was published."""
    return row["published_at"] is not None and (row["published"] or {}).get("precision") in TIMED


def _delay(row: Document) -> float:
    """Return the minutes from publication until it was stored, of a revised one until seen."""
    came = row["fetched_at"] if row["revision"] == 1 else row["first_seen_at"]
    return float((came - row["published_at"]).total_seconds() / 60)
