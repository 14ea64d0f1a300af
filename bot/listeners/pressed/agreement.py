"""Presses about agreeing: to the plan, to what the other side asks; and days picked in a form."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from blocks import notices
from blocks.ids import Act, View
from bot.listeners.asking import what_it_did
from bot.listeners.forms import Form
from bot.listeners.metadata import Metadata
from bot.listeners.modals.agreement import agree_form, proposal_window
from bot.listeners.modals.dates import Typed, counter_form, date_form, with_anchor_preview
from bot.listeners.modals.steps import step_form
from bot.listeners.press import Handler, Press, number_in
from bot.use_cases import proposals
from bot.use_cases.common import Refused, Work

DATED = re.compile(r"(?P<plan>\d+):(?P<step>\d+):(?P<day>\d{8})", re.ASCII)


def show_agree(press: Press) -> None:
    press.show(agree_form(press.desk, press.visitor, press.numbers[0], press.channel_id))


def show_proposal(press: Press) -> None:
    plan_id, proposal_id = press.step
    press.show(proposal_window(press.desk, press.visitor, plan_id, proposal_id, press.channel_id))


def answering(answer: Callable[[Work, int], proposals.Answered]) -> Handler:
    """A press that answers. In a window it shows there what came of it; a message is edited by itself.

    What was over before is said, wherever it was pressed.
    """

    def handle(press: Press) -> None:
        plan_id, proposal_id = press.step
        with press.work(plan_id) as work:
            answered = answer(work, proposal_id)
            words = what_it_did(work, answered)["text"]
        if answered.ending in ("over", "overtaken") and not press.in_modal:
            press.show(notices.build_said(words))
        elif press.in_modal:
            press.replace(notices.build_said(words))

    return handle


def show_counter(press: Press) -> None:
    plan_id, proposal_id = press.step
    press.show(counter_form(press.desk, press.visitor, plan_id, proposal_id, press.channel_id))


def preview_date(press: Press) -> None:
    """A day was picked in the form that is open: it shows what that does."""
    if not press.in_modal:
        raise Refused("old_button")
    view = press.body["view"]
    metadata = Metadata.load(view["private_metadata"])
    press.replace(date_form(press.desk, press.visitor, metadata, Typed.of(Form(view))))


def preview_anchor(press: Press) -> None:
    if not press.in_form(View.PLAN_EDIT):
        raise Refused("old_button")
    press.replace(with_anchor_preview(press.desk, press.visitor, dict(press.body["view"])))


def ask_with_day(press: Press) -> None:
    """The form with the day that somebody said: the button carries it."""
    found = DATED.fullmatch(press.value)
    if found is None:
        raise Refused("old_button")
    try:
        day = date.fromisoformat(found["day"])
    except ValueError:
        raise Refused("old_button") from None
    plan_id, step_id = number_in(found["plan"]), number_in(found["step"])
    press.show(
        step_form(press.desk, press.visitor, plan_id, step_id, press.channel_id, Act.STEP_DATE, day=day)
    )


HANDLERS: Mapping[Act, Handler] = {
    Act.PLAN_AGREE: show_agree,
    Act.PLAN_ANCHOR_PICK: preview_anchor,
    Act.PROPOSAL_OPEN: show_proposal,
    Act.PROPOSAL_ACCEPT: answering(proposals.accept),
    Act.PROPOSAL_COUNTER: show_counter,
    Act.PROPOSAL_TALK: answering(proposals.ask_to_talk),
    Act.PROPOSAL_WITHDRAW: answering(proposals.withdraw),
    Act.STEP_DATE_TO: ask_with_day,
    Act.STEP_DUE_PICK: preview_date,
}
