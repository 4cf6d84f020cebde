"""A catalogue goes into a list of feeds and out again; lists from elsewhere become entries."""

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from config.catalogue import Catalogue, load
from config.source import Source
from crawler.readers import NotAList, outlines
from dateline import opml
from dateline.ids import LONGEST
from dateline.opml import Imported

FOREIGN = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>mine</title></head><body>
 <outline text="North">
  <outline title="Harbour Coast">
   <outline text="The Lantern" type="rss" xmlUrl="https://lantern.example/feed"
     htmlUrl="https://lantern.example/" language="no"/>
   <outline text="The Lantern: Sea" xmlUrl="https://lantern.example/sea"
     htmlUrl="https://www.lantern.example/"/>
  </outline>
  <outline text="Маяк" xmlUrl="feed://mayak.example/rss"/>
 </outline>
 <outline text="Beacon" xmlUrl="feed:https://beacon.example/rss" language="mumble jumble"/>
 <outline text="Again" xmlUrl="http://www.beacon.example/rss/"/>
 <outline text="A script" xmlUrl="|filter.sh"/>
 <outline text="A list" type="link" url="https://lists.example/all.opml"/>
</body></opml>
"""


def taken(text: str, catalogue: Catalogue = Catalogue(()), region: str | None = None) -> Imported:  # noqa: B008 frozen
    listed, _ = outlines(text.encode(), "")
    return opml.imported(listed, catalogue, region)


def test_folders_are_regions_and_feeds_of_one_home_page_one_paper() -> None:
    found = taken(FOREIGN)

    assert found.added == {
        "north-harbour-coast": [
            {
                "id": "the-lantern",
                "name": "The Lantern",
                "homepage": "https://lantern.example/",
                "feeds": ["https://lantern.example/feed", "https://lantern.example/sea"],
                "verified": None,
                "language": "no",
            }
        ],
        "north": [
            {
                "id": "mayak-example",
                "name": "Маяк",
                "homepage": "http://mayak.example/",
                "feeds": ["http://mayak.example/rss"],
                "verified": None,
            }
        ],
        "unsorted": [
            {
                "id": "beacon",
                "name": "Beacon",
                "homepage": "https://beacon.example/",
                "feeds": ["https://beacon.example/rss"],
                "verified": None,
            }
        ],
    }
    assert found.known == []
    assert found.twice == ["http://www.beacon.example/rss/"]
    assert found.refused == [("A script", "'|filter.sh' is no address of a feed")]


def test_one_region_for_all() -> None:
    assert set(taken(FOREIGN, region="coast").added) == {"coast"}


def test_what_the_catalogue_has_is_left_and_its_ids_are_taken() -> None:
    beacon = Source(
        id="the-lantern",
        name="Another",
        homepage="https://another.example/",
        feeds=("http://beacon.example/rss",),
    )

    found = taken(FOREIGN, Catalogue((beacon,)))

    assert "unsorted" not in found.added
    assert found.added["north-harbour-coast"][0]["id"] == "the-lantern-2"


def test_a_catalogue_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "coast.yaml").write_text(
        """\
region: harbour-coast
sources:
  - id: lantern
    name: "<Lantern> & \\"Son\\""
    homepage: https://lantern.example/
    country: "NO"
    feeds: [https://lantern.example/a?x=1&y=2, https://lantern.example/b]
    aliases: [old-lantern]
    every: 2h
    archive: 90d
    rules: [{drop: [.poll], until: 2026-12-31}]
    verified: 2026-03-14
    enabled: false
  - {id: beacon, name: Beacon, homepage: "https://beacon.example/", sections: ["https://beacon.example/x"]}
""",
        encoding="utf-8",
    )
    catalogue = load(tmp_path)

    found = taken(opml.exported(catalogue.sources, "all"))

    again = [Source.model_validate(entry) for entry in found.added["harbour-coast"]]
    assert [one.model_copy(update={"region": "harbour-coast"}) for one in again] == list(
        catalogue.sources
    )
    assert (found.known, found.twice) == ([], [])
    assert found.refused == []
    lantern = found.added["harbour-coast"][0]
    assert (lantern["every"], lantern["archive"]) == ("2h", "90d")
    assert lantern["verified"] == date(2026, 3, 14)  # no text, which would be written in quotes


def test_another_reader_sees_each_feed_in_its_folder() -> None:
    lantern = Source(
        id="lantern",
        name="The Lantern",
        homepage="https://lantern.example/",
        region="harbour-coast",
        feeds=("https://lantern.example/a", "https://lantern.example/b"),
    )

    root = etree.fromstring(opml.exported([lantern], "all").encode())

    assert root.get("version") == "2.0"
    assert [node.get("text") for node in root.findall("body/outline")] == ["harbour-coast"]
    feeds = [dict(node.attrib) for node in root.findall("body/outline/outline")]
    assert [(one["type"], one["text"], one["xmlUrl"]) for one in feeds] == [
        ("rss", "The Lantern", "https://lantern.example/a"),
        ("rss", "The Lantern", "https://lantern.example/b"),
    ]


LANTERN = Source(
    id="lantern",
    name="The Lantern",
    homepage="https://lantern.example/",
    feeds=("https://lantern.example/a", "https://lantern.example/b"),
)


@pytest.mark.parametrize(
    ("why", "outline", "refusal"),
    [
        (
            "a feed more of a paper of the catalogue",
            'text="Sea" xmlUrl="https://lantern.example/sea" htmlUrl="https://lantern.example/x"',
            ("Sea", "its paper is lantern: put https://lantern.example/sea under its `feeds`"),
        ),
        (
            "a secret",
            'text="Mine" xmlUrl="https://me:pass@mine.example/feed"',
            (
                "Mine",
                "its address holds a name or password, which a catalogue is no place for",
            ),
        ),
    ],
)
def test_what_is_not_taken_says_why(why: str, outline: str, refusal: tuple[str, str]) -> None:
    text = f'<opml version="2.0"><body><outline {outline}/></body></opml>'

    found = taken(text, Catalogue((LANTERN,)))

    assert (found.added, found.refused) == ({}, [refusal]), why


def test_a_home_page_that_is_no_address_is_not_believed() -> None:
    text = (
        '<opml version="2.0"><body>'
        '<outline text="A" xmlUrl="https://a.example/f" htmlUrl="https://a.example:port/"/>'
        '<outline text="B" xmlUrl="https://b.example/f" htmlUrl="ftp://b.example/"/>'
        "</body></opml>"
    )

    homes = [entry["homepage"] for entry in taken(text).added["unsorted"]]

    assert homes == ["https://a.example/", "https://b.example/"]


def test_an_id_that_another_paper_has_is_told() -> None:
    other = LANTERN.model_copy(
        update={"homepage": "https://other.example/", "feeds": ("https://other.example/f",)}
    )

    again = taken(opml.exported([LANTERN], "all"), Catalogue((LANTERN,)))
    found = taken(opml.exported([other], "all"), Catalogue((LANTERN,)))

    assert (again.known, again.refused) == (list(LANTERN.feeds), [])
    assert found.refused == [("The Lantern", "the id 'lantern' or one of its aliases is taken")]


def test_a_folder_with_a_long_name_gives_a_region_that_a_file_can_have() -> None:
    text = (
        f'<opml version="2.0"><body><outline text="{"north " * 99}">'
        '<outline text="A" xmlUrl="https://a.example/f"/></outline></body></opml>'
    )

    (region,) = taken(text).added

    assert len(region) <= LONGEST


@pytest.mark.parametrize("entry", ["{", "[]", '{"id": "x"}', '{"id": 7}', "[" * 9999])
def test_an_entry_that_is_none_is_refused(entry: str) -> None:
    text = opml.exported(
        [Source(id="x", name="X", homepage="https://x.example/", feeds=("https://x.example/f",))],
        "all",
    )
    start = text.index("entry=") + 7
    broken = text[:start] + entry.replace('"', "&quot;") + text[text.index('"', start) :]

    found = taken(broken)

    assert found.added == {}
    assert [name for name, _ in found.refused] == ["X"]


def test_a_feed_is_no_list_of_feeds() -> None:
    with pytest.raises(NotAList, match=r"one feed \(rss\), not a list"):
        outlines(b"<rss version='2.0'><channel><title>x</title></channel></rss>", "")
