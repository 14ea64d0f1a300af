"""The forms that change a plan, filled with what it is now."""

from typing import Any

from blocks import plan_forms
from blocks.view_models import Companies, EditPlanForm, PeopleForm, RoleView
from bot.desk import Desk, Look, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow, country_groups, named
from plan.rights import Action
from plan.roles import Role, roles_of
from storage import plans
from storage.models import Person, Side

View = dict[str, Any]


def edit_plan(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.CHANGE_PLAN)
        plan = look.plan
        seller_lead, buyer_lead = _leads(look)
        return plan_forms.build_edit_plan(
            EditPlanForm(
                metadata=_metadata(look, channel_id),
                country_groups=country_groups(),
                name=plan.name,
                anchor_kind=plan.anchor_kind,
                anchor=plan.anchor_date,
                anchor_reason=plan.anchor_reason,
                firms=Companies(plan.seller_company, plan.buyer_company),
                seller_lead=seller_lead,
                buyer_lead=buyer_lead,
                seller_country=plan.seller_country,
                buyer_country=plan.buyer_country,
                seller_zone=plan.time_zone_of(Side.SELLER),
                buyer_zone=plan.time_zone_of(Side.BUYER),
                is_agreed=plan.agreed_round > 0,
            )
        )


def people(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, page: int = 0) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.NAME_OWNER)
        plan = look.plan
        roles = roles_of(plans.steps_of(look.session, plan_id, look.actor.side), look.actor.side)
        known = plans.people(look.session, [role.holder for role in roles])
        seller_lead, buyer_lead = _leads(look)
        form = PeopleForm(
            metadata=_metadata(look, channel_id),
            plan_id=plan_id,
            firms=Companies(plan.seller_company, plan.buyer_company),
            seller_lead=seller_lead,
            buyer_lead=buyer_lead,
            roles=tuple(_role(role, known.get(role.holder or "")) for role in roles),
        )
        return plan_forms.build_people(form, page)


def _role(role: Role, holder: Person | None) -> RoleView:
    others = sum(seat.person not in (None, role.holder) for seat in role.seats)
    return RoleView(role.key, role.name, role.side, len(role.seats), named(holder), others)


def settings(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.CHANGE_PLAN)
        on = [name for name in plan_forms.SETTINGS if getattr(look.plan, name)]
        return plan_forms.build_settings(_metadata(look, channel_id), look.plan.name, on)


def _leads(look: Look) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The seller's and the buyer's, with their names."""
    leads = look.plan.seller_lead_id, look.plan.buyer_lead_id
    known = plans.people(look.session, leads)
    return named(known.get(leads[0] or "")), named(known.get(leads[1] or ""))


def _metadata(look: Look, channel_id: str | None) -> str:
    return Metadata(look.plan.channel_id, look.plan.id or 0, private=channel_id is None).dump()
