"""Who has heard of a step, and of which day."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.models import NudgeStep, Step


def heard_of(session: Session, step: Step, user_id: str) -> Sequence[NudgeStep]:
    """Every time this person heard of the step, in order."""
    if step.id is None:
        return []
    heard = select(NudgeStep).where(NudgeStep.step_id == step.id, NudgeStep.user_id == user_id)
    return session.exec(heard.order_by(col(NudgeStep.armed_for))).all()


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
    session.execute(sa.update(NudgeStep).where(col(NudgeStep.step_id) == step_id).values(snoozed_until=None))
