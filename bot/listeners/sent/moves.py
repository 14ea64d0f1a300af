"""Modals that move a plan to another channel."""

from collections.abc import Mapping

from blocks.channel_changes import build_moved
from blocks.ids import Field, View
from bot.listeners.modals.moves import confirm
from bot.listeners.submission import Handler, Response, Sent
from bot.use_cases import moving_channel


def move_plan(sent: Sent) -> Response:
    """First the channel is chosen, then it is said what that means, then it is done."""
    desk, metadata = sent.desk, sent.metadata
    if not metadata.to:
        chosen = sent.form.choice(Field.CHANNEL)
        view = confirm(desk, sent.visitor, metadata.plan_id, metadata.door, chosen)
        return {"response_action": "update", "view": view}
    with sent.work() as work:
        moving_channel.move_plan(work, metadata.to, desk.bot_user_id)
        name = work.plan.name
    return {"response_action": "update", "view": build_moved(name, metadata.to)}


HANDLERS: Mapping[View, Handler] = {View.PLAN_MOVE: move_plan}
