"""A consumer that is killed while articles change misses none: a short fire of the long one."""

from pathlib import Path

import pytest

from tests.following.fire import Fire


@pytest.mark.slow
@pytest.mark.parametrize("way", ["stream", "time"])
def test_no_change_is_missed(mongo_uri: str, tmp_path: Path, way: str) -> None:
    seen = Fire(mongo_uri, tmp_path, way, seed=1).run(changes=400, kills=3)

    assert seen.is_well, seen
    assert seen.changes >= 400
    assert seen.kills == 3
