"""The sent form that closes days of a side."""

from collections.abc import Mapping

from blocks.ids import Field, View
from bot.listeners.below import redraw
from bot.listeners.modals import calendar as calendar_modals
from bot.listeners.submission import CLOSE_ALL, CLOSE_THIS, Handler, Response, Sent
from bot.use_cases import calendars
from storage.models import Side


def add_closed_days(sent: Sent) -> Response:
    """Back in the calendars, where it shows with what it does to the plan."""
    form, metadata = sent.form, sent.metadata
    with sent.work() as work:
        side = form.one_of(Field.SIDE, Side)
        days = form.day(Field.FIRST), form.day(Field.LAST)
        landing = calendars.add_closed_days(work, side, *days, form.text(Field.WHY))
    below = sent.view.get("previous_view_id")
    if not below:
        return CLOSE_ALL
    where = (sent.desk, sent.visitor, metadata.plan_id, metadata.door)
    is_true = redraw(sent.client, below, calendar_modals.calendar(*where, landing))
    return CLOSE_THIS if is_true else CLOSE_ALL


HANDLERS: Mapping[View, Handler] = {View.PLAN_CLOSED: add_closed_days}
