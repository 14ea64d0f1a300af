"""The days on which the sides of a plan do not work, and those on which a step can be finished."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, select

from storage.agreement import ClosedDays, StepDay
from storage.models import Side, Step

CLOSED_DAYS = "closed_days"  # among what a session remembers


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
    """First and last days, by the side that is closed then. A session looks them up once: reminders ask for
    each step of a plan."""
    known: dict[int, Mapping[Side, list[tuple[date, date]]]] = session.info.setdefault(CLOSED_DAYS, {})
    if plan_id not in known:
        found: defaultdict[Side, list[tuple[date, date]]] = defaultdict(list)
        for row in closed_days_of(session, plan_id):
            found[row.side].append((row.first, row.last))
        known[plan_id] = found
    return known[plan_id]


def forget_closed_days(session: Session, plan_id: int) -> None:
    """To be called by whoever changes them: what was looked up before is old."""
    session.info.get(CLOSED_DAYS, {}).pop(plan_id, None)


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
