"""What an answer of Slack's, or its absence, means for the work that was being sent."""

import errno
import math
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any, Literal
from urllib.error import URLError

from slack_sdk.errors import SlackApiError

Verdict = Literal["wait", "again", "refused", "unknown", "broken", "ended"]

# What a call of the client raises: Slack's no, the network in all its shapes, an answer that is none. Only
# there: anywhere else a ValueError or an OSError is a fault of our own. See `calling`.
CALL_ERRORS = (SlackApiError, OSError, HTTPException, ValueError)
RETRY_AFTER = 30.0  # seconds, where a limit comes without a number
LONGEST_RETRY_AFTER = 3600.0

# Slack says so before it does anything, so the same call may be made again.
# https://docs.slack.dev/apis/web-api/rate-limits
TRANSIENT = {"service_unavailable", "request_timeout", "team_added_to_org"}
# Nothing gets through until somebody puts a new token in; what waits is still worth sending then.
LOCKED_OUT = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
LOCKED_OUT_SECONDS = 300
# Of these, what says of a token that was given to us by an installation that there is none any more.
# https://docs.slack.dev/reference/methods/auth.test#errors
TAKEN_BACK = {"account_inactive", "token_revoked"}
RATE_LIMITED = "ratelimited"
# "some aspect of the operation may have succeeded": https://docs.slack.dev/reference/methods/chat.postMessage
AMBIGUOUS = {"fatal_error", "internal_error"}
# The request never left this machine.
NEVER_LEFT = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}

# A fault of ours or of the installation's, which another way of saying it would only repeat.
OUR_FAULT = {
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_arguments",
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
    "missing_scope",
    "not_allowed_token_type",
}
NOT_THERE = {"not_in_channel", "channel_not_found"}
# Of a channel that may be closed to us by now: Slack is asked how it is. `is_inactive`: "frozen, archived or
# deleted" (https://docs.slack.dev/reference/methods/chat.update).
CHANNEL_TROUBLE = {*NOT_THERE, "is_archived", "is_inactive", "external_channel_migrating"}
MESSAGE_GONE = {"message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """`wait_seconds` is what Slack asked for, 0 where it asked for nothing; `method` what was called.

    The verdict "ended": Tandem is not installed there any more, and there is no other way to say it.
    """

    verdict: Verdict
    error: str
    wait_seconds: float = 0
    method: str = ""


class CallFailed(Exception):
    """A call to Slack that did not end with a yes. Everything else that a sender raises is our own fault."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"{trouble.method}: {trouble.error}")
        self.trouble = trouble


@contextmanager
def calling(method: str) -> Iterator[None]:
    """Around one call of the client, and nothing else. Raises `CallFailed`.

    It is the point of no return: what is raised before it was never said, what is raised in it may have been.
    """
    try:
        yield
    except CALL_ERRORS as error:
        raise CallFailed(replace(understand(error), method=method)) from error
    except Exception as error:  # the client itself broke, nobody knows on which side of the wire
        raise CallFailed(Trouble("broken", type(error).__name__, method=method)) from error


def understand(error: Exception) -> Trouble:
    """Sort what went wrong by the one question that matters: may it have arrived?"""
    if isinstance(error, SlackApiError):
        return _answered(error)
    reason = error.reason if isinstance(error, URLError) else error
    never_left = isinstance(reason, socket.gaierror | ssl.SSLCertVerificationError)
    if never_left or getattr(reason, "errno", None) in NEVER_LEFT:
        return Trouble("again", type(reason).__name__)
    return Trouble("unknown", type(reason).__name__)


def _answered(error: SlackApiError) -> Trouble:
    response = error.response
    code = str(response.get("error", "")) if hasattr(response, "get") else ""
    status = getattr(response, "status_code", 200)
    if status == 429 or code in (RATE_LIMITED, "rate_limited"):
        return Trouble("wait", RATE_LIMITED, _retry_after(getattr(response, "headers", None) or {}))
    if code in LOCKED_OUT:
        return Trouble("wait", code, LOCKED_OUT_SECONDS)
    if code in TRANSIENT:
        return Trouble("again", code)
    # Where the answer is no JSON, slack_sdk puts a sentence in the place of a code.
    if code in AMBIGUOUS or status >= 500 or not code or " " in code:
        return Trouble("unknown", code or f"HTTP {status}")
    return Trouble("refused", code)


def _retry_after(headers: Mapping[str, Any]) -> float:
    """Seconds. Slack sends a whole number; whatever stands between us may send a date, or nothing."""
    lower = {str(name).lower(): value for name, value in headers.items()}
    try:
        seconds = float(lower.get("retry-after", ""))
    except (TypeError, ValueError):
        return RETRY_AFTER
    return min(seconds, LONGEST_RETRY_AFTER) if math.isfinite(seconds) and seconds > 0 else RETRY_AFTER
