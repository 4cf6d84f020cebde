"""`dateline webhooks`: changes sent to others as they come."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.articles.chosen import followed, which
from dateline.exits import Code, Exit
from dateline.options import Address, Duration, Words

if TYPE_CHECKING:
    from config.settings import Settings
    from dateline.webhooks import Webhook
    from pipelines.store.changes import Change
    from pipelines.store.followers import Followers


@click.group(name="webhooks")
def command() -> None:
    """Send changes to others as they come, signed, each until it is taken or given up.

    Example: dateline webhooks send newsroom https://newsroom.example/hook --region coast
    """


@command.command()
@click.argument("name", type=Words())
@click.argument("url", type=Address())
@which
@click.option(
    "--patience",
    type=Duration(),
    default="1h",
    show_default=True,
    help="How long one is tried whose receiver is away: 90s, 10m, 1h.",
)
@click.option("--once", "is_once", is_flag=True, help="End where there is nothing more.")
def send(name: str, url: str, patience: timedelta, is_once: bool, **asked: Any) -> None:
    """Send each change to an address by POST; NAME keeps how far it is, and is begun with now.

    The body is {type, timestamp, data: {article, changed}}, signed by `webhook_secret` as Standard
    Webhooks has it. What the receiver refuses, or is away for too long for, is given up: see
    `dateline webhooks dead`.

    Example: dateline webhooks send newsroom https://newsroom.example/hook --region coast
    """
    from config.settings import load
    from dateline import screen
    from dateline.database import opened
    from pipelines.store.changes import Changes, since
    from pipelines.store.followers import Followers

    settings = load()
    webhook = _webhook(url, patience, settings)
    with opened(settings) as connection:
        changes = Changes(connection.db, followed(connection, settings, asked, "a webhook"))
        followers = Followers(connection.db)
        kept = followers.cursor(name)
        here = since(kept) if kept else changes.now()
        followers.begin(name, str(here), datetime.now(UTC))
        given_up = 0
        for change in changes.follow(here):
            if change is not None:
                given_up += not _sent(webhook, followers, name, change)
            elif is_once:
                break
    if given_up:
        words = screen.counted(given_up, "change")
        raise Exit(Code.LOOK, f"{words} given up: `dateline webhooks dead {name}` says why")


def _webhook(url: str, patience: timedelta, settings: "Settings") -> "Webhook":
    from config.secrets import keep
    from dateline.webhooks import Webhook

    if settings.webhook_secret is None:
        words = "no `webhook_secret` is set, by which a receiver knows that it is us"
        raise Exit(Code.BAD_CONFIG, f"{words}; DATELINE_WEBHOOK_SECRET names one")
    keep(url)
    try:
        return Webhook.of(url, settings.webhook_secret, patience.total_seconds(), settings)
    except ValueError as error:
        words = "`webhook_secret` begins with whsec_, and what follows is no base64"
        raise Exit(Code.BAD_CONFIG, words) from error


def _sent(webhook: "Webhook", followers: "Followers", name: str, change: "Change") -> bool:
    """Send a change, and note what became of it before the next one; return whether it came."""
    from dateline import screen
    from dateline.webhooks import RefusedError

    is_taken = True
    try:
        webhook.send(change)
    except RefusedError as error:
        is_taken, now = False, datetime.now(UTC)
        followers.give_up(name, change.article, str(error), error.tries, now)
        screen.say(f"{change.article['_id']} is given up: {error}")
    followers.settled(name, str(change.cursor), datetime.now(UTC), is_taken=is_taken)
    return is_taken


@command.command(name="list")
@click.option("--json", "is_json", is_flag=True, help="One JSON document a line.")
def list_(is_json: bool) -> None:
    """Who is told, how far they are, and what they would not take.

    Example: dateline webhooks list
    """
    from dateline import screen
    from dateline.database import opened
    from pipelines.store.followers import Followers

    with opened() as connection:
        found = Followers(connection.db).all()
    for one in found:
        if is_json:
            screen.write_json({k: v for k, v in one.items() if k != "cursor"})
        else:
            when = screen.age(one["settled_at"])
            words = f"{one['delivered']} delivered, {one['lacking']} lacking, last {when}"
            screen.write(f"{one['_id']}: {words}")
    if not found and not is_json:
        screen.write("nobody is told; `dateline webhooks send NAME URL` begins")


@command.command()
@click.argument("name", type=Words())
@click.option("--json", "is_json", is_flag=True, help="One JSON document a line.")
def dead(name: str, is_json: bool) -> None:
    """What NAME would not take, the first first.

    Example: dateline webhooks dead newsroom
    """
    from dateline import screen
    from dateline.database import opened
    from pipelines.store.followers import Followers

    with opened() as connection:
        followers = Followers(connection.db)
        _known(followers, name)
        for row in followers.undelivered(name):
            if is_json:
                screen.write_json(row)
            else:
                words = f"{row['why']}, after {screen.counted(row['tries'], 'try', 'tries')}"
                screen.write(f"{row['given_up_at']:%Y-%m-%d %H:%M} {row['article']}: {words}")


@command.command()
@click.argument("name", type=Words())
@click.argument("url", type=Address())
def retry(name: str, url: str) -> None:
    """Send what NAME would not take once more, each article as it is now.

    Example: dateline webhooks retry newsroom https://newsroom.example/hook
    """
    from config.settings import load
    from dateline import screen
    from dateline.database import opened
    from dateline.webhooks import RefusedError
    from pipelines.store.changes import Change, Since
    from pipelines.store.followers import Followers

    settings = load()
    webhook = _webhook(url, timedelta(0), settings)
    number = left = 0
    with opened(settings) as connection:
        followers = Followers(connection.db)
        _known(followers, name)
        for row in list(followers.undelivered(name)):
            article = followers.article(row["article"])
            try:
                if article:
                    change = Change(article, None, Since(None, article["changed_at"]))
                    webhook.send(change)
            except RefusedError as error:
                tries = row["tries"] + error.tries
                followers.give_up(name, row | {"_id": row["article"]}, str(error), tries,
                                  datetime.now(UTC))  # fmt: skip
                left += 1
            else:
                moment = article["changed_at"] if article else row["changed_at"]
                followers.delivered(name, row["article"], moment)
                number += 1
    screen.write(f"{number} delivered, {left} left")
    if left:
        raise Exit(Code.LOOK, f"`dateline webhooks dead {name}` says why")


@command.command()
@click.argument("name", type=Words())
def forget(name: str) -> None:
    """Forget NAME: how far it is, and what it would not take.

    Example: dateline webhooks forget newsroom
    """
    from dateline import screen
    from dateline.database import opened
    from pipelines.store.followers import Followers

    with opened() as connection:
        followers = Followers(connection.db)
        _known(followers, name)
        followers.forget(name)
    screen.write(f"{name} is forgotten")


def _known(followers: "Followers", name: str) -> None:
    if followers.cursor(name) is None:
        raise Exit(Code.LOOK, f"nobody is called {name!r}; `dateline webhooks list` names them")
