"""The way to the app over HTTP: requests signed as Slack signs them, and what becomes of the answers."""

import hashlib
import hmac
import json
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import httpx

SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105  documented, and good for loopback only
ACK_SECONDS = 3.0
MOST_REDIRECTS = 2  # https://docs.slack.dev/apis/events-api/#failure: followed for events only

Kind = Literal["events_api", "interactive", "slash_commands"]
# https://docs.slack.dev/apis/events-api/#retries; ssl_error cannot happen on loopback.
Reason = Literal["http_timeout", "too_many_redirects", "connection_failed", "http_error", "unknown_error"]


@dataclass(frozen=True, slots=True)
class Retry:
    """An event is sent again: the how-manieth time (from 1), and why."""

    number: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Ack:
    """The app's answer. `status` 0: none came, `trouble` says why. `words` are for the log.

    `is_json`: it says so in its Content-Type. https://docs.slack.dev/interactivity/handling-user-interaction
    """

    status: int
    body: str = ""
    trouble: Reason | None = None
    words: str = ""
    wants_no_retry: bool = False
    is_json: bool = True

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_late(self) -> bool:
        return self.trouble == "http_timeout"

    def data(self) -> Any:
        """The body as JSON; None when it is empty, or is or calls itself something else."""
        try:
            return json.loads(self.body) if self.body and self.is_json else None
        except ValueError:
            return None

    @property
    def why_not(self) -> Reason:
        """The reason in the words of `X-Slack-Retry-Reason`."""
        return self.trouble or "http_error"


class Way(Protocol):
    """How a payload reaches the app: over HTTP, or over a socket the app opened."""

    def send(self, kind: Kind, payload: dict[str, Any], retry: Retry | None = None) -> Ack:
        """Send and wait for the ack. Never raises for what the app or the network does."""
        ...

    def close(self) -> None: ...


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


@cache
def _authorities() -> ssl.SSLContext:
    """Whom to trust where an app answers on https: read once, as it takes longer than a hundred requests."""
    return httpx.create_ssl_context(trust_env=False)


class OverHttp:
    """Request URLs. `app_url` takes them all; it may change between two requests."""

    def __init__(self, app_url: str, ack_seconds: float = ACK_SECONDS) -> None:
        self.app_url = app_url
        self.ack_seconds = ack_seconds
        self._client = httpx.Client(
            verify=_authorities(),
            trust_env=False,  # a proxy of the machine has no business between two processes on loopback
            max_redirects=MOST_REDIRECTS,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=8),
        )

    def send(self, kind: Kind, payload: dict[str, Any], retry: Retry | None = None) -> Ack:
        if kind == "events_api":
            return self._post(json.dumps(payload).encode(), "application/json", retry, is_event=True)
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return self._post(urlencode(form).encode(), "application/x-www-form-urlencoded", retry)

    def close(self) -> None:
        self._client.close()

    def _post(self, body: bytes, kind: str, retry: Retry | None, *, is_event: bool = False) -> Ack:
        # Signatures follow the wall clock: the app compares them with its own.
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": kind,
            "User-Agent": "Tandem sandbox",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(SIGNING_SECRET, timestamp, body),
        }
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        try:
            answer = self._client.post(
                self.app_url,
                content=body,
                headers=headers,
                timeout=self.ack_seconds,
                follow_redirects=is_event,
            )
        except httpx.HTTPError as error:
            return self._unanswered(error)
        wants_no_retry = answer.headers.get("x-slack-no-retry") == "1"
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return Ack(answer.status_code, answer.text, wants_no_retry=wants_no_retry, is_json=is_json)

    def _unanswered(self, error: httpx.HTTPError) -> Ack:
        if isinstance(error, httpx.TimeoutException):
            return Ack(0, trouble="http_timeout", words=f"no ack within {self.ack_seconds:g} s")
        if isinstance(error, httpx.TooManyRedirects):
            return Ack(0, trouble="too_many_redirects", words=str(error))
        if isinstance(error, httpx.NetworkError):
            return Ack(0, trouble="connection_failed", words=str(error))
        return Ack(0, trouble="unknown_error", words=str(error))
