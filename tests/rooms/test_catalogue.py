"""A sources file is right, or each mistake in it is named with file, line and key."""

import os
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from config.catalogue import Catalogue, UnknownSource, load
from config.errors import ConfigError
from config.lint import notes
from config.source import EXPECTED, Source

ELSE = "expected a key that docs/add-a-source.md names"
LANTERN = """\
region: harbour-coast
sources:
  - id: lantern
    name: The Lantern
    homepage: https://www.lantern.example/
    feeds: [https://feeds.lantern.example/all.xml]
"""

FULL = """\
region: harbour-coast
sources:
  - id: lantern
    name: "24"
    homepage: https://lantern.example/
    country: NO
    language: no
    timezone: Europe/Oslo
    feeds: [https://lantern.example/feed]
    sitemaps: [https://lantern.example/news.xml]
    sections: [https://lantern.example/coast]
    hosts: [Lantern-Archive.example]
    aliases: [old-lantern]
    every: 2h
    follow_patterns: [^/20]
    ignore_patterns: [/ads/]
    keep_words: [harbour]
    ignore_words: [horoscope]
    keep_sections: [Coast]
    ignore_sections: [Stars]
    sponsored: false
    fulltext: page
    javascript: false
    rules: [{until: 2026-01-01, text: article}]
    archive: 30d
    headers: {accept-language: nb}
    budget: 50
    budget_mb: 20
    verified: 2026-03-14
    enabled: false
"""


def _entry(line: str) -> str:
    """Return a file whose line 4 is ``line``, in place of an entry's usual one for that key."""
    usual = {
        "id": "id: lantern",
        "name": "name: The Lantern",
        "homepage": "homepage: https://lantern.example/",
        "feeds": "feeds: [https://lantern.example/feed]",
    }
    usual.pop(line.partition(":")[0].strip("- "), None)
    rest = "".join(f"    {entry}\n" for entry in usual.values())
    return f"region: harbour-coast\nsources:\n  -\n    {line}\n{rest}"


def _faults(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [str(fault).replace(f"{path.parent}/", "") for fault in caught.value.faults]


def _write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_every_key_is_read(tmp_path: Path) -> None:
    (source,) = load(_write(tmp_path, coast=FULL)).sources

    assert source.model_fields_set >= Source.model_fields.keys()
    assert (source.name, source.region, source.country) == ("24", "harbour-coast", "NO")
    assert (source.language, source.every_minutes, source.archive_minutes) == ("no", 120, 43200)
    assert source.hosts == ("lantern-archive.example",)
    assert str(source.verified) == "2026-03-14"
    assert source.enabled is False


def test_what_is_left_out_is_unknown(tmp_path: Path) -> None:
    (source,) = load(_write(tmp_path, coast=LANTERN)).sources

    assert source.enabled is True
    assert (source.country, source.timezone, source.every_minutes) == (None, None, None)
    assert (source.sitemaps, source.verified) == ((), None)


@pytest.mark.parametrize("written", ["every: 30m", "every: 2h", "every: 1d"])
def test_a_duration_has_its_unit(tmp_path: Path, written: str) -> None:
    (source,) = load(_write(tmp_path, coast=_entry(written))).sources

    assert source.every_minutes == {"30m": 30, "2h": 120, "1d": 1440}[written[7:]]


@pytest.mark.parametrize(
    ("line", "key", "found"),
    [
        ("contry: KZ", "contry", "an unknown key; expected country"),
        ("rules: [{since: 2026-01-01, bogus: 1}]", "rules[0].bogus",
         "an unknown key; expected a key that docs/add-a-source.md names"),
        ("qwertz: 1", "qwertz", "an unknown key; expected a key that docs/add-a-source.md names"),
        ("id: The Lantern", "id", "'The Lantern'"),
        ("id: 24", "id", "24"),
        ("name: 24", "name", "24"),
        ("name:", "name", "nothing"),
        ("homepage: lantern.example", "homepage", "'lantern.example'"),
        ("homepage: ftp://lantern.example/", "homepage", "'ftp://lantern.example/'"),
        ("homepage: http://lantern.example:x/", "homepage", "'http://lantern.example:x/'"),
        ("feeds: https://lantern.example/feed", "feeds", "'https://lantern.example/feed'"),
        ("feeds: [https://lantern.example/a b]", "feeds[0]", "'https://lantern.example/a b'"),
        ("feeds: ['https://ada:Hunter2@lantern.example/feed']", "feeds[0]",
         "'https://ada:***@lantern.example/feed'"),
        ("feeds: ['https://lantern.example/feed?token=${TOKEN}']", "feeds[0]",
         "'https://lantern.example/feed?token=${TOKEN}'"),
        ("sitemaps: [https://lantern.example/x, /y]", "sitemaps[1]", "'/y'"),
        ("hosts: [https://lantern.example/]", "hosts[0]", "'https://lantern.example/'"),
        ("aliases: [Old One]", "aliases[0]", "'Old One'"),
        ("country: kz", "country", "'kz'"),
        ("country: ZZ", "country", "'ZZ'"),
        ("language: Kazakh", "language", "'Kazakh'"),
        ("timezone: Almaty", "timezone", "'Almaty'"),
        (f"timezone: a{'/a' * 900}", "timezone", f"'a{'/a' * 29}…"),
        ("timezone: ../Almaty", "timezone", "'../Almaty'"),
        ("timezone: Asia", "timezone", "'Asia'"),
        ("every: 30", "every", "30"),
        ("every: 0m", "every", "'0m'"),
        ("every: half an hour", "every", "'half an hour'"),
        ("archive: long", "archive", "'long'"),
        ("follow_patterns: ['(a']", "follow_patterns[0]",
         "'(a' (missing ): (a)"),
        ("ignore_patterns: ['(?=a)']", "ignore_patterns[0]",
         "'(?=a)' (invalid perl operator: (?=)"),
        ("keep_words: harbour", "keep_words", "'harbour'"),
        ("ignore_words: ['!']", "ignore_words[0]", "'!' (no letter in it)"),
        ("keep_sections: [1]", "keep_sections[0]", "1"),
        ("ignore_sections: Stars", "ignore_sections", "'Stars'"),
        ("sponsored: never", "sponsored", "'never'"),
        ("fulltext: maybe", "fulltext", "'maybe'"),
        ("javascript: often", "javascript", "'often'"),
        ("rules: [one]", "rules[0]", "'one'"),
        ("headers: [a]", "headers", "what is no header"),
        ("headers: {X-Edition: 5}", "headers.X-Edition", "what is no header"),
        ("headers: {X Edition: a}", "headers.X Edition", "its name is none"),
        ("headers: {Accept: 'a${'}", "headers.Accept",
         "a ${NAME} in its value is not closed, or names no variable"),
        ("headers: {Accept: b, Host: a.example}", "headers.Host", "it is not for a file to set"),
        ('headers: {Accept: "a\\nb"}', "headers.Accept",
         "its value is not one line of at most 4000 letters"),
        *((f"headers: {{{name}: Hunter2}}", f"headers.{name}",
           "a secret in a file; write ${NAME} for it, and set that variable")
          for name in ("Authorization", "cookie", "Proxy-Authorization", "X-Api-Key", "X-Token")),
        ("budget: 0", "budget", "0"),
        ("budget: many", "budget", "'many'"),
        ("budget_mb: 0", "budget_mb", "0"),
        ("verified: 2026-13-45", "verified", "'2026-13-45'"),
        ("enabled: perhaps", "enabled", "'perhaps'"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_place(
    tmp_path: Path, line: str, key: str, found: str
) -> None:
    (fault,) = _faults(_write(tmp_path, coast=_entry(line)) / "coast.yaml")

    name = re.split(r"[.\[]", key)[0]
    expected = "" if "; expected" in found else f"; expected {EXPECTED[name]}"
    assert fault == f"coast.yaml:4: sources[0].{key}: found {found}{expected}"


OF_RULES = [
    ("{off: [h1], until: 2026-13-01}", "[0].until: found '2026-13-01' (month value is outside",
     "a day such as 2026-03-31"),
    ("{drop: ['a[']}", "[0].drop[0]: found 'a[' (not a selector: ", "a list of CSS selectors"),
    ("{off: [a], until: 2026-01-01, since: 2026-01-02}", "[0]: found since is after until",
     EXPECTED["rules"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "found", "expected"), OF_RULES)
def test_a_wrong_key_of_a_rule_is_told_what_it_takes(
    tmp_path: Path, rule: str, found: str, expected: str
) -> None:
    line = f"rules: [{rule}]"

    (fault,) = _faults(_write(tmp_path, coast=_entry(line)) / "coast.yaml")

    assert fault.startswith(f"coast.yaml:4: sources[0].rules{found}")
    assert fault.endswith(f"; expected {expected}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["coast.yaml:1: found nothing; expected the keys region and sources"]),
        ("- a\n", ["coast.yaml:1: found ['a']; expected the keys region and sources"]),
        ("region: [a\nsources: b\n", ["coast.yaml:2: found "]),
        ("region: a\n  sources: []\n", ["coast.yaml:2: found a `:` where none may be; expec"]),
        ("region: a\nsources:\n  - id: b\n   name: c\n",
         ["coast.yaml:4: found what its place or its quotes put nowhere; expected keys bel"]),
        (LANTERN.replace("name: ", "name: Quay: "), ["coast.yaml:4: found a `:` where none"]),
        (LANTERN.replace("name: ", "name: *quay"), ["coast.yaml:4: found a value that begins"]),
        ("region: a\n\tsources: b\n", ["coast.yaml:2: found a tab; expected spaces: YAML ta"]),
        (LANTERN.replace("homepage", "hompage"),
         ["coast.yaml:5: sources[0].hompage: found an unknown key; expected homepage",
          "coast.yaml:3: sources[0].homepage: found nothing"]),
        ("a: !!python/name:os.system x\n", ["coast.yaml:1: found a tag (! before a value), wh"]),
        ("\na: !foo x\n", ["coast.yaml:2: found a tag (! before a value), which means"]),
        ("a: !!int x\n", ["coast.yaml:1: found a value that is no int; expected YAML"]),
        ("%YAML 1.11\n---\na: b\n", ["coast.yaml: found version minor part"]),
        ("a:\n  ? - b: c\n", ["coast.yaml:2: found a key that is a list or a mapping"]),
        ("? {a: b}\n: c\n", ["coast.yaml:1: found a key that is a list or a mapping"]),
        ("\na: !!bool x\n", ["coast.yaml:2: found a value that is no bool; expected YAML"]),
        ("\nregion: \x07\n", ["coast.yaml:2: found a character that no YAML holds, U+0007"]),
        ("a: " + "9" * 5000, ["coast.yaml:1: found a value that is no int; expected YAML"]),
        ('a: "\\UFFFFFFFF"', ["coast.yaml: found Python int too large"]),
        ('"a\\nb": 1\n' + LANTERN, ["coast.yaml:1: a b: found an unknown key; expected"]),
        (LANTERN + "    7: b\n", ["coast.yaml:7: sources[0][7]: found an unknown key; expected"]),
        (LANTERN + "    ~: b\n", ["coast.yaml:3: sources[0].None: found an unknown key; expect"]),
        (LANTERN + "    budget: 0x" + "f" * 5000,
         ["coast.yaml:7: sources[0].budget: found a number without end; expected pages a day"]),
        (LANTERN + "    ignore_patterns: ['a{9999}']\n",
         ["coast.yaml:7: sources[0].ignore_patterns[0]: found 'a{9999}' (invalid repetition"]),
        (LANTERN + "region: Twice\n", ['coast.yaml:7: found duplicate key "region"']),
        (LANTERN + "    headers: {X-Token: Hunter2, X-Token: Hunter3}\n",
         ['coast.yaml:7: found duplicate key "X-Token"; expected YAML']),
        ("[" * 1000, ["coast.yaml: found lists in lists without end; expected YAML"]),
        (LANTERN + "    name: Twice\n", ['coast.yaml:7: found duplicate key "name"']),
        (LANTERN.replace("harbour-coast", "Harbour Coast"),
         ["coast.yaml:1: region: found 'Harbour Coast'; expected lower-case letters"]),
        (LANTERN.partition("\n")[2],
         ["coast.yaml:1: region: found nothing; expected lower-case letters"]),
        ("region: a\n", ["coast.yaml:1: sources: found nothing; expected a list of sources"]),
        ("region: a\nsources: {id: b}\n", ["coast.yaml:2: sources: found {'id': 'b'}; expected"]),
        ("regoin: a\n" + LANTERN,
         ["coast.yaml:1: regoin: found an unknown key; expected region"]),
        ("zzz: a\n" + LANTERN,
         ["coast.yaml:1: zzz: found an unknown key; expected region and sources"]),
        (LANTERN + "    region: elsewhere\n",
         ["coast.yaml:7: sources[0].region: found a key of the file inside a source; expected"]),
        ("region: a\nsources:\n  - lantern\n",
         ["coast.yaml:3: sources[0]: found 'lantern'; expected a source with id, name, homepage"]),
        ("region: a\nsources:\n  - id: lantern\n    name: L\n",
         ["coast.yaml:3: sources[0].homepage: found nothing; expected an address with"]),
        (LANTERN.replace("feeds:", "hosts:").replace("https://feeds.lantern.example/all.xml", "a"),
         ["coast.yaml:3: sources[0]: found no entrance; expected one of feeds, sitemaps, sec"]),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_place(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    faults = _faults(_write(tmp_path, coast=text) / "coast.yaml")

    assert [fault[: len(start)] for fault, start in zip(faults, expected, strict=True)] == expected


def _laughing(levels: int, form: str) -> str:
    """Return lines each of which is nine times the one before."""
    pairs = pairwise("abcdefghijkl"[:levels])
    lines = [form.format(name=new, parts=",".join([f"*{old}"] * 9)) for old, new in pairs]
    return "\n".join(["a: &a {k: [v]}", *lines, ""])


@pytest.mark.parametrize(
    ("why", "text", "line"),
    [
        ("a million laughs in lists", _laughing(9, "{name}: &{name} [{parts}]"), 7),
        ("in merged keys", _laughing(9, "{name}: &{name} {{<<: [{parts}]}}"), 7),
        ("a list that holds itself", "a: &a [*a]\n", 1),
    ],
)
def test_aliases_without_end_are_refused_at_once(
    tmp_path: Path, why: str, text: str, line: int
) -> None:
    (fault,) = _faults(_write(tmp_path, coast=text + LANTERN) / "coast.yaml")

    assert fault == f"coast.yaml:{line}: found aliases in aliases without end; expected YAML"


def test_an_alias_for_what_is_written_once_is_welcome(tmp_path: Path) -> None:
    twice = LANTERN.replace("name: ", "name: &n ") + "    keep_words: [*n, *n]\n"

    (source,) = load(_write(tmp_path, coast=twice)).sources

    assert source.keep_words == (source.name, source.name)


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda path: os.mkfifo(path), "a pipe; expected a file"),
        (lambda path: path.symlink_to("/dev/zero"), "a device; expected a file"),
        (lambda path: path.mkdir(), "a folder; expected a file"),
        (lambda path: path.symlink_to("nowhere"), "No such file or directory; expected a file tha"),
        (lambda path: path.write_bytes(bytes(5_000_001)), "more than 5 MB; expected a file"),
        (lambda path: path.write_bytes(b"region: a\nsources: \xff"), "bytes that are not UTF-8"),
    ],
)
def test_what_is_no_file_is_refused_and_not_waited_for(
    tmp_path: Path, make: Callable[[Path], object], found: str
) -> None:
    make(tmp_path / "coast.yaml")

    with pytest.raises(ConfigError) as caught:
        load(tmp_path)

    (fault,) = caught.value.faults
    assert str(fault).partition(": found ")[2].startswith(found)


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="found File name too long"):
        load(tmp_path / ("a" * 5000))


def test_every_fault_of_every_file_is_found(tmp_path: Path) -> None:
    folder = _write(tmp_path, a=_entry("country: kz"), b="[", c=_entry("id: B") + "    every: 5\n")

    with pytest.raises(ConfigError) as caught:
        load(folder)

    places = [(Path(f.file).name, f.line, f.key) for f in caught.value.faults]
    assert places == [
        ("a.yaml", 4, "sources[0].country"),
        ("b.yaml", 1, None),
        ("c.yaml", 4, "sources[0].id"),
        ("c.yaml", 8, "sources[0].every"),
    ]
    command = f"`dateline sources check --sources {folder}`"
    assert str(caught.value).endswith(f"\n(and 3 more faults); {command} lists them")


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("sources_", "coast.yaml:1: sources_: found an unknown key; expected sources",
         "coast.yaml:5001: sources_4999: found an unknown key; expected region and sources"),
        ("    namee", "coast.yaml:7: sources[0].namee: found an unknown key; expected name",
         "coast.yaml:5007: sources[0].namee4999: found an unknown key; " + ELSE),
    ],
)  # fmt: skip
def test_many_unknown_keys_are_all_named_and_the_first_ones_hinted(
    key: str, first: str, last: str, tmp_path: Path
) -> None:
    """Each costs no more than the one before: a file of another kind is told in seconds."""
    wrong = "".join(f"{key}{n}: 1\n" for n in ("", *range(5_000)))
    written = LANTERN + wrong if key.startswith(" ") else wrong + LANTERN

    found = [fault.partition("/")[2] for fault in _faults(_write(tmp_path, coast=written))]

    assert len(found) == 5_001
    assert (found[0], found[-1]) == (first, last)


def test_an_id_is_taken_once_and_both_places_are_named(tmp_path: Path) -> None:
    other = LANTERN.replace("id: lantern", "id: beacon\n    aliases: [lantern]")
    folder = _write(tmp_path, a=LANTERN, b=LANTERN, c=other)

    with pytest.raises(ConfigError) as caught:
        load(folder)

    assert [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults] == [
        f"{place}: found 'lantern', which a.yaml:3 has; expected an id that no other source has"
        for place in ("b.yaml:3: sources[0].id", "c.yaml:4: sources[0].aliases")
    ]


def test_a_file_that_is_not_there_or_not_readable_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"region: a\nsources: \xe9\n")
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "coast.yaml").symlink_to(tmp_path / "nowhere")

    assert _faults(tmp_path / "nowhere") == [
        "nowhere: found nothing there; expected a sources file, or a folder of them"
    ]
    assert _faults(tmp_path / "empty") == [
        "empty: found no .yaml file in it; expected a sources file, or a folder of them"
    ]
    assert _faults(tmp_path / "latin.yaml") == [
        "latin.yaml:2: found bytes that are not UTF-8; expected text in UTF-8"
    ]
    assert _faults(tmp_path / "gone") == [
        "gone/coast.yaml: found No such file or directory; expected a file that can be read"
    ]


def test_a_folder_holds_files_by_region_and_by_paper(tmp_path: Path) -> None:
    beacon = LANTERN.replace("lantern", "beacon")
    folder = _write(tmp_path, coast=LANTERN, inland__beacon=beacon.replace("harbour-", "in-"))

    catalogue = load(folder)

    assert [(source.id, source.region) for source in catalogue.sources] == [
        ("lantern", "harbour-coast"),
        ("beacon", "in-coast"),
    ]
    assert catalogue.places["beacon"] == f"{folder}/inland/beacon.yaml:3"
    assert catalogue.regions == ("harbour-coast", "in-coast")


def _source(source_id: str, homepage: str, region: str = "coast", **more: object) -> Source:
    return Source.model_validate(
        {
            "id": source_id,
            "name": source_id.title(),
            "homepage": homepage,
            "region": region,
            "feeds": [f"{homepage}feed"],
            **more,
        }
    )


PAPERS = Catalogue(
    (
        _source("lantern", "https://www.lantern.co.uk/", hosts=["lantern-archive.example"]),
        _source("north", "https://north.union.example/", aliases=["old-north"]),
        _source(
            "south",
            "https://south.union.example/",
            "inland",
            feeds=["https://feeds.service.example/south", "https://rss.union.example/south"],
        ),
        _source("one", "http://127.0.0.1:8001/"),
        _source("two", "http://127.0.0.1:8002/"),
        _source("blog", "https://harbour.blogspot.com/"),
        _source("gazeta", "https://www.газета.example/"),
    )
)


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("lantern.co.uk", "lantern"),
        ("WWW.Lantern.co.uk.", "lantern"),
        ("sport.lantern.co.uk", "lantern"),
        ("lantern-archive.example", "lantern"),
        ("other.co.uk", None),
        ("north.union.example", "north"),
        ("deep.north.union.example", "north"),
        ("rss.union.example", "south"),
        ("union.example", None),
        ("east.union.example", None),
        ("feeds.service.example", None),
        ("lantern.co.uk:443", "lantern"),
        ("ГАЗЕТА.example", "gazeta"),
        ("xn--80aahjj1e.example.", "gazeta"),
        ("127.0.0.1:8001", "one"),
        ("127.0.0.1:8002", "two"),
        ("127.0.0.1", None),
        ("harbour.blogspot.com", "blog"),
        ("inland.blogspot.com", None),
        ("", None),
    ],
)
def test_a_host_has_the_owner_that_names_it(host: str, owner: str | None) -> None:
    found = PAPERS.owner(host)

    assert (found.id if found else None) == owner


def test_a_source_is_found_by_its_id_and_its_earlier_ones() -> None:
    assert PAPERS.by_id("old-north") is PAPERS.by_id("north") is PAPERS.sources[1]
    assert PAPERS.by_id("nobody") is None


def test_sources_are_chosen_by_name_or_region() -> None:
    assert [s.id for s in PAPERS.select(["south", "old-north", "north"])] == ["south", "north"]
    assert [s.id for s in PAPERS.select(region="inland")] == ["south"]
    assert [s.id for s in PAPERS.select(["south"], "inland")] == ["south"]
    assert PAPERS.select() == PAPERS.sources


LIST = "`dateline sources list` shows what there is"


@pytest.mark.parametrize(
    ("ids", "region", "message"),
    [
        (["nroth"], None, f"no source 'nroth'; perhaps north; {LIST}"),
        (["zzzz"], None, f"no source 'zzzz'; {LIST}"),
        ([], "inlan", f"no region 'inlan'; perhaps inland; {LIST}"),
        (["north"], "inland", "source 'north' is of coast, not of inland"),
    ],
)
def test_an_unknown_name_is_an_error_with_what_comes_near(
    ids: list[str], region: str | None, message: str
) -> None:
    with pytest.raises(UnknownSource) as caught:
        PAPERS.select(ids, region)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("scheme", "value", "said"), [("http", "${A}", 1), ("https", "${A}", 0), ("http", "a", 0)]
)
def test_the_lint_says_that_a_secret_goes_in_clear(
    tmp_path: Path, scheme: str, value: str, said: int
) -> None:
    text = LANTERN.replace("https://feeds", f"{scheme}://feeds")
    catalogue = load(_write(tmp_path, a=f"{text}    headers: {{X-Edition: {value!r}}}\n"))

    found = [note.text for note in notes(catalogue, ()) if note.text.startswith("headers: go to ")]

    assert len(found) == said


def test_the_lint_asks_for_what_is_missing_and_shows_doubles(tmp_path: Path) -> None:
    again = LANTERN.replace("id: lantern", "id: again").replace("https://www.", "http://")
    catalogue = load(_write(tmp_path, a=LANTERN, b=again))

    found = [(note.source, note.text.partition(" (")[0]) for note in notes(catalogue, ())]

    assert found == [
        ("lantern", "says no country, no language, no timezone"),
        ("again", "says no country, no language, no timezone"),
        ("again", "https://feeds.lantern.example/all.xml is visited for lantern already"),
        ("again", "shares lantern.example with lantern, which owns every article found there"),
    ]


def test_an_anchor_that_is_set_again_is_no_remark(tmp_path: Path) -> None:
    twice = LANTERN + "    aliases: [&a one, &a two]\n    keep_words: [*a]\n"

    (source,) = load(_write(tmp_path, coast=twice)).sources

    assert source.keep_words == ("two",)


def test_a_key_without_end_is_told_in_one_line(tmp_path: Path) -> None:
    (fault,) = _faults(_write(tmp_path, coast=f"{LANTERN}    {'k' * 900}: 1\n"))

    assert fault.endswith(f"coast.yaml:7: sources[0].{'k' * 109}…: found an unknown key; {ELSE}")
