"""The days on which the sides of a plan do not work, and those on which a step can be finished."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, select

from storage.agreement import ClosedDays, StepDay
from storage.models import Side, Step


def closed_days_of(session: Session, plan_id: int) -> list[ClosedDays]:
    """Both sides' own closed days, the earliest first."""
    return list(
        session.exec(
            select(ClosedDays)
            .where(ClosedDays.plan_id == plan_id)
            .order_by(col(ClosedDays.first), col(ClosedDays.id))
        )
    )


def closed_by_side(session: Session, plan_id: int) -> Mapping[Side, list[tuple[date, date]]]:
    """First and last days, by the side that is closed then."""
    found: defaultdict[Side, list[tuple[date, date]]] = defaultdict(list)
    for row in closed_days_of(session, plan_id):
        found[row.side].append((row.first, row.last))
    return found


def step_days_of(session: Session, plan_id: int) -> Mapping[int, tuple[date, ...]]:
    """By step id, the days that a step is tied to, in order."""
    rows = session.exec(
        select(StepDay)
        .join(Step, col(Step.id) == col(StepDay.step_id))
        .where(Step.plan_id == plan_id)
        .order_by(col(StepDay.day))
    )
    found: defaultdict[int, tuple[date, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.step_id] += (row.day,)
    return found
