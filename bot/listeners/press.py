"""Something pressed or picked, as the handlers in `pressed/` get it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from blocks.ids import Act
from bot.desk import Desk, Visitor
from bot.use_cases.common import Refused, Work

log = structlog.get_logger()

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """Something pressed or picked. `channel_id` is `None` in a private conversation with Tandem."""

    desk: Desk
    visitor: Visitor
    client: WebClient
    body: Mapping[str, Any]
    act: Act | None  # `None` for an id that this version does not know
    value: str
    channel_id: str | None

    @property
    def numbers(self) -> list[int]:
        """The numbers in the value. Raises `Refused` for a value that this version never wrote."""
        parts = [part for part in self.value.split(":") if part]
        if not parts or not all(part.isdigit() for part in parts):
            raise Refused("old_button")
        return [int(part) for part in parts]

    @property
    def step(self) -> tuple[int, int]:
        """The plan's and the step's id: the last two numbers, a nudge's own id may stand before them."""
        if len(self.numbers) < 2:
            raise Refused("old_button")
        plan_id, step_id = self.numbers[-2:]
        return plan_id, step_id

    def work(self, plan_id: int) -> AbstractContextManager[Work]:
        """One transaction on the plan this press is about."""
        return self.desk.work(
            self.visitor, plan_id, channel_id=self.channel_id, request_key=f"action:{self.body['trigger_id']}"
        )

    def show(self, view: View) -> None:
        """Open a modal, or put it on top of the one the person is in."""
        opener = self.client.views_push if "view" in self.body else self.client.views_open
        try:
            opener(trigger_id=self.body["trigger_id"], view=view)
        except SlackApiError as error:
            _forgive(error, {"exchanged_trigger_id", "expired_trigger_id"})

    def replace(self, view: View) -> None:
        """Put a view in the place of the one the person is in, unless that changed or closed meanwhile."""
        shown = self.body["view"]
        try:
            self.client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        except SlackApiError as error:
            _forgive(error, {"hash_conflict", "not_found"})


def _forgive(error: SlackApiError, codes: set[str]) -> None:
    """A window that is open already, or that nobody waits for any more, is nothing to report."""
    code = error.response["error"]
    if code not in codes:
        raise error
    log.info("window_not_shown", error=code)


Handler = Callable[[Press], None]
