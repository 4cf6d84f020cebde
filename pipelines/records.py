"""The records that travel the line, in the order in which they travel it.

Frozen: a room returns a new record and never changes the one it was given.
Every time is aware and in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

from config.choice import ALL, Choice
from config.rules import NO_RULES, PaperRules


class FeedKind(StrEnum):
    """What a document that announces articles turned out to be, told by its bytes."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    JSONFEED = "jsonfeed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap-index"
    OPML = "opml"
    SECTION = "section"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One article as a feed or sitemap announced it."""

    url: str | None
    """Absolute, as announced; None where the entry names no address."""
    id: str | None = None
    """The guid (RSS), id (Atom, JSON Feed) or about (RDF) as written."""
    title: str | None = None
    """Plain text, markup and entities resolved."""
    summary: str | None = None
    """Plain text."""
    content: str | None = field(default=None, repr=False)
    """The whole text as the feed has it, HTML; None where it has no more than a summary."""
    published: datetime | None = None
    updated: datetime | None = None
    published_raw: str | None = None
    """The publication date as written, whether or not it could be read."""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a reader found in one document."""

    kind: FeedKind
    entries: tuple[Entry, ...]
    """In document order. Of a sitemap index its sitemaps, of an OPML file its feeds."""
    warnings: tuple[str, ...] = ()
    """What was odd and how it was read all the same, one sentence each."""
    title: str | None = None
    wait: timedelta = timedelta(0)
    """It asks not to be visited again sooner: ttl, sy:updatePeriod."""
    skip_hours: tuple[int, ...] = ()
    """Hours of the day, UTC, in which it asks not to be visited."""
    skip_days: tuple[int, ...] = ()
    """Weekdays, Monday 0."""
    older: tuple[str, ...] = ()
    """Of a page that lists articles, where it says that older ones are listed."""
    is_whole: bool = True
    """False where it broke off, or is damaged and has no entries: some may be missing."""


class State(StrEnum):
    """Where an address stands; it is always in exactly one of these."""

    PENDING = "pending"
    RETRYING = "retrying"
    STORED = "stored"
    EXCLUDED = "excluded"
    GONE = "gone"
    QUARANTINED = "quarantined"


class Priority(IntEnum):
    """What is asked for first, the lowest before all."""

    FRESH = 0
    AGAIN = 1
    """Stored, and to be read again at once: its feed, or a person, says so."""
    RECHECK = 2
    """Stored, and to be read again as planned."""
    BACKFILL = 3
    """From long ago, or recorded elsewhere: when nothing else is due."""


class Exclusion(StrEnum):
    """Why an address is no article of ours: news, not a failure; counted, never retried."""

    NO_ADDRESS = "no-address"
    INVALID_ADDRESS = "invalid-address"
    OFF_SITE = "off-site"
    HOME_PAGE = "home-page"
    ROBOTS = "robots"
    PRIVATE_ADDRESS = "private-address"
    NOT_A_PAGE = "not-a-page"
    """Its bytes are a PDF, a picture, a feed: nothing that holds an article's HTML."""
    TOO_LARGE = "too-large"
    TOO_OLD = "too-old"
    """A sitemap lists it, but from long before the source was followed: for a backfill."""
    IGNORED = "ignored"
    """Its source's patterns, words or sections leave it out; ``detail`` names which."""
    NO_ARTICLE = "no-article"
    """A page, but no text is left once what is not the article is taken away."""
    BLOCKED = "blocked"
    """A check for robots with status 200; tried again, as a refusal is."""
    CONSENT = "consent"
    LOGIN = "login"
    ERROR_PAGE = "error-page"
    """It says that something is missing or broken, with status 200."""
    LIST = "list"
    """A section, a tag, a search: it leads to articles and is none."""
    REMOVED = "removed"
    """Its article was removed on request: never asked for again, never kept again."""


class Trouble(StrEnum):
    """Why a visit failed: worth another try, later; after the last one, quarantine."""

    DNS = "dns"
    TLS = "tls"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    STATUS = "status"
    NOT_FOUND = "not-found"
    REFUSED = "refused"
    """401, 402, 403, 407, 451: the site does not want us there."""
    BUSY = "busy"
    """429 and 503: the site asks for time."""
    REDIRECTS = "redirects"
    TOO_LARGE = "too-large"
    DAMAGED = "damaged"
    """The answer broke off or cannot be decompressed."""
    NOT_A_FEED = "not-a-feed"
    ROBOTS = "robots"
    PRIVATE_ADDRESS = "private-address"
    BROWSER = "browser"
    """The browser that the page needs is missing, would not start, or died."""
    PAGE_TIME = "page-time"
    """The page used up its time in a worker."""
    PAGE_CRASH = "page-crash"
    """The worker died over the page."""
    PAGE_ERROR = "page-error"
    """A room raised over the page."""
    ENVIRONMENT = "environment"
    """A header of its source is made of a variable that is not set here."""
    INCOMPLETE = "incomplete"
    """A page behind the first of an article could not be had."""
    LAYOUT = "layout"
    """Its site's pages read worse than they did: withheld until a person has looked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One of the pages behind the first of an article that its paper spreads over several."""

    url: str
    """Where the body came from, after redirects."""
    body: bytes = field(repr=False)
    """Decompressed, not decoded."""
    content_type: str | None = None
    """The Content-Type header as sent, charset included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One fetched article page on its way to a worker."""

    url: str
    """Where the body came from, after redirects."""
    announced_url: str
    """The address as the entry announced it."""
    body: bytes = field(repr=False)
    """Decompressed, not decoded."""
    content_type: str | None = None
    """The Content-Type header as sent, charset included."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; the first value of each."""
    status: int = 200
    fetched_at: datetime
    entry: Entry
    source: str
    """The id of the source that owns the host."""
    source_name: str | None = None
    region: str | None = None
    country: str | None = None
    """ISO 3166."""
    language: str | None = None
    """What the catalogue says of the source (BCP 47)."""
    timezone: str | None = None
    """IANA name; the zone of a date that is written without one."""
    sites: tuple[str, ...] = ()
    """The registrable domains that the catalogue names for the source."""
    rules: PaperRules = NO_RULES
    """What the operator says of the paper's pages of that day."""
    choice: Choice = ALL
    """What the operator wants of its articles; all, where this one is stored already."""
    fulltext: str | None = None
    """`page`: what the feed quotes is no evidence."""
    is_of_feed: bool = False
    """Made of the entry by ``extract.announced``: no site was asked for it."""
    more: tuple[Sheet, ...] = ()
    """The pages behind it, in their order."""
    lacks: str | None = None
    """Which page behind these could not be had, and why; None: the article is whole."""
    stand_in: str | None = None
    """Where the body came from, in place of what ``url`` shows: the page's AMP form."""


Path = tuple[str, ...]
"""The blocks around a line from the root of the page down to its own, each by tag, id, classes."""


class Seen(NamedTuple):
    """One line of a page, as far as it says something of the site's template.

    A tuple, as a page has hundreds and a site's last pages are unpacked with each that comes.
    """

    path: Path
    text: int
    """63 bits of a hash: the same for the same words."""
    size: int
    """In letters of an alphabet."""
    is_kept: bool
    """Extractor and rules took it for the article's, without a template."""
    is_link: bool = False
    """Most of it is a link."""
    is_struck: bool = False
    """The extractor had it, and a rule took it: it would take it again."""
    words: str = ""
    """How it begins; empty where it was kept: a sighting holds no article's words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What one page shows of its site's template."""

    url: str
    """As announced."""
    seen_at: datetime
    lines: tuple[Seen, ...] = field(repr=False)
    choice: int = 0
    """Which lines were the article's when the page was last read, as 63 bits of a hash."""
    titles: tuple[int, ...] = ()
    """63 bits of a hash of each title that the page says, its own reading of them included."""
    day: str | None = None
    """Of publication, YYYY-MM-DD, as the page alone says it."""
    is_skimmed: bool = False
    """Its template read it alone, so that it says nothing of its own but which texts recur."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PackedSighting:
    """A sighting as it travels and is kept."""

    site: str
    """The registrable domain."""
    url: str
    seen_at: datetime
    choice: int
    lines: bytes = field(repr=False)
    learned_of: int = 0
    """Pages that taught the template it was held against at the end of a run; 0 before that."""
    is_skimmed: bool = False
    """See Sighting."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """What the pages of a site have in common; empty while they are too few."""

    site: str
    """The registrable domain."""
    version: str
    """12 hex digits, the same when learned of the same pages."""
    pages: int
    """Of which it was learned."""
    votes: Mapping[Path, float] = field(repr=False)
    """Which share of a block's text was the article's, from 0 to 1."""
    barren: frozenset[Path] = field(repr=False)
    """The outermost boxes that never held a line of an article."""
    menus: frozenset[Path] = field(repr=False)
    """Those of them that are nothing but links."""
    roots: tuple[Path, ...] = field(repr=False)
    """The boxes that hold articles, the most frequent first."""
    recurring: Mapping[int, int] = field(repr=False)
    """Texts, by Seen.text, that stand on several pages, and on how many."""
    titles: frozenset[int] = frozenset()
    """By Sighting.titles: what so many pages say is the site's, and no article's."""
    days: frozenset[str] = frozenset()
    """The same of the day: a page is made anew each time, or was copied from another."""
    is_sure: bool = False
    """It reads a page without the extractor as it does with it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stripped:
    """One line that our cleaning took from the extractor's answer."""

    text: str
    rule: str
    at: int
    """Its place among the lines of the extractor's answer, from 0; further on: among the page's."""
    pages: int | None = None
    """On how many pages of the site it stood, where that is why it was taken."""


LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Beside:
    """One line of a page as a person sees it beside the others."""

    text: str
    rule: str | None
    """Why it is not the article's; None where it is; LEFT_OUT: the extractor did not take it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """When an article says it was published, and how far that can be trusted."""

    at: datetime | None
    """UTC; local noon where only the day is known."""
    raw: str | None
    """As written."""
    source: str | None
    """The clue that gave it: feed, json-ld, meta, page or url."""
    precision: str | None
    """second, minute or day."""
    day: str | None
    """YYYY-MM-DD, the calendar day as the paper writes it."""
    offset: int | None
    """Minutes from UTC as written, None where the paper does not say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What the page declares about reuse, as declared."""

    license: str | None = None
    tdm: str | None = None
    robots: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """An article between extraction and the store: what a worker sends back."""

    url: str
    """Canonical."""
    own_url: str
    """Canonical form of where the page came from; ``url`` may be what the page claims to be."""
    urls: tuple[str, ...]
    """``url``, then the canonical forms of every address it was met at."""
    text: str = field(repr=False)
    """NFC; paragraphs parted by one blank line."""
    title: str | None
    met_url: str = ""
    """Where the page came from, as that is spelled."""
    summary: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    """The news agencies that it is credited to, by the names of config/agencies.yaml."""
    place: str | None = None
    """Where it was written, as its dateline says."""
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    """BCP 47."""
    published: Published | None = None
    modified_at: datetime | None = None
    access: str = "open"
    """open, paywalled or truncated."""
    is_thin: bool = False
    """The page says that its article is far longer than what stands on it, for all to read."""
    rights: Rights = Rights()
    stripped: tuple[Stripped, ...] = ()
    beside: tuple[Beside, ...] = field(default=(), repr=False)
    """The page's lines in order, kept and dropped; filled on request only."""
    extracted_by: str = ""
    """Name and version of the extractor, and how its answer was changed."""
    template: str | None = None
    """The version of the site's template that decided; None where there was none that fits."""
    confidence: float | None = None
    """From 0 to 1: how far extractor, page layout and description agree on the text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """A page that holds no article of ours."""

    reason: Exclusion
    detail: str = ""
    """One sentence for a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """A visit that did not give what was asked for, and may another time."""

    trouble: Trouble
    detail: str = ""
    """One sentence for a person."""
    retry_at: datetime | None = None
    """Not before then: the server's own wish."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """The server says that the page does not exist."""

    status: int | None
    """None: a stored address that leads elsewhere now, and to no article."""
    detail: str = ""
    """One sentence for a person, where the status says too little."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """The article is in the store."""

    article: str
    """articles._id"""


Outcome = Kept | Dropped | Failed | Gone


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where an address stands in the ledger, as far as the next decision needs it."""

    state: State
    reason: str | None = None
    """An Exclusion or a Trouble; None while nothing is wrong."""
    detail: str | None = None
    article: str | None = None
    attempts: int = 0
    """Failed visits since it was last settled."""
    next_at: datetime | None = None
    """When it is to be asked for; None: not again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """The right of one run to work on one address."""

    id: str
    """frontier._id"""
    by: str
    epoch: int
    """A write under an older epoch than the stored one changes nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """The last visit to a stored address, as far as its raw page is kept."""

    url: str
    """Where the body came from, after redirects."""
    etag: str | None = None
    """As the server sent it, quotes included."""
    last_modified: str | None = None
    text_hash: str | None = None
    """Of the text that is stored; None: there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """One address of the ledger that a run has taken and is to ask for."""

    lease: Lease
    url: str
    host: str
    source: str
    standing: Standing
    priority: int
    entry: Entry
    first_seen_at: datetime
    before: Before | None = None
    """Of a planned re-check only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A fetched page on its way through the line, with the right to settle its address."""

    due: Due
    page: Page
    instead_of: "Arrival | None" = None
    """What is settled where this, the AMP form of its page, holds no better article."""
    is_last: bool = False
    """No other form of the page is to be asked for."""


class Ruling(StrEnum):
    """What a draft is to what the store already has."""

    NEW = "new"
    SAME = "same"
    REVISED = "revised"
    GROWN = "grown"
    """A live blog of which no line was lost: its text is replaced, and the revision stays."""
    WALLED = "walled"
    """The page shows less of the article than is kept: that stays."""
    MOVED = "moved"
    """Its address leads to another article now."""
    COPY = "copy"
    MISNAMED = "misnamed"
    """It claims the address of another article: to be judged again under its own."""
    REMOVED = "removed"
    """It is an article that was removed on request: nothing of it is kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the store knows of an article that a draft may be, or may copy."""

    id: str
    revision: int
    text_hash: str
    text: str = field(repr=False)
    title: str | None
    story: str
    duplicate_of: str | None
    urls: tuple[str, ...]
    """At which it was met, not canonical."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """What the store answered when it was asked about a draft."""

    by_url: Known | None = None
    """The article that one of the draft's addresses belongs to."""
    by_text: Known | None = None
    """The article that this exact text belongs to."""
    is_recheck: bool = False
    """The address was visited again because its article may have changed."""
    is_reread: bool = False
    """It is the stored page, read again by our rules: no site was asked."""
    elsewhere: Known | None = None
    """At a re-check: the other article of the address that the visit was led to."""
    earlier: str | None = None
    """The text before the known one, where that was fetched within this hour of the clock."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What becomes of a draft."""

    ruling: Ruling
    article: str
    """The id that it is stored under."""
    story: str
    duplicate_of: str | None = None
    relation: str | None = None
    revision: int = 1
    """The revision that the article has afterwards."""
    name: str = ""
    """Of a misnamed draft: the address that it is to be stored under."""
