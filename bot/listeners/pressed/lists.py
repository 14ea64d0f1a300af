"""Presses that open, narrow down or turn the pages of a list."""

from collections.abc import Mapping

from blocks.ids import Act
from bot.listeners.metadata import Metadata
from bot.listeners.modals import lists as list_modals
from bot.listeners.press import Handler, Press
from bot.use_cases.common import Refused
from plan.step_filter import ANY, EQUALS, StepFilter

PARTS: Mapping[Act, str] = {
    Act.PLAN_FILTER_SIDE: "side",
    Act.PLAN_FILTER_OWNER: "owner",
    Act.PLAN_FILTER_PHASE: "phase",
    Act.PLAN_FILTER_STATE: "state",
}


def show_mine(press: Press) -> None:
    press.show(list_modals.my_steps_of(press.desk, press.visitor, press.numbers[0], press.channel_id))


def show_steps(press: Press) -> None:
    press.show(list_modals.all_steps(press.desk, press.visitor, press.numbers[0], press.channel_id))


def show_what_keeps_the_date(press: Press) -> None:
    plan_id, *_ = press.numbers
    press.show(list_modals.what_keeps_the_date(press.desk, press.visitor, plan_id, press.channel_id))


def turn_page(press: Press) -> None:
    if len(press.numbers) != 2:
        raise Refused("old_button")
    plan_id, page = press.numbers
    _show_again(press, plan_id, _filters(press), page)


def choose(press: Press) -> None:
    """A menu above the list was set."""
    if press.act is None or not press.value.startswith((ANY, EQUALS)):
        raise Refused("old_button")
    parts = {**_filters(press), PARTS[press.act]: "" if press.value == ANY else press.value}
    _show_again(press, _metadata(press).plan_id, parts)


def clear(press: Press) -> None:
    _show_again(press, _metadata(press).plan_id, {})


def _show_again(press: Press, plan_id: int, filters: Mapping[str, str], page: int = 0) -> None:
    chosen = StepFilter(**filters)
    press.replace(list_modals.all_steps(press.desk, press.visitor, plan_id, press.channel_id, page, chosen))


def _filters(press: Press) -> Mapping[str, str]:
    """What the list that somebody looks at is narrowed down to."""
    return {name: part for name, part in _metadata(press).filters.items() if name in PARTS.values()}


def _metadata(press: Press) -> Metadata:
    if not press.in_modal:
        raise Refused("old_button")
    return Metadata.load(press.body["view"]["private_metadata"])


def show_history(press: Press) -> None:
    """The value may say how many changes are wanted, after the plan."""
    plan_id, lines = (*press.numbers, list_modals.HISTORY_LINES)[:2]
    press.show(list_modals.history(press.desk, press.visitor, plan_id, press.channel_id, lines))


HANDLERS: Mapping[Act, Handler] = {
    Act.PLAN_MINE: show_mine,
    Act.PLAN_STEPS: show_steps,
    Act.PLAN_STEPS_PAGE: turn_page,
    Act.PLAN_STEPS_CLEAR: clear,
    **dict.fromkeys(PARTS, choose),
    Act.PLAN_HISTORY: show_history,
    Act.PLAN_KEEP: show_what_keeps_the_date,
}
