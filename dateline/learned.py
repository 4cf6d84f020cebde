"""What was learned of a site, in words: where its articles stand, which lines recur."""

from collections.abc import Iterator, Sequence
from typing import Any

from dateline.screen import counted
from pipelines.records import Path, Sighting, Template
from pipelines.template.fit import KEPT

SHOWN = 12  # blocks and lines of each kind; the JSON has all
STEPS = 2  # of a path: its end names the block, the rest is the page's frame


def facts(template: Template, sightings: Sequence[Sighting]) -> dict[str, Any]:
    """Return a template as JSON shows it; a recurring line that was always kept has no words."""
    words = {line.text: line.words for page in sightings for line in page.lines if line.words}
    lines = sorted(template.recurring.items(), key=lambda line: (-line[1], words.get(line[0], "")))
    blocks = sorted(template.votes.items(), key=lambda block: (-block[1], block[0]))
    return {
        "site": template.site,
        "version": template.version,
        "pages": template.pages,
        "roots": [" > ".join(path) for path in template.roots],
        "blocks": [{"path": " > ".join(path), "kept": share} for path, share in blocks],
        "shared_titles": len(template.titles),
        "shared_days": sorted(template.days),
        "recurring": [{"text": words.get(key), "pages": pages} for key, pages in lines],
    }


def told(template: Template, sightings: Sequence[Sighting]) -> Iterator[str]:
    """Yield a template line by line for a person."""
    known = facts(template, sightings)
    yield f"{template.site}: learned of {template.pages} pages, version {template.version}"
    for root in template.roots[:1]:
        yield f"  articles stand in  {_end(root)}"
    kept = [path for path, share in template.votes.items() if share >= KEPT]
    yield from _listed("  text blocks", sorted({_end(path) for path in kept}))
    yield f"  other blocks  {len(template.votes) - len(kept)}"
    if template.titles or template.days:
        yield f"  the site's, no article's: {_shared(template)}"
    shown = [
        f"{line['pages']} pages: {line['text']}" for line in known["recurring"] if line["text"]
    ]
    yield from _listed("  recurring lines", shown)


def _shared(template: Template) -> str:
    titles = [counted(len(template.titles), "title")] * bool(template.titles)
    return ", ".join([*titles, *sorted(template.days)])


def _end(path: Path) -> str:
    return " > ".join(path[-STEPS:])


def _listed(head: str, lines: Sequence[str]) -> Iterator[str]:
    yield f"{head}  {len(lines)}"
    for line in lines[:SHOWN]:
        yield f"    {line}"
    if len(lines) > SHOWN:
        yield f"    … {len(lines) - SHOWN} more: --json"
