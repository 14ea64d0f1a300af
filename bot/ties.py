"""From rows to what a step waits for, as far as one side may know of it."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from blocks.text import Day
from blocks.ties import TiesView
from plan.after_lines import Before
from storage import plans
from storage.calendars import step_days_of
from storage.models import Step


def load_ties(session: Session, step: Step, seen: Sequence[Step], today: date) -> TiesView:
    """`seen` are the steps of the plan that the viewer may know of, in their order."""
    step_id = step.id or 0
    first = plans.dependencies_of(session, step.plan_id)
    before = first.get(step_id, {})
    days = step_days_of(session, step.plan_id).get(step_id, ())
    return TiesView(
        after=tuple(Before(one.number, before[one.id or 0]) for one in seen if one.id in before),
        only_on=tuple(Day.seen(day, today) for day in days),
        joins=any(one.id in before for one in seen)
        and any(step_id in first.get(one.id or 0, {}) for one in seen),
    )
