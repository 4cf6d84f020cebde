"""A YAML text in, its nodes out, by a parser in C: commands begin with reading a catalogue.

Only what that and ruamel.yaml are sure to read alike. Of all else it says nothing, of mistakes too:
ruamel.yaml is to read it, and has the words.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml as libyaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tag import Tag

# what is printed, but no line ends of Unicode
PLAIN = re.compile(
    r"[\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
# a directive; a colon behind quotes or brackets that no space follows
ODD = re.compile(r"^%|[\"'\]}]:\S", re.MULTILINE)
DEPTH_MAX = 12  # a sources file has 5
BLOCKS = frozenset("|>")
RESOLVER = YAML(typ="safe", pure=True).resolver
TEXT: Tag = RESOLVER.DEFAULT_SCALAR_TAG
FORMS: dict[str, list[tuple[str, re.Pattern[str]]]] = RESOLVER.versioned_resolver


class _UnsureError(Exception):
    """The two may read it otherwise."""


def compose(text: str) -> Node | None:
    """Return the nodes of a text, as ruamel.yaml composes them; None where it is to be asked."""
    if not PLAIN.fullmatch(text) or ODD.search(text):
        return None
    try:
        return _document(libyaml.parse(text, Loader=libyaml.CSafeLoader))
    except (_UnsureError, libyaml.YAMLError, ValueError):
        return None


def _document(events: Iterator[Any]) -> Node:
    before, after = (
        ["StreamStartEvent", "DocumentStartEvent"],
        ["DocumentEndEvent", "StreamEndEvent"],
    )
    if [type(next(events)).__name__ for _ in before] != before:
        raise _UnsureError
    root = _node(next(events), events, 0)
    if [type(event).__name__ for event in events] != after:
        raise _UnsureError
    return root


def _node(event: Any, events: Iterator[Any], depth: int) -> Node:
    if isinstance(event, libyaml.AliasEvent) or event.anchor or event.tag or depth > DEPTH_MAX:
        raise _UnsureError
    if isinstance(event, libyaml.ScalarEvent):
        return _scalar(event)
    parts, end = [], next(events)
    while not isinstance(end, libyaml.CollectionEndEvent):
        parts.append(_node(end, events, depth + 1))
        end = next(events)
    marks = (event.start_mark, end.end_mark)
    if isinstance(event, libyaml.SequenceStartEvent):
        tag = RESOLVER.DEFAULT_SEQUENCE_TAG
        return SequenceNode(tag, parts, *marks, flow_style=event.flow_style)
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    tag = RESOLVER.DEFAULT_MAPPING_TAG
    return MappingNode(tag, pairs, *marks, flow_style=event.flow_style)


def _scalar(event: Any) -> Node:
    start, end = event.start_mark, event.end_mark
    is_nothing = event.implicit[0] and not event.value  # where is it?
    # how the lines of one value are put together is a matter of versions
    if is_nothing or start.line != end.line or event.style in BLOCKS:
        raise _UnsureError
    tag = _tag(event.value) if event.implicit[0] else TEXT
    return ScalarNode(tag, event.value, start, end, style=event.style)


def _tag(value: str) -> Tag:
    fits = (tag for tag, form in FORMS.get(value[:1], ()) if form.match(value))
    found = next(fits, None)
    return Tag(suffix=found) if found else TEXT
