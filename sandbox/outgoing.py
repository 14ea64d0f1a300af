"""Requests to the app, signed as Slack signs them, and what becomes of the answers.

Commands and interactions wait three seconds for the ack. Events are sent beside the request that caused them
and tried again: https://docs.slack.dev/apis/events-api/#retries
"""

import hashlib
import hmac
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from sandbox.log import Log

SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105  documented, and good for loopback only
ACK_SECONDS = 3.0
RETRY_SECONDS = (0.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Ack:
    """The app's answer. `status` 0: none came; `is_late`: none came in time."""

    status: int
    body: str = ""
    is_late: bool = False
    headers: httpx.Headers = field(default_factory=httpx.Headers)

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    def data(self) -> Any:
        """The body as JSON; None when it is empty or something else."""
        try:
            return json.loads(self.body) if self.body else None
        except ValueError:
            return None

    @property
    def why_not(self) -> str:
        """The reason in the words of `X-Slack-Retry-Reason`."""
        return "http_timeout" if self.is_late else "http_error" if self.status else "connection_failed"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Outgoing:
    """The way from the small Slack to the app."""

    def __init__(
        self,
        app_url: str,
        log: Log,
        *,
        ack_seconds: float = ACK_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    ) -> None:
        self.app_url = app_url
        self._log = log
        self._ack_seconds = ack_seconds
        self._retry_seconds = retry_seconds
        self._client = httpx.Client(
            trust_env=False,  # a proxy of the machine has no business between two processes on loopback
            follow_redirects=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=8),
        )
        # One line for first tries: events arrive in the order in which they happened.
        self._events = ThreadPoolExecutor(max_workers=1, thread_name_prefix="events")
        self._idle = threading.Condition()
        self._under_way = 0
        self._timers: set[threading.Timer] = set()
        self._closed = False

    def command(self, name: str, form: dict[str, str]) -> Ack:
        return self._send_form(name, form, form)

    def interaction(self, name: str, payload: dict[str, Any]) -> Ack:
        return self._send_form(name, {"payload": json.dumps(payload)}, payload)

    def event(self, body: dict[str, Any]) -> None:
        """Deliver an event soon; returns at once."""
        with self._idle:
            if self._closed:
                return
            self._under_way += 1
        self._events.submit(self._deliver, body, 0, "")

    def wait_idle(self, seconds: float) -> bool:
        """Wait until every event that is to be sent now has been; later retries do not count."""
        with self._idle:
            return self._idle.wait_for(lambda: self._under_way == 0, seconds)

    def close(self) -> None:
        with self._idle:
            self._closed = True
            timers = list(self._timers)
        for timer in timers:
            timer.cancel()
        self._events.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    def _deliver(self, body: dict[str, Any], tries: int, why: str) -> None:
        try:
            headers = {"X-Slack-Retry-Num": str(tries), "X-Slack-Retry-Reason": why} if tries else {}
            name = f"event {body['event']['type']}" + (f" (retry {tries})" if tries else "")
            ack = self._post(name, json.dumps(body).encode(), "application/json", body, headers)
            refuses_retries = ack.headers.get("x-slack-no-retry") == "1"
            if not ack.is_ok and tries < len(self._retry_seconds) and not refuses_retries:
                self._try_again(body, tries + 1, ack.why_not)
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def _try_again(self, body: dict[str, Any], tries: int, why: str) -> None:
        delay = self._retry_seconds[tries - 1]
        with self._idle:
            if self._closed:
                return
            if delay == 0:
                self._under_way += 1
                self._events.submit(self._deliver, body, tries, why)
                return
            timer = threading.Timer(delay, self._retry_now, (body, tries, why))
            timer.daemon = True
            self._timers.add(timer)
            timer.start()

    def _retry_now(self, body: dict[str, Any], tries: int, why: str) -> None:
        with self._idle:
            self._timers.discard(threading.current_thread())
            if self._closed:
                return
            self._under_way += 1
            self._events.submit(self._deliver, body, tries, why)

    def _send_form(self, name: str, form: dict[str, str], shown: Any) -> Ack:
        body = urlencode(form).encode()
        return self._post(name, body, "application/x-www-form-urlencoded", shown, {})

    def _post(self, name: str, body: bytes, kind: str, shown: Any, extra: dict[str, str]) -> Ack:
        # Signatures follow the wall clock: the app compares them with its own.
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": kind,
            "User-Agent": "Tandem sandbox",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(SIGNING_SECRET, timestamp, body),
            **extra,
        }
        began = time.perf_counter()
        try:
            answer = self._client.post(self.app_url, content=body, headers=headers, timeout=self._ack_seconds)
            ack = Ack(answer.status_code, answer.text, headers=answer.headers)
            status, response = str(answer.status_code), ack.data() if ack.data() is not None else ack.body
        except httpx.TimeoutException:
            ack, status, response = Ack(0, is_late=True), "timeout", f"no ack within {self._ack_seconds:g} s"
        except httpx.HTTPError as error:
            ack, status, response = Ack(0), "connection_failed", str(error)
        self._log.add("to_app", name, status, (time.perf_counter() - began) * 1000, shown, response)
        return ack
