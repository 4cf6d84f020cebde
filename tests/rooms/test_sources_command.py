"""`dateline sources` and `dateline canonical`, as they are typed."""

import json
import time
from functools import partial
from pathlib import Path

import pytest

from config.source import EXPECTED
from tests.rooms.typed import Run, typed

COAST = """\
region: harbour-coast
sources:
  - {id: lantern, name: The Lantern, homepage: "https://lantern.example/",
     feeds: ["https://lantern.example/a", "https://lantern.example/b"], every: 30m, budget: 900}
  - {id: beacon, name: "[red]Beacon", homepage: "https://beacon.example/", enabled: false,
     country: "NO", language: no, timezone: Europe/Oslo, sitemaps: ["https://beacon.example/s"]}
"""


@pytest.fixture
def coast(tmp_path: Path) -> str:
    (tmp_path / "coast.yaml").write_text(COAST, encoding="utf-8")
    return str(tmp_path / "coast.yaml")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs `dateline` with arguments and gives exit code, stdout and stderr.

    In a home where nothing was collected yet.
    """
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MONGODB_URI", raising=False)

    return partial(typed, monkeypatch, capsys)


def test_list_shows_each_source_on_a_line(run: Run, coast: str) -> None:
    code, out, err = run("sources", "list", "--sources", coast)

    assert (code, err) == (0, "")
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "id name region country language feeds enabled",
        "lantern The Lantern harbour-coast 2 yes",
        "beacon [red]Beacon harbour-coast NO no 1 no",
        "2 sources in 1 region",
    ]


def test_list_as_json_has_every_fact(run: Run, coast: str) -> None:
    code, out, err = run("sources", "list", "--sources", coast, "--json")

    lantern, beacon = json.loads(out)
    assert (code, err) == (0, "")
    assert lantern["every_minutes"] == 30
    assert lantern["place"] == f"{coast}:3"
    assert (beacon["id"], beacon["language"], beacon["enabled"]) == ("beacon", "no", False)


def test_show_leaves_out_what_is_not_said(run: Run, coast: str) -> None:
    code, out, err = run("sources", "show", "lantern", "--sources", coast)

    assert (code, err) == (0, "")
    assert [line.split(":", 1)[0] for line in out.splitlines()] == [
        *("id", "name", "homepage", "region", "feeds", "every", "budget", "enabled"),
        "place",
    ]


@pytest.mark.parametrize(
    "arguments", [["list"], ["show", "lantern"], ["list", "--json"], ["show", "lantern", "--json"]]
)
def test_a_name_cannot_steer_the_terminal(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    file = tmp_path / "coast.yaml"
    name = r'"Lamp \e[2J\x9b\u202e\L שלום\u200f"'
    file.write_text(COAST.replace("The Lantern", name), encoding="utf-8")

    code, out, err = run("sources", *arguments, "--sources", str(file))

    assert (code, err) == (0, "")
    assert "שלום\u200f" in out
    for harmful in "\x1b\x9b\u202e\u2028":
        assert harmful not in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "lantren"], "no source 'lantren'; perhaps lantern"),
        (["list", "--region", "harbour"], "no region 'harbour'; perhaps harbour-coast"),
    ],
)
def test_an_unknown_name_is_usage(run: Run, coast: str, arguments: list[str], message: str) -> None:
    told = f"dateline: {message}; `dateline sources list` shows what there is\n"

    assert run("sources", *arguments, "--sources", coast) == (2, "", told)


def test_a_mistake_in_the_file_is_configuration(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "coast.yaml"
    file.write_text(COAST.replace("budget: 900", "bugdet: 9"), encoding="utf-8")

    assert run("sources", "list", "--sources", str(file)) == (
        78,
        "",
        f"dateline: {file}:4: sources[0].bugdet: found an unknown key; expected budget\n",
    )


def test_check_names_every_mistake_on_a_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "coast.yaml"
    file.write_text(COAST.replace("budget: 900", "bugdet: 9").replace(": no,", ": 7,"), "utf-8")
    mistakes = [
        f"{file}:4: sources[0].bugdet: found an unknown key; expected budget",
        f"{file}:6: sources[1].language: found 7; expected {EXPECTED['language']}",
    ]

    code, out, err = run("sources", "check", "--offline", "--sources", str(file))
    as_json = run("sources", "check", "--offline", "--json", "--sources", str(file))

    assert (code, out.splitlines()) == (78, mistakes)
    assert err == "dateline: 2 mistakes; mend the files named and check again\n"
    assert (as_json[0], [row["line"] for row in json.loads(as_json[1])]) == (78, [4, 6])
    listed = run("sources", "list", "--sources", str(file))
    hint = f"(and 1 more fault); `dateline sources check --sources {file}` lists them\n"
    assert listed[2].endswith(hint)


def test_check_gives_notes_and_no_alarm(run: Run, coast: str) -> None:
    code, out, err = run("sources", "check", "--offline", "--sources", coast)

    assert (code, err) == (0, "")
    *_, note, last = out.splitlines()
    assert note.startswith(f"{coast}:3: lantern: says no country")
    assert last == "2 sources, no mistakes, 1 note"
    said = json.loads(run("sources", "check", "--offline", "--sources", coast, "--json")[1])
    assert [(one["source"], one["place"]) for one in said] == [("lantern", f"{coast}:3")]


def test_check_tells_of_a_cleaning_rule_that_nobody_knows(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "coast.yaml"
    rule = "every: 30m, rules: [{off: [byline, bylines]}]"
    file.write_text(COAST.replace("every: 30m", rule), encoding="utf-8")

    out = run("sources", "check", "--offline", "--sources", str(file))[1]

    assert "'bylines' is off, and no cleaning rule has that name" in out
    assert "'byline' is off" not in out


def test_the_shipped_catalogue_is_what_is_listed_otherwise(run: Run) -> None:
    code, out, _ = run("sources", "list", "--region", "caucasus", "--json")

    assert code == 0
    assert {source["region"] for source in json.loads(out)} == {"caucasus"}


def test_canonical_answers_line_by_line(run: Run) -> None:
    stdin = "http://www.lantern.example/a/?utm_source=x\nlantern\r\nhttps://beacon.example\n"

    code, out, err = run("canonical", "http://M.lantern.example/b", "-", stdin=stdin)

    assert code == 65
    assert out.splitlines() == [
        "https://lantern.example/b",
        "https://lantern.example/a",
        "",
        "https://beacon.example/",
    ]
    assert err == "dateline: not an address with http or https: 'lantern'\n"


def test_canonical_of_addresses_is_done(run: Run) -> None:
    assert run("canonical", "http://lantern.example") == (0, "https://lantern.example/\n", "")


def test_where_the_database_cannot_be_asked_the_catalogue_is_shown_all_the_same(
    run: Run, coast: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50")

    for arguments in (["show", "lantern"], ["check", "--offline"]):
        code, out, err = run("sources", *arguments, "--sources", coast)

        assert code == 0
        assert "lantern" in out
        assert "127.0.0.1:9" in err


def test_a_check_of_files_alone_waits_for_no_database_and_starts_none(
    run: Run, coast: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mongo = tmp_path / "home" / "mongo"
    mongo.mkdir(parents=True)

    stopped = run("sources", "check", "--offline", "--sources", coast)
    monkeypatch.setenv("MONGODB_URI", "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=60000")
    began = time.monotonic()
    away = run("sources", "check", "--offline", "--sources", coast)

    assert time.monotonic() - began < 20
    assert (stopped[0], stopped[2], [*mongo.iterdir()]) == (0, "", [])
    assert (away[0], away[1], "127.0.0.1:9" in away[2]) == (0, stopped[1], True)
