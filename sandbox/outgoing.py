"""What the app is sent, in which order, and how often.

Commands and interactions wait three seconds for the ack. Events are sent beside the request that caused them;
one that is not acked is sent again at once, after a minute and after five more, with its number and the
reason: https://docs.slack.dev/apis/events-api/#retries
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sandbox.log import Log
from sandbox.over_http import ACK_SECONDS, SIGNING_SECRET, Ack, Kind, OverHttp, Retry, Way

RETRY_SECONDS = (0.0, 60.0, 300.0)

# Do something so many seconds later, on the wall clock; returns what calls it off.
Later = Callable[[float, Callable[[], None]], Callable[[], None]]


def by_timer(seconds: float, run: Callable[[], None]) -> Callable[[], None]:
    timer = threading.Timer(seconds, run)
    timer.daemon = True
    timer.start()
    return timer.cancel


class Outgoing:
    """From the small Slack to the app, by `way`: over HTTP, unless that is replaced."""

    def __init__(
        self,
        app_url: str,
        log: Log,
        *,
        ack_seconds: float = ACK_SECONDS,
        retry_seconds: tuple[float, ...] = RETRY_SECONDS,
        later: Later = by_timer,
    ) -> None:
        self.http = OverHttp(app_url, ack_seconds)
        self.way: Way = self.http
        self._log = log
        self._retry_seconds = retry_seconds
        self._later = later
        # One line for first tries: events arrive in the order in which they happened.
        self._events = ThreadPoolExecutor(max_workers=1, thread_name_prefix="events")
        self._idle = threading.Condition()
        self._under_way = 0
        self._waiting: dict[object, Callable[[], None]] = {}  # a retry that waits -> what calls it off
        self._closed = False

    @property
    def app_url(self) -> str:
        return self.http.app_url

    @app_url.setter
    def app_url(self, url: str) -> None:
        self.http.app_url = url

    def command(self, name: str, form: dict[str, str]) -> Ack:
        return self._send(name, "slash_commands", form)

    def interaction(self, name: str, payload: dict[str, Any]) -> Ack:
        return self._send(name, "interactive", payload)

    def event(self, body: dict[str, Any]) -> None:
        """Deliver an event soon; returns at once."""
        self._line_up(body, None)

    def wait_idle(self, seconds: float) -> bool:
        """Wait until every event that is to be sent now has been; later retries do not count."""
        with self._idle:
            return self._idle.wait_for(lambda: self._under_way == 0, seconds)

    def close(self) -> None:
        with self._idle:
            self._closed = True
            waiting = list(self._waiting.values())
        for call_off in waiting:
            call_off()
        self._events.shutdown(wait=True, cancel_futures=True)
        self.way.close()
        self.http.close()

    def _line_up(self, body: dict[str, Any], retry: Retry | None) -> None:
        with self._idle:
            if self._closed:
                return
            self._under_way += 1
            self._events.submit(self._deliver, body, retry)

    def _deliver(self, body: dict[str, Any], retry: Retry | None) -> None:
        try:
            tries = retry.number if retry else 0
            name = f"event {body['event']['type']}" + (f" (retry {tries})" if tries else "")
            ack = self._send(name, "events_api", body, retry)
            if not ack.is_ok and tries < len(self._retry_seconds) and not ack.wants_no_retry:
                self._try_again(body, Retry(tries + 1, ack.why_not))
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def _try_again(self, body: dict[str, Any], retry: Retry) -> None:
        delay = self._retry_seconds[retry.number - 1]
        if delay == 0:
            self._line_up(body, retry)
            return
        key = object()

        def now() -> None:
            with self._idle:
                self._waiting.pop(key, None)
            self._line_up(body, retry)

        with self._idle:  # held, so that it cannot come before it is noted
            if not self._closed:
                self._waiting[key] = self._later(delay, now)

    def _send(self, name: str, kind: Kind, payload: dict[str, Any], retry: Retry | None = None) -> Ack:
        began = time.perf_counter()
        ack = self.way.send(kind, payload, retry)
        status = str(ack.status) if ack.status else "timeout" if ack.is_late else ack.why_not
        said = ack.data() if ack.data() is not None else ack.body or ack.words
        self._log.add("to_app", name, status, (time.perf_counter() - began) * 1000, payload, said)
        return ack


__all__ = ["ACK_SECONDS", "RETRY_SECONDS", "SIGNING_SECRET", "Ack", "Later", "Outgoing", "by_timer"]
