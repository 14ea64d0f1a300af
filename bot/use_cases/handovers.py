"""Steps given to somebody by another's hand: who hears so, and when.

They hear once, in one quiet message with all that came together, at a good moment, at most once a day.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlmodel import Session, col, select

from bot.use_cases.common import Work, reader_of
from bot.use_cases.zones import asking_where
from plan.calendars import Calendar
from plan.nudging import Ask, local_day, next_good_moment, put_off
from storage import locks, outbox, plans
from storage.models import Handover, Notice, Nudge, NudgeStep, Plan, PlanState, Side, Step
from storage.upsert import insert_unless_there

PAUSE = timedelta(minutes=2)  # whoever hands out steps hands out several
BATCH = 1000
LATER = timedelta(hours=1)  # until what broke is tried again

log = structlog.get_logger()


def hand_over(work: Work, step: Step, owner_id: str | None, counterpart_id: str | None) -> None:
    """The one way a step gets its people. Whom somebody else makes one of them hears so, unless it is undone
    before they heard."""
    before = _people_of(step)
    step.owner_id, step.counterpart_id = owner_id, counterpart_id
    work.session.add(step)
    after = _people_of(step)
    if gone := before - after:
        forget(work.session, step, gone)
    if work.plan.gives_notice:
        for user_id in sorted(after - before - {work.actor.user_id}):
            _keep(work, step, user_id)


def _people_of(step: Step) -> set[str]:
    return {user_id for user_id in (step.owner_id, step.counterpart_id) if user_id}


def forget(session: Session, step: Step, user_ids: Collection[str]) -> None:
    """What these people have not heard yet of this step they need not hear any more."""
    session.execute(
        sa.delete(Handover).where(
            col(Handover.step_id) == step.id,
            col(Handover.user_id).in_(user_ids),
            col(Handover.notice_id).is_(None),
        )
    )


def _keep(work: Work, step: Step, user_id: str) -> None:
    zone, calendar = reader_of(work.session, work.plan, work.sides, Ask(step.side, user_id))
    insert_unless_there(
        work.session,
        Handover,
        {
            "step_id": step.id,
            "user_id": user_id,
            "by_id": work.actor.user_id,
            "tell_at": next_good_moment(work.now + PAUSE, calendar, zone),
        },
        ["step_id", "user_id"],
        where=sa.text("notice_id IS NULL"),
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A step that a person should hear of now: it is theirs."""

    handover: Handover
    plan: Plan
    zone: str
    calendar: Calendar


def tell_new_owners(session: Session, now: datetime, wall: datetime) -> int:
    """Write one notice for each person who has something to hear of, and say how many.

    Sends nothing: the messages are in the outbox when the transaction ends. One replica does it at a time.
    """
    if not locks.alone(session, locks.SWEEP):
        return 0
    by_person: defaultdict[tuple[str, str], list[Due]] = defaultdict(list)  # and by the copy that tells
    sides_of = plans.sides_once(session)
    for handover, step, plan in _due(session, now):
        due = _to_hear(session, handover, step, plan, sides_of(plan), now)
        if due is None:
            session.delete(handover)
        else:
            by_person[handover.user_id, plan.team_id].append(due)
    session.flush()
    return sum(_try_person(session, user_id, dues, now, wall) for (user_id, _), dues in by_person.items())


def _try_person(session: Session, user_id: str, dues: list[Due], now: datetime, wall: datetime) -> int:
    """`_tell`; what is wrong with one person's message keeps it from nobody else."""
    try:
        with session.begin_nested():
            return _tell(session, user_id, dues, now, wall)
    except (OperationalError, InterfaceError):  # the database is away, or wants the whole round again
        raise
    except Exception:  # one person's fault of ours may not silence everybody else
        log.exception("person_cannot_be_told", user=user_id)
        for due in dues:
            due.handover.tell_at = now + LATER
            session.add(due.handover)
        return 0


def _due(session: Session, now: datetime) -> list[tuple[Handover, Step, Plan]]:
    rows = session.exec(
        select(Handover, Step, Plan)
        .join(Step, col(Step.id) == col(Handover.step_id))
        .join(Plan, col(Plan.id) == col(Step.plan_id))
        .where(col(Handover.notice_id).is_(None), col(Handover.tell_at) <= now)
        .where(col(Plan.frozen_at).is_(None))  # of a plan that stands still they hear when it goes on
        .order_by(col(Handover.id))
        .limit(BATCH)
        .with_for_update(of=Handover, skip_locked=True)  # being taken back just now: the next round sees it
    )
    return [(handover, step, plan) for handover, step, plan in rows]


def _to_hear(
    session: Session, handover: Handover, step: Step, plan: Plan, sides: plans.Sides, now: datetime
) -> Due | None:
    """`None` for what they need not hear of: it ended, it is somebody else's, a nudge said it today."""
    person = plans.people(session, [handover.user_id]).get(handover.user_id)
    zone, calendar = reader_of(session, plan, sides, Ask(step.side, handover.user_id))
    if not is_theirs(handover, step, plan, sides.of(person)) or _was_nudged_about(
        session, handover, local_day(now, zone)
    ):
        return None
    return Due(handover, plan, zone, calendar)


def is_theirs(handover: Handover, step: Step, plan: Plan, side: Side | None) -> bool:
    """Whether this person, of this side, still has something to do with the step they were given."""
    return (
        handover.user_id in _people_of(step)
        and not step.state.is_finished
        and plan.state is PlanState.OPEN
        and plan.gives_notice
        and step.removed_at is None
        and step.visibility in plans.seen_by(side)
    )


def _was_nudged_about(session: Session, handover: Handover, today: date) -> bool:
    about_it = (
        select(Nudge.id)
        .join(NudgeStep, col(NudgeStep.nudge_id) == col(Nudge.id))
        .where(
            Nudge.user_id == handover.user_id,
            Nudge.local_date == today,
            NudgeStep.step_id == handover.step_id,
        )
    )
    return session.exec(about_it).first() is not None


def _tell(session: Session, user_id: str, dues: list[Due], now: datetime, wall: datetime) -> int:
    """One message to one person; or none, and a later moment for each step."""
    ready = []
    heard_today = cache(lambda zone: _heard_today(session, user_id, now, zone))
    for due in dues:
        moment = put_off(now, due.calendar, due.zone, heard_today=heard_today(due.zone))
        if moment is None:
            ready.append(due)
        else:
            due.handover.tell_at = moment
        session.add(due.handover)
    if not ready:
        return 0
    first = ready[0]
    notice = Notice(user_id=user_id, local_date=local_day(now, first.zone))
    session.add(notice)
    session.flush()
    for due in ready:
        due.handover.notice_id = notice.id
    outbox.put(
        session,
        key=f"notice:{notice.id}",
        kind="notice",
        team_id=first.plan.team_id,
        channel_id=user_id,
        plan_id=first.plan.id,
        payload={"notice": notice.id, **asking_where(session, user_id, first.zone, now)},
        not_before=wall,
    )
    return 1


def _heard_today(session: Session, user_id: str, now: datetime, zone: str) -> bool:
    today = select(Notice.id).where(Notice.user_id == user_id, Notice.local_date == local_day(now, zone))
    return session.exec(today).first() is not None
