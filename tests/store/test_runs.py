"""One run at a time: of a home by its file, of a database by its lease."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.store.figures import Figures
from pipelines.store.living import Living, owner
from pipelines.store.runs import LOCK, BusyError, Runs
from tests.samples import NOW

Document = dict[str, Any]


def lock(db: Database[Document]) -> Document:
    found = db["hosts"].find_one({"_id": LOCK})
    assert found
    lease: Document = found["lease"]
    return lease


def begun(db: Database[Document], home: Path, *, shares: bool = False) -> Runs:
    runs = Runs(db, home, NOW, shares=shares)
    runs.begin(NOW)
    return runs


def test_a_run_leaves_its_report_and_a_free_lock(db: Database[Document], tmp_path: Path) -> None:
    runs = begun(db, tmp_path)
    assert lock(db)["by"] == runs.by

    runs.end("done", {"pages": {"stored": {"new": 2}}}, NOW + timedelta(minutes=1))

    [report] = db["runs"].find()
    assert (report["outcome"], report["report"]["pages"]) == ("done", {"stored": {"new": 2}})
    assert (lock(db)["by"], lock(db)["until"]) == (None, None)
    begun(db, tmp_path).abandon()


def test_a_second_run_of_the_same_home_is_busy(db: Database[Document], tmp_path: Path) -> None:
    first = begun(db, tmp_path)

    with pytest.raises(BusyError, match="is under way"):
        begun(db, tmp_path)

    assert lock(db)["by"] == first.by
    assert db["runs"].count_documents({}) == 1
    first.abandon()


def test_what_a_dead_run_of_the_same_home_held_is_free_at_once(
    db: Database[Document], tmp_path: Path
) -> None:
    begun(db, tmp_path).abandon()  # the file is free, as when the process has died

    again = begun(db, tmp_path)

    assert lock(db)["by"] == again.by
    again.abandon()


def test_another_homes_lock_is_free_only_after_its_lease(
    db: Database[Document], tmp_path: Path
) -> None:
    begun(db, tmp_path / "one").abandon()

    with pytest.raises(BusyError, match="holds this database"):
        begun(db, tmp_path / "two")
    db["hosts"].update_one({"_id": LOCK}, {"$set": {"lease.until": NOW - timedelta(days=365)}})

    begun(db, tmp_path / "two").abandon()


def test_a_home_that_was_refused_the_database_is_free_again(
    db: Database[Document], tmp_path: Path
) -> None:
    holder = begun(db, tmp_path / "one")
    with pytest.raises(BusyError, match="holds this database"):
        begun(db, tmp_path / "two")
    holder.end("done", {}, NOW)

    begun(db, tmp_path / "two").abandon()


def test_a_beat_renews_only_ones_own_lock(db: Database[Document], tmp_path: Path) -> None:
    mine = begun(db, tmp_path)
    past = NOW - timedelta(days=365)
    db["hosts"].update_one({"_id": LOCK}, {"$set": {"lease.until": past}})

    with pytest.raises(BusyError, match="took its place"):
        Runs(db, tmp_path / "other", NOW).beat()
    unmoved = lock(db)["until"]
    mine.beat()

    assert unmoved == past
    assert lock(db)["until"] > past
    mine.abandon()


def test_runs_of_one_home_share_their_owner_and_no_other_home_does(tmp_path: Path) -> None:
    assert owner(tmp_path / "a" / ".." / "a") == owner(tmp_path / "a")
    assert owner(tmp_path / "a") != owner(tmp_path / "b")


def test_runs_that_share_are_beside_one_another_and_exclude_who_does_not(
    db: Database[Document], tmp_path: Path
) -> None:
    one = begun(db, tmp_path / "one", shares=True)
    other = begun(db, tmp_path / "two", shares=True)

    with pytest.raises(BusyError, match=f"{one.id}|{other.id}"):  # which, their ids decide
        begun(db, tmp_path / "one")
    one.end("done", {}, NOW)
    with pytest.raises(BusyError, match=other.id):
        begun(db, tmp_path / "one")
    other.end("done", {}, NOW)

    alone = begun(db, tmp_path / "one")
    with pytest.raises(BusyError, match=alone.id):
        begun(db, tmp_path / "one", shares=True)
    alone.end("done", {}, NOW)
    begun(db, tmp_path / "one", shares=True).end("done", {}, NOW)
    assert db["hosts"].count_documents({"lease.by": {"$ne": None}}) == 0


def test_a_dead_run_that_shared_is_in_nobody_s_way(db: Database[Document], tmp_path: Path) -> None:
    begun(db, tmp_path, shares=True).abandon()

    begun(db, tmp_path).abandon()


def test_all_that_share_are_under_way_and_who_fell_silent_is_forgotten(
    db: Database[Document], tmp_path: Path
) -> None:
    one, other = (begun(db, tmp_path / name, shares=True) for name in ("one", "two"))
    assert sorted(Figures(db).holders()) == sorted([one.by, other.by])

    silent = {"lease.until": NOW - timedelta(days=1)}
    db["hosts"].update_one({"lease.by": other.by}, {"$set": silent})
    assert Figures(db).holders() == [one.by]
    third = begun(db, tmp_path / "three", shares=True)

    held = {row["lease"]["by"] for row in db["hosts"].find({"_id": {"$regex": "^run:"}})}
    assert held == {one.by, third.by}
    other.beat()
    assert sorted(Figures(db).holders()) == sorted([one.by, other.by, third.by])


def test_a_sharing_run_that_was_stopped_for_long_goes_on_unless_one_excludes_it(
    db: Database[Document], tmp_path: Path
) -> None:
    stopped = begun(db, tmp_path / "one", shares=True)
    db["hosts"].delete_many({})
    stopped.beat()
    db["hosts"].delete_many({})
    alone = begun(db, tmp_path / "two")

    with pytest.raises(BusyError, match=alone.id):
        stopped.beat()


def test_a_home_of_the_same_place_on_a_machine_of_the_same_name_is_another_home(
    db: Database[Document], tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    one = begun(db, here, shares=True)
    here.rename(there)
    other = begun(db, here, shares=True)

    assert one.owner != other.owner
    assert not other.living.is_dead(one.by)
    assert Living(here, "x").owner == other.owner
    assert (here / "id").stat().st_mode & 0o777 == 0o600


def test_only_a_run_of_the_same_home_that_has_ended_is_known_to_be_dead(
    db: Database[Document], tmp_path: Path
) -> None:
    mine, other = begun(db, tmp_path, shares=True), begun(db, tmp_path, shares=True)
    elsewhere = begun(db, tmp_path / "elsewhere", shares=True)

    assert [mine.living.is_dead(run.by) for run in (mine, other, elsewhere)] == [False] * 3
    other.abandon()
    elsewhere.abandon()
    assert [mine.living.is_dead(run.by) for run in (mine, other, elsewhere)] == [False, True, False]
    assert mine.living.is_dead(f"{other.by}/a-lock-of-its")
    assert list((tmp_path / "runs").iterdir()) == [tmp_path / "runs" / f"{mine.id}.lock"]
