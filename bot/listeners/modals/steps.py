"""Every modal about one step, filled with what it starts from."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from blocks import notes, step_forms
from blocks.ids import Act
from blocks.step_details import build_step_details
from blocks.step_edit import build_edit_modal
from blocks.ties import TiesView
from blocks.view_models import Companies, StepView
from bot.desk import Desk, Look, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow, named
from bot.listeners.modals.dates import Typed, build_date_form
from bot.step_notes import load_notes
from bot.ties import load_ties
from bot.use_cases.common import Refused
from bot.views import load_plan_views
from plan.nudging import local_day
from plan.rights import Action
from storage import plans
from storage.models import PlanState, Step

View = dict[str, Any]

# What can be done with a finished step as well: words about it, and taking it off the plan.
ALSO_FINISHED = {Act.STEP_EDIT, Act.STEP_NOTE, Act.STEP_DELETE}
NEEDED: Mapping[Act, Action] = {  # what a form is opened for
    Act.STEP_DATE: Action.MOVE_DATE,
    Act.NUDGE_DATE: Action.MOVE_DATE,
    Act.STEP_OWNER: Action.NAME_OWNER,
    Act.NUDGE_OWNER: Action.NAME_OWNER,
    Act.NUDGE_NOT_ME: Action.NAME_OWNER,
    Act.STEP_BLOCK: Action.WORK,
    Act.NUDGE_BLOCK: Action.WORK,
    Act.STEP_SKIP: Action.DROP_STEP,
    Act.STEP_DELETE: Action.DROP_STEP,
    Act.STEP_EDIT: Action.EDIT_STEP,
    Act.STEP_NOTE: Action.NOTE,
}


def step_details(desk: Desk, visitor: Visitor, plan_id: int, step_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        step = _step(look, step_id)
        side = look.actor.side
        seen = load_plan_views(look.session, look.plan, side, look.now)
        return build_step_details(
            seen.step(step_id),
            look.plan.name,
            _metadata(look, step, channel_id).dump(),
            viewer=side,
            seller_company=look.plan.seller_company,
            buyer_company=look.plan.buyer_company,
            may_act=_may_act(look),
            conversation=load_notes(look.session, look.plan, step_id, side, look.now, notes.MOST_WITH_STEP),
            ties=load_ties(look.session, step, seen.steps, seen.board.today),
            pending=next((one for one in seen.board.proposals if one.step and one.step.id == step_id), None),
        )


def step_notes(
    desk: Desk, visitor: Visitor, plan_id: int, step_id: int, channel_id: str | None, first: int = 0
) -> View:
    """A page of what people wrote about a step, after the newest `first` notes."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        step = _step(look, step_id)
        side = look.actor.side
        view = load_plan_views(look.session, look.plan, side, look.now).step(step_id)
        page = load_notes(look.session, look.plan, step_id, side, look.now, notes.MOST_ON_A_PAGE, first)
        metadata = _metadata(look, step, channel_id).dump()
        return notes.build_notes(view, page, metadata, _firms(look), may_act=_may_act(look))


def _may_act(look: Look) -> bool:
    return look.plan.state is PlanState.OPEN and look.actor.side is not None


def step_form(
    desk: Desk,
    visitor: Visitor,
    plan_id: int,
    step_id: int,
    channel_id: str | None,
    act: Act,
    day: date | None = None,
) -> View:
    """The modal that asks what an act on a step needs: a day, a person, a reason, words.

    `day` is one that somebody has said already: the form shows what it does.
    """
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        step = _step(look, step_id)
        allow(look, NEEDED[act])
        if step.state.is_finished and act not in ALSO_FINISHED:
            raise Refused("step_finished", number=step.number, title=step.title)
        view = load_plan_views(look.session, look.plan, look.actor.side, look.now).step(step_id)
        metadata = _metadata(look, step, channel_id, act).dump()
        if act in (Act.STEP_DATE, Act.NUDGE_DATE):
            typed = Typed(day, offered=_later(view.due, look))
            return build_date_form(look, _metadata(look, step, channel_id, act), typed)
        if act is Act.STEP_DELETE:
            return step_forms.build_delete_modal(view, metadata, _ties(look, step))
        if act in SIMPLE_FORMS:
            return SIMPLE_FORMS[act](view, metadata)
        if act is Act.STEP_EDIT:
            return _edit_form(look, step, view, metadata)
        if act is Act.STEP_NOTE:
            return notes.build_note_form(view, metadata, _firms(look), look.actor.side)
        known = plans.people(look.session, [step.owner_id, step.counterpart_id])
        return step_forms.build_owner_modal(
            view,
            metadata,
            owner=named(known.get(step.owner_id or "")) if act is Act.STEP_OWNER else None,
            counterpart=named(known.get(step.counterpart_id or "")),
            not_mine=act is Act.NUDGE_NOT_ME,
            for_side=act is Act.NUDGE_OWNER,
        )


SIMPLE_FORMS: Mapping[Act, Callable[[StepView, str], View]] = {
    Act.STEP_BLOCK: step_forms.build_block_modal,
    Act.NUDGE_BLOCK: step_forms.build_block_modal,
    Act.STEP_SKIP: step_forms.build_skip_modal,
}


def _edit_form(look: Look, step: Step, view: StepView, metadata: str) -> View:
    seen = plans.steps_of(look.session, step.plan_id, look.actor.side)
    before = [one for one in seen if one.phase == step.phase and one.position < step.position]
    return build_edit_modal(
        view,
        metadata,
        phases=[one.phase for one in seen],
        place=before[-1].number if before else None,
        firms=_firms(look),
        ties=_ties(look, step),
        viewer=look.actor.side,
    )


def _firms(look: Look) -> Companies:
    return Companies(look.plan.seller_company, look.plan.buyer_company)


def _ties(look: Look, step: Step) -> TiesView:
    seen = plans.steps_of(look.session, step.plan_id, look.actor.side)
    return load_ties(look.session, step, seen, local_day(look.now, look.plan.time_zone))


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
