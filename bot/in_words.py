"""What every view says in the same way: names instead of ids, days as they are read, a step that is gone."""

from collections.abc import Mapping
from datetime import date

from blocks.text import Day
from blocks.view_models import StepView
from storage.models import Person, Step, StepState

NOBODY = "someone"


def name_of(known: Mapping[str, Person], user_id: str | None) -> str:
    """The person's name, "" for nobody, a plain word for somebody Slack has not told us about."""
    if not user_id:
        return ""
    return known[user_id].name if user_id in known else NOBODY


def seen_on(when: date | None, today: date) -> Day | None:
    return Day.seen(when, today) if when else None


def removed_view(step: Step, today: date) -> StepView:
    """A step that is not on the plan any more, for whoever was asked about it before."""
    return StepView(
        plan_id=step.plan_id,
        id=step.id or 0,
        number=step.number,
        phase=step.phase,
        title=step.title,
        side=step.side,
        role=step.role,
        state=StepState.SKIPPED,
        due=seen_on(step.due_date, today),
    )
