"""A sources file in; its entries, or what is wrong with it and where, out."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from config.errors import ConfigError, Fault
from config.source import ENTRANCES, EXPECTED, Id, Source, keys

FILE_KEYS = ("region", "sources")
SHOWN = 60  # characters of what was found: the message is for one line

_region = TypeAdapter(Id)


@dataclass(frozen=True, slots=True)
class Entry:
    """One source and where it is written."""

    source: Source
    file: Path
    at: int
    """Its place in the file, from 0."""
    node: Node

    def fault(self, key: str, found: str, expected: str) -> Fault:
        """Return a fault at ``key`` of this entry."""
        line = line_of(self.node, (key,))
        return Fault(str(self.file), line, f"sources[{self.at}].{key}", found, expected)

    @property
    def place(self) -> str:
        """`file:line` of its id."""
        return f"{self.file}:{line_of(self.node, ('id',))}"


def read(file: Path, faults: list[Fault]) -> Iterator[Entry]:
    """Yield the entries of one file that are right; what is wrong is added to ``faults``."""
    try:
        top, written = _parse(file)
    except ConfigError as error:
        faults += error.faults
        return
    faults += _file_faults(file, top, written)
    region = written.get("region")
    listed = written.get("sources")
    for at, entry in enumerate(listed if isinstance(listed, list) else ()):
        node = _step(_step(top, "sources")[1], at)[1]
        try:
            source = Source.model_validate(entry)
        except ValidationError as error:
            faults += _entry_faults(file, node, at, error)
        else:
            yield Entry(source.model_copy(update={"region": region}), file, at, node)


def near(name: str, names: Iterable[str]) -> str | None:
    """Return the one of ``names`` that was probably meant, or None."""
    return next(iter(difflib.get_close_matches(name, list(names), n=1)), None)


def line_of(node: Node, path: Iterable[str | int]) -> int:
    """Return the line, from 1, of the key at ``path``; where it is missing, of what is above it."""
    line: int = node.start_mark.line
    for step in path:
        key, value = _step(node, step)
        if key is node:
            break
        node, line = value, key.start_mark.line
    return line + 1


def _step(node: Node, step: str | int) -> tuple[Node, Node]:
    """Return the nodes of key and value one step down; where there is none, the node twice."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key, value
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return node, node


class _Constructor(SafeConstructor):
    """Leaves dates as text: pydantic reads them, and names the key of one that is none."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def _parse(file: Path) -> tuple[Node, dict[str, Any]]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    try:
        top = yaml.compose(file.read_bytes().decode("utf-8-sig"))
        written = yaml.constructor.construct_document(top) if top else None
    except (OSError, UnicodeDecodeError, YAMLError, RecursionError) as error:
        raise ConfigError([_unusable(file, error)]) from error
    if not isinstance(written, dict):
        fault = Fault(str(file), 1, None, _shown(written), "the keys region and sources")
        raise ConfigError([fault])
    return top, written


def _unusable(file: Path, error: Exception) -> Fault:
    match error:
        case OSError():
            line, found, expected = None, error.strerror or "an error", "a file that can be read"
        case UnicodeDecodeError():
            line = error.object.count(b"\n", 0, error.start) + 1
            found, expected = "bytes that are not UTF-8", "text in UTF-8"
        case MarkedYAMLError():
            line = error.problem_mark.line + 1 if error.problem_mark else None
            found = " ".join(str(error.problem).split()).removeprefix("found ")
            expected = "YAML"
        case RecursionError():
            line, found, expected = None, "lists in lists without end", "YAML"
        case _:
            line, found, expected = None, str(error).splitlines()[0], "YAML"
    return Fault(str(file), line, None, found, expected)


def _file_faults(file: Path, top: Node, written: dict[str, Any]) -> Iterator[Fault]:
    def fault(key: str, found: str, expected: str) -> Fault:
        return Fault(str(file), line_of(top, (key,)), key, found, expected)

    for key in [str(key) for key in written if key not in FILE_KEYS]:
        yield fault(key, "an unknown key", near(key, FILE_KEYS) or "region and sources")
    region, sources = written.get("region"), written.get("sources")
    if not _is_region(region):
        yield fault("region", _shown(region), EXPECTED["region"])
    if not isinstance(sources, list) or not sources:
        yield fault("sources", _shown(sources), EXPECTED["sources"])
    for at, entry in enumerate(sources if isinstance(sources, list) else ()):
        if isinstance(entry, dict) and "region" in entry:
            line = line_of(top, ("sources", at, "region"))
            found = "a key of the file inside a source"
            yield Fault(
                str(file), line, f"sources[{at}].region", found, "region: above sources:, once"
            )


def _is_region(value: object) -> bool:
    try:
        _region.validate_python(value)
    except ValidationError:
        return False
    return True


def _entry_faults(file: Path, node: Node, at: int, error: ValidationError) -> Iterator[Fault]:
    for problem in error.errors():
        path = problem["loc"]
        key = f"sources[{at}]" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
        found, expected = _words(problem)
        yield Fault(str(file), line_of(node, path), key, found, expected)


def _words(problem: Any) -> tuple[str, str]:
    """Return what was found and what was expected, of one complaint of pydantic's."""
    if not problem["loc"]:
        if isinstance(problem["input"], dict):
            return "no entrance", f"one of {', '.join(ENTRANCES)}"
        return _shown(problem["input"]), "a source with id, name, homepage and feeds"
    key = str(problem["loc"][0])
    if problem["type"] == "extra_forbidden":
        return "an unknown key", near(key, keys()) or "a key that docs/add-a-source.md names"
    if problem["type"] == "missing":
        return "nothing", EXPECTED[key]
    detail = str(problem.get("ctx", {}).get("error", ""))
    why = f" ({detail.partition(': ')[2]})" if ": " in detail else ""
    return _shown(problem["input"]) + why, EXPECTED[key]


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
