"""A sample of the table that `python -m tests.faults` makes whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.failpoints import POINTS
from tests.faults.faults import FAULTS, TIMES, play
from tests.faults.stage import Stage, a_stage


@pytest.fixture(scope="module")
def stage(mongo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage on the session's MongoDB, which none of these faults strikes."""
    with a_stage(tmp_path_factory.mktemp("stage"), mongo_home) as made:
        yield made


def test_every_moment_is_struck_by_a_fault() -> None:
    assert TIMES.keys() == set(POINTS)
    assert {moment for fault in FAULTS.values() for moment in fault.moments} == set(POINTS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "moment"),
    [
        ("kill -9 of the crawl", "after-claim"),
        ("kill -9 of the crawl", "sightings-kept"),
        ("kill -9 of the crawl", "before-story"),
        ("kill -9 of a worker", "in-worker"),
        ("two crawls that share", "after-ledger"),
    ],
)
def test_after_a_fault_the_next_run_leaves_what_an_undisturbed_one_leaves(
    stage: Stage, fault: str, moment: str
) -> None:
    played = play(stage, fault, moment, seed=0)

    assert played.is_hit
    assert played.is_well, played
