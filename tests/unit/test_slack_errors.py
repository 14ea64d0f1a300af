"""What an answer, or its absence, says about whether a message may have arrived."""

import socket
from http.client import IncompleteRead
from urllib.error import URLError

import pytest

from bot.slack_errors import LONGEST_RETRY_AFTER, RETRY_AFTER, CallFailed, calling, understand
from tests.unit.office import said


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


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({}, RETRY_AFTER),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, RETRY_AFTER),
        ({"Retry-After": "nan"}, RETRY_AFTER),
        ({"Retry-After": "inf"}, RETRY_AFTER),
        ({"Retry-After": "-5"}, RETRY_AFTER),
        ({"Retry-After": "99999999999"}, LONGEST_RETRY_AFTER),
    ],
)
def test_a_limit_is_waited_for_whatever_its_header_says(header: dict[str, str], seconds: float) -> None:
    assert understand(said("ratelimited", 429, **header)).wait_seconds == seconds


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (TimeoutError(), "unknown"),
        (ValueError("not JSON"), "unknown"),
        (said("channel_not_found"), "refused"),
        (TypeError("in the client"), "broken"),
    ],
)
def test_whatever_a_call_raises_comes_as_one_thing_that_names_the_method(
    error: Exception, verdict: str
) -> None:
    with pytest.raises(CallFailed) as failed, calling("pins.add"):
        raise error
    assert (failed.value.trouble.verdict, failed.value.trouble.method) == (verdict, "pins.add")
