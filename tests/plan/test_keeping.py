"""What must be true to keep the date, against somebody who tries every combination of changes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import MONDAY_TO_FRIDAY, working_days
from plan.keeping import Change, Move, Way, way_to_keep
from plan.network import LayoutStep, Network, Standing, network
from plan.schedule import Schedule, schedule
from storage.models import Side, StepState

MONDAY = date(2026, 6, 1)
JOINT = working_days(MONDAY_TO_FRIDAY)
Steps = list[LayoutStep[int]]
Standings = dict[int, Standing]


def planned(steps: Steps, anchor: date, standings: Standings | None = None) -> Schedule[int]:
    return schedule(steps, anchor, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY, standings=standings)


def net(steps: Steps, standings: Standings | None = None) -> Network[int]:
    return network(steps, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY, standings)


def way(
    steps: Steps, anchor: date, standings: Standings | None = None, gates: set[int] | None = None
) -> Way[int] | None:
    return way_to_keep(net(steps, standings), anchor, MONDAY, JOINT, gates=gates or set())


def chain(*days: int) -> Steps:
    return [LayoutStep(n, Side.BUYER, length, (n - 1,) if n > 1 else ()) for n, length in enumerate(days, 1)]


def test_a_plan_that_lands_in_time_needs_no_change() -> None:
    assert way(chain(5, 5), date(2026, 6, 12)) is None


def test_a_step_blocked_until_later_starts_now() -> None:
    blocked = {1: Standing(StepState.BLOCKED, free_on=date(2026, 6, 8))}
    found = way(chain(5, 5), date(2026, 6, 12), blocked)
    assert found == Way(None, (Change(Move.START_NOW, 1, gains=5),), date(2026, 6, 12), keeps=True)


def test_a_date_that_somebody_gave_is_taken_back() -> None:
    given_later = {1: Standing(fixed_on=date(2026, 6, 10))}
    found = way(chain(5, 5), date(2026, 6, 12), given_later)
    assert found is not None
    assert [(one.move, one.step, one.gains) for one in found.changes] == [(Move.START_NOW, 1, 3)]


def test_side_by_side_comes_before_less_time() -> None:
    found = way(chain(4, 4, 4), date(2026, 6, 12))
    assert found is not None
    assert [(one.move, one.step, one.beside) for one in found.changes] == [(Move.SIDE_BY_SIDE, 2, 1)]
    assert found.now == 1


def test_a_step_is_shortened_by_no_more_than_it_has_to_be() -> None:
    found = way(chain(8, 3), date(2026, 6, 12), gates={2})  # one day too long; a gate stays behind its step
    assert found is not None
    assert found.changes == (Change(Move.SHORTEN, 1, days=7, gains=1),)


def test_a_gate_is_never_left_out_nor_worked_beside() -> None:
    found = way(chain(4, 1, 4), date(2026, 6, 4), gates={1, 2, 3})
    assert found is not None
    assert not found.keeps
    assert all(one.move is Move.SHORTEN for one in found.changes)


def test_where_a_few_changes_are_not_enough_it_says_how_near_they_come() -> None:
    found = way(chain(*[10] * 12), date(2026, 6, 5), gates=set(range(1, 13)))
    assert found is not None
    assert not found.keeps
    assert len(found.changes) == 5
    assert found.lands < planned(chain(*[10] * 12), date(2026, 6, 5)).lands  # type: ignore[operator]


@st.composite
def late_plans(draw: st.DrawFn) -> tuple[Steps, Standings, set[int], int]:
    steps, standings = [], {}
    for number in range(1, draw(st.integers(2, 5)) + 1):
        before = draw(st.sets(st.integers(1, number - 1), max_size=2)) if number > 1 else set()
        steps.append(LayoutStep(number, Side.BUYER, draw(st.integers(1, 6)), tuple(sorted(before))))
        if draw(st.booleans()) and draw(st.booleans()):
            free = MONDAY.replace(day=draw(st.integers(2, 12)))
            standings[number] = Standing(StepState.BLOCKED, free_on=free)
    gates = draw(st.sets(st.integers(1, len(steps)), max_size=1))
    return steps, standings, gates, draw(st.integers(1, 8))


def every_change(steps: Steps, standings: Standings, gates: set[int]) -> Iterator[tuple[Move, int, int]]:
    waited_for = {first for step in steps for first in step.after}
    for step in steps:
        if step.id in standings:
            yield Move.START_NOW, step.id, 0
        if step.days > 1:
            yield Move.SHORTEN, step.id, 0
        if step.id not in gates:
            if step.id in waited_for:
                yield Move.SKIP, step.id, 0
            for first in step.after:
                if first not in gates:
                    yield Move.SIDE_BY_SIDE, step.id, first


def landing_with(
    steps: Steps, standings: Standings, changes: tuple[tuple[Move, int, int], ...], anchor: date
) -> date | None:
    """Where the plan lands with these, worked out another way: by the plan itself, changed and computed."""
    changed, said = net(steps, standings), dict(standings)
    places = changed.places
    for move, step, beside in changes:
        place = places[step]
        if move is Move.SHORTEN:
            changed.days[place] = (changed.days[place] + 1) // 2
        elif move is Move.SKIP:
            said[step] = Standing(StepState.SKIPPED)
        elif move is Move.START_NOW:
            said[step] = replace(said.get(step, Standing()), state=StepState.OPEN, free_on=None)
        else:
            changed.before[place] = [
                (first, None if first == places[beside] else lag) for first, lag in changed.before[place]
            ]
    changed.standings[:] = [said.get(key, Standing()) for key in changed.keys]
    from plan.network import project

    return date.fromordinal(max(project(changed, MONDAY.toordinal()).finishes) or 1)


@settings(max_examples=150, deadline=None)
@given(late_plans())
def test_nobody_keeps_the_date_with_less(drawn: tuple[Steps, Standings, set[int], int]) -> None:
    steps, standings, gates, short = drawn
    lands = planned(steps, MONDAY, standings).projected_anchor
    assert lands is not None
    anchor = date.fromordinal(JOINT.later(lands.toordinal(), -short))
    found = way(steps, anchor, standings, gates)
    assert found is not None
    possible = list(every_change(steps, standings, gates))
    lightest = min(
        (
            sum(move.weight for move, *_ in some)
            for count in range(1, 4)
            for some in combinations(possible, count)
            if (landing_with(steps, standings, some, anchor) or anchor) <= anchor
        ),
        default=None,
    )
    weighs = sum(one.move.weight for one in found.changes)
    if lightest is None:
        assert not found.keeps or len(found.changes) > 3
    else:
        assert found.keeps
        assert weighs <= lightest
    if found.keeps:
        assert found.lands <= anchor
    gained = JOINT.between(found.lands.toordinal(), lands.toordinal())
    assert sum(one.gains for one in found.changes) == gained


def test_it_answers_in_a_moment_for_two_hundred_steps() -> None:
    """Not a time: what is counted are the plans it may try."""
    steps = [
        LayoutStep(n, side, 5, (n - 3,) if n > 3 else ())
        for n, (_, side) in zip(range(1, 201), product(range(100), (Side.BUYER, Side.SELLER)), strict=False)
    ]
    found = way(steps, date(2026, 9, 1))
    assert found is not None
    assert len(found.changes) <= 5
