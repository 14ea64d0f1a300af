"""Slack's bad days, on request: rules that say which calls go wrong, how, and how often.

A rule names a method (or `*`), perhaps a channel, a kind, and for how many calls it holds. The first rule
that fits a call is used up by it. `POST /page/faults {"faults": [rule, …]}` replaces whatever waits; in code
it is `slack.faults.add(Fault(…))`.

What Slack's status codes mean: https://docs.slack.dev/apis/web-api/#errors and, for 429,
https://docs.slack.dev/apis/web-api/rate-limits
"""

import threading
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from sandbox.limits import LIMITS, conversation

Kind = Literal[
    # Nothing is done, and Slack says so:
    "rate_limited",  # 429, `Retry-After: retry_after`
    "fatal_error",  # 500
    "unavailable",  # 503 from whatever stands before Slack: a page, no JSON
    "refused",  # 200 with `error`, a code of Slack's
    # Nobody answers: after `latency` seconds the connection ends without a word.
    "timeout_before",  # and nothing was done
    "timeout_after",  # and it was done
    # Done, and the caller cannot read it:
    "lost_answer",  # 500
    "html",  # 200 and a page
    "cut_json",  # 200 and half of the answer
    "empty",  # 200 and nothing
    # Done and answered, only late:
    "slow",
]
LONGEST = 300.0  # seconds


class Fault(BaseModel):
    """What happens to the next `times` calls. `latency`: seconds until it happens, with any kind."""

    model_config = ConfigDict(extra="forbid", strict=True)

    method: str
    kind: Kind
    channel: str | None = None
    times: int = Field(default=1, ge=1)
    latency: float = Field(default=0, ge=0, le=LONGEST)
    retry_after: int | None = Field(default=None, ge=1)  # seconds; 1 when a rate_limited rule says nothing
    error: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")

    @field_validator("method")
    @classmethod
    def _is_a_method(cls, method: str) -> str:
        if method != "*" and method not in LIMITS:
            raise ValueError(f"there is no method {method} here; * means all of them")
        return method

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (self.error is None) == (self.kind == "refused"):
            raise ValueError("“error” goes with the kind refused, and that kind needs it")
        if self.retry_after is not None and self.kind != "rate_limited":
            raise ValueError("“retry_after” goes with the kind rate_limited only")
        if self.kind == "slow" and not self.latency:
            raise ValueError("the kind slow needs a “latency”")
        return self

    @property
    def is_done(self) -> bool:
        """Whether what was asked for happens all the same."""
        return self.kind in ("timeout_after", "lost_answer", "html", "cut_json", "empty", "slow")

    @property
    def is_unanswered(self) -> bool:
        return self.kind in ("timeout_before", "timeout_after")

    def fits(self, method: str, given: Mapping[str, Any]) -> bool:
        if self.method not in ("*", method):
            return False
        return self.channel is None or conversation(self.channel) == conversation(
            str(given.get("channel", ""))
        )


class MalformedFaultError(ValueError):
    """A rule cannot be understood; the message names it and says what is wrong."""


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        """After those that wait already."""
        with self._lock:
            self._waiting += [fault.model_copy() for fault in faults]

    def set(self, faults: Iterable[Fault]) -> None:
        """Replaces whatever was waiting."""
        with self._lock:
            self._waiting = [fault.model_copy() for fault in faults]

    def waiting(self) -> list[dict[str, Any]]:
        with self._lock:
            return [fault.model_dump(exclude_none=True) for fault in self._waiting]

    def next_for(self, method: str, given: Mapping[str, Any]) -> Fault | None:
        with self._lock:
            found = next((fault for fault in self._waiting if fault.fits(method, given)), None)
            if found is not None:
                found.times -= 1
                if found.times == 0:
                    self._waiting.remove(found)
            return found


_rules: TypeAdapter[list[Fault]] = TypeAdapter(list[Fault])


def read_faults(said: Any) -> list[Fault]:
    """Rules as a door takes them. Raises `MalformedFaultError`."""
    try:
        return _rules.validate_python(said)
    except ValidationError as error:
        problem = error.errors()[0]
        place, words = list(problem["loc"]), problem["msg"].removeprefix("Value error, ")
        rule = f"rule {int(place[0]) + 1}" if place else "faults"
        named = f"{rule}, “{place[1]}”" if len(place) > 1 else rule
        raise MalformedFaultError(f"{named}: {words}") from None
