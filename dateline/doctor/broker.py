"""Whether the broker of a fleet answers, where one is set."""

from collections.abc import Iterator

from config.settings import Settings
from dateline.brokered import place, reached
from dateline.doctor.finding import Finding, bad, fine
from dateline.exits import Exit


def examine(settings: Settings) -> Iterator[Finding]:
    """Say whether the broker takes us; nothing where none is set."""
    if settings.broker_url is None:
        return
    from dateline import fleet  # noqa: PLC0415 only who has a fleet needs it

    try:
        with reached(settings):
            fleet.greet(fleet.application(settings))
    except Exit as error:
        first, _, todo = str(error).partition("\n")
        yield bad("broker", first, todo or "docs/operate.md, at Many machines", "")
    else:
        yield fine("broker", "it answers", place(settings.broker_url))
