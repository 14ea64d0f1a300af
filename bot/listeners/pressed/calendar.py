"""Presses in the calendars of a plan. What they change shows there, with what it does to the plan."""

from collections.abc import Mapping

from blocks.ids import Act
from bot.listeners.modals import calendar as calendar_modals
from bot.listeners.press import Handler, Press, number_in
from bot.listeners.pressed.manage import opening
from bot.use_cases import calendars
from bot.use_cases.common import Refused
from storage.models import Side


def remove(press: Press) -> None:
    if len(press.numbers) != 2:
        raise Refused("old_button")
    plan_id, closed_id = press.numbers
    with press.work(plan_id) as work:
        landing = calendars.remove_closed_days(work, closed_id)
    _show_again(press, plan_id, landing)


def choose_region(press: Press) -> None:
    parts = press.value.split(":", 2)
    sides = {side.value: side for side in (Side.SELLER, Side.BUYER)}
    if len(parts) != 3 or parts[1] not in sides:
        raise Refused("old_button")
    plan_id = number_in(parts[0])
    with press.work(plan_id) as work:
        landing = calendars.choose_region(work, sides[parts[1]], parts[2])
    _show_again(press, plan_id, landing)


def _show_again(press: Press, plan_id: int, landing: calendars.Landing | None) -> None:
    where = (press.desk, press.visitor, plan_id, press.channel_id)
    press.replace(calendar_modals.calendar(*where, landing))


HANDLERS: Mapping[Act, Handler] = {
    Act.PLAN_CALENDAR: opening(calendar_modals.calendar),
    Act.CLOSED_ADD: opening(calendar_modals.closed_form),
    Act.CLOSED_REMOVE: remove,
    Act.REGION_PICK: choose_region,
}
