"""What changes, as it changes: each change at least once, of one article in order.

By MongoDB's change stream; where its log no longer reaches back to where a reader was, and on a
server that has none, by ``changed_at`` (see following.py). A cursor holds both places.
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from bson import json_util
from pymongo.change_stream import CollectionChangeStream
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from pipelines.store.errors import StoreError, asking
from pipelines.store.following import Following, Place
from pipelines.store.schema import ARTICLES, OURS
from pipelines.store.search import CursorError, Search, moment_of, packed, unpacked

Document = dict[str, Any]
By = Literal["stream", "time"]
LOST = frozenset({136, 260, 280, 286})  # of a stream: it cannot be gone on with
REFUSED = frozenset({13, 18, 8000})  # no right, no login
NO_STREAM = frozenset({40573, 40324})  # a server that is no member of a replica set
LOOK_SECONDS = 1.0
WAIT_MS = 500
PATIENCE_SECONDS = 60.0  # of a server that is away: longer than an election
WITHIN = ("insert", "replace")
WRITTEN = {"$exists": True}
TELLING = ("changed_at", *(field.name for field in ARTICLES.fields if field.changes))
"""What is written of a change: of two writes in one moment the second leaves its time as it is."""
HEX = re.compile(r"[0-9A-Fa-f]{2,2000}")


@dataclass(frozen=True, slots=True)
class Since:
    """How far a follower has come."""

    token: str | None
    """Of the change stream, as extended JSON; None: it is not in one."""
    at: datetime
    """``changed_at`` of the latest change that it has seen; of none, when it began."""

    def __str__(self) -> str:
        return packed(self.token, self.at.isoformat())


def since(words: str) -> Since:
    """Return the cursor that is written so; raises CursorError."""
    try:
        token, at = unpacked(words)
        is_read = token is None or _is_token(json.loads(token))
        found = Since(token, moment_of(at))
    except (ValueError, TypeError, OverflowError, RecursionError):
        is_read = False
    if not is_read:
        raise CursorError(f"{words[:40]!r} is no cursor; take one that watch has given")
    return found


def _is_token(token: object) -> bool:
    """Return whether a server may have given a token: others make its driver stumble."""
    if not isinstance(token, dict) or not token.keys() <= {"_data", "_typeBits"}:
        return False
    return isinstance(token.get("_data"), str) and HEX.fullmatch(token["_data"]) is not None


@dataclass(frozen=True, slots=True)
class Change:
    """An article that has changed, as it is now."""

    article: Document
    fields: tuple[str, ...] | None
    """Which were written; all of a new article, None where only its time tells."""
    cursor: Since
    """From here on everything comes that comes behind this change."""


class Changes:
    """The changes of one database, for one follower."""

    def __init__(
        self, db: Database[Document], search: Search | None = None, wait_ms: int = WAIT_MS
    ) -> None:
        """``wait_ms``: how long the server waits for a change until it says that there is none."""
        self._articles = db["articles"]
        self._following = Following(db)
        self._search = search or Search()
        self._place = Place()
        self._wait_ms = wait_ms
        self.by: By = "stream"
        """How it follows at the moment."""

    def now(self) -> Since:
        """Return the place of who has seen all until now. Raises StoreError."""
        at = self._following.clock()
        with asking("follow changes"):
            try:
                with self._stream(None) as stream:
                    stream.try_next()
                    token = json_util.dumps(stream.resume_token) if stream.resume_token else None
            except OperationFailure as error:
                if error.code not in NO_STREAM:
                    raise
                token = None
        return Since(token, at)

    def follow(self, after: Since | None = None) -> Iterator[Change | None]:
        """Yield changes without end, and None whenever there is none for a moment.

        From now on where ``after`` is None. Raises StoreError where the server is away for a
        minute.
        """
        here = after or self.now()
        began = time.monotonic()
        while True:
            try:
                for change in self._once(here):
                    here = change.cursor if change else here
                    yield change
                    began = time.monotonic()  # what is done with it takes its own time
                here = replace(here, token=None)  # the stream has ended for good
            except PyMongoError as error:
                if isinstance(error, OperationFailure) and error.code in LOST:
                    here = replace(here, token=None)
                    continue
                if time.monotonic() - began > PATIENCE_SECONDS:
                    with asking("follow changes"):
                        raise StoreError(f"MongoDB is away: {error}") from error
                time.sleep(LOOK_SECONDS)

    def _once(self, here: Since) -> Iterator[Change | None]:
        try:
            stream = self._stream(here.token)
        except OperationFailure as error:
            if error.code in NO_STREAM:
                self.by = "time"
                yield from self._by_time(here, is_forever=True)
                return
            if here.token is None or error.code in REFUSED:
                raise
            # the log has moved on, or it is another server's: its time is known all the same
            stream, here = self._stream(None), replace(here, token=None)
        with stream:
            if here.token is None:  # it is open now: what came before it is told by its time
                yield from self._by_time(here, is_forever=False)
            self.by = "stream"
            yield from self._by_stream(stream, here)

    def _stream(self, token: str | None) -> CollectionChangeStream[Document]:
        match: Document = {
            "$or": [
                {"operationType": {"$in": WITHIN}},
                *({f"updateDescription.updatedFields.{name}": WRITTEN} for name in TELLING),
            ]
        }
        wanted = {f"fullDocument.{name}": asked for name, asked in self._search.query().items()}
        return self._articles.watch(
            [{"$match": match | wanted}],
            full_document="updateLookup",
            max_await_time_ms=self._wait_ms,
            resume_after=json_util.loads(token) if token else None,
        )

    def _by_stream(
        self, stream: CollectionChangeStream[Document], here: Since
    ) -> Iterator[Change | None]:
        while stream.alive:  # a restore makes the collection anew
            event = stream.try_next()
            token = json_util.dumps(stream.resume_token) if stream.resume_token else here.token
            here = replace(here, token=token)
            article = event.get("fullDocument") if event else None
            if event is None or article is None:  # since removed from the database
                yield None
                continue
            moment = article["changed_at"]
            told = self._place.seen.get(article["_id"])
            # the article is as it is now: later changes of others may not have been told yet
            when = event["clusterTime"].as_datetime()
            here = replace(here, at=max(here.at, min(moment, when)))
            if told is None or moment > told:
                yield Change(article, _fields(event), here)

    def _by_time(self, here: Since, *, is_forever: bool) -> Iterator[Change | None]:
        """Yield what has changed since, and where there is no stream all that will."""
        self._place.at = here.at
        while True:
            began = self._following.clock()
            while found := self._following.changed(self._place, self._search):
                for article in found:
                    self._place.read(article)
                    yield Change(article, None, Since(None, self._place.at))
            self._place.settle(began)
            if not is_forever:
                return
            yield None
            time.sleep(LOOK_SECONDS)


def _fields(event: Document) -> tuple[str, ...]:
    is_new = event["operationType"] in WITHIN
    written = event["fullDocument"] if is_new else event["updateDescription"]["updatedFields"]
    return tuple(name for name in written if name.partition(".")[0] not in OURS)
