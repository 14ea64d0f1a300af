"""Slack's bad days, on request: a limit reached, a failure, an answer that is lost on the way."""

import threading
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Fault(BaseModel):
    """What happens to the next `times` calls of a Web API method.

    rate_limited: refused with 429 and `Retry-After`. fatal_error: refused with 500, nothing was done.
    lost_answer: done, and then answered with 500, so that the caller cannot know.
    """

    model_config = ConfigDict(extra="forbid")

    method: str
    kind: Literal["rate_limited", "fatal_error", "lost_answer"]
    times: int = Field(default=1, ge=1)
    retry_after: int = Field(default=1, ge=1)  # seconds


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def set(self, faults: list[Fault]) -> None:
        """Replaces whatever was waiting."""
        with self._lock:
            self._waiting = [fault.model_copy() for fault in faults]

    def next_for(self, method: str) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if fault.method == method:
                    fault.times -= 1
                    if fault.times == 0:
                        self._waiting.remove(fault)
                    return fault
            return None
