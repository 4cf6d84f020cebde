"""A sighting as bytes, to travel and to be kept: about 4 kB a page."""

import json
from functools import lru_cache

import zstandard

from pipelines.records import PackedSighting, Path, Seen, Sighting


def pack(sighting: Sighting, site: str) -> PackedSighting:
    """Return a sighting with its lines as JSON, each path once, in zstd."""
    numbers: dict[Path, int] = {}
    rows = [
        [
            numbers.setdefault(line.path, len(numbers)),
            line.text,
            line.size,
            line.is_kept + 2 * line.is_link + 4 * line.is_struck,
            line.words,
        ]
        for line in sighting.lines
    ]
    said = [sighting.titles, sighting.day]
    written = json.dumps([list(numbers), rows, *said], ensure_ascii=True, separators=(",", ":"))
    packed = zstandard.ZstdCompressor(level=3).compress(written.encode())
    return PackedSighting(
        site=site,
        url=sighting.url,
        seen_at=sighting.seen_at,
        choice=sighting.choice,
        lines=packed,
        is_skimmed=sighting.is_skimmed,
    )


@lru_cache(maxsize=1024)  # 40 MB: a site's pages are learned of together, one more each time
def unpack(packed: PackedSighting) -> Sighting:
    """Return the sighting that was packed."""
    paths, rows, *said = json.loads(zstandard.ZstdDecompressor().decompress(packed.lines))
    ways = [tuple(path) for path in paths]
    lines = tuple(
        Seen(ways[number], text, size, bool(flags & 1), bool(flags & 2), bool(flags & 4), words)
        for number, text, size, flags, words in rows
    )
    titles, day = said or ((), None)  # a Dateline before them kept neither
    return Sighting(
        url=packed.url,
        seen_at=packed.seen_at,
        lines=lines,
        titles=tuple(titles),
        day=day,
        choice=packed.choice,
        is_skimmed=packed.is_skimmed,
    )
