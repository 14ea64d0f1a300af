"""From a plan's rows to its timeline, as far as one side may know of it."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from blocks.text import Day
from blocks.timeline import TimelineView
from bot.schedules import Rows
from bot.views import PlanViews, load_plan_views
from plan.calendars import working_days
from plan.timeline import TimelineStep
from storage.agreement import BaselineStep
from storage.models import Plan, Side, Step, StepState

Agreed = Mapping[int, BaselineStep]


def load_timeline(session: Session, plan: Plan, viewer: Side | None, now: datetime) -> TimelineView:
    """`viewer` None stands for what both sides may know."""
    seen = load_plan_views(session, plan, viewer, now)
    agreed = load_baseline(session, plan)
    lands = seen.planned.lands
    steps = (_timeline_step(seen, step, agreed) for step in seen.steps)
    return TimelineView(
        board=seen.board,
        steps=tuple(step for step in steps if step is not None),
        lands=Day.seen(lands, seen.board.today) if lands else None,
        days_late=seen.planned.days_late,
        is_agreed=plan.agreed_round > 0,
    )


def load_baseline(session: Session, plan: Plan) -> Agreed:
    """What each step was agreed to be the last time both sides signed; nothing while they have not."""
    if plan.agreed_round == 0:
        return {}
    rows = session.exec(
        select(BaselineStep).where(
            BaselineStep.plan_id == plan.id, col(BaselineStep.round) == plan.agreed_round
        )
    )
    return {row.step_id: row for row in rows}


def _timeline_step(seen: PlanViews, step: Step, agreed: Agreed) -> TimelineStep | None:
    """`None` for a step without days, as one that is skipped."""
    slot = seen.planned.slots.get(step.id or 0)
    if step.state is StepState.SKIPPED or slot is None:
        return None
    if slot.projected_start is None or slot.projected_finish is None:
        return None
    starts, ends = slot.projected_start, slot.projected_finish
    return TimelineStep(
        number=step.number,
        title=step.title,
        phase=step.phase,
        side=step.side,
        state=step.state,
        gate=step.gate,
        starts=min(starts, ends),
        ends=ends,
        is_critical=slot.is_critical and not step.state.is_finished,
        agreed=_days_agreed(seen.rows, step, agreed.get(step.id or 0)),
    )


def _days_agreed(rows: Rows, step: Step, row: BaselineStep | None) -> tuple[date, date] | None:
    """The first and the last day it was agreed to take."""
    if row is None or row.due_date is None:
        return None
    days = working_days(rows.calendar(step.side))
    last = row.due_date.toordinal()
    first = days.later(days.on_or_before(last), 1 - max(row.days, 1))
    return date.fromordinal(min(first, last)), row.due_date
