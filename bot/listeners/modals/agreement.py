"""The form to agree to the plan, and the window of a proposal."""

from typing import Any

from blocks.agreement import build_agree
from blocks.agreement_views import AgreeForm
from blocks.proposal import build_proposal_modal
from blocks.text import Day
from blocks.view_models import ChangeView, Companies
from bot.agreements import load_agreed, load_proposal, load_signatures
from bot.desk import Desk, Look, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow
from bot.use_cases.common import Refused
from bot.views import load_history, load_plan_views
from plan.agreement import terms_of
from plan.rights import Action
from storage import agreements
from storage.models import PlanState

View = dict[str, Any]


def agree_form(
    desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, *, has_changed: bool = False
) -> View:
    """The plan as both sides see it, with who has said yes. `has_changed`: while the form was open."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.AGREE)
        return build_agree(_agree_form(look, channel_id, has_changed=has_changed))


def _agree_form(look: Look, channel_id: str | None, *, has_changed: bool) -> AgreeForm:
    plan, side = look.plan, look.actor.side
    assert side is not None  # `allow` refused everybody else
    seen = load_plan_views(look.session, plan, None, look.now)
    if not seen.steps:
        raise Refused("nothing_to_agree")
    terms, today = terms_of(plan, seen.steps), seen.board.today
    signatures = load_signatures(look.session, plan, terms.digest, today)
    last = agreements.signatures(look.session, plan.id or 0, plan.agreed_round) if plan.agreed_round else {}
    is_in_force = any(one.terms == terms.digest for one in last.values())
    has_signed = any(one.side is side and one.holds for one in signatures)
    lands = seen.planned.lands
    metadata = Metadata(plan.channel_id, plan.id or 0, private=channel_id is None, terms=terms.digest)
    return AgreeForm(
        metadata=metadata.dump(),
        plan_name=plan.name,
        firms=Companies(plan.seller_company, plan.buyer_company),
        side=side,
        anchor_kind=plan.anchor_kind,
        anchor=Day.seen(plan.anchor_date, today),
        lands=Day.seen(lands, today) if lands else None,
        days_late=seen.planned.days_late,
        steps=tuple(seen.step(step.id) for step in seen.steps),
        signatures=() if is_in_force else signatures,
        agreed=load_agreed(look.session, plan, today),
        may_sign=not (is_in_force or has_signed),
        changed=_last_change(look) if has_changed else None,
    )


def _last_change(look: Look) -> ChangeView | None:
    """The newest change that both sides may know of."""
    history = load_history(look.session, look.plan, None, look.now, 1)
    return history[0] if history else None


def proposal_window(
    desk: Desk, visitor: Visitor, plan_id: int, proposal_id: int, channel_id: str | None
) -> View:
    """A proposal, for everybody in the channel; its answers for who may give them."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        proposal = agreements.proposal_of(look.session, plan_id, proposal_id)
        if proposal is None:
            raise Refused("old_button")
        seen = load_plan_views(look.session, look.plan, None, look.now)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return build_proposal_modal(
            load_proposal(look.session, seen, proposal),
            Companies(look.plan.seller_company, look.plan.buyer_company),
            metadata.dump(),
            look.actor.side,
            may_act=look.plan.state is PlanState.OPEN,
        )
