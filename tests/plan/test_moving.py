"""Dates that go along with the anchor."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.calendars import JointCalendar, calendar_for
from plan.moving import moved_along

UK, US = calendar_for("GB"), calendar_for("US")
BOTH = JointCalendar(UK, US)
TODAY = date(2026, 6, 2)  # a Tuesday
ANCHOR = date(2026, 7, 31)  # a Friday


@pytest.mark.parametrize(
    ("due", "anchor", "moved"),
    [
        ("2026-07-31", "2026-08-07", "2026-08-07"),  # on the anchor, and on the new one
        ("2026-07-29", "2026-08-05", "2026-08-03"),  # three working days later, over a weekend
        ("2026-07-29", "2026-07-27", "2026-07-23"),  # four earlier
        ("2026-06-05", "2026-07-24", "2026-06-02"),  # five earlier would be over: today
        ("2026-06-01", "2026-07-24", "2026-06-01"),  # over already: not touched
        ("2026-07-29", "2026-07-31", "2026-07-29"),
    ],
)
def test_a_step_keeps_its_distance_to_the_anchor(due: str, anchor: str, moved: str) -> None:
    days = [date.fromisoformat(day) for day in (due, anchor, moved)]
    assert moved_along(days[0], ANCHOR, days[1], UK, TODAY) == days[2]


def test_each_side_moves_by_its_own_working_days() -> None:
    independence = date(2026, 7, 3)  # the American holiday, observed on a Friday
    before, after = date(2026, 7, 2), date(2026, 7, 6)
    assert not US.is_working(independence)
    assert moved_along(before, before, after, US, TODAY) == after
    assert moved_along(before, before, after, UK, TODAY) == after
    assert moved_along(date(2026, 6, 30), before, after, US, TODAY) == date(2026, 7, 1)  # one day of theirs
    assert moved_along(date(2026, 6, 30), before, after, UK, TODAY) == date(2026, 7, 2)  # two days here


@given(st.integers(0, 60), st.integers(-40, 40))
def test_what_can_be_moved_back_is_where_it_was(days_before: int, shift: int) -> None:
    due = BOTH.on_or_before(ANCHOR - timedelta(days=days_before))
    other = BOTH.on_or_before(ANCHOR + timedelta(days=shift))
    long_ago = date(2026, 1, 1)
    there = moved_along(due, ANCHOR, other, BOTH, long_ago)
    assert BOTH.is_working(there)
    assert moved_along(there, other, ANCHOR, BOTH, long_ago) == due
