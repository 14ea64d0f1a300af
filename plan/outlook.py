"""Where a plan stands: whether something waits past its day, whose turn it is, and what to do next."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from storage.models import Side, Step

NEXT_STEPS = 3


@dataclass(frozen=True, slots=True)
class Outlook:
    """The first line of the board, and the steps below it.

    `ball` is the side whose turn it is, JOINT when it is both, None when nothing is open. `deciding_step`
    says why, and is the first of `next_steps`, of which there are at most three.
    """

    is_late: bool
    ball: Side | None
    deciding_step: Step | None
    next_steps: tuple[Step, ...]


def outlook(
    steps: Iterable[Step],
    today: date,
    after: Mapping[int, Collection[int]] | None = None,
) -> Outlook:
    """Look at the plan as it is on `today`, the day where the plan is kept.

    `after` maps a step's id to the ids of those it comes after; a step that is not in it waits for none.
    """
    at_hand = in_order_to_act(steps, after or {})
    return Outlook(
        is_late=any(is_late(step, today) for step in at_hand),
        ball=side_to_act(at_hand[0]) if at_hand else None,
        deciding_step=at_hand[0] if at_hand else None,
        next_steps=tuple(at_hand[:NEXT_STEPS]),
    )


def is_late(step: Step, today: date) -> bool:
    """Whether the step is open and its due day has ended."""
    return not step.state.is_finished and step.due_date is not None and step.due_date < today


def side_to_act(step: Step) -> Side:
    """The side the step waits for. Of a gate that one side has confirmed, the other one."""
    if step.gate and bool(step.seller_confirmed_by) != bool(step.buyer_confirmed_by):
        return Side.BUYER if step.seller_confirmed_by else Side.SELLER
    return step.side


def in_order_to_act(steps: Iterable[Step], after: Mapping[int, Collection[int]]) -> list[Step]:
    """The open steps, those that can be started before those that wait for others, then by due date.

    A blocked step keeps its place: getting it unblocked is what there is to do. Steps without a date come
    last.
    """
    unfinished = [step for step in steps if not step.state.is_finished]
    unfinished_ids = {step.id for step in unfinished}

    def key(step: Step) -> tuple[bool, date, int, int]:
        waits = step.id is not None and not unfinished_ids.isdisjoint(after.get(step.id, ()))
        return waits, step.due_date or date.max, step.position, step.number

    return sorted(unfinished, key=key)
