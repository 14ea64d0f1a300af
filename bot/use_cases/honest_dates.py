"""A plan just started on a day too near moves to the earliest day by which it can be done."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from blocks.ids import Field
from bot.schedules import load_rows
from bot.use_cases.common import Refused, Work, needs
from bot.use_cases.plans import anchor_must_lie_ahead
from plan.rights import Action
from storage import plans
from storage.agreement import Signature
from storage.models import Change, Side, Step, Visibility
from storage.nudges import wake

MOVES = ("step_moved", "step_moved_along")


@dataclass(frozen=True, slots=True)
class LaidOut:
    """What planning for another day did: the steps that have another date, as far as the actor may know."""

    anchor: date
    steps_moved: int


@needs(Action.CHANGE_PLAN)
def plan_for(work: Work, honest: date, instead_of: date) -> LaidOut:
    """Move the anchor from the day it was started on, and lay out anew the open steps whose date nobody gave.

    Raises `Refused` when both sides agreed, or somebody changed dates, since that day was offered; or when it
    cannot be held any more.
    """
    plan = work.plan
    if plan.anchor_date == honest:
        return LaidOut(honest, 0)
    if plan.agreed_round or _is_signed(work):
        raise Refused("honest_date_agreed")
    if plan.anchor_date != instead_of or _somebody_moved_something(work):
        raise Refused("honest_date_old")
    anchor_must_lie_ahead(honest, work.today)
    if load_rows(work.session, plan, None, work.today).compute(anchor=honest).is_late:
        raise Refused("honest_date_over", field=Field.ANCHOR_DATE, day=honest, today=work.today)
    plan.anchor_date = honest
    moved = _lay_out_anew(work)
    work.record(
        "plan_edited", anchor_date_old=instead_of.isoformat(), anchor_date_new=plan.anchor_date.isoformat()
    )
    return LaidOut(honest, moved)


def _is_signed(work: Work) -> bool:
    of_plan = select(Signature).where(Signature.plan_id == work.plan_id).limit(1)
    return work.session.exec(of_plan).first() is not None


def _somebody_moved_something(work: Work) -> bool:
    """Of what both know: a refusal because of one side's own would tell of it."""
    of_plan = select(Change).where(
        Change.plan_id == work.plan_id,
        col(Change.kind).in_(MOVES),
        Change.visibility == Visibility.BOTH,
    )
    return work.session.exec(of_plan.limit(1)).first() is not None


def _lay_out_anew(work: Work) -> int:
    """What one side keeps to itself is laid out by what that side knows, and nothing else is moved by it."""
    moved = 0
    for viewer in (None, Side.SELLER, Side.BUYER):
        planned = load_rows(work.session, work.plan, viewer, work.today).compute()
        of_viewer = Visibility.BOTH if viewer is None else Visibility(viewer.value)
        for step in plans.steps_of(work.session, work.plan_id, viewer):
            due = planned.slots[step.id or 0].latest_finish
            if step.visibility is of_viewer and due is not None and _move(work, step, due):
                moved += step.visibility in plans.seen_by(work.actor.side)
    return moved


def _move(work: Work, step: Step, due: date) -> bool:
    if step.state.is_finished or step.date_fixed or step.due_date == due:
        return False
    old, step.due_date = step.due_date, due
    wake(work.session, step.id or 0)
    work.record("step_moved_along", step, old=old.isoformat() if old else "", new=due.isoformat())
    return True
