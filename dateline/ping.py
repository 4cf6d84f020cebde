"""The dead man's ping: who is told of every run raises the alarm when no more is heard.

In the form of Healthchecks: `ping_url` + `/start` when a run has begun, `ping_url` when it ended
well, `ping_url` + `/<exit code>` when it did not. Never a reason for a run to fail.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from config.settings import Settings
from crawler.politeness.post import PostError, post
from dateline import screen
from dateline.exits import Code, code_of

# another run does the work, or somebody stopped this one: neither well nor ill. Where no other
# follows, the ping that is missing says so
UNTOLD = frozenset({Code.BUSY, Code.INTERRUPTED, Code.TERMINATED})


@contextmanager
def around(settings: Settings) -> Iterator[Callable[[], None]]:
    """Tell how what happens inside ends; gives what is to be called once a run has begun."""
    try:
        yield lambda: _send(settings, "start", {})
    except BaseException as error:
        _ended(settings, code_of(error), str(error))
        raise
    _ended(settings, Code.DONE, "")


def _ended(settings: Settings, code: Code, why: str) -> None:
    if code not in UNTOLD:
        _send(settings, str(code.value) if code else "", {"exit_code": code.value, "why": why})


def address(url: str, word: str) -> str:
    """Return the address that takes ``word``; it goes before what follows a `?`."""
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/{word}" if word else parts.path
    return parts._replace(path=path, fragment="").geturl()


def _send(settings: Settings, word: str, document: object) -> None:
    """Send it; what went wrong is a remark, without the address, which is a secret."""
    if settings.ping_url is None:
        return
    is_guarded = not settings.allow_private_addresses
    try:
        url = address(settings.ping_url, word)
        post(url, document, settings.user_agent, is_guarded=is_guarded)
    except (PostError, ValueError) as error:
        why = str(error) if isinstance(error, PostError) else "it is no address"
        screen.say(f"ping_url: {word or 'the end'} could not be told: {why}")
