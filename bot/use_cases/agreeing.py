"""Agreeing to the plan: a person of each side says yes to the same terms, and that is the baseline."""

from dataclasses import dataclass
from typing import Literal

from blocks import agreement as messages
from blocks.kit import Message
from blocks.view_models import Companies
from bot.use_cases.common import Refused, Work, needs
from bot.use_cases.slips import note_slip
from plan.agreement import Terms, is_shared, terms_of
from plan.rights import Action
from storage import agreements, outbox, plans
from storage.agreement import BaselineStep, Signature, SlipKind
from storage.models import Side, Step

Ending = Literal["sealed", "signed", "already", "in_force"]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a yes did: `sealed` where both sides have said it to the same, `signed` while one is missing."""

    ending: Ending
    waits_for: Side | None = None


def terms_now(work: Work) -> Terms:
    return terms_of(work.plan, plans.every_step(work.session, work.plan_id))


@needs(Action.AGREE)
def agree(work: Work, digest: str) -> Agreed:
    """Say yes to the plan for the actor's side. `digest` names the terms that they saw.

    Raises `Refused` with "terms_changed" where the plan is another by now. Who said yes for the other side is
    not who says it for this one.
    """
    side = work.actor.side
    assert side is not None  # `allow` refused everybody else
    shared = [step for step in plans.every_step(work.session, work.plan_id) if is_shared(step)]
    if not shared:
        raise Refused("nothing_to_agree")
    terms = terms_of(work.plan, shared)
    if terms.digest != digest:
        raise Refused("terms_changed")
    if is_in_force(work, terms):
        return Agreed("in_force")
    signed = agreements.signatures(work.session, work.plan_id, work.plan.agreed_round + 1)
    other = signed.get(side.other)
    if (own := signed.get(side)) is not None and own.terms == terms.digest:
        return Agreed("already", side.other)
    if other is not None and other.user_id == work.actor.user_id and other.terms == terms.digest:
        raise Refused(
            "signed_for_other", company=work.plan.company_of(side), other=work.plan.company_of(side.other)
        )
    _sign(work, side, terms)
    if other is not None and other.terms == terms.digest:
        _seal(work, shared, other)
        return Agreed("sealed")
    work.say_of("plan_signed", None)
    _ask_the_other_side(work, side.other, terms)
    return Agreed("signed", side.other)


def is_in_force(work: Work, terms: Terms) -> bool:
    """Whether both sides have agreed to exactly this already."""
    if not work.plan.agreed_round:
        return False
    signed = agreements.signatures(work.session, work.plan_id, work.plan.agreed_round)
    return any(one.terms == terms.digest for one in signed.values())


def _sign(work: Work, side: Side, terms: Terms) -> None:
    """A yes to what the plan was before makes room for this one."""
    work.session.merge(
        Signature(
            plan_id=work.plan_id,
            round=work.plan.agreed_round + 1,
            side=side,
            user_id=work.actor.user_id,
            at=work.now,
            terms=terms.digest,
        )
    )
    work.session.flush()


def _seal(work: Work, shared: list[Step], other: Signature) -> None:
    plan = work.plan
    plan.agreed_round += 1
    plan.agreed_at, plan.agreed_anchor = work.now, plan.anchor_date
    for step in shared:
        work.session.add(
            BaselineStep(
                plan_id=work.plan_id,
                round=plan.agreed_round,
                step_id=step.id or 0,
                due_date=step.due_date,
                days=step.days,
            )
        )
    note_slip(
        work,
        SlipKind.AGREED,
        None,
        old=None,
        new=plan.anchor_date,
        lands_before=None,
        agreed_by=other.user_id,
    )
    work.say_of("plan_agreed", None, **{"for": other.user_id, "new": plan.anchor_date.isoformat()})
    _tell_the_thread(work, other)


def _tell_the_thread(work: Work, other: Signature) -> None:
    """Who asked for it in that thread has the answer there already."""
    plan = work.plan
    if plan.board_ts is None or not plan.tells_news or work.said_in == plan.board_ts:
        return
    known = plans.people(work.session, [other.user_id])
    theirs = known[other.user_id].name if other.user_id in known else ""
    is_sellers = work.actor.side is Side.SELLER
    seller, buyer = (work.actor.name, theirs) if is_sellers else (theirs, work.actor.name)
    outbox.put_for(
        work.session,
        plan,
        key=f"agreed:{plan.id}:{plan.agreed_round}",
        kind="reply",
        payload={
            "thread_ts": plan.board_ts,
            "message": messages.build_agreed(seller, buyer, _firms(work), plan.anchor_kind, plan.anchor_date),
        },
        not_before=work.wall,
    )


def _ask_the_other_side(work: Work, side: Side, terms: Terms) -> None:
    """Their lead hears once of each signature; a side without one is told in the board's thread."""
    plan, lead = work.plan, work.plan.lead_of(side)
    assert work.actor.side is not None  # they have signed

    def ask(mention: str = "") -> Message:
        return messages.build_ask(
            work.actor.name, work.actor.side or Side.SELLER, _firms(work), plan.name, work.plan_id, mention
        )

    key = f"agree_ask:{plan.id}:{plan.agreed_round + 1}:{work.actor.side}:{terms.digest}"
    if lead is not None:
        outbox.put_word(
            work.session,
            plan,
            key=key,
            user_id=lead,
            message=ask(),
            in_thread=ask(lead),
            not_before=work.wall,
        )
    elif plan.board_ts is not None:
        payload = {"thread_ts": plan.board_ts, "message": ask()}
        outbox.put_for(work.session, plan, key=key, kind="reply", payload=payload, not_before=work.wall)


def _firms(work: Work) -> Companies:
    return Companies(work.plan.seller_company, work.plan.buyer_company)
