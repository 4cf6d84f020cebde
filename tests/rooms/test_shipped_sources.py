"""The catalogue that is shipped can be used as it is."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from config import catalogue
from config.catalogue import Catalogue
from config.domains import registrable
from config.source import Source

FOLDER = Path(__file__).parents[2] / "config" / "sources"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return catalogue.load(FOLDER)


def test_it_is_wide(shipped: Catalogue) -> None:
    assert len(shipped.sources) >= 800
    assert len({source.country for source in shipped.sources} - {None}) >= 120
    assert {"central-asia", "caucasus", "west-africa", "southern-africa"} <= {*shipped.regions}


def test_each_file_is_one_region_and_says_where_its_facts_are_from(shipped: Catalogue) -> None:
    files = sorted(FOLDER.rglob("*.yaml"))

    assert tuple(file.stem for file in files) == shipped.regions
    for file in files:
        head = file.read_text(encoding="utf-8").partition("region:")[0]
        assert re.search(r"MIT|CC0", head), file


def test_entrances_are_on_the_home_pages_domain(shipped: Catalogue) -> None:
    astray = [
        (source.id, address)
        for source in shipped.sources
        for address in (*source.feeds, *source.sitemaps)
        if _domain(address) != _domain(source.homepage)
    ]

    assert astray == []


def test_no_one_has_looked_at_them_yet(shipped: Catalogue) -> None:
    assert [source.id for source in shipped.sources if source.verified] == []


def test_every_home_page_and_every_entrance_is_there_once(shipped: Catalogue) -> None:
    strangers = [
        source.id
        for source in shipped.sources
        if shipped.owner(urlsplit(source.homepage).netloc) is not source
    ]
    entrances = [a for source in shipped.sources for a in _entrances(source)]

    assert strangers == []
    assert len(entrances) == len(set(entrances))


def _entrances(source: Source) -> list[str]:
    return [address.partition("://")[2] for address in (*source.feeds, *source.sitemaps)]


def _domain(address: str) -> str:
    return registrable(urlsplit(address).hostname or "")
