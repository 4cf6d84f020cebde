"""A cursor in a file: where a program that comes again goes on."""

from pathlib import Path

from dateline.exits import Code, Exit


def read_cursor(file: Path | None) -> str | None:
    """Return the cursor that is kept there; None where none is. Raises Exit."""
    if file is None:
        return None
    if not file.parent.is_dir():
        raise Exit(Code.LOOK, f"there is no folder {file.parent}; name a file in one that is there")
    try:
        return file.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as error:
        raise Exit(Code.LOOK, f"cannot read {file}: {error}") from error


def keep_cursor(cursor: str, file: Path | None) -> None:
    """Keep a cursor there, whole or not at all. Raises Exit."""
    from dateline.whole import written  # noqa: PLC0415 `--help` must load little

    if file is None:
        return
    try:
        with written(file) as draft:
            draft.write_text(f"{cursor}\n", encoding="utf-8")
    except OSError as error:
        words = f"cannot write {file}: {error.strerror}"
        raise Exit(Code.LOOK, f"{words}; name a file in a folder that is there") from error
