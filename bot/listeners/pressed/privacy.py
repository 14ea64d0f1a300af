"""Presses about what one side keeps to itself."""

from collections.abc import Mapping

from blocks.ids import Act
from bot.listeners.modals import privacy as privacy_modals
from bot.listeners.press import Handler, Press
from bot.listeners.pressed.steps import changing, show_again
from bot.use_cases import privacy
from bot.use_cases.common import Refused


def show_note(press: Press) -> None:
    if len(press.numbers) != 3:
        raise Refused("old_button")
    plan_id, step_id, note_id = press.numbers
    with press.work(plan_id) as work:
        privacy.show_note(work, step_id, note_id)
    show_again(press, plan_id, step_id)


def show_preview(press: Press) -> None:
    plan_id, *_ = press.numbers
    press.show(privacy_modals.preview(press.desk, press.visitor, plan_id, press.channel_id))


HANDLERS: Mapping[Act, Handler] = {
    Act.STEP_HIDE: changing(privacy.hide_step),
    Act.STEP_SHOW: changing(privacy.show_step),
    Act.NOTE_SHOW: show_note,
    Act.PLAN_PREVIEW: show_preview,
}
