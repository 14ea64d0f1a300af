"""The slip ledger in a modal, for who asks."""

from typing import Any

from blocks import slips
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.slip_views import load_slips

View = dict[str, Any]


def slips_of(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, page: int = 0) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        side = look.actor.side
        view = load_slips(look.session, look.plan, side, look.now, may_agree=side is not None)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return slips.build_slips(view, metadata.dump(), page)
