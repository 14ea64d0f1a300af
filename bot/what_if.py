"""What another date would do, computed before anybody says yes to it: for the forms and for the use cases."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from bot.schedules import Rows, load_rows
from plan.agreement import Need, is_shared, needs_both
from plan.calendars import Calendar
from plan.moving import cannot_keep, moved_along
from plan.schedule import Schedule
from storage.models import Plan, Side, Step, StepState


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A change that nobody has made. Days are working days of both sides.

    `along` are the steps after it that could not keep their dates, each with the earliest day it can be.
    """

    lands_before: date | None
    lands_after: date | None
    days: int = 0  # by which it lands later; below 0, earlier
    room: int = 0  # from where it lands to the anchor, where it lands by then
    critical: tuple[int, ...] = ()  # open steps that decide where it lands, and did not before
    along: Mapping[int, date] | None = None
    need: Need | None = None  # why it needs the other side
    need_along: Need | None = None  # the same, with all of `along`


def if_moved(session: Session, plan: Plan, step: Step, due: date, side: Side | None, today: date) -> WhatIf:
    """What moving a step to that day does. `side` is that of who would move it.

    Of a step that both sides know it is told by what both sides know; of a private one by what its side does.
    With a private one nothing goes along that the other side would be asked about: the question would tell.
    """
    rows = load_rows(session, plan, None if is_shared(step) else side, today)
    step_id = step.id or 0
    before, then = rows.compute(), rows.compute(dates={step_id: due})
    all_rows = load_rows(session, plan, side, today)
    mine = all_rows if is_shared(step) else rows
    old, new = (before, then) if mine is rows else (mine.compute(), mine.compute(dates={step_id: due}))
    along = cannot_keep(step_id, mine.steps, mine.after, old, new)
    need = need_along = None
    if plan.agreed_round:
        with_it = [one for one in mine.steps if one.id in along]
        need = needs_both(side, [step], before.lands, then.lands)
        need_along = needs_both(side, [step, *with_it], before.lands, then.lands)
        if not is_shared(step):
            along, need_along = _unasked(session, plan, side, with_it, along, today), None
        elif need_along is not None:  # what the other side is asked, days and all, is what it may know of
            along = cannot_keep(step_id, rows.steps, rows.after, before, then)
    return _told(rows, before, then, along, need, need_along)


def _unasked(
    session: Session,
    plan: Plan,
    side: Side | None,
    steps: Collection[Step],
    days: Mapping[int, date],
    today: date,
) -> dict[int, date]:
    """Of the steps that could go along with a private one, those that this side moves by itself: what both
    know, only as far as the plan lands no later for both sides' eyes."""
    own = [one for one in steps if not needs_both(side, [one], None, None)]
    shown = {one.id or 0: days[one.id or 0] for one in own if is_shared(one)}
    rows = load_rows(session, plan, None, today)
    lands, then = rows.compute().lands, rows.compute(dates=shown).lands
    if needs_both(side, [one for one in own if is_shared(one)], lands, then):
        own = [one for one in own if not is_shared(one)]
    return {one.id or 0: days[one.id or 0] for one in own}


def if_dropped(session: Session, plan: Plan, step_id: int, today: date) -> WhatIf:
    """What taking a step off the plan, or skipping it, does, for both sides' eyes."""
    rows = load_rows(session, plan, None, today)
    return _told(rows, rows.compute(), rows.compute(without=[step_id]), {}, None, None)


def if_anchored(session: Session, plan: Plan, anchor: date, today: date, *, move_all: bool) -> WhatIf:
    """What another anchor does, for both sides' eyes; with `move_all` dates that somebody gave go along."""
    rows = load_rows(session, plan, None, today)
    dates = {}
    if move_all:
        dates = {
            step.id or 0: moved_along(
                step.due_date, plan.anchor_date, anchor, rows.calendar(step.side), today
            )
            for step in rows.steps
            if step.date_fixed and step.due_date and step.state in (StepState.OPEN, StepState.BLOCKED)
        }
    need = Need.ANCHOR if plan.agreed_round and anchor != plan.anchor_date else None
    return _told(rows, rows.compute(), rows.compute(anchor=anchor, dates=dates), {}, need, need)


def _told(
    rows: Rows,
    before: Schedule[int],
    then: Schedule[int],
    along: Mapping[int, date],
    need: Need | None,
    need_along: Need | None,
) -> WhatIf:
    both: Calendar = rows.calendar(Side.JOINT)
    days = 0
    if before.lands and then.lands:
        days = both.working_days_between(before.lands, then.lands)
    return WhatIf(
        lands_before=before.lands,
        lands_after=then.lands,
        days=days,
        room=max(0, -then.days_late),
        critical=_newly_critical(before, then) if days > 0 else (),
        along=along,
        need=need,
        need_along=need_along,
    )


def _newly_critical(before: Schedule[int], then: Schedule[int]) -> tuple[int, ...]:
    were: Collection[int] = {key for key, slot in before.slots.items() if slot.is_critical}
    return tuple(key for key, slot in then.slots.items() if slot.is_critical and key not in were)
