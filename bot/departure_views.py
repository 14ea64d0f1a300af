"""Who is gone from a plan, as the builders draw it."""

from datetime import datetime

from sqlmodel import Session, col, select

from blocks.handoff import Brief, Ended, LastWords
from blocks.text import Day
from bot.in_words import name_of
from bot.use_cases.departures import leaves_no_lead
from bot.views import load_plan_views
from plan.nudging import local_day
from storage import departures, plans
from storage.departures import Departure
from storage.models import Change, Note, Plan, Side, Step


def load_brief(session: Session, departure: Departure, now: datetime, viewer: Side | None) -> Brief:
    """As this side may know it. For the other side, `None`, it says only that there is no lead; where there
    is one, or somebody was only quiet, that there is nothing to do."""
    plan = session.get_one(Plan, departure.plan_id)
    known = plans.people(session, [departure.user_id, departure.proposed_id, departure.ended_by])
    is_for_other_side = viewer is not departure.side
    seen = load_plan_views(session, plan, viewer, now)
    return Brief(
        plan_id=departure.plan_id,
        departure_id=departure.id or 0,
        plan_name=plan.name,
        who=name_of(known, departure.user_id),
        how=departure.reason.value,
        since=Day.seen(local_day(departure.noticed_at, plan.time_zone), seen.board.today),
        company=plan.company_of(departure.side),
        is_lead=plan.lead_of(departure.side) == departure.user_id,
        steps=() if is_for_other_side else tuple(seen.to_do(departure.user_id)),
        last_words=None if is_for_other_side else _last_words(session, plan, departure, viewer, now),
        proposed=name_of(known, departure.proposed_id),
        ended=_how_it_ended(session, departure, plan, is_for_other_side=is_for_other_side),
        by=name_of(known, departure.ended_by),
        is_for_other_side=is_for_other_side,
    )


def _how_it_ended(session: Session, departure: Departure, plan: Plan, *, is_for_other_side: bool) -> Ended:
    """By a hand: handed over where nothing is theirs any more, else somebody said they are still here."""
    if departure.ended_at is None:
        return "" if not is_for_other_side or leaves_no_lead(plan, departure) else "back"
    if departure.ended_by is None or is_for_other_side:
        return "back"
    seen = plans.seen_by(departure.side)
    steps = plans.every_step(session, plan.id or 0)
    left = [one for one in steps if departure.user_id in (one.owner_id, one.counterpart_id)]
    has_more = any(not one.state.is_finished and one.visibility in seen for one in left)
    return "stays" if has_more or plan.lead_of(departure.side) == departure.user_id else "handed"


def _last_words(
    session: Session, plan: Plan, departure: Departure, viewer: Side | None, now: datetime
) -> LastWords | None:
    """Their last note or reason that this side may read."""
    seen = plans.seen_by(viewer)
    about = (col(Step.removed_at).is_(None), col(Step.visibility).in_(seen))
    note = session.exec(
        select(Note, Step)
        .join(Step, col(Step.id) == col(Note.step_id))
        .where(
            Note.plan_id == plan.id,
            Note.author_id == departure.user_id,
            col(Note.visibility).in_(seen),
            *about,
        )
        .order_by(col(Note.id).desc())
        .limit(1)
    ).first()
    reason = session.exec(
        select(Change, Step)
        .join(Step, col(Step.id) == col(Change.step_id))
        .where(
            Change.plan_id == plan.id,
            Change.actor_id == departure.user_id,
            Change.reason != "",
            col(Change.visibility).in_(seen),
            *about,
        )
        .order_by(col(Change.id).desc())
        .limit(1)
    ).first()
    said = [
        (row.at, row.text if isinstance(row, Note) else row.reason, step)
        for row, step in _there(note, reason)
    ]
    if not said:
        return None
    at, text, step = max(said, key=lambda one: one[0])
    zone = plan.time_zone
    return LastWords(
        text, Day.seen(local_day(at, zone), local_day(now, zone)), f"{step.number}  {step.title}"
    )


def _there(
    note: tuple[Note, Step] | None, reason: tuple[Change, Step] | None
) -> list[tuple[Note | Change, Step]]:
    return [(one[0], one[1]) for one in (note, reason) if one is not None]


def waiting_for(session: Session, plan: Plan, side: Side | None, user_id: str, now: datetime) -> list[Brief]:
    """What the lead of a side, or who was told instead, can do something about."""
    if side is None or plan.frozen_at is not None:
        return []
    return [
        load_brief(session, one, now, side)
        for one in departures.under_way(session, plan.id, side=side)
        if one.told_id is not None and one.user_id != user_id and _hears(plan, one, user_id)
    ]


def _hears(plan: Plan, departure: Departure, user_id: str) -> bool:
    return user_id in (plan.lead_of(departure.side), departure.told_id)
