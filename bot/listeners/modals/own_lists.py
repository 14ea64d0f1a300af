"""The form that keeps a plan as a list of the team's own."""

from typing import Any

from blocks.list_forms import SaveListForm, build_save_list
from blocks.view_models import TemplateChoice
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.use_cases.own_lists import OWN, must_keep_lists
from storage import plans, templates
from storage.agreement import TeamTemplate
from storage.models import StepState

View = dict[str, Any]


def save_list(
    desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, name: str = "", summary: str = ""
) -> View:
    """A plan that was started from an own list comes with that name. Raises `Refused` for the buyer."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        must_keep_lists(look.session, look.plan, look.actor)
        own = templates.lists_of(look.session, look.plan.team_id)
        came_from = next((one for one in own if f"{OWN}{one.id}" == look.plan.template), None)
        if came_from is not None and not name:
            name, summary = came_from.title, came_from.summary
        steps = plans.steps_of(look.session, plan_id, None)
        return build_save_list(
            SaveListForm(
                metadata=Metadata(look.plan.channel_id, plan_id, private=channel_id is None).dump(),
                plan_id=plan_id,
                plan_name=look.plan.name,
                steps=sum(step.state is not StepState.SKIPPED for step in steps),
                name=name,
                summary=summary,
                own=tuple(as_choice(one) for one in own),
            )
        )


def as_choice(row: TeamTemplate) -> TemplateChoice:
    return TemplateChoice(f"{OWN}{row.id}", row.title, row.summary)
