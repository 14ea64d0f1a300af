"""Answering what the other side asked for: yes, another date, or let us talk; and taking a question back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Literal

from blocks import proposal as messages
from blocks.ids import Field
from blocks.kit import Message
from blocks.view_models import Companies
from bot.agreements import load_proposal
from bot.use_cases import dates, editing, plan_edits, steps
from bot.use_cases.anchors import on_a_working_day
from bot.use_cases.common import Actor, Refused, Work, needs
from bot.use_cases.proposing import Why, Wish, ask
from bot.use_cases.typed import clean_reason
from bot.views import load_plan_views
from plan.agreement import ReasonCode, is_overtaken
from plan.calendars import ONE_DAY
from plan.rights import Action
from storage import agreements, outbox, plans
from storage.agreement import Proposal, ProposalKind, ProposalState
from storage.models import Side, Step

Ending = Literal["accepted", "countered", "withdrawn", "talk", "overtaken", "over"]
WITH_A_DAY = (ProposalKind.STEP_DATE, ProposalKind.ANCHOR)


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer did. `over`: it had been answered before; `overtaken`: something else came first."""

    proposal: Proposal
    ending: Ending


@needs(Action.ANSWER)
def accept(work: Work, proposal_id: int) -> Answered:
    """Say yes: the change is made, as the proposer's, with the yes of who accepts."""
    proposal = _asked_of(work, proposal_id)
    if ending := _is_over(work, proposal):
        return Answered(proposal, ending)
    _answer(work, proposal, ProposalState.ACCEPTED)
    work.say_of("proposal_accepted", _step(work, proposal), **{"for": proposal.by_id})
    with _as_the_proposer(work, proposal):
        _carry_out(work, proposal)
    _tell_proposer(work, proposal, "accepted")
    return Answered(proposal, "accepted")


def _carry_out(work: Work, proposal: Proposal) -> None:
    step_id, day = proposal.step_id or 0, proposal.new_day
    if proposal.kind is ProposalKind.STEP_REMOVED:
        editing.remove_step(work, step_id, proposal.reason, join=proposal.joins)
    elif proposal.kind is ProposalKind.STEP_SKIPPED:
        steps.skip_step(work, step_id, proposal.reason)
    elif proposal.kind is ProposalKind.ANCHOR:
        wanted, code = {"anchor_date": day}, proposal.reason_code
        plan_edits.edit_plan(work, wanted, proposal.reason, move_along=proposal.move_all, code=code)
    elif day is not None:
        along = _still_to_move(work, proposal)
        dates.move_step(work, step_id, day, proposal.reason, code=proposal.reason_code, along=along)


def _still_to_move(work: Work, proposal: Proposal) -> dict[int, date]:
    """Of the steps that were to go along, those that still could not keep their dates."""
    found = {}
    for step_id, iso in proposal.along.items():
        step = plans.step_of(work.session, work.plan_id, int(step_id), None)
        day = date.fromisoformat(iso)
        if step and not step.state.is_finished and step.due_date and step.due_date < day >= work.today:
            found[int(step_id)] = day
    return found


@contextmanager
def _as_the_proposer(work: Work, proposal: Proposal) -> Iterator[None]:
    """It is their change: the log and the ledger say so, and who agreed to it."""
    answerer = work.actor
    person = plans.people(work.session, [proposal.by_id]).get(proposal.by_id)
    work.agreed_by = answerer.user_id
    work.actor = Actor(
        proposal.by_id, person.team_id if person else "", proposal.by_side, person.name if person else ""
    )
    try:
        yield
    finally:
        work.actor, work.agreed_by = answerer, None


@needs(Action.TAKE_BACK)
def withdraw(work: Work, proposal_id: int) -> Answered:
    """The side that asked takes it back."""
    proposal = _proposal(work, proposal_id)
    work.allow(Action.TAKE_BACK, of=proposal.by_side)
    if proposal.state is not ProposalState.OPEN:
        return Answered(proposal, "over")
    _answer(work, proposal, ProposalState.WITHDRAWN)
    work.say_of("proposal_withdrawn", _step(work, proposal))
    return Answered(proposal, "withdrawn")


@needs(Action.ANSWER)
def ask_to_talk(work: Work, proposal_id: int) -> Answered:
    """Who proposed it hears, once, that the other side would like to talk first. It stays open."""
    proposal = _asked_of(work, proposal_id)
    if ending := _is_over(work, proposal):
        return Answered(proposal, ending)
    if proposal.talk_by is None:
        proposal.talk_by = work.actor.user_id
        work.session.add(proposal)
        work.say_of("proposal_talk", _step(work, proposal), **{"for": proposal.by_id})
        work.refresh_proposal(proposal)
        _tell_proposer(work, proposal, "talk")
    return Answered(proposal, "talk")


@needs(Action.ANSWER)
def counter(work: Work, proposal_id: int, new: dates.NewDate) -> Answered:
    """Suggest another day: a proposal of this side's own, to who asked. Raises `Refused` at its field."""
    proposal = _asked_of(work, proposal_id)
    if proposal.kind not in WITH_A_DAY:
        raise Refused("old_button")
    if ending := _is_over(work, proposal):
        return Answered(proposal, ending)
    step = _step(work, proposal)
    dates.must_lie_ahead(work, new.due, Field.DUE)
    due = new.due if step else on_a_working_day(work, new.due)
    if step is None and due <= work.today:
        raise Refused("anchor_past", field=Field.DUE, day=due, today=work.today)
    if due in (proposal.new_day, proposal.old_day):
        raise Refused(
            "counter_same", field=Field.DUE, day=due, today=work.today, is_old=due == proposal.old_day
        )
    along: dict[int, date] = {}
    if step is not None:
        chosen, _ = dates.what_it_takes(work, step, due, new.along)
        along = {
            key: day for key, day in chosen.items() if plans.step_of(work.session, work.plan_id, key, None)
        }
    _answer(work, proposal, ProposalState.COUNTERED)
    why = Why(new.why.code or ReasonCode.OTHER, clean_reason(new.why.words))
    wish = Wish(proposal.kind, step, proposal.old_day, due, along, proposal.move_all, why=why)
    return Answered(ask(work, wish, proposal.by_id, counters=proposal), "countered")


@needs(Action.ANSWER)
def meant(work: Work, number: int | None, side: Side | None) -> Proposal:
    """The open proposal about the step with that number; without one, the only one there is.

    `side` is the side it is asked of, or that asked. Raises `Refused`.
    """
    found = [one for one in agreements.open_proposals(work.session, work.plan_id) if one.for_side is side]
    if number is not None:
        step = plans.step_numbered(work.session, work.plan_id, number, work.actor.side)
        found = [one for one in found if step is not None and one.step_id == step.id]
    if len(found) == 1:
        return found[0]
    if number is not None or not found:
        raise Refused("no_proposal", number=number)
    numbers = [step.number for one in found if (step := _step(work, one)) is not None]
    raise Refused("which_proposal", numbers=numbers, takes_back=side is not work.actor.side)


def _proposal(work: Work, proposal_id: int) -> Proposal:
    proposal = agreements.proposal_of(work.session, work.plan_id, proposal_id)
    if proposal is None:
        raise Refused("old_button")
    return proposal


def _asked_of(work: Work, proposal_id: int) -> Proposal:
    """A proposal that this person's side is asked about. Raises `Refused`."""
    proposal = _proposal(work, proposal_id)
    work.allow(Action.ANSWER, of=proposal.for_side)
    if work.actor.user_id == proposal.by_id:  # on the other side by now
        raise Refused("own_question", company=work.plan.company_of(proposal.for_side))
    return proposal


def _step(work: Work, proposal: Proposal) -> Step | None:
    return work.session.get(Step, proposal.step_id) if proposal.step_id else None


def _is_over(work: Work, proposal: Proposal) -> Ending | None:
    if proposal.state is not ProposalState.OPEN:
        return "over"
    first = work.today + ONE_DAY if proposal.kind is ProposalKind.ANCHOR else work.today
    has_passed = proposal.new_day is not None and proposal.new_day < first
    if has_passed or is_overtaken(proposal, work.plan, _step(work, proposal)):
        work.end_proposal(proposal, ProposalState.OVERTAKEN)
        return "overtaken"
    return None


def _answer(work: Work, proposal: Proposal, state: ProposalState) -> None:
    proposal.answered_by, proposal.answered_at = work.actor.user_id, work.now
    work.end_proposal(proposal, state)
    work.session.flush()  # nothing else finds it open from here on


def _tell_proposer(work: Work, proposal: Proposal, what: Literal["accepted", "talk"]) -> None:
    """One private word to who asked; in the board's thread where Slack refuses it."""
    seen = load_plan_views(work.session, work.plan, None, work.now)
    view = load_proposal(work.session, seen, proposal)
    firms = Companies(work.plan.seller_company, work.plan.buyer_company)

    def words(mention: str = "") -> Message:
        return messages.build_answer(view, firms, what, work.actor.name, mention)

    outbox.put_word(
        work.session,
        work.plan,
        key=f"proposal_{what}:{proposal.id}",
        user_id=proposal.by_id,
        message=words(),
        in_thread=words(proposal.by_id),
        not_before=work.wall,
    )
