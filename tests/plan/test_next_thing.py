"""The one most useful thing for one person to do next."""

from datetime import date
from typing import Any

import pytest

from plan.next_thing import Person, Thing, next_thing
from storage.models import Plan, PlanState, Side, Step, StepState
from tests.plan.people import BEA, RAE, RAVI, SAM, a_plan, a_step, side_of

TODAY = date(2026, 6, 10)
PERSONS = {RAE: Side.SELLER, SAM: Side.SELLER, BEA: Side.BUYER, RAVI: Side.BUYER, "U0STRANGER": None}


def asked(
    who: str, *steps: Step, plan: Plan | None = None, after: dict[int, set[int]] | None = None
) -> tuple[Any, ...] | None:
    """The thing, and the number of its step where it has one."""
    found = next_thing(plan or a_plan(), steps, Person(who, PERSONS[who]), TODAY, after or {}, side_of)
    if found is None:
        return None
    return (found.thing, found.step.number) if found.step else (found.thing,)


def test_a_half_that_only_my_yes_completes_comes_before_everything() -> None:
    late = a_step(1, due="2026-06-01", owner_id=BEA)
    gate = a_step(2, Side.JOINT, "2026-06-30", gate=True, owner_id=BEA, seller_confirmed_by=RAE)
    assert asked(BEA, late, gate) == (Thing.CONFIRM, 2)
    assert asked(RAE, late, gate) == (Thing.WATCH, 1)
    gate.buyer_confirmed_by = BEA
    assert asked(BEA, late, gate) == (Thing.DO, 1)


def test_the_lead_confirms_a_half_that_has_no_person() -> None:
    gate = a_step(1, Side.JOINT, gate=True, seller_confirmed_by=RAE)
    assert asked(BEA, gate) == (Thing.CONFIRM, 1)
    assert asked(RAVI, gate) == (Thing.WATCH, 1)


def test_what_waits_comes_before_what_is_next() -> None:
    soon = a_step(1, due="2026-06-11", owner_id=RAVI)
    waits = a_step(2, due="2026-06-09", owner_id=RAVI)
    assert asked(RAVI, soon, waits) == (Thing.DO, 2)
    waits.state = StepState.DONE
    assert asked(RAVI, soon, waits) == (Thing.DO, 1)


def test_a_step_that_waits_for_another_is_nothing_to_do_yet() -> None:
    first, second = a_step(1, Side.SELLER, owner_id=SAM), a_step(2, due="2026-06-12", owner_id=RAVI)
    assert asked(RAVI, first, second, after={2: {1}}) == (Thing.WATCH, 1)
    second.due_date = date(2026, 6, 9)  # but once its day is over, there is something to say about it
    assert asked(RAVI, first, second, after={2: {1}}) == (Thing.DO, 2)


@pytest.mark.parametrize(
    ("until", "due", "thing"),
    [
        ("2026-06-10", "2026-06-01", Thing.UNBLOCK),
        ("2026-06-11", "2026-06-01", Thing.WATCH),
        (None, "2026-06-10", Thing.UNBLOCK),
        (None, "2026-06-11", Thing.WATCH),
        (None, None, Thing.WATCH),
    ],
)
def test_a_blocked_step_is_looked_at_again_when_its_day_has_come(
    until: str | None, due: str | None, thing: Thing
) -> None:
    blocked = a_step(
        1,
        due=due,
        owner_id=RAVI,
        state=StepState.BLOCKED,
        blocked_until=date.fromisoformat(until) if until else None,
    )
    assert asked(RAVI, blocked) == (thing, 1)


def test_who_leads_names_the_people_of_their_side() -> None:
    nameless = a_step(1, Side.BUYER, role="CFO")
    assert asked(BEA, nameless) == (Thing.NAME_PEOPLE,)
    assert asked(RAVI, nameless) == (Thing.WATCH, 1)
    assert asked(RAE, nameless) == (Thing.WATCH, 1)


def test_where_nobody_leads_anybody_of_the_side_names_people_and_the_seller_a_lead() -> None:
    plan = a_plan(buyer_lead_id=None)
    nameless = a_step(1, Side.BUYER, role="CFO")
    assert asked(RAVI, nameless, plan=plan) == (Thing.NAME_PEOPLE,)
    assert asked(SAM, nameless, plan=plan) == (Thing.NAME_LEAD,)


def test_how_many_steps_are_without_a_name_is_counted() -> None:
    steps = [a_step(1, Side.BUYER), a_step(2, Side.SELLER), a_step(3, Side.JOINT, gate=True)]
    found = next_thing(a_plan(), steps, Person(BEA, Side.BUYER), TODAY, {}, side_of)
    assert found is not None
    assert found.nameless == 2


def test_the_end_of_a_plan() -> None:
    done = a_step(1, state=StepState.DONE)
    assert asked(BEA, done) == (Thing.CLOSE,)
    assert asked(BEA) == (Thing.ADD_STEP,)
    assert asked(BEA, done, plan=a_plan(state=PlanState.CLOSED)) == (Thing.REOPEN,)


def test_who_only_reads_is_told_whose_turn_it_is_and_nothing_else() -> None:
    assert asked("U0STRANGER", a_step(1, owner_id=RAVI)) == (Thing.WATCH, 1)
    assert asked("U0STRANGER", a_step(1, state=StepState.DONE)) is None
    assert asked("U0STRANGER", plan=a_plan(state=PlanState.CLOSED)) is None
