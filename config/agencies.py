"""News agencies: ``config/agencies.yaml`` in, the name of each spelling out."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from config import files
from config.errors import ConfigError, Fault

FILE = Path(__file__).with_name("agencies.yaml")


@lru_cache(maxsize=4)
def load(file: Path = FILE) -> Mapping[str, str]:
    """Return the name of each spelling, as it is written and all in capitals.

    Raises ConfigError where the file is no such table, or one spelling has two names.
    """
    found: dict[str, str] = {}
    for name, others in _table(file).items():
        for spelling in dict.fromkeys((name, *others)):
            for form in dict.fromkeys((spelling, spelling.upper())):
                if found.setdefault(form, name) != name:
                    words = f"{form} of {found[form]} and of {name}"
                    raise ConfigError([Fault(str(file), None, name, words, "one agency")])
    return found


def _table(file: Path) -> Mapping[str, list[str]]:
    expected = "a table: name: [other spellings]"
    table = files.yaml(file)
    if not isinstance(table, dict):
        raise ConfigError([Fault(str(file), None, None, type(table).__name__, expected)])
    for name, others in table.items():
        is_list = isinstance(others, list) and all(isinstance(one, str) for one in others)
        if not (is_list and isinstance(name, str)):
            raise ConfigError([Fault(str(file), None, str(name), repr(others), expected)])
    return table
