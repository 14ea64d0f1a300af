"""The form in which somebody says where they are."""

from typing import Any

from blocks.zones import build_zone_form
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.use_cases.common import time_zone_of
from storage import plans
from storage.models import Side

View = dict[str, Any]


def time_zone(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        known = plans.people(look.session, [visitor.user_id])
        zone = time_zone_of(known, visitor.user_id, look.plan, look.actor.side or Side.BUYER)
        metadata = Metadata(look.plan.channel_id, plan_id, private=channel_id is None)
        return build_zone_form(metadata.dump(), zone)
