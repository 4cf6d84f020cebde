"""The one spelling of a host name, and which part of it one owner holds.

The list of public suffixes is never fetched.
"""

import ipaddress
from functools import lru_cache

import tldextract

USUAL_PORTS = {"http": 80, "https": 443}

# co.uk and blogspot.com alike: under both, each name is another owner's
_suffixes = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)


def one_name(host: str) -> str:
    """Return the one spelling of a host name: lower case, punycode, no dot at the end.

    It is the name that is connected to. What cannot be written so is returned in lower case.
    """
    plain = host.lower()
    if not plain.isascii():
        try:
            # as Scrapy does it; by the newer rules another machine might be meant
            plain = plain.encode("idna").decode("ascii")
        except UnicodeError:
            return plain
    return plain.rstrip(".")


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """Return the part of ``host`` that was registered: `news.paper.co.uk` gives `paper.co.uk`.

    A host without such a part (an IP address, `localhost`, a public suffix) is returned whole.
    Below a top-level domain that the list doesn't know, it is the last two labels.
    """
    host = host.lower().rstrip(".")
    if is_address(host):
        return host
    parts = _suffixes.extract_str(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else host
    return ".".join(host.split(".")[-2:])


def bare(address: str) -> str:
    """Return an address as a person compares it: without scheme, `www.` and the last slash."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/")


def is_address(host: str) -> bool:
    """Return whether ``host`` is an IP address; IPv6 with or without its brackets."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
