"""The day a step is due, and moving it: alone, or with the other side's yes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, needs
from bot.use_cases.proposing import NO_REASON, Why, Wish, propose, why_of
from bot.use_cases.slips import landing, note_slip
from bot.what_if import if_moved
from plan.agreement import is_shared, needs_both
from plan.rights import Action
from plan.when import HORIZON
from storage.agreement import Proposal, ProposalKind, SlipKind
from storage.models import Step
from storage.nudges import wake


@dataclass(frozen=True, slots=True)
class NewDate:
    """Another day for a step, and which steps after it are to go along, as far as they have to."""

    due: date
    why: Why = NO_REASON
    along: Collection[int] = ()


@needs(Action.MOVE_DATE)
def change_date(work: Work, step_id: int, new: NewDate) -> Step | Proposal:
    """Move a step; where that needs the other side, ask it. Says which of the two it did.

    Of the steps in `along` those move that could not keep their dates, each to the earliest day it can be.
    """
    step = work.step(step_id)
    must_be_open(step)
    must_lie_ahead(work, new.due, Field.DUE)
    if new.due == step.due_date:
        return step
    why = why_of(work, new.why, step)
    along, needs = what_it_takes(work, step, new.due, new.along)
    if needs:
        return propose(
            work,
            Wish(ProposalKind.STEP_DATE, step, old=step.due_date, new=new.due, along=along, why=why),
        )
    return move_step(work, step_id, new.due, why.words, code=why.code, along=along)


def what_it_takes(work: Work, step: Step, due: date, wanted: Collection[int]) -> tuple[dict[int, date], bool]:
    """The days of the steps that go along, and whether the other side has to say yes to all of it."""
    if not work.plan.agreed_round and not wanted:
        return {}, False  # nothing to ask, and nothing to compute
    found = if_moved(work.session, work.plan, step, due, work.actor.side, work.today)
    chosen = {step_id: day for step_id, day in (found.along or {}).items() if step_id in set(wanted)}
    if not work.plan.agreed_round:
        return chosen, False
    goes_along = [work.step(step_id) for step_id in chosen]
    needs = found.need or needs_both(work.actor.side, goes_along, None, None)
    if needs:
        chosen = {one.id or 0: chosen[one.id or 0] for one in goes_along if is_shared(one)}
    return chosen, needs is not None


@needs(Action.MOVE_DATE)
def move_step(
    work: Work,
    step_id: int,
    due: date,
    reason: str = "",
    *,
    code: str = "",
    along: Mapping[int, date] | None = None,
) -> Step:
    """Give a step a new due date, which arms its reminder again. Asks nobody: `change_date` does."""
    step = work.step(step_id)
    must_be_open(step)
    must_lie_ahead(work, due, Field.DUE)
    if due == step.due_date:
        return step
    why = Why(code, reason)
    before = landing(work)
    step.date_fixed = True
    old = _put(work, step, due)
    lands = landing(work)
    _tell(work, "step_moved", step, old, why, (before, lands))
    others = [(work.step(other_id), day) for other_id, day in (along or {}).items()]
    olds = [_put(work, other, day) for other, day in others]
    then = landing(work) if others else None
    for (other, _), was in zip(others, olds, strict=True):
        if is_shared(other) and not is_shared(step):  # for the other side it moves by itself
            _tell(work, "step_moved", other, was, NO_REASON, (lands, then))
        else:
            _tell(work, "step_moved_along", other, was, why, (lands, then))
        lands = then
    return step


def _put(work: Work, step: Step, due: date) -> date | None:
    """Write the new date, which arms the reminder again. Says what the old one was."""
    old, step.due_date = step.due_date, due
    work.session.add(step)
    wake(work.session, step.id or 0)
    return old


def _tell(
    work: Work, kind: str, step: Step, old: date | None, why: Why, lands: tuple[date | None, date | None]
) -> None:
    """In the log and in the ledger. `lands` is where the plan landed before it, and lands after it."""
    assert step.due_date is not None
    details = {"code": why.code} if why.code else {}
    if work.agreed_by:
        details["agreed_by"] = work.agreed_by
    new = step.due_date.isoformat()
    work.record(kind, step, reason=why.words, old=old.isoformat() if old else "", new=new, **details)
    note_slip(
        work,
        SlipKind.MOVED,
        step,
        old=old,
        new=step.due_date,
        lands_before=lands[0],
        lands_after=lands[1],
        reason_code=why.code,
        reason=why.words,
        goes_along=kind != "step_moved",
    )


def must_be_open(step: Step) -> None:
    if step.state.is_finished:
        raise Refused("step_finished", number=step.number, title=step.title)


def must_lie_ahead(work: Work, day: date, field: Field) -> None:
    if day < work.today:
        raise Refused("date_past", field=field, day=day, today=work.today)
    if day - work.today > HORIZON:
        raise Refused("date_far", field=field, day=day)
