"""Every modal that was sent. An error stands under the field it is about, and nothing typed is lost.

https://docs.slack.dev/surfaces/modals#displaying_errors
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from blocks.ids import View
from blocks.replies import refusal_text
from bot.desk import AlreadyCarriedOut, Desk, Visitor
from bot.listeners.forms import Form
from bot.listeners.metadata import Metadata
from bot.listeners.refusing import asks, refusal_modal
from bot.listeners.sent import (
    agreement,
    calendar,
    handoff,
    manage,
    moves,
    own_lists,
    plans,
    sides,
    steps,
    zones,
)
from bot.listeners.submission import CLOSE_ALL, Handler, Response, Sent
from bot.use_cases.common import Refused

HANDLERS: Mapping[View, Handler] = {
    **steps.HANDLERS,
    **plans.HANDLERS,
    **manage.HANDLERS,
    **moves.HANDLERS,
    **own_lists.HANDLERS,
    **calendar.HANDLERS,
    **agreement.HANDLERS,
    **handoff.HANDLERS,
    **sides.HANDLERS,
    **zones.HANDLERS,
}


class Submissions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(
        self, ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        try:
            response = _carry_out(self._desk.at(context), body["user"], view, client)
        except Refused as refused:
            response = _error_in(view, refused)
        except AlreadyCarriedOut:
            response = CLOSE_ALL
        ack(**response)


def _carry_out(desk: Desk, user: Mapping[str, Any], view: Mapping[str, Any], client: WebClient) -> Response:
    handler = next((known for name, known in HANDLERS.items() if name == view["callback_id"]), None)
    if handler is None:
        raise Refused("old_window")
    sent = Sent(
        desk,
        Visitor(user["id"], user.get("team_id") or "", user.get("name") or user.get("username", "")),
        Form(view),
        Metadata.load(view["private_metadata"]),
        client,
        view,
    )
    return handler(sent)


def _error_in(view: Mapping[str, Any], refused: Refused) -> Response:
    """The error under its field, or under the first one when it is about none. What asks stands on top."""
    if asks(refused):
        return {"response_action": "push", "view": refusal_modal(refused)}
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if not fields:
        return {"response_action": "update", "view": refusal_modal(refused)}
    field = str(refused.field) if refused.field in fields else fields[0]
    return {"response_action": "errors", "errors": {field: refusal_text(refused.code, refused.facts)}}
