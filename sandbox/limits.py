"""How often a method may be called: the table, and who has used it up.

Slack names tiers and says that bursts are tolerated, not how it counts. Here it is fixed: within any 60
seconds of the wall clock (not of sandbox time) a method takes as many calls as its tier says, for each
workspace that installed the app, and not one more. Posting has two limits of its own: a conversation takes
six messages in any five seconds (one a second with room for a small burst, so that who keeps to a second
never meets it), all conversations of a workspace together 300 a minute. What is over the limit is answered
429 with `Retry-After`, is not done, and does not count; other methods go on.

https://docs.slack.dev/apis/web-api/rate-limits, and at each method's own page its tier.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many calls in any so many seconds."""

    calls: int
    seconds: float


TIER_1 = Limit(1, 60.0)
TIER_2 = Limit(20, 60.0)
TIER_3 = Limit(50, 60.0)
TIER_4 = Limit(100, 60.0)
# "Special" without a number on its page: several hundred a minute, as for posting.
SPECIAL = Limit(300, 60.0)
# chat.postMessage: "1 message per second to a channel, short bursts allowed", "several hundred a minute".
POSTS_IN_A_CHANNEL = Limit(6, 5.0)
POSTS_IN_A_WORKSPACE = Limit(300, 60.0)

LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "apps.connections.open": TIER_3,
        "apps.uninstall": TIER_1,
        "auth.revoke": TIER_3,
        "auth.teams.list": TIER_2,
        "auth.test": SPECIAL,
        "chat.delete": TIER_3,
        "chat.getPermalink": SPECIAL,
        "chat.postEphemeral": TIER_4,
        "chat.postMessage": POSTS_IN_A_WORKSPACE,
        "chat.update": TIER_3,
        "conversations.history": TIER_3,
        "conversations.info": TIER_3,
        "conversations.list": TIER_2,
        "conversations.members": TIER_4,
        "conversations.open": TIER_3,
        "conversations.replies": TIER_3,
        "files.completeUploadExternal": TIER_4,
        "files.getUploadURLExternal": TIER_4,
        "oauth.v2.access": SPECIAL,
        "pins.add": TIER_2,
        "pins.remove": TIER_2,
        "team.info": TIER_3,
        "users.conversations": TIER_3,
        "users.info": TIER_4,
        "users.list": TIER_2,
        "views.open": TIER_4,
        "views.publish": TIER_4,
        "views.push": TIER_4,
        "views.update": TIER_4,
    }
)


class RateLimits:
    """Counts the calls. Safe for threads; `wall` is a clock in seconds that never goes back."""

    def __init__(self, wall: Callable[[], float] = time.monotonic, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self._wall = wall
        self._lock = threading.Lock()
        self._taken: dict[tuple[str, ...], deque[float]] = {}

    def take(self, team: str, method: str, given: Mapping[str, Any], mark: str = "") -> int:
        """Count one call of a workspace's app. 0 when it may go on, else the whole seconds to wait.

        `mark` is the end of the ids of the copy's direct messages.
        """
        if not self.is_on:
            return 0
        asked: list[tuple[tuple[str, ...], Limit]] = [((team, method), LIMITS[method])]
        if method == "chat.postMessage":
            asked.append(
                ((team, method, conversation(str(given.get("channel", "")), mark)), POSTS_IN_A_CHANNEL)
            )
        with self._lock:
            now = self._wall()
            wait = max(self._seconds_to_wait(key, limit, now) for key, limit in asked)
            if wait > 0:
                return math.ceil(wait)
            for key, _ in asked:
                self._taken[key].append(now)
            return 0

    def _seconds_to_wait(self, key: tuple[str, ...], limit: Limit, now: float) -> float:
        taken = self._taken.setdefault(key, deque())
        while taken and now - taken[0] >= limit.seconds:
            taken.popleft()
        return taken[0] + limit.seconds - now if len(taken) >= limit.calls else 0.0


def conversation(place: str, mark: str = "") -> str:
    """Posting to a person is posting in their conversation with the app: one limit, whichever id is used."""
    return f"D{place[1:]}{mark}" if place[:1] in ("U", "W") else place
