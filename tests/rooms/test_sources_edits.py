"""`dateline sources enable`, `disable`, `rename`, `remove`, `import`, `export`, as typed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.catalogue import load
from dateline import cases
from tests.rooms.typed import Run, typed

COAST = """\
region: harbour-coast
sources:
  # the old one
  - id: lantern
    name: The Lantern
    homepage: https://lantern.example/
    feeds: [https://lantern.example/a]  # all of it
  - id: beacon
    name: Beacon
    homepage: https://beacon.example/
    feeds: [https://beacon.example/a]
"""
LIST = """\
<opml version="2.0"><body>
 <outline text="North"><outline text="Buoy" xmlUrl="https://buoy.example/feed"/></outline>
 <outline text="Beacon" xmlUrl="https://beacon.example/a"/>
 <outline text="Nothing" xmlUrl="nowhere"/>
</body></opml>
"""


@pytest.fixture
def coast(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "harbour-coast.yaml").write_text(COAST, encoding="utf-8")
    return folder


@pytest.fixture
def run(
    coast: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Return what runs `dateline sources` on the coast and gives exit code, stdout and stderr."""
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MONGODB_URI", raising=False)

    def sources(*arguments: str) -> tuple[int, str, str]:
        return typed(monkeypatch, capsys, "sources", *arguments, "--sources", str(coast))

    return sources


def written(coast: Path) -> str:
    return (coast / "harbour-coast.yaml").read_text(encoding="utf-8")


def test_a_source_is_left_alone_and_visited_again(run: Run, coast: Path) -> None:
    assert run("disable", "lantern", "beacon") == (
        0,
        "lantern is disabled\nbeacon is disabled\n",
        "",
    )
    assert [one.enabled for one in load(coast).sources] == [False, False]
    assert run("disable", "lantern") == (0, "lantern is disabled already\n", "")
    assert run("enable", "lantern") == (0, "lantern is enabled\n", "")
    assert [one.enabled for one in load(coast).sources] == [True, False]
    assert "# all of it" in written(coast)


def test_the_cases_of_a_renamed_source_are_its_own_still(run: Run, coast: Path) -> None:
    page = "<article><p>The ferry left at dawn.</p></article>"
    known = {"url": "https://lantern.example/1", "fetched": "2026-11-02T09:00:00+00:00",
             "source": "lantern", "source_name": None,
             "content_type": None, "language": None, "timezone": None}  # fmt: skip
    cases.save(known, page.encode(), cases.of_catalogue(coast) / "lantern")
    before = run("test", "lantern")

    run("rename", "lantern", "lamp")

    assert before[0] == 0
    assert run("test", "lamp") == (0, before[1].replace("lantern/", "lamp/"), "")


def test_regions_that_one_file_cannot_hold_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    file = tmp_path / "new.yaml"
    folders = "".join(
        f'<outline text="{name}"><outline text="P" xmlUrl="https://{name}.example/f"/></outline>'
        for name in ("coast", "valley")
    )
    (tmp_path / "list.opml").write_text(f"<opml version='2.0'><body>{folders}</body></opml>")
    words = ("sources", "import", str(tmp_path / "list.opml"), "--yes", "--sources", str(file))

    code, out, err = typed(monkeypatch, capsys, *words)
    assert (code, out, file.exists()) == (2, "", False)
    assert "name a folder, or add --region" in err
    assert typed(monkeypatch, capsys, *words, "--region", "coast")[0] == 0
    assert len(load(file).sources) == 2


def test_a_renamed_source_is_known_by_both_names(run: Run, coast: Path) -> None:
    code, out, err = run("rename", "lantern", "lamp")

    assert (code, out, err) == (0, f"lantern is lamp now, in {coast}/harbour-coast.yaml\n", "")
    (lamp, _) = load(coast).sources
    assert (lamp.id, lamp.aliases) == ("lamp", ("lantern",))
    assert run("rename", "lamp", "lantern")[0] == 0
    (lantern, _) = load(coast).sources
    assert (lantern.id, lantern.aliases) == ("lantern", ("lamp",))


@pytest.mark.parametrize(
    ("why", "new", "code", "message"),
    [
        ("another has it", "beacon", 2, "'beacon' is an id of Beacon already"),
        ("it has it", "lantern", 2, "'lantern' is an id of The Lantern already"),
        ("it is no id", "The Lamp", 2, "'The Lamp'; write lower-case letters"),
        ("it has no end", "a" * 99, 2, "at most 80 of them"),
    ],
)
def test_a_name_that_cannot_be_changes_nothing(  # noqa: PLR0913 a row of the table
    why: str, new: str, code: int, message: str, run: Run, coast: Path
) -> None:
    told = run("rename", "lantern", new)

    assert told[0] == code, why
    assert message in told[2]
    assert written(coast) == COAST


def test_a_source_is_taken_out_when_somebody_says_yes(run: Run, coast: Path) -> None:
    code, _, err = run("remove", "lantern")
    assert (code, "give --yes" in err) == (2, True)
    assert written(coast) == COAST

    assert run("remove", "lantern", "--yes")[0] == 0
    assert [one.id for one in load(coast).sources] == ["beacon"]
    assert "# the old one" in written(coast)


def test_the_last_source_of_a_file_goes_with_it(run: Run, coast: Path) -> None:
    (coast / "north.yaml").write_text(
        COAST.partition("  - id: beacon")[0].replace("lantern", "buoy"), encoding="utf-8"
    )

    assert run("remove", "buoy", "--yes")[0] == 0
    assert [one.name for one in coast.iterdir()] == ["harbour-coast.yaml"]
    assert run("remove", "beacon", "--yes")[0] == 0
    assert run("remove", "lantern", "--yes")[0] == 2
    assert [one.id for one in load(coast).sources] == ["lantern"]


def test_changes_at_once_are_all_made(coast: Path, tmp_path: Path) -> None:
    added = [
        f"  - {{id: p{n}, name: P, homepage: 'https://p{n}.example/', feeds: ['https://p{n}.example/']}}\n"
        for n in range(3)
    ]
    file = coast / "harbour-coast.yaml"
    file.write_text(COAST + "".join(added), encoding="utf-8")
    program = [sys.executable, "-c", "from dateline.main import main; main()", "sources", "disable"]

    at_once = [
        subprocess.Popen(
            [*program, f"p{n}", "--sources", str(coast)],
            env=os.environ | {"DATELINE_HOME": str(tmp_path / "home")},
            stdout=subprocess.DEVNULL,
        )
        for n in range(3)
    ]

    assert [one.wait(60) for one in at_once] == [0, 0, 0]
    assert [one.enabled for one in load(coast).sources] == [True, True, False, False, False]


def test_a_list_is_added_by_its_folders(run: Run, coast: Path, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")

    code, out, err = run("import", str(tmp_path / "list.opml"), "--yes")

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "north: Buoy",
        "left out: Nothing: 'nowhere' is no address of a feed",
        "1 source to add, 1 feed known already",
        f"{coast}/north.yaml: 1 added",
    ]
    assert [(one.id, one.region) for one in load(coast).sources][-1] == ("buoy", "north")
    again = run("import", str(tmp_path / "list.opml"), "--yes")
    assert again[1].splitlines()[-1] == "0 sources to add, 2 feeds known already"


def test_a_list_goes_into_a_file_that_is_there(run: Run, coast: Path, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")

    code, out, _ = run(
        "import", str(tmp_path / "list.opml"), "--region", "harbour-coast", "--yes", "--json"
    )

    assert code == 0
    assert json.loads(out)["known"] == ["https://beacon.example/a"]
    assert written(coast).startswith(COAST)
    assert [one.id for one in load(coast).sources] == ["lantern", "beacon", "buoy"]


def test_a_catalogue_is_begun_by_a_list(run: Run, coast: Path, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    (coast / "harbour-coast.yaml").unlink()

    assert run("import", str(tmp_path / "list.opml"), "--yes")[0] == 0

    assert {one.id for one in load(coast).sources} == {"buoy", "beacon"}


def test_nothing_is_written_unasked(run: Run, coast: Path, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")

    code, _, err = run("import", str(tmp_path / "list.opml"))

    assert (code, "give --yes" in err) == (2, True)
    assert [one.name for one in coast.iterdir()] == ["harbour-coast.yaml"]


def test_what_is_no_list_is_bad_data(run: Run, coast: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html><p>hello</p></html>", encoding="utf-8")

    code, _, err = run("import", str(tmp_path / "page.html"), "--yes")

    assert (code, "page.html" in err) == (65, True)
    assert run("import", str(tmp_path), "--yes")[0] == 65
    catalogue = tmp_path / "own.yaml"
    catalogue.write_text("region: coast", encoding="utf-8")
    first, second = run("import", str(catalogue), "--yes")[2].splitlines()
    assert first.endswith("own.yaml: plain text, not a list of feeds (OPML).")
    assert second == "A sources file is put into the catalogue's folder as it is"


def test_what_is_exported_comes_back(run: Run, coast: Path, tmp_path: Path) -> None:
    before = load(coast).sources
    opml = tmp_path / "all.opml"

    assert run("export", str(opml)) == (0, f"2 sources in {opml}\n", "")
    assert run("export", "-")[1].rstrip() == opml.read_text(encoding="utf-8").rstrip()
    (coast / "harbour-coast.yaml").unlink()
    assert run("import", str(opml), "--yes")[0] == 0

    assert load(coast).sources == before
    assert run("export", str(tmp_path / "nowhere" / "x.opml"))[0] == 2


WRONG_ADDITIONS = [
    (["https://new.example/", "--country", "Ireland"], "country: found 'Ireland'"),
    (["https://new.example/", "--timezone", "Europe/Nowhere"], "timezone: found 'Europe/Nowhere'"),
    (["https://new.example/", "--region", "North Sea"], "'North Sea'; write"),
    (["https://www.lantern.example/"], "is lantern's already"),
    (["new"], "new"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG_ADDITIONS)
def test_what_cannot_be_added_is_told_before_anybody_is_visited(
    run: Run, coast: Path, arguments: list[str], said: str
) -> None:
    before = (coast / "harbour-coast.yaml").read_text(encoding="utf-8")

    code, _, err = run("add", *arguments, "--yes")

    assert code == 2
    assert said in err
    assert (coast / "harbour-coast.yaml").read_text(encoding="utf-8") == before
