"""A sample of the hostile table, in one crawl; all of it by `python -m tests.hostile`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.hostile.net import Guarded, Web
from tests.hostile.trial import Bench, Row, every

HEAVY = [
    "network.brotli_bomb",
    "network.nested_bomb",
    "network.zstd_bomb",
    "network.endless_tiny_chunks",
    "network.header_without_end",
    "network.robots_of_a_million_groups",
    "network.page_of_another",
    "network.endless_interim_answers",
    "framing.trailers_without_end",
    "network.endless_headers",
    "feeds.deep_sitemap",
    "feeds.million_pages_of_a_sitemap",
    "feeds.hundred_thousand_attributes",
    "feeds.hundred_thousand_namespaces",
    "feeds.one_line_of_megabytes",
    "feeds.million_tags_deep",
    "feeds.attribute_of_megabytes",
    "feeds.same_identifier",
    "feeds.section_in_sections",
    "feeds.million_entries",
    "feeds.thousands_of_authors",
    "feeds.index_of_fifty_thousand",
    "feeds.section_that_never_ends",
    "feeds.json_without_end",
    "feeds.quadratic_blowup",
]
"""They take seconds or megabytes, and are of a kind with others that do not."""
PAGES = [
    "document_type_of_entities",
    "external_entity",
    "nuls",
    "controls",
    "terminal",
    "lines_of_a_log",
    "formulas",
    "base_of_brackets",
    "canonical_of_another_paper",
    "canonical_that_is_a_program",
    "pages_in_a_ring",
    "amp_in_a_ring",
    "utf_7",
    "encodings_that_are_none",
    "halves_of_letters",
    "names_that_are_taken",
    "markup_as_text",
    "script_that_never_ends",
    "pdf_that_is_called_a_page",
]
DATA = [
    "words_of_a_database",
    "escapes_in_data",
    "data_fifty_deep",
    "data_that_refer_in_a_ring",
]
FILES = [
    "aliases_of_aliases",
    "lists_in_lists",
    "zone_of_many_slashes",
    "outlines_of_a_bomb",
    "page_of_escapes_on_the_terminal",
    "recorded_address_of_escapes",
]
SAMPLE = [
    name
    for name in every()
    if name.startswith(("addresses.", "tls.", "network.", "framing.", "feeds."))
    and name not in HEAVY
]
for room, names in (("pages", PAGES), ("data", DATA), ("files", FILES)):
    SAMPLE += [f"{room}.{name}" for name in names]


@pytest.fixture(scope="module")
def rows(
    mongo_uri: str,
    mongo_client: MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Row]]:
    """The table, by the names of its mechanisms."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    with Web() as web, Guarded() as guarded:
        assert guarded.try_all() >= 2
        guarded.settle()
        bench = Bench(web, guarded, mongo_uri, mongo_client, folder, shown=8)
        cases = bench.prepared(SAMPLE)
        papers = {name: both for name, both in cases.items() if not both[0].words}
        found = bench.crawled(papers, DATELINE_REQUEST_TIMEOUT="6")
        found += [bench.commanded(name, *cases[name]) for name in cases if cases[name][0].words]
        yield {row.name: row for row in found}


def test_nothing_crashed_came_inside_or_steered_a_terminal(rows: dict[str, Row]) -> None:
    assert {name: row.faults for name, row in rows.items() if row.faults} == {}


@pytest.mark.parametrize("name", SAMPLE)
def test_it_becomes_what_it_is_to(rows: dict[str, Row], name: str) -> None:
    row = rows[name]

    assert set(row.became.split(", ")) <= set(row.expected.split("|")), row.what


def test_each_has_a_line_that_says_what_it_is() -> None:
    lines = [one.__doc__ or "" for one in every().values()]

    assert len(lines) >= 120
    assert all(line.endswith(".") and "\n" not in line for line in lines)
    assert len(set(lines)) == len(lines)
