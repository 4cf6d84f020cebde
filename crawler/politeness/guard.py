"""Which addresses we never connect to: whatever is not on the public internet.

Pure: an address or a URL in, the reason out. The connections are made in ``door``.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import unquote, urlsplit

PUBLIC_6 = IPv6Network("2000::/3")  # the only block of IPv6 from which addresses are given out
NAT64 = IPv6Network("64:ff9b::/96")
HIDDEN_4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments; Python's own list of them varies
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, withdrawn (RFC 7526)
    IPv4Network("168.63.129.16/32"),  # a cloud's host, seen from its machines only
)
HIDDEN_6 = (
    IPv6Network("2001::/23"),  # Teredo and other protocol assignments
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)
KINDS: tuple[tuple[str, Callable[[IPv4Address | IPv6Address], bool]], ...] = (
    ("the unspecified address", lambda address: address.is_unspecified),
    ("a loopback address", lambda address: address.is_loopback),
    ("a link-local address", lambda address: address.is_link_local),
    ("a multicast address", lambda address: address.is_multicast),
    ("a private address", lambda address: address.is_private),
)


class PrivateAddressError(Exception):
    """A request for what is not on the public internet. Never worth a retry."""


def forbidden(address: str) -> str | None:
    """Return why we do not connect to ``address``, in words; None where we may.

    What is not a literal address is refused: only after the lookup of a name is its answer known.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "not an address"
    return _reason(parsed)


def refused(url: str) -> str | None:
    """Return why ``url`` is not asked for, by its spelling alone; None where its host is a name.

    This is all that can be known of a request that goes through a proxy, so every spelling of an
    address that some software reads as one is looked at, and the odd ones are refused outright.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return "an address that cannot be read"
    if re.search(r"[\\\s\x00-\x1f]", urlsplit(url).netloc):
        return "an address that cannot be read"
    plain = _folded(host)
    if plain == "localhost" or plain.endswith(".localhost"):
        return "a loopback address"
    return _refused_number(plain)


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that ``host`` spells, None where it is a name.

    Reads what ``inet_aton`` reads: decimal, hexadecimal and octal numbers, fewer than four parts;
    beside it IPv6 with or without brackets, full-width digits, percent-encoding, a last dot.
    """
    plain = _folded(host)
    if ":" in plain:
        try:
            return IPv6Address(plain.strip("[]"))
        except ValueError:
            return None
    return _four(plain.split("."))


def _refused_number(host: str) -> str | None:
    if ":" not in host and not re.fullmatch(r"0x[0-9a-f]*|[0-9]+", host.rpartition(".")[2]):
        return None
    address = literal(host)
    if address is None:
        return "an address that cannot be read"
    reason = _reason(address)
    if reason is None and isinstance(address, IPv4Address) and str(address) != host:
        # 010.0.0.1 is 8.0.0.1 for one reader and 10.0.0.1 for the next
        return f"an odd spelling of {address}"
    return reason


def _folded(host: str) -> str:
    plain = unicodedata.normalize("NFKC", unquote(host)).replace("。", ".")
    return plain.lower().removesuffix(".")


def _four(parts: list[str]) -> IPv4Address | None:
    numbers = [_number(part) for part in parts]
    if len(parts) > 4 or None in numbers:
        return None
    *heads, last = [number for number in numbers if number is not None]
    room = 256 ** (4 - len(heads))
    if last >= room or any(number > 255 for number in heads):
        return None
    return IPv4Address(last + sum(head << 8 * (3 - at) for at, head in enumerate(heads)))


def _number(part: str) -> int | None:
    match = re.fullmatch(r"(0x)([0-9a-f]{0,16})|(0)([0-7]{1,16})|([0-9]{1,16})", part)
    if not match:
        return None
    if match[1]:
        return int(match[2] or "0", 16)
    return int(match[4], 8) if match[3] else int(match[5])


def _reason(address: IPv4Address | IPv6Address) -> str | None:
    inner = _inner(address) if isinstance(address, IPv6Address) else None
    if inner is not None:
        reason = _reason(inner)
        return f"{reason} ({inner}) inside an IPv6 one" if reason else None
    for words, holds in KINDS:
        if holds(address):
            return words
    return None if _is_public(address) else "an address that is not on the public internet"


def _inner(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that is reached through ``address``, where there is one."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in HIDDEN_4)
    return (
        address.is_global
        and address in PUBLIC_6
        and not any(address in network for network in HIDDEN_6)
    )
