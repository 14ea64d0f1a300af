"""Against somebody who goes through the calendar a day at a time: the same dates, whatever happened."""

from datetime import date
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import Calendar, calendar_of
from plan.schedule import Schedule, schedule
from storage.models import Side, StepState
from tests.plan.networks import (
    CALENDARS,
    DAY,
    TODAYS,
    Standings,
    Steps,
    Walker,
    random_standings,
    random_steps,
    walk,
    working_days_in,
)

SEEDS = st.integers(0, 2**32)
SIDES = st.sampled_from(CALENDARS)


class Case:
    """One plan by chance, computed both ways."""

    def __init__(self, seed: int, today: date, a: Calendar, b: Calendar, most: int = 8) -> None:
        chance = Random(seed)
        self.steps: Steps = random_steps(chance, most)
        self.standings: Standings = random_standings(chance, self.steps, today)
        self.today = today
        self.anchor = today + chance.randint(-10, 120) * DAY
        self.joint = calendar_of(Side.JOINT, a, b)
        self.walker = Walker(self.steps, self.standings, today, a, b)
        self.found: Schedule[int] = schedule(self.steps, self.anchor, today, a, b, standings=self.standings)


@settings(max_examples=150, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES)
def test_forwards_each_step_falls_where_a_walk_puts_it(
    seed: int, today: date, a: Calendar, b: Calendar
) -> None:
    case = Case(seed, today, a, b, most=12)
    for step in case.steps:
        slot = case.found.slots[step.id]
        assert (slot.projected_start, slot.projected_finish) == (case.walker.span(step.id) or (None, None))
        assert slot.in_conflict == (step.id in case.walker.in_conflict)
    ends = [span[1] for step in case.steps if (span := case.walker.span(step.id))]
    assert case.found.projected_anchor == max(ends, default=None)


@settings(max_examples=80, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES)
def test_backwards_each_step_is_as_late_as_a_walk_finds_room_for(
    seed: int, today: date, a: Calendar, b: Calendar
) -> None:
    case = Case(seed, today, a, b)
    for step in case.steps:
        slot = case.found.slots[step.id]
        assert (slot.latest_start, slot.latest_finish) == case.walker.latest(step.id, case.anchor)


@settings(max_examples=80, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES)
def test_slack_and_room_are_the_days_a_walk_counts(seed: int, today: date, a: Calendar, b: Calendar) -> None:
    case = Case(seed, today, a, b)
    for step in case.steps:
        slot, span = case.found.slots[step.id], case.walker.span(step.id)
        if case.walker.standing(step.id).state.is_finished or span is None:
            assert (slot.slack, slot.room, slot.is_critical) == (None, None, False)
            continue
        calendar, lands = case.walker.calendar(step.id), case.found.projected_anchor
        assert lands is not None
        assert slot.latest_finish is not None
        latest = case.walker.latest(step.id, lands, whatever_it_is_tied_to=True)[1]
        assert slot.slack == max(0, working_days_in(span[1], latest, calendar))
        assert slot.is_critical == (slot.slack == 0)
        assert slot.room == working_days_in(span[1], slot.latest_finish, calendar)


@settings(max_examples=100, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES)
def test_the_plan_is_early_or_late_by_the_days_both_sides_work(
    seed: int, today: date, a: Calendar, b: Calendar
) -> None:
    case = Case(seed, today, a, b)
    found, walker = case.found, case.walker
    waited_for = {first for step in case.steps for first in step.after}
    last = [walker.calendar(step.id) for step in case.steps if step.id not in waited_for]
    assert found.anchor == max(walk(case.anchor, -1, calendar) for calendar in last)
    if found.projected_anchor is None:
        assert (found.days_late, found.days_needed, found.is_late) == (0, 0, False)
        return
    days = working_days_in(found.anchor, found.projected_anchor, case.joint)
    is_after = found.projected_anchor > case.anchor
    is_open = any(not walker.standing(step.id).state.is_finished for step in case.steps)
    assert found.is_late == (is_after and is_open)
    assert found.days_late == (max(1, days) if is_after else min(0, days))
    assert found.days_needed == max(0, working_days_in(today - DAY, found.projected_anchor, case.joint))
    assert found.days_there == max(0, working_days_in(today - DAY, found.anchor, case.joint))
    assert found.lands == max(found.anchor, found.projected_anchor)


@settings(max_examples=100, deadline=None)
@given(SEEDS, TODAYS, SIDES, SIDES)
def test_the_critical_path_leads_from_step_to_step_to_where_the_plan_lands(
    seed: int, today: date, a: Calendar, b: Calendar
) -> None:
    case = Case(seed, today, a, b)
    path, slots = case.found.critical_path, case.found.slots
    open_ends = [
        slot.projected_finish
        for number, slot in slots.items()
        if not case.walker.standing(number).state.is_finished
    ]
    assert bool(path) == (case.found.projected_anchor in open_ends)
    if path:
        assert slots[path[-1]].projected_finish == case.found.projected_anchor
    for first, then in pairwise(path):
        assert first in _open_before(case, then)
        earlier, later = slots[first].projected_finish, slots[then].projected_start
        assert earlier is not None
        assert later is not None
        assert earlier < later


def _open_before(case: Case, number: int) -> set[int]:
    """What a step comes after, through what was skipped."""
    found: set[int] = set()
    for first in case.walker.steps[number].after:
        if case.walker.standing(first).state is StepState.SKIPPED:
            found |= _open_before(case, first)
        else:
            found.add(first)
    return found


@pytest.mark.parametrize("anchored", [False, True])
def test_five_hundred_plans_of_usual_size(anchored: bool) -> None:
    """The same forwards, without what hypothesis costs, and with the anchor on any step."""
    for seed in range(250):
        chance = Random(seed)
        a, b, today = (
            chance.choice(CALENDARS),
            chance.choice(CALENDARS),
            date(2026, 11, 20) + chance.randint(0, 60) * DAY,
        )
        steps = random_steps(chance, 22)
        standings = random_standings(chance, steps, today)
        walker = Walker(steps, standings, today, a, b)
        ends_on = chance.choice(steps).id if anchored else None
        found = schedule(steps, None, today, a, b, standings=standings, anchor_step=ends_on)
        for step in steps:
            slot = found.slots[step.id]
            assert (slot.projected_start, slot.projected_finish) == (walker.span(step.id) or (None, None))
            assert (slot.latest_start, slot.latest_finish, slot.room) == (None, None, None)
        if ends_on is not None:
            assert found.projected_anchor == (walker.span(ends_on) or (None, None))[1]
