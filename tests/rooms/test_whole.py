"""A file of an answer: all of it, or what was there before."""

import stat
from pathlib import Path

import pytest

from dateline.whole import written


def test_what_is_written_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    file, link = tmp_path / "answer", tmp_path / "link"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o640)
    link.symlink_to(file)

    with written(link) as draft:
        draft.write_text("new", encoding="utf-8")
        assert file.read_text(encoding="utf-8") == "old"

    assert (file.read_text(encoding="utf-8"), link.is_symlink()) == ("new", True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer", "link"]


@pytest.mark.parametrize("before", [None, "old"])
def test_of_what_fails_nothing_is_left(tmp_path: Path, before: str | None) -> None:
    file = tmp_path / "answer"
    if before:
        file.write_text(before, encoding="utf-8")

    with pytest.raises(OSError, match="No space left"):
        half_written(file)

    left = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert left == ([before] if before else [])


def half_written(file: Path) -> None:
    """Have the disk be full in the middle of it."""
    with written(file) as draft:
        draft.write_text("half", encoding="utf-8")
        Path("/dev/full").write_text("half", encoding="utf-8")


def test_a_device_is_written_to_as_it_is() -> None:
    with written(Path("/dev/null")) as draft:
        assert draft == Path("/dev/null")

    assert Path("/dev/null").is_char_device()
