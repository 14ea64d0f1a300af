"""Asking the other side: a change that needs its yes becomes a proposal instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from blocks.ids import Field
from bot.use_cases.common import Refused, Work
from bot.use_cases.typed import clean_reason
from plan.agreement import Need, ReasonCode, is_shared, needs_both_to_drop
from storage import agreements, outbox, plans
from storage.agreement import Proposal, ProposalKind, ProposalState
from storage.models import Plan, Side, Step


@dataclass(frozen=True, slots=True)
class Why:
    """Why something changes: one of `ReasonCode`, "" for none, and words."""

    code: str = ""
    words: str = ""


NO_REASON = Why()


def why_of(work: Work, why: Why, step: Step | None) -> Why:
    """The reason as it is kept. Once both agreed, what both may know of moves for a stated reason only.

    Raises `Refused`.
    """
    words = clean_reason(why.words)
    code = why.code if why.code in set(ReasonCode) else ""
    if work.plan.agreed_round and (step is None or is_shared(step)) and work.agreed_by is None:
        if not code:
            raise Refused("reason_code_missing", field=Field.REASON_CODE)
        if code == ReasonCode.OTHER and not words:
            raise Refused("reason_missing", field=Field.REASON)
    return Why(code, words)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody would like to change. `along`: ids of steps that go along, and their new days."""

    kind: ProposalKind
    step: Step | None
    old: date | None = None
    new: date | None = None
    along: Mapping[int, date] = field(default_factory=dict)
    move_all: bool = False
    joins: bool = True
    why: Why = NO_REASON


def propose(work: Work, wish: Wish) -> Proposal:
    """Ask the other side. A newer wish of the same side takes the place of the older one; nobody is asked the
    same twice.

    Raises `Refused` where the other side has asked about the same and waits for an answer.
    """
    step_id = wish.step.id if wish.step else None
    earlier = agreements.open_proposal_about(work.session, work.plan_id, step_id)
    if earlier is not None and earlier.by_side is not work.actor.side:
        raise Refused("proposal_open", **_words_for(work, earlier, wish.step))
    if earlier is not None and _is_the_same(earlier, wish):
        return earlier
    if earlier is not None:
        work.end_proposal(earlier, ProposalState.OVERTAKEN)
    assert work.actor.side is not None  # `allow` refused everybody else
    asked = who_is_asked(work.session, work.plan, work.sides, wish.step, work.actor.side.other)
    return ask(work, wish, asked)


def _is_the_same(earlier: Proposal, wish: Wish) -> bool:
    return (
        (earlier.kind, earlier.new_day, earlier.move_all) == (wish.kind, wish.new, wish.move_all)
        and earlier.joins == wish.joins
        and earlier.along == _in_json(wish.along)
        and (earlier.reason_code, earlier.reason) == (wish.why.code, wish.why.words)
    )


def _in_json(along: Mapping[int, date]) -> dict[str, str]:
    return {str(step_id): day.isoformat() for step_id, day in along.items()}


def _words_for(work: Work, earlier: Proposal, step: Step | None) -> dict[str, Any]:
    known = plans.people(work.session, [earlier.by_id])
    return {
        "who": known[earlier.by_id].name if earlier.by_id in known else "",
        "company": work.plan.company_of(earlier.by_side),
        "number": step.number if step else None,
        "new": earlier.new_day,
        "today": work.today,
    }


def ask(work: Work, wish: Wish, asked_id: str | None, counters: Proposal | None = None) -> Proposal:
    """Write the proposal down and put the question on its way. `counters` is the one that it answers."""
    assert work.actor.side is not None  # `allow` refused everybody else
    proposal = Proposal(
        plan_id=work.plan_id,
        step_id=wish.step.id if wish.step else None,
        kind=wish.kind,
        old_day=wish.old,
        new_day=wish.new,
        along=_in_json(wish.along),
        move_all=wish.move_all,
        joins=wish.joins,
        reason_code=wish.why.code,
        reason=wish.why.words,
        by_id=work.actor.user_id,
        by_side=work.actor.side,
        asked_id=asked_id,
        at=work.now,
        counters_id=counters.id if counters else None,
    )
    work.session.add(proposal)
    work.session.flush()
    outbox.put_question(work.session, work.plan, proposal.id, asked_id, work.wall)
    work.say_of(
        "proposal_made",
        wish.step,
        reason=wish.why.words,
        what=wish.kind.value,
        code=wish.why.code,
        old=wish.old.isoformat() if wish.old else "",
        new=wish.new.isoformat() if wish.new else "",
    )
    return proposal


def who_is_asked(
    session: Session, plan: Plan, sides: plans.Sides, step: Step | None, side: Side
) -> str | None:
    """Who of that side hears of it in private: who has the step, else who signed for the side, else its
    lead."""
    if step is not None:
        known = plans.people(session, [step.owner_id, step.counterpart_id])
        for user_id in (step.owner_id, step.counterpart_id):
            if user_id and sides.of(known.get(user_id)) is side:
                return user_id
    signed = agreements.signatures(session, plan.id or 0, plan.agreed_round).get(side)
    return signed.user_id if signed else plan.lead_of(side)


def ask_before_dropping(
    work: Work, step: Step, kind: ProposalKind, reason: str, *, joins: bool = True
) -> Proposal | None:
    """The question to the other side, where taking a step off or skipping it needs them; else `None`."""
    if not must_ask_to_drop(work, step):
        return None
    why = Why(ReasonCode.OTHER, clean_reason(reason))
    return propose(work, Wish(kind, step, old=step.due_date, joins=joins, why=why))


def must_ask_to_drop(work: Work, step: Step) -> Need | None:
    if not work.plan.agreed_round or work.agreed_by is not None:
        return None
    return needs_both_to_drop(work.actor.side, step)
