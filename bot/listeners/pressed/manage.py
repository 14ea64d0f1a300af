"""Presses that open the forms that change a plan."""

from collections.abc import Callable, Mapping
from typing import Any

from blocks.ids import Act
from bot.desk import Desk, Visitor
from bot.listeners.modals import manage
from bot.listeners.press import Handler, Press
from bot.use_cases.common import Refused


def opening(form: Callable[[Desk, Visitor, int, str | None], dict[str, Any]]) -> Handler:
    def handle(press: Press) -> None:
        press.show(form(press.desk, press.visitor, press.numbers[0], press.channel_id))

    return handle


def turn_page(press: Press) -> None:
    if len(press.numbers) != 2:
        raise Refused("old_button")
    plan_id, page = press.numbers
    press.replace(manage.people(press.desk, press.visitor, plan_id, press.channel_id, page))


HANDLERS: Mapping[Act, Handler] = {
    Act.PLAN_EDIT: opening(manage.edit_plan),
    Act.PLAN_PEOPLE: opening(manage.people),
    Act.PLAN_PEOPLE_PAGE: turn_page,
    Act.PLAN_SETTINGS: opening(manage.settings),
}
