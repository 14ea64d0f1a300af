"""How a plan does, by stated rules, and the one reason for it.

At risk is a plan that lands after its anchor if nothing changes, or in which a step on the critical path has
to start within two working days and nobody has begun: both show before anything is past its day. A step past
its day while the anchor still holds is waiting. The ball is with the sides of the critical steps that can be
worked now; where none can, with the side of the first that decides a late landing, else of those that have
the least slack.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plan.calendars import ONE_DAY, Calendar
from plan.outlook import in_order_to_act, side_to_act, waits_for
from plan.schedule import Schedule
from storage.models import Side, Step, StepState

NEAR_DAYS = 2  # working days until the latest start, from which on it is said


class Health(StrEnum):
    EMPTY = "empty"
    DONE = "done"
    ON_TRACK = "on_track"
    WAITING = "waiting"
    AT_RISK = "at_risk"


class Reason(StrEnum):
    """Why a plan is what it is; `Checkup.step` is the step it is about."""

    ON_TIME = "on_time"
    PAST_DUE = "past_due"  # a step waits past its day, and the anchor holds
    STARTS_SOON = "starts_soon"  # the latest start of a critical step is near
    BLOCKED = "blocked"  # these say why it lands later: the first critical step is blocked,
    NOT_STARTED = "not_started"  # has not begun,
    UNDER_WAY = "under_way"  # has begun, and what comes after it does not fit any more,
    DATE_GIVEN = "date_given"  # somebody gave it a day that is too late for the anchor,
    NOT_BEFORE = "not_before"  # or it is tied to a day, or has to wait for one, that is too late


@dataclass(frozen=True, slots=True)
class Checkup:
    """`ball` is JOINT when both sides have it, None when nothing is open. `at_hand` are the critical steps
    that can be worked now, the first of them `step` unless another one is the reason."""

    health: Health
    reason: Reason
    step: Step | None
    ball: Side | None
    at_hand: tuple[Step, ...] = ()
    start_by: date | None = None  # of `step`, where it starts soon
    past_due: int = 0  # open steps past their day


def check_up(
    steps: Sequence[Step],
    planned: Schedule[int],
    after: Mapping[int, Collection[int]],
    calendar_of: Mapping[Side, Calendar],
    past_due: Collection[int],
) -> Checkup:
    """`after` maps a step's id to those it comes after, `past_due` holds the ids of steps past their day."""
    in_order = in_order_to_act(steps, after)
    if not in_order:
        return Checkup(Health.DONE if steps else Health.EMPTY, Reason.ON_TIME, None, None)
    at_hand = _at_hand(in_order, planned, waits_for(steps, after))
    first, late = at_hand[0], len(past_due)
    ball = _ball(at_hand)
    if planned.is_late:
        reason = _why_later(first, planned, calendar_of[first.side])
        return Checkup(Health.AT_RISK, reason, first, ball, tuple(at_hand), past_due=late)
    if late:
        waiting = next((step for step in in_order if step.id in past_due), first)
        # What waits is what is asked for, and its side has the ball as long as nothing decides the date.
        return Checkup(
            Health.WAITING, Reason.PAST_DUE, waiting, side_to_act(waiting), tuple(at_hand), None, late
        )
    for step in at_hand if not planned.is_settled else ():
        start_by = planned.slots[step.id or 0].latest_start
        if step.state is StepState.STARTED or start_by is None:
            continue
        if calendar_of[step.side].working_days_between(planned.today, start_by) <= NEAR_DAYS:
            return Checkup(Health.AT_RISK, Reason.STARTS_SOON, step, ball, tuple(at_hand), start_by)
    return Checkup(Health.ON_TRACK, Reason.ON_TIME, first, ball, tuple(at_hand))


def _at_hand(in_order: Sequence[Step], planned: Schedule[int], waits: Collection[int]) -> list[Step]:
    """The open critical steps for which nothing has to be finished first, in the order of the chain.

    Without any, as where what decides waits for a day and not for a step: the first of the chain while the
    plan lands late, else what can be worked and has the least slack. Never none.
    """
    chain = {step_id: place for place, step_id in enumerate(planned.critical_path)}
    free = [step for step in in_order if (step.id or 0) not in waits]
    critical = [step for step in free if planned.slots[step.id or 0].is_critical or step.id in chain]
    if critical:
        return sorted(critical, key=lambda step: (chain.get(step.id or 0, len(chain)), step.position))
    if planned.is_late:
        return [step for step in in_order if step.id in planned.critical_path[:1]] or list(in_order[:1])
    deciding = [step for step in free if step.id in planned.deciding]
    return sorted(deciding, key=lambda step: planned.slots[step.id or 0].slack or 0)[:1] or list(in_order[:1])


def _ball(at_hand: Iterable[Step]) -> Side:
    sides = {side_to_act(step) for step in at_hand}
    return sides.pop() if len(sides) == 1 else Side.JOINT


def _why_later(step: Step, planned: Schedule[int], calendar: Calendar) -> Reason:
    if step.state is StepState.BLOCKED:
        return Reason.BLOCKED
    slot = planned.slots[step.id or 0]
    if (
        step.date_fixed
        and step.due_date is not None
        and slot.projected_finish == step.due_date > planned.today
    ):
        return Reason.DATE_GIVEN
    if step.state is StepState.STARTED:
        return Reason.UNDER_WAY
    can_start = calendar.next_working(planned.today - ONE_DAY)
    waits_for_a_day = slot.projected_start is not None and slot.projected_start > can_start
    return Reason.NOT_BEFORE if waits_for_a_day else Reason.NOT_STARTED
