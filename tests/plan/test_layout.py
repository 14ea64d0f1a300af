"""A plan laid out backwards, against somebody who walks through the calendar one day at a time."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import Calendar, calendar_for, calendar_of
from plan.layout import Layout, LayoutStep, lay_out
from plan.network import find_cycle
from storage.models import Side

DAY = timedelta(days=1)
US, DE, SA, NOBODY = calendar_for("US"), calendar_for("DE"), calendar_for("SA"), calendar_for("ZZ")
Steps = list[LayoutStep[int]]


@st.composite
def plans(draw: st.DrawFn) -> Steps:
    steps: Steps = []
    for number in range(draw(st.integers(1, 9))):
        steps.append(
            LayoutStep(
                id=number,
                side=draw(st.sampled_from(Side)),
                days=draw(st.integers(1, 8)),
                after=tuple(sorted(draw(st.sets(st.integers(0, number - 1), max_size=3)))) if number else (),
                lag=draw(st.integers(0, 3)),
            )
        )
    return draw(st.permutations(steps))


CALENDARS = st.sampled_from([US, DE, SA, NOBODY])
ANCHORS = st.dates(date(2025, 6, 1), date(2028, 12, 31))


def walk_on(day: date, count: int, calendar: Calendar) -> date:
    """The oracle's only skill: go forward a day at a time and count the ones that are worked."""
    while count:
        day += DAY
        count -= calendar.is_working(day)
    return day


def latest_due(
    step: LayoutStep[int], steps: Steps, start: dict[int, date], anchor: date, a: Calendar, b: Calendar
) -> date:
    """Try every day back from the anchor until no step that waits would start later than it does."""
    mine, due = calendar_of(step.side, a, b), anchor
    waiting = [other for other in steps if step.id in other.after]

    def fits(day: date) -> bool:
        return mine.is_working(day) and all(
            walk_on(day, 1 + other.lag, calendar_of(other.side, a, b)) <= start[other.id] for other in waiting
        )

    while not fits(due):
        due -= DAY
    return due


@settings(max_examples=60, deadline=None)
@given(plans(), ANCHORS, CALENDARS, CALENDARS)
def test_every_step_is_as_late_as_it_can_be_and_no_later(
    steps: Steps, anchor: date, a: Calendar, b: Calendar
) -> None:
    layout = lay_out(steps, anchor, a, b)
    starts = {step.id: layout.start(step.id) for step in steps}
    for step in steps:
        assert layout.due(step.id) == latest_due(step, steps, starts, anchor, a, b)


@settings(max_examples=60, deadline=None)
@given(plans(), ANCHORS, CALENDARS, CALENDARS)
def test_a_step_of_n_days_is_worked_on_n_days_with_its_first(
    steps: Steps, anchor: date, a: Calendar, b: Calendar
) -> None:
    layout = lay_out(steps, anchor, a, b)
    for step in steps:
        calendar = calendar_of(step.side, a, b)
        assert calendar.is_working(layout.start(step.id))
        assert walk_on(layout.start(step.id), step.days - 1, calendar) == layout.due(step.id)


@settings(max_examples=60, deadline=None)
@given(plans(), ANCHORS, CALENDARS, CALENDARS)
def test_the_plan_ends_on_its_anchor_or_says_that_it_moved(
    steps: Steps, anchor: date, a: Calendar, b: Calendar
) -> None:
    layout = lay_out(steps, anchor, a, b)
    assert layout.anchor == max(layout.due(step.id) for step in steps) <= anchor
    assert layout.anchor_moved_from == (None if layout.anchor == anchor else anchor)


@settings(max_examples=60, deadline=None)
@given(plans(), ANCHORS, CALENDARS, CALENDARS, st.data())
def test_with_the_anchor_in_its_middle_a_plan_still_keeps_its_order(
    steps: Steps, anchor: date, a: Calendar, b: Calendar, data: st.DataObject
) -> None:
    middle = data.draw(st.sampled_from(steps))
    layout = lay_out(steps, anchor, a, b, anchor_step=middle.id)
    assert layout.due(middle.id) == layout.anchor == calendar_of(middle.side, a, b).on_or_before(anchor)
    for step in steps:
        calendar = calendar_of(step.side, a, b)
        assert walk_on(layout.start(step.id), step.days - 1, calendar) == layout.due(step.id)
        for before in step.after:
            assert walk_on(layout.due(before), 1 + step.lag, calendar) <= layout.start(step.id)


@settings(max_examples=40, deadline=None)
@given(plans(), ANCHORS, st.integers(0, 40))
def test_a_plan_fits_from_its_first_start_on_and_misses_what_is_gone(
    steps: Steps, anchor: date, late: int
) -> None:
    layout = lay_out(steps, anchor, NOBODY, NOBODY)
    first = layout.first_start
    assert first is not None
    assert layout.too_near(first) == layout.too_near(first - 5 * DAY) == 0
    assert layout.too_near(walk_on(first, late, NOBODY)) == late


def chain(*steps: tuple[Side, int]) -> Steps:
    return [
        LayoutStep(id=n, side=side, days=days, after=(n - 1,) if n else ())
        for n, (side, days) in enumerate(steps)
    ]


def dates(layout: Layout[int]) -> Sequence[tuple[str, str]]:
    return [(f"{window.start:%a %d %b}", f"{window.due:%a %d %b}") for window in layout.windows.values()]


def test_a_plan_reads_as_one_would_write_it_by_hand() -> None:
    steps = chain((Side.BUYER, 5), (Side.SELLER, 1), (Side.JOINT, 2))
    assert dates(lay_out(steps, date(2026, 6, 30), NOBODY, NOBODY)) == [
        ("Fri 19 Jun", "Thu 25 Jun"),
        ("Fri 26 Jun", "Fri 26 Jun"),
        ("Mon 29 Jun", "Tue 30 Jun"),
    ]


def test_each_side_rests_on_its_own_holidays() -> None:
    steps = chain((Side.SELLER, 1), (Side.BUYER, 1))
    layout = lay_out(steps, date(2026, 11, 27), US, DE)  # Thanksgiving is the day before
    assert dates(layout) == [("Wed 25 Nov", "Wed 25 Nov"), ("Fri 27 Nov", "Fri 27 Nov")]
    layout = lay_out(steps, date(2026, 11, 27), DE, US)
    assert dates(layout) == [("Thu 26 Nov", "Thu 26 Nov"), ("Fri 27 Nov", "Fri 27 Nov")]


def test_an_anchor_on_a_sunday_moves_to_friday_and_says_so() -> None:
    layout = lay_out(chain((Side.JOINT, 1)), date(2026, 6, 28), US, DE)
    assert layout.anchor == date(2026, 6, 26)
    assert layout.anchor_moved_from == date(2026, 6, 28)


def test_a_signature_on_the_anchor_leaves_the_kickoff_after_it() -> None:
    steps = chain((Side.BUYER, 3), (Side.JOINT, 1), (Side.JOINT, 2))
    layout = lay_out(steps, date(2026, 6, 26), NOBODY, NOBODY, anchor_step=1)
    assert dates(layout) == [
        ("Tue 23 Jun", "Thu 25 Jun"),
        ("Fri 26 Jun", "Fri 26 Jun"),
        ("Mon 29 Jun", "Tue 30 Jun"),
    ]
    assert layout.anchor == date(2026, 6, 26)


def test_a_plan_without_steps_still_has_an_anchor() -> None:
    layout: Layout[int] = lay_out([], date(2026, 6, 28), US, DE)
    assert layout.anchor == date(2026, 6, 26)
    assert layout.first_start is None
    assert layout.too_near(date(2030, 1, 1)) == 0


def test_a_weekend_is_no_day_lost() -> None:
    layout = lay_out(chain((Side.JOINT, 1)), date(2026, 6, 26), NOBODY, NOBODY)
    assert [layout.too_near(date(2026, 6, day)) for day in (25, 26, 27, 28, 29, 30)] == [0, 0, 1, 1, 1, 2]


def test_steps_that_wait_for_each_other_are_refused_by_name() -> None:
    steps = [LayoutStep("a", Side.JOINT, after=("b",)), LayoutStep("b", Side.JOINT, after=("a",))]
    with pytest.raises(ValueError, match="wait for each other"):
        lay_out(steps, date(2026, 6, 26), US, DE)


def test_a_step_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'legal'"):
        lay_out([LayoutStep("a", Side.JOINT, after=("legal",))], date(2026, 6, 26), US, DE)
    with pytest.raises(ValueError, match="'sign'"):
        lay_out([LayoutStep("a", Side.JOINT)], date(2026, 6, 26), US, DE, anchor_step="sign")


def test_a_circle_is_told_in_its_order() -> None:
    circle = find_cycle({"a": ["c"], "b": ["a"], "c": ["b"], "d": ["a"]})
    assert circle[0] == circle[-1]
    assert set(circle) == {"a", "b", "c"}
    assert find_cycle({"a": [], "b": ["a"]}) == ()
