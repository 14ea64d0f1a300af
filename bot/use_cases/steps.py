"""What people do with a step. Each function is one transaction's worth of work."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlmodel import col, select

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, own_calendar, take_a_seat, time_zone_of
from bot.use_cases.dates import must_be_open, must_lie_ahead
from bot.use_cases.handovers import hand_over
from bot.use_cases.proposing import ask_before_dropping
from bot.use_cases.slips import finished_on, landing, note_finished, note_slip
from bot.use_cases.typed import (
    PHASE_LENGTH,
    ROLE_LENGTH,
    clean_link,
    clean_reason,
    clean_text,
    clean_title,
    clean_words,
)
from plan.nudging import local_day, snooze_until
from plan.rights import Action
from storage import plans
from storage.agreement import Proposal, ProposalKind, SlipKind
from storage.models import Side, Step, StepState, Visibility
from storage.nudges import heard_of

MOST_STEPS = 200
FIRST_PHASE = "Next steps"

Ending = Literal["done", "half", "already"]


@dataclass(frozen=True, slots=True)
class Completed:
    """What pressing Done did. `half`: the other side's confirmation is still missing."""

    step: Step
    ending: Ending
    waits_for: Side | None = None


def complete_step(work: Work, step_id: int, proof: str = "", message_link: str = "") -> Completed:
    """Tick a step off. Of a gate, only the half of the actor's own side.

    `proof` is a link that was given for it; without one, `message_link` is where it was said.
    """
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    proof = clean_link(proof, Field.PROOF)
    if step.state.is_finished:
        _prove_afterwards(work, step, proof)
        return Completed(step, "already")
    proof = proof or step.proof or message_link
    if step.gate:
        return _confirm_half(work, step, proof)
    step.proof = proof
    _be_done(work, step)
    for_whom = {"for": step.owner_id or ""} if step.side not in (Side.JOINT, work.actor.side) else {}
    work.record("step_done", step, **for_whom)
    return Completed(step, "done")


def _prove_afterwards(work: Work, step: Step, proof: str) -> None:
    """Done already, and now there is something to show for it."""
    if proof and proof != step.proof and step.state is StepState.DONE:
        old, step.proof = step.proof, proof
        work.record("step_edited", step, what="proof", old=old, new=proof)


def _confirm_half(work: Work, step: Step, proof: str) -> Completed:
    side = work.actor.side
    assert side is not None  # `allow` refused everybody else
    work.allow(Action.CONFIRM, half=side)
    if step.confirmed_by(side):
        return Completed(step, "already", waits_for=side.other)
    step.proof = proof
    if side is Side.BUYER:
        step.buyer_confirmed_by = work.actor.user_id
    else:
        step.seller_confirmed_by = work.actor.user_id
    if step.confirmed_by(side.other) is None:
        work.record("step_half_confirmed", step)
        return Completed(step, "half", waits_for=side.other)
    _be_done(work, step)
    work.record("step_done", step)
    return Completed(step, "done")


def _be_done(work: Work, step: Step) -> None:
    lands = landing(work)
    _finish(work, step)
    note_finished(work, step, lands)


def _finish(work: Work, step: Step) -> None:
    step.state = StepState.DONE
    step.state_reason = ""
    step.blocked_until = None
    step.finished_at = work.now
    step.finished_by = work.actor.user_id


def start_step(work: Work, step_id: int) -> Step:
    """Somebody has begun; what stood in the way of it no longer does."""
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    must_be_open(step)
    if step.state is StepState.STARTED:
        return step
    step.state = StepState.STARTED
    step.started_at = work.now
    step.state_reason = ""
    step.blocked_until = None
    work.record("step_started", step)
    return step


def reopen_step(work: Work, step_id: int) -> Step:
    """Make a finished step open again, without its proof. Of a gate, a side takes back its own half only.

    One that is not finished stays what it is: what blocks a gate blocks it still when a half is taken back.
    """
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    side = work.actor.side
    assert side is not None  # `allow` refused everybody else
    if not step.state.is_finished and not step.confirmed_by(side):
        return step
    if step.state.is_finished:
        lands, was_done_on = landing(work), finished_on(work, step)
        step.state = StepState.OPEN
        step.state_reason = ""
        step.started_at = step.finished_at = step.finished_by = None
        note_slip(work, SlipKind.REOPENED, step, old=was_done_on, new=step.due_date, lands_before=lands)
    proof, step.proof = step.proof, ""
    if side is Side.BUYER:
        step.buyer_confirmed_by = None
    else:
        step.seller_confirmed_by = None
    work.record("step_reopened", step, proof=proof)
    return step


def assign_step(work: Work, step_id: int, owner_id: str | None, counterpart_id: str | None = None) -> Step:
    """Name the person who will do a step; without one, its role holds it again."""
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    must_be_open(step)
    _must_be_here(work, owner_id, Field.OWNER)
    _must_be_here(work, counterpart_id, Field.COUNTERPART)
    if owner_id and owner_id == counterpart_id:
        raise Refused("same_person_twice", field=Field.COUNTERPART)
    if step.side is Side.BUYER and owner_id:
        _seat_as_buyer(work, owner_id)
    if (owner_id, counterpart_id) == (step.owner_id, step.counterpart_id):
        return step
    old = step.owner_id
    hand_over(work, step, owner_id, counterpart_id)
    work.record("step_assigned", step, old=old or "", new=owner_id or "")
    return step


def name_for_side(work: Work, step_id: int, user_id: str | None) -> Step:
    """Name a person for the actor's own side: of a gate whose owner is on the other side, its counterpart."""
    step = work.step(step_id)
    people = plans.people(work.session, [step.owner_id])
    owner_side = work.sides.of(people.get(step.owner_id or ""))
    if step.gate and work.actor.side and owner_side is work.actor.side.other:
        return assign_step(work, step_id, step.owner_id, user_id)
    return assign_step(work, step_id, user_id, step.counterpart_id)


def disown_step(work: Work, step_id: int, suggestion: str | None) -> Step:
    """The owner says it is not theirs. With a suggestion that person has it, else the role."""
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    must_be_open(step)
    _must_be_here(work, suggestion, Field.OWNER)
    old, counterpart = step.owner_id, step.counterpart_id
    if work.actor.user_id == old:
        owner = suggestion
    elif work.actor.user_id == counterpart:
        owner, counterpart = old, suggestion
    else:
        raise Refused("not_with_you", number=step.number, title=step.title)
    if suggestion and owner == counterpart:
        raise Refused("same_person_twice", field=Field.OWNER)
    hand_over(work, step, owner, counterpart)
    work.record("step_not_mine", step, old=old or "", new=suggestion or "")
    return step


def block_step(work: Work, step_id: int, reason: str, until: date | None) -> Step:
    """Something stands in the way; say what, and until when if known. Nobody is reminded meanwhile."""
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    must_be_open(step)
    reason = _reason(reason)
    if until is not None:
        must_lie_ahead(work, until, Field.UNTIL)
    step.state = StepState.BLOCKED
    step.state_reason = reason
    step.blocked_until = until
    work.record("step_blocked", step, reason=step.state_reason, new=until.isoformat() if until else "")
    return step


def unblock_step(work: Work, step_id: int) -> Step:
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    if step.state is not StepState.BLOCKED:
        return step
    step.state = StepState.OPEN
    step.state_reason = ""
    step.blocked_until = None
    work.record("step_unblocked", step)
    return step


def skip_step(work: Work, step_id: int, reason: str) -> Step | Proposal:
    """This deal does not need the step. It stays in the log with its reason.

    Where both agreed and it is not this side's alone, the other side is asked instead.
    """
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    must_be_open(step)
    reason = _reason(reason)
    if asked := ask_before_dropping(work, step, ProposalKind.STEP_SKIPPED, reason):
        return asked
    lands = landing(work)
    _finish(work, step)
    step.state = StepState.SKIPPED
    step.state_reason = reason
    note_slip(work, SlipKind.SKIPPED, step, old=step.due_date, new=None, lands_before=lands, reason=reason)
    work.record("step_skipped", step, reason=step.state_reason)
    return step


def snooze_step(work: Work, step_id: int, working_days: int) -> Step:
    """Remind this person again later. The due date stays what it is, and others hear as before."""
    step = work.step(step_id)
    work.allow(Action.CHANGE)
    must_be_open(step)
    heard = heard_of(work.session, step, work.actor.user_id)
    if not heard:
        raise Refused("old_button")
    side = work.actor.side or step.side
    people = plans.people(work.session, [work.actor.user_id])
    today = local_day(work.now, time_zone_of(people, work.actor.user_id, work.plan, side))
    until = snooze_until(today, working_days, own_calendar(work.session, work.plan, side))
    heard[-1].snoozed_until = until
    work.session.add(heard[-1])
    work.session.flush()
    work.record("step_snoozed", step, new=until.isoformat())
    return step


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step as somebody typed it. `side` and `phase` are worked out where they are left open."""

    title: str
    side: Side | None = None
    phase: str | None = None
    role: str = ""
    owner_id: str | None = None
    due: date | None = None
    gate: bool = False
    description: str = ""
    link: str = ""


def add_step(work: Work, new: NewStep) -> Step:
    """Put a step at the end of its phase."""
    work.allow(Action.CHANGE)
    title = clean_title(new.title)
    description = clean_text(new.description, Field.DESCRIPTION)
    link = clean_link(new.link, Field.LINK)
    if new.due is not None:
        must_lie_ahead(work, new.due, Field.DUE)
    _must_be_here(work, new.owner_id, Field.OWNER)
    everything = list(
        work.session.exec(
            select(Step)
            .where(Step.plan_id == work.plan_id, col(Step.removed_at).is_(None))
            .order_by(col(Step.position))
            .with_for_update()
        )
    )
    if len(everything) >= MOST_STEPS:
        raise Refused("plan_full", most=MOST_STEPS)
    phase = clean_words(new.phase or "", Field.PHASE, PHASE_LENGTH) or _current_phase(everything)
    owner_side = work.sides.of(plans.people(work.session, [new.owner_id]).get(new.owner_id or ""))
    after = max((s.position for s in everything if s.phase == phase), default=_last(everything))
    for later in everything:
        if later.position > after:
            later.position += 1
            work.session.add(later)
    step = Step(
        plan_id=work.plan_id,
        number=work.plan.next_number,
        position=after + 1,
        phase=phase,
        title=title,
        side=new.side or owner_side or work.actor.side or Side.SELLER,
        role=clean_words(new.role, Field.ROLE, ROLE_LENGTH),
        description=description,
        link=link,
        due_date=new.due,
        date_fixed=new.due is not None,
        gate=new.gate,
    )
    work.plan.next_number += 1
    lands = landing(work)
    work.session.add(step)
    work.session.flush()
    note_slip(work, SlipKind.ADDED, step, old=None, new=step.due_date, lands_before=lands)
    hand_over(work, step, new.owner_id, None)
    work.record("step_added", step, new=new.due.isoformat() if new.due else "")
    return step


def _reason(raw: str) -> str:
    reason = clean_reason(raw)
    if not reason:
        raise Refused("reason_missing", field=Field.REASON)
    return reason


def _must_be_here(work: Work, user_id: str | None, field: Field) -> None:
    if user_id and not plans.is_in_channel(work.session, work.plan.channel_id, user_id):
        raise Refused("not_in_this_channel", field=field)


def _seat_as_buyer(work: Work, user_id: str) -> None:
    """Whoever the seller gives a buyer's step to is the buyer, where nobody is yet."""
    person = plans.people(work.session, [user_id])[user_id]
    if work.actor.side is Side.SELLER and work.sides.of(person) is None:
        work.sides = take_a_seat(work.session, work.plan, work.sides, person.team_id)


def _current_phase(steps: list[Step]) -> str:
    """Where a step belongs when nobody said: the first phase with something left to do.

    Of those that both sides know: the step is there for both, and the name of its phase with it.
    """
    known = [step for step in steps if step.visibility is Visibility.BOTH]
    for step in known:
        if not step.state.is_finished:
            return step.phase
    return known[-1].phase if known else FIRST_PHASE


def _last(steps: list[Step]) -> int:
    return steps[-1].position if steps else 0
