"""What we collect: YAML files in, a catalogue of sources out. Visits nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from config.domains import USUAL_PORTS, one_name, registrable
from config.entries import Entry, near, read
from config.errors import ConfigError, Fault
from config.source import Source


class UnknownSource(LookupError):
    """No source or region has this name; the message says which one comes near."""


@dataclass(frozen=True)
class Catalogue:
    """Every source, in the order of its files."""

    sources: tuple[Source, ...]
    places: Mapping[str, str] = field(default_factory=dict, repr=False)
    """`file:line` of each source, by its id."""

    def by_id(self, source_id: str) -> Source | None:
        """Return the source of that id, or that once had it; None where there is none."""
        return self._by_id.get(source_id)

    def owner(self, host: str) -> Source | None:
        """Return the source that ``host`` belongs to, or None.

        A host belongs to the source that names it: as home page, in `hosts`, or as the host of an
        entrance on the home page's registrable domain. A host below an owned one has the same
        owner. Where one source alone has hosts on a registrable domain, the rest of it is its own
        too. `www.` makes no difference. Two sources may share a host on two ports: then ``host``
        needs its port (`paper.example:8080`).
        """
        name = _bare(host)
        while name:
            if name in self._by_host:
                return self._by_host[name]
            name = name.partition(".")[2]
        return self._by_domain.get(_domain(_bare(host)))

    def owner_id(self, host: str) -> str | None:
        """Return the id of the source that ``host`` belongs to, or None."""
        owner = self.owner(host)
        return owner.id if owner else None

    def select(self, ids: Sequence[str] = (), region: str | None = None) -> tuple[Source, ...]:
        """Return the sources named, or those of a region, or all; disabled ones too.

        Raises UnknownSource for a name that no source or region has, and for a source that is not
        of ``region``.
        """
        if region is not None and region not in self.regions:
            raise UnknownSource(f"no region {region!r}{_hint(region, self.regions)}")
        named = {source.id: source for source in map(self._named, ids)}
        for source in named.values():
            if region not in {None, source.region}:
                raise UnknownSource(f"source {source.id!r} is of {source.region}, not of {region}")
        if ids:
            return tuple(named.values())
        return tuple(source for source in self.sources if region in {None, source.region})

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions that have a source, sorted."""
        return tuple(sorted({source.region for source in self.sources if source.region}))

    def _named(self, source_id: str) -> Source:
        source = self.by_id(source_id)
        if source is None:
            raise UnknownSource(f"no source {source_id!r}{_hint(source_id, self._by_id)}")
        return source

    @cached_property
    def _by_id(self) -> dict[str, Source]:
        return {name: source for source in self.sources for name in (source.id, *source.aliases)}

    @cached_property
    def _by_host(self) -> dict[str, Source]:
        owners: dict[str, Source] = {}
        for hosts_of in (
            _declared,
            _met,
        ):  # what a paper declares wins over what another's feed shows
            for source in self.sources:
                for host in hosts_of(source):
                    owners.setdefault(host, source)
        return owners

    @cached_property
    def _by_domain(self) -> dict[str, Source]:
        holders: dict[str, dict[str, Source]] = {}
        for host, source in self._by_host.items():
            holders.setdefault(_domain(host), {})[source.id] = source
        return {
            domain: next(iter(held.values())) for domain, held in holders.items() if len(held) == 1
        }


def load(path: Path) -> Catalogue:
    """Return the catalogue in a file, or in the `.yaml` files of a folder and of the folders in it.

    Raises ConfigError with every fault that was found.
    """
    faults: list[Fault] = []
    entries = [entry for file in _files(path) for entry in read(file, faults)]
    faults += _taken_ids(entries)
    if faults:
        raise ConfigError(faults)
    return Catalogue(
        sources=tuple(entry.source for entry in entries),
        places={entry.source.id: entry.place for entry in entries},
    )


def host_of(address: str) -> str:
    """Return the host of an address without `www.`; with its port where it is not the usual one."""
    parts = urlsplit(address)
    name = _bare(parts.hostname or "")
    return name if parts.port in {None, USUAL_PORTS[parts.scheme]} else f"{name}:{parts.port}"


def _files(path: Path) -> list[Path]:
    found, problem = [path], "nothing there"
    try:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*.yaml") if not file.name.startswith("."))
            problem = "no .yaml file in it"
        elif not path.exists():
            found = []
    except (OSError, ValueError) as error:  # a name too long, or with a NUL in it
        found, problem = [], getattr(error, "strerror", None) or str(error)
    if not found:
        fault = Fault(str(path), None, None, problem, "a sources file, or a folder of them")
        raise ConfigError([fault])
    return found


def _taken_ids(entries: Iterable[Entry]) -> Iterator[Fault]:
    taken: dict[str, Entry] = {}
    for entry in entries:
        for key, name in _names(entry.source):
            first = taken.setdefault(name, entry)
            if first is not entry:
                yield entry.fault(
                    key, f"{name!r}, which {first.place} has", "an id that no other source has"
                )


def _names(source: Source) -> list[tuple[str, str]]:
    return [("id", source.id), *(("aliases", alias) for alias in source.aliases)]


def _declared(source: Source) -> Iterator[str]:
    yield host_of(source.homepage)
    yield from map(_bare, source.hosts)


def _met(source: Source) -> Iterator[str]:
    home = _domain(host_of(source.homepage))
    for address in source.entrances:
        host = host_of(address)
        if _domain(host) == home:
            yield host


def _bare(host: str) -> str:
    name, _, port = host.partition(":")
    name = one_name(name).removeprefix("www.")
    return f"{name}:{port}" if port and port not in {"80", "443"} else name


def _domain(host: str) -> str:
    return registrable(host.partition(":")[0])


def _hint(name: str, names: Iterable[str]) -> str:
    meant = near(name, names)
    perhaps = f"; perhaps {meant}" if meant else ""
    return f"{perhaps}; `dateline sources list` shows what there is"
