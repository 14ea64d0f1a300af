"""Something pressed or picked, as the handlers in `pressed/` get it."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from blocks.ids import Act
from blocks.ids import View as Form
from bot.desk import Desk, Visitor
from bot.listeners.below import redraw_list, remember_list
from bot.listeners.metadata import Metadata
from bot.use_cases.common import Refused, Work
from bot.use_cases.home import publish_home

log = structlog.get_logger()

NUMBER = re.compile(r"\d{1,9}", re.ASCII)  # what fits in a column that holds an id

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
        if not parts:
            raise Refused("old_button")
        return [number_in(part) for part in parts]

    @property
    def step(self) -> tuple[int, int]:
        """The plan's and the step's id: the last two numbers, a nudge's own id may stand before them."""
        if len(self.numbers) < 2:
            raise Refused("old_button")
        plan_id, step_id = self.numbers[-2:]
        return plan_id, step_id

    @property
    def in_modal(self) -> bool:
        return surface(self.body) == "modal"

    def in_form(self, form: Form) -> bool:
        """Whether it was done in that form, whose fields it is about."""
        return self.in_modal and self.body["view"].get("callback_id") == form

    @property
    def in_home(self) -> bool:
        return surface(self.body) == "home"

    @contextmanager
    def work(self, plan_id: int) -> Iterator[Work]:
        """One transaction on the plan this press is about. In a home, what it changes shows there at once."""
        key = f"action:{self.body['trigger_id']}"
        with self.desk.work(self.visitor, plan_id, channel_id=self.channel_id, request_key=key) as work:
            yield work
            if self.in_home:
                publish_home(work.session, self.desk.team_id, self.visitor.user_id, work.wall)

    def show(self, view: View) -> None:
        """Open a modal, or put it on top of the one the person is in."""
        opener = self.client.views_push if self.in_modal else self.client.views_open
        if self.in_modal:
            view = remember_list(self.body["view"], view)
        try:
            opener(trigger_id=self.body["trigger_id"], view=view)
        except SlackApiError as error:
            _forgive(error, {"exchanged_trigger_id", "expired_trigger_id"})

    def replace(self, view: View) -> None:
        """Put a view in the place of the one the person is in, unless that changed or closed meanwhile.

        A home is left as it is: it gets drawn again by itself.
        """
        if not self.in_modal:
            return
        shown = self.body["view"]
        try:
            self.client.views_update(
                view_id=shown["id"], hash=shown.get("hash"), view=remember_list(shown, view)
            )
        except SlackApiError as error:
            _forgive(error, {"hash_conflict", "not_found"})

    def redraw_list_below(self) -> None:
        """What was changed in the window of a step shows in the list below it, too."""
        shown = self.body["view"]
        metadata = Metadata.load(shown["private_metadata"])
        if metadata.list_id and shown.get("previous_view_id"):
            redraw_list(self.client, self.desk, self.visitor, metadata, shown["previous_view_id"])


def number_in(text: str) -> int:
    """A number out of a value. Raises `Refused` for what this version never wrote there."""
    if not NUMBER.fullmatch(text):
        raise Refused("old_button")
    return int(text)


def surface(body: Mapping[str, Any]) -> str:
    """Where something was pressed: "modal", "home", or "" for a message."""
    return str((body.get("view") or {}).get("type") or "")


def _forgive(error: SlackApiError, codes: set[str]) -> None:
    """A window that is open already, or that nobody waits for any more, is nothing to report."""
    code = error.response["error"]
    if code not in codes:
        raise error
    log.info("window_not_shown", error=code)


Handler = Callable[[Press], None]
