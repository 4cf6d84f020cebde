"""A change to a sources file is the change and nothing else: comments, order and form stay."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config import edit
from config.entries import read
from config.errors import ConfigError, Fault
from config.save import save

COAST = """\
# our coast
region: harbour-coast
sources:
  # the old one
  - id: lantern   # since 1903
    name: "The: Lantern"
    homepage: https://lantern.example/
    feeds: [https://lantern.example/a,
            https://lantern.example/b]  # both

  # the new one
  - id: beacon
    name: Beacon
    homepage: https://beacon.example/
    enabled: true  # for now
    feeds:
      - https://beacon.example/feed  # all
    verified:
    # asked in May

# end
"""
BRACKETS = """\
region: harbour-coast
sources: [{id: lantern, name: L, homepage: "https://l.example/", feeds: ["https://l.example/a"]},
  {id: beacon, name: B, homepage: "https://b.example/", feeds: ["https://b.example/a"]}]
"""
BUOY = {
    "id": "buoy",
    "name": 'Buoy: "#1"',
    "homepage": "https://buoy.example/",
    "feeds": ["https://buoy.example/feed"],
    "rules": [{"drop": [".poll", "#weather"], "until": "2026-12-31"}],
    "verified": None,
}
FILE = Path("coast.yaml")


def sources(text: str, tmp_path: Path) -> dict[str, dict[str, object]]:
    file = tmp_path / "read.yaml"
    file.write_text(text, encoding="utf-8")
    faults: list[Fault] = []
    found = {one.source.id: one.source.model_dump(exclude_unset=True) for one in read(file, faults)}
    assert faults == []
    return found


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that are gone, and those that came."""
    old, new = before.splitlines(), after.splitlines()
    return [one for one in old if one not in new], [one for one in new if one not in old]


@pytest.mark.parametrize(
    ("source", "key", "value", "gone", "came"),
    [
        (
            "beacon", "enabled", False,
            ["    enabled: true  # for now"], ["    enabled: false  # for now"],
        ),
        ("lantern", "enabled", False, [], ["    enabled: false"]),
        (
            "lantern", "feeds", ["https://lantern.example/c"],
            [
                "    feeds: [https://lantern.example/a,",
                "            https://lantern.example/b]  # both",
            ],
            ["    feeds: [https://lantern.example/c]  # both"],
        ),
        ("beacon", "verified", None, ["    verified:"], ["    verified: null"]),
        ("beacon", "id", "light", ["  - id: beacon"], ["  - id: light"]),
        (
            "lantern", "name", "Lamp # 2",
            ['    name: "The: Lantern"'], ["    name: 'Lamp # 2'"],
        ),
    ],
)  # fmt: skip
def test_one_key_is_set(  # noqa: PLR0913 a row of the table
    source: str, key: str, value: object, gone: list[str], came: list[str], tmp_path: Path
) -> None:
    after = edit.set_key(FILE, COAST, source, key, value)

    assert changed_lines(COAST, after) == (gone, came)
    assert sources(after, tmp_path)


def test_an_entry_is_taken_out_and_comments_stay(tmp_path: Path) -> None:
    after = edit.remove(FILE, COAST, "lantern")

    assert after
    assert list(sources(after, tmp_path)) == ["beacon"]
    assert "# the old one" in after
    assert "# the new one" in after
    assert changed_lines(COAST, after)[1] == []


def test_of_the_only_entry_nothing_is_left() -> None:
    assert edit.remove(FILE, COAST.partition("\n  # the new one")[0], "lantern") is None


def test_an_entry_is_added_behind_the_last(tmp_path: Path) -> None:
    after = edit.add(FILE, COAST, [BUOY])

    found = sources(after, tmp_path)
    assert list(found) == ["lantern", "beacon", "buoy"]
    assert found["buoy"]["name"] == BUOY["name"]
    assert changed_lines(COAST, after)[0] == []


def test_a_new_file_holds_what_it_is_given(tmp_path: Path) -> None:
    found = sources(edit.new_file("harbour-coast", [BUOY]), tmp_path)

    assert list(found) == ["buoy"]


def test_in_brackets_a_key_is_set_and_an_entry_taken_out(tmp_path: Path) -> None:
    off = edit.set_key(FILE, BRACKETS, "beacon", "enabled", False)

    assert sources(off, tmp_path)["beacon"]["enabled"] is False
    assert list(sources(edit.remove(FILE, BRACKETS, "beacon") or "", tmp_path)) == ["lantern"]
    assert list(sources(edit.remove(FILE, BRACKETS, "lantern") or "", tmp_path)) == ["beacon"]


@pytest.mark.parametrize(
    ("why", "text", "change"),
    [
        ("in brackets nothing is added", BRACKETS, lambda text: edit.add(FILE, text, [BUOY])),
        (
            "an alias stands for what is written elsewhere",
            COAST.replace("name: Beacon", "name: *n").replace('name: "The', 'name: &n "The'),
            lambda text: edit.set_key(FILE, text, "lantern", "enabled", False),
        ),
        (
            "one entry is in another",
            COAST.replace("- id: lantern", "- &a\n    id: lantern").replace(
                "- id: beacon", "- <<: *a\n    id: beacon"
            ),
            lambda text: edit.remove(FILE, text, "lantern"),
        ),
    ],
)
def test_what_cannot_be_changed_so_is_told_with_its_place(
    why: str, text: str, change: "object", tmp_path: Path
) -> None:
    assert callable(change)
    with pytest.raises(ConfigError, match=r"coast\.yaml:\d+"):
        change(text)
    assert why


LISTED = """\
    aliases:
      - one  # the first
      # between
      - two
"""


@pytest.mark.parametrize(
    ("aliases", "came"),
    [
        ("", ["    aliases: [three]"]),
        ("    aliases: [one, two]  # both\n", ["    aliases: [one, two, three]  # both"]),
        ("    aliases: [one, two, ]\n", ["    aliases: [one, two, three]"]),
        (LISTED, ["      - three"]),
    ],
)
def test_a_list_grows_by_one(aliases: str, came: list[str], tmp_path: Path) -> None:
    before = COAST.replace("    feeds: [", f"{aliases}    feeds: [")

    after = edit.append(FILE, before, "lantern", "aliases", "three")

    found = sources(after, tmp_path)["lantern"]["aliases"]
    assert found == (("one", "two", "three") if aliases else ("three",))
    assert changed_lines(before, after)[1] == came


def test_lines_end_as_they_did(tmp_path: Path) -> None:
    before = COAST.replace("\n", "\r\n")

    after = edit.add(FILE, edit.set_key(FILE, before, "lantern", "enabled", False), [BUOY])

    assert after.count("\n") == after.count("\r\n")
    assert "buoy" in sources(after, tmp_path)


def test_a_comma_at_the_end_of_brackets_is_enough(tmp_path: Path) -> None:
    before = BRACKETS.replace("}]", ", }]")

    after = edit.set_key(FILE, before, "beacon", "enabled", False)

    assert sources(after, tmp_path)["beacon"]["enabled"] is False


def test_a_file_that_would_be_wrong_stays_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "coast.yaml"
    file.write_text(COAST, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"coast\.yaml:\d+: sources\[1\]\.country"):
        save(file, edit.set_key(file, COAST, "beacon", "country", "Norway"))

    assert file.read_text(encoding="utf-8") == COAST
    assert [one.name for one in tmp_path.iterdir()] == ["coast.yaml"]


_names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=30)


@given(name=_names.filter(str.strip), is_removed=st.booleans())
@example(name="0\u2028", is_removed=True)
@example(name="A\x85B\u2029C", is_removed=True)
def test_whatever_a_paper_is_called_the_others_stay(
    name: str, is_removed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    before = sources(COAST, folder)

    text = edit.add(FILE, COAST, [{**BUOY, "name": name}])
    text = edit.set_key(FILE, text, "lantern", "name", name)
    found = sources((edit.remove(FILE, text, "buoy") if is_removed else text) or "", folder)

    assert found["beacon"] == before["beacon"]
    assert found["lantern"] == {**before["lantern"], "name": name.strip()}
    assert ("buoy" in found) is not is_removed
