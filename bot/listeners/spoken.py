"""What somebody said to Tandem, by `/map` or by a mention, as the verbs in `said/` get it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from blocks.ids import Act
from bot.desk import Desk, Visitor
from bot.use_cases.common import Refused, Work
from storage import plans
from storage.models import Side

Message = Mapping[str, Any]
View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody said to Tandem, in which channel. `rest` is still escaped."""

    desk: Desk
    visitor: Visitor
    channel_id: str
    rest: str
    request_key: str
    by_command: bool

    def work(self, plan_id: int) -> AbstractContextManager[Work]:
        """One transaction on the channel's plan."""
        return self.desk.work(self.visitor, plan_id, channel_id=self.channel_id, request_key=self.request_key)


@dataclass(frozen=True, slots=True)
class Answer:
    """A message, or a modal with the button that opens it where there is no trigger to open it with."""

    message: Message | None = None
    modal: View | None = None
    button: Act | None = None
    plan_id: int = 0


Verb = Callable[[Spoken], Answer]


def open_plan_id(spoken: Spoken) -> int:
    """The channel's open plan. Raises `Refused` where there is none."""
    found = glance(spoken)
    if found is None:
        raise Refused("no_plan", has_command=spoken.by_command)
    if not found.is_open:
        raise Refused("no_open_plan")
    return found.plan_id


def glance(spoken: Spoken) -> plans.Glance | None:
    with spoken.desk.database.ask() as connection:
        return plans.glance(connection, spoken.channel_id)


def any_plan_id(spoken: Spoken) -> int:
    found = glance(spoken)
    if found is None:
        raise Refused("no_plan", has_command=spoken.by_command)
    return found.plan_id


def reader(spoken: Spoken, side: Side | None) -> Side | None:
    """Who reads the answer. In a thread everybody does, so only what both sides know may be in it."""
    return side if spoken.by_command else None
