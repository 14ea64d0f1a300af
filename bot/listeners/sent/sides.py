"""The sent form that changes somebody's side."""

from collections.abc import Mapping

from blocks import notices
from blocks.ids import Field, View
from blocks.sides import changed_text
from bot.listeners.submission import Handler, Response, Sent
from bot.use_cases import sides
from bot.use_cases.common import Refused
from storage.models import Side


def change_side(sent: Sent) -> Response:
    user_id, side = sent.form.choice(Field.PERSON), sent.form.choice(Field.SIDE)
    if not user_id:
        raise Refused("whom_missing", field=Field.PERSON)
    if side not in (Side.SELLER.value, Side.BUYER.value):
        raise Refused("whose_side_missing", field=Field.SIDE)
    with sent.work() as work:
        whole = sent.form.is_ticked(Field.WHOLE_COMPANY)
        given = sides.change_side(work, user_id, Side(side), whole=whole)
    return {"response_action": "update", "view": notices.build_said(changed_text(given))}


HANDLERS: Mapping[View, Handler] = {View.SIDE_CHANGE: change_side}
