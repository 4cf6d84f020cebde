"""Many machines: what is due as batches, and the words where there is no broker."""

import re
from collections import Counter
from pathlib import Path

import pytest
from amqp.exceptions import AccessRefused
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import load
from config.errors import ConfigError
from config.secrets import redacted
from config.settings import Settings
from config.settings import load as load_settings
from dateline import fleet
from dateline.brokered import reached
from dateline.doctor.broker import examine
from dateline.exits import Code, Exit
from dateline.fleet import Batch, batches
from pipelines.records import Priority

CATALOGUE = """
region: coast
sources:
  - id: lantern
    name: Lantern
    homepage: http://lantern.example/
    feeds: [http://lantern.example/feed]
  - id: closed
    name: Closed
    homepage: http://closed.example/
    feeds: [http://closed.example/feed]
    enabled: false
"""
REGIONS = {f"{region}{n}": region for region in ("coast", "hills") for n in range(9)}
KINDS = st.sampled_from([Priority.FRESH, Priority.RECHECK, Priority.BACKFILL])


def test_what_is_fresh_comes_first_each_region_and_kind_by_itself() -> None:
    found = {
        "coast0": Priority.BACKFILL,
        "hills0": Priority.FRESH,
        "coast1": Priority.FRESH,
        "coast2": Priority.FRESH,
        "coast3": Priority.FRESH,
        "hills1": Priority.RECHECK,
    }

    assert list(batches(found, REGIONS, size=2)) == [
        Batch("coast", "fresh", ("coast1", "coast2")),
        Batch("coast", "fresh", ("coast3",)),
        Batch("hills", "fresh", ("hills0",)),
        Batch("hills", "recheck", ("hills1",)),
        Batch("coast", "backfill", ("coast0",)),
    ]


@given(found=st.dictionaries(st.sampled_from(sorted(REGIONS)), KINDS), size=st.integers(1, 5))
def test_each_source_is_in_one_batch_of_its_region(found: dict[str, Priority], size: int) -> None:
    made = list(batches(found, REGIONS, size))

    assert Counter(source for one in made for source in one.sources) == Counter([*found])
    assert all(0 < len(one.sources) <= size for one in made)
    assert all(REGIONS[source] == one.region for one in made for source in one.sources)
    assert all(fleet.KINDS[found[source]] == one.kind for one in made for source in one.sources)


def test_two_databases_share_no_queue() -> None:
    """Their installations may have one broker."""
    names = [
        fleet.queue_of(Settings(mongodb_database=database), "coast", "fresh")
        for database in ("dateline", "another")
    ]

    assert names == ["dateline.coast.fresh", "another.coast.fresh"]


def test_where_no_broker_is_named_it_is_said_how() -> None:
    with pytest.raises(Exit) as raised, reached(Settings()):
        pytest.fail("it is not to go on")
    assert raised.value.code == Code.BAD_CONFIG
    assert "DATELINE_BROKER_URL" in str(raised.value)


def test_a_broker_that_is_away_is_told_without_its_password() -> None:
    settings = Settings(broker_url="amqp://me:quaysecret@127.0.0.1:9//")

    with pytest.raises(Exit) as raised, reached(settings):
        fleet.run(settings, [], concurrency=1, is_beating=False)
    assert raised.value.code == Code.NO_DATABASE
    assert "amqp://127.0.0.1:9" in str(raised.value)
    assert "quaysecret" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "amqp://me:quay/secret#1@127.0.0.1:5672//",
        "amqp://me:quay?secret@127.0.0.1:5672//",
        "amqp://me:quay@secret@127.0.0.1:5672//",
        "amqp://me:quaysecret@127.0.0.1:soon//",
        "http://me:quaysecret@127.0.0.1/",
        "quaysecret",
    ],
)
def test_an_address_that_is_no_broker_s_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_settings({"DATELINE_BROKER_URL": url})

    assert "DATELINE_BROKER_URL" in str(raised.value)
    assert "amqp://user:password@host:5672//" in str(raised.value)
    assert not {"quay", "secret", "soon"} & set(re.findall(r"[a-z]+", str(raised.value)))
    assert redacted(f"it said {url}").count("quaysecret") == 0


def test_a_virtual_host_is_no_secret() -> None:
    load_settings({"DATELINE_BROKER_URL": "amqp://me:quaysecret@127.0.0.1:5672/harbour"})

    assert redacted("no vhost harbour for quaysecret") == "no vhost harbour for ***"


def test_redis_without_its_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dateline.brokered.find_spec", lambda _: None)

    with pytest.raises(Exit) as raised, reached(Settings(broker_url="redis://127.0.0.1:9/0")):
        pytest.fail("it is not to go on")
    assert raised.value.code == Code.BAD_CONFIG
    assert "install redis" in str(raised.value)


def test_what_a_broker_refuses_is_said_with_its_place() -> None:
    settings = Settings(broker_url="amqp://me:quaysecret@127.0.0.1:5672/harbour")

    with pytest.raises(Exit) as raised, reached(settings):
        raise AccessRefused("ACCESS_REFUSED - login was refused")
    assert raised.value.code == Code.NO_DATABASE
    assert "amqp://127.0.0.1:5672 refuses us: ACCESS_REFUSED" in str(raised.value)


def test_of_a_message_only_sources_that_are_enabled_today_are_collected(tmp_path: Path) -> None:
    """An option of the command, or a source that is gone, is nothing."""
    file = tmp_path / "papers.yaml"
    file.write_text(CATALOGUE, encoding="utf-8")

    assert fleet.known(["--debug", "closed", "gone", "lantern"], load(file)) == ["lantern"]


def test_a_message_can_only_name_sources() -> None:
    """Nothing that a broker brings is taken for an object or a program."""
    conf = fleet.application(Settings(broker_url="amqp://127.0.0.1:9//")).conf

    assert list(conf.accept_content) == ["json"]
    assert conf.task_serializer == "json"
    assert conf.task_acks_late is True
    assert conf.task_reject_on_worker_lost is True


@pytest.mark.parametrize(
    ("url", "is_redis"), [("redis://127.0.0.1:9/0", True), ("amqp://127.0.0.1:9//", False)]
)
def test_redis_gives_nothing_back_while_a_batch_may_be_in_work(url: str, is_redis: bool) -> None:
    settings = Settings(broker_url=url, batch_seconds=60)
    options = fleet.application(settings).conf.broker_transport_options

    assert ("visibility_timeout" in options) is is_redis
    assert options.get("visibility_timeout", 999) > settings.batch_seconds + fleet.ENDING_SECONDS
    assert options.get("confirm_publish", False) is not is_redis


def test_doctor_says_whether_a_broker_answers_where_one_is_set() -> None:
    assert list(examine(Settings())) == []

    (found,) = examine(Settings(broker_url="amqp://me:quaysecret@127.0.0.1:9//"))
    assert (found.what, found.level) == ("broker", "bad")
    assert "amqp://127.0.0.1:9" in found.words
    assert "quaysecret" not in repr(found)
