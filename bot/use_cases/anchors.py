"""The day a plan is planned back from, and moving it: with the other side's yes once both agreed to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from blocks.ids import Field
from bot.schedules import calendars_of
from bot.use_cases.common import Refused, Work, own_calendar
from bot.use_cases.proposing import Why, Wish, propose
from bot.use_cases.slips import landing, note_slip
from bot.use_cases.typed import clean_reason
from plan.agreement import ReasonCode
from plan.calendars import calendar_of
from plan.moving import moved_along
from storage import plans
from storage.agreement import Proposal, ProposalKind, SlipKind
from storage.models import Side, Step, StepState
from storage.nudges import wake


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit of a plan did: a closed day that the anchor moved away from, and the steps that went
    along, as far as whoever reads the answer may know of them."""

    changed: bool
    anchor: date
    anchor_moved_from: date | None = None
    steps_moved: int = 0
    squeezed: int = 0  # of these, steps that would have been due before today
    proposal: Proposal | None = None  # the other side is asked about the day


def on_a_working_day(work: Work, day: date) -> date:
    """The day, or the last working day of both sides before it."""
    return own_calendar(work.session, work.plan, Side.JOINT).on_or_before(day)


def must_not_change_kind(work: Work, new: Mapping[str, Any]) -> None:
    """What the day stands for is a part of what both agreed to."""
    if work.plan.agreed_round and "anchor_kind" in new:
        raise Refused("agreed_terms", field=Field.ANCHOR_KIND)


def ask_about_anchor(
    work: Work, wanted: date | None, reason: str, *, move_along: bool, code: str
) -> date | Edited | None:
    """The day as it is to be written, `None` for no change; or what came of it where the other side is asked.

    A day off that is the working day before it already is no change to ask about.
    """
    plan = work.plan
    if wanted is None or not plan.agreed_round or work.agreed_by is not None:
        return wanted
    day = on_a_working_day(work, wanted)
    moved_from = wanted if wanted != day else None
    if day == plan.anchor_date:
        return Edited(False, day, moved_from)
    why = Why(code or ReasonCode.OTHER, clean_reason(reason))
    wish = Wish(ProposalKind.ANCHOR, None, plan.anchor_date, day, move_all=move_along, why=why)
    return Edited(False, plan.anchor_date, proposal=propose(work, wish))


def move_anchor(
    work: Work, old: date | None, why: Why, lands_before: date | None, *, move_along: bool
) -> Edited:
    """A day that one of the companies has off moves to the working day before, as when a plan starts.

    The new day stands in the plan already; `old` is the one before, `None` where it stays.
    """
    plan = work.plan
    if old is None:
        return Edited(True, plan.anchor_date)
    asked = plan.anchor_date
    plan.anchor_date = on_a_working_day(work, asked)
    moved_from = asked if asked != plan.anchor_date else None
    if plan.anchor_date == old:
        return Edited(True, plan.anchor_date, moved_from)
    moves = _moves(work, old) if move_along else []
    before = [move.step.due_date for move in moves]
    for move in moves:
        _move(work, move, why.words)
    lands = landing(work)
    _note(work, SlipKind.ANCHOR, None, old, plan.anchor_date, why, lands_before, lands)
    for move, due in zip(moves, before, strict=True):
        _note(work, SlipKind.MOVED, move.step, due, move.due, why, lands, lands)
    seen = [move for move in moves if move.step.visibility in plans.seen_by(work.reader)]
    squeezed = sum(move.is_squeezed for move in seen)
    return Edited(True, plan.anchor_date, moved_from, len(seen), squeezed)


@dataclass(frozen=True, slots=True)
class Move:
    """A step that goes along; `is_squeezed` where it would have been due before today."""

    step: Step
    due: date
    is_squeezed: bool


def _moves(work: Work, old: date) -> list[Move]:
    seller, buyer = calendars_of(work.session, work.plan)
    found = []
    for step in plans.every_step(work.session, work.plan_id):
        if step.state not in (StepState.OPEN, StepState.BLOCKED) or step.due_date is None:
            continue
        anchor, calendar = work.plan.anchor_date, calendar_of(step.side, seller, buyer)
        due = moved_along(step.due_date, old, anchor, calendar, work.today)
        if due != step.due_date:
            free = moved_along(step.due_date, old, anchor, calendar, date.min)
            found.append(Move(step, due, due != free))
    return found


def _move(work: Work, move: Move, reason: str) -> None:
    step, old = move.step, move.step.due_date
    step.due_date = move.due
    wake(work.session, step.id or 0)
    work.record(
        "step_moved_along",
        step,
        reason=reason,
        old=old.isoformat() if old else "",
        new=move.due.isoformat(),
    )


def _note(
    work: Work,
    kind: SlipKind,
    step: Step | None,
    old: date | None,
    new: date,
    why: Why,
    lands_before: date | None,
    lands: date | None,
) -> None:
    note_slip(
        work,
        kind,
        step,
        old=old,
        new=new,
        lands_before=lands_before,
        lands_after=lands,
        reason_code=why.code,
        reason=why.words,
        goes_along=kind is SlipKind.MOVED,
    )
