"""What the beat does comes to pass for everybody, also where one plan, person or round is broken."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, col, select

from bot import scheduler
from bot.clock import FixedClock
from bot.delivery import Delivery
from bot.desk import Visitor
from bot.scheduler import Beat
from bot.use_cases import dates, handovers, nudges
from bot.use_cases import steps as cases
from bot.use_cases.handovers import tell_new_owners
from bot.use_cases.nudges import sweep
from storage import outbox, plans
from storage.database import Database
from storage.models import Handover, Side, Step
from storage.outgoing import Outgoing
from tests.given import BEA, RAE, RAVI, Table
from tests.unit.test_nudges import DUE, MORNING_AFTER

HOUR = timedelta(hours=1)


@pytest.fixture
def table(database: Database) -> Table:
    """Bea and Ravi each own a step that was due yesterday, and nothing else is due."""
    table = Table(database)
    with database.write() as session:
        steps = plans.every_step(session, table.plan_id)
        for step in steps:
            step.due_date, step.next_nudge_at = date(2026, 12, 1), None
            session.add(step)
        theirs = [step.id or 0 for step in steps if step.side is Side.BUYER and not step.gate]
    for step_id, person in zip(theirs, (BEA, RAVI), strict=False):
        with table.work(RAE) as work:
            cases.assign_step(work, step_id, person.user_id)
            dates.move_step(work, step_id, DUE)
    return table


def steps_of(table: Table, person: Visitor) -> Step:
    with table.database.read() as session:
        return session.exec(select(Step).where(Step.owner_id == person.user_id)).one()


def written_to(table: Table, kind: str) -> list[str | None]:
    with table.database.read() as session:
        rows = session.exec(select(Outgoing).where(Outgoing.kind == kind).order_by(col(Outgoing.id)))
        return [row.channel_id for row in rows]


def run(table: Table, moment: datetime) -> int:
    with table.database.write() as session:
        return sweep(session, moment, moment)


def break_messages_to(person: Visitor, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    put = outbox.put

    def broken(session: Session, **row: Any) -> bool:
        if row["channel_id"] == person.user_id and row["kind"] in ("nudge", "notice"):
            raise error
        return put(session, **row)

    monkeypatch.setattr(outbox, "put", broken)


@pytest.mark.parametrize("error", [ValueError("a name"), IntegrityError("INSERT", {}, Exception("twice"))])
def test_one_person_who_cannot_be_nudged_keeps_it_from_nobody_and_is_tried_again(
    table: Table, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with monkeypatch.context() as patch:
        break_messages_to(BEA, patch, error)
        assert run(table, MORNING_AFTER) == 1
    assert written_to(table, "nudge") == [RAVI.user_id]
    assert steps_of(table, BEA).next_nudge_at == MORNING_AFTER + nudges.LATER
    assert run(table, MORNING_AFTER + nudges.LATER) == 1
    assert written_to(table, "nudge") == [RAVI.user_id, BEA.user_id]


def test_one_step_that_nobody_can_be_asked_about_keeps_back_no_other(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    who_is_asked = nudges.who_is_asked  # type: ignore[attr-defined]

    def broken(step: Step, *given: Any) -> Any:
        if step.owner_id == BEA.user_id:
            raise LookupError
        return who_is_asked(step, *given)

    with monkeypatch.context() as patch:
        patch.setattr(nudges, "who_is_asked", broken)
        assert run(table, MORNING_AFTER) == 1
    assert written_to(table, "nudge") == [RAVI.user_id]
    assert run(table, MORNING_AFTER + nudges.LATER) == 1


def test_a_round_in_which_the_database_goes_away_is_done_again_as_a_whole(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        break_messages_to(RAVI, patch, OperationalError("INSERT", {}, Exception("connection lost")))
        with pytest.raises(OperationalError):
            run(table, MORNING_AFTER)
    assert run(table, MORNING_AFTER) == 2


def test_one_person_who_cannot_be_told_keeps_it_from_nobody_and_is_tried_again(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(moment: datetime) -> int:
        with table.database.write() as session:
            return tell_new_owners(session, moment, moment)

    moment = datetime.combine(date(2026, 6, 1), MORNING_AFTER.timetz())
    with monkeypatch.context() as patch:
        break_messages_to(BEA, patch, ValueError("a name"))
        assert tell(moment) == 1
    assert written_to(table, "notice") == [RAVI.user_id]
    with table.database.read() as session:
        [waiting] = session.exec(select(Handover).where(col(Handover.notice_id).is_(None)))
    assert (waiting.user_id, waiting.tell_at) == (BEA.user_id, moment + handovers.LATER)
    assert tell(moment + handovers.LATER) == 1


def test_a_round_that_breaks_keeps_back_no_other_and_undoes_only_itself(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = []

    def put(session: Session, name: str) -> None:
        outbox.put(session, key=name, kind="post", team_id="T1", not_before=MORNING_AFTER)

    def breaks(session: Session, _now: datetime, _wall: datetime) -> int:
        put(session, "half done")
        raise ValueError

    def works(session: Session, _now: datetime, _wall: datetime) -> int:
        put(session, "done")
        return 1

    monkeypatch.setattr(scheduler, "ROUNDS", {"one": breaks, "two": works, "three": breaks})
    delivery = Delivery(table.database, table.clock, {}, lambda *_: None, lambda *_: None)
    monkeypatch.setattr(delivery, "ring", lambda: rung.append(True))
    Beat(table.database, FixedClock(MORNING_AFTER), delivery, 20).sweep()
    with table.database.read() as session:
        assert list(session.exec(select(Outgoing.key).where(Outgoing.kind == "post"))) == ["done"]
    assert rung == [True]
