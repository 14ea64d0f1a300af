"""Presses about the lists of steps that a team keeps as its own."""

from collections.abc import Mapping

from blocks.ids import Act, Field
from bot.listeners.forms import Form
from bot.listeners.modals.own_lists import save_list
from bot.listeners.press import Handler, Press, number_in
from bot.use_cases import own_lists
from bot.use_cases.common import Refused


def show_form(press: Press) -> None:
    press.show(save_list(press.desk, press.visitor, press.numbers[0], press.channel_id))


def drop(press: Press) -> None:
    """Delete the list that is chosen in the form, which stays open with what was typed."""
    if not press.in_modal:
        raise Refused("old_button")
    plan_id, form = press.numbers[0], Form(press.body["view"])
    chosen = form.choice(Field.OWN_LIST).removeprefix(own_lists.OWN)
    if not chosen:
        raise Refused("list_not_chosen")
    with press.work(plan_id) as work:
        own_lists.drop_list(work, number_in(chosen))
    typed = form.text(Field.NAME), form.text(Field.SUMMARY)
    press.replace(save_list(press.desk, press.visitor, plan_id, press.channel_id, *typed))


HANDLERS: Mapping[Act, Handler] = {
    Act.PLAN_SAVE_LIST: show_form,
    Act.PLAN_DROP_LIST: drop,
}
