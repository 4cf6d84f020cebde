"""Where an answer leads on: the next hop, or why it is not taken. Decides only."""

from dataclasses import replace

from config.catalogue import Catalogue
from config.patterns import matching
from crawler.frontier import Ask, Fetch, host_of, is_home
from crawler.politeness.robots import origin_of
from pipelines.records import Dropped, Exclusion, Failed, Gone, Trouble


def hop(target: str, fetch: Fetch, *, is_for_good: bool) -> Fetch:
    """Return the request for where an answer leads, one hop further."""
    found = replace(
        fetch,
        url=target,
        host=host_of(target),
        hops=fetch.hops + 1,
        is_for_good=fetch.is_for_good and is_for_good,
    )
    # it is the first origin's rules that are asked for
    return found if fetch.ask is Ask.ROBOTS else replace(found, origin=origin_of(target))


def refusal(
    target: str, fetch: Fetch, catalogue: Catalogue, most: int
) -> Dropped | Failed | Gone | None:
    """Return what becomes of an address that leads where we do not follow; None: we do.

    ``most``: hops of one address.
    """
    if fetch.hops >= most:
        detail = f"more than {most} redirects, the last to {target[:200]}"
        return Failed(trouble=Trouble.REDIRECTS, detail=detail)
    try:
        host = host_of(target)
        origin_of(target)
    except ValueError:
        detail = f"it redirects to {target[:200]}, which is no web address"
        return Failed(trouble=Trouble.REDIRECTS, detail=detail)
    return _of_page(target, host, fetch, catalogue) if fetch.ask is Ask.PAGE else None


def _of_page(
    target: str, host: str, fetch: Fetch, catalogue: Catalogue
) -> Dropped | Failed | Gone | None:
    if is_home(target):
        # of an article that is gone, or of a site that is being mended: the retries will show
        detail = f"it redirects to the home page {target[:200]}"
        if fetch.due and fetch.due.standing.article:
            return Gone(status=None, detail=detail)
        return Failed(trouble=Trouble.REDIRECTS, detail=detail)
    source = catalogue.owner(host)
    if source is None:
        detail = f"it redirects to {target[:200]}"
        return Dropped(reason=Exclusion.OFF_SITE, detail=detail)
    if ignored := matching(source.ignore_patterns, target):
        detail = f"it redirects to {target[:200]}, which holds the ignored pattern {ignored!r}"
        return Dropped(reason=Exclusion.IGNORED, detail=detail)
    return None
