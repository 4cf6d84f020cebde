"""Failpoints: nothing without their variable; with it the one act, at the one moment, once."""

from pathlib import Path

import pytest

from pipelines.failpoints import POINTS, VARIABLE, FailpointError, reached


def struck(point: str, times: int) -> list[int]:
    """Return at which of so many times something went wrong."""
    found = []
    for number in range(1, times + 1):
        try:
            reached(point)
        except FailpointError:
            found.append(number)
    return found


def test_without_its_variable_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    assert [struck(point, 3) for point in POINTS] == [[]] * len(POINTS)


def test_it_strikes_at_its_moment_and_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, f"made:2:raise:{tmp_path / 'mark'}")

    assert (struck("fetched", 4), struck("made", 4)) == ([], [2])
    assert (tmp_path / "mark").exists()


def test_where_its_mark_is_it_has_struck(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mark").touch()
    monkeypatch.setenv(VARIABLE, f"made:1:raise:{tmp_path / 'mark'}")

    assert struck("made", 3) == []


@pytest.mark.parametrize("words", ["nowhere:1:kill", "made:1:dance"])
def test_what_it_does_not_know_is_refused(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setenv(VARIABLE, words)

    with pytest.raises(ValueError, match="no such moment or act"):
        reached("made")
