"""Presses that move a plan to another channel."""

from collections.abc import Mapping

from blocks.ids import Act
from bot.listeners.modals import moves
from bot.listeners.press import Handler, Press, number_in


def show_move(press: Press) -> None:
    """Where to; or what it means, where that is known. The value: the plan's id, perhaps `:<channel>`."""
    plan_id, _, new = press.value.partition(":")
    where = (press.desk, press.visitor, number_in(plan_id), press.channel_id)
    press.show(moves.confirm(*where, new) if new else moves.choose(*where, press.client))


HANDLERS: Mapping[Act, Handler] = {Act.PLAN_MOVE: show_move}
