"""An operator's file in, its text out. Never waits: a pipe or a device is told as a mistake."""

import re
import stat
from pathlib import Path
from typing import Any

import yaml as libyaml
from yaml.constructor import ConstructorError

from config.errors import ConfigError, Fault

BYTES_MAX = 5_000_000  # twenty thousand sources; past it somebody gave another file

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def text(file: Path) -> str:
    """Return what is written in the file, without a byte order mark.

    Raises ConfigError where it is no regular file, cannot be read, is larger than ``BYTES_MAX`` or
    is not in UTF-8; then with the line.
    """
    try:
        found = _KINDS.get(stat.S_IFMT(file.stat().st_mode))
        if found:
            raise _error(file, found, "a file")
        with file.open("rb") as opened:
            written = opened.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        why = getattr(error, "strerror", None) or str(error)
        raise _error(file, why, "a file that can be read") from error
    if len(written) > BYTES_MAX:
        raise _error(file, f"more than {BYTES_MAX // 1_000_000} MB", "a file written by hand")
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise _error(file, "bytes that are not UTF-8", "text in UTF-8", line) from error


class _Loader(libyaml.CSafeLoader):
    """YAML 1.2 by a parser in C: `no` is a text, a key that stands twice a mistake."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 PyYAML's own way: those of 1.1 are left out

    def construct_object(self, node: libyaml.Node, deep: bool = False) -> Any:
        """Return the value of a node; a tag that its value does not fit is an error with a line."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            tag = str(node.tag).rpartition(":")[2]
            raise ConstructorError(
                None, None, f"a value that is no {tag}", node.start_mark
            ) from error

    def construct_mapping(self, node: libyaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a map whose keys are as many as are written."""
        found = super().construct_mapping(node, deep)
        if len(found) < len(node.value):
            raise ConstructorError(None, None, "a key that stands twice", node.start_mark)
        return found


for _name, _form in {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?(?:0|[1-9][0-9]*)",
    "float": r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?",
}.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_form})$"), None)


def yaml(file: Path) -> Any:
    """Return what is written in the file as YAML 1.2.

    Raises ConfigError as ``text`` does, and with the line for what is no YAML.
    """
    try:
        return libyaml.load(text(file), Loader=_Loader)  # noqa: S506 a safe one
    except libyaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", error))
        raise _error(file, problem, "YAML", mark.line + 1 if mark else None) from error


def _error(file: Path, found: str, expected: str, line: int | None = None) -> ConfigError:
    return ConfigError([Fault(str(file), line, None, found, expected)])
