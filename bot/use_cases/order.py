"""Where a step stands in the list. Positions have no gaps, and a phase's steps stand together."""

from collections.abc import Sequence
from typing import Literal

from sqlmodel import col, select

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, needs
from plan.rights import Action
from storage.models import Step, Visibility
from storage.plans import seen_by

Direction = Literal["up", "down"]


@needs(Action.EDIT_STEP)
def shift_step(work: Work, step_id: int, direction: Direction) -> Step:
    """Move a step past its neighbour. At the edge of its phase it goes over into the next one.

    What not everybody may know of who knows the step counts for nothing: its neighbour is one that they all
    see. Else the step would take the phase of a private one, and with it tell what that is called.
    """
    step = work.step(step_id)
    everything = steps_in_order(work)
    seen = [one for one in everything if one.visibility in (Visibility.BOTH, step.visibility)]
    place = seen.index(step) + (-1 if direction == "up" else 1)
    if place in (-1, len(seen)):
        raise Refused("at_the_edge", number=step.number, is_first=direction == "up")
    neighbour = seen[place]
    others = [one for one in everything if one is not step]
    if neighbour.phase != step.phase:  # it stays where it is, at the near end of the other phase
        old, step.phase = step.phase, neighbour.phase
        at = others.index(neighbour) + (1 if direction == "up" else 0)
        put_in_order(work, [*others[:at], step, *others[at:]])
        work.record("step_edited", step, what="phase", old=old, new=step.phase)
        return step
    at = others.index(neighbour) + (0 if direction == "up" else 1)
    put_in_order(work, [*others[:at], step, *others[at:]])
    work.record("step_edited", step, what="place")
    return step


def steps_in_order(work: Work) -> list[Step]:
    """Every step that is on the plan, whoever may see it."""
    return list(
        work.session.exec(
            select(Step)
            .where(Step.plan_id == work.plan_id, col(Step.removed_at).is_(None))
            .order_by(col(Step.position), col(Step.id))
        )
    )


def put_in_order(work: Work, steps: Sequence[Step]) -> None:
    for position, step in enumerate(steps, start=1):
        if step.position != position:
            step.position = position
            work.session.add(step)


def place_step(work: Work, step: Step, phase: str, after: int | None) -> None:
    """Put a step into a phase: after the step with that number, first for 0, last for `None`.

    A phase that is new starts after the one that the step named, or the step itself, stands in. What the
    actor may not know of counts for nothing.
    Raises `Refused` for a number that is not of this phase.
    """
    everything = steps_in_order(work)
    others = [one for one in everything if one is not step]
    seen = [one for one in others if one.visibility in seen_by(work.actor.side)]
    inside = [one for one in seen if one.phase == phase]
    if after:
        named = _numbered(work, others, after)
        if inside and named.phase != phase:
            raise Refused("place_elsewhere", field=Field.PLACE, number=after, phase=named.phase)
        before = named if inside else [one for one in seen if one.phase == named.phase][-1]
        at = others.index(before) + 1
    elif inside:
        at = others.index(inside[0]) if after == 0 else others.index(inside[-1]) + 1
    else:
        at = _end_of_phase(everything, others, seen, step)
    step.phase = phase
    work.session.add(step)
    put_in_order(work, [*others[:at], step, *others[at:]])


def _end_of_phase(
    everything: Sequence[Step], others: Sequence[Step], seen: Sequence[Step], step: Step
) -> int:
    """Behind the phase a step leaves; where it stood, when it leaves none behind."""
    left = [one for one in seen if one.phase == step.phase]
    return others.index(left[-1]) + 1 if left else everything.index(step)


def _numbered(work: Work, steps: Sequence[Step], number: int) -> Step:
    for step in steps:
        if step.number == number and step.visibility in seen_by(work.actor.side):
            return step
    raise Refused("no_step_numbered", field=Field.PLACE, number=number)
