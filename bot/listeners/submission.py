"""A modal that was sent, as the handlers in `sent/` get it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from bot.desk import Desk, Visitor
from bot.listeners.forms import Form
from bot.listeners.metadata import Metadata
from bot.use_cases.common import Work

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A modal as somebody sent it."""

    desk: Desk
    visitor: Visitor
    form: Form
    metadata: Metadata
    view_id: str
    blocks: list[dict[str, Any]]

    @property
    def request_key(self) -> str:
        return f"view:{self.view_id}"

    def work(self) -> AbstractContextManager[Work]:
        """One transaction on the plan this modal is about."""
        metadata = self.metadata
        return self.desk.work(
            self.visitor, metadata.plan_id, channel_id=metadata.door, request_key=self.request_key
        )


Handler = Callable[[Sent], Response]

CLOSE_ALL: Response = {"response_action": "clear"}
