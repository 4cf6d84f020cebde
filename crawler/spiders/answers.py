"""What an answer means: Scrapy's responses and errors in, the line's records out. Decides only."""

from datetime import datetime
from http import HTTPStatus

from scrapy.http import Response

from config.source import Source
from crawler.fetch import (
    headers_of,
    redirect_target,
    status_words,
    trouble_of,
    trouble_of_status,
)
from crawler.frontier import Ask, Fetch
from crawler.politeness import freshness
from crawler.politeness.pace import retry_after
from crawler.schedule import Validators
from pipelines.line import owned
from pipelines.records import (
    Arrival,
    Dropped,
    Due,
    Exclusion,
    Failed,
    FeedKind,
    Gone,
    Kept,
    Outcome,
    Page,
    Reading,
    Trouble,
)

# what is true of a page today will be true tomorrow: no use in another try
NOT_FOR_US = {
    Trouble.PRIVATE_ADDRESS: Exclusion.PRIVATE_ADDRESS,
    Trouble.TOO_LARGE: Exclusion.TOO_LARGE,
}


def held_until(response: Response, now: datetime) -> datetime | None:
    """Return until when the server asks us to wait, None where it does not."""
    return retry_after(header(response, "Retry-After"), now, header(response, "Date"))


def target(response: Response) -> str | None:
    """Return where an answer redirects to, absolute and without fragment; None if it does not."""
    return redirect_target(response.url, response.status, response.headers.get("Location"))


def refusal(response: Response, now: datetime) -> Failed | None:
    """Return why an answer does not hold what was asked for; None where it does."""
    trouble = trouble_of_status(response.status)
    if trouble is None:
        return None
    detail = f"the server answered {status_words(response.status)}"
    return Failed(trouble=trouble, detail=detail, retry_at=held_until(response, now))


def outcome(response: Response, article: str | None, now: datetime) -> Outcome | None:
    """Return what an answer to a request for a page means; None: it is the page.

    ``article``: what is stored of the address, that the server may say is as it was.
    An empty page is no page without an article: it is what a program leaves that fell over, and
    the next visit may find the article.
    """
    if article and is_unchanged(response):
        return Kept(article=article)
    if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Gone(status=response.status)
    refused = refusal(response, now)
    if refused is None and not response.body.strip():
        return Failed(trouble=Trouble.DAMAGED, detail="the answer is empty")
    return refused


def is_unchanged(response: Response) -> bool:
    """Return whether the server says that nothing has changed since what we said we have.

    A 304 to who said nothing of the kind says nothing.
    """
    asked = {"If-None-Match", "If-Modified-Since"}
    is_conditional = response.request is not None and any(
        name in response.request.headers for name in asked
    )
    return response.status == HTTPStatus.NOT_MODIFIED and is_conditional


def unusable(reading: Reading, *, is_child: bool) -> Failed | None:
    """Return why what was read announces nothing to us; None where it may.

    ``is_child``: an index of sitemaps names it. That a whole feed is empty is no failure.
    """
    if reading.kind is FeedKind.OPML:
        return Failed(trouble=Trouble.NOT_A_FEED, detail="a list of feeds (OPML), not a feed")
    if is_child and reading.kind is FeedKind.SITEMAP_INDEX:
        # sitemaps.org allows one level; more may go round for ever
        detail = "a sitemap index within a sitemap index, which is not read"
        return Failed(trouble=Trouble.NOT_A_FEED, detail=detail)
    if reading.is_whole or any(entry.url for entry in reading.entries):
        return None
    detail = f"nothing could be read of it: {'; '.join(reading.warnings)}"
    return Failed(trouble=Trouble.DAMAGED, detail=detail)


def validators(response: Response, reading: Reading, hashed: str) -> Validators:
    """Return by what a feed is asked for next; ``hashed``: of the body.

    A feed that broke off is asked for as a whole again: the whole one may have the same ETag.
    """
    if not reading.is_whole:
        return Validators(body_hash=hashed)
    return Validators(
        etag=header(response, "ETag"),
        last_modified=header(response, "Last-Modified"),
        body_hash=hashed,
    )


def fresh_until(response: Response, now: datetime) -> datetime | None:
    """Return until when the server calls an answer fresh; None where it does not say."""
    names = ("Cache-Control", "Expires", "Age", "Date")
    cache_control, expires, age, sent = (header(response, name) for name in names)
    return freshness.fresh_until(cache_control, expires, age, sent, now)


def failure(fetch: Fetch, error: BaseException) -> Dropped | Failed:
    """Return what an error means: a page that will never do is excluded, all else may pass."""
    trouble, detail = trouble_of(error)
    if fetch.ask is Ask.PAGE and trouble in NOT_FOR_US:
        return Dropped(reason=NOT_FOR_US[trouble], detail=detail)
    return Failed(trouble=trouble, detail=detail)


def robots_failure(fetch: Fetch, error: BaseException) -> Failed:
    """Return why a robots.txt could not be had, as it is told of what is not asked for then."""
    trouble, detail = trouble_of(error)
    if fetch.hops and trouble is Trouble.PRIVATE_ADDRESS:
        # the host itself is none: its rules are kept where we do not go
        return Failed(trouble=Trouble.ROBOTS, detail=f"its robots.txt could not be had: {detail}")
    return Failed(trouble=trouble, detail=detail)


def arrival(response: Response, due: Due, source: Source | None, now: datetime) -> Arrival:
    """Return the page as it goes on to the line, with what the catalogue says of its source.

    ``source`` owns the host that the page came from; None: the catalogue no longer has it.
    """
    page = Page(
        url=response.url,
        announced_url=due.url,
        body=response.body,
        content_type=header(response, "Content-Type"),
        headers=headers_of(response),
        status=response.status,
        fetched_at=now,
        entry=due.entry,
        source=source.id if source else due.source,
    )
    return Arrival(due=due, page=owned(page, source, is_stored=bool(due.standing.article)))


def header(response: Response, name: str) -> str | None:
    """Return the first value of a header, None where there is none."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
