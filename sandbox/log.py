"""What the app and the small Slack said to each other, secrets left out."""

import json
import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Literal

MOST_ENTRIES = 600
MOST_CHARACTERS = 20_000  # of one body: a log is read by people

SECRET_KEYS = {"token", "authorization", "x-slack-signature", "client_secret", "code"}
_SECRET_WORDS = re.compile(r"(?:xox[a-z]|xapp)-[A-Za-z0-9-]+|(?<=/response/)[\w-]+|(?<=ticket=)[\w-]+")
_MARKS = ("xox", "xapp", "/response/", "ticket=")  # looked for first: most words have none
HIDDEN = "•••"


def redacted(thing: Any) -> Any:
    """A copy that shows no token, no signature and no usable `response_url`."""
    if isinstance(thing, dict):
        return {
            key: HIDDEN if str(key).lower() in SECRET_KEYS else redacted(value)
            for key, value in thing.items()
        }
    if isinstance(thing, list):
        return [redacted(one) for one in thing]
    if isinstance(thing, str) and any(mark in thing for mark in _MARKS):
        return _SECRET_WORDS.sub(HIDDEN, thing)
    return thing


class Log:
    """The newest entries, each `{n, at, direction, name, status, ms, request, response}`.

    `at` is sandbox time in unix seconds, `ms` wall time. `status` is "200", or the error's name.
    """

    def __init__(self, now: Callable[[], float], told: Callable[[], None]) -> None:
        self._now = now
        self._told = told
        self._lock = threading.Lock()
        self._entries: deque[dict[str, Any]] = deque(maxlen=MOST_ENTRIES)
        self._count = 0

    def add(
        self,
        direction: Literal["to_app", "to_slack"],
        name: str,
        status: str,
        ms: float,
        request: Any,
        response: Any,
    ) -> None:
        entry = {
            "at": self._now(),
            "direction": direction,
            "name": name,
            "status": status,
            "ms": round(ms, 1),
            "request": _short(redacted(request)),
            "response": _short(redacted(response)),
        }
        with self._lock:
            self._count += 1
            self._entries.append({"n": self._count, **entry})
        self._told()

    def after(self, n: int) -> list[dict[str, Any]]:
        with self._lock:
            return [entry for entry in self._entries if entry["n"] > n]


def _short(thing: Any) -> Any:
    said = thing if isinstance(thing, str) else json.dumps(thing, ensure_ascii=False)
    if len(said) <= MOST_CHARACTERS:
        return thing
    return said[:MOST_CHARACTERS] + f" … ({len(said)} characters)"
