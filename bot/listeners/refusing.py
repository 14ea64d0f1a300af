"""A no as a modal. One that asks which side somebody is on carries what its buttons need."""

from typing import Any

from blocks import notices, sides
from bot.listeners.metadata import Metadata
from bot.use_cases.common import Refused


def asks(refused: Refused) -> bool:
    return refused.code in sides.ASKING


def refusal_modal(refused: Refused, again: str = "") -> dict[str, Any]:
    """`again` is the press that was refused: it goes on once its question is answered."""
    metadata = ""
    if asks(refused):
        metadata = Metadata(refused.facts["channel_id"], refused.facts["plan_id"]).dump()
    return notices.build_notice(refused.code, {**refused.facts, "again": again}, metadata)
