"""`dateline sources add`: a paper from its home page into the catalogue, looked at first."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.sources.shared import (
    alone,
    checked_id,
    file_of,
    json_option,
    load_or_empty,
    path_option,
    saved,
    where,
    with_entries,
)
from dateline.exits import Code, Exit
from dateline.options import Address, confirm, yes_option

if TYPE_CHECKING:
    from config.catalogue import Catalogue
    from crawler.survey import Survey
    from dateline.proposal import Proposal, Said, Sample

HEAD = 240  # letters of a text that are shown
STRIPPED = 8  # lines
# an entry without a mistake, into which what a person says is put to be looked at
USUAL = {"id": "x", "name": "x", "homepage": "https://x.example", "feeds": ["https://x.example"]}


@click.command()
@click.argument("address", metavar="URL", type=Address())
@click.option("--id", "id_", metavar="ID", help="Its id; else one is made of its name.")
@click.option("--name", help="Its name, where the page does not say it well.")
@click.option("--region", help="Its region; else that of other papers of its country.")
@click.option("--country", help="ISO 3166, such as KZ, where nothing tells it.")
@click.option("--language", help="BCP 47, such as kk.")
@click.option("--timezone", help="IANA name, such as Asia/Almaty.")
@yes_option
@path_option
@json_option
def add(address: str, yes: bool, path: Path | None, as_json: bool, **known: str | None) -> None:
    """Add a paper: find its feeds, read a few articles, show what would be kept, and ask.

    Its entry is written behind those of its region, and one of the pages as a case that
    `dateline sources test` reads again.

    Example: dateline sources add https://paper.example/ --region caucasus
    """
    from dateline import screen

    said, root = _said(known), where(path)
    catalogue = load_or_empty(root)
    _refuse_known(address, catalogue)
    _refuse_taken(said.id, catalogue)
    if said.region:
        file_of(root, said.region)
    with screen.working(f"looking at {address}"):
        found = _surveyed(address)
        _refuse_known(found.front.url, catalogue)
        proposed = _proposed(found, catalogue, said)
    file = file_of(root, proposed.region)
    if as_json:
        screen.write_json(_facts(proposed, found, file), indent=1)
    else:
        for line in shown(proposed, found):
            screen.write(line)
    confirm(f"Add it to {file}?", yes=yes)
    with alone(path, is_new=True):
        catalogue = load_or_empty(root)  # another command may have written meanwhile
        _refuse_known(found.front.url, catalogue)
        _refuse_taken(proposed.entry["id"], catalogue)
        saved(file, with_entries(file, proposed.region, [proposed.entry]))
    case = _case(proposed, root)
    if not as_json:
        screen.write(
            f"{proposed.entry['id']} is in {file}" + (f", its case in {case}" if case else "")
        )
        given = f" --sources {shlex.quote(str(path))}" if path else ""
        screen.write(f"Go on: {screen.program()} crawl {proposed.entry['id']}{given}")


def _said(known: dict[str, str | None]) -> "Said":
    """Return what a person knows of the paper; raises Exit where it cannot be so."""
    from config.entries import problem
    from dateline.proposal import Said

    for key in ("id_", "region"):
        if known[key] is not None:
            checked_id(known[key] or "")
    facts = {key: known[key] for key in ("country", "language", "timezone") if known[key]}
    if wrong := problem({**USUAL, **facts}):
        raise Exit(Code.USAGE, wrong)
    return Said(id=known.pop("id_"), **known)


def _refuse_known(url: str, catalogue: "Catalogue") -> None:
    from urllib.parse import urlsplit

    if owner := catalogue.owner(urlsplit(url).hostname or ""):
        place = catalogue.places[owner.id]
        raise Exit(Code.USAGE, f"{url} is {owner.id}'s already ({place}); put what is new there")


def _refuse_taken(id_: str | None, catalogue: "Catalogue") -> None:
    if id_ and (owner := catalogue.by_id(id_)):
        place = catalogue.places[owner.id]
        raise Exit(Code.USAGE, f"{id_!r} is an id of {owner.name} already ({place}); give another")


def _surveyed(address: str) -> "Survey":
    from datetime import UTC, datetime

    from config import settings
    from crawler import fetch
    from crawler.survey import NEWS, Limits, survey
    from dateline import remedies

    knobs = settings.load()
    limits = Limits(
        agent=knobs.user_agent,
        feed_bytes=knobs.feed_max_bytes,
        page_bytes=knobs.page_max_bytes,
        news_since=datetime.now(UTC) - NEWS,
    )
    found = survey(address, fetch.Visitor(knobs), limits)
    if isinstance(found, fetch.Failed):
        words = f"{address}: {found.trouble}: {found.detail}"
        raise Exit(Code.BAD_DATA, remedies.beside(words, remedies.of_trouble(found.trouble)))
    if not found.entrances:
        words = f"{address}: no feed, sitemap or page with links to articles was found"
        raise Exit(Code.BAD_DATA, f"{words}\nwrite what you know of under `feeds` by hand")
    return found


def _proposed(found: "Survey", catalogue: "Catalogue", said: "Said") -> "Proposal":
    from datetime import UTC, datetime

    from config.entries import problem
    from dateline.proposal import proposal

    proposed = proposal(found, catalogue, said, datetime.now(UTC).date())
    if wrong := problem(proposed.entry):
        raise Exit(Code.USAGE, wrong)
    return proposed


def _case(proposed: "Proposal", root: Path) -> Path | None:
    """Save the first page that gave an article; None where none did, or it is too large."""
    from config.source import Source
    from dateline import cases, screen

    page = next((one.page for one in proposed.samples if one.draft and one.page), None)
    if page is None:
        return None
    source = Source.model_validate(proposed.entry)
    known = cases.known(page.url, page.headers.get("content-type"), source)
    try:
        return cases.save(known, page.body, cases.of_catalogue(root) / source.id, source)
    except (cases.CaseError, OSError) as error:
        screen.say(f"no case is saved: {error}")
        return None


def shown(proposed: "Proposal", found: "Survey") -> "Iterator[str]":
    """Yield what a person sees before saying yes."""
    entry = proposed.entry
    yield f"{entry['name']} ({entry['id']}), region {proposed.region}"
    facts = (entry.get("country"), entry.get("language"), entry.get("timezone"))
    yield "  " + " · ".join([entry["homepage"], *(one or "?" for one in facts)])
    for one in found.entrances:
        yield f"  {one.key.removesuffix('s')}: {one.url} ({_read_as(one.reading)})"
    yield f"  robots.txt: {_robots(found)}"
    yield f"  {_cost(proposed)}"
    for doubt in proposed.doubts:
        yield f"  look: {doubt}"
    for sample in proposed.samples:
        yield ""
        yield from _article(sample)
    yield ""


def _read_as(reading: Any) -> str:
    from dateline import screen

    number = screen.counted(len(reading.entries), "entry", "entries")
    times = [at for entry in reading.entries if (at := entry.published or entry.updated)]
    return f"{reading.kind}, {number}" + (f", the newest of {max(times):%Y-%m-%d}" if times else "")


def _robots(found: "Survey") -> str:
    robots = found.robots
    if robots is None:
        return "could not be had"
    if robots.body is None:
        return f"none ({robots.status}), so all is allowed"
    return f"asks for {found.delay:g} s between requests" if found.delay else "lets us read"


def _cost(proposed: "Proposal") -> str:
    from rich.filesize import decimal

    if proposed.articles_a_day is None:
        return "a day: nothing is dated, so nobody can say how many articles"
    number = f"{proposed.articles_a_day:.1f}".removesuffix(".0")
    size = f", {decimal(int(proposed.bytes_a_day))}" if proposed.bytes_a_day else ""
    return f"a day: about {number} articles{size}"


def _article(sample: "Sample") -> "Iterator[str]":
    draft = sample.draft
    if draft is None:
        yield f"  {sample.url}"
        yield f"    no article: {sample.why}"
        return
    from dateline.screen import counted

    day = draft.published.day if draft.published else None
    yield f"  {day or 'no date'}  {draft.title or 'no title'}"
    facts = [
        draft.language,
        ", ".join(draft.authors),
        counted(len(draft.text.split("\n\n")), "paragraph"),
        draft.url,
    ]
    yield "    " + " · ".join(one for one in facts if one)
    yield f"    {' '.join(draft.text.split())[:HEAD]} …"
    for line in draft.stripped[:STRIPPED]:
        yield f"    - {line.rule}: {line.text[:80]}"
    if (more := len(draft.stripped) - STRIPPED) > 0:
        yield f"    - and {counted(more, 'line')} more"


def _facts(proposed: "Proposal", found: "Survey", file: Path) -> dict[str, Any]:
    from dateline.batch import row

    return {
        "entry": dict(proposed.entry),
        "region": proposed.region,
        "file": str(file),
        "entrances": [
            {"url": one.url, "kind": one.reading.kind, "entries": len(one.reading.entries)}
            for one in found.entrances
        ],
        "robots": _robots(found),
        "articles_a_day": proposed.articles_a_day,
        "bytes_a_day": proposed.bytes_a_day,
        "look": list(proposed.doubts),
        "articles": [
            row(one.draft) if one.draft else {"url": one.url, "why": one.why}
            for one in proposed.samples
        ],
    }
