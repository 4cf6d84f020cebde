"""Backups: what comes back is what was there, or nothing does."""

import json
import stat
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote_plus

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from config.settings import Settings
from pipelines.store import layout, server
from pipelines.store.audit import audit
from pipelines.store.backup import backup
from pipelines.store.connect import connect
from pipelines.store.dump import FORMAT, DamagedError, Reader
from pipelines.store.errors import StoreError
from pipelines.store.lock import Lock
from pipelines.store.removed import Removals, Request
from pipelines.store.restore import OccupiedError, Restored, restore
from pipelines.store.runs import LOCK, SHARER, BusyError, held
from pipelines.store.schema import COLLECTIONS, META, SCHEMA_VERSION
from tests.samples import url_of
from tests.store.test_audit import sound as sound
from tests.store.test_copies import article

Document = dict[str, Any]
Db = Database[Document]


def quiet(_name: str, _number: int) -> None:
    """Nobody is told."""


def backed_up(db: Db, path: Path) -> Path:
    backup(db, path, quiet, is_embedded=True)
    return path


def restored(db: Db, path: Path, tell: Callable[[str, int], None] = quiet, **how: bool) -> Restored:
    with Reader.open(path) as reader:
        reader.verify(quiet)
        return restore(db, reader, tell, **how)


def everything(db: Db) -> dict[str, list[Document]]:
    return {one.name: list(db[one.name].find().sort("_id")) for one in COLLECTIONS}


@pytest.fixture
def other(mongo_client: MongoClient[Document], database: Db) -> Iterator[Db]:
    """An empty database to restore into."""
    name = database.name.replace("test_", "back_")
    yield mongo_client[name]
    mongo_client.drop_database(name)


@pytest.fixture
def made(sound: Db, tmp_path: Path) -> Path:
    """A backup of a sound database."""
    return backed_up(sound, tmp_path / "dateline.zip")


def test_what_comes_back_is_what_was_there(sound: Db, made: Path, other: Db) -> None:
    for name in ("lock:crawl", "run:20261126T081500-0a1b2c"):
        sound["hosts"].insert_one({"_id": name, "schema_version": 1})
    before = everything(sound)

    found = restored(other, made)

    before["hosts"] = [
        row for row in before["hosts"] if not row["_id"].startswith(("lock:", "run:"))
    ]
    assert everything(other) == before
    assert found.documents == sum(map(len, before.values())) + 1  # meta's
    assert layout.differences(other) == []
    assert audit(other).is_clean
    assert audit(other).articles == 2
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    with zipfile.ZipFile(made) as file:
        manifest = json.loads(file.read("manifest.json"))
    assert (manifest["schema"], manifest["format"]) == (SCHEMA_VERSION, FORMAT)


def test_what_a_run_had_in_hand_is_free(sound: Db, tmp_path: Path, other: Db) -> None:
    lease = {"by": "machine/1", "until": None, "epoch": 7}
    sound["frontier"].update_one({"state": "excluded"}, {"$set": {"lease": lease}})
    row = sound["revisions"].find_one()
    assert row
    sound["revisions"].insert_one({**row, "_id": f"{row['article']}:2", "revision": 2})

    restored(other, backed_up(sound, tmp_path / "b.zip"))

    assert other["frontier"].count_documents({"lease.by": {"$ne": None}}) == 0
    assert other["frontier"].count_documents({"lease.epoch": 7}) == 1
    assert audit(other).is_clean


def data_of(file: Path) -> list[int]:
    """Return the places of the bytes that hold documents."""
    whole, spans = file.read_bytes(), []
    with zipfile.ZipFile(file) as archive:
        for one in archive.infolist():
            name, more = struct.unpack("<HH", whole[one.header_offset + 26 :][:4])
            spans.append((one.header_offset + 30 + name + more, one.compress_size))
    return [place for start, size in spans for place in range(start, start + size)]


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_damaged_file_is_refused_before_anything_is_written(
    made: Path, other: Db, at: float
) -> None:
    whole = made.read_bytes()
    places = data_of(made)  # a name or a date of the archive itself says nothing of what it holds
    place = places[int(len(places) * at)]
    made.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])

    with pytest.raises(DamagedError):
        restored(other, made)

    assert other.list_collection_names() == []


@pytest.mark.parametrize("left", [0, 10, 1_000])
def test_what_was_cut_off_is_no_backup(made: Path, left: int) -> None:
    made.write_bytes(made.read_bytes()[:left])

    with pytest.raises(DamagedError, match="is no backup, or was cut off"):
        Reader.open(made)


def test_a_device_without_end_is_not_looked_through() -> None:
    with pytest.raises(DamagedError, match="it is no file"):
        Reader.open(Path("/dev/zero"))


def test_a_backup_that_fails_leaves_the_one_before(sound: Db, made: Path) -> None:
    before = made.read_bytes()

    def full(_name: str, _number: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        backup(sound, made, full, is_embedded=True)

    assert made.read_bytes() == before
    assert [path.name for path in made.parent.iterdir()] == ["dateline.zip"]


def test_another_file_is_not_written_over(sound: Db, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear")

    with pytest.raises(FileExistsError):
        backed_up(sound, path)

    assert path.read_text() == "Dear"


def test_what_a_killed_backup_left_goes_with_the_next(sound: Db, tmp_path: Path) -> None:
    left = tmp_path / ".dateline.zip.99999999.part"
    left.touch()

    backed_up(sound, tmp_path / "dateline.zip")

    assert not left.exists()


def test_a_database_that_holds_something_is_left_alone(sound: Db, made: Path) -> None:
    before = everything(sound)

    with pytest.raises(OccupiedError, match="documents"):
        restored(sound, made)

    assert everything(sound) == before


def test_a_restore_that_is_cut_off_leaves_no_database_and_is_begun_anew(
    sound: Db, made: Path, other: Db, mongo_uri: str
) -> None:
    def killed(name: str, _number: int) -> None:
        if name == "frontier":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restored(other, made, killed)
    assert any("was cut off" in words for words in layout.differences(other))
    with pytest.raises(StoreError, match="holds a part of a backup"):
        backed_up(other, made)
    settings = Settings(mongodb_uri=mongo_uri, mongodb_database=other.name)
    with pytest.raises(StoreError, match="was cut off"):
        connect(settings)

    restored(other, made)

    assert everything(other) == {**everything(sound), "hosts": []}
    connect(settings).close()


def test_a_database_that_is_replaced_keeps_what_was_removed(sound: Db, made: Path) -> None:
    newer, key = article(sound, "copy"), article(sound, "ferry")["_id"]
    removals = Removals(sound)
    removals.remove(article(sound, "ferry"), Request(reason="an order", by="ada"))
    # removed, too, is what the backup does not know
    late = {
        **newer,
        "_id": "e" * 32,
        "story": "e" * 32,
        "urls": [url_of("late")],
        "duplicate_of": None,
    }
    sound["articles"].insert_one(late)
    removals.remove(late, Request(reason="an order", by="ada"))

    found = restored(sound, made, is_replaced=True)

    assert found.removed == 1
    states = {row["_id"]: row["state"] for row in sound["articles"].find()}
    assert states == {key: "removed", newer["_id"]: "live", "e" * 32: "removed"}
    assert sound["revisions"].count_documents({}) == 0
    assert sound["frontier"].count_documents({"reason": "removed"}) == 1


def test_more_than_one_document_can_hold_stays_removed(sound: Db, made: Path) -> None:
    removals = Removals(sound)
    removals.remove(article(sound, "ferry"), Request(reason="an order", by="ada"))
    one = article(sound, "ferry")
    long = {**one["removed"], "reason": "x" * 2_000_000}  # many short ones weigh as much
    ids = [f"{number:032x}" for number in range(9)]
    sound["articles"].insert_many(
        {**one, "_id": key, "story": key, "urls": [url_of(key)], "removed": long} for key in ids
    )
    meta = list(sound[META].find())

    found = restored(sound, made, is_replaced=True)

    assert found.removed == 1
    assert sound["articles"].count_documents({"state": "removed", "_id": {"$in": ids}}) == 9
    assert [row["_id"] for row in sound[META].find()] == [row["_id"] for row in meta]


def test_a_run_under_way_keeps_its_database(sound: Db, made: Path) -> None:
    Lock(sound, LOCK, "machine/1", 600).take()

    with pytest.raises(BusyError, match="a run is under way: machine/1"):
        restored(sound, made, is_replaced=True)

    assert article(sound, "ferry")["state"] == "live"


@pytest.fixture
def standalone(mongo_home: Path, tmp_path: Path) -> Iterator[MongoClient[Document]]:
    """A server that is no replica set: it knows no snapshots."""
    engine = server.ensure(mongo_home).engine
    (tmp_path / "data").mkdir()
    with TemporaryDirectory(prefix="dl-") as short:
        socket = f"{short}/m.sock"
        started = subprocess.Popen(
            [engine, "--dbpath", tmp_path / "data", "--bind_ip", socket, "--nounixsocket",
             "--wiredTigerCacheSizeGB", "0.25"], stdout=subprocess.DEVNULL,
        )  # fmt: skip
        uri = f"mongodb://{quote_plus(socket)}/?directConnection=true"
        try:
            with MongoClient[Document](uri, w=1, journal=True, tz_aware=True) as client:
                yield client
        finally:
            started.kill()
            started.wait()


def test_a_standalone_server_is_backed_up_while_no_run_is_under_way(
    standalone: MongoClient[Document], sound: Db, tmp_path: Path
) -> None:
    db, path = standalone["dateline"], tmp_path / "b.zip"
    restored(db, backed_up(sound, path))
    before = everything(db)
    for name in (LOCK, f"{SHARER}1"):
        run = Lock(db, name, "machine/1", 600)
        run.take()
        with pytest.raises(BusyError, match="this server has no snapshots"):
            backup(db, path, quiet, is_embedded=False)
        run.drop()

    backup(db, path, quiet, is_embedded=False)

    assert held(db, LOCK) == []
    standalone.drop_database("dateline")
    restored(db, path)
    assert everything(db) == before


@pytest.mark.parametrize("name", [LOCK, f"{SHARER}1"])
def test_no_database_is_replaced_under_a_run(sound: Db, tmp_path: Path, name: str) -> None:
    path = backed_up(sound, tmp_path / "b.zip")
    run = Lock(sound, name, "machine/1", 600)
    run.take()
    before = everything(sound)

    with pytest.raises(BusyError, match="machine/1"):
        restored(sound, path, is_replaced=True)

    run.drop()
    assert {**everything(sound), "hosts": None} == {**before, "hosts": None}


def test_a_backup_of_a_newer_dateline_is_refused(sound: Db, tmp_path: Path, other: Db) -> None:
    sound[META].update_one({"_id": "schema"}, {"$set": {"version": SCHEMA_VERSION + 1}})
    try:
        path = backed_up(sound, tmp_path / "b.zip")
    finally:
        sound[META].update_one({"_id": "schema"}, {"$set": {"version": SCHEMA_VERSION}})

    with pytest.raises(DamagedError, match="update Dateline"):
        restored(other, path)

    assert other.list_collection_names() == []
