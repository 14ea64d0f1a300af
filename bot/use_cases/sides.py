"""Which side a company or a person is on: what somebody there says, and the seller's yes to it.

Whoever changes sides sees what their new side keeps to itself, and nothing any more of the old one's.
"""

from dataclasses import dataclass

from sqlmodel import col, select

from blocks.ids import Field
from blocks.sides import build_claim, claim_value
from bot.use_cases.common import Refused, Work, arm_all, needs
from bot.use_cases.departures import changed_sides
from plan.rights import Action
from storage import outbox, plans
from storage.models import (
    Nudge,
    NudgeStep,
    Person,
    PlanOrganization,
    PlanPerson,
    Side,
    Step,
    Visibility,
)


@needs(Action.CLAIM_SIDE)
def claim_side(work: Work, side: Side | None) -> None:
    """Somebody of a company on neither side says which they are with, `None` for reading along.

    The seller's lead is asked once. While they think, the first answer stands, unless its author corrects it.
    """
    actor, plan = work.actor, work.plan
    firms = {"seller": plan.seller_company, "buyer": plan.buyer_company}
    company = _company(work, actor.team_id)
    if company.claimed_side is not None and company.claimed_by != actor.user_id:
        raise Refused("side_is_asked", field=None, claimed=plan.company_of(company.claimed_side), **firms)
    if company.claimed_by is not None and company.claimed_side is side:
        return
    company.claimed_side, company.claimed_by = side, actor.user_id
    work.session.add(company)
    work.record("side_claimed", new=plan.company_of(side) if side else "")
    if side is not None:
        _ask_lead(work, side)


def _company(work: Work, team_id: str) -> PlanOrganization:
    found = work.session.get(PlanOrganization, (work.plan_id, team_id))
    return found or PlanOrganization(plan_id=work.plan_id, team_id=team_id)


def _ask_lead(work: Work, side: Side) -> None:
    plan, actor = work.plan, work.actor
    value = claim_value(work.plan_id, actor.team_id, side)
    message = build_claim(actor.name, plan.company_of(side), plan.name, value)
    outbox.put(
        work.session,
        key=f"claim:{value}",
        kind="post",
        team_id=plan.team_id,
        channel_id=plan.seller_lead_id or plan.created_by,
        plan_id=plan.id,
        payload={"message": dict(message)},
        not_before=work.wall,
    )


@needs(Action.GIVE_SIDE)
def decide_claim(work: Work, team_id: str, side: Side, *, right: bool) -> str:
    """The seller says whether it is so. Answers with the name of who claimed it.

    Raises `Refused` when it was decided already, or when something else is claimed by now.
    """
    company = work.session.get(PlanOrganization, (work.plan_id, team_id))
    if company is None or company.claimed_by is None:
        raise Refused("old_button")
    claimed_by = company.claimed_by
    person = plans.people(work.session, [claimed_by]).get(claimed_by)
    name = person.name if person else claimed_by
    if company.side is not None:
        raise Refused("side_is_given", who=name, company=work.plan.company_of(company.side))
    if company.claimed_side not in (side, None):
        raise Refused("claims_other_side", who=name, company=work.plan.company_of(company.claimed_side))
    was_claimed = company.claimed_side
    company.claimed_side = side if right else None
    company.side = side if right else None
    work.session.add(company)
    if right:  # the halves of gates that wait for somebody of theirs are theirs to hear of now
        work.session.flush()
        work.sides = plans.sides(work.session, work.plan)
        arm_all(work)
    if right or was_claimed is not None:
        given = work.plan.company_of(side) if right else ""
        work.record("side_given", None, new=given, **{"for": claimed_by})
    return name


@dataclass(frozen=True, slots=True)
class SideGiven:
    """`steps` are the open ones they have that a reader of the answer knows of; `whole`: with all of their
    company."""

    who: str
    company: str
    whole: bool
    steps: int
    changed: bool


@needs(Action.CORRECT_SIDE)
def change_side(work: Work, user_id: str, side: Side, *, whole: bool = False) -> SideGiven:
    """Somebody is on this side from now on, or, with `whole`, everybody of their company.

    The seller says so of anybody but their own people, who would see there what the buyer keeps to itself;
    the buyer's lead has people of their own company back. Raises `Refused`.
    """
    plan, person = work.plan, plans.people(work.session, [user_id]).get(user_id)
    if person is None or not plans.is_in_channel(work.session, plan.channel_id, user_id):
        raise Refused("not_in_this_channel", field=Field.PERSON)
    before = work.sides.of(person)
    _must_be_theirs_to_change(work, person, side)
    if before and before is not side and plan.lead_of(before) == user_id:
        raise Refused("leads_a_side", field=Field.PERSON, who=person.name, company=plan.company_of(before))
    if whole and not may_come_whole(work, person):
        raise Refused("only_the_person", field=Field.WHOLE_COMPANY, who=person.name)
    _write_side(work, person, side, whole=whole)
    work.session.flush()
    work.sides = plans.sides(work.session, plan)
    if changed := whole or before is not side:
        work.record(
            "side_given" if whole else "side_changed", None, new=plan.company_of(side), **{"for": user_id}
        )
        arm_all(work)
        _hide_in_reminders(work, user_id)
        changed_sides(work.session, work.plan, user_id, work.now, work.wall)
    known = plans.steps_of(work.session, work.plan_id, work.reader)
    steps = sum(user_id in (one.owner_id, one.counterpart_id) and not one.state.is_finished for one in known)
    return SideGiven(person.name, plan.company_of(side), whole, steps, changed)


def _must_be_theirs_to_change(work: Work, person: Person, side: Side) -> None:
    plan, firm = work.plan, work.sides.firm_of(person)
    own_side = work.sides.organizations.get(firm)
    if work.actor.side is Side.BUYER:
        is_own = own_side is Side.BUYER or plans.is_one_firm(work.session, plan, work.sides)
        if side is not Side.BUYER or not is_own:
            raise Refused("not_your_people", field=Field.PERSON, seller=plan.seller_company)
        return
    is_colleague = firm == work.sides.seller_firm and not person.is_guest
    if is_colleague and side is Side.BUYER and _has_a_buyer(work):
        facts = {"who": person.name, "company": plan.seller_company}
        raise Refused("stays_with_the_seller", field=Field.PERSON, **facts)


def _has_a_buyer(work: Work) -> bool:
    """Whether another company, or a guest, is the buyer: its people keep things to themselves."""
    here = plans.roster(work.session, work.plan.channel_id)
    return Side.BUYER in work.sides.organizations.values() or any(
        person.is_guest and work.sides.of(person) is Side.BUYER for person in here
    )


def may_come_whole(work: Work, person: Person) -> bool:
    """Whether all of somebody's company can be given a side: a third one's, not one of the two firms."""
    firm, lead_id = work.sides.firm_of(person), work.plan.buyer_lead_id
    lead = plans.people(work.session, [lead_id]).get(lead_id or "")
    buyer = work.sides.firm_of(lead) if lead else ""
    return bool(firm) and work.actor.side is Side.SELLER and firm not in (work.sides.seller_firm, buyer)


def _write_side(work: Work, person: Person, side: Side, *, whole: bool) -> None:
    """As the company's where that says the same already, so that nobody is an exception without need."""
    own = work.session.get(PlanPerson, (work.plan_id, person.user_id))
    if whole:
        company = _company(work, work.sides.firm_of(person))
        company.side = company.claimed_side = side
        company.claimed_by = company.claimed_by or person.user_id
        work.session.add(company)
        if own is not None:
            work.session.delete(own)
        return
    if own is not None:
        work.session.delete(own)
        work.session.flush()
    now_on = plans.sides(work.session, work.plan)
    if now_on.of(person) is not side or plans.is_one_firm(work.session, work.plan, now_on):
        work.session.add(PlanPerson(plan_id=work.plan_id, user_id=person.user_id, side=side))


def _hide_in_reminders(work: Work, user_id: str) -> None:
    """What they were reminded of in private, and may not know of any more, goes from those messages."""
    nudges = work.session.exec(
        select(Nudge)
        .join(NudgeStep, col(NudgeStep.nudge_id) == col(Nudge.id))
        .join(Step, col(Step.id) == col(NudgeStep.step_id))
        .where(
            Nudge.user_id == user_id,
            Step.plan_id == work.plan_id,
            Step.visibility != Visibility.BOTH,
            col(Nudge.message_ts).is_not(None),
        )
        .distinct()
        .order_by(col(Nudge.id))
    )
    for nudge in nudges:
        outbox.put(
            work.session,
            key=f"nudge_refresh:{nudge.id}",
            kind="nudge_refresh",
            team_id=work.plan.team_id,
            channel_id=nudge.channel_id,
            payload={"nudge": nudge.id},
            not_before=work.wall,
        )


@needs(Action.WORK)
def say_own_side(work: Work, side: Side) -> None:
    """In a channel of one firm: which side the actor is on in this plan, said once. It counts until another
    firm buys: see `plans.Sides.of`."""
    if work.actor.user_id in work.sides.people or work.actor.leads:
        own = work.actor.side or side
        raise Refused("has_a_side", company=work.plan.company_of(own))
    if not plans.is_one_firm(work.session, work.plan, work.sides):
        raise Refused("old_button")
    work.session.add(PlanPerson(plan_id=work.plan_id, user_id=work.actor.user_id, side=side))
    work.session.flush()
    work.sides = plans.sides(work.session, work.plan)
    work.record("side_claimed", new=work.plan.company_of(side))
    arm_all(work)
