"""Words about the whole plan."""

from collections.abc import Mapping

from blocks import replies, status
from blocks.ids import Act
from bot.listeners.modals import plans as plan_modals
from bot.listeners.spoken import Answer, Spoken, Verb, any_plan_id, glance, open_plan_id, reader
from bot.use_cases import plans as plan_cases
from bot.use_cases.common import Refused
from bot.views import load_plan_views
from storage.models import PlanState


def say_status(spoken: Spoken) -> Answer:
    found = glance(spoken)
    if found is None:
        return Answer(status.build_no_plan())
    with spoken.desk.look(spoken.visitor, found.plan_id, channel_id=spoken.channel_id) as look:
        seen = load_plan_views(look.session, look.plan, reader(spoken, look.actor.side), look.now)
        if not spoken.by_command:
            return Answer(replies.reply_status(seen.board))
        return Answer(status.build_status(seen.board, seen.owned_by(spoken.visitor.user_id)))


def say_help(spoken: Spoken) -> Answer:
    return Answer(status.build_help(spoken.by_command))


def start_plan(spoken: Spoken) -> Answer:
    found = glance(spoken)
    if found is not None and found.is_open:
        raise Refused("plan_exists")
    return Answer(
        modal=plan_modals.new_plan(spoken.desk, spoken.visitor, spoken.channel_id), button=Act.PLAN_START
    )


def show_history(spoken: Spoken) -> Answer:
    plan_id = any_plan_id(spoken)
    modal = plan_modals.history(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
    return Answer(modal=modal, button=Act.PLAN_HISTORY, plan_id=plan_id)


def show_steps(spoken: Spoken) -> Answer:
    plan_id = any_plan_id(spoken)
    modal = plan_modals.all_steps(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
    return Answer(modal=modal, button=Act.PLAN_STEPS, plan_id=plan_id)


def close_plan(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    modal = plan_modals.close_plan(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
    return Answer(modal=modal, button=Act.PLAN_CLOSE, plan_id=plan_id)


def reopen_plan(spoken: Spoken) -> Answer:
    plan_id = any_plan_id(spoken)
    with spoken.work(plan_id) as work:
        was_closed = work.plan.state is PlanState.CLOSED
        plan = plan_cases.reopen_plan(work)
        return Answer(replies.reply_reopened(plan.name, was_closed))


def post_board(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    with spoken.work(plan_id) as work:
        plan_cases.post_board_again(work)
        return Answer(replies.reply_board_comes())


VERBS: Mapping[str, Verb] = {
    "": say_status,
    "status": say_status,
    "help": say_help,
    "new": start_plan,
    "steps": show_steps,
    "history": show_history,
    "board": post_board,
    "close": close_plan,
    "reopen": reopen_plan,
}
