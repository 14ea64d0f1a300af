"""The long lists of a plan in modals: my steps, all steps, the history."""

from collections.abc import Sequence
from typing import Any

from blocks import keeping, my_steps, plan_lists
from blocks.view_models import StepChoices, StepView
from bot.departure_views import waiting_for
from bot.desk import Desk, Look, Visitor
from bot.listeners.metadata import Metadata
from bot.views import PlanViews, load_history, load_plan_views
from plan.step_filter import EVERYTHING, StepFilter
from storage import plans

View = dict[str, Any]

HISTORY_LINES = 60
MOST_HISTORY_LINES = 200


def my_steps_of(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        seen = load_plan_views(look.session, look.plan, look.actor.side, look.now)
        mine = seen.to_do(visitor.user_id)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        gone = waiting_for(look.session, look.plan, look.actor.side, visitor.user_id, look.now)
        return my_steps.build_my_steps(seen.board, mine, look.actor.side, metadata.dump(), gone)


def all_steps(
    desk: Desk,
    visitor: Visitor,
    plan_id: int,
    channel_id: str | None,
    page: int = 0,
    chosen: StepFilter = EVERYTHING,
) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        seen = load_plan_views(look.session, look.plan, look.actor.side, look.now)
        private = channel_id is None
        metadata = Metadata(
            look.plan.channel_id, plan_id, private=private, page=page, filters=chosen.as_dict()
        )
        shown = _that_fit(seen, chosen)
        return plan_lists.build_all_steps(
            seen.board, shown, page, metadata.dump(), _choices(look, seen, chosen), look.actor.side
        )


def _that_fit(seen: PlanViews, chosen: StepFilter) -> Sequence[StepView]:
    views = [(step, seen.step(step.id)) for step in seen.steps]
    return [view for step, view in views if chosen.fits(step, is_waiting=view.is_waiting)]


def _choices(look: Look, seen: PlanViews, chosen: StepFilter) -> StepChoices:
    """The people and the phases that the plan has, the people by name."""
    ids = {user_id for step in seen.steps for user_id in (step.owner_id, step.counterpart_id) if user_id}
    known = plans.people(look.session, ids)
    owners = sorted(((p.user_id, p.name) for p in known.values()), key=lambda owner: owner[1].casefold())
    return StepChoices(tuple(owners), tuple(dict.fromkeys(step.phase for step in seen.steps)), chosen)


def what_keeps_the_date(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        seen = load_plan_views(look.session, look.plan, look.actor.side, look.now, with_way=True)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return keeping.build_keeping(seen.board, metadata.dump())


def history(
    desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, lines: int = HISTORY_LINES
) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        most = min(max(lines, 1), MOST_HISTORY_LINES)
        changes = load_history(look.session, look.plan, look.actor.side, look.now, most)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return plan_lists.build_history(changes, look.plan.name, plan_id, metadata.dump())
