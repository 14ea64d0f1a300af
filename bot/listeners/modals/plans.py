"""Every modal about a whole plan, filled with what it starts from."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from blocks import notices, plan_modals, status
from blocks.ids import Field
from blocks.list_forms import FIT_PREVIEW, fit_preview
from blocks.text import Day
from blocks.view_models import Companies, NewPlanForm, TemplateChoice
from bot.desk import Desk, Visitor
from bot.granted import takes_replies
from bot.listeners.forms import Form
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow, country_groups, named
from bot.listeners.modals.own_lists import as_choice
from bot.use_cases import plans as plan_cases
from bot.use_cases import roster
from bot.use_cases.common import Refused
from plan.calendars import default_time_zone
from plan.countries import country_in_time_zone
from plan.nudging import local_day
from plan.plan_file import list_templates
from plan.rights import Action, may
from plan.when import HORIZON
from storage import drafts, plans, templates
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
        is_guest = person is not None and person.is_guest  # lists are for the team itself
        own = tuple(map(as_choice, () if is_guest else templates.lists_of(session, desk.team_id)))
    if not is_there:
        with desk.database.write() as session:
            roster.ask_for_roster(session, desk.team_id, channel_id, desk.clock.wall())
        desk.bell()
    country = country_in_time_zone(person.time_zone or "" if person else "")
    form = NewPlanForm(
        metadata=Metadata(channel_id).dump(),
        templates=tuple(TemplateChoice(entry.key, entry.title, entry.summary) for entry in list_templates()),
        own=own,
        country_groups=country_groups(),
        seller_country=country,
        buyer_country=country,
        seller_lead=named(person),
        deal_name=name,
    )
    return plan_modals.build_new_plan(_as_typed_before(form, typed, leads) if typed else form)


def with_fit_preview(desk: Desk, visitor: Visitor, view: Mapping[str, Any]) -> View:
    """The open form with how the list and the day in it go together. Its fields stay as they are."""
    if not desk.is_of_the_seller(visitor):
        raise Refused("seller_starts", seller=desk.team_name)
    form = Form(view)
    blocks = [block for block in view["blocks"] if block["block_id"] != FIT_PREVIEW]
    preview = _fit(desk, form)
    if preview is not None:
        ids = [block["block_id"] for block in blocks]
        blocks.insert(1 + ids.index(Field.ANCHOR_DATE), preview)
    drawn = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    return {**{name: view[name] for name in drawn}, "blocks": blocks}


def _fit(desk: Desk, form: Form) -> dict[str, Any] | None:
    """What to say of the list and the day, `None` while one of them is missing, or cannot be."""
    anchor, seller_country = form.day(Field.ANCHOR_DATE), form.choice(Field.SELLER_COUNTRY)
    today = local_day(desk.clock.now(), default_time_zone(seller_country))
    if anchor is None or not today < anchor <= today + HORIZON:
        return None
    new = plan_cases.NewPlan(
        template=form.choice(Field.TEMPLATE),
        name="",
        seller_company="",
        buyer_company="",
        anchor_kind=form.one_of(Field.ANCHOR_KIND, AnchorKind),
        anchor=anchor,
        anchor_reason="",
        seller_country=seller_country,
        buyer_country=form.choice(Field.BUYER_COUNTRY),
    )
    with desk.database.read() as session:
        template, planned = plan_cases.look_ahead(session, desk.team_id, new, today)
    found = plan_cases.too_near(template.steps, planned)
    if found is None and planned.is_late:
        return None  # so late that no day can be named
    honest = Day.seen(found.honest, today) if found else None
    return fit_preview(planned.days_needed, planned.days_there, honest)


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


def add_step(
    desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, *, is_private: bool = False
) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.ADD_STEP)
        phases = list(dict.fromkeys(s.phase for s in plans.steps_of(look.session, plan_id, look.actor.side)))
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return plan_modals.build_add_step(
            metadata.dump(),
            phases,
            firms=Companies(look.plan.seller_company, look.plan.buyer_company),
            viewer=look.actor.side,
            is_private=is_private,
        )


def help_for(
    desk: Desk, visitor: Visitor, plan_id: int | None, channel_id: str | None, has_command: bool
) -> View:
    """What can be done and how; for who takes part in an open plan also the doors to change it all."""
    said = status.build_help(has_command, takes_replies=takes_replies(desk.scopes))
    if plan_id is None:
        return notices.build_help_modal(said)
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        if look.plan.state is PlanState.CLOSED or look.actor.side is None:
            return notices.build_help_modal(said)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        own_firm = look.actor.team_id in (look.plan.team_id, look.sides.seller_firm)
        keeps = own_firm and may(Action.KEEP_LISTS, look.actor.kind) is None
        return notices.build_help_modal(said, plan_id, metadata.dump(), keeps_lists=keeps)


def close_plan(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, reason: str = "") -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.CLOSE_PLAN)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return plan_modals.build_close(metadata.dump(), look.plan.name, reason)
