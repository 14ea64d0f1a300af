"""What both sides agreed to, and what needs both of them: by table, and whatever the plan."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.agreement import Need, is_overtaken, needs_both, needs_both_to_drop, terms_of
from plan.calendars import MONDAY_TO_FRIDAY
from plan.moving import cannot_keep
from plan.network import LayoutStep, Standing
from plan.schedule import Schedule, schedule
from storage.agreement import Proposal, ProposalKind
from storage.models import AnchorKind, Plan, PlanState, Side, Step, StepState, Visibility

MONDAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SIDES = st.sampled_from(Side)


def plan(**facts: Any) -> Plan:
    usual: dict[str, Any] = {
        "anchor_kind": AnchorKind.GO_LIVE,
        "anchor_date": date(2026, 6, 30),
        "state": PlanState.OPEN,
    }
    return Plan(**{**usual, **facts})


def step(number: int = 4, side: Side = Side.SELLER, **facts: Any) -> Step:
    usual: dict[str, Any] = {
        "id": 100 + number,
        "number": number,
        "title": "Review",
        "side": side,
        "due_date": MONDAY,
    }
    return Step(**{"state": StepState.OPEN, "visibility": Visibility.BOTH, **usual, **facts})


HOLDS, LATER = (MONDAY, MONDAY), (MONDAY, MONDAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("one", "landing", "need"),
    [
        (step(), HOLDS, None),
        (step(), LATER, Need.LANDING),
        (step(), (None, None), None),
        (step(), (LATER[1], LATER[0]), None),
        (step(side=Side.BUYER), HOLDS, Need.THEIRS),
        (step(side=Side.JOINT), HOLDS, Need.JOINT),
        (step(gate=True), HOLDS, Need.GATE),
        (step(side=Side.JOINT, gate=True), LATER, Need.GATE),
        (step(visibility=Visibility.SELLER), LATER, None),
        (step(visibility=Visibility.SELLER, gate=True), LATER, None),
    ],
)
def test_who_may_move_what_alone(
    one: Step, landing: tuple[date | None, date | None], need: Need | None
) -> None:
    assert needs_both(Side.SELLER, [one], *landing) is need


def test_an_own_step_that_takes_one_of_theirs_along_needs_them() -> None:
    assert needs_both(Side.SELLER, [step(1), step(2, Side.BUYER)], *HOLDS) is Need.THEIRS
    assert needs_both(Side.SELLER, [step(1), step(2)], *HOLDS) is None


@given(side=st.sampled_from((Side.SELLER, Side.BUYER)), of=SIDES, gate=st.booleans(), later=st.booleans())
def test_what_one_side_may_do_alone_is_its_own_and_holds_the_day(
    side: Side, of: Side, gate: bool, later: bool
) -> None:
    one = step(side=of, gate=gate)
    is_own = of is side and not gate
    assert (needs_both(side, [one], *(LATER if later else HOLDS)) is None) == (is_own and not later)
    assert (needs_both_to_drop(side, one) is None) == is_own
    private = step(side=of, gate=gate, visibility=Visibility(side.value))
    assert needs_both(side, [private], *LATER) is None
    assert needs_both_to_drop(side, private) is None


AGREED_ON: dict[str, Any] = {
    "number": 9,
    "title": "Another",
    "side": Side.BUYER,
    "gate": True,
    "days": 7,
    "due_date": MONDAY + timedelta(days=3),
}
NOT_AGREED_ON: dict[str, Any] = {
    "owner_id": "U0RAVI",
    "phase": "Legal",
    "position": 12,
    "state": StepState.DONE,
    "role": "Counsel",
    "description": "More",
    "version": 8,
}


@pytest.mark.parametrize(("what", "value"), AGREED_ON.items())
def test_what_is_agreed_to_changes_the_terms(what: str, value: object) -> None:
    facts: dict[str, Any] = {what: value}
    assert terms_of(plan(), [step()]).digest != terms_of(plan(), [step(**facts)]).digest


@pytest.mark.parametrize(("what", "value"), NOT_AGREED_ON.items())
def test_what_is_not_leaves_them_as_they_are(what: str, value: object) -> None:
    facts: dict[str, Any] = {what: value}
    assert terms_of(plan(), [step()]) == terms_of(plan(), [step(**facts)])


def test_the_day_and_what_it_stands_for_are_agreed_to() -> None:
    usual = terms_of(plan(), [step()]).digest
    assert usual != terms_of(plan(anchor_date=date(2026, 7, 1)), [step()]).digest
    assert usual != terms_of(plan(anchor_kind=AnchorKind.SIGNATURE), [step()]).digest


@given(st.permutations(range(1, 7)))
def test_the_order_in_which_steps_come_is_nothing_to_agree_to(order: list[int]) -> None:
    assert terms_of(plan(), [step(n) for n in order]) == terms_of(plan(), [step(n) for n in range(1, 7)])


@given(st.text(), st.text())
def test_no_title_can_pass_for_another_plan(first: str, second: str) -> None:
    terms = [terms_of(plan(), [step(1, title=title)]).digest for title in (first, second)]
    assert (terms[0] == terms[1]) == (first == second)


def test_private_and_removed_steps_are_no_part_of_it() -> None:
    private, removed = step(5, visibility=Visibility.BUYER), step(6, removed_at=NOON)
    assert terms_of(plan(), [step(), private, removed]) == terms_of(plan(), [step()])


def about(kind: ProposalKind = ProposalKind.STEP_DATE, old: date = MONDAY) -> Proposal:
    return Proposal(
        plan_id=7,
        kind=kind,
        old_day=old,
        new_day=MONDAY + timedelta(days=9),
        by_id="U0RAE",
        by_side=Side.SELLER,
        at=NOON,
    )


@pytest.mark.parametrize(
    ("proposal", "of", "one", "is_over"),
    [
        (about(), plan(), step(), False),
        (about(), plan(state=PlanState.CLOSED), step(), True),
        (about(), plan(), step(due_date=MONDAY + timedelta(days=1)), True),
        (about(), plan(), step(state=StepState.DONE), True),
        (about(), plan(), step(removed_at=NOON), True),
        (about(), plan(), None, True),
        (about(ProposalKind.STEP_SKIPPED), plan(), step(due_date=None), False),
        (about(ProposalKind.STEP_REMOVED), plan(), step(state=StepState.SKIPPED), True),
        (about(ProposalKind.ANCHOR, date(2026, 6, 30)), plan(), None, False),
        (about(ProposalKind.ANCHOR, date(2026, 6, 29)), plan(), None, True),
    ],
)
def test_what_overtakes_a_proposal(proposal: Proposal, of: Plan, one: Step | None, is_over: bool) -> None:
    assert is_overtaken(proposal, of, one) is is_over


def chain(fixed: dict[int, date]) -> Schedule[int]:
    """Five steps of two days, one after the other."""
    steps = [LayoutStep(101 + n, Side.SELLER, 2, (100 + n,) if n else ()) for n in range(5)]
    standings = {step_id: Standing(fixed_on=day) for step_id, day in fixed.items()}
    return schedule(steps, None, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY, standings=standings)


AFTER = {101 + n: {100 + n: 0} for n in range(1, 5)}


@given(moved=st.integers(101, 105), by=st.integers(0, 40), room=st.integers(0, 10))
def test_only_what_comes_after_and_cannot_hold_is_offered_on_the_earliest_day_it_can_be(
    moved: int, by: int, room: int
) -> None:
    before = chain({})
    dues = {
        key: (slot.projected_finish or MONDAY) + timedelta(days=room) for key, slot in before.slots.items()
    }
    steps = [step(key - 100, due_date=day) for key, day in dues.items()]
    then = chain({moved: MONDAY_TO_FRIDAY.next_working(dues[moved] + timedelta(days=by))})
    found = cannot_keep(moved, steps, AFTER, before, then)
    for key, due in dues.items():
        finish = then.slots[key].projected_finish or MONDAY
        must_move = key > moved and finish > due
        assert found.get(key) == (finish if must_move else None)
