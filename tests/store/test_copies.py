"""Stories through the store: copies are found after they are kept, in whatever order they came."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.identify.canonical import article_id
from pipelines.records import Published
from pipelines.store import rulings
from pipelines.store import stories as stories_of_the_store
from pipelines.store.articles import Later, Offer
from pipelines.store.audit import audit
from pipelines.store.lock import Lock
from pipelines.store.presence import Presence, Seen
from pipelines.store.stories import LOCK, Stories
from tests.rooms.test_stories import FIRST, FURNITURE, SECOND, story, weather
from tests.samples import NOW, a_draft, an_offer, the_articles, url_of

Document = dict[str, Any]
ROOT = Path(__file__).parents[2]
# a name, which is its path, its paper and the hour of its publication; its sentences
Telling = tuple[str, str, int, Sequence[str]]
ORIGINAL: Telling = ("original", "gull", 1, FIRST)
REPRINT: Telling = ("reprint", "tern", 3, ["It was a long week.", *FIRST[1:11]])
EXCERPT: Telling = ("excerpt", "teal", 2, [*FIRST[:3], "Continue reading."])
OTHER: Telling = ("other", "rail", 2, SECOND)
FORM: list[Telling] = [(f"day{day}", "gull", 24 * day, weather(day)) for day in range(1, 21)]
ITEMS: list[Telling] = [
    (f"item{at}", "gull", 20 * at, [*story(100 + at, 1), FURNITURE]) for at in range(14)
]
DIGEST: Telling = (
    "digest", "knot", 30, [*FIRST[:2], *SECOND[:2], *story(3)[:2], *story(4)[:2]],
)  # fmt: skip
QUOTED: list[Telling] = [
    ORIGINAL,
    OTHER,
    ("third", "gull", 4, story(3)),
    ("last", "tern", 5, story(4)),
]


def offered(telling: Telling, article: str | None = None) -> Offer:
    path, source, hour, sentences = telling
    published = Published(
        at=NOW + timedelta(hours=hour), raw=None, source="page", precision="minute", day=None,
        offset=None,
    )  # fmt: skip
    offer = an_offer(path, a_draft(path, " ".join(sentences), published=published), article)
    arrival = offer.arrival
    due = replace(arrival.due, first_seen_at=NOW + timedelta(hours=hour + 1))
    page = replace(arrival.page, source=source)
    return replace(offer, arrival=replace(arrival, due=due, page=page))


def keep(db: Database[Document], tellings: Iterable[Telling], by: str = "machine/1") -> None:
    """Keep articles and judge them; where another run is about to keep a text, wait for it."""
    articles, offers = the_articles(db, by), [offered(one) for one in tellings]
    while offers:
        verdicts = articles.keep(offers, articles.clock())
        offers = [o for o, v in zip(offers, verdicts, strict=True) if isinstance(v, Later)]
    Stories(db, by).settle()


def again(db: Database[Document], telling: Telling) -> None:
    """The page of an article is fetched again, and its text is another."""
    path = telling[0]
    the_articles(db).keep([offered(telling, article_id(a_draft(path).url))], NOW)
    Stories(db, "machine/1").settle()


def told(db: Database[Document]) -> dict[str, tuple[str | None, str | None]]:
    """Of each article, by its path, which it copies and how."""
    rows = {row["_id"]: row for row in db["articles"].find()}
    names = {one: row["urls"][0].rpartition("/")[2] for one, row in rows.items()}
    return {
        names[one]: (names.get(row["duplicate_of"]), row["relation"]) for one, row in rows.items()
    }


def grouped(db: Database[Document]) -> set[frozenset[str]]:
    """The stories, as the paths of their articles."""
    groups: dict[str, set[str]] = {}
    for row in db["articles"].find():
        groups.setdefault(row["story"], set()).add(row["urls"][0].rpartition("/")[2])
    return {frozenset(group) for group in groups.values()}


def faults(db: Database[Document]) -> list[str]:
    """What the audit finds of articles and stories; no address led to these."""
    of_addresses = "every article was met at an address of the ledger"
    return [
        one.question for one in audit(db).findings if one.faults and one.question != of_addresses
    ]


def article(db: Database[Document], path: str) -> Document:
    found = db["articles"].find_one({"urls": url_of(path)})
    assert found
    return found


@pytest.mark.parametrize(
    ("why", "tellings", "expected"),
    [
        ("edited, on another site", [ORIGINAL, REPRINT], {"reprint": ("original", "reprint")}),
        ("its first sentences", [ORIGINAL, EXCERPT], {"excerpt": ("original", "excerpt")}),
        ("a sentence more, at the same site", [ORIGINAL, ("more", "gull", 9, [*FIRST, SECOND[0]])],
         {"more": ("original", "revision")}),
        ("another story", [ORIGINAL, OTHER], {}),
        ("a digest, which is its own", [*QUOTED, DIGEST], {}),
        ("an excerpt a month later", [ORIGINAL, (*EXCERPT[:2], 800, EXCERPT[3])], {}),
        ("the same text a year later", [ORIGINAL, ("later", "tern", 9000, FIRST)],
         {"later": ("original", "copy")}),
    ],
)  # fmt: skip
def test_what_a_later_article_is_to_an_earlier_one(
    db: Database[Document],
    why: str,
    tellings: list[Telling],
    expected: dict[str, tuple[str, str]],
) -> None:
    for telling in tellings:
        keep(db, [telling])

    assert told(db) == {one[0]: expected.get(one[0], (None, None)) for one in tellings}, why
    assert faults(db) == []


def test_an_earlier_article_that_comes_later_takes_the_head_of_the_story_over(
    db: Database[Document],
) -> None:
    keep(db, [REPRINT])
    keep(db, [EXCERPT])
    before = article(db, "reprint")

    keep(db, [ORIGINAL])

    copies = {"reprint": ("original", "reprint"), "excerpt": ("original", "excerpt")}
    assert told(db) == {"original": (None, None), **copies}
    assert article(db, "reprint")["changed_at"] > before["changed_at"]
    [kept] = db["stories"].find({"merged_into": None})
    assert kept["head"] == article(db, "original")["_id"]
    assert faults(db) == []


@pytest.mark.parametrize("state", ["withdrawn", "moved"])
def test_what_its_paper_does_not_show_any_more_heads_no_story_of_others(
    db: Database[Document], state: str
) -> None:
    keep(db, [ORIGINAL, REPRINT, EXCERPT])
    head = article(db, "original")["_id"]

    Presence(db).note([Seen(article=head, address="", state=state)])
    Stories(db, "machine/1").settle()
    assert {name: copied for name, (copied, _) in told(db).items()} == {
        "excerpt": None, "original": "excerpt", "reprint": "excerpt",
    }  # fmt: skip
    Presence(db).note([Seen(article=head, address="")])
    Stories(db, "machine/1").settle()

    assert {copied for copied, _ in told(db).values()} == {None, "original"}
    assert faults(db) == []


def test_a_publication_time_in_the_future_is_not_believed(db: Database[Document]) -> None:
    early = offered(REPRINT)
    late = replace(early.arrival.due, first_seen_at=NOW)
    keep(db, [ORIGINAL])
    the_articles(db).keep([replace(early, arrival=replace(early.arrival, due=late))], NOW)

    Stories(db, "machine/1").settle()

    assert told(db)["original"] == ("reprint", "reprint")


def test_a_digest_lists_what_it_takes_from(db: Database[Document]) -> None:
    keep(db, [*QUOTED, REPRINT])
    keep(db, [DIGEST])

    expected = {article(db, one[0])["_id"] for one in QUOTED}
    assert set(article(db, "digest")["quotes"]) == expected
    assert article(db, "original")["quotes"] == []


@pytest.mark.parametrize("apart", [FORM, ITEMS], ids=["reports of one form", "items of one site"])
@pytest.mark.parametrize("at_once", [1, 5, 64])
def test_what_is_alike_by_its_form_is_told_apart_however_it_comes(
    db: Database[Document], apart: list[Telling], at_once: int
) -> None:
    """The first of them may seem one story, until more is known of the form."""
    for at in range(0, len(apart), at_once):
        keep(db, apart[at : at + at_once])

    assert told(db) == {one[0]: (None, None) for one in apart}
    assert faults(db) == []


@pytest.mark.parametrize("seed", range(4))
def test_the_stories_are_the_same_in_whatever_order_and_batches_they_come(
    db: Database[Document], seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 no secret, but the same each time
    tellings = [ORIGINAL, REPRINT, EXCERPT, OTHER, *FORM[:9], *ITEMS[:9]]
    chance.shuffle(tellings)

    while tellings:
        count = chance.randint(1, 6)
        keep(db, tellings[:count])
        tellings = tellings[count:]

    alone = {frozenset({one[0]}) for one in (OTHER, *FORM[:9], *ITEMS[:9])}
    assert grouped(db) == {frozenset({"original", "reprint", "excerpt"}), *alone}
    assert told(db)["original"] == (None, None)
    assert faults(db) == []


def test_the_rest_of_a_very_large_story_follows_its_head(
    db: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories_of_the_store, "MEMBERS", 3)
    later: list[Telling] = [(f"later{at}", f"paper{at}", 9 + at, FIRST) for at in range(6)]
    for telling in (*later, REPRINT, ORIGINAL):
        keep(db, [telling])

    assert {copied for copied, _ in told(db).values()} == {None, "original"}
    assert faults(db) == []


def test_a_copy_of_which_the_text_becomes_another_is_none_any_more(
    db: Database[Document],
) -> None:
    keep(db, [ORIGINAL, REPRINT, OTHER])

    again(db, (*REPRINT[:3], ["By our own desk.", *SECOND[:12]]))

    assert told(db)["reprint"] == ("other", "reprint")
    assert faults(db) == []


def test_the_original_of_which_the_text_becomes_another_leaves_its_copies_to_the_next(
    db: Database[Document],
) -> None:
    keep(db, [ORIGINAL, REPRINT, ("third", "teal", 5, ["By Ana Bell.", *FIRST[:12]])])

    again(db, (*ORIGINAL[:3], story(9)))

    assert told(db) == {
        "original": (None, None), "reprint": (None, None), "third": ("reprint", "reprint"),
    }  # fmt: skip
    assert faults(db) == []


@pytest.mark.parametrize(
    ("source", "expected"), [("gull", (None, None)), ("tern", ("one", "copy"))]
)
def test_a_short_notice_at_two_addresses_of_a_site_is_no_copy_and_an_item_of_two_papers_is(
    db: Database[Document], source: str, expected: tuple[str | None, str | None]
) -> None:
    item = ["The reading room opens at nine and closes at five, on Sundays at noon."]

    keep(db, [("one", "gull", 1, item), ("two", source, 2, item)])

    assert told(db) == {"one": (None, None), "two": expected}


def test_what_a_person_parts_stays_apart_and_what_one_joins_stays_joined(
    db: Database[Document],
) -> None:
    keep(db, [ORIGINAL, REPRINT, EXCERPT, OTHER])
    stories = Stories(db, "machine/1")

    assert rulings.split(db, article(db, "reprint")) == 2
    rulings.merge(db, article(db, "original"), article(db, "other"))
    stories.settle()
    keep(db, [("fourth", "knot", 9, ["By Ana Bell.", *FIRST[:12]])])

    assert told(db)["reprint"] == (None, None)
    assert told(db)["other"] == ("original", "reprint")
    assert told(db)["fourth"] == ("original", "reprint")
    assert faults(db) == []

    rulings.merge(db, article(db, "original"), article(db, "reprint"))
    rulings.split(db, article(db, "other"))
    stories.settle()

    assert told(db)["reprint"] == ("original", "reprint")
    assert told(db)["other"] == (None, None)
    assert faults(db) == []


def test_what_is_judged_again_changes_nothing(db: Database[Document]) -> None:
    keep(db, [ORIGINAL, REPRINT, EXCERPT, *FORM[:5]])
    before = kept(db)

    db["articles"].update_many({}, {"$set": {"fingerprints.waits": True}})
    counts = Stories(db, "machine/2").settle()

    assert kept(db) == before
    assert not counts


def kept(db: Database[Document]) -> list[list[Document]]:
    """All articles and stories, without who judged them last."""
    articles, stories = (list(db[name].find().sort("_id")) for name in ("articles", "stories"))
    for row in articles:
        row["fingerprints"].pop("epoch")
    return [articles, [{**row, "epoch": 0} for row in stories]]


def test_what_is_not_wanted_any_more_waits_for_the_next(db: Database[Document]) -> None:
    the_articles(db).keep([offered(one) for one in (ORIGINAL, REPRINT)], NOW)

    Stories(db, "machine/1").settle(lambda: False)
    assert told(db)["reprint"] == (None, None)
    Stories(db, "machine/1").settle()

    assert told(db)["reprint"] == ("original", "reprint")


def test_whoever_finds_another_at_it_leaves_it_to_that_one(db: Database[Document]) -> None:
    other = Lock(db, LOCK, "machine/2", 3600)
    assert other.take()

    keep(db, [ORIGINAL, REPRINT])
    assert told(db)["reprint"] == (None, None)
    other.free()
    Stories(db, "machine/1").settle()

    assert told(db)["reprint"] == ("original", "reprint")


RACE: list[Telling] = [
    (f"{name}{at}", f"paper{at}", at, sentences[at % 3 :])
    for name, sentences in (("a", FIRST), ("b", SECOND), ("c", story(3)))
    for at in range(16)
]


@pytest.mark.slow
def test_runs_that_keep_copies_at_once_make_the_same_stories(
    db: Database[Document], mongo_uri: str
) -> None:
    command = [sys.executable, "-m", "tests.store.tellings", mongo_uri, db.name]
    runs = [subprocess.Popen([*command, f"{at}", "3"], cwd=ROOT) for at in range(3)]

    assert [run.wait(60) for run in runs] == [0, 0, 0]
    stories = {name: {f"{name}{at}" for at in range(16)} for name in "abc"}
    assert grouped(db) == {frozenset(paths) for paths in stories.values()}
    assert {path for path, (copied, _) in told(db).items() if copied is None} == {"a0", "b0", "c0"}
    assert faults(db) == []


class Dying:
    """Articles of which a run writes so many, and dies."""

    def __init__(self, db: Database[Document], written: int) -> None:
        self._articles, self._written = db["articles"], written
        self.find = self._articles.find

    def bulk_write(self, writes: list[UpdateOne], **_: Any) -> None:
        """Write the first of them only."""
        if self._written:
            self._articles.bulk_write(writes[: self._written])
        raise KeyboardInterrupt


@pytest.mark.parametrize(("first", "written"), [([], 0), ([REPRINT, EXCERPT], 1)])
def test_a_run_that_dies_amid_its_writes_leaves_the_rest_to_the_next(
    db: Database[Document], monkeypatch: pytest.MonkeyPatch, first: list[Telling], written: int
) -> None:
    """Before any article is written, or where two that do not wait are to follow the original."""
    keep(db, first)
    the_articles(db).keep([offered(one) for one in (ORIGINAL, REPRINT, EXCERPT)], NOW)
    dying = Stories(db, "machine/1")

    monkeypatch.setattr(dying, "_articles", Dying(db, written))
    with pytest.raises(KeyboardInterrupt):
        dying.settle()
    Stories(db, "machine/2").settle()

    copies = {"reprint": ("original", "reprint"), "excerpt": ("original", "excerpt")}
    assert told(db) == {"original": (None, None), **copies}
    assert faults(db) == []


def test_a_large_story_that_is_judged_again_is_found_still(db: Database[Document]) -> None:
    copies: list[Telling] = [
        (f"copy{at}", f"paper{at}", at, [f"By writer {at} of paper {at}.", *FIRST[:13]])
        for at in range(60)
    ]
    keep(db, copies)
    rulings.split(db, article(db, "copy7"))
    Stories(db, "machine/1").settle()

    keep(db, [("late", "tern", 90, ["It was a long week.", *FIRST[2:12]])])

    assert told(db)["late"] == ("copy0", "reprint")
    assert told(db)["copy7"] == (None, None)
    assert faults(db) == []


def test_what_cannot_be_written_now_is_left_and_the_others_are_judged(
    db: Database[Document],
) -> None:
    keep(db, [ORIGINAL])
    later = {"fingerprints.waits": True, "fingerprints.epoch": 2**62}
    db["articles"].update_one({}, {"$set": later})

    keep(db, [OTHER])

    waiting = [row["_id"] for row in db["articles"].find({"fingerprints.waits": True})]
    assert waiting == [article(db, "original")["_id"]]


def test_a_judge_that_was_stopped_for_too_long_writes_nothing(db: Database[Document]) -> None:
    keep(db, [ORIGINAL, REPRINT])
    late = Stories(db, "machine/2")
    [row] = late._rows({"urls": url_of("reprint")}).values()
    db["stories"].update_many({}, {"$set": {"head": "another"}})  # as a later judge found
    late._judge({row["_id"]: row}, epoch=0)

    assert {one["head"] for one in db["stories"].find()} == {"another"}
    assert told(db)["reprint"] == ("original", "reprint")
