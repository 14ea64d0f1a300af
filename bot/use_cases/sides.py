"""Which side a company is on: what somebody there says, and the seller's yes to it."""

from blocks.sides import build_claim, claim_value
from bot.use_cases.common import Refused, Work, arm_all
from plan.rights import Action, Refusal
from storage import outbox, plans
from storage.models import PlanOrganization, PlanState, Side


def claim_side(work: Work, side: Side | None) -> None:
    """Somebody of a company on neither side says which they are with, `None` for reading along.

    The seller's lead is asked once. While they think, the first answer stands, unless its author corrects it.
    """
    actor, plan = work.actor, work.plan
    if plan.state is PlanState.CLOSED:
        raise Refused("plan_closed", plan=plan.name)
    if actor.side is not None:
        raise Refused("has_a_side", company=plan.company_of(actor.side))
    firms = {"seller": plan.seller_company, "buyer": plan.buyer_company}
    if not actor.team_id:
        raise Refused(Refusal.NOT_ON_THE_PLAN.value, field=None, **firms)
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


def decide_claim(work: Work, team_id: str, side: Side, *, right: bool) -> str:
    """The seller says whether it is so. Answers with the name of who claimed it.

    Raises `Refused` when it was decided already, or when something else is claimed by now.
    """
    work.allow(Action.GIVE_SIDE)
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
