"""Links to messages, which need no scope: https://docs.slack.dev/reference/methods/chat.getPermalink"""

import structlog
from slack_sdk import WebClient

from bot.slack_errors import CALL_ERRORS, understand

log = structlog.get_logger()

SECONDS = 1  # whoever asks has three in all, and goes on without a link


def permalink(client: WebClient, channel_id: str, ts: str) -> str:
    """A link to a message, "" where Slack gives none in time. Asks Slack, so not in a transaction."""
    quick = WebClient(token=client.token, base_url=client.base_url, timeout=SECONDS, retry_handlers=[])
    try:
        answer = quick.chat_getPermalink(channel=channel_id, message_ts=ts)
    except CALL_ERRORS as error:
        log.info("no_permalink", error=understand(error).error)
        return ""
    return str(answer.get("permalink") or "")
