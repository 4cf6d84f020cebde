"""The numbers of one run: how it counts them, and how they are printed, stored and read again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from config.secrets import redacted

Document = dict[str, Any]
TROUBLES = 200


@dataclass
class Report:
    """The numbers of a run, for people and for `crawl --json`."""

    run: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = "running"
    sources: int = 0
    feeds: Counter[str] = field(default_factory=Counter)
    """due; visited: read, unchanged, failed; held: the host is left alone; waiting: for the next
    slot of a slow host; elsewhere: visited by another run meanwhile; failed_again: of the failed
    and held, those that did at their visit before too; `failures.<trouble>`; refused: named by an
    index that has no say there."""
    entries: Counter[str] = field(default_factory=Counter)
    """seen, new, changed; missed: listed by a site's own sitemap alone; `excluded.<reason>` of the
    new ones. Of a backfill: wanted, by its range; undated, of which nothing tells the time;
    recalled: had been too old; waiting: still to be fetched."""
    pages: Counter[str] = field(default_factory=Counter)
    """requested, fetched, given_back; told: read from a feed's entry, with nothing asked for;
    over_budget: wait for another day; `<state>.<ruling, reason or trouble>`; not_reread: stored
    addresses that were visited again and gave nothing; reread, revised_by_rules; joined: articles
    that turned out to copy another, parted: that turned out not to."""
    troubles: list[Document] = field(default_factory=list)
    """The feeds that failed: {source, url, trouble, detail}, at most TROUBLES."""
    became_ill: list[str] = field(default_factory=list)
    became_well: list[str] = field(default_factory=list)
    ill: dict[str, str] = field(default_factory=dict)
    """Of the sources visited those that are ill, known or not, and of what, in a word."""
    next_at: datetime | None = None
    """When something falls due again for the sources of this run."""
    tidied: Counter[str] = field(default_factory=Counter)
    """Of what may go by its age: raw pages, reports, days of sitemaps; addresses that shrank."""
    no_room: str | None = None
    """Why the run stopped, where too little disk was free."""

    def tell(self, source: str, url: str, trouble: str, detail: str) -> None:
        """Note what ails a feed, while there is room."""
        if len(self.troubles) < TROUBLES:
            words = {"trouble": str(trouble), "detail": redacted(detail)}
            self.troubles.append({"source": source, "url": url, **words})

    def total(self, state: str) -> int:
        """Return how many pages ended in a state."""
        return sum(n for name, n in self.pages.items() if name.split(".")[0] == state)

    def document(self) -> Document:
        """Return the report as it is printed and stored."""
        return {
            "run": self.run,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "outcome": self.outcome,
            "sources": self.sources,
            "feeds": _tree(self.feeds),
            "entries": _tree(self.entries),
            "pages": _tree(self.pages),
            "troubles": self.troubles,
            "became_ill": self.became_ill,
            "became_well": self.became_well,
            "ill": self.ill,
            "next_at": self.next_at.isoformat() if self.next_at else None,
            "tidied": dict(self.tidied),
            "no_room": self.no_room,
        }

    @classmethod
    def of(cls, document: Document) -> "Report":
        """Return the report that was stored as this document."""
        return cls(
            run=document["run"],
            started_at=datetime.fromisoformat(document["started_at"]),
            ended_at=_moment(document.get("ended_at")),
            outcome=document["outcome"],
            sources=document.get("sources", 0),
            feeds=_flat(document.get("feeds", {})),
            entries=_flat(document.get("entries", {})),
            pages=_flat(document.get("pages", {})),
            troubles=document.get("troubles", []),
            became_ill=document.get("became_ill", []),
            became_well=document.get("became_well", []),
            ill=document.get("ill", {}),
            next_at=_moment(document.get("next_at")),
            tidied=Counter(document.get("tidied", {})),
            no_room=document.get("no_room"),
        )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _tree(counts: Counter[str]) -> Document:
    """`{"stored.new": 2}` as `{"stored": {"new": 2}}`; a number beside a tree stays flat."""
    tree: Document = {}
    for name, number in sorted(counts.items()):
        head, _, rest = name.partition(".")
        if rest:
            tree.setdefault(head, {})[rest] = number
        else:
            tree[head] = number
    return tree


def _flat(tree: Mapping[str, Any]) -> Counter[str]:
    """`{"stored": {"new": 2}}` as `{"stored.new": 2}`."""
    counts: Counter[str] = Counter()
    for head, number in tree.items():
        parts = number.items() if isinstance(number, Mapping) else [("", number)]
        counts.update({f"{head}.{rest}" if rest else head: n for rest, n in parts})
    return counts
