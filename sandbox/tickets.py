"""What Slack hands out with an interaction and takes back a few times only. Counted on the wall clock."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.refusals import SlackError

# https://docs.slack.dev/interactivity/handling-user-interaction: a trigger_id lives three seconds, once;
# a response_url takes five answers within thirty minutes.
TRIGGER_SECONDS = 3.0
RESPONSE_USES = 5
RESPONSE_SECONDS = 30 * 60.0
_KEPT_SECONDS = 3600.0


@dataclass(slots=True)
class Trigger:
    """`copy` is the bot user of the copy of the app that may use it."""

    person: str
    copy: str
    born: float
    from_view: str | None  # the view it was pressed in
    used: bool = False


class Triggers:
    def __init__(self, wall: Callable[[], float] = time.monotonic, seconds: float = TRIGGER_SECONDS) -> None:
        self._wall = wall
        self.seconds = seconds
        self._lock = threading.Lock()
        self._all: dict[str, Trigger] = {}

    def issue(self, person: str, copy: str, from_view: str | None = None) -> str:
        now = self._wall()
        key = f"{int(now * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        with self._lock:
            for old in [one for one, trigger in self._all.items() if now - trigger.born > _KEPT_SECONDS]:
                del self._all[old]
            self._all[key] = Trigger(person, copy, now, from_view)
        return key

    def redeem(self, key: str, copy: str) -> Trigger:
        """Raises `SlackError`: invalid_trigger_id (another copy's is one too), expired_… or exchanged_…."""
        with self._lock:
            trigger = self._all.get(key)
            if trigger is None or trigger.copy != copy:
                raise SlackError("invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self._wall() - trigger.born > self.seconds:
                raise SlackError("expired_trigger_id")
            trigger.used = True
            return trigger


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer to one interaction goes, and from which copy. `ts` is the message that was pressed."""

    person: str
    copy: str
    channel: str
    born: float
    ts: str | None = None
    uses: int = 0


class ResponseUrls:
    def __init__(self, wall: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._lock = threading.Lock()
        self._all: dict[str, ResponseUrl] = {}

    def issue(self, person: str, copy: str, channel: str, ts: str | None = None) -> str:
        now = self._wall()
        key = secrets.token_urlsafe(18)
        with self._lock:
            for old in [one for one, url in self._all.items() if now - url.born > _KEPT_SECONDS]:
                del self._all[old]
            self._all[key] = ResponseUrl(person, copy, channel, now, ts)
        return key

    def use(self, key: str) -> ResponseUrl:
        """Raises `SlackError`: no_such_url, expired_url or used_url."""
        with self._lock:
            url = self._all.get(key)
            if url is None:
                raise SlackError("no_such_url")
            if self._wall() - url.born > RESPONSE_SECONDS:
                raise SlackError("expired_url")
            if url.uses >= RESPONSE_USES:
                raise SlackError("used_url")
            url.uses += 1
            return url
