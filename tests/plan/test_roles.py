"""The roles that a plan still needs somebody for."""

from plan.roles import Role, roles_of
from storage.models import Side, StepState
from tests.plan.people import BEA, RAE, RAVI, a_step

STEPS = (
    a_step(1, Side.JOINT, role="Champion", counterpart_role="Account executive", owner_id=BEA),
    a_step(2, Side.SELLER, role="account  Executive", owner_id=RAE),
    a_step(3, Side.BUYER, role="IT security"),
    a_step(4, Side.BUYER, role="IT security", owner_id=RAVI),
    a_step(5, Side.BUYER, role="IT security", owner_id=RAVI),
    a_step(6, Side.BUYER, role="IT security", owner_id=BEA),
    a_step(7, Side.BUYER, role="CFO", state=StepState.DONE),
    a_step(8, Side.BUYER),
    a_step(9, Side.SELLER, role="Security lead", counterpart_role="never asked for", gate=False),
)


def told(role: Role) -> tuple[str, str, list[int], str | None]:
    return role.side.value, role.name, [seat.step.number for seat in role.seats], role.holder


def test_each_role_is_listed_once_with_its_open_steps_and_who_has_most_of_them() -> None:
    assert [told(role) for role in roles_of(STEPS, Side.BUYER)] == [
        ("buyer", "Champion", [1], BEA),
        ("buyer", "IT security", [3, 4, 5, 6], RAVI),
        ("buyer", "", [8], None),
        ("seller", "Account executive", [1, 2], RAE),
        ("seller", "Security lead", [9], None),
    ]


def test_the_side_of_who_looks_comes_first() -> None:
    assert [role.side for role in roles_of(STEPS, Side.SELLER)][:2] == [Side.SELLER, Side.SELLER]


def test_a_role_keeps_its_key_when_the_plan_changes() -> None:
    before = {role.name: role.key for role in roles_of(STEPS, Side.BUYER)}
    after = {role.name: role.key for role in roles_of(STEPS[2:], Side.SELLER)}
    assert before["IT security"] == after["IT security"]
    assert len(set(before.values())) == len(before)
