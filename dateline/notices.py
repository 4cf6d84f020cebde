"""Who fell ill and who got well, told once: to a webhook, or by mail, as the settings say.

What was told, and by which way, is kept beside a source's health: a notice that could not be sent
is sent by the next run, and none is sent twice.
"""

import smtplib
from collections.abc import Callable, Iterable
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

from config.settings import Settings
from crawler.politeness.post import PostError, post
from dateline import screen, wellness
from dateline.database import opened
from pipelines.store.errors import StoreError
from pipelines.store.visits import BY_EXIT, Visits

Document = dict[str, Any]
SECONDS = 10.0
MOST = 50  # sources named in one notice; the next run names the others
Way = Callable[[Settings, str, list[Document]], str | None]
"""Sends a notice; returns why it could not."""


def send(settings: Settings) -> None:
    """Tell what is new of the sources' health; a remark on stderr where it cannot be sent."""
    if not (settings.notify_webhook or settings.notify_mail):
        return
    ways: dict[str, tuple[str | None, Way]] = {
        "webhook": (settings.notify_webhook, _post),
        "mail": (settings.notify_mail, _mail),
    }
    with opened(settings) as connection:
        visits = Visits(connection.db)
        for name, (to, way) in ways.items():
            news = visits.untold(name)[:MOST] if to else []
            why = way(settings, to, [_told(row) for row in news]) if to and news else None
            if why:
                words = f"notify_{name}: the notice could not be sent: {why}"
                screen.say(f"{words}\nThe next run tries again.")
            elif news:
                visits.told(name, {row["_id"]: _short(row) for row in news})


def said(settings: Settings, ill: Iterable[str]) -> None:
    """Note of whom a run's exit code tells; where MongoDB is away, the next run says it again."""
    with suppress(StoreError), opened(settings) as connection:
        Visits(connection.db).told(BY_EXIT, dict.fromkeys(ill, "ill"))


def _short(row: Document) -> str:
    return str(row["word"]) if row["health"] == "ill" else "well"


def _told(row: Document) -> Document:
    return {
        "source": row["_id"],
        "health": row["health"],
        "word": row.get("word"),
        "since": row["since"].isoformat(),
        "cause": row["cause"],
        "missed": row.get("missed"),
        "to_do": wellness.remedy_of(row),
    }


def _post(settings: Settings, to: str, news: list[Document]) -> str | None:
    is_guarded = not settings.allow_private_addresses
    try:
        post(to, {"sources": news}, settings.user_agent, is_guarded=is_guarded)
    except PostError as error:
        return str(error)
    return None


def _mail(settings: Settings, to: str, news: list[Document]) -> str | None:
    host, _, port = settings.mail_server.partition(":")
    message = EmailMessage()
    message["From"] = message["To"] = to
    message["Subject"] = _subject(news)
    message.set_content("\n\n".join(map(_in_words, news)))
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=SECONDS) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        return f"{type(error).__name__}: {error}"[:200]
    return None


def _subject(news: list[Document]) -> str:
    ill = [one["source"] for one in news if one["health"] == "ill"]
    well = [one["source"] for one in news if one["health"] != "ill"]
    parts = [f"{len(ill)} ill: {', '.join(ill[:5])}"] if ill else []
    parts += [f"{len(well)} well again: {', '.join(well[:5])}"] if well else []
    return screen.one_line(f"Dateline: {'; '.join(parts)}")


def _in_words(one: Document) -> str:
    lines = [f"{one['source']} is {one['word'] or one['health']} since {one['since']}"]
    for name, words in (("cause", "cause"), ("missed", "missed"), ("to_do", "to do")):
        if one[name]:
            lines.append(f"  {words}: {one[name]}")
    return "\n".join(screen.one_line(line) for line in lines)
