"""A sources file in; its entries, or what is wrong with it and where, out."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from config import files, nodes
from config.errors import UNKNOWN, ConfigError, Fault
from config.headers import HeaderError
from config.secrets import redacted
from config.source import ENTRANCES, EXPECTED, Source, is_id, keys

OF_THE_PARSER = (ValueError, OverflowError, AssertionError, TypeError, LookupError, AttributeError)
"""What ruamel.yaml raises, besides its own errors, over what no person writes."""
FILE_KEYS = ("region", "sources")
OF_RULE = {
    "since": "a day such as 2026-03-31",
    "until": "a day such as 2026-03-31",
    "text": "a CSS selector",
    "drop": "a list of CSS selectors",
    "strip": "a list of lines, as in config/phrases",
    "keep": "a list of lines, as in config/phrases",
    "off": "a list of names of cleaning rules",
}
SHOWN = 60  # characters of what was found: the message is for one line
NEAR_MAX = 100  # faults with the name that was meant: the first is shown, the others are counted
NODES_MAX = 1_000_000  # with every alias written out; ten thousand sources have 300,000


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
            faults += _entry_faults(file, node, at, error, NEAR_MAX - len(faults))
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
        return pairs(node).get(str(step), (node, node))
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return node, node


@lru_cache(maxsize=8)  # one node is asked for the line of each of its mistakes, one after the other
def pairs(node: MappingNode) -> dict[str, tuple[Node, Node]]:
    """Return the pairs of key and value by key, of equal keys the first."""
    return {
        key.value: (key, value)
        for key, value in reversed(node.value)
        if isinstance(key, ScalarNode)
    }


class _Constructor(SafeConstructor):
    """Leaves dates as text: pydantic reads them, and names the key of one that is none."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:
        """Return the value of a node; a tag that its value does not fit is an error with a line."""
        try:
            return super().construct_object(node, deep)
        except OF_THE_PARSER as error:
            tag = str(node.tag).rpartition(":")[2]
            raise ConstructorError(
                None, None, f"a value that is no {tag}", node.start_mark
            ) from error

    def construct_mapping(self, node: Node, deep: bool = False) -> Any:
        """Return a mapping; no key of ours is a list or a mapping, and Python can hold none."""
        for key, _ in node.value if isinstance(node, MappingNode) else ():
            if not isinstance(key, ScalarNode):
                found = "a key that is a list or a mapping"
                raise ConstructorError(None, None, found, key.start_mark)
        return super().construct_mapping(node, deep)


def _refuse(_: SafeConstructor, node: Node) -> None:
    # its name is not shown: of a header that is not in quotes it may be a secret
    found = "a tag (! before a value), which means nothing here"
    raise ConstructorError(None, None, found, node.start_mark)


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)
_Constructor.add_constructor(None, _refuse)


def reader() -> YAML:
    """Return what reads a sources file: YAML 1.2, safe; it writes nothing to stderr."""
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # an anchor may be set again
    return yaml


def _parse(file: Path) -> tuple[Node, dict[str, Any]]:
    written = files.text(file)
    yaml = reader()
    yaml.Constructor = _Constructor
    try:
        top = nodes.compose(written) or yaml.compose(written)
        _measure(top, {})
        found = yaml.constructor.construct_document(top) if top else None
    except (YAMLError, RecursionError, *OF_THE_PARSER) as error:
        raise ConfigError([_unusable(file, written, error)]) from error
    if not isinstance(found, dict):
        fault = Fault(str(file), 1, None, _shown(found), "the keys region and sources")
        raise ConfigError([fault])
    return top, found


def _measure(node: Node | None, known: dict[int, int]) -> int:
    """Return how many nodes there are with every alias written out, each node visited once.

    Raises ConstructorError past ``NODES_MAX``, and for a node that holds itself: both are small as
    written and without end once they are shown or checked.
    """
    if node is None:
        return 0
    if id(node) not in known:
        known[id(node)] = NODES_MAX  # what is met again before it is done holds itself
        parts = node.value if isinstance(node, (SequenceNode, MappingNode)) else ()
        if isinstance(node, MappingNode):
            parts = [part for pair in node.value for part in pair]
        known[id(node)] = 1 + sum(_measure(part, known) for part in parts)
    if known[id(node)] > NODES_MAX:
        raise ConstructorError(None, None, "aliases in aliases without end", node.start_mark)
    return known[id(node)]


def _unusable(file: Path, written: str, error: Exception) -> Fault:
    match error:
        case MarkedYAMLError():
            line = error.problem_mark.line + 1 if error.problem_mark else None
            problem = " ".join(str(error.problem).split()).removeprefix("found ")
            found = _short(problem.partition(" with value ")[0])  # of a header it may be a secret
            found, expected = _in_words(found)
            return Fault(str(file), line, None, found, expected)
        case ReaderError():
            line = written.count("\n", 0, error.position) + 1
            found = f"a character that no YAML holds, U+{ord(written[error.position]):04X}"
        case RecursionError():
            line, found = None, "lists in lists without end"
        case _:
            line, found = None, _short(str(error).partition("\n")[0])
    return Fault(str(file), line, None, found, "YAML")


def _in_words(found: str) -> tuple[str, str]:
    """Return what a parser says of a line, and what it expected, for who has not written one."""
    if "'\\t'" in found:
        return "a tab", "spaces: YAML takes no tabs before a key or a value"
    if found.startswith("mapping values are not allowed"):
        return "a `:` where none may be", "a value with `: ` in quotes, keys below each other"
    if found.startswith("expected <block end>"):
        return "what its place or its quotes put nowhere", "keys below each other, whole quotes"
    if found.startswith(("undefined alias", "undefined tag")):  # of a header it may be a secret
        return "a value that begins with * or !", "such a value in quotes"
    if found.startswith("character "):
        return f"{found.partition(' that ')[0]} at the start of a value", "such a value in quotes"
    return found, "YAML"


def _file_faults(file: Path, top: Node, written: dict[str, Any]) -> Iterator[Fault]:
    def fault(key: str, found: str, expected: str) -> Fault:
        return Fault(str(file), line_of(top, (key,)), key, found, expected)

    for number, key in enumerate(str(key) for key in written if key not in FILE_KEYS):
        meant = near(key, FILE_KEYS) if number < NEAR_MAX else None
        yield fault(key, UNKNOWN, meant or "region and sources")
    region, sources = written.get("region"), written.get("sources")
    if not is_id(region):
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


def _entry_faults(
    file: Path, node: Node, at: int, error: ValidationError, hints: int
) -> Iterator[Fault]:
    for number, problem in enumerate(error.errors()):
        path = (*problem["loc"], *_header(problem))
        key = f"sources[{at}]" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
        found, expected = _words(problem, is_hinted=number < hints)
        yield Fault(str(file), line_of(node, path), key, found, expected)


def problem(entry: object) -> str | None:
    """Return what is wrong with an entry that stands in no file; None: nothing."""
    if not isinstance(entry, Mapping):
        return "an entry that is none"
    try:
        Source.model_validate(dict(entry))
    except UnicodeError:  # a list of feeds may write half a letter by an escape
        return "a key that is not in UTF-8"
    except ValidationError as error:
        first = error.errors()[0]
        found, expected = _words(first)
        key = ".".join(map(str, first["loc"])) or "the entry"
        return f"{key}: found {found}; expected {expected}"
    return None


def _words(problem: Any, *, is_hinted: bool = False) -> tuple[str, str]:
    """Return what was found and what was expected, of one complaint of pydantic's."""
    if not problem["loc"]:
        if isinstance(problem["input"], dict):
            return "no entrance", f"one of {', '.join(ENTRANCES)}"
        return _shown(problem["input"]), "a source with id, name, homepage and feeds"
    key = str(problem["loc"][0])
    if problem["type"] == "extra_forbidden" or key not in EXPECTED:  # 1: or null: are keys too
        is_ours = len(problem["loc"]) == 1  # a rule has keys of its own
        meant = near(key, keys()) if is_hinted and is_ours else None
        return UNKNOWN, meant or "a key that docs/add-a-source.md names"
    if problem["type"] == "missing":
        return "nothing", EXPECTED[key]
    if key == "rules" and len(problem["loc"]) > 1:
        return _of_rule(problem)
    detail = str(problem.get("ctx", {}).get("error", "")).partition(": ")[2]
    if key == "headers":  # what stands there may be a secret
        return detail or "what is no header", EXPECTED[key]
    why = f" ({detail})" if detail else ""
    return _shown(problem["input"]) + why, EXPECTED[key]


def _of_rule(problem: Any) -> tuple[str, str]:
    """Return the same of one key of a rule, or of a rule whose keys do not go together."""
    detail = str(problem.get("ctx", {}).get("error", ""))
    key = next((part for part in reversed(problem["loc"]) if isinstance(part, str)), "rules")
    if key == "rules" and detail:
        return detail, EXPECTED["rules"]
    why = f" ({detail})" if detail else ""
    return _shown(problem["input"]) + why, OF_RULE.get(key, EXPECTED["rules"])


def _header(problem: Any) -> tuple[str, ...]:
    error = problem.get("ctx", {}).get("error")
    return (error.name,) if isinstance(error, HeaderError) else ()


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    try:
        return _short(redacted(repr(value)))
    except ValueError:  # Python writes out no whole number of more than 4300 digits
        return "a number without end"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
