"""The state machine of an address, as a table; and what holds of it whatever happens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import ledger
from pipelines.records import (
    Dropped,
    Exclusion,
    Failed,
    Gone,
    Kept,
    Outcome,
    Standing,
    State,
    Trouble,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PENDING = Standing(state=State.PENDING, next_at=NOW)
STORED = Standing(state=State.STORED, article="a1", next_at=NOW)
AWAY = replace(STORED, reason=Trouble.NOT_FOUND, attempts=1)
KEPT = Kept(article="a1")
DAY = 24 * 3600


def retrying(attempts: int) -> Standing:
    return Standing(state=State.RETRYING, attempts=attempts, next_at=NOW)


def excluded(reason: Exclusion) -> Standing:
    return Standing(state=State.EXCLUDED, reason=reason)


def waiting(why: Trouble) -> Standing:
    later = NOW + timedelta(hours=8)
    return Standing(state=State.RETRYING, reason=why, attempts=3, next_at=later)


def seconds(after: Standing) -> float | None:
    return (after.next_at - NOW).total_seconds() if after.next_at else None


@pytest.mark.parametrize(
    ("why", "before", "outcome", "state", "wait"),
    [
        ("kept is stored", PENDING, Kept(article="a1"), State.STORED, None),
        (
            "no article is excluded",
            PENDING,
            Dropped(reason=Exclusion.NO_ARTICLE),
            State.EXCLUDED,
            None,
        ),
        (
            "a stored address is never excluded",
            STORED,
            Dropped(reason=Exclusion.NO_ARTICLE),
            State.STORED,
            None,
        ),
        ("410 is gone at once", PENDING, Gone(status=410), State.GONE, None),
        ("404 is asked once more", PENDING, Gone(status=404), State.RETRYING, 30),
        ("404 is asked for hours", retrying(3), Gone(status=404), State.RETRYING, 8 * 3600),
        ("404 five times is gone", retrying(4), Gone(status=404), State.GONE, None),
        ("404 of what is stored keeps it", STORED, Gone(status=404), State.STORED, 3600),
        ("410 of what is stored keeps it", STORED, Gone(status=410), State.STORED, 3600),
        (
            "what is stored and away is asked for in a day",
            AWAY,
            Gone(status=404),
            State.STORED,
            DAY,
        ),
        (
            "a redirect to no article is as good as 404",
            AWAY,
            Gone(status=None, detail="it redirects to the home page"),
            State.STORED,
            DAY,
        ),
        (
            "what stays away is left alone",
            replace(AWAY, attempts=3),
            Gone(status=404),
            State.STORED,
            None,
        ),
        ("a failure waits", PENDING, Failed(trouble=Trouble.DNS), State.RETRYING, 30),
        (
            "the server's first wish is obeyed",
            PENDING,
            Failed(trouble=Trouble.BUSY, retry_at=NOW + timedelta(seconds=1)),
            State.RETRYING,
            1,
        ),
        (
            "its second is not a way to be asked every second",
            retrying(1),
            Failed(trouble=Trouble.BUSY, retry_at=NOW + timedelta(seconds=1)),
            State.RETRYING,
            300,
        ),
        (
            "the last try is the last",
            retrying(4),
            Failed(trouble=Trouble.TIMEOUT),
            State.QUARANTINED,
            None,
        ),
        (
            "a page that hangs its worker is tried once",
            PENDING,
            Failed(trouble=Trouble.PAGE_TIME),
            State.QUARANTINED,
            None,
        ),
        (
            "what is stored stays so while it fails",
            STORED,
            Failed(trouble=Trouble.PAGE_CRASH),
            State.STORED,
            None,
        ),
    ],
)
def test_what_a_visit_makes_of_an_address(
    why: str, before: Standing, outcome: Outcome, state: State, wait: float | None
) -> None:
    after = ledger.after(before, outcome, NOW, attempts_max=5)

    assert (after.state, seconds(after)) == (state, wait), why


@pytest.mark.parametrize(
    ("why", "happened", "is_missing"),
    [
        ("once is not for long", [Gone(status=404)], False),
        ("twice in a row", [Gone(status=404), Gone(status=410)], True),
        (
            "it was there in between",
            [Gone(status=404), Kept(article="a1"), Gone(status=404)],
            False,
        ),
        ("its site was down before", [Failed(trouble=Trouble.DNS), Gone(status=404)], False),
        ("its site is down", [Failed(trouble=Trouble.DNS)] * 3, False),
    ],
)
def test_what_is_missing_twice_is_withdrawn(
    why: str, happened: list[Outcome], is_missing: bool
) -> None:
    standing = STORED
    for outcome in happened:
        standing = ledger.after(standing, outcome, NOW, attempts_max=5)

    assert ledger.is_missing(standing) == is_missing, why


def test_what_was_never_stored_is_not_withdrawn() -> None:
    assert not ledger.is_missing(waiting(Trouble.NOT_FOUND))


outcomes = st.one_of(
    st.just(Kept(article="a1")),
    st.builds(Dropped, reason=st.sampled_from(Exclusion)),
    st.builds(Gone, status=st.sampled_from([404, 410])),
    st.builds(
        Failed,
        trouble=st.sampled_from(Trouble),
        retry_at=st.none() | st.integers(-9, 9_999).map(lambda s: NOW + timedelta(seconds=s)),
    ),
)


@given(st.lists(outcomes, max_size=30), st.integers(1, 9))
def test_whatever_happens_the_standing_is_lawful(happened: list[Outcome], most: int) -> None:
    standing = PENDING
    was_stored = False

    for outcome in happened:
        standing = ledger.after(standing, outcome, NOW, most)
        was_stored = was_stored or standing.state is State.STORED

        assert (standing.article is not None) == (standing.state is State.STORED)
        assert not was_stored or standing.state is State.STORED
        assert standing.next_at is None or standing.next_at >= NOW
        if standing.state in {State.PENDING, State.RETRYING}:
            assert standing.next_at is not None
            assert standing.attempts < most or standing.reason == Trouble.NOT_FOUND
        if standing.state in {State.EXCLUDED, State.QUARANTINED}:
            assert standing.reason


@pytest.mark.parametrize(
    ("why", "before", "state"),
    [
        ("what is stored is read again", STORED, State.STORED),
        ("what was gone may be there", Standing(state=State.GONE), State.PENDING),
        ("what was given up may do", Standing(state=State.QUARANTINED), State.PENDING),
        ("a page may have its text by now", excluded(Exclusion.NO_ARTICLE), State.PENDING),
        ("a page that was not there may be", waiting(Trouble.NOT_FOUND), State.RETRYING),
        ("what is not ours is not by another title", excluded(Exclusion.OFF_SITE), None),
    ],
)
def test_what_its_feed_says_anew_makes_of_an_address(
    why: str, before: Standing, state: State | None
) -> None:
    after = ledger.announced(before, NOW)

    assert (after and after.state, after and after.next_at) == (state, state and NOW), why
    assert after is None or after.article == before.article


@pytest.mark.parametrize("before", [PENDING, waiting(Trouble.BUSY)])
def test_what_waits_for_its_turn_keeps_it_when_its_feed_says_something_anew(
    before: Standing,
) -> None:
    assert ledger.announced(before, NOW + timedelta(hours=1)) == before


def test_another_try_begins_anew_and_keeps_the_article() -> None:
    given_up = Standing(state=State.QUARANTINED, reason=Trouble.DNS, attempts=5)

    assert ledger.again(given_up, NOW) == Standing(state=State.PENDING, next_at=NOW)
    assert ledger.again(STORED, NOW).article == "a1"
