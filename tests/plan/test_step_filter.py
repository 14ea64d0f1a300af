"""Which of a plan's steps somebody wants to see."""

import pytest

from plan.step_filter import StepFilter
from storage.models import Side, StepState
from tests.plan.people import BEA, RAVI, a_step

STEPS = (
    a_step(1, Side.SELLER, phase="Fit", state=StepState.DONE),
    a_step(2, Side.BUYER, owner_id=BEA, state=StepState.BLOCKED),
    a_step(3, Side.JOINT, phase="", owner_id=RAVI, counterpart_id=BEA),
    a_step(4, Side.BUYER, state=StepState.SKIPPED),
    a_step(5, Side.BUYER, owner_id=BEA, state=StepState.STARTED),
)
WAITING = {5}


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (StepFilter(), [1, 2, 3, 4, 5]),
        (StepFilter(side="=buyer"), [2, 4, 5]),
        (StepFilter(side="=joint"), [3]),
        (StepFilter(owner=f"={BEA}"), [2, 3, 5]),
        (StepFilter(owner="="), [1, 4]),
        (StepFilter(phase="=Fit"), [1]),
        (StepFilter(phase="="), [3]),
        (StepFilter(state="=open"), [2, 3, 5]),
        (StepFilter(state="=waiting"), [5]),
        (StepFilter(state="=blocked"), [2]),
        (StepFilter(state="=done"), [1]),
        (StepFilter(state="=skipped"), [4]),
        (StepFilter(side="=buyer", owner=f"={BEA}", state="=open"), [2, 5]),
        (StepFilter(side="=seller", owner=f"={BEA}"), []),
    ],
)
def test_only_what_is_like_that_is_shown(wanted: StepFilter, numbers: list[int]) -> None:
    shown = [step.number for step in STEPS if wanted.fits(step, is_waiting=step.number in WAITING)]
    assert shown == numbers
    assert wanted.is_on == (numbers != [1, 2, 3, 4, 5])
