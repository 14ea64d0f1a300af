"""What somebody said to Tandem, by `/map` or by a mention, as the verbs in `said/` get it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from sqlmodel import Session

from blocks.ids import Act
from bot.desk import Desk, Visitor
from bot.listeners.in_thread import ThreadAnswer
from bot.listeners.permalinks import permalink
from bot.use_cases.common import Refused, Work
from storage import plans
from storage.models import Side

Message = Mapping[str, Any]
View = Mapping[str, Any]
LeaveReply = Callable[[Session, datetime, Message], None]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody said to Tandem, in which channel. `rest` is still escaped.

    A mention is a message: it has a `message_ts`, is answered in the thread `thread_ts` by `thread`, and
    `leave_reply` puts the answer on its way. A command has none of these.
    """

    desk: Desk
    visitor: Visitor
    channel_id: str
    rest: str
    request_key: str
    by_command: bool
    client: WebClient | None = None
    message_ts: str = ""
    thread_ts: str = ""
    thread: ThreadAnswer | None = None
    leave_reply: LeaveReply | None = None
    _links: dict[str, str] = field(default_factory=dict, compare=False)  # asked for once by several lines

    def work(self, plan_id: int) -> AbstractContextManager[Work]:
        """One transaction on the channel's plan."""
        return self.desk.work(
            self.visitor,
            plan_id,
            channel_id=self.channel_id,
            request_key=self.request_key,
            said_in=self.thread_ts or None,
        )

    def carry_out(self, plan_id: int, act: Callable[[Work], Message]) -> "Answer":
        """Do something to the plan and say so. Of a mention the answer is written down with what it did:
        there is never one without the other, however often Slack delivers the mention.
        """
        with self.work(plan_id) as work:
            message = act(work)
            if self.leave_reply is not None:
                self.leave_reply(work.session, work.wall, message)
        return Answer(message)

    def message_link(self, ts: str = "") -> str:
        """A link to the message itself, or to another of its channel. Asks Slack, so not in a transaction.

        "" for a command, which leaves no message, and where Slack gives no link: nothing hangs on it.
        """
        ts = ts or self.message_ts
        if not self.client or not ts:
            return ""
        if ts not in self._links:
            self._links[ts] = permalink(self.client, self.channel_id, ts)
        return self._links[ts]


@dataclass(frozen=True, slots=True)
class Answer:
    """A message, or a modal with the button that opens it where there is no trigger to open it with.

    `step_id` is the step that the button is about, 0 where it is about the plan; `left` are words, escaped,
    that found no place in the modal: they are handed back.
    """

    message: Message | None = None
    modal: View | None = None
    button: Act | None = None
    plan_id: int = 0
    step_id: int = 0
    left: str = ""
    number: int = 0  # of that step, for the words that do the same
    value: str = ""  # what the button carries, where that is more than the plan and the step


Verb = Callable[[Spoken], Answer]


def open_plan_id(spoken: Spoken) -> int:
    """The channel's open plan. Raises `Refused` where there is none."""
    found = glance(spoken)
    if found is None:
        raise Refused("no_plan", has_command=spoken.by_command)
    if not found.is_open:
        raise Refused("no_open_plan", may_start=spoken.desk.is_of_the_seller(spoken.visitor))
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
