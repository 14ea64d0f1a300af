"""Presses that open the slip ledger, or turn its pages."""

from collections.abc import Mapping

from blocks.ids import Act
from bot.listeners.modals import slips as slip_modals
from bot.listeners.press import Handler, Press
from bot.use_cases.common import Refused


def show_slips(press: Press) -> None:
    press.show(slip_modals.slips_of(press.desk, press.visitor, press.numbers[0], press.channel_id))


def turn_page(press: Press) -> None:
    if len(press.numbers) != 2:
        raise Refused("old_button")
    plan_id, page = press.numbers
    press.replace(slip_modals.slips_of(press.desk, press.visitor, plan_id, press.channel_id, page))


HANDLERS: Mapping[Act, Handler] = {
    Act.PLAN_SLIPS: show_slips,
    Act.PLAN_SLIPS_PAGE: turn_page,
}
