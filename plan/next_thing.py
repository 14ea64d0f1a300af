"""The one most useful thing for one person to do next on a plan. Without a plan, that is to start one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plan.nudging import SideOf, who_is_asked
from plan.outlook import in_order_to_act, is_late, waits_for
from storage.models import Plan, PlanState, Side, Step, StepState


class Thing(StrEnum):
    CONFIRM = "confirm"  # the other side has said yes to a gate, and this person's side has not
    DO = "do"  # a step of theirs waits, or can be done now
    UNBLOCK = "unblock"  # a step of theirs is blocked, and the day has come to look at it again
    NAME_PEOPLE = "name_people"  # steps of their side have only a role
    NAME_LEAD = "name_lead"  # nobody leads at the buyer
    ADD_STEP = "add_step"  # the plan is empty
    CLOSE = "close"  # everything is done
    REOPEN = "reopen"  # the plan is closed: go on with it, or start the next one
    WATCH = "watch"  # nothing is theirs: whose turn it is, and with which step


@dataclass(frozen=True, slots=True)
class NextThing:
    """What to do, with the step it is about where it is about one."""

    thing: Thing
    step: Step | None = None
    nameless: int = 0  # steps of their side without a person


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. Without a side they read."""

    user_id: str
    side: Side | None


def next_thing(
    plan: Plan,
    steps: Sequence[Step],
    person: Person,
    today: date,
    after: Mapping[int, Collection[int]],
    side_of: SideOf,
) -> NextThing | None:
    """What this person does best next; `None` for a reader of a plan on which nothing is left to do.

    `steps` are those the person may know of, `today` is the day where the plan is kept. `after` and `side_of`
    are those of `outlook` and `who_is_asked`.
    """
    if plan.state is PlanState.CLOSED:
        return NextThing(Thing.REOPEN) if person.side else None
    in_order = in_order_to_act(steps, after)
    if not in_order:
        return _when_nothing_is_open(steps) if person.side else None
    if person.side is not None:
        found = (
            _half_that_is_missing(plan, in_order, person, side_of)
            or _step_to_do(plan, in_order, person, today, waits_for(steps, after), side_of)
            or _step_to_unblock(in_order, person, today)
            or _people_to_name(plan, in_order, person, side_of)
        )
        if found is not None:
            return found
    return NextThing(Thing.WATCH, in_order[0])


def _when_nothing_is_open(steps: Sequence[Step]) -> NextThing:
    return NextThing(Thing.CLOSE if steps else Thing.ADD_STEP)


def _half_that_is_missing(
    plan: Plan, in_order: Sequence[Step], person: Person, side_of: SideOf
) -> NextThing | None:
    for step in in_order:
        if not step.gate or person.side is None or not step.confirmed_by(person.side.other):
            continue
        if any(
            ask.user_id == person.user_id and ask.side is person.side
            for ask in who_is_asked(step, plan, side_of)
        ):
            return NextThing(Thing.CONFIRM, step)
    return None


def _step_to_do(
    plan: Plan,
    in_order: Sequence[Step],
    person: Person,
    today: date,
    waits: Collection[int],
    side_of: SideOf,
) -> NextThing | None:
    """Theirs: what waits past its day before what can be done now. What is blocked is another matter."""
    mine = [
        step
        for step in in_order
        if step.state is not StepState.BLOCKED
        and any(a.user_id == person.user_id and not a.asks_who for a in who_is_asked(step, plan, side_of))
    ]
    late = [step for step in mine if is_late(step, today)]
    at_hand = [step for step in mine if (step.id or 0) not in waits]
    found = next(iter(late + at_hand), None)
    return NextThing(Thing.DO, found) if found else None


def _step_to_unblock(in_order: Sequence[Step], person: Person, today: date) -> NextThing | None:
    for step in in_order:
        day = step.blocked_until or step.due_date
        is_theirs = person.user_id in (step.owner_id, step.counterpart_id)
        if step.state is StepState.BLOCKED and is_theirs and day is not None and day <= today:
            return NextThing(Thing.UNBLOCK, step)
    return None


def _people_to_name(
    plan: Plan, in_order: Sequence[Step], person: Person, side_of: SideOf
) -> NextThing | None:
    """Names are given by the side's lead, or by anybody there while nobody leads."""
    assert person.side is not None
    nameless = sum(
        any(ask.asks_who and ask.side is person.side for ask in who_is_asked(step, plan, side_of))
        for step in in_order
    )
    if nameless and plan.lead_of(person.side) in (None, person.user_id):
        return NextThing(Thing.NAME_PEOPLE, nameless=nameless)
    return None if plan.buyer_lead_id else NextThing(Thing.NAME_LEAD)
