"""Presses that are about one step: on the board, in the step's own modal, in a nudge."""

from collections.abc import Callable, Mapping
from functools import partial

from blocks.ids import Act, View
from blocks.nudge import SNOOZES
from bot.listeners.modals import lists as list_modals
from bot.listeners.modals import steps as step_modals
from bot.listeners.press import Handler, Press
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.use_cases.order import shift_step


def complete(press: Press) -> None:
    plan_id, step_id = press.step
    with press.work(plan_id) as work:
        done = step_cases.complete_step(work, step_id)
    if done.ending == "already" and done.waits_for is not None:
        company = work.plan.company_of(done.waits_for)
        raise Refused("your_half_is_done", company=company, number=done.step.number)
    is_news = done.ending == "already" and done.step.finished_by != press.visitor.user_id
    if is_news and not press.in_modal:
        raise Refused("step_finished", number=done.step.number, title=done.step.title)
    show_again(press, plan_id, step_id)


def changing(act: Callable[[Work, int], object]) -> Handler:
    """A press that changes a step and needs nothing more to be said."""

    def handle(press: Press) -> None:
        plan_id, step_id = press.step
        with press.work(plan_id) as work:
            act(work, step_id)
        show_again(press, plan_id, step_id)

    return handle


def show_again(press: Press, plan_id: int, step_id: int) -> None:
    """A press inside a modal shows there what it did: in the list of one's steps, or in the step's own."""
    if not press.in_modal:
        return
    desk, visitor, channel_id = press.desk, press.visitor, press.channel_id
    if press.body["view"]["callback_id"] == View.PLAN_MINE:
        press.replace(list_modals.my_steps_of(desk, visitor, plan_id, channel_id))
    else:
        press.replace(step_modals.step_details(desk, visitor, plan_id, step_id, channel_id))
        press.redraw_list_below()


def ask_for_step(press: Press) -> None:
    plan_id, step_id = press.step
    assert press.act is not None  # it led here
    press.show(
        step_modals.step_form(press.desk, press.visitor, plan_id, step_id, press.channel_id, press.act)
    )


def open_step(press: Press) -> None:
    plan_id, step_id = press.step
    press.show(step_modals.step_details(press.desk, press.visitor, plan_id, step_id, press.channel_id))


def show_notes(press: Press) -> None:
    plan_id, step_id = press.step
    press.show(step_modals.step_notes(press.desk, press.visitor, plan_id, step_id, press.channel_id))


def turn_notes(press: Press) -> None:
    if len(press.numbers) != 3:
        raise Refused("old_button")
    plan_id, step_id, first = press.numbers
    press.replace(
        step_modals.step_notes(press.desk, press.visitor, plan_id, step_id, press.channel_id, first)
    )


def snooze(press: Press) -> None:
    if len(press.numbers) != 3:
        raise Refused("old_button")
    plan_id, step_id, working_days = press.numbers
    if working_days not in SNOOZES:
        raise Refused("old_button")
    with press.work(plan_id) as work:
        step_cases.snooze_step(work, step_id, working_days)


HANDLERS: Mapping[Act, Handler] = {
    Act.STEP_DONE: complete,
    Act.STEP_REOPEN: changing(step_cases.reopen_step),
    Act.STEP_DATE: ask_for_step,
    Act.STEP_OWNER: ask_for_step,
    Act.STEP_BLOCK: ask_for_step,
    Act.STEP_UNBLOCK: changing(step_cases.unblock_step),
    Act.STEP_SKIP: ask_for_step,
    Act.STEP_START: changing(step_cases.start_step),
    Act.STEP_EDIT: ask_for_step,
    Act.STEP_NOTE: ask_for_step,
    Act.STEP_NOTES: show_notes,
    Act.STEP_NOTES_TURN: turn_notes,
    Act.STEP_DELETE: ask_for_step,
    Act.STEP_UP: changing(partial(shift_step, direction="up")),
    Act.STEP_DOWN: changing(partial(shift_step, direction="down")),
    Act.STEP_OPEN: open_step,
    Act.NUDGE_DONE: complete,
    Act.NUDGE_DATE: ask_for_step,
    Act.NUDGE_BLOCK: ask_for_step,
    Act.NUDGE_NOT_ME: ask_for_step,
    Act.NUDGE_OWNER: ask_for_step,
    Act.NUDGE_SNOOZE: snooze,
}
