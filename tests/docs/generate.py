"""Make the generated parts of the documents anew: `python -m tests.docs.generate` (`make docs`).

A part stands between two comments, `<!-- made: NAME -->` and `<!-- end: NAME -->`; what is around
it is written by hand. The tests hold every part to what this file makes now.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from config.settings import FILE, PLAIN_NAMES, PREFIX, ROOT, Settings
from dateline.metrics.names import METRICS
from pipelines.store import schema
from pipelines.store.schema import Collection, Field
from tests.docs import demo, tour
from tests.docs.commands import every_command, options_of, usage_of

DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PART = re.compile(r"(<!-- made: (?P<name>[\w ]+) -->\n).*?(<!-- end: (?P=name) -->)", re.DOTALL)
KEY = re.compile(r"(?:# )?(?P<key>[a-z_]+) = (?P<value>.+)")
PROMISED = (schema.ARTICLES, schema.REVISIONS, schema.STORIES)


def main() -> None:
    """Write every generated part and the picture of the demo."""
    ran = demo.run()
    demo.PICTURE.write_text(ran.picture, encoding="utf-8")
    tour.PICTURE.write_text(ran.coverage, encoding="utf-8")
    made = {**parts(), "demo": _code(ran.screen)}
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        document.write_text(fill(text, made), encoding="utf-8")


def parts() -> dict[str, str]:
    """Return every part that is made from code alone, by name."""
    return {
        "commands": "\n".join(_commands()),
        "settings": "\n".join(_settings()),
        "metrics": "\n".join(_metrics()),
        **{f"fields of {c.name}": "\n".join(_fields(c)) for c in PROMISED},
        **{f"indexes of {c.name}": "\n".join(_indexes(c)) for c in PROMISED if c.indexes},
        "views": "\n".join(f"- `{v.name}`: {v.meaning}" for v in schema.VIEWS),
        "what moves changed_at": ", ".join(
            f"`{field.name}`" for field in schema.ARTICLES.fields if field.changes
        ),
        "other collections": "\n".join(
            f"- `{c.name}`: {c.meaning}" for c in schema.COLLECTIONS if c not in PROMISED
        ),
    }


def fill(text: str, made: Mapping[str, str]) -> str:
    """Return the document with those of its parts that are in ``made`` put in anew."""

    def anew(found: re.Match[str]) -> str:
        part = made.get(found["name"])
        return found[0] if part is None else f"{found[1]}{part}\n{found[3]}"

    return PART.sub(anew, text)


def _commands() -> Iterator[str]:
    yield from _head("command", "options", "does")
    for name, command in every_command():
        if not isinstance(command, click.Group):
            options = " ".join(f"`{option}`" for option in options_of(command))
            says = (command.help or "").split("\n\n")[0]
            yield _row(f"`{usage_of(name, command)}`", options, says)


def written_settings() -> dict[str, str]:
    """Return each key of dateline.toml, written or commented out, with the words above it."""
    found: dict[str, str] = {}
    words: list[str] = []
    is_open = True
    for line in FILE.read_text(encoding="utf-8").splitlines():
        key = KEY.fullmatch(line)
        if key:
            found[key["key"]] = " ".join(words)
            is_open = False
        elif line.startswith("# "):
            words = [*words, line[2:]] if is_open else [line[2:]]
            is_open = True
        else:
            words, is_open = [], True
    return found


def _settings() -> Iterator[str]:
    yield from _head("key", "default", "environment", "says")
    names = {key: name for name, key in PLAIN_NAMES.items()}
    for key, words in written_settings().items():
        name = names.get(key, PREFIX + key.upper())
        says = words.removesuffix(f"({name})").strip()
        yield _row(f"`{key}`", f"`{_default(key)}`", f"`{name}`", says)


def _metrics() -> Iterator[str]:
    yield from _head("metric", "labels", "says")
    for metric in METRICS:
        yield _row(f"`{metric.name}`", " ".join(f"`{name}`" for name in metric.labels), metric.says)


def _default(key: str) -> str:
    value = Settings.model_fields[key].default
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.relative_to(ROOT) if isinstance(value, Path) else value)


def _fields(collection: Collection) -> Iterator[str]:
    yield from _head("field", "type", "meaning", "example")
    for field in collection.fields:
        example = "" if field.example is None else f"`{_written(field.example)}`"
        yield _row(f"`{field.name}`", " or ".join(_kinds(field)), _meaning(field), example)


def _written(example: object) -> str:
    return example if isinstance(example, str) else json.dumps(example)


def _kinds(field: Field) -> list[str]:
    # int and long are one to whoever reads with a driver
    return [kind for kind in field.types if kind != "long"]


def _meaning(field: Field) -> str:
    values = ", ".join(f"`{value}`" for value in field.values)
    return f"{field.meaning}: {values}" if values else field.meaning


def _indexes(collection: Collection) -> Iterator[str]:
    yield from _head("index", "answers")
    for index in collection.indexes:
        keys = ", ".join(f"{name} {way}" for name, way in index.keys)
        yield _row(f"`{{{keys}}}`".replace(" 1", ": 1").replace(" -1", ": -1"), index.question)


def _head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield "|" + "---|" * len(cells)


def _row(*cells: str) -> str:
    shown = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(shown)} |"


def _code(text: str) -> str:
    return f"```text\n{text}\n```"


if __name__ == "__main__":
    main()
