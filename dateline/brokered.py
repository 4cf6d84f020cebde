"""What a broker that is not named, not there, or refuses us is to a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from urllib.parse import urlsplit

from config.settings import Settings
from dateline.exits import Code, Exit

UNNAMED = (
    "no broker is named: set `broker_url` in config/dateline.toml or DATELINE_BROKER_URL,"
    "\nas amqp://user:password@host:5672//"
)
WITHOUT_REDIS = "Redis as the broker needs its package: .venv/bin/pip install redis"


@contextmanager
def reached(settings: Settings) -> Iterator[None]:
    """Raise Exit where no broker is named, or it cannot be reached or refuses us."""
    if settings.broker_url is None:
        raise Exit(Code.BAD_CONFIG, UNNAMED)
    if settings.broker_url.startswith(("redis", "sentinel")) and find_spec("redis") is None:
        raise Exit(Code.BAD_CONFIG, WITHOUT_REDIS)
    # only who has a fleet needs them
    from amqp.exceptions import AMQPError  # noqa: PLC0415
    from kombu.exceptions import OperationalError  # noqa: PLC0415

    try:
        yield
    except OperationalError as error:
        words = f"the broker cannot be reached at {place(settings.broker_url)}: {error}"
        raise Exit(Code.NO_DATABASE, f"{words}\nstart it, or correct broker_url") from error
    except AMQPError as error:
        why = getattr(error, "reply_text", "") or str(error)
        words = f"the broker at {place(settings.broker_url)} refuses us: {why}"
        todo = "correct user, password or virtual host in broker_url"
        raise Exit(Code.NO_DATABASE, f"{words}\n{todo}") from error


def place(url: str) -> str:
    """Return where a broker is, without its login."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"
