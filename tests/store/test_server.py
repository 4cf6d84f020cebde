"""The embedded mongod, a real one: shared, recovered, moved, refused."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from pipelines.store import server
from pipelines.store.embedded import address, engine, process
from pipelines.store.errors import ServerError

LONG = "m" * 150


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home without a server; what the test started there is stopped."""
    yield tmp_path / "home"
    for one in tmp_path.iterdir():
        discard(one)
    shutil.rmtree(tmp_path)


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose server the tests of this file may kill; whoever needs it ensures it."""
    home = tmp_path_factory.mktemp("shared") / LONG
    yield home
    discard(home)
    shutil.rmtree(home)


def client(running: server.Server) -> MongoClient[dict[str, Any]]:
    return MongoClient(running.uri, w="majority", journal=True)


def kill(pid: int) -> None:
    victim = psutil.Process(pid)
    victim.kill()
    while process.is_alive(victim):
        time.sleep(0.01)


def discard(home: Path) -> None:
    """Quicker than to stop it: its data go the same way."""
    running = server.status(home)
    if running:
        place = place_of(running)
        kill(running.pid)
        address.remove(place)


def place_of(running: server.Server) -> address.Address:
    place = address.of(psutil.Process(running.pid).cmdline())
    assert place
    return place


def socket_of(running: server.Server) -> Path:
    return Path(place_of(running).host)


def test_simultaneous_starts_share_one_server(shared_home: Path) -> None:
    """Three rounds of three processes; between the rounds the server is killed."""
    command = [sys.executable, "-m", "tests.store.starting", str(shared_home)]
    with ExitStack() as stack:
        starters = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(3)
        ]
        assert [answer(starter) for starter in starters] == ["ready"] * 3
        for _ in range(3):
            for starter in starters:
                assert starter.stdin
                print(file=starter.stdin, flush=True)
            found = [server.Server(**json.loads(answer(starter))) for starter in starters]

            assert len({(one.uri, one.pid) for one in found}) == 1
            assert sorted(one.started for one in found) == [False, False, True]
            with client(found[0]) as connection:
                assert connection.admin.command("hello")["isWritablePrimary"]
            kill(found[0].pid)


def answer(starter: "subprocess.Popen[str]") -> str:
    assert starter.stdout
    return starter.stdout.readline().strip()


@pytest.mark.parametrize("left", ["{stranger}", ""])
def test_a_killed_server_is_started_again_with_its_data(shared_home: Path, left: str) -> None:
    """Whatever its lock file says by now; the process that got its number is left alone."""
    first = server.ensure(shared_home)
    with client(first) as connection:
        connection.test.things.replace_one({"_id": left}, {"kept": True}, upsert=True)
    kill(first.pid)
    with subprocess.Popen(["sleep", "600"]) as stranger:
        try:
            lock = shared_home / "mongo" / "data" / "mongod.lock"
            lock.write_text(left.format(stranger=stranger.pid), encoding="ascii")
            second = server.ensure(shared_home)
            is_alone = stranger.poll() is None
        finally:
            stranger.kill()  # whatever fails, nobody waits for its end
    assert is_alone
    assert second.started
    assert second.uri == first.uri
    with client(second) as connection:
        assert connection.test.things.find_one({"_id": left}) == {"_id": left, "kept": True}


def test_a_server_that_runs_is_shared(shared_home: Path) -> None:
    first = server.ensure(shared_home)

    again = server.ensure(shared_home)

    assert (again.pid, again.uri, again.started) == (first.pid, first.uri, False)
    assert server.status(shared_home) == again
    assert again.version == engine.examine("", again.engine).version


def test_the_path_of_the_home_may_be_long_and_a_link(shared_home: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(shared_home)

    assert server.ensure(link).pid == server.ensure(shared_home).pid


def test_nobody_else_reaches_the_socket(shared_home: Path) -> None:
    socket = socket_of(server.ensure(shared_home))

    assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(socket)) <= address.LONGEST


def test_a_log_that_grew_large_is_put_aside(shared_home: Path) -> None:
    server.ensure(shared_home)
    log = shared_home / "mongo" / "mongod.log"
    os.truncate(log, server.LOG_MAX_BYTES)

    server.ensure(shared_home)

    assert log.with_suffix(".log.1").stat().st_size >= server.LOG_MAX_BYTES
    assert log.stat().st_size < server.LOG_MAX_BYTES


def test_a_live_server_whose_socket_is_gone_is_started_again(shared_home: Path) -> None:
    first = server.ensure(shared_home)
    socket_of(first).unlink()

    second = server.ensure(shared_home)

    assert second.started
    with client(second) as connection:
        assert connection.admin.command("ping")


@pytest.mark.parametrize("runs", [True, False])
def test_a_moved_home_keeps_its_data(home: Path, runs: bool) -> None:
    """The member's address is stored in the data; one that still runs finds no file any more."""
    first = server.ensure(home)
    with client(first) as connection:
        connection.test.things.insert_one({"_id": 1})
    if not runs:
        server.stop(home)
    moved = home.rename(home.with_name(LONG))

    second = server.ensure(moved)

    assert second.started
    assert second.uri != first.uri
    with client(second) as connection:
        assert connection.test.things.find_one() == {"_id": 1}
        connection.test.things.insert_one({"_id": 2})


def test_stop_stops_once_and_leaves_no_socket(home: Path) -> None:
    before = server.stop(home)
    running = server.ensure(home)
    socket = socket_of(running)

    stopped = [server.stop(home), server.stop(home)]

    assert (before, stopped) == (False, [True, False])
    assert server.status(home) is None
    assert server.last_words(home) is None
    assert not socket.parent.exists()


def test_without_sockets_a_password_guards_loopback(home: Path) -> None:
    running = server.ensure(home, sockets=False)

    with client(running) as connection:
        connection.test.things.insert_one({"_id": 1})
    assert server.ensure(home).pid == running.pid
    stranger = MongoClient[dict[str, Any]]("mongodb://" + running.uri.partition("@")[2])
    with stranger, pytest.raises(OperationFailure, match="requires authentication"):
        stranger.test.things.find_one()


def test_a_mongod_that_somebody_else_started_is_left_alone(home: Path) -> None:
    data = home / "mongo" / "data"
    data.mkdir(parents=True)
    place = address.choose(home / "mongo")
    command = [engine.choose(home / "mongo").path, "--dbpath", str(data), *place.options]
    subprocess.run(
        [*command, "--fork", "--logpath", str(home / "log")], check=True, capture_output=True
    )
    pid = int((data / "mongod.lock").read_text(encoding="ascii"))

    with pytest.raises(ServerError, match=f"kill {pid}"):
        server.ensure(home)

    assert process.is_alive(psutil.Process(pid))
    kill(pid)
    address.remove(place)


def can_hide() -> bool:
    unshare = shutil.which("unshare")
    probe = ["unshare", "-Urpf", "--mount-proc", "true"]
    return bool(unshare) and subprocess.run(probe, check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_hide(), reason="no namespace of processes can be made here")
def test_one_whose_process_cannot_be_seen_is_named_and_left_alone(home: Path) -> None:
    running = server.ensure(home)
    command = ["unshare", "-Urpf", "--mount-proc", sys.executable, "-m", "tests.store.starting"]

    ended = subprocess.run(
        [*command, str(home)], check=False, input="\n", capture_output=True, text=True
    )

    assert ended.returncode == 1
    what, cure = ended.stderr.rpartition("ServerError: ")[2].splitlines()
    assert "runs where its process cannot be seen" in what
    assert cure == f"Name it: export MONGODB_URI='{running.uri}'"
    assert server.ensure(home).pid == running.pid


def test_one_that_was_killed_is_heard_for_a_moment_and_keeps_nothing_from_being_started(
    home: Path,
) -> None:
    place = address.choose(home / "mongo")
    with socket.socket(socket.AF_UNIX) as last:
        last.bind(place.host)
        last.listen()

        def be_heard_once() -> None:
            last.accept()[0].close()
            last.close()

        heard = threading.Thread(target=be_heard_once)
        heard.start()

        assert server.ensure(home).started
        heard.join()


def can_mount() -> bool:
    unshare = shutil.which("unshare")
    probe = ["unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return bool(unshare) and subprocess.run(probe, check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="no small file system can be mounted here")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("size=100k", "the disk of {} is full, and MongoDB cannot write."),
        ("size=4k,nr_inodes=2", "cannot keep MongoDB's data in {}"),
    ],
)
def test_a_full_disk_is_said(tmp_path: Path, options: str, words: str) -> None:
    """Met by mongod, by its own log; met by us."""
    script = 'mount -t tmpfs -o "$1" none "$2" && exec "$3" -m tests.store.starting "$2"'
    command = ["unshare", "-Urm", "sh", "-c", script, "sh", options, str(tmp_path), sys.executable]

    ended = subprocess.run(command, check=False, input="\n", capture_output=True, text=True)

    assert ended.returncode == 1
    what, cure = ended.stderr.rpartition("ServerError: ")[2].splitlines()
    assert what.startswith(words.format(tmp_path))
    assert cure.startswith("Free some space there")


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/dateline"])
def test_a_home_that_cannot_be_written_is_said(tmp_path: Path, where: str) -> None:
    """As root, too, nothing can be made below a file, nor in /proc."""
    (tmp_path / "file").touch()

    with pytest.raises(ServerError, match=r"(?s)cannot keep MongoDB's data in .*DATELINE_HOME"):
        server.ensure(tmp_path / where)
