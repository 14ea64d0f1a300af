"""Who has heard of a step, and of which day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.models import Nudge, NudgeStep, Step

Heard = Mapping[int | None, Sequence[tuple[NudgeStep, Nudge]]]


def heard_of(session: Session, step: Step, user_id: str) -> Sequence[NudgeStep]:
    """Every time this person heard of the step, in order."""
    if step.id is None:
        return []
    heard = select(NudgeStep).where(NudgeStep.step_id == step.id, NudgeStep.user_id == user_id)
    return session.exec(heard.order_by(col(NudgeStep.armed_for))).all()


def everything_heard_of(session: Session, steps: Collection[Step]) -> Heard:
    """Every time anybody heard of these steps, in order, with the message it stood in: by step id."""
    heard: defaultdict[int | None, list[tuple[NudgeStep, Nudge]]] = defaultdict(list)
    step_ids = {step.id for step in steps if step.id is not None}
    if step_ids:
        rows = session.exec(
            select(NudgeStep, Nudge)
            .join(Nudge, col(Nudge.id) == col(NudgeStep.nudge_id))
            .where(col(NudgeStep.step_id).in_(step_ids))
            .order_by(col(NudgeStep.armed_for), col(Nudge.id))
        )
        for item, nudge in rows:
            heard[item.step_id].append((item, nudge))
    return heard


def of_person(heard: Heard, step: Step, user_id: str) -> list[NudgeStep]:
    """What one person heard of a step."""
    return [item for item, _ in heard.get(step.id, ()) if item.user_id == user_id]


def day_to_hear_of(step: Step, heard: Sequence[NudgeStep]) -> date | None:
    """The day after which a person hears of the step next; `None` when they heard of that day already.

    The day the step is armed for, or a later one until which this person asked to be left alone.
    """
    day = step.armed_for
    if day is None:
        return None
    if heard and heard[-1].snoozed_until:
        day = max(day, heard[-1].snoozed_until)
    return None if any(item.armed_for == day for item in heard) else day


def wake(session: Session, step_id: int) -> None:
    """Nobody's wish to be left alone outlives the date it was about."""
    with session.no_autoflush:  # what waits to be written does not concern it
        session.execute(
            sa.update(NudgeStep).where(col(NudgeStep.step_id) == step_id).values(snoozed_until=None)
        )
