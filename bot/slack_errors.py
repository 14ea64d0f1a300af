"""What an answer of Slack's, or its absence, means for the work that was being sent."""

from dataclasses import dataclass
from typing import Literal
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

Verdict = Literal["wait", "again", "refused", "unknown"]

# Slack says so before it does anything, so the same call may be made again.
# https://docs.slack.dev/apis/web-api/rate-limits
TRANSIENT = {"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_added_to_org"}
# "some aspect of the operation may have succeeded": https://docs.slack.dev/reference/methods/chat.postMessage
AMBIGUOUS = {"fatal_error", "internal_error"}

DM_REFUSED = {
    "channel_not_found",
    "user_not_found",
    "user_not_visible",
    "user_disabled",
    "messages_tab_disabled",
    "cannot_dm_bot",
    "restricted_action",
    "restricted_action_read_only_channel",
    "access_denied",
    "no_permission",
    "team_access_not_granted",
    "ekm_access_denied",
    "not_in_channel",
    "is_inactive",
}
NOT_THERE = {"not_in_channel", "channel_not_found"}
MESSAGE_GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """`wait_seconds` is what Slack asked for, 0 where it asked for nothing."""

    verdict: Verdict
    error: str
    wait_seconds: float = 0


def understand(error: Exception) -> Trouble:
    """Sort what went wrong by the one question that matters: may it have arrived?"""
    if isinstance(error, SlackApiError):
        return _answered(error)
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ConnectionRefusedError):
        return Trouble("again", "connection refused")
    return Trouble("unknown", type(reason).__name__)


def _answered(error: SlackApiError) -> Trouble:
    response = error.response
    code = str(response.get("error", "")) if hasattr(response, "get") else ""
    status = getattr(response, "status_code", 200)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        headers = {k.lower(): v for k, v in getattr(response, "headers", {}).items()}
        return Trouble("wait", "ratelimited", float(headers.get("retry-after", 1)))
    if code in TRANSIENT:
        return Trouble("again", code)
    if code in AMBIGUOUS or status >= 500 or not code:
        return Trouble("unknown", code or f"HTTP {status}")
    return Trouble("refused", code)
