"""What becomes of an entry, and in which order a run asks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.frontier import (
    Ask,
    Desk,
    Fetch,
    admit,
    has_changed,
    host_of,
    is_newer,
    is_old,
    is_redated,
    is_stamped,
)
from pipelines.records import Entry, FeedKind, Lease, State
from tests.samples import a_due

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OWNERS = {"lantern.example": "lantern", "quay.example": "quay", "lantern.example:8080": "lantern"}


@pytest.mark.parametrize(
    ("why", "url", "reason", "source"),
    [
        ("an article", "https://lantern.example/bridge", None, "lantern"),
        ("another's article is its owner's", "http://quay.example/a?id=1", None, "quay"),
        ("a port is part of the host", "http://lantern.example:8080/a", None, "lantern"),
        ("no address", None, "no-address", "lantern"),
        ("nobody's host", "https://else.example/a", "off-site", "lantern"),
        ("a home page", "https://lantern.example/", "home-page", "lantern"),
        ("a page told by its query", "https://lantern.example/?p=7", None, "lantern"),
        ("a mail address", "mailto:desk@lantern.example", "invalid-address", "lantern"),
        ("a broken address", "https://[oops/a", "invalid-address", "lantern"),
        ("two hosts", "https://[::1]x@lantern.example/a", "invalid-address", "lantern"),
        ("a backslash", "https://b.example\\@lantern.example/a", "invalid-address", "lantern"),
        ("half a letter", "https://lantern.example/\udcff", "invalid-address", "lantern"),
        ("a whole one", "https://lantern.example/\U0001f6a2", None, "lantern"),
        ("a port that is none", "https://lantern.example:x/a", "invalid-address", "lantern"),
    ],
)
def test_where_an_entry_enters_the_ledger(
    why: str, url: str | None, reason: str | None, source: str
) -> None:
    admission = admit(Entry(url=url, id="7"), "lantern", OWNERS.get, NOW)

    state = State.EXCLUDED if reason else State.PENDING
    assert (admission.standing.state, admission.standing.reason) == (state, reason), why
    assert admission.source == source
    assert len(admission.id) == 32


@pytest.mark.parametrize(
    ("why", "url", "host"),
    [
        ("the usual port is no port", "http://lantern.example:80/a", "lantern.example"),
        ("of https too", "https://lantern.example:443/a", "lantern.example"),
        ("one machine by both schemes", "https://lantern.example/a", "lantern.example"),
        ("the other's port is a port", "http://lantern.example:443/a", "lantern.example:443"),
        ("two ports are two hosts", "http://lantern.example:8080/a", "lantern.example:8080"),
        ("capitals", "http://Lantern.EXAMPLE/a", "lantern.example"),
        ("a dot at the end", "http://lantern.example./a", "lantern.example"),
        ("a dot before the port", "http://lantern.example.:80/a", "lantern.example"),
        ("letters of another script", "http://ГАЗЕТА.example/a", "xn--80aahjj1e.example"),
        ("the same in punycode", "http://XN--80aahjj1e.example/a", "xn--80aahjj1e.example"),
        ("a dot of another script", "http://lantern。example/a", "lantern.example"),
        ("another name is another host", "http://www.lantern.example/a", "www.lantern.example"),
        ("a name that is none", "http://lantern..exämple/a", "lantern..exämple"),
    ],
)
def test_a_host_has_one_name(why: str, url: str, host: str) -> None:
    assert host_of(url) == host, why


def test_entries_without_address_are_told_apart_by_their_guid() -> None:
    one, other = (admit(Entry(url=None, id=guid), "lantern", OWNERS.get, NOW) for guid in "ab")

    assert one.id != other.id


def test_a_sitemap_lists_its_archive_a_feed_does_not() -> None:
    entry = Entry(url="https://lantern.example/a", updated=NOW - timedelta(days=90))

    assert is_old(entry, FeedKind.SITEMAP, NOW)
    assert not is_old(entry, FeedKind.RSS, NOW)
    assert not is_old(Entry(url="https://lantern.example/a"), FeedKind.SITEMAP, NOW)
    assert not is_old(entry, FeedKind.SITEMAP, NOW, timedelta(days=365))
    young = replace(entry, published=NOW - timedelta(days=2), updated=None)
    assert not is_old(young, FeedKind.SITEMAP, NOW)
    assert is_old(young, FeedKind.SITEMAP, NOW, timedelta(days=1))


def test_a_new_title_or_time_is_a_change_a_new_summary_is_not() -> None:
    before = Entry(url="u", title="A bridge", updated=NOW, summary="One.")

    assert has_changed(before, Entry(url="u", title="Two bridges", updated=NOW))
    assert has_changed(before, Entry(url="u", title="A bridge", updated=NOW + timedelta(hours=1)))
    assert not has_changed(before, Entry(url="u", title="A bridge", updated=NOW, summary="Two."))


def fetch(name: str, ask: Ask = Ask.PAGE) -> Fetch:
    host = name.partition("/")[0]
    return Fetch(ask=ask, url=f"https://{name}", host=host, origin=f"https://{host}")


def a_desk(*names: str, robots: bool = True) -> Desk:
    desk = Desk(lambda _: robots, lambda origin: f"{origin}/robots.txt")
    desk.add(fetch(name) for name in names)
    return desk


def given(
    desk: Desk, now: datetime = NOW, *, is_page_first: bool = False
) -> str | timedelta | None:
    step = desk.next(now, is_page_first=is_page_first)
    return step.url.removeprefix("https://") if isinstance(step, Fetch) else step


@pytest.mark.parametrize(
    ("why", "before", "now", "visited", "expected"),
    [
        ("a date that was mended", NOW + timedelta(days=9), NOW - timedelta(hours=1), NOW, True),
        ("still in the future", NOW + timedelta(days=9), NOW + timedelta(days=8), NOW, False),
        ("it was none", NOW - timedelta(hours=2), NOW - timedelta(hours=1), NOW, False),
        ("not visited yet", NOW + timedelta(days=9), NOW - timedelta(hours=1), None, False),
        ("undated now", NOW + timedelta(days=9), None, NOW, False),
    ],
)
def test_a_date_in_the_future_that_is_mended_has_its_article_read_again(
    why: str, before: datetime, now: datetime | None, visited: datetime | None, expected: bool
) -> None:
    entries = (Entry(url="u", published=before), Entry(url="u", published=now))

    assert is_redated(*entries, visited) == expected, why


def test_hosts_take_turns_and_each_is_asked_one_thing_at_a_time() -> None:
    desk = a_desk("a/1", "a/2", "b/1")

    assert [given(desk), given(desk), given(desk)] == ["a/1", "b/1", None]

    desk.done("a", None)
    assert given(desk) == "a/2"


def test_a_host_waits_for_its_slot() -> None:
    desk = a_desk("a/1", "a/2")
    given(desk)

    desk.done("a", NOW + timedelta(seconds=3))

    assert given(desk) == timedelta(seconds=3)
    assert given(desk, NOW + timedelta(seconds=3)) == "a/2"


def test_robots_txt_comes_before_anything_else_of_an_origin() -> None:
    desk = a_desk("a/1", robots=False)

    step = desk.next(NOW)

    assert isinstance(step, Fetch)
    assert (step.ask, step.url) == (Ask.ROBOTS, "https://a/robots.txt")
    assert desk.pages == 1


def test_the_next_hop_comes_before_what_waits() -> None:
    desk = a_desk("a/1", "a/2")
    given(desk)

    desk.add_first(fetch("a/1-moved"))
    desk.done("a", None)

    assert given(desk) == "a/1-moved"


@pytest.mark.parametrize(
    ("is_page_first", "order"),
    [
        (False, ["a/feed", "c/feed", "b/1", "d/1", None]),
        (True, ["b/1", "d/1", "a/feed", "c/feed", None]),
    ],
)
def test_pages_come_before_feeds_where_workers_may_have_nothing_to_do(
    is_page_first: bool, order: list[str | None]
) -> None:
    desk = a_desk("b/1", "d/1")
    desk.add([fetch("a/feed", Ask.FEED), fetch("c/feed", Ask.FEED)])

    steps = [given(desk, is_page_first=is_page_first) for _ in order]

    assert steps == order


def test_a_page_that_a_feed_has_just_announced_has_its_turn_before_other_feeds() -> None:
    desk = a_desk()
    desk.add([fetch("a/feed", Ask.FEED), fetch("b/feed", Ask.FEED), fetch("c/feed", Ask.FEED)])
    given(desk)
    desk.done("a", None)
    desk.add([fetch("a/1")])

    assert given(desk, is_page_first=True) == "a/1"


def test_the_next_hop_of_a_page_has_a_pages_turn() -> None:
    desk = a_desk("a/1")
    desk.add([fetch("c/feed", Ask.FEED), fetch("d/feed", Ask.FEED)])
    given(desk, is_page_first=True)
    desk.add_first(fetch("b/1"))
    desk.done("a", None)

    assert given(desk, is_page_first=True) == "b/1"


def test_pages_of_hosts_that_have_to_wait_are_not_free() -> None:
    desk = a_desk("a/1", "a/2", "b/1")
    given(desk)
    desk.done("a", NOW + timedelta(seconds=5))

    assert desk.pages == 2
    soon = NOW + timedelta(seconds=5)
    assert desk.waiting(NOW, soon) == ["a"]
    assert desk.waiting(soon, NOW + timedelta(minutes=1)) == []
    assert desk.waiting(NOW, NOW + timedelta(seconds=4)) == []
    assert desk.free_pages(NOW) == 1
    assert desk.has_free_page(NOW)
    assert desk.free_pages(NOW + timedelta(seconds=5)) == 2


def test_pages_under_a_lease_that_has_ended_are_dropped() -> None:
    desk = Desk(lambda _: True, str)
    leases = (Lease(id="1", by="run", epoch=3), Lease(id="1", by="run", epoch=4))
    old, new = (replace(a_due(), lease=lease) for lease in leases)
    other = replace(a_due(), lease=Lease(id="2", by="run", epoch=3))
    desk.add([replace(fetch("a/1"), due=due) for due in (old, new, other)])

    desk.drop({"1": 3})

    assert [one.due for one in desk.withdraw("a")] == [new, other]
    assert desk.pages == 0


def rules_at(place: str, origin: str) -> Fetch:
    """Return the request for the robots.txt of an origin that is kept at another host."""
    return Fetch(ask=Ask.ROBOTS, url=f"https://{place}/r", host=place, origin=f"https://{origin}")


def test_an_origin_whose_robots_txt_is_asked_for_elsewhere_waits_for_it() -> None:
    desk = a_desk("a/1", "b/1", robots=False)
    desk.next(NOW)
    desk.await_rules("https://a")
    desk.add_first(rules_at("c", "a"))
    desk.done("a", None)

    assert [given(desk), given(desk), given(desk)] == ["c/r", "b/robots.txt", None]
    assert not desk.is_idle

    desk.rules_came("https://a")
    assert given(desk) == "a/robots.txt"


def test_two_hosts_that_keep_each_others_robots_txt_do_not_wait_for_ever() -> None:
    desk = a_desk("a/1", "b/1")
    for origin, place in (("a", "b"), ("b", "a")):
        desk.await_rules(f"https://{origin}")
        desk.add_first(rules_at(place, origin))
        desk.add_first(fetch(f"{place}/moved-here"))

    assert [given(desk), given(desk), given(desk)] == ["a/r", "b/r", None]

    for name in "ab":
        desk.rules_came(f"https://{name}")
        desk.done(name, None)
    assert [given(desk), given(desk)] == ["a/moved-here", "b/moved-here"]


def test_what_is_withdrawn_is_all_that_waits() -> None:
    desk = a_desk("a/1", "a/2", "b/1")
    given(desk)

    assert [f.url for f in desk.withdraw_all()] == ["https://a/2", "https://b/1"]
    assert not desk.is_idle

    desk.done("a", None)
    assert desk.is_idle


def test_hosts_that_are_through_are_forgotten() -> None:
    desk = a_desk("a/1")
    given(desk)
    desk.done("a", NOW + timedelta(seconds=1))

    given(desk, NOW)
    assert desk.has("a")

    given(desk, NOW + timedelta(seconds=2))
    assert not desk.has("a")


def test_the_load_of_a_host_counts_what_is_under_way() -> None:
    desk = a_desk("a/1", "a/2", "b/1")
    given(desk)

    assert desk.loads() == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("why", "hours", "is_later"),
    [
        ("changed after the last visit", -1, True),
        ("changed before it", -3, False),
        ("changed in the future", 1, False),
    ],
)
def test_what_changed_after_a_visit_is_newer(why: str, hours: int, is_later: bool) -> None:
    entry = Entry(url="https://lantern.example/a", updated=NOW + timedelta(hours=hours))

    assert is_newer(entry, NOW - timedelta(hours=2), NOW) == is_later, why
    assert not is_newer(entry, None, NOW)
    assert not is_newer(replace(entry, updated=None), NOW - timedelta(hours=2), NOW)


@pytest.mark.parametrize(
    ("why", "seconds", "is_so"),
    [
        ("made anew for each visitor", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9_000], True),
        ("an hour apart", [3_600 * n for n in range(12)], False),
        ("few", [0] * 9, False),
        ("a few of many", [0] * 10 + [3_600 * n for n in range(1, 12)], False),
        ("none says when", [], False),
    ],
)
def test_a_list_whose_pages_changed_in_one_minute_says_so_of_itself(
    why: str, seconds: list[int], is_so: bool
) -> None:
    entries = [Entry(url=None, updated=NOW + timedelta(seconds=n)) for n in seconds]

    assert is_stamped([*entries, Entry(url=None)]) == is_so, why
