"""Pace and robots.txt of the hosts that a run meets, as earlier runs and answers left them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from config.domains import registrable
from config.settings import Settings
from crawler.politeness import robots as rules
from crawler.politeness.pace import Pace, after, delay_for
from crawler.politeness.robots import Robots
from pipelines.records import Failed, Trouble

Document = dict[str, Any]
ROBOTS_FIELDS = ("status", "body", "fetched_at", "expires_at")
# of the delay of a host: between requests to one domain, and to one address behind many papers
OF_DOMAIN, OF_ADDRESS = 0.5, 0.25
ADDRESSES_MOST = 10_000
# a slot nearer than this has passed before another run can ask
WORTH_KEEPING = timedelta(seconds=5)


class Hosts:
    """What is known of hosts in this run. Holds and changes records; the spider stores them.

    ``asks_again``: a robots.txt that an earlier run could not have is not waited for.
    ``is_shared``: paces are stored as turns are over, and by nothing else: what is a second old
    would undo what another run has learned since.
    """

    def __init__(
        self, settings: Settings, *, asks_again: bool = False, is_shared: bool = False
    ) -> None:
        self._settings = settings
        self._asks_again = asks_again
        self._is_shared = is_shared
        self._agent = settings.user_agent
        self._paces: dict[str, Pace] = {}
        self._robots: dict[str, Robots] = {}
        self._changed: dict[str, Document] = {}
        self._stored: set[str] = set()
        self._unreached: dict[str, Failed] = {}
        self._addresses: dict[str, str] = {}
        delay = timedelta(seconds=settings.host_delay)
        self._domain_delay, self._address_delay = delay * OF_DOMAIN, delay * OF_ADDRESS

    def keys(self, hosts: Iterable[str], origins: Iterable[str]) -> list[str]:
        """Return under which keys the database may know these hosts and origins."""
        fresh = [
            f"{kind}:{host}"
            for host in hosts
            if host not in self._paces
            for kind in ("pace", "address")
        ]
        return [*fresh, *(f"robots:{o}" for o in origins if o not in self._robots)]

    def learn(self, documents: Iterable[Document]) -> None:
        """Take in what the database knows."""
        for document in documents:
            kind, _, name = document["_id"].partition(":")
            self._stored.add(document["_id"])
            if kind == "pace":
                self._paces[name] = Pace(
                    host=name,
                    next_at=document["next_at"],
                    hold_until=document["hold_until"],
                    troubles=document["troubles"],
                )
            elif kind == "address":
                self._addresses[name] = document["address"]
            elif not (self._asks_again and rules.is_unknown(document["status"])):
                known = {field: document[field] for field in ROBOTS_FIELDS}
                self._robots[name] = Robots(origin=name, **known)

    def has_robots(self, origin: str, now: datetime) -> bool:
        """Return whether the robots.txt of an origin is known and still believed."""
        known = self._robots.get(origin)
        return known is not None and known.expires_at > now

    def robots_came(
        self, origin: str, status: int | None, body: bytes | None, now: datetime
    ) -> None:
        """Take in the answer to a request for robots.txt; status None: there was none."""
        known = rules.received(origin, status, body, now, self._settings.robots_hours)
        self._robots[origin] = known
        key = f"robots:{origin}"
        fields = {field: getattr(known, field) for field in ROBOTS_FIELDS}
        self._changed[key] = {"_id": key, **fields}

    def unreached(self, origin: str, why: Failed) -> None:
        """Take in that a request for robots.txt had no answer, and why."""
        self._unreached[origin] = why

    def robots_missing(self, origin: str) -> Failed:
        """Return why nothing is asked for where the robots.txt could not be had (RFC 9309)."""
        known = self._robots[origin]
        told = self._unreached.get(origin)
        words = f"answers {known.status}" if known.status else "could not be had"
        return Failed(
            trouble=told.trouble if told else Trouble.BUSY,
            detail=told.detail if told else f"its robots.txt {words}, so nothing is asked for",
            retry_at=known.expires_at,
        )

    def why_held(self, host: str, origin: str) -> Failed | None:
        """Return why a host is left alone for long; None where it is by its ordinary delay."""
        pace = self._paces.get(host)
        if pace is None or pace.hold_until is None or pace.hold_until != self.ready_at(host):
            return None
        known = self._robots.get(origin)
        if known and rules.is_unknown(known.status):
            return replace(self.robots_missing(origin), retry_at=pace.hold_until)
        until = f"{pace.hold_until:%Y-%m-%d %H:%M} UTC"
        detail = f"{host} asked for time or gave no answer, and is left alone until {until}"
        return Failed(trouble=Trouble.BUSY, detail=detail, retry_at=pace.hold_until)

    def robots_of(self, origin: str) -> Robots:
        """Return the robots.txt of an origin of which ``has_robots`` is true."""
        return self._robots[origin]

    def allows(self, origin: str, url: str) -> bool:
        """Return whether robots.txt lets us ask for an address."""
        return rules.allows(self._robots[origin], url, self._agent)

    def delay(self, origin: str) -> float | None:
        """Return the seconds between two requests; None where robots.txt asks for too many."""
        known = self._robots.get(origin)
        asked = rules.crawl_delay(known, self._agent) if known else None
        return delay_for(self._settings.host_delay, asked, self._settings.crawl_delay_max)

    def answered(
        self, host: str, origin: str, answer: tuple[int | None, datetime | None], now: datetime
    ) -> datetime | None:
        """Note an answer (status or None, Retry-After); return when the host may be asked again."""
        status, retry_after = answer
        delay = self.delay(origin)
        pace = after(
            self._paces.get(host, Pace(host=host)),
            status=status,
            retry_after=retry_after,
            delay=self._settings.crawl_delay_max if delay is None else delay,
            now=now,
        )
        self._paces[host] = pace
        is_far = pace.next_at is not None and pace.next_at > now + WORTH_KEEPING
        is_known = f"pace:{host}" in self._stored
        if not self._is_shared and (pace.troubles or is_far or is_known):
            self._note(host)
        return self.ready_at(host)

    def connected(self, host: str, address: str) -> None:
        """Note the address behind a host: other papers may be there too."""
        if self._addresses.get(host) != address:
            key = f"address:{host}"
            self._changed[key] = {"_id": key, "address": address}
        self._addresses[host] = address
        if len(self._addresses) > ADDRESSES_MOST:
            self._addresses.pop(next(iter(self._addresses)))

    @property
    def address_delay(self) -> timedelta:
        """Return the least time between requests to one address, whichever host they are for."""
        return self._address_delay

    def shares(self, host: str) -> dict[str, timedelta]:
        """Return what a host shares with others, and the least time between requests to these.

        Its registrable domain, one owner's; its address, a server that many papers may be on.
        """
        if not self._address_delay:
            return {}
        domain = registrable(host.partition(":")[0])
        found = {f"domain:{domain}": self._domain_delay} if domain else {}
        if address := self._addresses.get(host):
            found[f"address:{address}"] = self._address_delay
        return found

    def pace_of(self, host: str) -> Document:
        """Return what other runs are to know of a host's pace."""
        pace = self._paces.get(host, Pace(host=host))
        return {
            "next_at": pace.next_at,
            "hold_until": pace.hold_until,
            "troubles": pace.troubles,
        }

    def ready_at(self, host: str) -> datetime | None:
        """Return when a host may be asked; None: at any time."""
        pace = self._paces.get(host)
        times = [at for at in (pace.next_at, pace.hold_until) if at] if pace else []
        return max(times, default=None)

    def changes(self) -> list[Document]:
        """Return what is to be stored since the last call."""
        changed, self._changed = list(self._changed.values()), {}
        return changed

    def _note(self, host: str) -> None:
        key = f"pace:{host}"
        self._stored.add(key)
        self._changed[key] = {"_id": key, **self.pace_of(host)}
