"""Changing what a step says, and taking one off the plan. Where it stands in the list is in `order`."""

from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlmodel import col

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, needs
from bot.use_cases.dependencies import close_the_gap, set_after, set_days
from bot.use_cases.order import place_step, put_in_order, steps_in_order
from bot.use_cases.privacy import hide_step, show_step
from bot.use_cases.proposing import ask_before_dropping, must_ask_to_drop
from bot.use_cases.slips import landing, note_slip
from bot.use_cases.typed import (
    PHASE_LENGTH,
    ROLE_LENGTH,
    clean_link,
    clean_reason,
    clean_text,
    clean_title,
    clean_words,
)
from plan.agreement import is_shared
from plan.rights import Action
from storage import plans
from storage.agreement import Proposal, ProposalKind, SlipKind
from storage.models import Handover, Side, Step

MOST_DAYS = 120


@dataclass(frozen=True, slots=True)
class StepEdit:
    """What somebody changed in a step, as they typed it; `None` is what they left alone.

    `place` is the number of the step it comes after, 0 for the first place of its phase.
    """

    title: str | None = None
    description: str | None = None
    link: str | None = None
    proof: str | None = None
    side: Side | None = None
    role: str | None = None
    days: int | None = None
    gate: bool | None = None
    phase: str | None = None
    place: int | None = None
    after: str | None = None  # see `plan.after_lines`
    only_on: str | None = None  # see `plan.day_lists`
    is_private: bool | None = None  # the actor's side keeps it to itself


@needs(Action.EDIT_STEP)
def edit_step(work: Work, step_id: int, edit: StepEdit) -> Step:
    """Change a step, one line in the log for each thing changed. All of it holds, or nothing does.

    Raises `Refused` with the field it is about.
    """
    step = work.step(step_id)
    change = partial(_change, work, step)
    if edit.side is not None:
        _change_terms(work, step, Field.SIDE, edit.side)
    if edit.gate is not None:
        _change_terms(work, step, Field.GATE, edit.gate)
    if edit.is_private:  # what is written with it is their own side's, too
        hide_step(work, step_id)
    if edit.title is not None:
        change("title", clean_title(edit.title))
    if edit.description is not None:
        change("description", clean_text(edit.description, Field.DESCRIPTION))
    if edit.link is not None:
        change("link", clean_link(edit.link, Field.LINK))
    if edit.proof is not None:
        change("proof", clean_link(edit.proof, Field.PROOF))
    if edit.role is not None:
        change("role", clean_words(edit.role, Field.ROLE, ROLE_LENGTH))
    if edit.days is not None:
        _change_days(work, step, edit.days)
    if edit.after is not None:
        set_after(work, step_id, edit.after, work.actor.side)
    if edit.only_on is not None:  # read in the calendar of the side whose step it is now
        set_days(work, step, edit.only_on)
    _move(work, step, edit)
    if edit.is_private is False:  # last: what was written before it was never for both
        show_step(work, step_id)
    return step


def _change(work: Work, step: Step, what: str, new: str) -> None:
    old = getattr(step, what)
    if new != old:
        setattr(step, what, new)
        work.record("step_edited", step, what=what, old=old, new=new)


def _change_days(work: Work, step: Step, days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise Refused("days_bad", field=Field.DAYS, most=MOST_DAYS)
    if days != step.days:
        _must_be_open(step, Field.DAYS)
        old, step.days = step.days, days
        work.record("step_edited", step, what="days", old=str(old), new=str(days))


def _change_terms(work: Work, step: Step, what: Field, new: Side | bool) -> None:
    """Whose step it is, and whether both confirm it. A yes was said to the old terms, so it is taken back."""
    old: Side | bool = getattr(step, what.value)
    if new == old:
        return
    _must_be_open(step, what)
    if not is_shared(step):
        raise Refused("private_own_only", field=what, company=work.plan.company_of(step.side))
    gives_away = what is Field.SIDE and is_shared(step) and bool(work.plan.agreed_round)
    if gives_away or must_ask_to_drop(work, step):
        raise Refused("agreed_terms", field=what, number=step.number)
    said_yes = step.seller_confirmed_by or step.buyer_confirmed_by
    step.seller_confirmed_by = step.buyer_confirmed_by = None
    setattr(step, what.value, new)
    taken_back = {"for": said_yes} if said_yes else {}
    work.record(
        "step_edited", step, what=what.value, old=_in_words(work, old), new=_in_words(work, new), **taken_back
    )


def _in_words(work: Work, terms: Side | bool) -> str:
    if not isinstance(terms, Side):
        return "yes" if terms else ""
    if terms is Side.JOINT:
        return f"{work.plan.seller_company} and {work.plan.buyer_company}"
    return work.plan.company_of(terms)


def _must_be_open(step: Step, field: Field) -> None:
    if step.state.is_finished:
        raise Refused("step_finished", field=field, number=step.number, title=step.title)


def _move(work: Work, step: Step, edit: StepEdit) -> None:
    phase = None
    if edit.phase is not None:
        phase = clean_words(edit.phase, Field.NEW_PHASE, PHASE_LENGTH)
        phase = _as_it_is_called(work, phase) if phase else None
    if phase in (None, step.phase) and edit.place is None:
        return
    if edit.place == step.number:
        raise Refused("place_bad", field=Field.PLACE)
    old_phase, old_position = step.phase, step.position
    place_step(work, step, phase or _phase_at(work, step, edit.place or 0), edit.place)
    if step.phase != old_phase:
        work.record("step_edited", step, what="phase", old=old_phase, new=step.phase)
    elif step.position != old_position:
        work.record("step_edited", step, what="place")


def _as_it_is_called(work: Work, phase: str) -> str:
    """The plan's own phase of that name, however somebody wrote it; of those that they know of."""
    seen = plans.steps_of(work.session, work.plan_id, work.actor.side)
    known = {one.phase.casefold(): one.phase for one in seen}
    return known.get(phase.casefold(), phase)


def _phase_at(work: Work, step: Step, number: int) -> str:
    """The phase that a place alone means: that of the step it comes after."""
    named = plans.step_numbered(work.session, work.plan_id, number, work.actor.side) if number else None
    return named.phase if named else step.phase


@needs(Action.DROP_STEP)
def remove_step(work: Work, step_id: int, reason: str = "", *, join: bool = True) -> Step | Proposal:
    """Take a step off the plan; the log keeps it. Joined, what came after it comes after what came before it.

    Where both agreed and it is not this side's alone, the other side is asked instead.
    Its number is never given to another, so that nobody ticks the wrong one.
    """
    step = work.step(step_id)
    reason = clean_reason(reason)
    if asked := ask_before_dropping(work, step, ProposalKind.STEP_REMOVED, reason, joins=join):
        return asked
    lands = landing(work)
    close_the_gap(work, step_id, join=join)
    step.removed_at, step.removed_by = work.now, work.actor.user_id
    work.session.execute(
        sa.delete(Handover).where(col(Handover.step_id) == step_id, col(Handover.notice_id).is_(None))
    )
    work.session.add(step)
    work.session.flush()
    put_in_order(work, steps_in_order(work))
    note_slip(work, SlipKind.REMOVED, step, old=step.due_date, new=None, lands_before=lands, reason=reason)
    work.record("step_removed", step, reason=reason)
    return step
