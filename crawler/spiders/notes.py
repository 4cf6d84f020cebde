"""What visits made of feeds, to the store: many states with one write, none twice at once."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crawler.schedule import FeedState
from crawler.spiders import rows
from pipelines.failpoints import reached
from pipelines.records import Failed, Trouble
from pipelines.store.errors import RejectedError
from pipelines.store.visits import Visits

log = logging.getLogger(__name__)
Refused = Callable[[FeedState, Failed], None]


@dataclass(frozen=True, slots=True)
class Note:
    """What a visit made of one feed."""

    before: FeedState
    after: FeedState
    word: str
    """How it ended, as ``feed.visited`` says it."""


class Notes:
    """The states that wait to be written. May be used in any thread.

    What a feed announced is in the ledger when its state is put here: a run that is killed before
    it is written has the feed asked again. ``refused`` is told of a state that MongoDB will not
    have, and puts another.
    """

    def __init__(self, visits: Visits, refused: Refused) -> None:
        self._visits = visits
        self._refused = refused
        self._waiting: dict[str, Note] = {}
        self._putting, self._writing = threading.Lock(), threading.Lock()

    def put(self, note: Note) -> None:
        """Have a state written, in place of one of the same feed that waits."""
        with self._putting:
            self._waiting[note.after.id] = note

    def write(self) -> None:
        """Write all that was put before. Calls the store; what another call writes is awaited."""
        with self._writing:
            refused = self._write(self._taken(), frozenset())
            if refused:
                self._write(self._taken(), refused)

    def _taken(self) -> list[Note]:
        with self._putting:
            taken, self._waiting = self._waiting, {}
        return list(taken.values())

    def _write(self, notes: Sequence[Note], known: frozenset[str]) -> frozenset[str]:
        """Write states; return the feeds of which one was refused, and is not ``known``."""
        try:
            self._save(notes)
        except RejectedError:
            return frozenset(note.after.id for note in notes if not self._is_saved(note, known))
        return frozenset()

    def _is_saved(self, note: Note, known: frozenset[str]) -> bool:
        """Write a state alone: it is not to be lost with another that is refused."""
        try:
            self._save([note])
        except RejectedError as error:
            if note.after.id in known:
                raise
            self._refused(note.before, Failed(trouble=Trouble.DAMAGED, detail=str(error)))
            return False
        return True

    def _save(self, notes: Sequence[Note]) -> None:
        self._visits.save_feeds([rows.of_feed(note.after) for note in notes])
        for note in notes:
            if note.word == "read":
                reached("feed-saved")
            log.info(
                "feed.visited",
                extra={
                    "url": note.after.url,
                    "source": note.after.source,
                    "result": note.word,
                    "trouble": note.after.trouble,
                },
            )
