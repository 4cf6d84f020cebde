"""An address in, its parts in one spelling out: what RFC 3986 and browsers hold to be the same."""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, unquote

import idna

LONGEST = 8192  # characters, once encoded; what is longer is data in the shape of an address

_ADDRESS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.I | re.S)
_PLACE = re.compile(r"(?:.*@)?(\[[0-9a-f:.]+\]|[^:\[\]]*)(?::([0-9]{0,5}))?", re.I | re.S)
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\]")
_TRIPLETS = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_COMPOSABLE = re.compile(r"[A-Za-z0-9]?[^\x00-\x7f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_AMPERSAND = re.compile(r"&#0*38;")
_UNRESERVED = "-._~"
# unreserved in RFC 2396, or without a meaning of their own: some sites encode them, some don't
_PLAIN = _UNRESERVED + "!'()*,:@"
_RESERVED = "!$&'()*+,;=:@/?"


@dataclass(frozen=True, slots=True)
class Parts:
    """An address with http or https, taken apart; everything in ASCII, percent-encoded once."""

    scheme: str
    host: str
    """Lower case, punycode, no dot at the end; IPv6 in brackets."""
    port: int | None
    """None where it is 80 or 443."""
    path: str
    """Begins with a slash."""
    query: tuple[str, ...]
    """What stands between the `&`, in order; nothing empty."""
    fragment: str

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        query = "?" + "&".join(self.query) if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{query}{fragment}"


def parse(url: str) -> Parts:
    """Return the parts of an address. Raises ValueError for what has no http or https."""
    be_writable(url)
    written = _AMPERSAND.sub("&", re.sub(r"[\t\r\n]", "", url).strip())
    found = _ADDRESS.fullmatch(written)
    if not found:
        raise ValueError(f"not an address with http or https: {url[:200]!r}")
    scheme, place, path, query, fragment = found.groups(default="")
    host, port = _place(place)
    parts = Parts(
        scheme=scheme.lower(),
        host=host,
        port=port,
        path=_spelling(path).replace("?", "%3F") or "/",
        query=tuple(filter(None, _spelling(query.replace("+", "%20"), _PLAIN + "/").split("&"))),
        fragment=_spelling(fragment),
    )
    if len(str(parts)) > LONGEST:
        raise ValueError(f"an address of more than {LONGEST} characters: {url[:80]!r}…")
    return parts


def be_writable(url: str) -> None:
    """Raise ValueError for half a pair of surrogates: no server could be asked for it."""
    if _SURROGATE.search(url):
        raise ValueError(f"it is not in UTF-8: {url[:200]!r}")


def _place(place: str) -> tuple[str, int | None]:
    found = _PLACE.fullmatch(place)
    host = unquote(found[1]).lower().rstrip(".") if found else ""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii").rstrip(".")
        except UnicodeError as error:
            raise ValueError(f"not a host: {place[:200]!r}") from error
    if not found or not _HOST.fullmatch(host) or not _is_6(host):
        raise ValueError(f"not a host: {place[:200]!r}")
    port = int(found[2] or 80)
    if port > 65535:
        raise ValueError(f"not a port: {place[:200]!r}")
    # both are dropped under both schemes, since https takes the place of http later
    return host, None if port in {80, 443} else port


def _is_6(host: str) -> bool:
    """Return whether what stands in brackets, if anything does, is an address of IPv6."""
    try:
        return not host.startswith("[") or bool(IPv6Address(host[1:-1]))
    except ValueError:
        return False


def _spelling(text: str, plain: str = _PLAIN) -> str:
    """Return ``text`` encoded where it must be and nowhere else, its letters composed."""
    whole = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    text = _TRIPLETS.sub(lambda found: _decoded(found, plain), whole)
    text = _COMPOSABLE.sub(_composed, text)
    return quote(text, safe=_UNRESERVED + _RESERVED + "%")


def _decoded(found: re.Match[str], plain: str) -> str:
    try:
        text = bytes.fromhex(found[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return found[0].upper()  # an older encoding: whose, the address doesn't say
    return "".join(
        character
        if not character.isascii() or character.isalnum() or character in plain
        else f"%{ord(character):02X}"
        for character in text
    )


def _composed(found: re.Match[str]) -> str:
    return quote(unicodedata.normalize("NFC", found[0]), safe=_UNRESERVED)
