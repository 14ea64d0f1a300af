"""Words about the whole plan."""

from collections.abc import Mapping

from blocks import replies, status
from blocks.ids import Act
from blocks.list_forms import NAME_LENGTH
from bot.granted import takes_replies
from bot.listeners.lines import begins_with_a_step, read_step_line
from bot.listeners.modals import own_lists
from bot.listeners.modals import plans as plan_modals
from bot.listeners.spoken import Answer, Message, Spoken, Verb, any_plan_id, glance, open_plan_id, reader
from bot.listeners.text import plain_words
from bot.use_cases import plans as plan_cases
from bot.use_cases.common import Refused, Work
from bot.views import load_plan_views
from storage.models import PlanState


def say_status(spoken: Spoken) -> Answer:
    """Where we are, for everybody who reads the thread. By command `StatusCache` has the answer ready."""
    found = glance(spoken)
    if found is None:
        return Answer(status.build_no_plan())
    with spoken.desk.look(spoken.visitor, found.plan_id, channel_id=spoken.channel_id) as look:
        seen = load_plan_views(look.session, look.plan, reader(spoken, look.actor.side), look.now)
        return Answer(replies.reply_status(seen.board))


def say_help(spoken: Spoken) -> Answer:
    replies_too = takes_replies(spoken.desk.scopes)
    return Answer(status.build_help(spoken.by_command, takes_replies=replies_too))


def start_plan(spoken: Spoken) -> Answer:
    found = glance(spoken)
    if found is not None and found.is_open:
        raise Refused("plan_exists")
    name = _one_line(spoken.rest)
    modal = plan_modals.new_plan(spoken.desk, spoken.visitor, spoken.channel_id, name)
    return Answer(modal=modal, button=Act.PLAN_START, left=_left(spoken))


def close_plan(spoken: Spoken) -> Answer:
    """Words after it are the reason. With a number it means a step, which nobody closes."""
    if begins_with_a_step(spoken.rest):
        raise Refused("no_close_of_a_step", number=read_step_line(spoken.rest).number)
    plan_id = open_plan_id(spoken)
    reason = plain_words(spoken.rest, {})
    modal = plan_modals.close_plan(spoken.desk, spoken.visitor, plan_id, spoken.channel_id, reason)
    return Answer(modal=modal, button=Act.PLAN_CLOSE, plan_id=plan_id, left=_left(spoken))


def save_list(spoken: Spoken) -> Answer:
    """Of a closed plan, too: those that were won are worth keeping."""
    plan_id = any_plan_id(spoken)
    name = _one_line(spoken.rest)[:NAME_LENGTH]
    modal = own_lists.save_list(spoken.desk, spoken.visitor, plan_id, spoken.channel_id, name)
    return Answer(modal=modal, button=Act.PLAN_SAVE_LIST, plan_id=plan_id, left=_left(spoken))


def reopen_plan(spoken: Spoken) -> Answer:
    plan_id = any_plan_id(spoken)

    def act(work: Work) -> Message:
        was_closed = work.plan.state is PlanState.CLOSED
        plan = plan_cases.reopen_plan(work)
        return replies.reply_reopened(plan.name, was_closed)

    return spoken.carry_out(plan_id, act)


def post_board(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)

    def act(work: Work) -> Message:
        plan_cases.post_board_again(work)
        return replies.reply_board_comes()

    return spoken.carry_out(plan_id, act)


def _left(spoken: Spoken) -> str:
    """A form that opens at once holds the words already; a button cannot carry them."""
    return "" if spoken.by_command else spoken.rest


def _one_line(text: str) -> str:
    return " ".join(plain_words(text, {}).split())


VERBS: Mapping[str, Verb] = {
    "": say_status,
    "status": say_status,
    "help": say_help,
    "new": start_plan,
    "board": post_board,
    "reopen": reopen_plan,
    "save-template": save_list,
}
