"""What every sender speaks with. Nothing else calls Slack for the outbox."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlmodel import Session

from bot.clock import Clock
from bot.delivery import Arrived
from bot.slack_errors import calling
from storage import outbox
from storage.database import Database
from storage.models import Plan

PAGE = 200  # people at a time
MOST_WORKSPACES = 1000  # at a time


@dataclass(frozen=True, slots=True)
class Voice:
    """The client and what a message is drawn from. Whatever calls Slack raises `CallFailed`."""

    database: Database
    clock: Clock
    client: WebClient

    def post(self, channel: str, message: Mapping[str, Any], thread_ts: str | None = None) -> SlackResponse:
        """Say it. What a sender does after this stands in `after_a_post`, or it would be said again.

        No link in a plan unfolds. https://docs.slack.dev/reference/methods/chat.postMessage
        """
        with calling("chat.postMessage"):
            return self.client.chat_postMessage(
                channel=channel, thread_ts=thread_ts, unfurl_links=False, unfurl_media=False, **_says(message)
            )

    def edit(self, channel: str, ts: str, message: Mapping[str, Any]) -> None:
        with calling("chat.update"):
            self.client.chat_update(channel=channel, ts=ts, **_says(message))

    def pin(self, channel: str, ts: str) -> None:
        with calling("pins.add"):
            self.client.pins_add(channel=channel, timestamp=ts)

    def unpin(self, channel: str, ts: str) -> None:
        with calling("pins.remove"):
            self.client.pins_remove(channel=channel, timestamp=ts)

    def publish(self, user_id: str, view: Mapping[str, Any]) -> None:
        with calling("views.publish"):
            self.client.views_publish(user_id=user_id, view=dict(view))

    def members(self, channel: str) -> list[str]:
        """The ids of everybody in a channel."""
        members: list[str] = []
        cursor = ""
        while True:
            with calling("conversations.members"):
                page = self.client.conversations_members(channel=channel, limit=PAGE, cursor=cursor)
            members += page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return members

    def channel(self, channel: str) -> Mapping[str, Any]:
        """How a channel is. https://docs.slack.dev/reference/methods/conversations.info"""
        with calling("conversations.info"):
            answer = self.client.conversations_info(channel=channel)
        found: Mapping[str, Any] = answer["channel"]
        return found

    def workspaces(self) -> list[str]:
        """The ids of those that a Grid gave its copy of Tandem to.

        https://docs.slack.dev/reference/methods/auth.teams.list
        """
        found: list[str] = []
        cursor = ""
        while True:
            with calling("auth.teams.list"):
                page = self.client.auth_teams_list(limit=MOST_WORKSPACES, cursor=cursor)
            found += [team["id"] for team in page["teams"]]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found

    def look_up(self, user_id: str) -> Mapping[str, Any]:
        with calling("users.info"):
            answer = self.client.users_info(user=user_id)
        user: Mapping[str, Any] = answer["user"]
        return user


@contextmanager
def after_a_post() -> Iterator[None]:
    """Around what is kept of a post that arrived. Raises `Arrived` for whatever goes wrong there."""
    try:
        yield
    except Exception as error:  # whatever it is, Slack has the post: it is not sent again
        raise Arrived(type(error).__name__) from error


def tell_lead(session: Session, plan: Plan, message: Mapping[str, Any], key: str, wall: datetime) -> None:
    """Leave a private word to who leads the plan on the seller's side."""
    outbox.put(
        session,
        key=key,
        kind="post",
        team_id=plan.team_id,
        channel_id=plan.seller_lead_id or plan.created_by,
        payload={"message": dict(message)},
        not_before=wall,
    )


def _says(message: Mapping[str, Any]) -> dict[str, Any]:
    """The fallback is escaped already: Slack looks for no names in it, which an edit would else have it do.

    https://docs.slack.dev/reference/methods/chat.update: `parse` "defaults to `client`, unlike
    chat.postMessage".
    """
    return {"text": message["text"], "blocks": message["blocks"], "parse": "none"}
