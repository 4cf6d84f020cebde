"""The ten queries of docs/for-consumers.md: an index answers each, in the shell as in pymongo."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandListener, CommandStartedEvent

from config.settings import ROOT
from pipelines.store import layout
from pipelines.store.words import Words
from tests.samples import NOW, an_offer, the_articles

Document = dict[str, Any]
PAIR = re.compile(r"\n([^\n]+):\n\n```python\n(.*?)```\n```js\n(.*?)```", re.DOTALL)
NAME = re.compile(r"([{,\s])([$\w]+):(?=\s)")
CONSUMERS = ROOT / "docs" / "for-consumers.md"
QUERIES = PAIR.findall(CONSUMERS.read_text(encoding="utf-8"))
ASKED = ("find", "aggregate")
PARTS = ("find", "filter", "sort", "limit", "aggregate", "pipeline", "cursor")


class Heard(CommandListener):
    """Keeps what is asked."""

    def __init__(self) -> None:
        self.commands: list[Document] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Keep a question."""
        if event.command_name in ASKED:
            self.commands.append({k: v for k, v in event.command.items() if k in PARTS})

    def succeeded(self, event: object) -> None:
        """Nothing to keep."""

    def failed(self, event: object) -> None:
        """Nothing to keep."""


@pytest.fixture(scope="module")
def heard(mongo_uri: str) -> Iterator[tuple[Database[Document], Heard]]:
    """A database with some articles, and what is asked of it."""
    listener = Heard()
    with MongoClient[Document](mongo_uri, tz_aware=True, event_listeners=[listener]) as client:
        db = client["test_queries"]
        layout.apply(db)
        the_articles(db).keep([an_offer(str(number)) for number in range(20)], NOW)
        Words(db).fill()
        yield db, listener
        client.drop_database(db.name)


def python_of(shell: str) -> str:
    """Return what is written for the shell as Python has it."""
    return NAME.sub(r'\1"\2":', shell).replace("null", "None")


def asked(text: str, heard: tuple[Database[Document], Heard]) -> Document:
    """Return the command that a query sends."""
    db, listener = heard
    listener.commands.clear()
    names = {"db": db, "datetime": datetime, "ISODate": datetime.fromisoformat}
    list(eval(f"({text.strip()})", names))  # noqa: S307 our own document
    [command] = listener.commands
    return command


def stages(plan: object) -> Iterator[str]:
    """Yield the stages of a plan, wherever they stand in it."""
    if isinstance(plan, dict):
        yield from (str(value) for name, value in plan.items() if name == "stage")
        for name, value in plan.items():
            if name != "rejectedPlans":
                yield from stages(value)
    if isinstance(plan, list):
        for part in plan:
            yield from stages(part)


def test_there_are_ten() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize(("what", "text", "shell"), QUERIES, ids=[one[0][:40] for one in QUERIES])
def test_an_index_answers_it(
    heard: tuple[Database[Document], Heard], what: str, text: str, shell: str
) -> None:
    command = asked(text, heard)

    plan = heard[0].command("explain", command, verbosity="queryPlanner")

    found = set(stages(plan))
    assert found & {"IXSCAN", "EXPRESS_IXSCAN", "IDHACK"}, what
    assert not found & {"COLLSCAN", "SORT"}, what
    assert asked(python_of(shell), heard) == command


def test_moments_are_utc() -> None:
    """A naive time of pymongo is one in UTC."""
    assert datetime(2026, 11, 2, tzinfo=UTC).timestamp() == 1793577600
