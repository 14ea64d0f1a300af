"""A delivery whose senders do what a test says, on a clock that the test moves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlmodel import Session, col, select

from bot.delivery import Delivery
from bot.senders.voice import after_a_post
from bot.slack_errors import calling
from storage import outbox
from storage.database import Database
from storage.outgoing import Outgoing, WorkState

NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
POST, EDIT = "chat.postMessage", "chat.update"
METHODS = {
    "nudge": POST,
    "post": POST,
    "reply": POST,
    "edit": EDIT,
    "pin": "pins.add",
    "roster": "users.info",
    "home": "views.publish",
}


class Hands:
    """A clock that a test moves."""

    moment = NINE

    def now(self) -> datetime:
        return self.moment

    wall = now


class Answer(dict[str, str]):
    def __init__(self, error: str, status: int = 200, **headers: str) -> None:
        super().__init__(error=error)
        self.status_code = status
        self.headers = headers


def said(error: str, status: int = 200, **headers: str) -> SlackApiError:
    return SlackApiError("x", Answer(error, status, **headers))


class Office:
    """A delivery whose senders do what a test says; `calls` are those that reached Slack."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Hands()
        self.calls: list[tuple[datetime, str]] = []
        self.answer: Callable[[Outgoing], None] = lambda _row: None
        self.before: Callable[[Outgoing], None] = lambda _row: None
        self.after: Callable[[Outgoing], None] = lambda _row: None
        self.refused: list[str] = []
        self.told: list[tuple[str, WorkState]] = []
        self.on_refused: Callable[[Session, Outgoing], None] = lambda _session, _row: None
        self.on_not_sent: Callable[[Session, Outgoing], None] = lambda _session, _row: None
        self.delivery = self.another()

    def another(self) -> Delivery:
        senders = dict.fromkeys(METHODS, self._send)
        return Delivery(self.database, self.clock, senders, self._refused, self._not_sent)

    def _send(self, row: Outgoing) -> None:
        self.before(row)
        with calling(METHODS[row.kind]):
            self.calls.append((self.clock.moment, row.key))
            self.answer(row)
        with after_a_post():
            self.after(row)

    def _refused(self, session: Session, row: Outgoing, error: str) -> None:
        self.refused.append(error)
        self.on_refused(session, row)

    def _not_sent(self, session: Session, row: Outgoing) -> None:
        self.on_not_sent(session, row)
        self.told.append((row.key, row.state))

    def put(self, kind: str, *names: object, channel: str | None = None) -> None:
        with self.database.write() as session:
            for name in names:
                outbox.put(
                    session,
                    key=f"{kind}:{name}",
                    kind=kind,
                    team_id="T1",
                    channel_id=channel or f"C{name}",
                    not_before=self.clock.moment,
                )

    def rows(self) -> list[Outgoing]:
        with self.database.read() as session:
            return list(session.exec(select(Outgoing).order_by(col(Outgoing.id))))

    def row(self) -> Outgoing:
        [row] = self.rows()
        return row

    def go_on(self, seconds: float, step: float = 0.25) -> None:
        """Send what is due, again and again, until so much time has passed."""
        until = self.clock.moment + timedelta(seconds=seconds)
        while self.clock.moment < until:
            self.delivery.send_all()
            self.clock.moment += timedelta(seconds=step)

    def wait_for_row(self) -> None:
        """On to the moment when the only row may go out again."""
        self.clock.moment = max(self.clock.moment, self.row().not_before)

    def at(self, kind: str) -> list[datetime]:
        return [moment for moment, key in self.calls if key.startswith(f"{kind}:")]


def raises(error: Exception) -> Callable[..., None]:
    def act(*_: Any) -> None:
        raise error

    return act


def limited(seconds: str) -> Callable[..., None]:
    return raises(said("ratelimited", 429, **{"Retry-After": seconds}))
