"""What delivery makes of Slack's answers, and of trouble of our own."""

from datetime import timedelta
from http.client import IncompleteRead
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import delivery as room
from bot.application import CALL_SECONDS
from bot.delivery import MOST_STUMBLES, STOP_SECONDS
from bot.paces import PACES
from storage import outbox
from storage.database import Database
from storage.outgoing import Outgoing, WorkState
from tests.unit.office import Office, limited, raises, said


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(room, "SETTLE_PAUSES", (0.0, 0.0, 0.0))
    return Office(database)


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
