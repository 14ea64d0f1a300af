"""Sandbox time: it runs on in real time, can be turned forward, and stands still while nobody runs it."""

import threading
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


class BackwardsError(ValueError):
    """Somebody asked for a moment that is already past: sandbox time only goes forward."""


class Clock:
    """Says what time it is in the sandbox, in unix seconds."""

    def __init__(self, start: float | None = None) -> None:
        self._lock = threading.Lock()
        self._start = time.time() if start is None else start
        self._since = time.monotonic()

    def now(self) -> float:
        """Unix seconds. Runs on the monotonic clock, so that a change of the machine's time does not show."""
        with self._lock:
            return self._start + time.monotonic() - self._since

    def advance(self, step: str, zone: ZoneInfo) -> float:
        """Turn forward by an "hour", a "day" or a "week", and say the new time.

        A day keeps the time of day where the desk is: half past nine stays half past nine over a change to
        summer time. Raises `KeyError` for any other step.
        """
        by = STEPS[step]
        here = datetime.fromtimestamp(self.now(), zone)
        then = (here + by) if by >= STEPS["day"] else datetime.fromtimestamp(here.timestamp() + 3600, zone)
        return self.turn_to(then.timestamp())

    def turn_to(self, moment: float) -> float:
        """Turn forward to a moment in unix seconds. Raises `BackwardsError` when that is past."""
        with self._lock:
            now = self._start + time.monotonic() - self._since
            if moment < now:
                raise BackwardsError("Sandbox time only goes forward.")
            self._start += moment - now
            return moment

    def restart_at(self, moment: float) -> None:
        """Begin a fresh world at this moment, which may lie before now: nothing has happened in it yet."""
        with self._lock:
            self._start = moment
            self._since = time.monotonic()
