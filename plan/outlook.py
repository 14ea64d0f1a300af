"""What there is to do on a plan, in the order in which to do it, and whose turn each step is."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from storage.models import Side, Step, StepState

NEXT_STEPS = 3


def is_late(step: Step, today: date) -> bool:
    """Whether the step is open and its due day has ended."""
    return not step.state.is_finished and step.due_date is not None and step.due_date < today


def side_to_act(step: Step) -> Side:
    """The side the step waits for. Of a gate that one side has confirmed, the other one."""
    if step.gate and bool(step.seller_confirmed_by) != bool(step.buyer_confirmed_by):
        return Side.BUYER if step.seller_confirmed_by else Side.SELLER
    return step.side


def waits_for(steps: Iterable[Step], after: Mapping[int, Collection[int]]) -> dict[int, set[int]]:
    """For each open step that waits: the unfinished steps it waits for.

    What has begun waits for nothing any more, and what comes after a skipped step waits for what came before
    that one, as `plan.network` has it.
    """
    known = {step.id or 0: step for step in steps}
    found: dict[int, set[int]] = {}
    for step_id, step in known.items():
        if step.state.is_finished or step.state is StepState.STARTED:
            continue
        to_look_at, seen = list(after.get(step_id, ())), set[int]()
        while to_look_at:
            first = known.get(to_look_at.pop())
            if first is None or first.id in seen:
                continue
            seen.add(first.id or 0)
            if not first.state.is_finished:
                found.setdefault(step_id, set()).add(first.id or 0)
            elif first.state is StepState.SKIPPED:
                to_look_at += after.get(first.id or 0, ())
    return found


def in_order_to_act(steps: Iterable[Step], after: Mapping[int, Collection[int]]) -> list[Step]:
    """The open steps, those that can be worked before those that wait for others, then by due date.

    A blocked step keeps its place: getting it unblocked is what there is to do. Steps without a date come
    last. `steps` are all of the plan.
    """
    steps = list(steps)
    waits = waits_for(steps, after)
    unfinished = [step for step in steps if not step.state.is_finished]
    return sorted(
        unfinished,
        key=lambda step: (
            (step.id or 0) in waits,
            step.due_date or date.max,
            step.position,
            step.number,
        ),
    )
