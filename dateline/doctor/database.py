"""MongoDB: is it there, for how long is it mended, does it take our writes, is its clock ours."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from config.settings import Settings
from dateline.doctor.finding import Finding, bad, fine, warn
from pipelines.store import checkup, health, server
from pipelines.store.checkup import Checkup
from pipelines.store.connect import Connection, place

WHAT = "MongoDB"
# the day after which a series gets no more fixes (mongodb.com/legal/support-policy/lifecycles)
ENDS = {
    "4.4": date(2024, 2, 29),
    "5.0": date(2024, 10, 31),
    "6.0": date(2025, 7, 31),
    "7.0": date(2027, 8, 31),
    "8.0": date(2029, 10, 31),
}
APART, FAR_APART = timedelta(seconds=5), timedelta(minutes=5)
MOVE = "docs/operate.md, at MongoDB, says how to go to a server of your own"


def embedded(settings: Settings) -> Iterator[Finding]:
    """Say what is with the embedded server, which is not started for a look at it."""
    mongo = settings.home / "mongo"
    if not mongo.exists():
        yield fine(WHAT, "none yet: the first command that needs it starts the embedded one")
    elif died := server.last_words(settings.home):
        yield bad(WHAT, f"it does not run; the last one said: {died}", "dateline db start")
    else:
        words = "the embedded one does not run; what needs it starts it"
        yield warn(WHAT, words, "for the lines about what it holds: dateline db start", str(mongo))


def is_away(settings: Settings) -> bool:
    """Return whether to look at the database would be to start its server."""
    return settings.mongodb_uri is None and server.status(settings.home) is None


def examine(connection: Connection, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Say what there is to say of a server that answers. Raises StoreError."""
    where = place(settings.mongodb_uri) if settings.mongodb_uri else str(settings.home / "mongo")
    found = checkup.look(connection.db)
    yield from of_server(found, where, now)
    yield _rights(found, settings)
    for one in health.examine(connection.db):
        if one.what in {"writes", "schema", "room"}:
            name = f"{WHAT}: {one.what}"
            todo = "dateline db migrate" if one.what == "schema" else "dateline db check"
            yield fine(name, one.words) if one.is_fine else bad(name, one.words, todo)


def of_server(found: Checkup, where: str, now: datetime) -> Iterator[Finding]:
    """Say how old a server is, whether it takes writes, and how its clock goes."""
    yield _version(found, where, now)
    yield _writes(found, where)
    yield _clock(found)


def _version(found: Checkup, where: str, now: datetime) -> Finding:
    end = ENDS.get(".".join(found.version.split(".")[:2]))
    if end is None:
        return fine(WHAT, found.version, where)
    if now.date() > end:
        return warn(WHAT, f"{found.version}: no more fixes since {end}", MOVE, where)
    return fine(WHAT, f"{found.version}, mended until {end}", where)


def _writes(found: Checkup, where: str) -> Finding:
    name = f"{WHAT}: server"
    if not found.is_primary:
        todo = "rs.status() in mongosh says why; MONGODB_URI should name every member"
        return bad(name, "it takes no writes: no primary was found", todo, where)
    words = (
        f"primary of {found.set_name}" if found.set_name else "standalone, without change streams"
    )
    return fine(name, f"{words}; takes writes", where)


def _clock(found: Checkup) -> Finding:
    apart = abs(found.ahead)
    side = "ahead of" if found.ahead > timedelta(0) else "behind"
    words = f"the server's is {apart.total_seconds():.0f} s {side} ours"
    todo = "have both kept: timedatectl set-ntp true"
    if apart >= FAR_APART:
        return bad("clocks", words, todo)
    if apart >= APART:
        return warn("clocks", words, todo)
    return fine("clocks", "the server's and ours agree")


def _rights(found: Checkup, settings: Settings) -> Finding:
    name = f"{WHAT}: rights"
    if found.lacks:
        todo = f"give the user readWrite and dbAdmin on {settings.mongodb_database}"
        return bad(name, f"we may not: {', '.join(found.lacks)}", todo)
    if found.users:
        return fine(name, f"all that is needed, as {found.users[0]}")
    if settings.mongodb_uri and not _is_here(settings.mongodb_uri):
        todo = "start it with --auth, and name user and password in MONGODB_URI"
        return warn(name, "whoever reaches the server may do everything", todo)
    return fine(name, "no user is asked for; who reaches it is on this machine")


def _is_here(uri: str) -> bool:
    """Return whether only this machine reaches a server: a socket, or loopback."""
    hosts = place(uri).split(",")
    here = ("localhost", "127.", "[::1]", "%2F", "%2f")
    return all(host.startswith(here) for host in hosts)
