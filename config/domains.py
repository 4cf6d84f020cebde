"""Which part of a host name one owner holds; the list of public suffixes is never fetched."""

import ipaddress

import tldextract

# co.uk and blogspot.com alike: under both, each name is another owner's
_suffixes = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)


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


def is_address(host: str) -> bool:
    """Return whether ``host`` is an IP address; IPv6 with or without its brackets."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
