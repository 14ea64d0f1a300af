"""The sent form that keeps a plan as a list of the team's own."""

import zlib
from collections.abc import Mapping

from blocks import notices
from blocks.ids import Field, View
from bot.listeners.submission import ChangedMeanwhile, Handler, Response, Sent
from bot.use_cases import own_lists


def save_list(sent: Sent) -> Response:
    """A list of that name is replaced only by who was told of it."""
    title, summary = sent.form.text(Field.NAME), sent.form.text(Field.SUMMARY)
    with sent.work() as work:
        own_lists.must_keep_lists(work.session, work.plan, work.actor)
        known = own_lists.list_called(work, title)
        if known is not None:
            told = f"list:{known.id}:{zlib.crc32(known.body.encode())}"
            if not sent.was_told(work, told):
                raise ChangedMeanwhile("list_exists", told, Field.NAME, title=known.title)
        kept = own_lists.keep_list(work, title, summary)
        seller = work.plan.seller_company
    facts = {
        "title": kept.title,
        "steps": kept.steps,
        "replaced": kept.replaced,
        "names_left_out": kept.names_left_out,
        "seller": seller,
    }
    return {"response_action": "update", "view": notices.build_notice("list_kept", facts)}


HANDLERS: Mapping[View, Handler] = {View.PLAN_SAVE_LIST: save_list}
