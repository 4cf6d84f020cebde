"""What is given damaged inputs, and what must hold of each answer; anything raised is a finding."""

import io
import json
import os
import pickle
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import bson
import click
from scrapy import Request

from config import files, headers, patterns, phrasebook
from config import settings as knobs
from config.catalogue import Catalogue
from config.catalogue import host_of as host_in_catalogue
from config.catalogue import load as load_catalogue
from config.domains import registrable
from config.entries import problem
from config.errors import ConfigError
from config.source import is_id
from crawler.frontier import Ask, Fetch, admit, host_of, is_home, keepable
from crawler.politeness.answers import redirect_target
from crawler.politeness.guard import literal, refused
from crawler.politeness.pace import retry_after
from crawler.politeness.robots import Robots, address_of, allows, crawl_delay, origin_of
from crawler.readers import NotAFeed, NotAList, outlines, read, read_archive, read_section
from crawler.readers.addresses import absolute, named_sitemaps
from crawler.readers.dates import noted
from crawler.readers.discover import front
from crawler.readers.notes import Notes
from crawler.readers.plain import safe
from crawler.readers.shapes import shape
from crawler.recording import pages
from crawler.spiders import redirects
from dateline import batch, options, screen
from dateline.commands.articles.chosen import Time as Moment
from dateline.opml import imported
from pipelines import amp, further
from pipelines.extract import announced
from pipelines.further.numbered import firsts, numbered
from pipelines.identify.canonical import canonical, ledger_key, name_of
from pipelines.identify.claimed import agreed
from pipelines.line import observed
from pipelines.records import Draft, Dropped, Entry, Page, Reading, State
from pipelines.store.documents import read as document_of
from tests.fuzz import seeds
from tests.samples import an_arrival

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ARTICLE, FEED = "http://quay.example/2026/11/02/ferry", "http://quay.example/feed"
STEERING = frozenset("\x1b\x9b\x07\x08\x00\u202e\u2066\n")
HARMFUL = STEERING | frozenset("\u2028\r")
LONGEST = 2_000  # characters of what a person is told


@dataclass(frozen=True, slots=True)
class Target:
    """One room's door."""

    tries: Callable[[bytes], object]
    seeds: Sequence[bytes]
    tokens: Sequence[bytes]
    most: int
    """Bytes of an input."""
    seconds: float
    """Of processor time that one input may take."""
    corpus: tuple[str, ...] = ()
    """Ends of names of files that can be damaged in the seeds' place."""


def _text(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")


def addresses(body: bytes) -> None:
    """Try an address everywhere that one comes in."""
    url = _text(body)
    _in_one_form(url)
    _asked_for(url)
    for base in ("", ARTICLE, "http://[", safe(url)):
        joined = absolute(url, base)
        assert not STEERING & set(joined or "")
    if target := redirect_target(ARTICLE, 302, body):
        _led_to(target)
    refused(url)
    literal(url)
    registrable(url)
    shape(url) if _is_split(url) else None
    further.paging.absolute(ARTICLE, url)


def _in_one_form(url: str) -> None:
    name = name_of(url)
    agreed(ARTICLE, name, url)
    try:
        form = canonical(url)
    except ValueError as error:
        assert len(str(error)) < LONGEST
        return
    assert form == canonical(form) == name
    assert form.isascii()
    agreed(form, url, None)
    numbered(form, ARTICLE)
    list(firsts(form))


def _asked_for(url: str) -> None:
    """Whatever is admitted into the ledger can be asked for, and its rules too."""
    found = admit(Entry(url=url), "quay", _catalogue().owner_id, NOW)
    bson.encode({"_id": found.id, "host": found.host})
    if found.standing.state is not State.PENDING:
        return
    bson.encode({"url": url})
    assert len(found.id) == len(ledger_key(url)) == 32
    assert not is_home(url)
    origin = origin_of(url)
    assert host_of(address_of(origin)) == host_of(url) == found.host
    Request(address_of(origin))
    Request(url)
    allows(_rules(b"User-agent: *\nDisallow: /shut*$"), url, "Dateline/0.1")


def _led_to(target: str) -> None:
    fetch = Fetch(ask=Ask.PAGE, url=ARTICLE, host="quay.example", origin="http://quay.example")
    if redirects.refusal(target, fetch, _catalogue(), 5) is None:
        Request(redirects.hop(target, fetch, is_for_good=True).url)


def _is_split(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


@cache
def _catalogue() -> Catalogue:
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(seeds.CATALOGUE.encode())
        file.flush()
        return load_catalogue(Path(file.name))


def _rules(body: bytes) -> Robots:
    return Robots(
        origin="http://quay.example", status=200, body=body, fetched_at=NOW, expires_at=NOW
    )


def catalogue(body: bytes) -> None:
    """Load a sources file, and use what was loaded."""
    with _file(body) as file:
        try:
            found = load_catalogue(file)
        except ConfigError as error:
            _is_one_clear(error, file)
            return
    for source in found.sources:
        bson.encode({"id": source.id, "entrances": source.entrances})
        assert found.by_id(source.id)
        assert source.sites
        for address in source.entrances:
            assert host_in_catalogue(address)
            origin_of(address)
            Request(address)
    found.owner("www.quay.example")


def settings(body: bytes) -> None:
    """Load a file of settings and one of phrases, and YAML as phrases are read."""
    with _file(body, ".toml") as file:
        for load in (lambda: knobs.load({}, file), lambda: files.yaml(file)):
            try:
                load()
            except ConfigError as error:
                _is_one_clear(error, file)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "en.yaml")
        file.write_bytes(body)
        try:
            phrasebook.load.__wrapped__(Path(folder))
        except ConfigError as error:
            _is_one_clear(error, file)


class _file:  # noqa: N801 a context of a name
    """A file that holds an input, for as long as it is looked at."""

    def __init__(self, body: bytes, ending: str = ".yaml") -> None:
        self._body, self._ending = body, ending

    def __enter__(self) -> Path:
        number, name = tempfile.mkstemp(suffix=self._ending, dir=_folder())
        os.write(number, self._body)
        os.close(number)
        self._path = Path(name)
        return self._path

    def __exit__(self, *_: object) -> None:
        self._path.unlink()


@cache
def _folder() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 a file of its own each


def _is_one_clear(error: ConfigError, file: Path) -> None:
    """A mistake is told in two lines at the most, with its file, and steers nothing."""
    words = screen.plain(str(error)).splitlines()
    assert 1 <= len(words) <= 2, words
    assert str(file) in words[0]
    assert len(words[0]) < LONGEST
    assert "Traceback" not in words[0]
    for fault in error.faults:
        assert fault.found
        assert fault.expected
        assert fault.line is None or fault.line >= 1


TYPES: tuple[click.ParamType[object], ...] = (
    options.Count(), options.Duration(), options.Day(), options.Words(), options.Address(),
    Moment(),
)  # fmt: skip
KEYS = (
    "id", "name", "homepage", "country", "language", "timezone", "every", "archive", "verified",
    "fulltext", "budget",
)  # fmt: skip
LISTS = ("feeds", "hosts", "aliases", "follow_patterns", "ignore_words", "keep_sections", "rules")


def parameters(body: bytes) -> None:
    """Try words as every option, id, pattern, key of a paper, header and date."""
    words = _text(body)
    for one in TYPES:
        try:
            found = one.convert(words, None, None)
        except click.UsageError as error:
            assert error.format_message()
            continue
        bson.encode({"found": str(found)} if not isinstance(found, datetime) else {"at": found})
    _as_keys(words)
    _as_said(words)


def _as_keys(words: str) -> None:
    paper = {"id": "quay", "name": "Quay", "homepage": ARTICLE, "feeds": [FEED]}
    for key in (*KEYS, words):
        problem({**paper, key: words})
    for key in LISTS:
        problem({**paper, key: [words]})
    problem({**paper, "headers": {words: words}})
    problem({**paper, "rules": [{"text": words, "strip": [words], "since": words}]})
    is_id(words)
    try:
        patterns.matching([patterns.checked(words)], words)
    except ValueError:
        return


def _as_said(words: str) -> None:
    """As headers of answers, and dates of feeds, say it."""
    until = retry_after(words, NOW, words)
    assert until is None or NOW < until <= NOW + timedelta(days=1)
    delay = crawl_delay(
        _rules(f"User-agent: *\nCrawl-delay: {words}".encode("utf-8", "replace")), "D/1"
    )
    assert delay is None or isinstance(delay, float)
    noted(words, Notes())
    line = screen.one_line(words)
    assert not HARMFUL & set(line)
    assert json.loads(screen.as_json(words, is_ascii=False)) is not None
    try:
        headers.checked({"X-Reader": words})
    except headers.HeaderError:
        return


def readers(body: bytes) -> None:
    """Read a document by every reader, and keep what it announces."""
    for base in (FEED, ""):
        _read(lambda base=base: read(body, base, "text/xml; charset=koi8-r"))  # type: ignore[misc]
    _read(lambda: read_section(body, FEED))
    _read(lambda: read_archive(body, FEED))
    try:
        found, _ = outlines(body, FEED)
    except (NotAFeed, NotAList):
        found = ()
    imported(found, _catalogue(), None)
    for address in named_sitemaps(body):
        absolute(address, FEED)
    crawl_delay(_rules(body), "Dateline/0.1")
    allows(_rules(body), ARTICLE, "Dateline/0.1")
    try:
        front(body, FEED)
    except NotAFeed:
        return


def _read(how: Callable[[], Reading]) -> None:
    try:
        reading = how()
    except NotAFeed as error:
        assert not HARMFUL & set(screen.one_line(str(error)))
        pickle.loads(pickle.dumps(error))  # noqa: S301 ours
        return
    assert reading.entries or reading.warnings
    for entry in reading.entries[:200]:
        _kept(entry)
    pickle.loads(pickle.dumps(reading))  # noqa: S301 ours


def _kept(entry: Entry) -> None:
    """An entry fits into the ledger, and a page can be made of it."""
    found = admit(entry, "quay", _catalogue().owner_id, NOW)
    kept = keepable(entry)
    assert len(bson.encode({"_id": found.id, "announced": asdict(kept)})) < 1_000_000
    for words in (entry.title, entry.summary, *entry.authors):
        assert not HARMFUL & set(words or "")


def extraction(body: bytes) -> None:
    """Have a page go the whole line, and its article into a document."""
    for entry in (Entry(url=ARTICLE), Entry(url=ARTICLE, title=safe(_text(body))[:200])):
        page = replace(_page(), body=body, entry=entry)
        made, sighting = observed(page, None, with_beside=True)
        amp.address(page, made)
        pickle.loads(pickle.dumps((made, sighting)))  # noqa: S301 ours
        _stored(page, made)
    further.may_go_on(body, ARTICLE, 1)
    further.following(page)
    further.beginning(page)


def _page() -> Page:
    return Page(
        url=ARTICLE, announced_url=ARTICLE, body=b"", content_type="text/html", fetched_at=NOW,
        entry=Entry(url=ARTICLE), source="quay", timezone="Asia/Almaty", language="en",
    )  # fmt: skip


def _stored(page: Page, made: Draft | Dropped) -> None:
    if isinstance(made, Dropped):
        assert made.detail
        assert not HARMFUL & set(screen.one_line(made.detail))
        return
    assert made.text
    assert "\x00" not in made.text
    made.text.encode()
    arrival = replace(an_arrival(), page=page)
    assert len(bson.encode(document_of(arrival, made))) < 16_000_000
    json.loads(screen.as_json(batch.row(made)))


def quoted(body: bytes) -> None:
    """Have what a feed quotes be the page, and a line of a file of pages."""
    text = safe(_text(body))
    entry = Entry(url=ARTICLE, title=text[:100], summary=text[:1_000], content=text)
    page = announced.page(entry, ARTICLE, "quay", NOW)
    _stored(page, observed(page, None)[0])
    batch.read_line(body)
    batch.read_line(json.dumps({"id": text[:50], "url": text[:200], "html": text}).encode())


def recorded(body: bytes) -> None:
    """Read a recorded crawl."""
    found = sum(1 for _ in pages(io.BytesIO(body), 100_000))
    assert found <= 1 + len(body) // 8


PACKS, XMLS = (".jsonl.gz",), (".xml", ".rss", ".atom", ".json", ".opml", ".html", ".rdf", ".txt")
TARGETS = {
    "urls": Target(addresses, seeds.ADDRESSES, seeds.URLS, 9_000, 2.0),
    "yaml": Target(catalogue, seeds.CATALOGUES, seeds.YAML, 20_000, 5.0),
    "settings": Target(settings, [seeds.SETTINGS, seeds.PHRASES], seeds.YAML, 20_000, 5.0),
    "parameters": Target(parameters, seeds.PARAMETERS, seeds.URLS, 5_000, 2.0),
    "readers": Target(readers, seeds.FEEDS, seeds.XML, 40_000, 20.0, XMLS),
    "extraction": Target(extraction, seeds.PAGES, seeds.MARKUP, 400_000, 20.0, PACKS),
    "quoted": Target(quoted, seeds.PAGES, seeds.MARKUP, 60_000, 20.0, PACKS),
    "warc": Target(recorded, seeds.RECORDED, seeds.WARC, 20_000, 2.0),
}  # fmt: skip
