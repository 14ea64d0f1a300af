"""Who may do what in a plan: one table, asked before anything is done or shown.

A cell is found by who acts (`ActorKind`), what they are about (`Action`) and who may know of the thing that
it is about (`Visibility`). It holds `None` for a yes, or why not. What somebody may not know of is `UNSEEN`:
for them it is not there, and no answer tells it from what never was. `docs/rights.md` is this table, printed
(`plan.rights_page`). Words for a refusal are in `blocks/`.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType

from storage.models import Side, Visibility


class ActorKind(StrEnum):
    """Who somebody is to a plan. Who leads a side is its lead, also where they are a guest in Slack."""

    SELLER_LEAD = "seller_lead"
    SELLER = "seller"
    BUYER_LEAD = "buyer_lead"
    BUYER = "buyer"
    SELLER_GUEST = "seller_guest"
    BUYER_GUEST = "buyer_guest"
    THIRD_ORGANIZATION = "third_organization"  # in the channel, of a company that is on neither side
    UNKNOWN = "unknown"  # in the channel, and nobody says of which company
    OTHER_WORKSPACE = "other_workspace"  # came another way than through the plan's channel

    @property
    def side(self) -> Side | None:
        return SIDES.get(self)


SELLERS = frozenset({ActorKind.SELLER_LEAD, ActorKind.SELLER, ActorKind.SELLER_GUEST})
BUYERS = frozenset({ActorKind.BUYER_LEAD, ActorKind.BUYER, ActorKind.BUYER_GUEST})
GUESTS = frozenset({ActorKind.SELLER_GUEST, ActorKind.BUYER_GUEST})
SIDES: Mapping[ActorKind, Side] = {
    **dict.fromkeys(SELLERS, Side.SELLER),
    **dict.fromkeys(BUYERS, Side.BUYER),
}


class Action(StrEnum):
    """What somebody is about. Those of `THINGS` are about a step or a note, which may be one side's own."""

    READ = "read"
    PREVIEW = "preview"  # see the plan as the other side sees it
    NOTE = "note"
    WORK = "work"  # start a step, tick it, block it, take any of it back
    CONFIRM = "confirm"  # one half of a gate, or taking it back
    MOVE_DATE = "move_date"
    NAME_OWNER = "name_owner"  # give a step to somebody, or say that it is not one's own
    HAND_OFF = "hand_off"  # give all that one person has to another
    SNOOZE = "snooze"  # be reminded later
    ADD_STEP = "add_step"
    EDIT_STEP = "edit_step"  # what it says, where it stands, what it comes after
    DROP_STEP = "drop_step"  # skip it or take it off
    SET_VISIBILITY = "set_visibility"  # keep a step or a note to one side, or show it to both
    AGREE = "agree"  # sign for a side
    ANSWER = "answer"  # what the other side asked for
    TAKE_BACK = "take_back"  # what the own side asked for
    KEEP_CALENDAR = "keep_calendar"  # the days on which a side does not work
    POST_BOARD = "post_board"  # anew, at the end of the channel
    SHARE = "share"  # what somebody sees in private, with everybody, as far as both sides know it
    CHANGE_PLAN = "change_plan"  # its name, its day, its leads, what Tandem sends by itself
    MOVE_PLAN = "move_plan"  # to another channel
    CLOSE_PLAN = "close_plan"
    REOPEN_PLAN = "reopen_plan"
    CLAIM_SIDE = "claim_side"  # say which side one's company is on
    GIVE_SIDE = "give_side"  # say which side a company or a guest is on
    CORRECT_SIDE = "correct_side"  # have somebody of one's own company on one's own side again
    KEEP_LISTS = "keep_lists"  # a plan as a list of steps of the seller's own, to start others from


class Refusal(StrEnum):
    UNSEEN = "unseen"
    NOT_ON_THE_PLAN = "not_on_the_plan"
    NOT_FOR_GUESTS = "not_for_guests"
    ONLY_THE_SELLER = "only_the_seller"
    OTHER_SIDES_HALF = "other_sides_half"
    NOT_YOURS_TO_ANSWER = "not_yours_to_answer"
    NOT_YOURS_TO_WITHDRAW = "not_yours_to_withdraw"
    HAS_A_SIDE = "has_a_side"


Column = dict[ActorKind, Refusal | None]

THINGS = frozenset(
    {
        Action.READ,
        Action.NOTE,
        Action.WORK,
        Action.CONFIRM,
        Action.MOVE_DATE,
        Action.NAME_OWNER,
        Action.HAND_OFF,
        Action.SNOOZE,
        Action.ADD_STEP,
        Action.EDIT_STEP,
        Action.DROP_STEP,
        Action.SET_VISIBILITY,
    }
)
# These belong to one side each: the other one's is not somebody's to give.
OF_ONE_SIDE: Mapping[Action, Refusal] = {
    Action.CONFIRM: Refusal.OTHER_SIDES_HALF,
    Action.ANSWER: Refusal.NOT_YOURS_TO_ANSWER,
    Action.TAKE_BACK: Refusal.NOT_YOURS_TO_WITHDRAW,
}
# Where only one firm is in the channel everybody may act, and these ask first which side somebody is on.
OF_A_SAID_SIDE = frozenset({Action.CONFIRM, Action.SET_VISIBILITY, Action.AGREE, Action.ANSWER})
# A plan that is closed takes nothing else.
OF_A_CLOSED_PLAN = frozenset(
    {Action.READ, Action.PREVIEW, Action.SHARE, Action.REOPEN_PLAN, Action.KEEP_LISTS}
)
# Nor does one that stands still with its channel: these are the ways out.
OF_A_PLAN_THAT_STANDS_STILL = frozenset(
    {Action.READ, Action.PREVIEW, Action.KEEP_LISTS, Action.MOVE_PLAN, Action.CLOSE_PLAN}
)


def _those(allowed: Collection[ActorKind], refusal: Refusal) -> Column:
    """A yes for these, this refusal for others who are on a side, and for the rest that they are on none."""
    column: dict[ActorKind, Refusal | None] = dict.fromkeys(ActorKind, Refusal.NOT_ON_THE_PLAN)
    column |= dict.fromkeys(SIDES, refusal)
    return column | dict.fromkeys(allowed, None) | {ActorKind.OTHER_WORKSPACE: Refusal.UNSEEN}


EVERYBODY = _those(set(ActorKind), Refusal.NOT_ON_THE_PLAN)
EITHER_SIDE = _those(SELLERS | BUYERS, Refusal.NOT_ON_THE_PLAN)
NO_GUEST = _those((SELLERS | BUYERS) - GUESTS, Refusal.NOT_FOR_GUESTS)
THE_SELLER = _those(SELLERS - GUESTS, Refusal.ONLY_THE_SELLER) | {
    ActorKind.SELLER_GUEST: Refusal.NOT_FOR_GUESTS
}
THE_SELLER_AND_THE_BUYERS_LEAD = THE_SELLER | {ActorKind.BUYER_LEAD: None}
WITHOUT_A_SIDE = _those({ActorKind.THIRD_ORGANIZATION}, Refusal.HAS_A_SIDE)

RULES: Mapping[Action, Column] = MappingProxyType(
    {
        **dict.fromkeys(Action, EITHER_SIDE),
        Action.READ: EVERYBODY,
        Action.HAND_OFF: NO_GUEST,  # with what a lead has goes the lead
        Action.CHANGE_PLAN: NO_GUEST,
        Action.MOVE_PLAN: THE_SELLER,
        Action.CLOSE_PLAN: NO_GUEST,
        Action.REOPEN_PLAN: NO_GUEST,
        Action.CLAIM_SIDE: WITHOUT_A_SIDE,
        Action.GIVE_SIDE: THE_SELLER,
        Action.CORRECT_SIDE: THE_SELLER_AND_THE_BUYERS_LEAD,
        Action.KEEP_LISTS: THE_SELLER,
    }
)


def sees(kind: ActorKind, visibility: Visibility) -> bool:
    """Whether a thing is there for somebody: what both know, and what their own side keeps to itself."""
    return visibility is Visibility.BOTH or (kind.side is not None and visibility == kind.side.value)


TABLE: Mapping[tuple[ActorKind, Action, Visibility], Refusal | None] = MappingProxyType(
    {
        (kind, action, visibility): column[kind] if sees(kind, visibility) else Refusal.UNSEEN
        for action, column in RULES.items()
        for kind in ActorKind
        for visibility in (Visibility if action in THINGS else (Visibility.BOTH,))
    }
)


def may(
    action: Action,
    kind: ActorKind,
    visibility: Visibility = Visibility.BOTH,
    *,
    of: Side | None = None,
) -> Refusal | None:
    """None when somebody may do it, else why not. `visibility` is that of the step or note it is about.

    `of` is the side whose half of a gate, or whose question, is meant; without it their own.
    """
    refusal = TABLE[kind, action, visibility]
    if refusal is None and action in OF_ONE_SIDE and of not in (None, kind.side):
        return OF_ONE_SIDE[action]
    return refusal


def kind_of(
    side: Side | None, *, leads: bool = False, is_guest: bool = False, has_company: bool = True
) -> ActorKind:
    """Who somebody is to the plan that they came to through its channel."""
    if side is None:
        return ActorKind.THIRD_ORGANIZATION if has_company else ActorKind.UNKNOWN
    if leads:
        return ActorKind.BUYER_LEAD if side is Side.BUYER else ActorKind.SELLER_LEAD
    if is_guest:
        return ActorKind.BUYER_GUEST if side is Side.BUYER else ActorKind.SELLER_GUEST
    return ActorKind.BUYER if side is Side.BUYER else ActorKind.SELLER
