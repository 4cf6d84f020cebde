"""Whole pages through the pure rooms: each case of ``tests/cases/pages`` gives what it expects."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dateline import cases
from pipelines.line import prepare
from tests import case

PLACES = sorted(path.parent for path in case.CASES.glob("*/case.yaml"))
HTML = b"<html><body><article>" + b"<p>The quay was swept before the ferry came in.</p>" * 5


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_gives_what_its_case_expects(place: Path) -> None:
    made = cases.gist(prepare(cases.page_of(place)))

    assert made == cases.read(place / cases.EXPECTED)


def test_a_file_is_saved_as_a_case_that_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = "{id: q, name: Q, homepage: 'http://q.example/', feeds: ['http://q.example/f']}"
    catalogue = tmp_path / "papers.yaml"
    catalogue.write_text(f"region: coast\nsources: [{paper}]", encoding="utf-8")
    monkeypatch.setenv("DATELINE_SOURCES", str(catalogue))
    page = tmp_path / "page.html"
    page.write_bytes(HTML)

    for _ in range(2):
        case.main([str(page), "--url", "https://www.quay.example/swept"], tmp_path / "cases")

    first, second = sorted((tmp_path / "cases").iterdir())
    assert (first.name, second.name) == ("www-quay-example", "www-quay-example-2")
    assert cases.read(first / cases.EXPECTED) == cases.gist(prepare(cases.page_of(first)))
    assert "www-quay-example-2" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"missing\.html: cannot be read"):
        case.main(["missing.html", "--url", "https://quay.example/a"], tmp_path)


def test_a_page_that_is_too_large_is_refused(tmp_path: Path) -> None:
    noise = b"".join(hash(str(n)).to_bytes(8, "little", signed=True) for n in range(40_000))

    with pytest.raises(cases.CaseError, match="at most 200000"):
        cases.save({"url": "https://quay.example/noise"}, noise, tmp_path)

    assert list(tmp_path.iterdir()) == []


DAMAGED = [
    (cases.PAGE, lambda body: body[:50], r"page\.html\.gz: damaged; save the case again"),
    (cases.KNOWN, lambda _: b"", r"case\.yaml: no keys"),
    (
        cases.KNOWN,
        lambda body: body.replace(b"fetched:", b"f:"),
        r"case\.yaml: it has no 'fetched'",
    ),
    (cases.EXPECTED, lambda _: b"", r"expected\.yaml: no keys"),
]


@pytest.mark.parametrize(("name", "damage", "said"), DAMAGED)
def test_a_damaged_case_is_told_with_its_file(
    name: str, damage: Callable[[bytes], bytes], said: str, tmp_path: Path
) -> None:
    place = cases.save(cases.known("https://quay.example/a", None, None), HTML, tmp_path)
    (place / name).write_bytes(damage((place / name).read_bytes()))

    with pytest.raises(cases.CaseError, match=said):
        cases.changes(place)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("title: A\ntext: [\n", r"expected\.yaml:3: not YAML; mend it"),
        ("title: A\n? - text: a\n", r"expected\.yaml: not YAML; mend it"),
        ("- title\n", r"expected\.yaml: no keys with what they say"),
        ("titel: A\n", r"expected\.yaml: 'titel' is no field of a case; write title, authors,"),
    ],
)
def test_what_a_person_writes_wrongly_is_named(written: str, said: str, tmp_path: Path) -> None:
    known = cases.known("https://quay.example/a", None, None)
    place = cases.save(known, HTML, tmp_path)
    (place / cases.EXPECTED).write_text(written, encoding="utf-8")

    with pytest.raises(cases.CaseError, match=said):
        cases.changes(place)
