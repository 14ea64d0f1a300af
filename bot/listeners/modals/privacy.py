"""The plan as the other side sees it, to be read."""

from dataclasses import replace
from typing import Any

from blocks.privacy import build_preview
from bot.desk import Desk, Visitor
from bot.granted import takes_replies_at
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow
from bot.views import load_plan_views
from plan.rights import Action

View = dict[str, Any]


def preview(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    """What both sides may know, and nothing that the other one keeps to itself. Raises `Refused`."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.PREVIEW)
        assert look.actor.side is not None  # the table of rights refused everybody else
        seen = load_plan_views(look.session, look.plan, None, look.now, with_way=True)
        board = replace(seen.board, takes_replies=takes_replies_at(look.session, look.plan.team_id))
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return build_preview(board, look.actor.side, metadata.dump())
