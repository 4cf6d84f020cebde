"""Save a page as a test case: `make case URL=https://paper.example/article`.

A file works too, with the address that it is from: `make case URL=page.html AT=https://...`.
A case is a folder of ``tests/cases/pages``: the page, what is known of it, and what the line makes
of it today. Edit ``expected.yaml`` to what is right: ``tests/rooms/test_page_cases.py`` holds the
line to it.
"""

import argparse
import gzip
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import BaseRepresenter

from config import catalogue
from config.settings import load
from pipelines.line import prepare
from pipelines.records import Draft, Dropped, Entry, Page

CASES = Path(__file__).parent / "cases" / "pages"
PAGE, KNOWN, EXPECTED = "page.html.gz", "case.yaml", "expected.yaml"
MAX_BYTES = 200_000  # what the hooks let into the repository
Document = dict[str, Any]


def main(arguments: list[str] | None = None, folder: Path = CASES) -> None:
    """Save the page that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.case", description=__doc__)
    parser.add_argument("page", metavar="URL|FILE")
    parser.add_argument("--url", help="the address of a page that comes from a file")
    given = parser.parse_args(arguments)
    is_file = not given.page.startswith(("http://", "https://"))
    if is_file and not given.url:
        parser.error("a page from a file needs its address: --url, or AT= behind `make case`")
    known, body = _from_file(given.page, given.url) if is_file else _fetched(given.page)
    saved = save(known | _hints(known["url"]), body, folder)
    sys.stdout.write(f"{saved}: look at {EXPECTED}\n")


def save(known: Document, body: bytes, folder: Path = CASES) -> Path:
    """Write a case and return its folder; exits where the page is too large."""
    packed = gzip.compress(body, mtime=0)
    if len(packed) > MAX_BYTES:
        sys.exit(f"{known['url']}: {len(packed)} bytes packed; a case has at most {MAX_BYTES}")
    place = _free(folder, known["url"])
    place.mkdir(parents=True)
    (place / PAGE).write_bytes(packed)
    _write(place / KNOWN, known)
    _write(place / EXPECTED, gist(prepare(page_of(place))))
    return place


def page_of(place: Path) -> Page:
    """Return the page of a case, as the spider hands it to the line."""
    known = read(place / KNOWN)
    return Page(
        url=known["url"],
        announced_url=known["url"],
        body=gzip.decompress((place / PAGE).read_bytes()),
        content_type=known["content_type"],
        fetched_at=datetime.fromisoformat(known["fetched"]),
        entry=Entry(url=known["url"]),
        source=known["source"] or "",
        source_name=known["source_name"],
        language=known["language"],
        timezone=known["timezone"],
    )


def gist(made: Draft | Dropped) -> Document:
    """Return what a case holds the line to."""
    if isinstance(made, Dropped):
        return {"dropped": str(made.reason)}
    published = made.published
    return {
        "title": made.title,
        "authors": list(made.authors),
        "published": published.at.isoformat() if published and published.at else None,
        "language": made.language,
        "text": made.text.split("\n\n"),
        "stripped": [f"{line.rule}: {line.text}" for line in made.stripped],
    }


def read(path: Path) -> Document:
    """Return what a YAML file of a case says."""
    found: Document = YAML(typ="safe").load(path)
    return found


def _write(path: Path, document: Document) -> None:
    yaml = YAML()
    yaml.width = 10_000  # a paragraph a line
    yaml.representer.add_representer(type(None), _null)
    yaml.dump(document, path)


def _null(representer: BaseRepresenter, _: None) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


def _from_file(name: str, url: str) -> tuple[Document, bytes]:
    try:
        body = Path(name).read_bytes()
    except OSError as error:
        sys.exit(f"{name}: cannot be read: {error.strerror}")
    return _known(url, None), gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def _fetched(url: str) -> tuple[Document, bytes]:
    from crawler import fetch  # noqa: PLC0415 tests import this file, and a reactor comes with Scrapy

    settings = load()
    (got,) = fetch.get([url], settings, settings.page_max_bytes)
    if isinstance(got, fetch.Failed):
        sys.exit(f"{url}: {got.trouble}: {got.detail}")
    return _known(got.url, got.headers.get("content-type")), got.body


def _known(url: str, content_type: str | None) -> Document:
    fetched = datetime.now(UTC).isoformat(timespec="seconds")
    return {"url": url, "fetched": fetched, "content_type": content_type}


def _hints(url: str) -> Document:
    """Return what the catalogue says of the paper, where it knows it."""
    owner = catalogue.load(load().sources).owner(urlsplit(url).hostname or "")
    return {
        "source": owner.id if owner else None,
        "source_name": owner.name if owner else None,
        "language": owner.language if owner else None,
        "timezone": owner.timezone if owner else None,
    }


def _free(folder: Path, url: str) -> Path:
    """Return a folder that is not there yet, named for the host; the second one has a number."""
    slug = re.sub(r"[^a-z0-9]+", "-", (urlsplit(url).hostname or "").lower()).strip("-")
    names = (slug if number == 1 else f"{slug}-{number}" for number in range(1, 1000))
    return next(folder / name for name in names if not (folder / name).exists())


if __name__ == "__main__":
    main()
