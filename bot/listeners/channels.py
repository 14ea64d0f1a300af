"""The names of channels that somebody mentions: an event brings only their ids.

https://docs.slack.dev/messaging/formatting-message-text#linking-channels
"""

import re

import structlog
from slack_sdk import WebClient

from bot.listeners.permalinks import SECONDS
from bot.slack_errors import CALL_ERRORS, understand

log = structlog.get_logger()

UNNAMED = re.compile(r"<#([CG][A-Z0-9]+)(?:\|)?>")
MOST = 3  # names asked for; each may take a second of the three there are


def with_channel_names(client: WebClient, text: str) -> str:
    """`<#C0DEAL>` as `<#C0DEAL|acme-northwind>`, where Slack tells its name. Asks Slack, so not in a
    transaction."""
    for channel_id in list(dict.fromkeys(UNNAMED.findall(text)))[:MOST]:
        name = _name_of(client, channel_id)
        if name:
            text = re.sub(rf"<#{channel_id}\|?>", f"<#{channel_id}|{name}>", text)
    return text


def _name_of(client: WebClient, channel_id: str) -> str:
    quick = WebClient(token=client.token, base_url=client.base_url, timeout=SECONDS, retry_handlers=[])
    try:
        answer = quick.conversations_info(channel=channel_id)
    except CALL_ERRORS as error:  # a channel that Tandem is not in keeps its id
        log.info("no_channel_name", error=understand(error).error)
        return ""
    channel = answer.get("channel") or {}
    return str(channel.get("name") or "")
