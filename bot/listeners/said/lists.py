"""Words that ask for a list: my steps, all steps, the history."""

import re
from collections.abc import Mapping

from blocks import keeping, my_steps, plan_lists
from blocks.ids import Act
from bot.listeners.modals import lists as list_modals
from bot.listeners.spoken import Answer, Spoken, Verb, any_plan_id, reader
from bot.listeners.text import Escaped
from bot.use_cases.common import Refused
from bot.views import load_history, load_plan_views

IN_A_THREAD = 10  # changes; more than that are read in a modal


def show_mine(spoken: Spoken) -> Answer:
    """The open steps of who asks; in a thread those that both sides may know of."""
    plan_id = any_plan_id(spoken)
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        seen = load_plan_views(look.session, look.plan, reader(spoken, look.actor.side), look.now)
        mine = seen.to_do(spoken.visitor.user_id)
        name = "" if spoken.by_command else look.actor.name
        return Answer(my_steps.reply_my_steps(seen.board, mine, name, look.actor.side))


def show_history(spoken: Spoken) -> Answer:
    """`history`, or `history 20`."""
    plan_id = any_plan_id(spoken)
    count = _count(spoken.rest)
    if spoken.by_command or count is None:
        lines = count or list_modals.HISTORY_LINES
        modal = list_modals.history(spoken.desk, spoken.visitor, plan_id, spoken.channel_id, lines)
        return Answer(modal=modal, button=Act.PLAN_HISTORY, plan_id=plan_id)
    if count > IN_A_THREAD:
        return Answer(plan_lists.reply_history_door(plan_id, count))
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        changes = load_history(look.session, look.plan, None, look.now, count)
        return Answer(plan_lists.reply_history(changes, look.plan.name))


def show_what_keeps_the_date(spoken: Spoken) -> Answer:
    """By command for who asks; in a thread as both sides may know it."""
    plan_id = any_plan_id(spoken)
    if spoken.by_command:
        modal = list_modals.what_keeps_the_date(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
        return Answer(modal=modal, button=Act.PLAN_KEEP, plan_id=plan_id)
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        seen = load_plan_views(look.session, look.plan, None, look.now, with_way=True)
        return Answer(keeping.reply_keeping(seen.board))


def _count(text: str) -> int | None:
    """How many changes are asked for, `None` where nothing is said. Raises `Refused` for anything else."""
    if not text:
        return None
    count = int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0
    if not 1 <= count <= list_modals.MOST_HISTORY_LINES:
        raise Refused("history_count", text=Escaped(text), most=list_modals.MOST_HISTORY_LINES)
    return count


VERBS: Mapping[str, Verb] = {
    "mine": show_mine,
    "history": show_history,
    "keep": show_what_keeps_the_date,
}
