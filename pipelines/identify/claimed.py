"""What a page says its address is, taken where that makes sense; its own form where it doesn't.

A claim that is no sense for one page only is found here; that many pages claim one address, where
their texts meet: in ``judge``.
"""

import re
from collections.abc import Callable, Collection
from urllib.parse import urljoin

from config.domains import is_address, registrable
from pipelines.identify.canonical import settled
from pipelines.identify.parts import Parts
from pipelines.identify.rules import names_article

_LANGUAGE_HOME = re.compile(r"/([a-z]{2}([-_][A-Za-z]{2})?|home)?")
_SCRIPT = re.compile(r"(/|\.(php\d?|aspx?|jsp|cfm|cgi|pl|do))$", re.I)
# what a template prints for want of an address, or where it sends whoever may not read on
_NOWHERE = re.compile(
    r"/(undefined|null|none|nan|404|not-?found|error|log-?in|sign-?in|register|subscribe|search)"
    r"(\.\w+)?$",
    re.I,
)
_SECTION = re.compile(r"(/[a-z]+){1,2}", re.I)  # one word a step: two may be a short headline


def agreed(
    url: str,
    rel_canonical: str | None = None,
    og_url: str | None = None,
    owned: Collection[str] = (),
) -> str:
    """Return the canonical form of what the page says its address is, where that makes sense.

    ``rel_canonical`` is asked before ``og_url``; both may be relative. ``owned`` are registrable
    domains of the page's source: on any other a claim names the paper that the text is from.
    Raises ValueError for what ``canonical`` refuses in ``url``.
    """
    own = settled(url)
    sites = {_site(own), *owned}
    for claim in (rel_canonical, og_url):
        claimed = _claimed(url, claim) if claim else None
        if claimed and _site(claimed) in sites and not _is_refused(claimed, own):
            return str(claimed)
    return str(own)


def _claimed(url: str, claim: str) -> Parts | None:
    try:
        return settled(urljoin(url, claim.strip()))
    except ValueError:
        return None


def _is_refused(claimed: Parts, own: Parts) -> bool:
    return any(refuses(claimed, own) for refuses in REFUSALS)


def _is_home(claimed: Parts, _: Parts) -> bool:
    return _is_bare(claimed) and bool(_LANGUAGE_HOME.fullmatch(claimed.path))


def _is_nowhere(claimed: Parts, own: Parts) -> bool:
    return bool(_NOWHERE.search(claimed.path)) and claimed.path != own.path


def _is_section(claimed: Parts, own: Parts) -> bool:
    """A path of words above the page, or one or two words where the page has an article's."""
    if not _is_bare(claimed) or names_article(claimed.path):
        return False
    is_section = bool(_SECTION.fullmatch(claimed.path)) and names_article(own.path)
    return is_section or own.path.startswith(claimed.path + "/")


def _loses_number(claimed: Parts, own: Parts) -> bool:
    """A script without its query, or a program without its route, is not this page."""
    if not _is_bare(claimed) or claimed.path != own.path:
        return False
    needs_query = _SCRIPT.search(own.path) or not names_article(own.path)
    return bool(own.fragment or (own.query and needs_query))


REFUSALS: tuple[Callable[[Parts, Parts], bool], ...] = (
    _is_home,
    _is_nowhere,
    _is_section,
    _loses_number,
)


def _is_bare(parts: Parts) -> bool:
    return not parts.query and not parts.fragment


def _site(parts: Parts) -> str:
    if is_address(parts.host) or "." not in parts.host:
        return f"{parts.host}:{parts.port}"  # several sites may share it, each with its port
    return registrable(parts.host)
