"""How a plan does: at risk before anything is past its day, with the one step that is the reason."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from plan.calendars import MONDAY_TO_FRIDAY
from plan.health import Checkup, Health, Reason, check_up
from plan.network import LayoutStep, Standing
from plan.schedule import schedule
from storage.models import Side, Step, StepState
from tests.plan.people import RAE, a_step

MONDAY = date(2026, 6, 1)
ANCHOR = date(2026, 6, 26)  # twenty working days from that Monday on, both included
CALENDARS = dict.fromkeys(Side, MONDAY_TO_FRIDAY)


def looked_at(
    steps: Sequence[Step],
    after: dict[int, set[int]] | None = None,
    today: date = MONDAY,
    anchor: date = ANCHOR,
    anchor_step: int | None = None,
    only_on: dict[int, tuple[date, ...]] | None = None,
) -> Checkup:
    first = after or {}
    planned = schedule(
        [LayoutStep(s.id or 0, s.side, s.days, tuple(first.get(s.id or 0, ()))) for s in steps],
        anchor,
        today,
        MONDAY_TO_FRIDAY,
        MONDAY_TO_FRIDAY,
        standings={
            s.id or 0: Standing(
                s.state,
                free_on=s.blocked_until,
                finished_on=s.due_date,
                started_on=MONDAY,
                fixed_on=s.due_date if s.date_fixed else None,
                only_on=(only_on or {}).get(s.id or 0, ()),
            )
            for s in steps
        },
        anchor_step=anchor_step,
    )
    late = [s.id or 0 for s in steps if not s.state.is_finished and s.due_date and s.due_date < today]
    return check_up(steps, planned, first, CALENDARS, late)


def chain(*days: int, **changes: Any) -> tuple[list[Step], dict[int, set[int]]]:
    """Steps one after the other, the first of them with these changes."""
    steps = [a_step(n, days=length, **(changes if n == 1 else {})) for n, length in enumerate(days, 1)]
    return steps, {n: {n - 1} for n in range(2, len(days) + 1)}


def test_with_nothing_open_nobody_has_the_ball() -> None:
    assert looked_at([]).health is Health.EMPTY
    done = looked_at([a_step(1, due="2026-06-01", state=StepState.DONE)])
    assert (done.health, done.ball, done.step) == (Health.DONE, None, None)


def test_a_plan_with_days_to_spare_is_on_track() -> None:
    assert looked_at(*chain(5, 5)).health is Health.ON_TRACK


def test_it_is_at_risk_when_it_lands_after_its_anchor_and_nothing_is_past_due() -> None:
    found = looked_at(*chain(11, 10, side=Side.SELLER))
    assert (found.health, found.reason, found.ball) == (Health.AT_RISK, Reason.NOT_STARTED, Side.SELLER)
    assert found.step is not None
    assert found.step.number == 1
    assert found.past_due == 0


def test_a_latest_start_that_is_near_is_a_risk_and_one_that_is_not_is_none() -> None:
    near = looked_at(*chain(9, 9))  # the first starts on Wednesday at the latest
    assert (near.health, near.reason, near.start_by) == (Health.AT_RISK, Reason.STARTS_SOON, date(2026, 6, 3))
    assert looked_at(*chain(9, 8)).health is Health.ON_TRACK  # on Thursday


def test_once_it_has_begun_its_start_is_no_risk() -> None:
    assert looked_at(*chain(9, 9, state=StepState.STARTED)).health is Health.ON_TRACK


def test_a_step_that_waits_for_another_is_no_reason_before_that_one_is_done() -> None:
    steps, after = chain(2, 18)
    found = looked_at(steps, after)
    assert found.step is steps[0]
    assert [step.number for step in found.at_hand] == [1]


def test_a_step_past_its_day_is_waiting_while_the_anchor_holds() -> None:
    found = looked_at([a_step(1, Side.BUYER, "2026-05-29"), a_step(2, Side.SELLER, days=3)])
    assert (found.health, found.reason, found.past_due) == (Health.WAITING, Reason.PAST_DUE, 1)
    assert found.step is not None
    assert found.step.number == 1
    assert found.ball is Side.BUYER


def test_it_says_what_is_wrong_with_the_first_step_on_the_critical_path() -> None:
    blocked = chain(5, 5, state=StepState.BLOCKED, blocked_until=date(2026, 6, 24))
    assert looked_at(*blocked).reason is Reason.BLOCKED
    given = chain(5, 5, due="2026-06-24", date_fixed=True)
    assert looked_at(*given).reason is Reason.DATE_GIVEN
    assert looked_at(*chain(17, 5, state=StepState.STARTED)).reason is Reason.UNDER_WAY


def test_the_ball_is_with_both_when_each_has_a_critical_step_at_hand() -> None:
    both = [a_step(1, Side.SELLER, days=5), a_step(2, Side.BUYER, days=5), a_step(3, Side.BUYER, days=5)]
    assert looked_at(both, {3: {1, 2}}).ball is Side.JOINT
    both[0].days = 4  # it is not critical any more
    assert looked_at(both, {3: {1, 2}}).ball is Side.BUYER


def test_of_a_gate_that_one_side_confirmed_the_other_has_the_ball() -> None:
    gate = a_step(1, Side.JOINT, gate=True, seller_confirmed_by=RAE)
    assert looked_at([gate]).ball is Side.BUYER


def test_what_decides_is_named_and_not_the_first_that_can_be_worked() -> None:
    """The second step is what makes it late; the first has three weeks of slack."""
    given = a_step(2, Side.BUYER, "2026-07-10", date_fixed=True)
    blocked = a_step(2, Side.BUYER, state=StepState.BLOCKED, blocked_until=date(2026, 7, 10))
    for second, reason in ((given, Reason.DATE_GIVEN), (blocked, Reason.BLOCKED)):
        steps = [a_step(1, Side.SELLER, days=2), second, a_step(3)]
        found = looked_at(steps, {2: {1}, 3: {2}})
        assert (found.health, found.reason, found.ball) == (Health.AT_RISK, reason, Side.BUYER)
        assert found.step is steps[1]


def test_a_step_that_has_begun_before_its_turn_is_what_decides() -> None:
    begun = a_step(2, Side.BUYER, days=19, state=StepState.STARTED)
    found = looked_at([a_step(1, Side.SELLER), begun, a_step(3, days=9)], {2: {1}, 3: {2}})
    assert (found.reason, found.step, found.ball) == (Reason.UNDER_WAY, begun, Side.BUYER)


def test_what_comes_after_a_skipped_step_is_not_at_hand() -> None:
    steps = [a_step(1, Side.SELLER, days=15), a_step(2, state=StepState.SKIPPED), a_step(3, days=9)]
    found = looked_at(steps, {2: {1}, 3: {2}})
    assert (found.at_hand, found.ball) == ((steps[0],), Side.SELLER)


def test_a_board_that_meets_too_late_is_no_step_that_has_not_started() -> None:
    found = looked_at(
        [a_step(1, Side.SELLER), a_step(2, Side.BUYER)], {2: {1}}, only_on={2: (date(2026, 7, 9),)}
    )
    assert (found.reason, found.ball) == (Reason.NOT_BEFORE, Side.BUYER)


def test_a_near_start_is_a_risk_where_the_go_live_has_a_date_of_its_own() -> None:
    """Nothing before it is critical then: what has the least slack is at hand."""
    steps = [a_step(1, Side.SELLER), a_step(2, Side.BUYER, days=17)]
    steps.append(a_step(3, Side.JOINT, due="2026-06-26", date_fixed=True))
    found = looked_at(steps, {3: {1, 2}})
    assert (found.reason, found.step, found.ball) == (Reason.STARTS_SOON, steps[1], Side.BUYER)


def test_once_it_is_signed_what_is_left_is_no_risk_to_the_date() -> None:
    steps = [a_step(1, due="2026-05-29", state=StepState.DONE), a_step(2, Side.JOINT, days=5)]
    for anchor in (date(2026, 5, 20), date(2026, 5, 29)):  # late, and on its day
        found = looked_at(steps, {2: {1}}, anchor=anchor, anchor_step=1)
        assert (found.health, found.reason, found.step) == (Health.ON_TRACK, Reason.ON_TIME, steps[1])
