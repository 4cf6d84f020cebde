"""Which mongod is run, and what is said of one that cannot run; none of these listens."""

import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipelines.store import server
from pipelines.store.embedded import address, complaint, engine
from pipelines.store.embedded.engine import Engine
from pipelines.store.errors import ServerError

STARTED = '{"s":"I","c":"CONTROL","id":4615611,"msg":"MongoDB starting"}'
FULL = '{"s":"E","c":"WT","id":22435,"msg":"x","attr":{"message":"No space left on device"}}'
ABORT = '{"s":"F","c":"ASSERT","id":23090,"msg":"aborting"}'
LOCKED = "Unable to lock it. Another mongod instance is already running on the directory"
UNWRITABLE = (
    "Unable to create the lock file (Read-only file system). "
    "Also make sure that another mongod instance is not already running"
)


def a_mongod(folder: Path, script: str, mode: int = 0o755) -> Path:
    """A program of that name in a folder of its own."""
    folder.mkdir(exist_ok=True)
    path = folder / "mongod"
    path.write_text(script, encoding="utf-8")
    path.chmod(mode)
    return path


def telling(version: str) -> str:
    return f"#!/bin/sh\necho 'db version v{version}'\n"


def complaining(words: str) -> str:
    return f'#!/bin/sh\ncat >&2 << "END"\n{words}\nEND\nexit 1\n'


def data_of(mongo: Path, maker: Engine | None) -> None:
    (mongo / "data").mkdir(parents=True)
    (mongo / "data" / "WiredTiger").touch()
    if maker:
        engine.record(mongo, maker)


def error_of(line: str) -> str:
    return json.dumps({"s": "E", "c": "CONTROL", "attr": {"error": line}}, separators=(",", ":"))


def test_a_mongod_on_path_comes_before_the_embedded_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = a_mongod(tmp_path / "bin", telling("7.0.9"))
    monkeypatch.setenv("PATH", str(ours.parent), prepend=os.pathsep)

    assert engine.choose(tmp_path / "mongo") == Engine("path", str(ours), "7.0.9")


def test_the_embedded_one_is_found_without_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert engine.choose(tmp_path / "mongo").kind == "embedded"
    assert "fiftyone" not in sys.modules or not hasattr(sys.modules["fiftyone"], "db")


@pytest.mark.parametrize("elsewhere", ["bin", "moved"])
def test_the_engine_that_made_the_data_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    """Wherever one of its series lies by now, and in whatever patch release."""
    maker = a_mongod(tmp_path / elsewhere, telling("5.0.31"))
    newer = a_mongod(tmp_path / "newer", telling("7.0.9"))
    folder = newer.parent if elsewhere == "bin" else maker.parent
    monkeypatch.setenv("PATH", str(folder))
    data_of(tmp_path / "mongo", Engine("path", str(tmp_path / "bin" / "mongod"), "5.0.2"))

    assert engine.choose(tmp_path / "mongo") == Engine("path", str(maker), "5.0.31")


@pytest.mark.parametrize(
    ("maker", "words"),
    [
        (Engine("path", "/gone/mongod", "5.0.2"), r"5\.0\.2 \(/gone/mongod\).*\n.*MONGODB_URI"),
        (None, r"nothing says which MongoDB made the data.*\nPut .*engine\.json back"),
    ],
)
def test_data_of_another_engine_is_refused_with_the_way_out(
    tmp_path: Path, maker: Engine | None, words: str
) -> None:
    data_of(tmp_path / "mongo", maker)

    with pytest.raises(ServerError, match=words):
        server.ensure(tmp_path)

    assert (tmp_path / "mongo" / "data" / "WiredTiger").exists()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            complaining("error while loading shared libraries: libcurl.so.4: cannot open it"),
            "the library libcurl.so.4 is missing.\nInstall it (apt install libcurl4)",
        ),
        (complaining("version `GLIBC_2.35' not found"), "this system is too old for it"),
        ("#!/bin/sh\nkill -ILL $$\n", "this processor lacks AVX"),
        ("#!/no/such/loader\n", "is made for another system"),
        ("\x7fELF, but not quite", "is made for another system"),
        (complaining("no such thing"), "cannot run: no such thing"),
        (telling("3.6.23"), "is MongoDB 3.6.23; Dateline needs 4.4"),
    ],
)
def test_a_mongod_that_cannot_run_is_said_in_two_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    path = a_mongod(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)

    with pytest.raises(ServerError) as caught:
        server.ensure(tmp_path / "home")

    said = str(caught.value)
    assert str(path) in said
    assert words in said
    assert "MONGODB_URI" in said
    assert len(said.splitlines()) == 2


def test_a_mongod_without_the_right_to_run_gets_it(tmp_path: Path) -> None:
    path = a_mongod(tmp_path / "bin", telling("6.0.5"), mode=0o644)

    assert engine.examine("embedded", str(path)).version == "6.0.5"


def test_what_a_failed_first_start_left_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the half-made data would make the next start fail as well."""
    script = f"""#!/bin/sh
        [ "$1" = --version ] && echo 'db version v6.0.5' && exit
        while [ $# -gt 0 ]; do
            case "$1" in --dbpath) data=$2;; --logpath) log=$2;; esac
            shift
        done
        touch "$data/WiredTiger"; echo '{FULL}' >> "$log"; exit 51
    """
    path = a_mongod(tmp_path / "bin", script.replace("        ", ""))
    monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)

    with pytest.raises(ServerError, match=f"the disk of {tmp_path} is full"):
        server.ensure(tmp_path)

    assert not engine.has_data(tmp_path / "mongo")


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ([FULL, ABORT], "the disk of /home is full"),
        ([error_of(UNWRITABLE)], "may not write in /home/mongo"),
        ([error_of(LOCKED)], "another mongod has /home/mongo open"),
        ([error_of("WT_TRY_SALVAGE: database corruption detected")], "is damaged"),
        ([error_of("File name too long")], "cannot listen on its socket"),
        ([error_of("something new"), ABORT], "MongoDB stopped: something new."),
        ([error_of("something new"), ABORT[:30]], "MongoDB stopped: something new."),
    ],
)
def test_a_log_is_read_for_what_to_do(log: list[str], words: str) -> None:
    said = complaint.read("\n".join(log), Path("/home"))

    assert said
    assert words in said


@pytest.mark.parametrize(
    ("log", "is_said"),
    [
        ([STARTED, FULL, ABORT], True),
        ([STARTED, FULL, ABORT, STARTED], False),
        ([STARTED, FULL, '{"s":"I","id":23138,"attr":{"exitCode":0}}'], False),
        ([], False),
    ],
)
def test_last_words_are_those_of_the_last_one(
    tmp_path: Path, log: list[str], is_said: bool
) -> None:
    (tmp_path / "mongo").mkdir()
    (tmp_path / "mongo" / "mongod.log").write_text("\n".join(log), encoding="utf-8")

    assert (server.last_words(tmp_path) is not None) is is_said


@pytest.mark.parametrize("name", ["run", "deep" * 30, "with,comma"])
def test_a_socket_has_a_short_private_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with TemporaryDirectory(dir="/tmp") as short:  # pytest's own are too deep for a socket
        runtime = Path(short, name)
        runtime.mkdir()
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))

        place = address.choose(tmp_path / "mongo")

        assert (runtime in Path(place.host).parents) is (name == "run")
        assert len(place.host) <= address.LONGEST
        assert Path(place.host).parent.stat().st_mode & 0o777 == 0o700
        address.remove(place)


@pytest.mark.parametrize("squatter", ["file", "link"])
def test_a_place_that_is_not_ours_is_refused(tmp_path: Path, squatter: str) -> None:
    directory = Path(address.choose(tmp_path / "mongo").host).parent
    directory.rmdir()
    if squatter == "file":
        directory.touch()
    else:
        directory.symlink_to(tmp_path)

    with pytest.raises(ServerError, match="XDG_RUNTIME_DIR"):
        address.choose(tmp_path / "mongo")

    directory.unlink()
