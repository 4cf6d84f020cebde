"""Every collection, field and index, once: validators, indexes and documents are made from this.

A promised field is always present: unknown is null, an empty list is [].
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.records import Exclusion, State, Trouble

Types = tuple[str, ...]

SCHEMA_VERSION = 4
META = "meta"
RESTORING = "restoring"
"""Of meta: while it is there, the database holds a part of a backup and is none yet."""
STATES_OF_ARTICLES = ("live", "withdrawn", "moved", "removed")
ACCESS = ("open", "paywalled", "truncated")
RELATIONS = ("copy", "revision", "reprint", "excerpt")
MIXED = ("object", "null")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document."""

    name: str
    types: Types
    meaning: str
    example: object = None
    values: Sequence[str] = ()
    """The closed list, where there is one."""
    is_promised: bool = True
    """Always present."""
    changes: bool = False
    """Its change moves ``changed_at``."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index and the question it answers."""

    name: str
    keys: tuple[tuple[str, int], ...]
    question: str
    expire_seconds: int | None = None
    is_sparse: bool = False
    """Documents without the field are left out."""


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection: what a document in it stands for, its fields, its indexes."""

    name: str
    meaning: str
    fields: tuple[Field, ...]
    indexes: tuple[Index, ...] = ()
    retired: tuple[str, ...] = ()
    """The names of indexes that it had, and must have no more."""
    is_compressed: bool = True
    """False where the client has compressed what is stored."""


@dataclass(frozen=True, slots=True)
class View:
    """A view: documents that MongoDB makes of others as they are asked for."""

    name: str
    meaning: str
    of: str
    """The collection that it is made of."""
    pipeline: tuple[dict[str, object], ...]


STRING, DATE, INT, LIST, BOOL = ("string",), ("date",), ("int", "long"), ("array",), ("bool",)
MAYBE_STRING, MAYBE_DATE, MAYBE_INT = ("string", "null"), ("date", "null"), ("int", "long", "null")

VERSION = Field("schema_version", INT, "the form of this document", 1)
LEASE = Field(
    "lease",
    MIXED,
    "{by, until, epoch}: which run works on it, until when; the epoch fences late writes",
    is_promised=False,
)

ARTICLES = Collection(
    "articles",
    "one article",
    (
        Field(
            "_id",
            STRING,
            "32 hex digits, from the canonical URL when first stored; never changes",
            "5f0c…",
        ),
        Field(
            "url",
            STRING,
            "the canonical URL: a name, always with https; to link to the page take one of `urls`",
            "https://paper.example/bridge",
            changes=True,
        ),
        Field(
            "urls",
            LIST,
            "the addresses it was met at, as they were, at most 50",
            [],
            changes=True,
        ),
        Field("source", STRING, "the id of the source that owns the host", "paper"),
        Field("region", MAYBE_STRING, "the region of that source", "central-asia"),
        Field("country", MAYBE_STRING, "ISO 3166 code of the source's country", "KZ"),
        Field("title", MAYBE_STRING, "plain text", "A new bridge", changes=True),
        Field(
            "text",
            STRING,
            "plain text, paragraphs parted by one blank line, NFC, at most 2 MB",
            "…",
            changes=True,
        ),
        Field("text_cut", BOOL, "true where the text was longer than 2 MB and is cut", False),
        Field(
            "summary", MAYBE_STRING, "the standfirst as published, plain text", None, changes=True
        ),
        Field("authors", LIST, "names as published; [] when unknown", ["A. Writer"], changes=True),
        Field(
            "agencies",
            LIST,
            "the news agencies that byline, dateline or closing credit name, by the names of "
            "config/agencies.yaml, at most 5; [] when none",
            ["Reuters"],
            changes=True,
        ),
        Field(
            "place",
            MAYBE_STRING,
            "where it was written, as the agency's dateline says",
            "Oslo",
            changes=True,
        ),
        Field("section", MAYBE_STRING, "the section as published", "Local", changes=True),
        Field("tags", LIST, "as published; [] when none", [], changes=True),
        Field(
            "image", MAYBE_STRING, "address of the main picture as published", None, changes=True
        ),
        Field("language", MAYBE_STRING, "BCP 47, from the text", "en", changes=True),
        Field(
            "published_at",
            MAYBE_DATE,
            "UTC; null when no clue holds; local noon where only the day is known",
            "2026-11-02T09:30:00Z",
            changes=True,
        ),
        Field(
            "published",
            MIXED,
            "{raw, from, precision, day, offset}: as written; feed, json-ld, meta, page or url; "
            "second, minute or day; the calendar day as the paper writes it; minutes from UTC",
            changes=True,
        ),
        Field("modified_at", MAYBE_DATE, "when the page says it was changed", None, changes=True),
        Field("first_seen_at", DATE, "when a feed first announced it", "2026-11-02T09:41:10Z"),
        Field("fetched_at", DATE, "when this revision's text was fetched", "2026-11-02T09:41:12Z"),
        Field(
            "changed_at",
            DATE,
            "the server's clock when a promised field last changed",
            "2026-11-02T09:41:13Z",
        ),
        Field("revision", INT, "1, 2, …; the texts before are in revisions", 1, changes=True),
        Field(
            "state",
            STRING,
            "whether the paper still shows it",
            "live",
            STATES_OF_ARTICLES,
            changes=True,
        ),
        Field(
            "moved_to",
            STRING,
            "where `state` is moved: the address that its own leads to now, one of the other's "
            "`urls`; absent otherwise",
            is_promised=False,
            changes=True,
        ),
        Field(
            "access",
            STRING,
            "how much of it the paper shows everyone; truncated too where a page of it is missing",
            "open",
            ACCESS,
            changes=True,
        ),
        Field(
            "story",
            STRING,
            "its syndication cluster (stories._id); its own _id when alone",
            "5f0c…",
            changes=True,
        ),
        Field(
            "duplicate_of",
            MAYBE_STRING,
            "the earliest article known that this one copies",
            None,
            changes=True,
        ),
        Field(
            "relation",
            MAYBE_STRING,
            "how it copies; null for an original",
            None,
            RELATIONS,
            changes=True,
        ),
        Field("quotes", LIST, "the articles that a digest takes from", [], changes=True),
        Field(
            "rights",
            MIXED,
            "{license, tdm, robots}: what the page declares about reuse, as declared",
            changes=True,
        ),
        Field(
            "stripped",
            LIST,
            "[{text, rule, at}]: the lines that cleaning took away, at most 200 of 500 characters",
            [],
        ),
        Field("stripped_more", INT, "how many such lines are not in stripped", 0),
        Field("extraction", MIXED, "{by, version, template, confidence}: how the text was found"),
        Field("fingerprints", MIXED, "what identity needs; not for consumers"),
        Field(
            "removed",
            MIXED,
            "{at, by, reason} where `state` is removed: when, by whom and why; text, title and all "
            "else that its page said are erased then. Absent otherwise",
            is_promised=False,
            changes=True,
        ),
        Field(
            "ruling",
            MIXED,
            "{together, apart}: articles of its story or not, as a person or a shared address "
            "says; absent where nobody does",
            is_promised=False,
        ),
        VERSION,
    ),
    (
        Index("by_time", (("published_at", -1), ("_id", 1)), "the newest articles of all"),
        Index(
            "originals_by_time",
            (("duplicate_of", 1), ("state", 1), ("published_at", -1)),
            "the newest originals: {duplicate_of: null, state: 'live'} by published_at",
        ),
        Index(
            "by_source", (("source", 1), ("published_at", -1)), "the newest articles of one source"
        ),
        Index(
            "by_region", (("region", 1), ("published_at", -1)), "the newest articles of one region"
        ),
        Index("by_story", (("story", 1),), "all copies of one story"),
        Index("by_change", (("changed_at", 1), ("_id", 1)), "what changed since a moment"),
        Index("by_url", (("urls", 1),), "the article met at an address"),
        Index(
            "by_sketch",
            (("fingerprints.sketch", 1),),
            "the articles of a week that share a run of words",
            is_sparse=True,
        ),
        Index(
            "waiting",
            (("fingerprints.waits", 1),),
            "the articles that wait to be judged",
            is_sparse=True,
        ),
    ),
)

REVISIONS = Collection(
    "revisions",
    "the earlier text of an article that changed",
    (
        Field("_id", STRING, "article and revision, `<article>:<revision>`"),
        Field("article", STRING, "articles._id"),
        Field("revision", INT, "the revision that this text was"),
        Field("title", MAYBE_STRING, "as it was"),
        Field("text", STRING, "as it was"),
        Field("fetched_at", DATE, "when that text was fetched"),
        Field("replaced_at", DATE, "when the next one was"),
        Field(
            "cause",
            STRING,
            "who changed it: the page, or our rules read the same page better; absent: page",
            values=("page", "rules"),
            is_promised=False,
        ),
        VERSION,
    ),
    (Index("by_article", (("article", 1), ("revision", 1)), "the history of one article"),),
)

FRONTIER = Collection(
    "frontier",
    "the ledger: one address that a reader ever saw, in exactly one state",
    (
        Field("_id", STRING, "hash of the address as announced in the frozen minimal normal form"),
        Field("url", MAYBE_STRING, "as announced"),
        Field("host", STRING, "host and port it is asked at; empty where there is no address"),
        Field(
            "source",
            STRING,
            "the source that owns the host; of what is off its site, the source that announced it",
        ),
        Field("feed", MAYBE_STRING, "feeds._id of the feed that announced it first"),
        Field("state", STRING, "where it stands", values=tuple(State)),
        Field(
            "reason",
            MAYBE_STRING,
            "why it is excluded, or what the last visit failed of",
            values=(*dict.fromkeys((*Exclusion, *Trouble)),),
        ),
        Field("detail", MAYBE_STRING, "the same for a person, one sentence"),
        Field("article", MAYBE_STRING, "articles._id where it is stored"),
        Field("attempts", INT, "failed visits since it was last settled"),
        Field("priority", INT, "0 fresh, 1 to be read again at once, 2 as planned, 3 older"),
        Field("next_at", MAYBE_DATE, "when it is to be asked for; null: not again"),
        LEASE,
        Field("first_seen_at", DATE, "when a reader saw it first"),
        Field("seen_at", DATE, "when a reader saw it last, to the day"),
        Field("visited_at", MAYBE_DATE, "when it was last asked for"),
        Field(
            "announced",
            MIXED,
            "{title, published, updated, published_raw, authors, tags, summary, id} of the feed;"
            " its content, zstd, until the address is settled",
        ),
        VERSION,
    ),
    (
        Index(
            "due",
            (("priority", 1), ("next_at", 1), ("source", 1), ("host", 1)),
            "what is due, fresh things first",
        ),
        Index(
            "by_state",
            (("state", 1), ("reason", 1), ("source", 1)),
            "how many stand where, and why",
        ),
        Index("by_source", (("source", 1), ("state", 1)), "the addresses of one source"),
        Index("by_article", (("article", 1),), "the addresses that led to an article"),
        Index("by_lease", (("lease.by", 1),), "what a run holds"),
    ),
)

CLAIMS = Collection(
    "claims",
    "which article an address or an exact text belongs to: whoever inserts first has it",
    (
        Field("_id", STRING, "kind and hash, `url:…` or `text:…`"),
        Field("article", STRING, "the article it is for, stored or about to be"),
        Field("rules_version", INT, "the rules that made the canonical form or the text"),
        Field(
            "lease",
            MIXED,
            "{by, until}: while it holds, an article that is not there yet is on its way",
        ),
        VERSION,
    ),
    (Index("by_article", (("article", 1),), "all that one article claims"),),
)

STORIES = Collection(
    "stories",
    "one syndication cluster of two articles or more",
    (
        Field("_id", STRING, "the article that was its first head"),
        Field("head", STRING, "the earliest article known"),
        Field("version", INT, "for compare-and-set"),
        Field("merged_into", MAYBE_STRING, "the story that took its members over"),
        Field("epoch", INT, "of the lock under which it was judged last", is_promised=False),
        VERSION,
    ),
)

SOURCES = Collection(
    "sources",
    "the live state of a source of the catalogue",
    (
        Field("_id", STRING, "the source's id"),
        Field("health", STRING, "new: never answered; well; ill", values=("new", "well", "ill")),
        Field("since", DATE, "since when"),
        Field("cause", MAYBE_STRING, "what it is ill of, one sentence"),
        Field("succeeded_at", MAYBE_DATE, "when one of its feeds was last read"),
        Field("word", STRING, "how it is doing, in a word", is_promised=False),
        Field("followed_at", MAYBE_DATE, "when it was first visited", is_promised=False),
        Field(
            "told",
            MIXED,
            "{webhook, mail}: the word that was told last that way, `well` once it was over; "
            "{exit}: `owed` until a run has ended with 1 for its illness",
            is_promised=False,
        ),
        Field("missed", MAYBE_STRING, "what its illness has cost", is_promised=False),
        Field(
            "capture",
            MIXED,
            "{median, high, articles}: minutes from publication until stored, of its last articles",
            is_promised=False,
        ),
        Field(
            "norm", MIXED, "what its pages read like, by which a fall is seen", is_promised=False
        ),
        VERSION,
    ),
)

COVERAGE = Collection(
    "coverage",
    "what the site of a source lists of one day, and what of it our feeds did not say",
    (
        Field("_id", STRING, "source and day, `<source>:<YYYY-MM-DD>`"),
        Field("source", STRING, "the source's id"),
        Field("day", DATE, "its beginning, UTC"),
        Field("listed", INT, "articles that the site's own sitemap lists of that day"),
        Field("missed", LIST, "the addresses of them that no feed had said, at most 50"),
        Field("number", INT, "how many were missed"),
        Field("seen_at", DATE, "when the sitemap was read last"),
        VERSION,
    ),
    (
        Index("by_source", (("source", 1), ("day", -1)), "the last days of a source"),
        Index("by_day", (("day", 1),), "which days may go"),
    ),
)

FEEDS = Collection(
    "feeds",
    "the live state of a feed or sitemap",
    (
        Field("_id", STRING, "hash of its address"),
        Field("url", STRING, "as in the catalogue, or as a sitemap index names it"),
        Field("source", STRING, "the source's id"),
        Field("parent", MAYBE_STRING, "feeds._id of the sitemap index that names it"),
        Field("kind", MAYBE_STRING, "what it was when last read"),
        Field("etag", MAYBE_STRING, "as the server last sent it"),
        Field("last_modified", MAYBE_STRING, "as the server last sent it"),
        Field("body_hash", MAYBE_STRING, "of the body last read"),
        Field("entries", MAYBE_INT, "how many entries it had"),
        Field("visited_at", MAYBE_DATE, "when it was last asked for"),
        Field(
            "succeeded_at", MAYBE_DATE, "when it last answered with a feed, unchanged ones included"
        ),
        Field("next_at", DATE, "when it is due"),
        Field("failures", INT, "failed visits in a row"),
        Field("trouble", MAYBE_STRING, "what the last visit failed of", values=tuple(Trouble)),
        Field("detail", MAYBE_STRING, "the same for a person, one sentence"),
        *(
            Field(name, types, words, is_promised=False)
            for name, types, words in (
                ("is_witness", BOOL, "it is read once a day for what the feeds did not say"),
                ("because", MAYBE_STRING, "why it is visited then"),
                (
                    "expected",
                    ("double", "int", "long", "null"),
                    "entries that will have come by then",
                ),
                ("is_lied_to", BOOL, "its server said unchanged of what had changed"),
                ("gained_at", MAYBE_DATE, "when it last had a new entry"),
                ("silence", ("double", "int"), "hours of its longest wait for an entry"),
                ("visits", INT, "how often it was visited"),
                ("empty", INT, "visits in a row at which it had no entries"),
                ("gaps", INT, "visits at which nothing of the last list was left"),
                ("future", ("double", "int"), "share of its entries dated in the future"),
                ("elsewhere", MAYBE_STRING, "the host of most entries, if none of the source"),
                ("seconds", ("double", "int", "null"), "how long its answers take"),
                ("rhythm", MIXED, "{hours, days, watched, seen_at, pace}: when entries come"),
                ("asks", MIXED, "{minutes, skip_hours, skip_days}: what it asks of visitors"),
                ("weight", ("double", "int"), "of its failures in a row, in part where they pass"),
                ("failing_since", MAYBE_DATE, "since when its visits fail"),
                ("moved", MIXED, "{to, since, visits}: where its address leads for good"),
                ("retired_at", MAYBE_DATE, "since when it is visited once a month, as it is dead"),
            )
        ),
        VERSION,
    ),
    (
        Index(
            "by_source",
            (("source", 1), ("next_at", 1)),
            "the feeds of a source and when they are due",
        ),
        Index("failing", (("failures", -1),), "the feeds whose last visit failed"),
    ),
)

SIGHTINGS = Collection(
    "sightings",
    "what a page showed of its site's template: where the article stands, which lines recur",
    (
        Field("_id", STRING, "the page's address"),
        Field("site", STRING, "registrable domain"),
        Field("seen_at", DATE, "when the page was fetched"),
        Field("day", INT, "of that, in UTC, counted from the year 1"),
        Field("lot", INT, "of the pages of a day those of the least teach the template"),
        Field("choice", INT, "which lines are the article's, as 63 bits of a hash"),
        Field(
            "learned_of", INT, "pages that taught the template it was last held against; 0: none"
        ),
        Field("lines", ("binData",), "each line's place and the hash of its words, packed"),
        Field(
            "is_skimmed",
            BOOL,
            "true: the site's template read it alone; then it only tells which lines recur",
            is_promised=False,
        ),
        Field(
            "to_check",
            STRING,
            "the site, until the page was held against its template at the end of a run",
            is_promised=False,
        ),
        VERSION,
    ),
    (
        Index(
            "site_day",
            (("site", 1), ("day", -1), ("lot", 1)),
            "the pages that teach a site's template; those of a day",
        ),
        Index("to_check", (("to_check", 1),), "the sites to be checked", is_sparse=True),
    ),
)

RECHECKS = Collection(
    "rechecks",
    "how often a source's stored articles were asked for again as planned, and had changed",
    (
        Field("_id", STRING, "the source's id"),
        Field("checks", ("double", "int"), "visits; half of them are forgotten now and then"),
        Field("found", ("double", "int"), "those that showed a change"),
        Field("day", STRING, "of the last visit, in UTC, YYYY-MM-DD"),
        Field("asked", INT, "visits on that day"),
        VERSION,
    ),
)

BUDGETS = Collection(
    "budgets",
    "how many pages of a source were taken up today, and bytes, where the catalogue limits them",
    (
        Field("_id", STRING, "the source's id"),
        Field("day", STRING, "in UTC, YYYY-MM-DD"),
        Field("asked", INT, "pages on that day, re-checks not counted"),
        Field("bytes", INT, "of the answers for them, as they were sent", is_promised=False),
        VERSION,
    ),
)

PAGES = Collection(
    "pages",
    "the raw page behind an address",
    (
        Field("_id", STRING, "frontier._id"),
        Field("url", STRING, "where the body came from, after redirects"),
        Field("status", INT, "of the answer"),
        Field("content_type", MAYBE_STRING, "the header as sent"),
        Field("headers", MIXED, "the other headers that matter later: etag, last-modified, date"),
        Field("body", ("binData",), "zstd"),
        Field(
            "announced",
            ("binData", "null"),
            "the whole text as the feed had it, zstd; absent before this was kept",
            is_promised=False,
        ),
        Field(
            "is_of_feed",
            BOOL,
            "it was made of the feed's entry, and no site was asked for it; absent: it was fetched",
            is_promised=False,
        ),
        Field(
            "more",
            LIST,
            "of an article in several pages those behind the first: {url, content_type, body}",
            is_promised=False,
        ),
        Field(
            "lacks",
            MAYBE_STRING,
            "which page behind these could not be had, and why; null: none is missing",
            is_promised=False,
        ),
        Field(
            "stand_in",
            MAYBE_STRING,
            "the address of the AMP form that was read in the place of the page",
            is_promised=False,
        ),
        Field("fetched_at", DATE, "when"),
        Field(
            "expires_at",
            MAYBE_DATE,
            "set once its address is settled; then the page may go, unless it is open again",
        ),
        VERSION,
    ),
    (Index("by_expiry", (("expires_at", 1),), "which pages may go"),),
    # with it the server itself deleted them, also where their address was open again by then
    retired=("expiry",),
    is_compressed=False,
)

RUNS = Collection(
    "runs",
    "the report of a run",
    (
        Field("_id", STRING, "start and a random part"),
        Field("by", STRING, "machine, home and process"),
        Field("started_at", DATE, "when"),
        Field("ended_at", MAYBE_DATE, "null while it runs, or where it was killed"),
        Field("outcome", MAYBE_STRING, "how it ended"),
        Field("report", MIXED, "the numbers, as `crawl --json` prints them"),
        VERSION,
    ),
    (Index("by_time", (("started_at", -1),), "the last runs"),),
)

HOSTS = Collection(
    "hosts",
    "pace and robots.txt of a host, whose turn it is there, and the lock of a crawl",
    (
        Field(
            "_id",
            STRING,
            "`pace:` or `address:` and host, `robots:` and origin, `lock:` and name, `run:` and id,"
            " `queued:` and source",
        ),
        Field(
            "next_at",
            MAYBE_DATE,
            "before then the host is not asked, or the source not queued again",
            is_promised=False,
        ),
        Field("hold_until", MAYBE_DATE, "asked for by the host itself", is_promised=False),
        Field("troubles", INT, "busy answers in a row", is_promised=False),
        Field("address", STRING, "the address that its name leads to", is_promised=False),
        Field(
            "status", MAYBE_INT, "of its robots.txt; null: could not be reached", is_promised=False
        ),
        Field("body", ("binData", "null"), "its robots.txt", is_promised=False),
        Field("fetched_at", DATE, "when its robots.txt was asked for", is_promised=False),
        Field("expires_at", DATE, "until when that is believed", is_promised=False),
        LEASE,
        VERSION,
    ),
)

BACKFILLS = Collection(
    "backfills",
    "the lists that a backfill reads, and which of them it has read",
    (
        Field("_id", STRING, "the backfill, and frontier's hash of the list's address"),
        Field("backfill", STRING, "the source, and the range as it was asked for"),
        Field("url", STRING, "of the list"),
        Field("kind", STRING, "what it is", values=("sitemap", "section")),
        Field("parent", MAYBE_STRING, "the address of the list that names it"),
        Field("changed_at", MAYBE_DATE, "when it was changed, as the index that names it says"),
        Field("shown", LIST, "frontier._ids of what the page of the list before it showed"),
        Field("read_at", MAYBE_DATE, "null: it is yet to be read"),
        Field("trouble", MAYBE_STRING, "why it could not be read"),
        Field("expires_at", DATE, "a backfill is forgotten some time after it was begun"),
        VERSION,
    ),
    (
        Index(
            "by_backfill",
            (("backfill", 1), ("read_at", 1), ("expires_at", 1), ("_id", 1)),
            "what a backfill has yet to read, in the order of finding",
        ),
        Index("expiry", (("expires_at", 1),), "which may go", expire_seconds=0),
    ),
)

SEARCH = Collection(
    "search",
    "the terms by which an article is found; made of the articles, again at any time",
    (
        Field("_id", STRING, "articles._id"),
        Field("terms", LIST, "words of title, summary and text, folded; see pipelines/terms.py"),
        Field("published_at", MAYBE_DATE, "of the article"),
        Field("source", STRING, "of the article"),
        Field("region", MAYBE_STRING, "of the article"),
        Field("changed_at", DATE, "of the article when its terms were read"),
        VERSION,
    ),
    (
        Index(
            "by_term",
            (("terms", 1), ("published_at", -1), ("_id", 1)),
            "the newest articles with a word",
        ),
    ),
)

FOLLOWERS = Collection(
    "followers",
    "who is told of changes by a webhook, and how far they are",
    (
        Field("_id", STRING, "the name they were given"),
        Field("cursor", STRING, "behind the last change that was settled"),
        Field("settled_at", DATE, "when"),
        Field("delivered", INT, "changes that were taken"),
        VERSION,
    ),
)

UNDELIVERED = Collection(
    "undelivered",
    "changes that a follower would not take: to be sent again by a person",
    (
        Field("_id", STRING, "follower and article, `<follower>:<article>`"),
        Field("follower", STRING, "followers._id"),
        Field("article", STRING, "articles._id"),
        Field("changed_at", DATE, "of the article when it was given up"),
        Field("why", STRING, "what was said last, in words"),
        Field("tries", INT, "how often it was sent"),
        Field("given_up_at", DATE, "when"),
        VERSION,
    ),
    (Index("by_follower", (("follower", 1), ("given_up_at", 1)), "what a follower lacks"),),
)

OURS = ["fingerprints", "ruling"]
"""Of articles: not for consumers."""
VIEWS = (
    View(
        "articles_unique",
        "what is on the papers' sites and is no copy of another article",
        "articles",
        (
            {"$match": {"duplicate_of": None, "state": "live"}},
            {"$unset": OURS},
        ),
    ),
    View(
        "articles_daily",
        "how many articles a source published a day, by language: {_id: {day, source, language}, "
        "day, source, region, language, articles, originals}; `day` is null where none is known",
        "articles",
        (
            {"$match": {"state": {"$ne": "removed"}}},
            {
                "$group": {
                    "_id": {
                        "day": {"$dateTrunc": {"date": "$published_at", "unit": "day"}},
                        "source": "$source",
                        "language": "$language",
                    },
                    "region": {"$first": "$region"},
                    "articles": {"$sum": 1},
                    "originals": {"$sum": {"$cond": [{"$eq": ["$duplicate_of", None]}, 1, 0]}},
                }
            },
            {"$set": {"day": "$_id.day", "source": "$_id.source", "language": "$_id.language"}},
        ),
    ),
)

COLLECTIONS = (
    ARTICLES,
    SEARCH,
    REVISIONS,
    FRONTIER,
    CLAIMS,
    STORIES,
    SOURCES,
    FEEDS,
    COVERAGE,
    SIGHTINGS,
    RECHECKS,
    BUDGETS,
    PAGES,
    RUNS,
    HOSTS,
    BACKFILLS,
    FOLLOWERS,
    UNDELIVERED,
)


DEFINITION = hashlib.blake2b(repr((COLLECTIONS, VIEWS)).encode(), digest_size=8).hexdigest()
"""Changes when anything in this file does: then collections and indexes are brought up to date."""
