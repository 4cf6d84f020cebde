"""A change to a sources file in, its text out: only the lines of the change differ.

Comments, order and form of all the rest stay as a person wrote them.
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.representer import RoundTripRepresenter

from config.entries import pairs, reader
from config.errors import ConfigError, Fault

INDENT = "  "
LINE_ENDS = frozenset("\x85\u2028\u2029")


def new_file(region: str, added: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of a sources file that has these entries."""
    return f"region: {region}\nsources:\n{_items(added, INDENT)}"


def add(file: Path, written: str, added: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of a sources file with entries behind its last one.

    Raises ConfigError where its sources are not written one below the other.
    """
    listed = _listed(file, written)
    if listed.flow_style:
        line = listed.start_mark.line + 1
        found, expected = "sources in brackets", "one below the other, each with a dash"
        raise ConfigError([Fault(str(file), line, "sources", found, expected)])
    last = listed.value[-1]
    return _inserted(written, last, _items(added, _dash(written, last)))


def remove(file: Path, written: str, source: str) -> str | None:
    """Return the text of a sources file without an entry; comments between entries stay.

    None where it is the only one. Raises ConfigError where anchors tie entries together.
    """
    _refuse_anchors(file, written)
    listed = _listed(file, written)
    node = _entry(listed, source)
    if len(listed.value) == 1:
        return None
    if listed.flow_style:
        return _cut(written, listed, node)
    lines = _lines(written)
    return "".join((*lines[: node.start_mark.line], *lines[_last_line(node) + 1 :]))


def set_key(file: Path, written: str, source: str, key: str, value: Any) -> str:
    """Return the text of a sources file in which a key of an entry has another value.

    Raises ConfigError where anchors tie it to others.
    """
    _refuse_anchors(file, written)
    node = _entry(_listed(file, written), source)
    said = _value(value)
    if key in pairs(node):
        name, old = pairs(node)[key]
        start = written.index(":", name.end_mark.index) + 1
        end = start if _is_empty(old) else _end(old)
        return f"{written[:start]} {said}{written[end:]}"
    if node.flow_style:
        return _put_in(written, node, f"{key}: {said}")
    column = node.value[0][0].start_mark.column
    return _inserted(written, node, f"{' ' * column}{key}: {said}\n")


def append(file: Path, written: str, source: str, key: str, value: str) -> str:
    """Return the text of a sources file in which a list of an entry has one more value."""
    _refuse_anchors(file, written)
    _, listed = pairs(_entry(_listed(file, written), source)).get(key, (None, None))
    if not isinstance(listed, SequenceNode) or not listed.value:
        return set_key(file, written, source, key, [value])
    if listed.flow_style:
        return _put_in(written, listed, _value(value))
    last = listed.value[-1]
    return _inserted(written, last, f"{_dash(written, last)}- {_value(value)}\n")


def _refuse_anchors(file: Path, written: str) -> None:
    """Raise ConfigError where a change of one entry could be one of another."""
    for event in reader().parse(written):
        if getattr(event, "anchor", None) is not None:
            line = event.start_mark.line + 1
            found = "an anchor or an alias, by which one entry changes another"
            raise ConfigError([Fault(str(file), line, None, found, "the change by hand")])


def _inserted(written: str, after: Node, text: str) -> str:
    """Return the text with lines behind the last one of a node."""
    lines = _lines(written)
    at = _last_line(after) + 1
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if not lines[at - 1].endswith("\n"):
        lines[at - 1] += newline
    return "".join((*lines[:at], text.replace("\n", newline), *lines[at:]))


def _put_in(written: str, node: Node, said: str) -> str:
    """Return the text with one more part at the end of what stands in brackets."""
    end = _end(node) - 1
    comma = "" if written[:end].rstrip().endswith((",", "[", "{")) else ", "
    return f"{written[:end]}{comma}{said}{written[end:]}"


def _listed(file: Path, written: str) -> SequenceNode:
    top = reader().compose(written)
    _, listed = pairs(top).get("sources", (None, None)) if top else (None, None)
    if isinstance(listed, SequenceNode) and listed.value:
        return listed
    raise ConfigError([Fault(str(file), None, "sources", "no list", "a list of sources")])


def _entry(listed: SequenceNode, source: str) -> MappingNode:
    found: MappingNode = next(one for one in listed.value if pairs(one)["id"][1].value == source)
    return found


def _cut(written: str, listed: SequenceNode, node: Node) -> str:
    """Return the text without one of several items in brackets, and one comma."""
    at = listed.value.index(node)
    if at + 1 < len(listed.value):
        return written[: node.start_mark.index] + written[listed.value[at + 1].start_mark.index :]
    return written[: _end(listed.value[at - 1])] + written[_end(node) :]


def _last(node: Node) -> Node:
    """Return the last part of a node that is written in lines; of an empty value, its key."""
    if not isinstance(node, CollectionNode) or node.flow_style:
        return node
    part = node.value[-1]
    if isinstance(part, tuple):
        part = part[0] if _is_empty(part[1]) else part[1]
    return _last(part)


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not (node.value or node.style)


def _end(node: Node) -> int:
    """Return where a node ends; what is written in lines ends with the last of its parts."""
    end: int = _last(node).end_mark.index
    return end


def _lines(text: str) -> list[str]:
    """Return the lines of a text, with their ends, as YAML counts them.

    ``splitlines`` ends one at letters, too, that YAML knows as text: U+2028 in a name.
    """
    return io.StringIO(text, newline="").readlines()


def _last_line(node: Node) -> int:
    """Return the last line, from 0, that holds a part of a node."""
    last = _last(node)
    is_block = isinstance(last, ScalarNode) and last.style in {"|", ">"}
    line: int = last.end_mark.line - (is_block and last.end_mark.column == 0)
    return line


def _dash(written: str, node: Node) -> str:
    """Return the space before the dash of an item."""
    before: str = _lines(written)[node.start_mark.line].partition("-")[0]
    return before


def _items(added: Sequence[Mapping[str, Any]], before: str) -> str:
    """Return entries as lines, each with its dash behind ``before``."""
    listed = CommentedSeq([_plain(one) for one in added])
    lines = _lines(_dumped(listed))
    return "".join(f"{before}{line}" if line.strip() else line for line in lines)


def _value(value: Any) -> str:
    """Return a value as it is written behind a key, on one line."""
    written = _dumped(CommentedMap({"key": _plain(value)}))
    return written.partition(":")[2].strip(" \n")  # no more: `6` behind a no-break space is a name


def _plain(value: Any) -> Any:
    """Return a value whose lists are written in brackets, if all they hold is short."""
    if isinstance(value, Mapping):
        return CommentedMap({key: _plain(part) for key, part in value.items()})
    if isinstance(value, (list, tuple)):
        found = CommentedSeq([_plain(part) for part in value])
        if not any(isinstance(part, Mapping) for part in value):
            found.fa.set_flow_style()
        return found
    return value


def _dumped(value: Any) -> str:
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = 10_000
    out = io.StringIO()
    yaml.dump(value, out)
    return out.getvalue()


class _Representer(RoundTripRepresenter):
    """Writes null as `null`, as a person reads it, and letters that end a line by their numbers."""


def _text(writer: Any, text: str) -> Node:
    style = '"' if LINE_ENDS & set(text) else None
    node: Node = writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Representer.add_representer(str, _text)
_Representer.add_representer(
    type(None), lambda self, _: self.represent_scalar("tag:yaml.org,2002:null", "null")
)
