"""What a catalogue could say better: a catalogue in, notes for its operator out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from config.catalogue import Catalogue, host_of
from config.domains import bare
from config.headers import VARIABLE
from config.source import Source

WANTED = {
    "country": "articles are found by it",
    "language": "it settles what short texts leave open",
    "timezone": "times written without a zone are read in it",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to look at; nothing is wrong with the file."""

    source: str
    place: str
    """`file:line`."""
    text: str


def notes(catalogue: Catalogue, cleaning_rules: Collection[str]) -> tuple[Note, ...]:
    """Return the notes of every source, in the catalogue's order.

    ``cleaning_rules`` are the names that a paper's rule may turn off.
    """
    feeds: dict[str, Source] = {}
    homes: dict[str, Source] = {}
    return tuple(
        Note(source.id, catalogue.places.get(source.id, ""), text)
        for source in catalogue.sources
        for text in (
            *_missing(source),
            *_in_clear(source),
            *_unknown_rules(source, cleaning_rules),
            *_doubles(source, feeds),
            *_same_home(source, homes),
        )
    )


def _missing(source: Source) -> Iterator[str]:
    missing = [key for key in WANTED if getattr(source, key) is None]
    if missing:
        reasons = "; ".join(f"{key}: {WANTED[key]}" for key in missing)
        yield f"says no {', no '.join(missing)} ({reasons})"


def _in_clear(source: Source) -> Iterator[str]:
    has_secret = any(VARIABLE.search(value) for value in (source.headers or {}).values())
    plain = next((url for url in source.entrances if url.startswith("http:")), None)
    if has_secret and plain:
        yield f"headers: go to {plain} where others can read them; https:// hides them"


def _unknown_rules(source: Source, known: Collection[str]) -> Iterator[str]:
    for name in (name for rule in source.rules for name in rule.off if name not in known):
        yield f"rules: {name!r} is off, and no cleaning rule has that name"


def _doubles(source: Source, seen: dict[str, Source]) -> Iterator[str]:
    for address in source.entrances:
        if known := seen.get(bare(address)):
            yield f"{address} is visited for {known.id} already"
        seen.setdefault(bare(address), source)


def _same_home(source: Source, seen: dict[str, Source]) -> Iterator[str]:
    host = host_of(source.homepage)
    first = seen.setdefault(host, source)
    if first is not source:
        yield f"shares {host} with {first.id}, which owns every article found there"
