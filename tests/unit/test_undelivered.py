"""What could not be said to whom it was for is said to the plan's lead, once, in private."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from blocks.undelivered import MOST_NAMES, build_given_up, build_no_way
from bot.desk import Visitor
from bot.use_cases import dates
from bot.use_cases import steps as cases
from bot.use_cases.handovers import tell_new_owners
from bot.use_cases.nudges import sweep
from storage import plans
from storage.database import Database
from storage.models import Plan, Side, Step, Visibility
from storage.outgoing import WorkState
from tests.blocks.plans import NASTY, nasty_step, step
from tests.blocks.rules import check
from tests.given import BEA, MONDAY, RAE, RAVI
from tests.unit.test_boards import House
from tests.unit.test_nudges import DUE, MORNING_AFTER

SENDERS = Path(__file__).parents[2] / "bot" / "senders"
ACME = "Acme × Northwind"


@pytest.fixture
def house(database: Database) -> House:
    """A step of Bea's was due yesterday, and another is new to her. The board is there."""
    house = House(database)
    house.settle()
    with database.write() as session:
        for step in plans.every_step(session, house.table.plan_id):
            step.due_date = step.next_nudge_at = None
            session.add(step)
    return house


def owned_by(house: House, person: Visitor, by: Visitor = RAE) -> str:
    """The title of a step that is theirs, and was due yesterday."""
    step = house.table.step_where(side=Side.BUYER, gate=False)
    with house.table.work(by) as work:
        cases.assign_step(work, step.id or 0, person.user_id)
        dates.move_step(work, step.id or 0, DUE)
    house.settle()
    house.channel.replies.clear()  # the news of it
    return step.title


def without_a_board(house: House) -> None:
    with house.database.write() as session:
        plan = session.get_one(Plan, house.table.plan_id)
        plan.board_ts, plan.board_lost_at = None, MONDAY
        plan.board_lost_told = plan.board_lost_at


def nudge(house: House) -> None:
    with house.database.write() as session:
        assert sweep(session, MORNING_AFTER, house.clock.wall())
    house.settle()


def notify(house: House) -> None:
    with house.database.write() as session:
        assert tell_new_owners(session, datetime.combine(MONDAY, MORNING_AFTER.timetz()), house.clock.wall())
    house.settle()


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("kind", ["nudge", "notice", "news", "reply", "post"])
def test_the_words_to_the_lead_keep_the_rules(text: str, kind: str) -> None:
    check(dict(build_given_up(text, kind)))
    many = [nasty_step(number, title=text) for number in range(100)]
    for some in ([step(4, title=text)], many):
        check(dict(build_no_way(text, text, some)))


def test_of_many_steps_the_lead_reads_some_and_how_many_there_are() -> None:
    words = build_no_way("Acme", "Bea", [step(n, title=f"Point {n}") for n in range(1, 31)])["text"]
    assert f"Point {MOST_NAMES}" in words
    assert f"Point {MOST_NAMES + 1}" not in words
    assert f"{30 - MOST_NAMES} more" in words


@pytest.mark.parametrize("say", [nudge, notify])
def test_what_no_thread_can_say_either_the_lead_hears(house: House, say: Callable[[House], None]) -> None:
    title = owned_by(house, BEA)
    house.channel.unreachable = {BEA.user_id}
    without_a_board(house)
    say(house)
    [said] = house.channel.private
    assert "no private message to Bea Alvarez" in said
    assert ACME in said
    assert title in said
    assert house.channel.replies == []
    assert len(house.channel.messages) == 1


@pytest.mark.parametrize("say", [nudge, notify])
def test_where_there_is_a_thread_the_lead_hears_nothing(house: House, say: Callable[[House], None]) -> None:
    owned_by(house, BEA)
    house.channel.unreachable = {BEA.user_id}
    say(house)
    assert len(house.channel.replies) == 1
    assert house.channel.private == []


def test_a_lead_who_cannot_be_reached_is_not_told_so(house: House) -> None:
    owned_by(house, RAE, by=BEA)
    house.channel.unreachable = {RAE.user_id}
    without_a_board(house)
    nudge(house)
    assert [row.kind for row in house.rows(WorkState.FAILED)] == ["nudge"]


def test_a_reminder_that_cannot_be_written_is_given_up_and_the_lead_hears(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError

    owned_by(house, BEA)
    monkeypatch.setattr("bot.senders.nudges.build_nudge", broken)
    nudge(house)
    [said] = house.channel.private
    assert f"could not send a reminder for *{ACME}*" in said
    assert [row.kind for row in house.rows(WorkState.FAILED)] == ["nudge"]
    assert house.rows(WorkState.UNKNOWN) == []


@pytest.mark.parametrize("say", [nudge, notify])
def test_of_what_a_side_keeps_to_itself_the_lead_hears_not_even_that(
    house: House, monkeypatch: pytest.MonkeyPatch, say: Callable[[House], None]
) -> None:
    def broken(*_: Any) -> Any:
        raise ValueError

    with house.table.work(RAVI) as work:
        new = cases.NewStep("Our own budget round", owner_id=BEA.user_id, due=MONDAY.date(), is_private=True)
        cases.add_step(work, new)
    with house.database.write() as session:
        step = session.exec(select(Step).where(Step.visibility == Visibility.BUYER)).one()
        step.due_date, step.next_nudge_at = DUE, MORNING_AFTER
    monkeypatch.setattr("bot.senders.nudges.build_nudge", broken)
    monkeypatch.setattr("bot.senders.handovers.build_handover", broken)
    say(house)
    assert house.rows(WorkState.FAILED) != []
    assert house.channel.private == []


def test_a_reminder_that_arrived_is_not_sent_again_when_its_place_cannot_be_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise OperationalError("UPDATE", {}, Exception("connection lost"))

    owned_by(house, BEA)
    monkeypatch.setattr("bot.senders.nudges.takes_messages", broken)
    nudge(house)
    assert len(house.channel.private) == 1, "it went to Bea; nobody is told that it is lost"
    assert house.rows(WorkState.UNKNOWN, WorkState.FAILED) == []


def test_only_the_voice_calls_slack_for_the_outbox() -> None:
    """Around each of its calls stands what tells a lost answer from a fault of our own."""
    senders = [path for path in SENDERS.glob("*.py") if path.name != "voice.py"]
    assert len(senders) > 5
    assert [path.name for path in senders if "client." in path.read_text()] == []
    calls = re.findall(r"self\.client\.\w+\(", (SENDERS / "voice.py").read_text())
    kept = re.findall(r"with calling\(\S+\):\n.*self\.client\.", (SENDERS / "voice.py").read_text())
    assert len(calls) == len(kept) > 5
    uploads = (SENDERS.parent / "uploads.py").read_text()
    calls = re.findall(r"client\.files_\w+\(", uploads)
    kept = re.findall(r"with calling\(\S+\):\n.*client\.files_", uploads)
    assert len(calls) == len(kept) == 2
