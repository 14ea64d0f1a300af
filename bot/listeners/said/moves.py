"""The word that moves the whole plan to another channel: "move #acme-rollout"."""

import re
from collections.abc import Mapping

from blocks.ids import Act
from bot.listeners.modals.moves import confirm
from bot.listeners.spoken import Answer, Spoken, Verb, open_plan_id
from bot.use_cases.common import Refused

CHANNEL = re.compile(r"<#([CG][A-Z0-9]{2,19})(?:\|[^>]*)?>")  # as Slack hands over a channel that was chosen


def move_plan(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    found = CHANNEL.findall(spoken.rest)
    if len(found) != 1:
        raise Refused("move_where")
    [new] = found
    modal = confirm(spoken.desk, spoken.visitor, plan_id, spoken.channel_id, new)
    return Answer(modal=modal, button=Act.PLAN_MOVE, plan_id=plan_id, value=f"{plan_id}:{new}")


VERBS: Mapping[str, Verb] = {"move-plan": move_plan}
