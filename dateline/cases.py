"""Pages that were saved with what is right of them: a case a page, to read again and compare.

A case is a folder: ``page.html.gz``, ``case.yaml`` (what is known of the page), ``expected.yaml``
(what the line is to make of it, which a person corrects). The cases of the catalogue's papers lie
in ``cases/<id>/`` beside it.
"""

import gzip
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import BaseRepresenter

from config.entries import OF_THE_PARSER
from config.rules import holding
from config.source import Source
from pipelines.line import prepare
from pipelines.records import Draft, Dropped, Entry, Page

PAGE, KNOWN, EXPECTED = "page.html.gz", "case.yaml", "expected.yaml"
MAX_BYTES = 200_000  # of a page, packed: a case is kept in a repository
SLUG = 60
FIELDS = ("title", "authors", "published", "language", "text", "stripped", "dropped")
Document = dict[str, Any]


class CaseError(Exception):
    """A case cannot be saved or read; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a page's case says of one field, and what is read today."""

    field: str
    expected: Any
    found: Any


def of_catalogue(root: Path) -> Path:
    """Return where the cases of a catalogue lie: beside its folder, or beside its file."""
    return root.resolve().parent / "cases"


def save(known: Document, body: bytes, folder: Path, source: Source | None = None) -> Path:
    """Write a case and return its folder. Raises CaseError where the page is too large."""
    packed = gzip.compress(body, mtime=0)
    if len(packed) > MAX_BYTES:
        size = f"{len(packed)} bytes packed"
        raise CaseError(f"{known['url']}: {size}; a case has at most {MAX_BYTES}")
    place = _free(folder, known["url"])
    place.mkdir(parents=True)
    try:
        (place / PAGE).write_bytes(packed)
        write(place / KNOWN, known)
        write(place / EXPECTED, gist(prepare(page_of(place, source))))
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)  # half a case would be one that is wrong
        raise
    return place


def page_of(place: Path, source: Source | None = None) -> Page:
    """Return the page of a case, as the spider hands it to the line; raises CaseError."""
    known = read(place / KNOWN)
    try:
        fetched_at = datetime.fromisoformat(known["fetched"])
        return Page(
            url=known["url"],
            announced_url=known["url"],
            body=_body(place / PAGE),
            content_type=known["content_type"],
            fetched_at=fetched_at,
            entry=Entry(url=known["url"]),
            source=known["source"] or "",
            source_name=known["source_name"],
            language=known["language"],
            timezone=known["timezone"],
            rules=holding(source.rules if source else (), fetched_at.date()),
        )
    except KeyError as error:
        raise CaseError(f"{place / KNOWN}: it has no {error}; save the case again") from error
    except (ValueError, TypeError) as error:
        raise CaseError(f"{place / KNOWN}: {error}; save the case again") from error


def _body(file: Path) -> bytes:
    try:
        return gzip.decompress(file.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or "damaged"
        raise CaseError(f"{file}: {why}; save the case again") from error


def known(url: str, content_type: str | None, source: Source | None) -> Document:
    """Return what a case says of a page that was fetched now."""
    return {
        "url": url,
        "fetched": datetime.now(UTC).isoformat(timespec="seconds"),
        "content_type": content_type,
        "source": source.id if source else None,
        "source_name": source.name if source else None,
        "language": source.language if source else None,
        "timezone": source.timezone if source else None,
    }


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


def changes(place: Path, source: Source | None = None) -> list[Change]:
    """Return what is read otherwise of a case today; []: all is as expected."""
    expected = read(place / EXPECTED)
    if unknown := [name for name in expected if name not in FIELDS]:
        known = ", ".join(FIELDS)
        raise CaseError(f"{place / EXPECTED}: {unknown[0]!r} is no field of a case; write {known}")
    return compared(expected, gist(prepare(page_of(place, source))))


def compared(expected: Document, found: Document) -> list[Change]:
    """Return the fields in which two gists differ."""
    fields = dict.fromkeys((*expected, *found))
    pairs = ((name, expected.get(name), found.get(name)) for name in fields)
    return [Change(*one) for one in pairs if one[1] != one[2]]


def places(folder: Path, sources: Iterable[Source]) -> Iterator[tuple[str, Path]]:
    """Yield the cases of papers, each with its paper's id; also those from before it had that."""
    for source in sources:
        for name in (source.id, *source.aliases):
            for file in sorted((folder / name).glob(f"*/{KNOWN}")):
                yield source.id, file.parent


def read(path: Path) -> Document:
    """Return what a YAML file of a case says. Raises CaseError."""
    try:
        found: Document = YAML(typ="safe").load(path)
    except OSError as error:
        raise CaseError(f"{path}: {error.strerror}; save the case again") from error
    except (YAMLError, *OF_THE_PARSER) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise CaseError(f"{place}: not YAML; mend it, or save the case again") from error
    if not isinstance(found, dict):
        raise CaseError(f"{path}: no keys with what they say; save the case again")
    return found


def write(path: Path, document: Document) -> None:
    """Write a YAML file of a case, a paragraph a line."""
    yaml = YAML()
    yaml.width = 10_000
    yaml.representer.add_representer(type(None), _null)
    yaml.dump(document, path)


def _null(representer: BaseRepresenter, _: None) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


def _free(folder: Path, url: str) -> Path:
    """Return a folder that is not there yet, named for the host; the second one has a number."""
    slug = re.sub(r"[^a-z0-9]+", "-", (urlsplit(url).hostname or "").lower()).strip("-")[:SLUG]
    names = (slug if number == 1 else f"{slug}-{number}" for number in range(1, 1000))
    return next(folder / name for name in names if not (folder / name).exists())
