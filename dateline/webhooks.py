"""A change sent to a webhook: signed, tried again, given up at last. As Standard Webhooks has it.

https://www.standardwebhooks.com: `webhook-id`, `webhook-timestamp` and `webhook-signature`, which
is `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body` by the secret.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from config.settings import Settings
from crawler.politeness.post import PostError, post_body
from dateline import screen
from dateline.formats.flat import shown
from pipelines.store.changes import Change

Document = Mapping[str, Any]
PREFIX = "whsec_"
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
# what may pass by itself; every other answer of 3xx and 4xx says that it never will
PASSING = frozenset({408, 409, 421, 423, 425, 429})


class RefusedError(Exception):
    """It was not taken, and is given up; the message says why, ``tries`` how often it was sent."""

    def __init__(self, why: str, tries: int) -> None:
        super().__init__(why)
        self.tries = tries


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where changes are sent, and how long one is tried."""

    url: str
    secret: bytes
    patience: float
    """Seconds that one change is tried where its receiver is away or busy."""
    agent: str
    is_guarded: bool

    @classmethod
    def of(cls, url: str, secret: str, patience: float, settings: Settings) -> "Webhook":
        """Return a webhook as the settings have it."""
        return cls(
            url=url,
            secret=key_of(secret),
            patience=patience,
            agent=settings.user_agent,
            is_guarded=not settings.allow_private_addresses,
        )

    def send(self, change: Change) -> None:
        """Send a change until it is taken; raises RefusedError where it is given up."""
        name, body = name_of(change.article), body_of(change)
        began, pause, tries = time.monotonic(), FIRST_WAIT, 0
        while True:
            tries += 1
            now = int(time.time())
            headers = {**signed(self.secret, name, now, body), "User-Agent": self.agent}
            try:
                post_body(self.url, body, headers, is_guarded=self.is_guarded)
            except PostError as error:
                is_over = time.monotonic() - began + pause > self.patience
                if is_over or not is_passing(error):
                    raise RefusedError(str(error), tries) from error
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_WAIT)
            else:
                return


def is_passing(error: PostError) -> bool:
    """Return whether what kept a change from being taken may be over later."""
    if error.status is None:
        return not error.is_final
    return error.status in PASSING or error.status >= 500


def name_of(article: Document) -> str:
    """Return the name of a change: the same each time that it is sent."""
    return f"{article['_id']}-{int(article['changed_at'].timestamp() * 1000)}"


def body_of(change: Change) -> bytes:
    """Return what is sent of a change."""
    article = shown(change.article)
    document = {
        "type": "article.changed",
        "timestamp": article["changed_at"].astimezone(UTC).isoformat(),
        "data": {"article": article, "changed": change.fields},
    }
    return screen.as_json(document).encode("utf-8", "replace")


def signed(secret: bytes, name: str, now: int, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver knows that a body is ours, and of now."""
    told = f"{name}.{now}.".encode() + body
    made = base64.b64encode(hmac.new(secret, told, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": name,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{made}",
    }


def key_of(secret: str) -> bytes:
    """Return the key of a secret: of `whsec_` and base64 what that holds, of all else its bytes.

    Raises ValueError where it is no base64.
    """
    if secret.startswith(PREFIX):
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    return secret.encode()
