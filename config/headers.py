"""Headers that an operator has sent to a paper: their form, and their secrets from the environment.

A secret never stands in a file: its place is marked by `${NAME}`. No message here shows a value.
"""

import base64
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

from config import secrets

NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # and halves of a letter: no text holds them
BASIC = re.compile(r"basic\s+(\S.*)", re.I)
SECRET = re.compile(r"auth|cookie|token|secret|passw|session|credential|signature|key", re.I)
# what the request itself, or the manners of the crawl, are made of
OURS = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "content-type", "expect", "from"),
        *("host", "if-match", "if-modified-since", "if-none-match", "if-range"),
        *("if-unmodified-since", "keep-alive", "proxy-connection", "range", "te", "trailer"),
        *("transfer-encoding", "upgrade", "user-agent"),
    }
)
LETTERS, MOST = 4_000, 20
TELLING = 12  # letters: no ordinary word


class HeaderError(ValueError):
    """A header that cannot be sent; ``name`` is its key in the file."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        super().__init__(f"not a header: {why}")


class MissingVariable(LookupError):
    """The environment has no such variable, or one that no header can hold."""


def checked(headers: dict[str, str]) -> dict[str, str]:
    """Return headers as they are written; raises HeaderError for the first that is wrong."""
    if len(headers) > MOST:
        raise HeaderError(list(headers)[MOST], f"more than {MOST} of them")
    for name, value in headers.items():
        if why := _wrong(name, value):
            raise HeaderError(name, why)
    return headers


def filled(headers: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return headers as they are sent; raises MissingVariable, which names the variable."""
    return {name: _filled(name, value, environ) for name, value in headers.items()}


def _wrong(name: str, value: str) -> str | None:
    if not NAME.fullmatch(name):
        return "its name is none"
    if name.lower() in OURS:
        return "it is not for a file to set"
    if len(value) > LETTERS or CONTROL.search(value):
        return f"its value is not one line of at most {LETTERS} letters"
    if "${" in VARIABLE.sub("", value):
        return "a ${NAME} in its value is not closed, or names no variable"
    if SECRET.search(name) and not VARIABLE.search(value):
        return "a secret in a file; write ${NAME} for it, and set that variable"
    return None


def _filled(name: str, value: str, environ: Mapping[str, str]) -> str:
    for variable in VARIABLE.findall(value):
        given = environ.get(variable)
        if not given:
            raise MissingVariable(f"the variable {variable} is not set")
        if CONTROL.search(given):
            raise MissingVariable(f"the variable {variable} is not one line of text")
        if SECRET.search(name) or len(given) >= TELLING:
            secrets.keep(given, given.rpartition(":")[2])
    found = VARIABLE.sub(lambda one: environ[one[1]], value)
    login = BASIC.fullmatch(found)
    if name.lower() in {"authorization", "proxy-authorization"} and login and ":" in login[1]:
        packed = base64.b64encode(login[1].encode()).decode()
        secrets.keep(packed)
        return f"Basic {packed}"
    return found


Headers = Annotated[dict[str, str], AfterValidator(checked)]
