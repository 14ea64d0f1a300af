"""Presses about somebody who is gone: all to the one who was proposed, to somebody else, or they are here."""

from collections.abc import Mapping

from blocks import notices
from blocks.handoff import handed_off_text
from blocks.ids import Act
from bot.listeners.modals.handoff import handoff
from bot.listeners.press import Handler, Press, number_in
from bot.use_cases import departures
from bot.use_cases.common import Refused


def open_form(press: Press) -> None:
    """The value may name who hands over, after the plan."""
    plan_id, _, old_id = press.value.partition(":")
    press.show(handoff(press.desk, press.visitor, number_in(plan_id), press.channel_id, old_id))


def choose(press: Press) -> None:
    plan_id, departure_id = _numbers(press)
    where = (press.desk, press.visitor, plan_id, press.channel_id)
    press.show(handoff(*where, departure_id=departure_id))


def hand_all(press: Press) -> None:
    plan_id, departure_id = _numbers(press)
    with press.work(plan_id) as work:
        done = departures.take_over(work, departure_id)
    say(press, handed_off_text(done.old, done.new, done.steps, leads=done.leads, company=done.company))


def stays(press: Press) -> None:
    plan_id, departure_id = _numbers(press)
    with press.work(plan_id) as work:
        name = departures.still_here(work, departure_id)
    view = notices.build_notice("still_here", {"who": name})
    press.replace(view) if press.in_modal else press.show(view)


def say(press: Press, text: str) -> None:
    view = notices.build_said(text)
    press.replace(view) if press.in_modal else press.show(view)


def _numbers(press: Press) -> tuple[int, int]:
    if len(press.numbers) != 2:
        raise Refused("old_button")
    plan_id, departure_id = press.numbers
    return plan_id, departure_id


HANDLERS: Mapping[Act, Handler] = {
    Act.HANDOFF_OPEN: open_form,
    Act.HANDOFF_CHOOSE: choose,
    Act.HANDOFF_ALL: hand_all,
    Act.HANDOFF_STAYS: stays,
}
