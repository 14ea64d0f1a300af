"""What an answer, or its absence, says about whether a message may have arrived."""

import socket
from http.client import IncompleteRead
from urllib.error import URLError

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack_errors import understand


class Answer(dict[str, str]):
    def __init__(self, error: str, status: int = 200, **headers: str) -> None:
        super().__init__(error=error)
        self.status_code = status
        self.headers = headers


def said(error: str, status: int = 200, **headers: str) -> SlackApiError:
    return SlackApiError("x", Answer(error, status, **headers))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (said("ratelimited", 429, **{"Retry-After": "7"}), "wait"),
        (said("token_revoked"), "wait"),
        (said("service_unavailable"), "again"),
        (URLError(ConnectionRefusedError(111, "refused")), "again"),
        (URLError(socket.gaierror(-3, "name resolution")), "again"),
        (URLError(OSError(101, "Network is unreachable")), "again"),
        (said("channel_not_found"), "refused"),
        (said("invalid_blocks"), "refused"),
        (said("fatal_error"), "unknown"),
        (said("", 502), "unknown"),
        (said("Received a response in a non-JSON format: <!DOCTYPE html>"), "unknown"),
        (TimeoutError(), "unknown"),
        (ConnectionResetError(), "unknown"),
        (IncompleteRead(b"{"), "unknown"),
        (ValueError("not JSON"), "unknown"),
    ],
)
def test_only_what_surely_never_arrived_is_sent_again(error: Exception, verdict: str) -> None:
    assert understand(error).verdict == verdict


def test_the_wait_that_slack_asks_for_is_kept() -> None:
    assert understand(said("ratelimited", 429, **{"Retry-After": "7"})).wait_seconds == 7
