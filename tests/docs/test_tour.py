"""The tour through the archive does what it says."""

from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from pipelines.store import layout
from tests.docs import tour
from tests.samples import NOW, an_offer, the_articles


@pytest.mark.slow
def test_every_block_runs(
    mongo_uri: str, mongo_client: MongoClient[dict[str, Any]], tmp_path: Path
) -> None:
    db = mongo_client["test_tour"]
    layout.apply(db)
    the_articles(db).keep([an_offer("ferry"), an_offer("copy")], NOW)
    own = {"MONGODB_URI": mongo_uri, "MONGODB_DATABASE": db.name, "DATELINE_HOME": str(tmp_path)}

    printed = tour.run(tmp_path, own)

    mongo_client.drop_database(db.name)
    assert "1  lantern     copy    0.0" in printed
    assert (tmp_path / "coverage.svg").read_text(encoding="utf-8").startswith("<?xml")
    assert "│ lantern │        2 │      1 │" in printed
