"""`/map …`, for people of the installing workspace. Answers privately, in the acknowledgement itself.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import json
from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from blocks import replies
from bot.desk import AlreadyCarriedOut, Desk, Visitor
from bot.listeners.names import as_typed
from bot.listeners.spoken import Answer, Message, Spoken
from bot.listeners.text import seen
from bot.listeners.verbs import answer, explain
from bot.status_cache import StatusCache
from bot.use_cases.common import Refused
from storage import plans

JSON: dict[str, str | Sequence[str]] = {"content-type": ["application/json;charset=utf-8"]}


class Commands:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._statuses = StatusCache(desk)

    def handle(
        self, ack: Ack, command: dict[str, Any], client: WebClient, context: BoltContext
    ) -> BoltResponse | None:
        visitor = Visitor(command["user_id"], command["team_id"], command.get("user_name", ""))
        text = seen(command.get("text", "")).strip()
        if text.lower() in ("", "status"):
            ready = self._statuses.body(visitor, command["channel_id"], in_full=text != "")
            if ready is not None:
                return BoltResponse(status=200, body=ready, headers=JSON)
        spoken = Spoken(
            self._desk.at(context),
            visitor,
            command["channel_id"],
            text,
            f"command:{command['trigger_id']}",
            by_command=True,
        )
        return BoltResponse(status=200, body=self._answer(spoken, text, command, client), headers=JSON)

    def _answer(self, spoken: Spoken, text: str, command: dict[str, Any], client: WebClient) -> str:
        try:
            if not spoken.channel_id.startswith(("C", "G")) and text.lower() != "help":
                return private(self._elsewhere(spoken, text))
            given = answer(spoken, text)
        except Refused as refused:
            return private(explain(refused, spoken, text))
        except AlreadyCarriedOut:
            return ""
        if given.modal is not None:
            return self._open(given, spoken, text, command, client)
        return private(given.message or {})

    def _elsewhere(self, spoken: Spoken, text: str) -> Message:
        """A command in a direct message: where it works, and which of those channels have a plan."""
        with self._desk.database.read() as session:
            channel_ids = plans.channels_with_plans(session, spoken.visitor.user_id)
        return replies.with_channels(explain(Refused("not_here"), spoken, text), channel_ids)

    def _open(
        self, given: Answer, spoken: Spoken, text: str, command: dict[str, Any], client: WebClient
    ) -> str:
        try:
            client.views_open(trigger_id=command["trigger_id"], view=dict(given.modal or {}))
        except SlackApiError as error:
            if error.response.get("error") not in ("expired_trigger_id", "exchanged_trigger_id"):
                raise
            return private(explain(Refused("too_slow"), spoken, text))
        if given.left:
            return private(replies.reply_left_over(as_typed(self._desk, given.left)))
        return ""


def private(message: Any) -> str:
    """The body of an acknowledgement that only the person who typed sees."""
    return json.dumps({"response_type": "ephemeral", **message})
