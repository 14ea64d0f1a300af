"""Who may do what: the table itself, and that it is what the documents print."""

from pathlib import Path

import pytest

from plan.rights import (
    BUYERS,
    GUESTS,
    OF_A_CLOSED_PLAN,
    OF_ONE_SIDE,
    SELLERS,
    TABLE,
    THINGS,
    Action,
    ActorKind,
    Refusal,
    kind_of,
    may,
    sees,
)
from plan.rights_page import print_page
from storage.models import Side, Visibility
from storage.plans import seen_by

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"
ON_A_SIDE = sorted(SELLERS | BUYERS)
WITHOUT_A_SIDE = [ActorKind.THIRD_ORGANIZATION, ActorKind.UNKNOWN]
NOT_EVERYBODYS = {
    Action.HAND_OFF,
    Action.CHANGE_PLAN,
    Action.MOVE_PLAN,
    Action.CLOSE_PLAN,
    Action.REOPEN_PLAN,
    Action.CLAIM_SIDE,
    Action.GIVE_SIDE,
    Action.CORRECT_SIDE,
    Action.KEEP_LISTS,
}


def test_every_cell_has_an_answer() -> None:
    for kind in ActorKind:
        for action in Action:
            for visibility in Visibility if action in THINGS else [Visibility.BOTH]:
                assert (kind, action, visibility) in TABLE


@pytest.mark.parametrize("kind", ON_A_SIDE)
@pytest.mark.parametrize("action", sorted(set(Action) - NOT_EVERYBODYS))
def test_either_side_does_everything_about_steps_and_signs(action: Action, kind: ActorKind) -> None:
    assert may(action, kind) is None


@pytest.mark.parametrize("kind", ON_A_SIDE)
def test_what_one_side_keeps_to_itself_is_not_there_for_the_other(kind: ActorKind) -> None:
    assert kind.side is not None
    own, others = Visibility(kind.side.value), Visibility(kind.side.other.value)
    for action in THINGS:
        assert may(action, kind, own) is may(action, kind)
        assert may(action, kind, others) is Refusal.UNSEEN


@pytest.mark.parametrize("kind", WITHOUT_A_SIDE)
def test_who_is_on_no_side_reads_what_both_know_and_nothing_else(kind: ActorKind) -> None:
    assert may(Action.READ, kind) is None
    for action in set(Action) - {Action.READ, Action.CLAIM_SIDE}:
        assert may(action, kind) is Refusal.NOT_ON_THE_PLAN
    for visibility in (Visibility.SELLER, Visibility.BUYER):
        for action in THINGS:
            assert may(action, kind, visibility) is Refusal.UNSEEN


def test_for_another_workspace_there_is_no_plan() -> None:
    for (kind, _, _), answer in TABLE.items():
        if kind is ActorKind.OTHER_WORKSPACE:
            assert answer is Refusal.UNSEEN


def test_only_a_company_without_a_side_says_which_it_is_on() -> None:
    may_claim = [kind for kind in ActorKind if may(Action.CLAIM_SIDE, kind) is None]
    assert may_claim == [ActorKind.THIRD_ORGANIZATION]
    assert may(Action.CLAIM_SIDE, ActorKind.BUYER) is Refusal.HAS_A_SIDE


@pytest.mark.parametrize("action", [Action.GIVE_SIDE, Action.KEEP_LISTS, Action.MOVE_PLAN])
def test_only_the_sellers_own_people_give_sides_keep_lists_and_move_plans(action: Action) -> None:
    allowed = {kind for kind in ActorKind if may(action, kind) is None}
    assert allowed == SELLERS - GUESTS
    assert may(action, ActorKind.BUYER_LEAD) is Refusal.ONLY_THE_SELLER
    assert may(action, ActorKind.SELLER_GUEST) is Refusal.NOT_FOR_GUESTS


def test_the_buyers_lead_has_the_own_people_back() -> None:
    allowed = {kind for kind in ActorKind if may(Action.CORRECT_SIDE, kind) is None}
    assert allowed == (SELLERS - GUESTS) | {ActorKind.BUYER_LEAD}


@pytest.mark.parametrize(
    "action", [Action.HAND_OFF, Action.CHANGE_PLAN, Action.CLOSE_PLAN, Action.REOPEN_PLAN]
)
def test_a_guest_leaves_the_plan_itself_to_others(action: Action) -> None:
    for kind in ON_A_SIDE:
        assert may(action, kind) is (Refusal.NOT_FOR_GUESTS if kind in GUESTS else None)


@pytest.mark.parametrize("kind", ON_A_SIDE)
@pytest.mark.parametrize("action", sorted(OF_ONE_SIDE))
def test_a_half_and_an_answer_are_each_sides_own(action: Action, kind: ActorKind) -> None:
    assert kind.side is not None
    assert may(action, kind, of=kind.side) is None
    assert may(action, kind, of=kind.side.other) is OF_ONE_SIDE[action]


def test_a_closed_plan_is_read_shared_kept_as_a_list_and_opened_again() -> None:
    assert {
        Action.READ,
        Action.PREVIEW,
        Action.SHARE,
        Action.REOPEN_PLAN,
        Action.KEEP_LISTS,
    } == OF_A_CLOSED_PLAN


@pytest.mark.parametrize("kind", ActorKind)
def test_the_questions_to_the_database_show_what_the_table_does(kind: ActorKind) -> None:
    in_sql = set(seen_by(kind.side))
    assert in_sql == {visibility for visibility in Visibility if sees(kind, visibility)}


def test_who_leads_a_side_is_its_lead_also_as_a_guest() -> None:
    assert kind_of(Side.BUYER, leads=True, is_guest=True) is ActorKind.BUYER_LEAD
    assert kind_of(Side.SELLER, leads=True) is ActorKind.SELLER_LEAD
    assert kind_of(Side.BUYER, is_guest=True) is ActorKind.BUYER_GUEST
    assert kind_of(Side.SELLER, is_guest=True) is ActorKind.SELLER_GUEST
    assert kind_of(Side.BUYER) is ActorKind.BUYER
    assert kind_of(Side.SELLER) is ActorKind.SELLER


def test_who_has_no_side_is_of_a_third_company_or_of_none_that_is_known() -> None:
    assert kind_of(None, leads=True, is_guest=True) is ActorKind.THIRD_ORGANIZATION
    assert kind_of(None, has_company=False) is ActorKind.UNKNOWN


def test_the_page_says_what_the_table_does() -> None:
    assert PAGE.read_text() == print_page(), "python -m plan.rights_page > docs/rights.md"
