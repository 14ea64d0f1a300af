"""A modal that was sent, as the handlers in `sent/` get it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.desk import Desk, Visitor
from bot.listeners.below import redraw_list, redraw_step
from bot.listeners.forms import Form
from bot.listeners.metadata import Metadata
from bot.use_cases.common import Refused, Work
from storage import requests

Response = dict[str, Any]

# https://docs.slack.dev/surfaces/modals#close_views
CLOSE_ALL: Response = {"response_action": "clear"}
CLOSE_THIS: Response = {}


class ChangedMeanwhile(Refused):
    """Somebody else changed the same while the form was open. Said once: to send it again means "I know".

    `key` is what changed, and to what.
    """

    def __init__(self, code: str, key: str, field: str | None = None, **facts: Any) -> None:
        super().__init__(code, field=field, **facts)
        self.key = key


@dataclass(frozen=True, slots=True)
class Sent:
    """A modal as somebody sent it."""

    desk: Desk
    visitor: Visitor
    form: Form
    metadata: Metadata
    client: WebClient
    view: Mapping[str, Any]

    @property
    def view_id(self) -> str:
        return str(self.view["id"])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return list(self.view["blocks"])

    @property
    def request_key(self) -> str:
        return f"view:{self.view_id}"

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction on the plan this modal is about."""
        metadata = self.metadata
        try:
            with self.desk.work(
                self.visitor, metadata.plan_id, channel_id=metadata.door, request_key=self.request_key
            ) as work:
                yield work
        except ChangedMeanwhile as changed:
            with self.desk.database.write() as session:
                requests.is_first(session, self._conflict(changed.key), self.desk.clock.wall())
            raise

    def back(self) -> Response:
        """Close this window; back in the list that somebody came from, if they did, else in the channel."""
        details, below = self.view.get("previous_view_id"), self.view.get("root_view_id")
        if not self.metadata.list_id or not details or not below:
            return CLOSE_ALL
        where = (self.client, self.desk, self.visitor, self.metadata)
        is_true = details == below or redraw_step(*where, details)
        return CLOSE_THIS if is_true and redraw_list(*where, below) else CLOSE_ALL

    def was_told(self, work: Work, key: str) -> bool:
        """Whether a `ChangedMeanwhile` of this key was raised for this form before."""
        return requests.was_seen(work.session, self._conflict(key))

    def _conflict(self, key: str) -> str:
        return f"conflict:{self.view_id}:{key}"


Handler = Callable[[Sent], Response]
