"""Every modal, filled with what it starts from."""

from datetime import date
from typing import Any

from blocks import plan_lists, plan_modals, step_modal
from blocks.ids import Act
from blocks.view_models import Companies, CountryGroup, NewPlanForm, TemplateChoice
from bot.desk import Desk, Look, Visitor
from bot.listeners.metadata import Metadata
from bot.use_cases.common import Refused
from bot.use_cases.roster import ask_for_roster, needs_roster
from bot.views import load_history, load_plan_views
from plan.countries import COUNTRY_GROUPS, country_in_time_zone
from plan.nudging import local_day
from plan.plan_file import list_templates
from plan.rights import Action, may
from storage import plans
from storage.models import Person, PlanState, Step

View = dict[str, Any]

HISTORY_LINES = 60


def new_plan(desk: Desk, visitor: Visitor, channel_id: str) -> View:
    """The form of `/map new`. Its lists of people are filled from the roster while it is open."""
    with desk.database.read() as session:
        person = session.get(Person, visitor.user_id)
        unknown = needs_roster(session, channel_id)
    if unknown:
        with desk.database.write() as session:
            ask_for_roster(session, desk.team_id, channel_id, desk.clock.wall())
        desk.bell()
    country = country_in_time_zone(person.time_zone or "" if person else "")
    return plan_modals.build_new_plan(
        NewPlanForm(
            metadata=Metadata(channel_id).dump(),
            templates=tuple(
                TemplateChoice(entry.key, entry.title, entry.summary) for entry in list_templates()
            ),
            country_groups=tuple(
                CountryGroup(group.label, tuple((c.code, c.name) for c in group.countries))
                for group in COUNTRY_GROUPS
            ),
            seller_country=country,
            buyer_country=country,
            seller_lead=_named(person),
        )
    )


def add_step(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        _allow(look, Action.CHANGE)
        phases = list(dict.fromkeys(s.phase for s in plans.steps_of(look.session, plan_id, look.actor.side)))
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return plan_modals.build_add_step(
            metadata.dump(), phases, firms=Companies(look.plan.seller_company, look.plan.buyer_company)
        )


def all_steps(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, page: int = 0) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        seen = load_plan_views(look.session, look.plan, look.actor.side, look.now)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return plan_lists.build_all_steps(seen.board, page, metadata.dump())


def history(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        changes = load_history(look.session, look.plan, look.actor.side, look.now, HISTORY_LINES)
        return plan_lists.build_history(changes, look.plan.name)


def close_plan(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        _allow(look, Action.MANAGE)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return plan_modals.build_close(metadata.dump(), look.plan.name)


def step_details(desk: Desk, visitor: Visitor, plan_id: int, step_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        step = _step(look, step_id)
        seen = load_plan_views(look.session, look.plan, look.actor.side, look.now)
        may_act = look.plan.state is PlanState.OPEN and look.actor.side is not None
        return step_modal.build_step_details(
            seen.step(step_id),
            look.plan.name,
            _metadata(look, step, channel_id).dump(),
            viewer=look.actor.side,
            seller_company=look.plan.seller_company,
            buyer_company=look.plan.buyer_company,
            may_act=may_act,
        )


def step_form(
    desk: Desk, visitor: Visitor, plan_id: int, step_id: int, channel_id: str | None, act: Act
) -> View:
    """The modal that asks what an act on a step needs: a day, a person, a reason."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        step = _step(look, step_id)
        _allow(look, Action.CHANGE)
        if step.state.is_finished:
            raise Refused("step_finished", number=step.number, title=step.title)
        view = load_plan_views(look.session, look.plan, look.actor.side, look.now).step(step_id)
        metadata = _metadata(look, step, channel_id, act).dump()
        if act in (Act.STEP_DATE, Act.NUDGE_DATE):
            return step_modal.build_date_modal(view, metadata, _later(view.due, look))
        if act in (Act.STEP_BLOCK, Act.NUDGE_BLOCK):
            return step_modal.build_block_modal(view, metadata)
        if act is Act.STEP_SKIP:
            return step_modal.build_skip_modal(view, metadata)
        known = plans.people(look.session, [step.owner_id, step.counterpart_id])
        return step_modal.build_owner_modal(
            view,
            metadata,
            owner=_named(known.get(step.owner_id or "")) if act is Act.STEP_OWNER else None,
            counterpart=_named(known.get(step.counterpart_id or "")),
            not_mine=act is Act.NUDGE_NOT_ME,
            for_side=act is Act.NUDGE_OWNER,
        )


def _allow(look: Look, action: Action) -> None:
    if look.plan.state is PlanState.CLOSED:
        raise Refused("plan_closed", plan=look.plan.name)
    refusal = may(action, look.actor.side)
    if refusal is not None:
        raise Refused(refusal.value, seller=look.plan.seller_company, buyer=look.plan.buyer_company)


def _step(look: Look, step_id: int) -> Step:
    step = plans.step_of(look.session, look.plan.id or 0, step_id, look.actor.side)
    if step is None:
        raise Refused("no_such_step")
    return step


def _metadata(look: Look, step: Step, channel_id: str | None, act: Act | None = None) -> Metadata:
    return Metadata(
        look.plan.channel_id,
        look.plan.id or 0,
        step.id or 0,
        step.version,
        private=channel_id is None,
        not_mine=act is Act.NUDGE_NOT_ME,
        for_side=act is Act.NUDGE_OWNER,
    )


def _later(due: date | None, look: Look) -> date:
    """What a date picker starts on: the due date, or today where that has passed."""
    today = local_day(look.now, look.plan.time_zone)
    return max(due, today) if due else today


def _named(person: Person | None) -> tuple[str, str] | None:
    return (person.user_id, person.name) if person else None
