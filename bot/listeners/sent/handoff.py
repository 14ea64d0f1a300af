"""The sent form that hands everything of one person to another."""

from collections.abc import Mapping

from blocks import notices
from blocks.handoff import handed_off_text
from blocks.ids import Field, View
from bot.listeners.submission import Handler, Response, Sent
from bot.use_cases import departures
from bot.use_cases.common import Refused


def hand_off(sent: Sent) -> Response:
    old, new = sent.form.choice(Field.OLD_OWNER), sent.form.choice(Field.OWNER)
    if not old:
        raise Refused("whom_missing", field=Field.OLD_OWNER)
    if not new:
        raise Refused("whom_missing", field=Field.OWNER)
    with sent.work() as work:
        done = departures.hand_off(work, old, new)
    text = handed_off_text(done.old, done.new, done.steps, leads=done.leads, company=done.company)
    return {"response_action": "update", "view": notices.build_said(text)}


HANDLERS: Mapping[View, Handler] = {View.HANDOFF: hand_off}
