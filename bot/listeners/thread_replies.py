"""Plain replies in the thread of a board, "done 4", where whoever installed Tandem granted an optional scope.

Slack delivers `message.channels` only with `channels:history`, and `message.groups` with `groups:history`
(https://docs.slack.dev/reference/events/message.channels, …/message.groups): events are "directly tied to the
OAuth permission scopes awarded as users install your Slack app" (https://docs.slack.dev/apis/events-api).
An optional scope is asked for in `bot` and in `bot_optional`, so that an app may subscribe to the events of a
scope that somebody leaves out (https://docs.slack.dev/authentication/installing-with-oauth#optional-scopes);
then none of these arrive, and nothing else changes.

Of all that arrives only orders in the thread of an open plan's board are looked at twice. What people say to
each other there is never answered, and no word of it is kept or logged.
"""

from typing import Any

from slack_bolt import BoltContext
from slack_sdk import WebClient

from bot.desk import Desk
from bot.listeners.answering import answer_in_thread, spoken_in
from bot.listeners.several import plain_orders_in
from bot.listeners.text import MENTION, seen
from storage import plans

# A reply of a person's that goes to the channel as well, or brings a file, is one all the same:
# https://docs.slack.dev/reference/events/message/thread_broadcast, …/file_share
KINDS = (None, "thread_broadcast", "file_share")


class ThreadReplies:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(
        self, event: dict[str, Any], body: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        if not _is_a_persons_reply(event):
            return
        desk = self._desk.at(context)
        text = seen(event.get("text") or "")
        if desk.bot_user_id in MENTION.findall(text):
            return  # it comes as a mention, too, and is answered as one
        orders = plain_orders_in(text)
        if not orders or not self._is_in_a_boards_thread(desk, event):
            return
        answer_in_thread(spoken_in(desk, event, body, client, orders), orders)

    def _is_in_a_boards_thread(self, desk: Desk, event: dict[str, Any]) -> bool:
        with desk.database.read() as session:
            plan = plans.open_plan_in(session, event["channel"])
            return plan is not None and plan.board_ts == event["thread_ts"]


def _is_a_persons_reply(event: dict[str, Any]) -> bool:
    """Not of an app, not edited or deleted, not a root: https://docs.slack.dev/reference/events/message"""
    if event.get("bot_id") or event.get("edited") or event.get("subtype") not in KINDS:
        return False
    is_reply = bool(event.get("thread_ts")) and event.get("thread_ts") != event.get("ts")
    return is_reply and bool(event.get("user"))
