"""The last resort: something broke that nobody foresaw, or Slack did not answer.

The person hears it where they are; of what broke with an id that the operator finds in the log.
"""

import json
import secrets
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

import structlog
from slack_bolt import BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from blocks import notices, replies
from blocks.replies import refusal_text
from bot.listeners.press import surface
from bot.listeners.text import plain_words
from bot.slack_errors import understand

log = structlog.get_logger()

CALL_FAILED = (SlackClientError, URLError, HTTPException, TimeoutError, ConnectionError)
NOT_TOLD_WHERE = (LookupError, TypeError, AttributeError, ValueError)  # a body of another shape than Slack's
WHISPER_SECONDS = 5


def handle_error(error: Exception, body: dict[str, Any], client: WebClient) -> BoltResponse:
    """Answer a request that broke. Slack always gets a 200: a repetition would break in the same way."""
    code, facts = _why(error, body)
    try:
        return _say_so(code, facts, body, client)
    except (*CALL_FAILED, *NOT_TOLD_WHERE) as failed:
        log.warning("could_not_say_so", error=type(failed).__name__, **facts)
    return BoltResponse(status=200, body="")


def answer_without_a_copy(body: Mapping[str, Any]) -> BoltResponse:
    """The answer to a request through a copy of Tandem that is not installed: nobody listens to it."""
    try:
        return _say_without_a_voice("not_installed", {}, body)
    except (*CALL_FAILED, *NOT_TOLD_WHERE) as failed:
        log.warning("could_not_say_so", error=type(failed).__name__)
    return BoltResponse(status=200, body="")


def _say_without_a_voice(code: str, facts: Mapping[str, str], body: Mapping[str, Any]) -> BoltResponse:
    """In the acknowledgement, or by a press's own way back. Raises like `_say_so`."""
    if "command" in body:
        typed = plain_words(f"{body['command']} {body.get('text', '')}", {})
        return _json({"response_type": "ephemeral", **replies.reply_refused(code, {**facts, "typed": typed})})
    if body.get("type") == "view_submission":
        fields = [block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input"]
        if fields:
            return _json({"response_action": "errors", "errors": {fields[0]: refusal_text(code, facts)}})
        return _json({"response_action": "update", "view": notices.build_notice(code, facts)})
    if body.get("type") == "block_suggestion":
        return _json({"options": []})
    if body.get("type") in ("block_actions", "message_action") and body.get("response_url"):
        _by_its_way_back(code, facts, body)
    return BoltResponse(status=200, body="")


def _say_so(code: str, facts: Mapping[str, str], body: Mapping[str, Any], client: WebClient) -> BoltResponse:
    """Where the person is. Raises `CALL_FAILED`, and `NOT_TOLD_WHERE` for a body without that."""
    event = body.get("event") or {}
    if body.get("type") in ("block_actions", "message_action"):
        _open_notice(code, facts, body, client)
        return BoltResponse(status=200, body="")
    if event.get("type") == "app_mention" and event.get("ts"):
        client.chat_postMessage(
            channel=event["channel"],
            thread_ts=event.get("thread_ts") or event["ts"],
            **replies.reply_refused(code, facts),
        )
        return BoltResponse(status=200, body="")
    return _say_without_a_voice(code, facts, body)


def _why(error: Exception, body: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The refusal's code and facts. That Slack was busy or away is nothing for anybody to look after."""
    if isinstance(error, CALL_FAILED) and understand(error).verdict in ("wait", "again", "unknown"):
        log.warning("slack_did_not_answer", kind=_kind(body), error=understand(error).error)
        return "slack_busy", {}
    error_id = secrets.token_hex(4)
    log.error("broke", error_id=error_id, kind=_kind(body), exc_info=error)
    return "broke", {"id": error_id}


def _open_notice(code: str, facts: Mapping[str, str], body: Mapping[str, Any], client: WebClient) -> None:
    """In a window; where not even that opens, by the press's own way back, which only its person sees.

    https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """
    opener = client.views_push if surface(body) == "modal" else client.views_open
    try:
        opener(trigger_id=body["trigger_id"], view=notices.build_notice(code, facts))
    except CALL_FAILED:
        if not body.get("response_url"):
            raise
        _by_its_way_back(code, facts, body)


def _by_its_way_back(code: str, facts: Mapping[str, str], body: Mapping[str, Any]) -> None:
    way_back = WebhookClient(body["response_url"], timeout=WHISPER_SECONDS, retry_handlers=[])
    said = replies.reply_refused(code, facts)
    way_back.send(text=said["text"], blocks=said["blocks"], response_type="ephemeral", replace_original=False)


def _json(answer: dict[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(answer), headers={"content-type": ["application/json;charset=utf-8"]}
    )


def _kind(body: Mapping[str, Any]) -> str:
    actions = body.get("actions") or [{}]
    return str(
        body.get("command")
        or (body.get("event") or {}).get("type")
        or (body.get("view") or {}).get("callback_id")
        or actions[0].get("action_id")
        or body.get("type")
        or "unknown"
    )
