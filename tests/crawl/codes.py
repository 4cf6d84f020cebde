"""The table of exit codes: a command, a situation, a code."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from tests.crawl.server import article, feed
from tests.docs.commands import every_command

AWAY = "mongodb://me:hush@127.0.0.1:9/?serverSelectionTimeoutMS=100"
FILES = {
    "page.html": article("page"),
    "page.jsonl": json.dumps({"id": 1, "url": "http://a.example/", "html": article("page")}),
    "empty.html": "",
    "page.pdf": "%PDF-1.7\n%\u00e2\u00e3\n1 0 obj",
    "broken.jsonl": "{",
    "feed.xml": feed(["http://lantern.example/1"]).body.decode(),
    "papers.opml": '<opml version="2.0"><body><outline type="rss" text="P" '
    'xmlUrl="http://p.example/feed"/></body></opml>',
    "bad.yaml": "region: coast\nsources:\n  - {id: a, naem: A}\n",
}
WORDS = {
    "articles export": [],
    "articles find": [],
    "articles merge": ["{article}", "{other}"],
    "articles show": ["{article}"],
    "articles split": ["{article}"],
    "audit": [],
    "backfill": ["lantern", "--from", "2026-01-01"],
    "backup": ["{home}/again.zip"],
    "canonical": ["http://a.example/"],
    "crawl": [],
    "db check": [],
    "db grant reader": ["alma"],
    "db migrate": [],
    "db start": [],
    "db status": [],
    "db stop": [],
    "db url": [],
    "dedupe": ["{home}/texts.jsonl"],
    "demo": [],
    "dispatch": [],
    "doctor": [],
    "extract": ["{home}/page.html"],
    "ingest": ["{home}/pages.warc.gz"],
    "read": ["{home}/feed.xml"],
    "reprocess": ["--dry-run"],
    "restore": ["{home}/own.zip", "--check"],
    "retry": [],
    "runs": [],
    "sources add": ["http://lantern.example/feed"],
    "sources check": ["--offline"],
    "sources disable": ["lantern"],
    "sources enable": ["lantern"],
    "sources export": ["{home}/out.opml"],
    "sources import": ["{home}/papers.opml", "--region", "coast", "--yes"],
    "sources list": [],
    "sources remove": ["beacon", "--yes"],
    "sources rename": ["lantern", "lamp"],
    "sources show": ["lantern"],
    "sources test": [],
    "status": [],
    "watch": ["--once"],
    "webhooks send": ["newsroom", "http://lantern.example/hook", "--once"],
    "webhooks retry": ["newsroom", "http://lantern.example/hook"],
    "webhooks list": [],
    "webhooks dead": ["newsroom"],
    "webhooks forget": ["newsroom"],
    "why": ["http://lantern.example/1"],
    "worker": [],
    "articles remove": ["{other}", "--reason", "asked", "--yes"],  # last: others show it
}
"""Of every command what it takes to do its work in the home below."""

AWAY_BROKER = {"DATELINE_BROKER_URL": "amqp://127.0.0.1:9//"}
SIGNED = {"DATELINE_WEBHOOK_SECRET": "hush-hush-hush"}
SETTINGS = {
    "dispatch": AWAY_BROKER,
    "worker": AWAY_BROKER,
    "webhooks retry": SIGNED,
    "webhooks send": SIGNED,
}
"""Of a command what it must be told."""

NO_SETTINGS = {"canonical", "dedupe", "read", "restore", "sources test"}
"""They read no setting, of a file at least: a bad one is nothing to them."""
NO_CATALOGUE = NO_SETTINGS | {
    *("articles export", "articles find", "articles merge", "articles show", "articles split"),
    *("articles remove", "backup"),
    *(
        "audit",
        "db check",
        "db grant reader",
        "db migrate",
        "db start",
        "db status",
        "db stop",
        "db url",
        "demo",
    ),
    *("extract", "retry", "runs", "watch", "why"),
    *(f"webhooks {verb}" for verb in ("dead", "forget", "list", "retry", "send")),
}
NO_DATABASE = NO_SETTINGS | {
    *("db start", "db stop", "db url"),  # a server that is named is neither started nor asked
    "extract",
    *(f"sources {verb}" for verb in ("add", "disable", "enable", "export", "import", "list")),
    *(f"sources {verb}" for verb in ("check", "remove", "rename", "show")),  # they do without
    "doctor",  # it says so, with 1
}
COMMANDS = [
    name.removeprefix("dateline ")
    for name, command in every_command()
    if not isinstance(command, click.Group)
]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One command in one situation."""

    words: str
    """`{home}` is the home's folder."""
    code: int
    why: str
    says: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code} {self.words.split('{')[0].strip()[:30]}: {self.why}"


def rows_of_every_command() -> Iterator[Row]:
    """Yield what holds of all: help, an option that is none, a bad setting, no MongoDB."""
    for name in COMMANDS:
        words, told = " ".join((name, *WORDS.get(name, []))), SETTINGS.get(name, {})
        yield Row(words=f"{name} --help", code=0, why="it is asked what it does")
        yield Row(words=f"{name} --nosuch", code=2, why="no such option", says="--nosuch")
        if name not in NO_SETTINGS:
            bad = told | {"DATELINE_HOST_DELAY": "soon"}
            code, says = (1, "") if name == "doctor" else (78, "DATELINE_HOST_DELAY")
            yield Row(words=words, code=code, why="a bad setting", says=says, settings=bad)
        if name not in NO_CATALOGUE:
            bad = told | {"DATELINE_SOURCES": "{home}/bad.yaml"}
            code, says = (1, "") if name == "doctor" else (78, "bad.yaml:3: sources[0]")
            yield Row(words=words, code=code, why="a bad catalogue", says=says, settings=bad)
        if name not in NO_DATABASE:
            away = told | {"MONGODB_URI": AWAY}
            yield Row(
                words=words, code=69, why="MongoDB is away", says="127.0.0.1:9", settings=away
            )


ROWS = [
    *(
        Row(words=f"{words} nosuch", code=2, why="an unknown source", says="no source 'nosuch'")
        for words in ("crawl", "sources show", "sources enable", "sources remove --yes")
    ),
    *(
        Row(words=f"{words} --region nosuch", code=2, why="an unknown region", says="no region")
        for words in ("crawl", "sources list", "articles find")
    ),
    *(
        Row(words=words, code=78, why="no broker is named", says="broker_url")
        for words in ("dispatch", "worker")
    ),
    *(
        Row(
            words=words,
            code=69,
            why="the broker is away",
            says="the broker cannot be reached at amqp://127.0.0.1:9",
            settings=SETTINGS[words],
        )
        for words in ("dispatch", "worker")
    ),
    Row(
        words="worker --region nosuch",
        code=2,
        why="an unknown region",
        says="no region",
        settings=AWAY_BROKER,
    ),
    Row(words="worker --kind nosuch", code=2, why="no such kind", says="nosuch"),
    Row(words="retry --source nosuch", code=2, why="an unknown source", says="no source"),
    Row(words="backfill nosuch", code=2, why="an unknown source", says="no source"),
    Row(words="nosuch", code=2, why="an unknown command", says="nosuch"),
    Row(words="backup /dev/zero", code=1, why="a device without end", says="no backup"),
    Row(words="sources export /dev/full", code=1, why="a full disk", says="free some space"),
    Row(words="sources export /nowhere/a", code=2, why="no such folder", says="name another"),
    Row(words="articles export --output /nowhere/a", code=1, why="no folder", says="name a file"),
    Row(words="articles find --when nosuch", code=2, why="no time", says="is no time"),
    Row(words="articles find --after nosuch", code=2, why="no cursor", says="is no cursor"),
    Row(words="articles find --since 2026 --until 2025", code=2, why="no time is left"),
    Row(words="articles export --after nosuch", code=2, why="no cursor", says="is no cursor"),
    Row(words="articles export --format parquet", code=2, why="no stream", says="--output"),
    Row(words="articles export --output {home}", code=2, why="a folder", says="--format parquet"),
    Row(
        words="articles export --format parquet --output {home}",
        code=2,
        why="another's folder",
        says="name an empty folder",
    ),
    Row(words="webhooks dead nosuch", code=1, why="nobody of that name", says="nobody is called"),
    Row(words="webhooks send a nosuch", code=2, why="no address", says="write http"),
    Row(
        words="webhooks send newsroom http://lantern.example/hook --once",
        code=78,
        why="no secret is set",
        says="webhook_secret",
    ),
    Row(words="watch --after nosuch", code=2, why="no cursor", says="is no cursor"),
    Row(words="reprocess --source nosuch", code=2, why="an unknown source", says="no source"),
    Row(words="articles find --since 2025..2026", code=2, why="a range", says="--when"),
    Row(words="articles export --output a.csv --format jsonl", code=2, why="two forms"),
    Row(words="watch --unique", code=2, why="what cannot be followed", says="--unique"),
    Row(words="why nosuch", code=2, why="no address"),
    Row(words="sources add nosuch", code=2, why="no address"),
    Row(words="extract {home}/nosuch", code=65, why="not there", says="No such file"),
    Row(words="extract {home}/empty.html", code=65, why="an empty page"),
    Row(words="extract {home}/page.pdf", code=65, why="a PDF"),
    Row(words="extract --pages {home}/broken.jsonl", code=65, why="lines that hold no page"),
    Row(words="read {home}/nosuch", code=65, why="not there", says="No such file"),
    Row(words="read {home}/page.html", code=65, why="a feed that is HTML"),
    Row(words="read {home}/page.pdf", code=65, why="a PDF"),
    Row(words="read {home}/empty.html", code=65, why="an empty file"),
    Row(words="dedupe {home}/nosuch", code=65, why="not there", says="No such file"),
    Row(words="dedupe {home}/broken.jsonl", code=65, why="lines that hold no document"),
    Row(words="ingest {home}/nosuch", code=65, why="not there", says="No such file"),
    Row(words="ingest {home}/page.html", code=65, why="no WARC file"),
    Row(words="restore {home}/nosuch", code=65, why="not there", says="No such file"),
    Row(words="restore {home}", code=65, why="a folder", says="not a file"),
    Row(words="restore {home}/page.pdf", code=65, why="no backup"),
    Row(
        words="restore {home}/own.zip",
        code=69,
        why="MongoDB is away",
        says="127.0.0.1:9",
        settings={"MONGODB_URI": AWAY},
    ),
    Row(
        words="articles remove nosuch --reason asked --yes",
        code=1,
        why="what is asked for is not there",
    ),
    Row(words="canonical nosuch", code=65, why="no address"),
    Row(words="sources import {home}/nosuch", code=65, why="not there", says="No such file"),
    Row(words="sources import {home}", code=65, why="a folder", says="name a list of feeds"),
    Row(words="sources list --sources {home}/nosuch", code=78, why="no catalogue", says="nosuch"),
    Row(words="sources import {home}/page.pdf", code=65, why="no list of feeds"),
    Row(words="articles show nosuch", code=1, why="what is asked for is not there"),
    Row(words="articles split nosuch", code=1, why="what is asked for is not there"),
    Row(words="runs nosuch", code=1, why="what is asked for is not there"),
    Row(words="why http://lantern.example/nosuch", code=1, why="nobody announced it"),
    Row(words="crawl --sources {home}/bad.yaml", code=78, why="a bad catalogue", says="bad.yaml:3"),
    Row(
        words="crawl",
        code=78,
        why="an address that is none",
        says="MONGODB_URI",
        settings={"MONGODB_URI": "http://me:hush@x/"},
    ),
    *(
        Row(
            words=words,
            code=69,
            why="MongoDB refuses us",
            says="refuses us",
            settings={"MONGODB_URI": "{locked}"},
        )
        for words in ("crawl", "status", "audit", "articles find", "db check", "runs")
    ),
]
