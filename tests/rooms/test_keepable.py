"""An entry as the ledger can keep it: it compares equal when it is read back, and fits."""

from datetime import UTC, datetime, timedelta

from crawler.frontier import (
    LETTERS,
    LETTERS_OF_CONTENT,
    LETTERS_OF_SUMMARY,
    NAMES,
    admit,
    has_changed,
    keepable,
)
from pipelines.records import Entry

NOW = datetime(2026, 11, 2, 9, 0, 0, 123_456, tzinfo=UTC)
LONG = "y" * 50_000


def test_an_ordinary_entry_stays_as_it_is() -> None:
    entry = Entry(
        url="https://lantern.example/a",
        title="A ferry",
        summary="It left.",
        updated=NOW.replace(microsecond=123_000),
        authors=("A. Writer",),
    )

    assert keepable(entry) == entry


def test_a_time_finer_than_the_ledger_keeps_is_no_change() -> None:
    entry = Entry(url="https://lantern.example/a", updated=NOW)
    read_back = Entry(url="https://lantern.example/a", updated=NOW.replace(microsecond=123_000))

    assert not has_changed(read_back, keepable(entry))
    assert has_changed(read_back, keepable(Entry(url=entry.url, updated=NOW + timedelta(1))))


def test_nothing_of_an_entry_is_longer_than_fits() -> None:
    entry = keepable(
        Entry(
            url=LONG,
            id=LONG,
            title=LONG,
            summary=LONG,
            content=LONG * 2,
            authors=(LONG,) * 500,
            tags=(LONG,) * 500,
        )
    )

    assert {len(part or "") for part in (entry.url, entry.id, entry.title)} == {LETTERS}
    assert len(entry.summary or "") == LETTERS_OF_SUMMARY
    assert len(entry.content or "") == LETTERS_OF_CONTENT
    assert len(entry.authors) == len(entry.tags) == NAMES
    assert {len(name) for name in (*entry.authors, *entry.tags)} == {LETTERS}


def test_an_address_longer_than_fits_is_none() -> None:
    def owner(_: str) -> str:
        return "lantern"

    long, longer = (f"https://lantern.example/{'a' * n}" for n in (LETTERS, LETTERS + 1))

    admissions = [admit(Entry(url=url), "lantern", owner, NOW) for url in (long, longer)]

    assert {a.standing.reason for a in admissions} == {"invalid-address"}
    assert len({a.id for a in admissions}) == 2
