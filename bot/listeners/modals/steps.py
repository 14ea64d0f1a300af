"""Every modal about one step, filled with what it starts from."""

from datetime import date
from typing import Any

from blocks import step_forms
from blocks.ids import Act
from blocks.step_details import build_step_details
from bot.desk import Desk, Look, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow, named
from bot.use_cases.common import Refused
from bot.views import load_plan_views
from plan.nudging import local_day
from plan.rights import Action
from storage import plans
from storage.models import PlanState, Step

View = dict[str, Any]


def step_details(desk: Desk, visitor: Visitor, plan_id: int, step_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        step = _step(look, step_id)
        seen = load_plan_views(look.session, look.plan, look.actor.side, look.now)
        may_act = look.plan.state is PlanState.OPEN and look.actor.side is not None
        return build_step_details(
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
        allow(look, Action.CHANGE)
        if step.state.is_finished:
            raise Refused("step_finished", number=step.number, title=step.title)
        view = load_plan_views(look.session, look.plan, look.actor.side, look.now).step(step_id)
        metadata = _metadata(look, step, channel_id, act).dump()
        if act in (Act.STEP_DATE, Act.NUDGE_DATE):
            return step_forms.build_date_modal(view, metadata, _later(view.due, look))
        if act in (Act.STEP_BLOCK, Act.NUDGE_BLOCK):
            return step_forms.build_block_modal(view, metadata)
        if act is Act.STEP_SKIP:
            return step_forms.build_skip_modal(view, metadata)
        known = plans.people(look.session, [step.owner_id, step.counterpart_id])
        return step_forms.build_owner_modal(
            view,
            metadata,
            owner=named(known.get(step.owner_id or "")) if act is Act.STEP_OWNER else None,
            counterpart=named(known.get(step.counterpart_id or "")),
            not_mine=act is Act.NUDGE_NOT_ME,
            for_side=act is Act.NUDGE_OWNER,
        )


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
