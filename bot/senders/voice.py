"""What every sender speaks with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from sqlmodel import Session

from bot.clock import Clock
from storage import outbox
from storage.database import Database
from storage.models import Plan


@dataclass(frozen=True, slots=True)
class Voice:
    """The client and what a message is drawn from. Its methods raise what the client raises."""

    database: Database
    clock: Clock
    client: WebClient

    def post(self, channel: str, message: Mapping[str, Any], thread_ts: str | None = None) -> SlackResponse:
        """No link in a plan unfolds. https://docs.slack.dev/reference/methods/chat.postMessage"""
        return self.client.chat_postMessage(
            channel=channel, thread_ts=thread_ts, unfurl_links=False, unfurl_media=False, **_says(message)
        )

    def edit(self, channel: str, ts: str, message: Mapping[str, Any]) -> SlackResponse:
        return self.client.chat_update(channel=channel, ts=ts, **_says(message))


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
    return {"text": message["text"], "blocks": message["blocks"]}
