"""What people do with a step. Each function is one transaction's worth of work."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlmodel import col, select

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, needs, own_calendar, take_a_seat, time_zone_of
from bot.use_cases.dates import must_be_open, must_lie_ahead
from bot.use_cases.handovers import hand_over
from bot.use_cases.privacy import (
    must_be_of_one_side,
    must_be_with_us,
    must_have_room,
    own_visibility,
    take_number,
)
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

FIRST_PHASE = "Next steps"

Ending = Literal["done", "half", "already"]


@dataclass(frozen=True, slots=True)
class Completed:
    """What pressing Done did. `half`: the other side's confirmation is still missing."""

    step: Step
    ending: Ending
    waits_for: Side | None = None


@needs(Action.WORK)
def complete_step(work: Work, step_id: int, proof: str = "", message_link: str = "") -> Completed:
    """Tick a step off. Of a gate, only the half of the actor's own side.

    `proof` is a link that was given for it; without one, `message_link` is where it was said.
    """
    step = work.step(step_id)
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
    work.allow(Action.CONFIRM, of=side)
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


@needs(Action.WORK)
def start_step(work: Work, step_id: int) -> Step:
    """Somebody has begun; what stood in the way of it no longer does."""
    step = work.step(step_id)
    must_be_open(step)
    if step.state is StepState.STARTED:
        return step
    step.state = StepState.STARTED
    step.started_at = work.now
    step.state_reason = ""
    step.blocked_until = None
    work.record("step_started", step)
    return step


@needs(Action.WORK)
def reopen_step(work: Work, step_id: int) -> Step:
    """Make a finished step open again, without its proof. Of a gate, a side takes back its own half only.

    One that is not finished stays what it is: what blocks a gate blocks it still when a half is taken back.
    """
    step = work.step(step_id)
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


@needs(Action.NAME_OWNER)
def assign_step(work: Work, step_id: int, owner_id: str | None, counterpart_id: str | None = None) -> Step:
    """Name the person who will do a step; without one, its role holds it again."""
    step = work.step(step_id)
    must_be_open(step)
    _must_be_here(work, owner_id, Field.OWNER)
    _must_be_here(work, counterpart_id, Field.COUNTERPART)
    if owner_id and owner_id == counterpart_id:
        raise Refused("same_person_twice", field=Field.COUNTERPART)
    must_be_with_us(work, step, owner_id, counterpart_id)
    if step.side is Side.BUYER and owner_id:
        _seat_as_buyer(work, owner_id)
    if (owner_id, counterpart_id) == (step.owner_id, step.counterpart_id):
        return step
    old = step.owner_id
    hand_over(work, step, owner_id, counterpart_id)
    work.record("step_assigned", step, old=old or "", new=owner_id or "")
    return step


@needs(Action.NAME_OWNER)
def name_for_side(work: Work, step_id: int, user_id: str | None) -> Step:
    """Name a person for the actor's own side: of a gate whose owner is on the other side, its counterpart."""
    step = work.step(step_id)
    people = plans.people(work.session, [step.owner_id])
    owner_side = work.sides.of(people.get(step.owner_id or ""))
    if step.gate and work.actor.side and owner_side is work.actor.side.other:
        return assign_step(work, step_id, step.owner_id, user_id)
    return assign_step(work, step_id, user_id, step.counterpart_id)


@needs(Action.NAME_OWNER)
def disown_step(work: Work, step_id: int, suggestion: str | None) -> Step:
    """The owner says it is not theirs. With a suggestion that person has it, else the role."""
    step = work.step(step_id)
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
    must_be_with_us(work, step, owner, counterpart)
    hand_over(work, step, owner, counterpart)
    work.record("step_not_mine", step, old=old or "", new=suggestion or "")
    return step


@needs(Action.WORK)
def block_step(work: Work, step_id: int, reason: str, until: date | None) -> Step:
    """Something stands in the way; say what, and until when if known. Nobody is reminded meanwhile."""
    step = work.step(step_id)
    must_be_open(step)
    reason = _reason(reason)
    if until is not None:
        must_lie_ahead(work, until, Field.UNTIL)
    step.state = StepState.BLOCKED
    step.state_reason = reason
    step.blocked_until = until
    work.record("step_blocked", step, reason=step.state_reason, new=until.isoformat() if until else "")
    return step


@needs(Action.WORK)
def unblock_step(work: Work, step_id: int) -> Step:
    step = work.step(step_id)
    if step.state is not StepState.BLOCKED:
        return step
    step.state = StepState.OPEN
    step.state_reason = ""
    step.blocked_until = None
    work.record("step_unblocked", step)
    return step


@needs(Action.DROP_STEP)
def skip_step(work: Work, step_id: int, reason: str) -> Step | Proposal:
    """This deal does not need the step. It stays in the log with its reason.

    Where both agreed and it is not this side's alone, the other side is asked instead.
    """
    step = work.step(step_id)
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


@needs(Action.SNOOZE)
def snooze_step(work: Work, step_id: int, working_days: int) -> Step:
    """Remind this person again later. The due date stays what it is, and others hear as before."""
    step = work.step(step_id)
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
    is_private: bool = False  # the actor's side keeps it to itself


@needs(Action.ADD_STEP)
def add_step(work: Work, new: NewStep) -> Step:
    """Put a step at the end of its phase."""
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
    visibility = own_visibility(work) if new.is_private else Visibility.BOTH
    must_have_room(everything, visibility)
    phase = clean_words(new.phase or "", Field.PHASE, PHASE_LENGTH) or _current_phase(everything)
    side = _side_of(work, new)
    if new.is_private:
        must_be_of_one_side(work, side, gate=new.gate, people=[new.owner_id])
    step = Step(
        plan_id=work.plan_id,
        number=take_number(work, visibility),
        position=_make_way(work, everything, phase, visibility),
        phase=phase,
        title=title,
        side=side,
        role=clean_words(new.role, Field.ROLE, ROLE_LENGTH),
        description=description,
        link=link,
        due_date=new.due,
        date_fixed=new.due is not None,
        gate=new.gate,
        visibility=visibility,
    )
    lands = landing(work)
    work.session.add(step)
    work.session.flush()
    note_slip(work, SlipKind.ADDED, step, old=None, new=step.due_date, lands_before=lands)
    hand_over(work, step, new.owner_id, None)
    work.record("step_added", step, new=new.due.isoformat() if new.due else "")
    return step


def _side_of(work: Work, new: NewStep) -> Side:
    """Whose step it is where nobody said: its owner's, who may be of the other side of one for both."""
    if new.side is not None:
        return new.side
    owner = plans.people(work.session, [new.owner_id]).get(new.owner_id or "")
    return (not new.is_private and work.sides.of(owner)) or work.actor.side or Side.SELLER


def _make_way(work: Work, everything: list[Step], phase: str, visibility: Visibility) -> int:
    """The position behind the last step of its phase; of those that everybody knows who will know of it."""
    known = [step for step in everything if step.visibility in (Visibility.BOTH, visibility)]
    after = max((step.position for step in known if step.phase == phase), default=_last(everything))
    for later in everything:
        if later.position > after:
            later.position += 1
            work.session.add(later)
    return after + 1


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
        work.sides = take_a_seat(work.session, work.plan, work.sides, person)


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
