"""The three lists by size of firm give exactly the figures printed for them (`market.md`, section 3c).

The tables stand here as data: id, side, working days, what it comes after, the latest finish in working days
before go-live, slack in working days (0: on the critical path), and whether both sides confirm it.
"""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from plan.calendars import MONDAY_TO_FRIDAY
from plan.plan_file import FileStep, load_template
from plan.schedule import offsets, schedule
from storage.models import Side

MONDAY = date(2026, 6, 1)
Printed = tuple[str, str, int, str, int, int, bool]

SMB: tuple[Printed, ...] = (
    ("s1", "joint", 2, "", -16, 0, False),
    ("s2", "buyer", 1, "s1", -9, 6, False),
    ("s3", "seller", 3, "s1", -13, 0, False),
    ("s4", "joint", 2, "s3", -10, 1, False),
    ("s5", "buyer", 1, "s4", -9, 1, True),
    ("s6", "seller", 1, "s3", -12, 0, False),
    ("s7", "buyer", 3, "s6", -9, 0, False),
    ("s8", "buyer", 2, "s6", -8, 2, False),
    ("s9", "joint", 1, "s2 s5 s7", -8, 0, True),
    ("s10", "seller", 1, "s8 s9", -7, 0, False),
    ("s11", "buyer", 2, "s10", -5, 0, True),
    ("s12", "buyer", 2, "s11", -3, 0, False),
    ("s13", "joint", 2, "s11", -3, 0, False),
    ("s14", "joint", 3, "s12 s13", 0, 0, True),
)
MID_MARKET: tuple[Printed, ...] = (
    ("m1", "joint", 3, "", -47, 0, False),
    ("m2", "joint", 3, "m1", -44, 0, False),
    ("m3", "buyer", 2, "m2", -42, 0, False),
    ("m4", "seller", 5, "m3", -37, 0, False),
    ("m5", "buyer", 5, "m4", -32, 0, True),
    ("m6", "joint", 5, "m4", -32, 0, False),
    ("m7", "buyer", 2, "m3", -31, 9, False),
    ("m8", "seller", 3, "m7", -28, 9, False),
    ("m9", "buyer", 10, "m8", -18, 9, True),
    ("m10", "joint", 5, "m4", -32, 0, False),
    ("m11", "buyer", 3, "m5 m6 m10", -29, 0, False),
    ("m12", "buyer", 3, "m11", -26, 0, False),
    ("m13", "seller", 2, "m11", -23, 4, False),
    ("m14", "joint", 5, "m12 m13", -18, 3, True),
    ("m15", "seller", 1, "m11", -26, 2, False),
    ("m16", "joint", 8, "m15", -18, 2, True),
    ("m17", "buyer", 8, "m12", -18, 0, False),
    ("m18", "buyer", 3, "m9 m14 m16 m17", -15, 0, True),
    ("m19", "joint", 2, "m18", -13, 0, True),
    ("m20", "seller", 3, "m19", -10, 0, False),
    ("m21", "joint", 10, "m20", 0, 0, True),
)
ENTERPRISE: tuple[Printed, ...] = (
    ("e1", "joint", 5, "", -131, 0, True),
    ("e2", "joint", 5, "e1", -126, 0, False),
    ("e3", "joint", 4, "e1", -121, 6, False),
    ("e4", "buyer", 5, "e2", -121, 0, False),
    ("e5", "joint", 10, "e3 e4", -111, 0, False),
    ("e6", "joint", 5, "e5", -106, 0, True),
    ("e7", "buyer", 5, "e6", -101, 0, False),
    ("e8", "joint", 20, "e7", -81, 0, False),
    ("e9", "buyer", 3, "e8", -76, 2, True),
    ("e10", "buyer", 5, "e3 e4", -96, 20, False),
    ("e11", "seller", 10, "e10", -86, 20, False),
    ("e12", "buyer", 20, "e11", -66, 20, True),
    ("e13", "joint", 5, "e12", -56, 25, True),
    ("e14", "buyer", 10, "e11", -56, 40, False),
    ("e15", "joint", 20, "e11", -56, 30, True),
    ("e16", "joint", 15, "e11", -56, 35, True),
    ("e17", "joint", 10, "e8", -71, 0, False),
    ("e18", "buyer", 5, "e9 e17", -66, 0, True),
    ("e19", "joint", 10, "e18", -56, 0, True),
    ("e20", "joint", 20, "e9", -56, 2, True),
    ("e21", "seller", 5, "e10", -71, 40, False),
    ("e22", "buyer", 30, "e10 e21", -41, 40, False),
    ("e23", "joint", 10, "e12", -56, 20, False),
    ("e24", "buyer", 5, "e19 e22", -36, 15, False),
    ("e25", "buyer", 20, "e13 e14 e15 e16 e19 e20 e23", -36, 0, True),
    ("e26", "joint", 3, "e24 e25", -33, 0, True),
    ("e27", "seller", 2, "e26", -31, 0, False),
    ("e28", "joint", 5, "e27", -26, 0, False),
    ("e29", "joint", 15, "e28", -11, 0, False),
    ("e30", "buyer", 10, "e29", -1, 0, True),
    ("e31", "joint", 1, "e30", 0, 0, True),
)

# By the list: its table, the working days on the critical path and one after the other, and how many steps
# are the buyer's, the seller's and joint.
PRINTED = {
    "smb": (SMB, 18, 26, (6, 3, 5)),
    "mid-market": (MID_MARKET, 50, 91, (8, 5, 8)),
    "enterprise": (ENTERPRISE, 136, 298, (11, 3, 17)),
}
LISTS = list(PRINTED)


def critical_days(steps: tuple[FileStep, ...]) -> int:
    return schedule(steps, None, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY).critical_path_days


@pytest.mark.parametrize("key", LISTS)
def test_the_list_has_the_printed_steps(key: str) -> None:
    table, _, one_after_the_other, sides = PRINTED[key]
    steps = {step.id: step for step in load_template(key).steps}
    assert sorted(steps) == sorted(row[0] for row in table)
    for step_id, side, days, after, _, _, gate in table:
        step = steps[step_id]
        assert (step.side, step.days, step.gate) == (side, days, gate)
        assert sorted(step.after) == sorted(after.split())
    assert sum(step.days for step in steps.values()) == one_after_the_other
    count = Counter(step.side for step in steps.values())
    assert (count[Side.BUYER], count[Side.SELLER], count[Side.JOINT]) == sides


@pytest.mark.parametrize("key", LISTS)
def test_the_critical_path_is_as_long_as_printed(key: str) -> None:
    table, critical, _, _ = PRINTED[key]
    found = schedule(load_template(key).steps, None, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)
    assert found.critical_path_days == found.days_needed == critical
    on_it = {row[0] for row in table if row[5] == 0}
    assert set(found.critical_path) <= on_it
    assert {step_id for step_id, slot in found.slots.items() if slot.is_critical} == on_it


@pytest.mark.parametrize("key", LISTS)
def test_each_step_has_the_printed_latest_finish_and_slack(key: str) -> None:
    table, *_ = PRINTED[key]
    steps = load_template(key).steps
    by_the_end = offsets(steps)
    found = schedule(steps, None, MONDAY, MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)
    assert {key: (by_the_end[key][1], found.slots[key].slack) for key in by_the_end} == {
        step_id: (latest_finish, slack) for step_id, _, _, _, latest_finish, slack, _ in table
    }


@pytest.mark.parametrize(
    ("key", "step_id", "only_after", "cost"),
    [
        ("enterprise", "e10", "e18", 35),  # third-party risk only after the committee's vote
        ("enterprise", "e15", "e18", 10),  # the data addendum
        ("enterprise", "e20", "e18", 10),  # the master agreement
        ("mid-market", "m7", "m14", 12),  # the questionnaire only after the terms
        ("mid-market", "m15", "m14", 6),  # legal
        ("mid-market", "m17", "m14", 5),  # vendor registration
    ],
)
def test_starting_late_costs_what_was_printed(key: str, step_id: str, only_after: str, cost: int) -> None:
    steps = load_template(key).steps
    late = tuple(
        replace(step, after=(*step.after, only_after)) if step.id == step_id else step for step in steps
    )
    assert critical_days(late) - critical_days(steps) == cost
