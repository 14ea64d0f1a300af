"""What delivery makes of Slack's answers, and of trouble of our own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.client import IncompleteRead
from itertools import pairwise
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from bot import delivery as room
from bot.application import CALL_SECONDS
from bot.delivery import MOST_STUMBLES, STOP_SECONDS, Delivery
from bot.paces import BY_METHOD, LOOK_UP_GAP, PACES
from bot.senders.voice import after_a_post
from bot.slack_errors import calling
from sandbox.limits import LIMITS
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
    return SlackApiError("x", Answer(error, status, **headers))  # type: ignore[no-untyped-call]


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


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(room, "SETTLE_PAUSES", (0.0, 0.0, 0.0))
    return Office(database)


def raises(error: Exception) -> Callable[..., None]:
    def act(*_: Any) -> None:
        raise error

    return act


def limited(seconds: str) -> Callable[..., None]:
    return raises(said("ratelimited", 429, **{"Retry-After": seconds}))


# Limits.


def test_a_limit_holds_up_everything_that_calls_the_same_method_and_nothing_else(office: Office) -> None:
    office.put("nudge", *range(5))
    office.put("edit", *range(5))
    only_posts = limited("30")
    office.answer = lambda row: only_posts() if row.kind == "nudge" else None
    office.go_on(29)
    assert len(office.at("nudge")) == 1
    assert len(office.at("edit")) == 5
    office.answer = lambda _row: None
    office.go_on(6)
    assert len(office.at("nudge")) == 6
    assert office.at("nudge")[1] >= NINE + timedelta(seconds=30)


def test_what_is_written_after_a_limit_waits_for_its_end_too(office: Office) -> None:
    office.put("nudge", 1)
    office.answer = limited("30")
    office.delivery.send_all()
    office.answer = lambda _row: None
    office.clock.moment += timedelta(seconds=20)
    office.put("reply", 2)
    office.delivery.send_all()
    assert office.at("reply") == []
    office.clock.moment += timedelta(seconds=11)
    office.delivery.send_all()
    office.go_on(1)
    assert len(office.at("reply")) == 1


def test_a_token_that_is_no_good_any_more_holds_up_nobody_who_comes_with_a_new_one(office: Office) -> None:
    office.put("nudge", 1)
    office.answer = raises(said("token_revoked"))
    office.delivery.send_all()
    office.answer = lambda _row: None
    office.clock.moment += timedelta(seconds=1)
    office.put("nudge", 2)
    office.delivery.send_all()
    assert [key for _, key in office.calls] == ["nudge:1", "nudge:2"]


@pytest.mark.parametrize("method", sorted(BY_METHOD))
def test_a_workspaces_calls_of_a_method_fit_into_any_minute_and_fill_it(method: str) -> None:
    [gap] = {lane.gap for lane in BY_METHOD[method] if lane.place == "team_id"}
    if method == "users.info":
        gap = LOOK_UP_GAP
    limit = LIMITS[method]
    assert limit.calls * 0.75 < limit.seconds / gap.total_seconds() <= limit.calls - 1


@pytest.mark.parametrize("kind", METHODS)
def test_what_a_workspace_is_told_keeps_the_gaps_of_its_kind(office: Office, kind: str) -> None:
    office.put(kind, *range(4))
    [gap] = {lane.gap for lane in PACES[kind] if lane.place == "team_id"}
    office.go_on(4 * gap.total_seconds(), gap.total_seconds() / 5)
    moments = office.at(kind)
    assert len(moments) == 4
    assert all(later - one >= gap for one, later in pairwise(moments))


def test_every_kind_keeps_a_pace_of_its_workspace() -> None:
    assert {kind for kind, lanes in PACES.items() if any(lane.place == "team_id" for lane in lanes)} == {
        *PACES
    }


def test_posts_that_wait_for_their_pace_do_not_keep_back_what_has_another(office: Office) -> None:
    office.put("nudge", *range(60))
    office.put("edit", 1)
    office.delivery.send_all()
    assert [len(office.at(kind)) for kind in ("nudge", "edit")] == [1, 1]


# Faults of our own.


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT", {}, Exception("the server closed the connection")),
        ValueError("a builder"),
        OSError("a clock"),
    ],
)
@pytest.mark.parametrize("kind", ["nudge", "edit"])
def test_what_broke_before_slack_was_asked_is_sent_once_it_is_well(
    office: Office, error: Exception, kind: str
) -> None:
    office.put(kind, 1)
    office.before = raises(error)
    office.delivery.send_all()
    assert office.row().state is WorkState.PENDING
    office.before = lambda _row: None
    office.wait_for_row()
    office.delivery.send_all()
    assert office.row().state is WorkState.SENT
    assert len(office.calls) == 1
    assert office.told == []


@pytest.mark.parametrize(("kind", "told"), [("nudge", [("nudge:1", WorkState.FAILED)]), ("edit", [])])
def test_what_stays_broken_is_given_up_and_the_lead_hears_of_a_post(
    office: Office, kind: str, told: list[Any]
) -> None:
    office.put(kind, 1)
    tries: list[str] = []

    def break_down(row: Outgoing) -> None:
        tries.append(row.key)
        raise ValueError

    office.before = break_down
    for _ in range(MOST_STUMBLES + 5):
        office.delivery.send_all()
        office.wait_for_row()
    assert len(tries) == MOST_STUMBLES
    assert office.row().state is WorkState.FAILED
    assert office.told == told


def test_tries_that_slack_put_off_are_none_of_our_own(office: Office) -> None:
    office.put("nudge", 1)
    office.answer = limited("1")
    for _ in range(MOST_STUMBLES + 2):
        office.delivery.send_all()
        office.wait_for_row()
    office.before = raises(ValueError())
    office.delivery.send_all()
    assert office.row().state is WorkState.PENDING
    assert office.row().stumbles == 1


def test_a_post_whose_call_broke_may_have_left(office: Office) -> None:
    office.put("nudge", 1)
    office.answer = raises(TypeError("in the client"))
    office.delivery.send_all()
    assert office.row().state is WorkState.UNKNOWN
    assert office.told == [("nudge:1", WorkState.UNKNOWN)]


def test_a_post_that_arrived_is_sent_whatever_breaks_afterwards(office: Office) -> None:
    office.put("nudge", 1)
    office.after = raises(OperationalError("UPDATE", {}, Exception("connection lost")))
    office.go_on(30, 5)
    assert office.row().state is WorkState.SENT
    assert len(office.calls) == 1


# Writing down what Slack said.


def away(office: Office, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """The database is away the next so many times that somebody writes down how a row ended."""
    left = iter(range(times))
    for name in ("finish", "try_again"):
        true = getattr(outbox, name)

        def act(*given: Any, true: Any = true, **named: Any) -> Any:
            if next(left, None) is not None:
                raise OperationalError("UPDATE", {}, Exception("connection lost"))
            return true(*given, **named)

        monkeypatch.setattr(outbox, name, act)


@pytest.mark.parametrize("times", [1, 2, 4])
def test_an_answer_is_not_forgotten_while_the_database_is_away(
    office: Office, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    office.put("nudge", 1)
    office.answer = limited("30")
    away(office, monkeypatch, times)
    for _ in range(2):  # a longer absence is seen by the next round, too
        try:
            office.delivery.send_all()
        except OperationalError:
            continue
    assert office.row().state is WorkState.PENDING
    office.answer = lambda _row: None
    office.clock.moment += timedelta(minutes=2)  # also when the lease of its first claim would have ended
    office.delivery.send_all()
    assert office.row().state is WorkState.SENT
    assert office.told == []


def test_who_comes_late_does_not_undo_what_another_replica_did(office: Office) -> None:
    """The first stalls in its call; its lease ends, the second sends it and is limited."""
    office.put("edit", 1)
    second = office.another()

    def stall(_row: Outgoing) -> None:
        if len(office.calls) == 1:
            office.clock.moment += timedelta(seconds=61)
            office.answer = limited("30")
            second.send_all()

    office.answer = stall
    office.delivery.send_all()
    assert len(office.calls) == 2
    assert office.row().state is WorkState.PENDING
    assert office.row().not_before == office.clock.moment + timedelta(seconds=30)


def test_who_comes_late_and_knows_that_it_arrived_says_so_before_the_lead_is_told(office: Office) -> None:
    office.put("nudge", 1)

    def stall(_row: Outgoing) -> None:
        office.clock.moment += timedelta(seconds=61)
        with office.database.write() as session:
            assert outbox.claim(session, office.clock.moment, PACES, room.REPEATABLE) is None
        assert office.row().state is WorkState.UNKNOWN

    office.answer = stall
    office.delivery.send_all()
    assert office.row().state is WorkState.SENT
    assert office.told == []


# What follows.


def test_a_post_that_was_put_off_for_a_day_is_given_up_and_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST_ATTEMPTS", 4)
    office.put("nudge", 1)
    office.answer = raises(said("service_unavailable"))
    for _ in range(5):
        office.delivery.send_all()
        office.wait_for_row()
    assert office.row().state is WorkState.FAILED
    assert len(office.calls) == 4
    assert office.told == [("nudge:1", WorkState.FAILED)]


def test_another_way_that_breaks_strands_no_row_and_the_lead_hears(office: Office) -> None:
    office.put("nudge", 1)
    office.answer = raises(said("messages_tab_disabled"))
    office.on_refused = raises(ValueError("a builder"))
    office.delivery.send_all()
    assert office.row().state is WorkState.FAILED
    assert office.told == [("nudge:1", WorkState.FAILED)]


def test_one_word_to_a_lead_that_breaks_keeps_no_other_from_being_said(office: Office) -> None:
    office.put("nudge", *range(3))
    office.answer = raises(IncompleteRead(b""))
    office.on_not_sent = lambda _session, row: raises(ValueError())() if row.key == "nudge:1" else None
    office.go_on(2)
    assert office.told == [("nudge:0", WorkState.UNKNOWN), ("nudge:2", WorkState.UNKNOWN)]
    assert not any(row.lease_until for row in office.rows()), "nobody is told again, or for ever"


def test_a_word_to_a_lead_waits_for_a_database_that_is_away(office: Office) -> None:
    office.put("nudge", 1)
    office.answer = raises(IncompleteRead(b""))
    office.on_not_sent = raises(OperationalError("INSERT", {}, Exception("connection lost")))
    with pytest.raises(OperationalError):
        office.delivery.send_all()
    office.on_not_sent = lambda _session, _row: None
    office.delivery.send_all()
    assert office.told == [("nudge:1", WorkState.UNKNOWN)]


def test_at_its_end_a_call_that_is_under_way_is_waited_for() -> None:
    assert STOP_SECONDS > 2 * CALL_SECONDS
