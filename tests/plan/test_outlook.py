"""What there is to do comes in the order in which to do it, and each step has a side whose turn it is."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from plan.outlook import in_order_to_act, is_late, side_to_act, waits_for
from storage.models import Side, Step, StepState
from tests.plan.people import BEA, RAE, a_step

TODAY = date(2026, 6, 10)


def numbers(steps: list[Step], after: dict[int, set[int]] | None = None) -> list[int]:
    return [step.number for step in in_order_to_act(steps, after or {})]


def test_what_is_finished_is_not_to_be_done() -> None:
    done = a_step(1, due="2026-06-01", state=StepState.DONE)
    skipped = a_step(2, due="2026-06-01", state=StepState.SKIPPED)
    assert numbers([done, skipped]) == []


def test_a_step_is_late_once_its_day_has_ended() -> None:
    assert not is_late(a_step(due="2026-06-10"), TODAY)
    assert is_late(a_step(due="2026-06-09"), TODAY)
    assert not is_late(a_step(due=None), TODAY)
    assert is_late(a_step(due="2026-06-09", state=StepState.BLOCKED), TODAY)
    assert not is_late(a_step(due="2026-06-09", state=StepState.DONE), TODAY)


def test_what_is_due_first_comes_first() -> None:
    assert numbers([a_step(1, due="2026-06-15"), a_step(2, due="2026-06-12")]) == [2, 1]


def test_on_one_day_the_plans_own_order_decides() -> None:
    assert numbers([a_step(2, due="2026-06-12"), a_step(1, due="2026-06-12")]) == [1, 2]


def test_nobody_is_asked_for_what_waits_for_somebody_else() -> None:
    review, answers = a_step(1, Side.BUYER, "2026-06-09"), a_step(2, Side.SELLER, "2026-06-12")
    assert numbers([review, answers], {1: {2}}) == [2, 1]
    answers.state = StepState.DONE
    assert numbers([review, answers], {1: {2}}) == [1]


def test_what_comes_after_a_skipped_step_waits_for_what_came_before_that_one() -> None:
    steps = [a_step(1), a_step(2, state=StepState.SKIPPED), a_step(3)]
    after = {2: {1}, 3: {2}}
    assert waits_for(steps, after) == {3: {1}}
    steps[0].state = StepState.DONE
    assert waits_for(steps, after) == {}


def test_what_has_begun_waits_for_nothing_any_more() -> None:
    begun = a_step(1, due="2026-06-09", state=StepState.STARTED)
    assert numbers([begun, a_step(2, due="2026-06-12")], {1: {2}}) == [1, 2]


def test_a_blocked_step_keeps_its_place() -> None:
    blocked = a_step(1, Side.SELLER, "2026-06-09", state=StepState.BLOCKED)
    assert numbers([a_step(2, Side.BUYER, "2026-06-12"), blocked]) == [1, 2]


def test_of_a_gate_that_one_side_confirmed_it_is_the_others_turn() -> None:
    gate = a_step(1, Side.JOINT, "2026-06-12", gate=True)
    assert side_to_act(gate) is Side.JOINT
    gate.seller_confirmed_by = RAE
    assert side_to_act(gate) is Side.BUYER
    gate.seller_confirmed_by, gate.buyer_confirmed_by = None, BEA
    assert side_to_act(gate) is Side.SELLER


def test_steps_without_a_date_come_last() -> None:
    steps = [a_step(1, due=None), a_step(2, due="2027-01-01"), a_step(3, due="2026-06-12")]
    assert numbers(steps) == [3, 2, 1]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(1, 28)), st.sampled_from(StepState)), max_size=12),
    st.dictionaries(st.integers(1, 12), st.sets(st.integers(1, 12), max_size=3)),
)
def test_all_that_is_open_is_there_once_and_what_waits_comes_behind(
    drawn: list[tuple[int | None, StepState]], after: dict[int, set[int]]
) -> None:
    steps = [
        a_step(n, due=f"2026-06-{day:02}" if day else None, state=state)
        for n, (day, state) in enumerate(drawn, start=1)
    ]
    found = in_order_to_act(steps, after)
    unfinished = {step.id for step in steps if not step.state.is_finished}
    assert len(found) == len(unfinished) == len({step.id for step in found})
    held_up = waits_for(steps, after)
    waits = [step.id in held_up for step in found]
    assert waits == sorted(waits)
    for step in found:
        if step.state is not StepState.STARTED:
            assert held_up.get(step.id or 0, set()) >= unfinished & after.get(step.id or 0, set()) - {step.id}
