"""The morning round: who hears today that a step of theirs waits."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlmodel import Session, col, select

from bot.use_cases.common import reader_of
from bot.use_cases.zones import asking_where
from plan.calendars import Calendar
from plan.nudging import Ask, local_day, nudge_time, put_off, who_is_asked
from storage import locks, outbox, plans
from storage.models import Nudge, NudgeStep, Plan, PlanState, Step
from storage.nudges import Heard, day_to_hear_of, everything_heard_of, of_person

BATCH = 1000  # steps of one round; more than fall due in one morning
LATER = timedelta(hours=1)  # until what broke is tried again

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Due:
    """A step that a person should hear of now."""

    step: Step
    plan: Plan
    ask: Ask
    day: date  # the one it waits since, or until which they asked to be left alone
    zone: str
    calendar: Calendar


def sweep(session: Session, now: datetime, wall: datetime) -> int:
    """Write one nudge for each person with something that waits, and say how many.

    Sends nothing: the messages are in the outbox when the transaction ends. One replica sweeps at a time.
    """
    if not locks.alone(session, locks.SWEEP):
        return 0
    # No copy of Tandem tells of what another one keeps: whose turn does not come hears of it tomorrow.
    by_person: defaultdict[tuple[str, str], list[Due]] = defaultdict(list)
    sides_of = plans.sides_once(session)
    looked_at = _steps_to_look_at(session, now)
    heard = everything_heard_of(session, [step for step, _ in looked_at])
    for step, plan in looked_at:
        step.next_nudge_at = None  # whoever is left to ask sets it again below
        session.add(step)
        try:
            dues = _who_has_not_heard(session, step, plan, sides_of(plan), heard)
        except DBAPIError:
            raise
        except Exception:  # one plan that breaks may not silence the others
            log.exception("step_cannot_be_nudged", step=step.id)
            _look_again(session, step, now + LATER)
            continue
        for due in dues:
            by_person[due.ask.user_id, plan.team_id].append(due)
    return sum(_try_person(session, user_id, dues, now, wall) for (user_id, _), dues in by_person.items())


def _try_person(session: Session, user_id: str, dues: list[Due], now: datetime, wall: datetime) -> int:
    """`_nudge_person`; what is wrong with one person's message keeps it from nobody else."""
    try:
        with session.begin_nested():
            return _nudge_person(session, user_id, dues, now, wall)
    except (OperationalError, InterfaceError):  # the database is away, or wants the whole round again
        raise
    except Exception:  # one person's fault of ours may not silence everybody else
        log.exception("person_cannot_be_nudged", user=user_id)
        for due in dues:
            _look_again(session, due.step, now + LATER)
        return 0


def _steps_to_look_at(session: Session, now: datetime) -> list[tuple[Step, Plan]]:
    rows = session.exec(
        select(Step, Plan)
        .join(Plan, col(Plan.id) == col(Step.plan_id))
        .where(col(Step.next_nudge_at) <= now, Plan.state == PlanState.OPEN, col(Plan.reminds))
        .where(col(Plan.frozen_at).is_(None))
        .order_by(col(Step.next_nudge_at))
        .limit(BATCH)
        .with_for_update(of=Step, skip_locked=True)  # somebody is changing it: the next round sees it
    )
    return [(step, plan) for step, plan in rows]


def _who_has_not_heard(
    session: Session, step: Step, plan: Plan, sides: plans.Sides, heard: Heard
) -> list[Due]:
    known = plans.people(session, [step.owner_id, step.counterpart_id])
    dues = []
    for ask in who_is_asked(step, plan, lambda user: sides.of(known.get(user))):
        day = day_to_hear_of(step, of_person(heard, step, ask.user_id))
        if day is not None:
            dues.append(Due(step, plan, ask, day, *reader_of(session, plan, sides, ask)))
    return dues


def _nudge_person(session: Session, user_id: str, dues: list[Due], now: datetime, wall: datetime) -> int:
    """One message to one person, or none and a later moment for each step."""
    ready: list[Due] = []
    heard_today = cache(lambda zone: _was_nudged_today(session, user_id, now, zone))
    for due in dues:
        moment = nudge_time(due.day, due.calendar, due.zone)
        put_off_to = put_off(now, due.calendar, due.zone, heard_today=heard_today(due.zone))
        if moment > now:
            _look_again(session, due.step, moment)
        elif put_off_to is not None:
            _look_again(session, due.step, put_off_to)
        else:
            ready.append(due)
    if not ready:
        return 0
    first = ready[0]
    nudge = Nudge(user_id=user_id, local_date=local_day(now, first.zone))
    session.add(nudge)
    session.flush()
    once: dict[int | None, Due] = {}  # one person may hold both halves of a gate
    for due in ready:
        once.setdefault(due.step.id, due)
    for due in once.values():
        _add_to(session, nudge, due)
    outbox.put(
        session,
        key=f"nudge:{nudge.id}",
        kind="nudge",
        team_id=first.plan.team_id,
        channel_id=user_id,
        plan_id=first.plan.id,
        payload={"nudge": nudge.id, **asking_where(session, user_id, first.zone, now)},
        not_before=wall,
    )
    return 1


def _add_to(session: Session, nudge: Nudge, due: Due) -> None:
    assert nudge.id is not None
    assert due.step.id is not None
    session.add(
        NudgeStep(
            nudge_id=nudge.id,
            step_id=due.step.id,
            user_id=nudge.user_id,
            armed_for=due.day,
            asks_who=due.ask.asks_who,
        )
    )


def _was_nudged_today(session: Session, user_id: str, now: datetime, zone: str) -> bool:
    today = select(Nudge.id).where(Nudge.user_id == user_id, Nudge.local_date == local_day(now, zone))
    return session.exec(today).first() is not None


def _look_again(session: Session, step: Step, moment: datetime) -> None:
    step.next_nudge_at = min(step.next_nudge_at or moment, moment)
    session.add(step)
