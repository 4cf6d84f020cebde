"""`dateline dedupe`: which documents of a collection tell one story."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="IN.jsonl.gz")
def command(file: Path) -> None:
    """Tell which documents of a file are one story, and how each copies the earliest of it.

    Reads {id, url, site, published, title, text} a line, or what `dateline articles export` wrote;
    writes {id, story, duplicate_of, relation} a line. `duplicate_of` is the earliest document of
    the story, null for that itself; `relation` is copy, revision, reprint or excerpt. Exits with 65
    where a line holds no document; the others are judged.

    Example: dateline dedupe archive.jsonl.gz > stories.jsonl
    """
    from dateline.dedupe import dedupe

    dedupe(file)
