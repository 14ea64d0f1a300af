"""What stands in the menu of a message, for people of the installing workspace.

https://docs.slack.dev/interactivity/implementing-shortcuts
"""

from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.desk import Desk, Visitor
from bot.listeners.press import Press
from bot.listeners.pressed.track import SHORTCUTS
from bot.listeners.refusing import refusal_modal
from bot.use_cases.common import Refused


class Shortcuts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(self, ack: Ack, body: dict[str, Any], client: WebClient, context: BoltContext) -> None:
        ack()
        desk = self._desk.at(context)
        user, channel = body["user"], (body.get("channel") or {}).get("id", "")
        # Its `user` names no team: the menu is there only for people of the one in `team`.
        visitor = Visitor(user["id"], (body.get("team") or {}).get("id", ""), user.get("name", ""))
        press = Press(
            desk, visitor, client, body, None, "", channel if channel.startswith(("C", "G")) else None
        )
        handler = next((does for name, does in SHORTCUTS.items() if name == body["callback_id"]), None)
        try:
            if handler is None:
                raise Refused("old_button")
            handler(press)
        except Refused as refused:
            press.show(refusal_modal(refused))
