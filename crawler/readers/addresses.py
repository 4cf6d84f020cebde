"""Addresses as feeds and robots.txt write them, to absolute ones."""

import re
from urllib.parse import urljoin, urlsplit

from crawler.readers.plain import safe

_SITEMAP = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.I | re.M)
_SCHEMELESS_HOST = re.compile(r"www\.[\w-]+\.", re.I)


def absolute(written: str | None, *bases: str | None) -> str | None:
    """Return ``written`` as an absolute address, by the first of ``bases`` that is one.

    As written where no base is absolute or it is no address at all; None where nothing is written.
    """
    address = "".join(safe(written or "").split("\n")).strip()
    if not address:
        return None
    if _SCHEMELESS_HOST.match(address):  # never a path of a paper, always a forgotten scheme
        address = "http://" + address
    base = next((b for b in bases if is_web(b)), None)
    if base is None or is_web(address):  # urljoin would take an empty query or parameter off
        return address
    try:
        return urljoin(base, address)
    except ValueError:  # "http://[": the ledger will say that it is no address
        return address


def is_web(address: str | None) -> bool:
    """Return whether ``address`` is absolute and of the web."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def named_sitemaps(robots: bytes) -> list[str]:
    """Return the sitemaps that a robots.txt names, as it writes them."""
    return _SITEMAP.findall(robots.decode("utf-8", "replace"))
