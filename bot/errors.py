"""The last resort: something broke that nobody foresaw.

The person hears it where they are, with an id that the operator finds in the log.
"""

import json
import secrets
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from blocks import notices, replies
from blocks.replies import refusal_text
from bot.listeners.press import surface

log = structlog.get_logger()


def handle_error(error: Exception, body: dict[str, Any], client: WebClient) -> BoltResponse:
    """Answer a request that broke. Slack always gets a 200: a repetition would break in the same way."""
    error_id = secrets.token_hex(4)
    log.error("broke", error_id=error_id, kind=_kind(body), exc_info=error)
    facts = {"id": error_id}
    event = body.get("event") or {}
    if "command" in body:
        return _json({"response_type": "ephemeral", **replies.reply_refused("broke", facts)})
    if body.get("type") == "view_submission":
        fields = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
        if fields:
            return _json({"response_action": "errors", "errors": {fields[0]: refusal_text("broke", facts)}})
        return _json({"response_action": "update", "view": notices.build_notice("broke", facts)})
    try:
        if body.get("type") in ("block_actions", "message_action"):
            opener = client.views_push if surface(body) == "modal" else client.views_open
            opener(trigger_id=body["trigger_id"], view=notices.build_notice("broke", facts))
        elif event.get("type") == "app_mention" and event.get("ts"):
            client.chat_postMessage(
                channel=event["channel"],
                thread_ts=event.get("thread_ts") or event["ts"],
                **replies.reply_refused("broke", facts),
            )
    except (SlackClientError, OSError):
        log.warning("could_not_say_so", error_id=error_id)
    return BoltResponse(status=200, body="")


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(answer), headers={"content-type": ["application/json;charset=utf-8"]}
    )


def _kind(body: dict[str, Any]) -> str:
    actions = body.get("actions") or [{}]
    return str(
        body.get("command")
        or (body.get("event") or {}).get("type")
        or (body.get("view") or {}).get("callback_id")
        or actions[0].get("action_id")
        or body.get("type")
        or "unknown"
    )
