"""The answer in the thread of what somebody wrote: one, however often Slack delivers the message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from blocks import replies
from blocks.replies import LineResult
from bot.desk import AlreadyCarriedOut, Desk
from storage import outbox, plans, requests
from storage.outgoing import Outgoing, WorkState

# An event comes again "immediately", "after 1 minute" and "after 5 minutes"; until then an answer that is not
# complete waits for its other lines. https://docs.slack.dev/apis/events-api/#retries
AFTER_THE_LAST_RETRY = timedelta(minutes=7)

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """The lines of one message as their writer knows them: what they order, and what orders nothing."""

    orders: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThreadAnswer:
    """Where the answer goes. `key` is of the event that it answers."""

    desk: Desk
    key: str
    channel_id: str
    thread_ts: str

    def leave(self, session: Session, wall: datetime, message: Message) -> None:
        """Raises `AlreadyCarriedOut` for a second answer to the same: what was answered with a no is not
        done after all, unheard, when it has become possible."""
        if not requests.is_first(session, f"reply:{self.key}", wall):
            raise AlreadyCarriedOut
        self._put(session, wall, {"message": dict(message)})

    def leave_now(self, message: Message) -> None:
        """For what did nothing to the plan; what did has its answer already, and this changes nothing."""
        with self.desk.database.write() as session:
            self.leave(session, self.desk.clock.wall(), message)
        self.desk.bell()

    def has_said(self, place: int) -> bool:
        """Whether the line at that place has its result, written down in an earlier delivery."""
        with self.desk.database.read() as session:
            return requests.was_seen(session, self._part(place))

    def leaver_of(self, told: Told, place: int) -> Callable[[Session, datetime, Message], None]:
        """What leaves the result of one line, in the transaction that carries it out."""

        def leave(session: Session, wall: datetime, message: Message) -> None:
            self._leave_part(session, wall, told, place, LineResult(first_words(message)))

        return leave

    def leave_part(self, told: Told, place: int, result: LineResult) -> None:
        """The same for a line that did nothing to the plan, or whose result is left already."""
        try:
            with self.desk.database.write() as session:
                self._leave_part(session, self.desk.clock.wall(), told, place, result)
        except AlreadyCarriedOut:
            return
        self.desk.bell()

    def _leave_part(
        self, session: Session, wall: datetime, told: Told, place: int, result: LineResult
    ) -> None:
        """Add a line to the answer. It goes out when all of them are there, or nobody comes with the rest."""
        if not requests.is_first(session, self._part(place), wall):
            raise AlreadyCarriedOut
        later = wall + AFTER_THE_LAST_RETRY
        self._put(session, later, {"message": {}, "parts": {}})
        row = session.exec(
            select(Outgoing)
            .where(Outgoing.key == f"reply:{self.key}", Outgoing.state == WorkState.PENDING)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        parts = {**row.payload.get("parts", {}), str(place): [result.text, result.typed]}
        is_said = [requests.was_seen(session, self._part(at)) for at in range(len(told.orders))]
        missing = [order for order, said in zip(told.orders, is_said, strict=True) if not said]
        results = [LineResult(*parts[at]) for at in sorted(parts, key=int)]
        message = dict(replies.reply_lines(results, told.left, missing))
        row.payload = {**row.payload, "message": message, "parts": parts}
        row.not_before = later if missing else wall
        session.add(row)

    def _part(self, place: int) -> str:
        return f"reply:{self.key}:{place}"

    def _put(self, session: Session, not_before: datetime, payload: Mapping[str, Any]) -> None:
        plan = plans.open_plan_in(session, self.channel_id)
        outbox.put(
            session,
            key=f"reply:{self.key}",
            kind="reply",
            team_id=self.desk.team_id,
            channel_id=self.channel_id,
            plan_id=plan.id if plan else None,
            payload={"thread_ts": self.thread_ts, **payload},
            not_before=not_before,
        )


def first_words(message: Message) -> str:
    """The first lines of an answer, finished mrkdwn: what is enough of it among others."""
    for block in message["blocks"]:
        if block["type"] == "section" and "text" in block:
            return str(block["text"]["text"])
    return str(message["text"])
