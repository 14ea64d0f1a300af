"""The button with which somebody says where they are."""

from collections.abc import Mapping

from blocks.ids import Act
from bot.listeners.modals.zones import time_zone
from bot.listeners.press import Handler, Press


def open_form(press: Press) -> None:
    press.show(time_zone(press.desk, press.visitor, press.numbers[0], press.channel_id))


HANDLERS: Mapping[Act, Handler] = {Act.ZONE_OPEN: open_form}
