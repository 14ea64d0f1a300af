"""What another date would do, in the words of who looks at the form."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session

from blocks.agreement_views import Along, MovePreview
from blocks.text import Day
from blocks.view_models import StepView
from bot.use_cases.proposing import who_is_asked
from bot.views import PlanViews
from bot.what_if import WhatIf, if_anchored, if_moved
from plan.calendars import calendar_of
from storage import plans
from storage.models import Plan, Side, Step


def preview_move(
    session: Session, seen: PlanViews, sides: plans.Sides, side: Side | None, step: Step, due: date
) -> MovePreview:
    """`seen` is the plan as this side knows it; `side` is that of who would move the step."""
    found = if_moved(session, seen.plan, step, due, side, seen.board.today)
    asked = _asked(session, seen.plan, sides, step, side) if found.need or found.need_along else ""
    company = seen.plan.company_of(side.other) if side else ""
    return MovePreview(
        anchor_kind=seen.plan.anchor_kind,
        lands_old=_day(found.lands_before, seen),
        lands_new=_day(found.lands_after, seen),
        days=found.days,
        room=found.room,
        critical=tuple(_views(seen, found.critical)),
        along=_along(found, seen),
        asks=company if found.need else "",
        asks_along=company if found.need_along else "",
        asked=asked,
    )


def preview_anchor(
    session: Session, seen: PlanViews, sides: plans.Sides, side: Side | None, day: date, *, move_all: bool
) -> MovePreview:
    """What another anchor does; one on a day off is the working day before it."""
    plan, rows = seen.plan, seen.rows
    anchor = calendar_of(Side.JOINT, rows.seller, rows.buyer).on_or_before(day)
    found = if_anchored(session, plan, anchor, seen.board.today, move_all=move_all)
    return MovePreview(
        anchor_kind=plan.anchor_kind,
        lands_old=_day(found.lands_before, seen),
        lands_new=_day(found.lands_after, seen),
        days=found.days,
        room=found.room,
        asks=plan.company_of(side.other) if found.need and side else "",
        asked=_asked(session, plan, sides, None, side) if found.need else "",
        anchor=_day(anchor, seen),
        moved_from=_day(day, seen) if day != anchor else None,
    )


def _asked(session: Session, plan: Plan, sides: plans.Sides, step: Step | None, side: Side | None) -> str:
    user_id = who_is_asked(session, plan, sides, step, side.other) if side else None
    person = plans.people(session, [user_id]).get(user_id or "")
    return person.name if person else ""


def _along(found: WhatIf, seen: PlanViews) -> tuple[Along, ...]:
    moves = [(view, (found.along or {})[view.id]) for view in _views(seen, found.along or {})]
    return tuple(Along(view, Day.seen(day, seen.board.today)) for view, day in moves)


def _views(seen: PlanViews, step_ids: Iterable[int]) -> list[StepView]:
    return sorted(
        (seen.views[step_id] for step_id in step_ids if step_id in seen.views), key=lambda view: view.number
    )


def _day(when: date | None, seen: PlanViews) -> Day | None:
    return Day.seen(when, seen.board.today) if when else None
