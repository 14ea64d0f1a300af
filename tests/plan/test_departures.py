"""When somebody counts as gone, and who could take over: rules that touch nobody's plan by themselves."""

from datetime import date, timedelta
from typing import Any

import pytest

from plan.calendars import calendar_for
from plan.departures import SILENT_DAYS, holds, is_pressing, is_silent, who_could_take_over
from storage.models import Side, Step, StepState

MONDAY = date(2026, 6, 1)
US = calendar_for("US")


def step(number: int, **more: Any) -> Step:
    facts: dict[str, Any] = {
        "id": number,
        "plan_id": 1,
        "number": number,
        "position": number,
        "phase": "Legal",
        "title": f"Step {number}",
        "side": Side.BUYER,
        "due_date": MONDAY,
    }
    return Step(**{**facts, **more})


@pytest.mark.parametrize(
    ("more", "asks"),
    [
        ({}, True),
        ({"due_date": MONDAY + timedelta(days=9)}, False),
        ({"due_date": MONDAY + timedelta(days=1)}, False),
        ({"due_date": None}, False),
        ({"due_date": None, "state": StepState.STARTED}, True),
        ({"state": StepState.BLOCKED}, False),
        ({"state": StepState.BLOCKED, "blocked_until": MONDAY + timedelta(days=9)}, False),
        ({"state": StepState.BLOCKED, "blocked_until": MONDAY}, True),
        ({"state": StepState.DONE}, False),
        ({"state": StepState.SKIPPED}, False),
    ],
)
def test_what_asks_something_of_its_people(more: dict[str, Any], asks: bool) -> None:
    assert is_pressing(step(1, **more), MONDAY + timedelta(days=1)) is asks


def test_silence_counts_the_working_days_of_the_side() -> None:
    day, worked = MONDAY, 0
    while worked < SILENT_DAYS:
        assert not is_silent(MONDAY, day, US)
        day += timedelta(days=1)
        worked += US.is_working(day)
    assert is_silent(MONDAY, day, US)
    assert not is_silent(day + timedelta(days=1), day, US)


def test_closed_days_do_not_count() -> None:
    two_weeks_later = MONDAY + timedelta(days=14)
    assert is_silent(MONDAY, two_weeks_later, US)
    closed = [(MONDAY + timedelta(days=2), MONDAY + timedelta(days=4))]
    assert not is_silent(MONDAY, two_weeks_later, calendar_for("US", closed=closed))


def test_who_holds_a_step() -> None:
    both = step(1, owner_id="U1", counterpart_id="U2")
    assert holds(both, "U1")
    assert holds(both, "U2")
    assert not holds(both, "U3")
    assert not holds(step(2, owner_id="U1", state=StepState.DONE), "U1")


def test_the_same_role_comes_first() -> None:
    theirs = [step(1, owner_id="UGONE", role="Counsel")]
    others = [
        step(2, owner_id="UPHASE"),
        step(3, owner_id="UPHASE"),
        step(4, owner_id="UROLE", role="counsel ", phase="Close", state=StepState.DONE),
    ]
    assert who_could_take_over("UGONE", theirs, [*theirs, *others], {"UPHASE", "UROLE"}) == "UROLE"
    assert who_could_take_over("UGONE", theirs, [*theirs, *others], {"UPHASE"}) == "UPHASE"


def test_a_role_of_the_same_name_on_the_other_side_is_another() -> None:
    theirs = [step(1, owner_id="UGONE", role="Counsel")]
    other = step(2, owner_id="UROLE", role="Counsel", side=Side.SELLER, phase="Close")
    assert who_could_take_over("UGONE", theirs, [*theirs, other], {"UROLE"}) is None


def test_then_who_has_most_of_the_phase_then_who_works_with_the_same_people() -> None:
    theirs = [step(1, owner_id="UGONE", counterpart_id="URAE", side=Side.JOINT)]
    others = [
        step(2, owner_id="UA", phase="Legal"),
        step(3, owner_id="UB", phase="Legal"),
        step(4, owner_id="UB", phase="Legal"),
        step(5, owner_id="UC", counterpart_id="URAE", side=Side.JOINT, phase="Close"),
    ]
    assert who_could_take_over("UGONE", theirs, [*theirs, *others], {"UA", "UB", "UC"}) == "UB"
    assert who_could_take_over("UGONE", theirs, [*theirs, *others], {"UC"}) == "UC"


def test_nobody_is_made_up() -> None:
    theirs = [step(1, owner_id="UGONE", counterpart_id="URAE", side=Side.JOINT)]
    assert who_could_take_over("UGONE", theirs, theirs, {"UZ"}) is None
    assert who_could_take_over("UGONE", theirs, theirs, set()) is None
