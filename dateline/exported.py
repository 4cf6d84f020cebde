"""Articles into Parquet: one file, or a folder by day and region that goes on where it ended.

A folder holds ``day=2026-11-02/region=coast/<number>.parquet``, and in ``_dateline.json`` how far
it is, for whom. Parts are written whole, then how far it is: who is killed in between writes the
same parts again, under the same names. An article that changed stands in a later part once more:
of several rows with one ``_id`` the one with the latest ``changed_at`` holds.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout

from dateline.exits import Code, Exit
from dateline.formats import parquet
from dateline.progress import counted_off
from dateline.whole import written
from pipelines.store.following import Following, Place
from pipelines.store.search import Search

Document = dict[str, Any]
OURS = ("_dateline.", ".")  # and drafts of a write that was killed
LOCK = "_dateline.lock"
STATE = "_dateline.json"  # readers of Parquet leave names with _ out
PART = 5_000  # articles in memory at once
# not Hive's own word for null: where all are so, pyarrow can tell no type and reads nothing
UNKNOWN = "unknown"


def one_file(following: Following, search: Search, file: Path) -> Place:
    """Write all articles to one file; return how far it was read. Raises OSError."""
    place, began = _place_of(search), following.clock()
    articles = counted_off(
        _all(following, place, search), following.count(place, search), "articles"
    )
    with written(file) as draft, parquet.Writer(draft) as writer:
        for part in _parts(articles):
            writer.write(part)
    place.settle(began)
    return place


def _place_of(search: Search) -> Place:
    return Place(at=search.after.at) if search.after else Place()


def _all(following: Following, place: Place, search: Search) -> Iterator[Document]:
    number = 0
    while found := following.changed(place, search):
        for article in found:
            place.read(article)
            yield article
            number += 1
            if number == search.limit:
                return


def _parts(articles: Iterable[Document]) -> Iterator[list[Document]]:
    part: list[Document] = []
    for article in articles:
        part.append(article)
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part


@dataclass(slots=True)
class Folder:
    """A folder of Parquet that grows with each export."""

    path: Path
    search: Search
    _number: int = field(default=0, init=False)
    _place: Place = field(default_factory=Place, init=False)

    def go_on(self, following: Following) -> int:
        """Write what has changed since the last time; return how many articles.

        Raises OSError, and Exit where another export writes there.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        others = [one for one in self.path.iterdir() if not one.name.startswith(OURS)]
        if not others or (self.path / STATE).exists():
            try:
                with FileLock(self.path / LOCK, timeout=0):
                    return self._go_on(following)
            except Timeout as error:
                words = f"another export writes into {self.path}; this one leaves"
                raise Exit(Code.BUSY, words) from error
        words = f"{self.path} holds something else; name an empty folder or a new one"
        raise Exit(Code.USAGE, words)

    def _go_on(self, following: Following) -> int:
        self._load()
        self._save()  # from now on it is known for one of ours, however this ends
        began, number = following.clock(), 0
        total = following.count(self._place, self.search)
        articles = counted_off(_all(following, self._place, self.search), total, "articles")
        for part in _parts(articles):
            self._write(part)
            self._save()
            number += len(part)
        self._place.settle(began)
        self._save()
        return number

    def _write(self, part: list[Document]) -> None:
        name = f"{self._number:08d}.parquet"
        for old in self.path.glob(f"day=*/region=*/{name}"):
            old.unlink()  # of a run that was killed before it noted this part
        groups: defaultdict[Path, list[Document]] = defaultdict(list)
        for article in part:
            groups[self.path / _day(article) / _region(article)].append(article)
        for folder, articles in groups.items():
            folder.mkdir(parents=True, exist_ok=True)
            with written(folder / name) as draft, parquet.Writer(draft, without="region") as writer:
                writer.write(articles)
        self._number += 1

    def _load(self) -> None:
        file = self.path / STATE
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            words = f"cannot read {file}: {error}"
            raise Exit(Code.LOOK, f"{words}; export into a new folder") from error
        if told["of"] != self._of():
            words = f"{self.path} was begun with other options: {told['of'] or 'none'}"
            raise Exit(Code.USAGE, f"{words}; give these, or name another folder")
        self._number = told["parts"]
        seen = {one: datetime.fromisoformat(moment) for one, moment in told["seen"].items()}
        at = told["at"] and datetime.fromisoformat(told["at"])
        self._place = Place(at=at, seen=seen)

    def _save(self) -> None:
        place = self._place
        told = {
            "of": self._of(),
            "parts": self._number,
            "at": place.at.isoformat() if place.at else None,
            "seen": {one: moment.isoformat() for one, moment in place.seen.items()},
        }
        with written(self.path / STATE) as draft:
            draft.write_text(json.dumps(told), encoding="utf-8")

    def _of(self) -> str:
        """Return for which articles the folder is, in words: times go on, as "the last day"."""
        asked = {k: v for k, v in self.search.query().items() if k != "published_at"}
        return json.dumps(asked, sort_keys=True, default=str, ensure_ascii=False)


def _day(article: Mapping[str, Any]) -> str:
    published = article["published_at"]
    return f"day={published:%Y-%m-%d}" if published else f"day={UNKNOWN}"


def _region(article: Mapping[str, Any]) -> str:
    region = article["region"]
    return f"region={quote(region, safe='') if region else UNKNOWN}"
