"""What a run stores of the hosts that it asks."""

from datetime import UTC, datetime, timedelta

import pytest

from config.settings import Settings
from crawler.spiders.hosts import Hosts

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PACE = {"_id": "pace:a.example", "next_at": NOW, "hold_until": None, "troubles": 0}


@pytest.mark.parametrize(("is_shared", "stored"), [(False, ["pace:a.example"]), (True, [])])
def test_a_pace_that_is_shared_is_stored_by_its_turn_alone(
    is_shared: bool, stored: list[str]
) -> None:
    hosts = Hosts(Settings(host_delay=10), is_shared=is_shared)
    hosts.learn([PACE])

    hosts.answered("a.example", "http://a.example", (503, None), NOW)

    assert [row["_id"] for row in hosts.changes()] == stored
    assert hosts.pace_of("a.example")["next_at"] == NOW + timedelta(seconds=10)
