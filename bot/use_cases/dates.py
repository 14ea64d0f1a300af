"""The day a step is due, and moving it."""

from datetime import date

from blocks.ids import Field
from bot.use_cases.common import Refused, Work
from bot.use_cases.typed import clean_reason
from plan.rights import Action
from plan.when import HORIZON
from storage.models import Step
from storage.nudges import wake


def move_step(work: Work, step_id: int, due: date, reason: str = "") -> Step:
    """Give a step a new due date, which arms its reminder again."""
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    must_be_open(step)
    must_lie_ahead(work, due, Field.DUE)
    if due == step.due_date:
        return step
    old = step.due_date
    step.due_date, step.date_fixed = due, True
    wake(work.session, step_id)
    work.record(
        "step_moved",
        step,
        reason=clean_reason(reason),
        old=old.isoformat() if old else "",
        new=due.isoformat(),
    )
    return step


def must_be_open(step: Step) -> None:
    if step.state.is_finished:
        raise Refused("step_finished", number=step.number, title=step.title)


def must_lie_ahead(work: Work, day: date, field: Field) -> None:
    if day < work.today:
        raise Refused("date_past", field=field, day=day, today=work.today)
    if day - work.today > HORIZON:
        raise Refused("date_far", field=field, day=day)
