"""The board's first line: is something waiting, and whose turn is it?"""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from plan.outlook import outlook
from storage.models import Side, Step, StepState
from tests.plan.people import BEA, RAE, a_step

TODAY = date(2026, 6, 10)


def numbers(steps: tuple[Step, ...]) -> list[int]:
    return [step.number for step in steps]


def test_with_nothing_open_nobody_has_the_ball() -> None:
    done = a_step(1, due="2026-06-01", state=StepState.DONE)
    skipped = a_step(2, due="2026-06-01", state=StepState.SKIPPED)
    seen = outlook([done, skipped], TODAY)
    assert (seen.is_late, seen.ball, seen.deciding_step, seen.next_steps) == (False, None, None, ())


def test_a_step_is_late_once_its_day_has_ended() -> None:
    assert not outlook([a_step(due="2026-06-10")], TODAY).is_late
    assert outlook([a_step(due="2026-06-09")], TODAY).is_late
    assert not outlook([a_step(due=None)], TODAY).is_late


def test_a_blocked_step_still_counts() -> None:
    blocked = a_step(1, Side.SELLER, "2026-06-09", state=StepState.BLOCKED)
    seen = outlook([a_step(2, Side.BUYER, "2026-06-12"), blocked], TODAY)
    assert seen.is_late
    assert seen.ball is Side.SELLER
    assert seen.deciding_step is blocked


def test_the_ball_is_with_the_side_of_the_earliest_step() -> None:
    steps = [a_step(1, Side.BUYER, "2026-06-15"), a_step(2, Side.SELLER, "2026-06-12")]
    assert outlook(steps, TODAY).ball is Side.SELLER


def test_on_one_day_the_plans_own_order_decides() -> None:
    steps = [a_step(2, Side.BUYER, "2026-06-12"), a_step(1, Side.SELLER, "2026-06-12")]
    assert numbers(outlook(steps, TODAY).next_steps) == [1, 2]


def test_nobody_is_asked_for_what_waits_for_somebody_else() -> None:
    review = a_step(1, Side.BUYER, "2026-06-09")
    answers = a_step(2, Side.SELLER, "2026-06-12")
    seen = outlook([review, answers], TODAY, {1: {2}})
    assert seen.ball is Side.SELLER
    assert numbers(seen.next_steps) == [2, 1]
    answers.state = StepState.DONE
    assert outlook([review, answers], TODAY, {1: {2}}).ball is Side.BUYER


def test_of_a_gate_that_one_side_confirmed_the_other_has_the_ball() -> None:
    gate = a_step(1, Side.JOINT, "2026-06-12", gate=True)
    assert outlook([gate], TODAY).ball is Side.JOINT
    gate.seller_confirmed_by = RAE
    assert outlook([gate], TODAY).ball is Side.BUYER
    gate.seller_confirmed_by, gate.buyer_confirmed_by = None, BEA
    assert outlook([gate], TODAY).ball is Side.SELLER


def test_steps_without_a_date_come_last() -> None:
    steps = [a_step(1, due=None), a_step(2, due="2027-01-01"), a_step(3, due="2026-06-12")]
    assert numbers(outlook(steps, TODAY).next_steps) == [3, 2, 1]


def test_at_most_three_steps_come_next() -> None:
    steps = [a_step(n, due=f"2026-06-{n:02}") for n in range(1, 9)]
    assert numbers(outlook(steps, TODAY).next_steps) == [1, 2, 3]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(Side),
            st.one_of(st.none(), st.integers(1, 28)),
            st.sampled_from(StepState),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.dictionaries(st.integers(1, 12), st.sets(st.integers(1, 12), max_size=3)),
)
def test_what_comes_next_is_open_and_what_decides_comes_first(
    drawn: list[tuple[Side, int | None, StepState, bool]], after: dict[int, set[int]]
) -> None:
    steps = [
        a_step(n, side, f"2026-06-{day:02}" if day else None, state=state, gate=gate)
        for n, (side, day, state, gate) in enumerate(drawn, start=1)
    ]
    seen = outlook(steps, TODAY, after)
    unfinished = [step for step in steps if not step.state.is_finished]
    assert len(seen.next_steps) == min(3, len(unfinished))
    assert all(step in unfinished for step in seen.next_steps)
    assert seen.deciding_step is (seen.next_steps[0] if unfinished else None)
    assert seen.is_late == any(step.due_date is not None and step.due_date < TODAY for step in unfinished)
    assert (seen.ball is None) == (not unfinished)
