"""How a plan does, in views: its health, and what would keep its date."""

from collections.abc import Collection, Mapping
from datetime import date

from blocks.text import Day
from blocks.view_models import ChangeToMake, HealthView, StepView, WayView
from bot.schedules import Rows
from plan.calendars import calendar_of, working_days
from plan.health import Checkup, check_up
from plan.keeping import way_to_keep
from plan.schedule import Schedule
from storage.models import Side


def look_over(rows: Rows, planned: Schedule[int], past_due: Collection[int]) -> Checkup:
    """`past_due` holds the ids of the open steps whose day has ended where their owner is."""
    calendars = {side: rows.calendar(side) for side in Side}
    return check_up(rows.steps, planned, rows.after, calendars, past_due)


def health_view(planned: Schedule[int], found: Checkup) -> HealthView:
    today = planned.today
    return HealthView(
        health=found.health,
        reason=found.reason,
        lands=Day.seen(planned.lands, today) if planned.is_late and planned.lands else None,
        days=planned.days_late,
        start_by=Day.seen(found.start_by, today) if found.start_by else None,
        is_settled=planned.is_settled and found.step is not None,
    )


def way_view(
    rows: Rows,
    planned: Schedule[int],
    views: Mapping[int, StepView],
    dates: Mapping[int, date] | None = None,
) -> WayView | None:
    """The fewest changes that bring the plan back to its anchor; `None` where it lands there.

    With `dates`, while these steps are on other days, which nobody is to change then.
    """
    if not planned.is_late or planned.anchor is None:
        return None
    joint = working_days(calendar_of(Side.JOINT, rows.seller, rows.buyer))
    gates = {step.id or 0 for step in rows.steps if step.gate}
    found = way_to_keep(
        rows.network(dates),
        planned.anchor,
        rows.today,
        joint,
        gates=gates,
        as_they_are=dates or (),
        anchor_step=rows.anchor_step,
    )
    if found is None:
        return None
    changes = tuple(
        ChangeToMake(
            one.move,
            views[one.step],
            views[one.beside] if one.beside is not None else None,
            one.days,
            one.gains,
        )
        for one in found.changes
    )
    now = views[found.now] if found.now is not None else None
    return WayView(now, changes, Day.seen(found.lands, rows.today), found.keeps)
