"""The form that changes somebody's side."""

from typing import Any

from blocks.sides import build_side_form
from blocks.view_models import Companies
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow
from plan.rights import Action
from storage.models import Side

View = dict[str, Any]


def change_side(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.CORRECT_SIDE)
        firms = Companies(look.plan.seller_company, look.plan.buyer_company)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None).dump()
        return build_side_form(metadata, firms, None, for_seller=look.actor.side is Side.SELLER)
