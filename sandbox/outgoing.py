"""What the app is sent, how many at a time, and how often.

Commands and interactions wait three seconds for the ack. Events are sent beside the request that caused them,
and beside each other. One that is not acked is sent again at once, after a minute and after five more, with
its number and the reason: https://docs.slack.dev/apis/events-api/#retries
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sandbox.log import Log
from sandbox.over_http import ACK_SECONDS, SIGNING_SECRET, Ack, Kind, OverHttp, Retry, Way

RETRY_SECONDS = (0.0, 60.0, 300.0)
# How many acts are told of at a time. Slack sends an event without waiting for the ack of another, and
# promises no order: https://docs.slack.dev/apis/events-api/ has an `event_time` to sort by, and nothing more.
EVENT_WORKERS = 8

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
        self._events = ThreadPoolExecutor(EVENT_WORKERS, thread_name_prefix="events")
        # With threads of their own: an app that is slow with one event keeps back no retry of another.
        self._retries = ThreadPoolExecutor(EVENT_WORKERS, thread_name_prefix="retries")
        self._act = threading.local()  # what this thread's act has to tell: `told`, a list
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

    @contextmanager
    def one_act(self) -> Iterator[None]:
        """What is to be told of one act is told at its end, in its order. Different acts overlap.

        The order is the sandbox's own, so that a test can say what comes: with Slack even these may overtake
        each other.
        """
        told: list[dict[str, Any]] = []
        self._act.told = told
        try:
            yield
        finally:
            self._act.told = None
            self._line_up(told)

    def event(self, body: dict[str, Any]) -> None:
        """Deliver an event soon; returns at once."""
        told = getattr(self._act, "told", None)
        if told is None:
            self._line_up([body])
        else:
            told.append(body)

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
        for pool in (self._events, self._retries):
            pool.shutdown(wait=True, cancel_futures=True)
        self.way.close()
        self.http.close()

    def _line_up(self, bodies: list[dict[str, Any]], retry: Retry | None = None) -> None:
        with self._idle:
            if self._closed or not bodies:
                return
            self._under_way += 1
            (self._retries if retry else self._events).submit(self._deliver, bodies, retry)

    def _deliver(self, bodies: list[dict[str, Any]], retry: Retry | None) -> None:
        try:
            for body in bodies:
                self._deliver_one(body, retry)
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def _deliver_one(self, body: dict[str, Any], retry: Retry | None) -> None:
        tries = retry.number if retry else 0
        name = f"event {body['event']['type']}" + (f" (retry {tries})" if tries else "")
        ack = self._send(name, "events_api", body, retry)
        if not ack.is_ok and tries < len(self._retry_seconds) and not ack.wants_no_retry:
            self._try_again(body, Retry(tries + 1, ack.why_not))

    def _try_again(self, body: dict[str, Any], retry: Retry) -> None:
        delay = self._retry_seconds[retry.number - 1]
        if delay == 0:
            self._line_up([body], retry)
            return
        key = object()

        def now() -> None:
            with self._idle:
                self._waiting.pop(key, None)
            self._line_up([body], retry)

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
