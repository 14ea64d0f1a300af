"""Who may do what in a plan: one question, `may`, and the reason when the answer is no.

Either side may do everything, except that each half of a gate is confirmed, or taken back, by its own side
only. An organisation that is on neither side reads, until the seller gives it one. Words for a refusal are in
`blocks/`.
"""

from enum import StrEnum

from storage.models import Side


class Action(StrEnum):
    READ = "read"
    CHANGE = "change"  # a step: add, edit, move, hand over, block, skip, complete, reopen; a nudge answered
    CONFIRM = "confirm"  # one half of a gate, or taking it back
    MANAGE = "manage"  # the plan itself: start, close, reopen, its dates and leads
    GIVE_SIDE = "give_side"  # say which side an organisation or a guest is on
    KEEP_LISTS = "keep_lists"  # a plan as a list of steps of the seller's own, to start others from


class Refusal(StrEnum):
    NOT_ON_THE_PLAN = "not_on_the_plan"
    OTHER_SIDES_HALF = "other_sides_half"
    ONLY_THE_SELLER = "only_the_seller"


def may(action: Action, actor_side: Side | None, half: Side | None = None) -> Refusal | None:
    """None when somebody of this side may do it, else why not.

    `actor_side` is None for an organisation that is not on the plan. `half` is the side whose half of a gate
    is meant, and is needed to confirm one: `ValueError` without it.
    """
    if action is Action.READ:
        return None
    if actor_side is None:
        return Refusal.NOT_ON_THE_PLAN
    if action in (Action.GIVE_SIDE, Action.KEEP_LISTS) and actor_side is not Side.SELLER:
        return Refusal.ONLY_THE_SELLER
    if action is Action.CONFIRM:
        if half not in (Side.SELLER, Side.BUYER):
            raise ValueError("which side's half of the gate?")
        return None if half is actor_side else Refusal.OTHER_SIDES_HALF
    return None
