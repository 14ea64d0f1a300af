"""Who may do what."""

import pytest

from plan.rights import Action, Refusal, may
from storage.models import Side

SELLER, BUYER = Side.SELLER, Side.BUYER


@pytest.mark.parametrize("side", [SELLER, BUYER])
@pytest.mark.parametrize("action", [Action.READ, Action.CHANGE, Action.MANAGE])
def test_either_side_reads_and_changes_the_plan(action: Action, side: Side) -> None:
    assert may(action, side) is None


@pytest.mark.parametrize("side", [SELLER, BUYER])
def test_each_half_of_a_gate_is_confirmed_by_its_side_alone(side: Side) -> None:
    assert may(Action.CONFIRM, side, half=side) is None
    assert may(Action.CONFIRM, side, half=side.other) is Refusal.OTHER_SIDES_HALF


def test_an_organisation_that_is_not_on_the_plan_only_reads() -> None:
    assert may(Action.READ, None) is None
    for action in set(Action) - {Action.READ}:
        assert may(action, None, half=BUYER) is Refusal.NOT_ON_THE_PLAN


@pytest.mark.parametrize("action", [Action.GIVE_SIDE, Action.KEEP_LISTS])
def test_only_the_seller_says_who_is_on_which_side_and_keeps_lists(action: Action) -> None:
    assert may(action, SELLER) is None
    assert may(action, BUYER) is Refusal.ONLY_THE_SELLER


@pytest.mark.parametrize("half", [None, Side.JOINT])
def test_a_half_of_a_gate_has_to_be_named(half: Side | None) -> None:
    with pytest.raises(ValueError, match="half"):
        may(Action.CONFIRM, SELLER, half)
