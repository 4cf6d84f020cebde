"""What a broker that is not there, or not named, is to a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from config.settings import Settings
from dateline.exits import Code, Exit

NEEDS = "the parts for many machines are not installed: pip install 'dateline[fleet]'"


@contextmanager
def reached(settings: Settings) -> Iterator[None]:
    """Raise Exit where no broker is named, or it cannot be reached."""
    if settings.broker_url is None:
        raise Exit(
            Code.BAD_CONFIG,
            "no broker is named: set `broker_url` in config/dateline.toml or DATELINE_BROKER_URL,"
            "\nas amqp://user:password@host:5672//",
        )
    from kombu.exceptions import OperationalError  # noqa: PLC0415 only who has a fleet needs it

    try:
        yield
    except OperationalError as error:
        place = urlsplit(settings.broker_url)
        where = f"{place.scheme}://{place.hostname or ''}{f':{place.port}' if place.port else ''}"
        raise Exit(
            Code.NO_DATABASE,
            f"the broker cannot be reached at {where}: {error}\nstart it, or correct broker_url",
        ) from error
