"""When a stored address is asked for again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import recheck
from pipelines.recheck import Habit
from pipelines.records import Standing, State, Trouble
from tests.samples import NOW, a_due

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = Habit()
CORRECTS = Habit(checks=40, found=12)
NEVER = Habit(checks=100)
STORED = Standing(state=State.STORED, article="a1")


@pytest.mark.parametrize(
    ("why", "habit", "age", "planned"),
    [
        ("an hour after it came", NEW, timedelta(), HOUR),
        ("then a day", NEW, HOUR, DAY),
        ("then a week", NEW, DAY, 7 * DAY),
        ("then no more", NEW, 7 * DAY, None),
        ("a late visit stands for those it missed", NEW, 3 * DAY, 7 * DAY),
        ("a source that corrects is asked more often", CORRECTS, HOUR, 4 * HOUR),
        ("and between a day and a week", CORRECTS, DAY, 3 * DAY),
        ("one that never does, less often", NEVER, timedelta(), DAY),
        ("and then no more", NEVER, DAY, None),
    ],
)
def test_when_it_is_asked_for_again(
    why: str, habit: Habit, age: timedelta, planned: timedelta | None
) -> None:
    assert recheck.next_at(NOW, habit, NOW + age) == (NOW + planned if planned else None), why


@pytest.mark.parametrize(
    ("why", "standing", "is_planned"),
    [
        ("what is stored", STORED, True),
        ("what was not read this time", replace(STORED, detail="a wall"), True),
        ("what failed has its own time", replace(STORED, next_at=NOW + DAY), False),
        ("what failed for the last time", replace(STORED, reason=Trouble.DNS, attempts=5), True),
        ("what is gone for long", replace(STORED, reason=Trouble.NOT_FOUND, attempts=4), False),
        ("what was never stored", Standing(state=State.EXCLUDED, reason="list"), False),
    ],
)
def test_what_is_planned(why: str, standing: Standing, is_planned: bool) -> None:
    after = recheck.planned(standing, a_due(), NEW, NOW)

    wanted = replace(standing, next_at=NOW + HOUR) if is_planned else standing
    assert after == wanted, why


def test_a_day_has_its_visits_and_the_next_as_many() -> None:
    habit = recheck.asked(recheck.asked(NEW, 2, NOW), 3, NOW)

    assert recheck.left(NEW, 7, NOW) == 7
    assert recheck.left(habit, 7, NOW) == 2
    assert recheck.left(habit, 7, NOW + DAY) == 7
    assert recheck.asked(habit, 1, NOW + DAY).asked == 1


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1)), max_size=60))
def test_what_a_source_did_long_ago_is_forgotten(
    visits: list[tuple[int, float]],
) -> None:
    habit = NEW
    for checks, share in visits:
        habit = recheck.learned(habit, checks, int(checks * share))

        assert 0 <= habit.found <= habit.checks <= recheck.REMEMBERED + 50
        assert 0 < habit.share <= 1
    for _ in range(40):
        habit = recheck.learned(habit, 50, 0)
    assert recheck.next_at(NOW, habit, NOW) == NOW + DAY
