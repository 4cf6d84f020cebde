"""Save a page as a test case: `make case URL=https://paper.example/article`.

A file works too, with the address that it is from: `make case URL=page.html AT=https://...`.
A page of a paper of the catalogue becomes a case of that paper, which `dateline sources test` reads
again; any other one of ``tests/cases/pages``, to which ``tests/rooms/test_page_cases.py`` holds the
line. Edit ``expected.yaml`` to what is right.
"""

import argparse
import gzip
import sys
from pathlib import Path
from urllib.parse import urlsplit

from config import catalogue
from config.settings import Settings, load
from config.source import Source
from dateline import cases

CASES = Path(__file__).parent / "cases" / "pages"


def main(arguments: list[str] | None = None, folder: Path = CASES) -> None:
    """Save the page that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.case", description=__doc__)
    parser.add_argument("page", metavar="URL|FILE")
    parser.add_argument("--url", help="the address of a page that comes from a file")
    given = parser.parse_args(arguments)
    if not given.page:
        parser.error("which page? make case URL=https://paper.example/article")
    is_file = not given.page.startswith(("http://", "https://"))
    if is_file and not given.url:
        parser.error("a page from a file needs its address: --url, or AT= behind `make case`")
    settings = load()
    url, kind, body = _from_file(given) if is_file else _fetched(given.page, settings)
    owner = _owner(url, settings)
    if owner and owner.javascript:
        sys.exit(f"{url}: the text of {owner.id} comes by script, and cases are read without")
    place = cases.of_catalogue(settings.sources) / owner.id if owner else folder
    try:
        saved = cases.save(cases.known(url, kind, owner), body, place, owner)
    except cases.CaseError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{saved}: look at {cases.EXPECTED}\n")


def _from_file(given: argparse.Namespace) -> tuple[str, str | None, bytes]:
    try:
        body = Path(given.page).read_bytes()
    except OSError as error:
        sys.exit(f"{given.page}: cannot be read: {error.strerror}")
    return given.url, None, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def _fetched(url: str, settings: Settings) -> tuple[str, str | None, bytes]:
    from crawler import fetch  # noqa: PLC0415 tests import this file, and a reactor comes with Scrapy

    (got,) = fetch.get([url], settings, settings.page_max_bytes)
    if isinstance(got, fetch.Failed):
        sys.exit(f"{url}: {got.trouble}: {got.detail}")
    return got.url, got.headers.get("content-type"), got.body


def _owner(url: str, settings: Settings) -> Source | None:
    """Return the paper that a page is of, where the catalogue knows it."""
    return catalogue.load(settings.sources).owner(urlsplit(url).hostname or "")


if __name__ == "__main__":
    main()
