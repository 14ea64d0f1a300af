"""What there is to do on a plan, in the order in which to do it, and whose turn each step is."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from storage.models import Side, Step

NEXT_STEPS = 3


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
