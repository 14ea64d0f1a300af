"""Every modal about a whole plan, filled with what it starts from."""

from typing import Any

from blocks import notices, plan_modals, status
from blocks.view_models import Companies, NewPlanForm, TemplateChoice
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow, country_groups, named
from bot.use_cases import roster
from bot.use_cases.common import Refused
from plan.countries import country_in_time_zone
from plan.plan_file import list_templates
from plan.rights import Action
from storage import plans
from storage.models import Person, PlanState

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
    if not is_there:
        with desk.database.write() as session:
            roster.ask_for_roster(session, desk.team_id, channel_id, desk.clock.wall())
        desk.bell()
    country = country_in_time_zone(person.time_zone or "" if person else "")
    return plan_modals.build_new_plan(
        NewPlanForm(
            metadata=Metadata(channel_id).dump(),
            templates=tuple(
                TemplateChoice(entry.key, entry.title, entry.summary) for entry in list_templates()
            ),
            country_groups=country_groups(),
            seller_country=country,
            buyer_country=country,
            seller_lead=named(person),
            deal_name=name,
        )
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
