"""The headers that operators have sent to their papers: to the hosts of a paper, and to no other.

Their secrets are read from the environment once, as a run begins, and are kept here alone.
"""

from collections.abc import Mapping
from datetime import datetime

from config.catalogue import Catalogue, host_of
from config.headers import MissingVariable, filled
from config.source import Source
from crawler.frontier import Ask, Fetch
from pipelines.records import Failed, Trouble


class Sent:
    """The headers of one run."""

    def __init__(self, catalogue: Catalogue, environ: Mapping[str, str]) -> None:
        self._catalogue = catalogue
        self._headers: dict[str, dict[str, str]] = {}
        self.lacking: dict[str, str] = {}
        """The sources of which a variable is missing, and which."""
        self._plain = {source.id for source in catalogue.sources if _is_plain(source)}
        for source in catalogue.sources:
            try:
                self._headers[source.id] = filled(source.headers or {}, environ)
            except MissingVariable as error:
                self.lacking[source.id] = str(error)

    def __repr__(self) -> str:
        """Return nothing of what is held."""
        return "<Sent>"

    def headers(self, fetch: Fetch, now: datetime) -> dict[str, str]:
        """Return what goes with a request; after a redirect to another host nothing does."""
        source = self._source(fetch)
        if source is None or not self._headers.get(source.id):
            return {}
        is_own = self._catalogue.owner(host_of(fetch.url)) is source
        first = fetch.feed.address(now) if fetch.feed else fetch.due.url if fetch.due else ""
        # what is announced in the clear is asked for in the clear, where the paper is not
        is_open = fetch.url.lower().startswith("http:") and source.id not in self._plain
        is_there = not fetch.hops or _place(first) == _place(fetch.url)
        return self._headers[source.id] if is_own and is_there and not is_open else {}

    def refusal(self, fetch: Fetch) -> Failed | None:
        """Return why a request cannot be made, where a variable is missing."""
        source = self._source(fetch)
        if source is None or source.id not in self.lacking:
            return None
        detail = f"{self.lacking[source.id]} here, and its `headers` name it"
        return Failed(trouble=Trouble.ENVIRONMENT, detail=detail)

    def _source(self, fetch: Fetch) -> Source | None:
        """Return whose request it is; robots.txt is asked for without headers."""
        if fetch.ask is Ask.ROBOTS:
            return None
        asker = fetch.feed.source if fetch.feed else fetch.due.source if fetch.due else ""
        return self._catalogue.by_id(asker)


def _is_plain(source: Source) -> bool:
    """Return whether a paper itself is visited in the clear, so that no more is shown by it."""
    return any(one.lower().startswith("http:") for one in (source.homepage, *source.entrances))


def _place(url: str) -> tuple[str, bool]:
    """Return host, and whether what is sent there can be read on the way."""
    return host_of(url), url.lower().startswith("https:")
