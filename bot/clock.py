"""Where the time comes from.

`now` is the time that people live by: due days, nudges, history. `wall` is the machine's own, for leases,
limits and triggers. They differ only in the sandbox, where a person may turn the first one on.
"""

import json
from datetime import UTC, datetime
from typing import Protocol
from urllib.request import urlopen

CLOCK_SECONDS = (
    10  # the sandbox is on this machine; where the machine is busy, an answer late is better than none
)


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment people live by, aware, in UTC."""

    def wall(self) -> datetime:
        """The machine's moment, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def wall(self) -> datetime:
        return datetime.now(UTC)


class SandboxClock:
    """Follows the sandbox's clock, which a person may turn forward."""

    def __init__(self, url: str) -> None:
        self._url = url

    def now(self) -> datetime:
        with urlopen(self._url, timeout=CLOCK_SECONDS) as answer:
            return datetime.fromtimestamp(json.load(answer)["now"], UTC)

    def wall(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Stands still until it is told otherwise. For tests and the benchmarks."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> datetime:
        return datetime.now(UTC)
