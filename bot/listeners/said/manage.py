"""Words that open the forms that change a plan."""

from collections.abc import Callable
from typing import Any

from blocks.ids import Act
from bot.desk import Desk, Visitor
from bot.listeners.modals import manage
from bot.listeners.spoken import Answer, Spoken, Verb, open_plan_id


def opening(form: Callable[[Desk, Visitor, int, str | None], dict[str, Any]], button: Act) -> Verb:
    def say(spoken: Spoken) -> Answer:
        plan_id = open_plan_id(spoken)
        modal = form(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
        return Answer(modal=modal, button=button, plan_id=plan_id, left=spoken.rest)

    return say


edit_plan = opening(manage.edit_plan, Act.PLAN_EDIT)
