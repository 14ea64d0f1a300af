"""Every modal about a whole plan, filled with what it starts from."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from blocks import notices, plan_modals, status
from blocks.ids import Field
from blocks.view_models import Companies, NewPlanForm, TemplateChoice
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow, country_groups, named
from bot.use_cases import roster
from bot.use_cases.common import Refused
from plan.countries import country_in_time_zone
from plan.plan_file import list_templates
from plan.rights import Action
from storage import drafts, plans
from storage.models import AnchorKind, Person, PlanState

View = dict[str, Any]


def new_plan(desk: Desk, visitor: Visitor, channel_id: str, name: str = "") -> View:
    """The form of `/map new`. Its lists of people are filled from the roster while it is open.

    Raises `Refused` for who is not at the company that installed Tandem.
    """
    if not desk.is_of_the_seller(visitor):
        raise Refused("seller_starts", seller=desk.team_name)
    with desk.database.read() as session:
        person = session.get(Person, visitor.user_id)
        is_there = roster.is_there(session, channel_id, desk.bot_user_id)
        typed = drafts.kept_for(session, visitor.user_id, channel_id)
        leads = plans.people(session, [typed.get(Field.SELLER_LEAD), typed.get(Field.BUYER_LEAD)])
    if not is_there:
        with desk.database.write() as session:
            roster.ask_for_roster(session, desk.team_id, channel_id, desk.clock.wall())
        desk.bell()
    country = country_in_time_zone(person.time_zone or "" if person else "")
    form = NewPlanForm(
        metadata=Metadata(channel_id).dump(),
        templates=tuple(TemplateChoice(entry.key, entry.title, entry.summary) for entry in list_templates()),
        country_groups=country_groups(),
        seller_country=country,
        buyer_country=country,
        seller_lead=named(person),
        deal_name=name,
    )
    return plan_modals.build_new_plan(_as_typed_before(form, typed, leads) if typed else form)


def _as_typed_before(
    form: NewPlanForm, typed: Mapping[str, str], people: Mapping[str, Person]
) -> NewPlanForm:
    """The form with what its writer typed the last time, when the plan could not start."""
    anchor = typed.get(Field.ANCHOR_DATE)
    return replace(
        form,
        template=typed.get(Field.TEMPLATE, ""),
        deal_name=form.deal_name or typed.get(Field.NAME, ""),
        buyer_company=typed.get(Field.BUYER_COMPANY, ""),
        anchor_kind=AnchorKind(typed.get(Field.ANCHOR_KIND, form.anchor_kind)),
        anchor=date.fromisoformat(anchor) if anchor else None,
        anchor_reason=typed.get(Field.ANCHOR_REASON, ""),
        seller_lead=named(people.get(typed.get(Field.SELLER_LEAD, ""))) or form.seller_lead,
        buyer_lead=named(people.get(typed.get(Field.BUYER_LEAD, ""))),
        seller_country=typed.get(Field.SELLER_COUNTRY, form.seller_country),
        buyer_country=typed.get(Field.BUYER_COUNTRY, form.buyer_country),
    )


def add_step(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.CHANGE)
        phases = list(dict.fromkeys(s.phase for s in plans.steps_of(look.session, plan_id, look.actor.side)))
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return plan_modals.build_add_step(
            metadata.dump(), phases, firms=Companies(look.plan.seller_company, look.plan.buyer_company)
        )


def help_for(
    desk: Desk, visitor: Visitor, plan_id: int | None, channel_id: str | None, has_command: bool
) -> View:
    """What can be done and how; for who takes part in an open plan also the doors to change it all."""
    said = status.build_help(has_command)
    if plan_id is None:
        return notices.build_help_modal(said)
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        if look.plan.state is PlanState.CLOSED or look.actor.side is None:
            return notices.build_help_modal(said)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return notices.build_help_modal(said, plan_id, metadata.dump())


def close_plan(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, reason: str = "") -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.MANAGE)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return plan_modals.build_close(metadata.dump(), look.plan.name, reason)
