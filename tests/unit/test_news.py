"""What waits to be told in the board's thread, and that it is told once."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.senders.news import load_news
from bot.use_cases import dates
from bot.use_cases import steps as cases
from bot.use_cases.news import take_news
from storage import plans
from storage.database import Database
from storage.models import Plan, Side, Step, Visibility
from storage.outgoing import Outgoing, WorkState
from tests.given import BEA, RAE, Table

BOARD = "1780000000.000100"
DAY = date(2026, 7, 1)


@pytest.fixture
def table(database: Database) -> Table:
    """A plan whose board stands in the channel."""
    table = Table(database)
    with database.write() as session:
        session.get_one(Plan, table.plan_id).board_ts = BOARD
    return table


def open_steps(table: Table, count: int) -> list[Step]:
    with table.database.read() as session:
        return [step for step in plans.every_step(session, table.plan_id) if not step.gate][:count]


def news_rows(table: Table, state: WorkState = WorkState.PENDING) -> list[Outgoing]:
    with table.database.read() as session:
        rows = select(Outgoing).where(Outgoing.kind == "news", Outgoing.state == state)
        return list(session.exec(rows.order_by(col(Outgoing.id))))


def take(table: Table, row: Outgoing) -> list[tuple[str, int]]:
    """(kind, step number) of each line that the row tells."""
    with table.database.write() as session:
        changes = take_news(session, row.id or 0)
    with table.database.read() as session:
        return [(line.kind, line.number) for line in load_news(session, changes)]


def test_starting_a_plan_is_no_news(table: Table) -> None:
    assert news_rows(table) == []


def test_what_comes_together_is_told_together_a_little_later(table: Table) -> None:
    first, second, third = open_steps(table, 3)
    with table.work(RAE) as work:
        cases.complete_step(work, first.id or 0)
    with table.work(BEA) as work:
        dates.move_step(work, second.id or 0, DAY, "The portal is closed")
        cases.block_step(work, third.id or 0, "Legal is away", None)
    [row] = news_rows(table)
    assert timedelta(seconds=10) < row.not_before - table.clock.wall() < timedelta(minutes=1)
    assert take(table, row) == [
        ("step_done", first.number),
        ("step_moved", second.number),
        ("step_blocked", third.number),
    ]


def test_a_row_says_the_same_when_it_is_tried_again_and_no_other_row_says_it(table: Table) -> None:
    first, second = open_steps(table, 2)
    with table.work(RAE) as work:
        cases.complete_step(work, first.id or 0)
    [row] = news_rows(table)
    assert take(table, row) == [("step_done", first.number)]
    with table.work(RAE) as work:
        cases.complete_step(work, second.id or 0)
    [_, later] = news_rows(table)
    assert take(table, row) == [("step_done", first.number)]
    assert take(table, later) == [("step_done", second.number)]


def test_done_and_undone_in_one_moment_is_nothing(table: Table) -> None:
    [step] = open_steps(table, 1)
    with table.work(RAE) as work:
        cases.complete_step(work, step.id or 0)
    with table.work(RAE) as work:
        cases.reopen_step(work, step.id or 0)
    [row] = news_rows(table)
    assert take(table, row) == []


def test_a_block_that_is_over_before_it_is_told_is_not_told(table: Table) -> None:
    [step] = open_steps(table, 1)
    with table.work(RAE) as work:
        cases.block_step(work, step.id or 0, "Legal is away", None)
    with table.work(RAE) as work:
        cases.start_step(work, step.id or 0)
    [row] = news_rows(table)
    assert take(table, row) == []


def test_half_of_a_gate_is_no_news_and_neither_is_taking_it_back(table: Table) -> None:
    gate = table.step_where(gate=True)
    with table.work(RAE) as work:
        cases.complete_step(work, gate.id or 0)
    assert news_rows(table) == []
    with table.work(RAE) as work:
        cases.reopen_step(work, gate.id or 0)
    assert [line for row in news_rows(table) for line in take(table, row)] == []
    for side in (RAE, BEA):
        with table.work(side) as work:
            cases.complete_step(work, gate.id or 0)
    assert take(table, news_rows(table)[-1]) == [("step_done", gate.number)]


def test_what_was_said_and_answered_in_the_boards_thread_is_known_there(table: Table) -> None:
    first, second = open_steps(table, 2)
    with table.desk.work(
        BEA, table.plan_id, channel_id="C0DEAL", request_key="in the thread", said_in=BOARD
    ) as work:
        cases.complete_step(work, first.id or 0)
    assert news_rows(table) == []
    with table.desk.work(
        BEA, table.plan_id, channel_id="C0DEAL", request_key="elsewhere", said_in="1780000000.000999"
    ) as work:
        cases.complete_step(work, second.id or 0)
    [row] = news_rows(table)
    assert take(table, row) == [("step_done", second.number)]


def test_a_private_step_is_no_news_nor_one_that_became_private_meanwhile(table: Table) -> None:
    secret, told = open_steps(table, 2)
    with table.database.write() as session:
        session.get_one(Step, secret.id).visibility = Visibility.SELLER
    with table.work(RAE) as work:
        cases.complete_step(work, secret.id or 0)
    assert news_rows(table) == []
    with table.work(RAE) as work:
        cases.complete_step(work, told.id or 0)
    with table.database.write() as session:
        session.get_one(Step, told.id).visibility = Visibility.SELLER
    [row] = news_rows(table)
    assert take(table, row) == []


def test_a_plan_that_tells_no_news_tells_none_also_not_what_waits(table: Table) -> None:
    first, second = open_steps(table, 2)
    with table.work(RAE) as work:
        cases.complete_step(work, first.id or 0)
        work.plan.tells_news = False
    with table.work(RAE) as work:
        cases.complete_step(work, second.id or 0)
    [row] = news_rows(table)
    assert take(table, row) == []


def test_without_a_board_there_is_no_thread_and_nothing_is_kept_for_later(table: Table) -> None:
    [step] = open_steps(table, 1)
    with table.work(RAE) as work:
        work.plan.board_ts = None
        cases.complete_step(work, step.id or 0)
    [row] = news_rows(table)
    assert take(table, row) == []
    with table.work(RAE) as work:
        work.plan.board_ts = BOARD
    assert take(table, row) == []


def test_who_ticked_for_whom_and_why_it_moved_is_in_it(table: Table) -> None:
    mine = table.step_where(gate=False, side=Side.BUYER)
    moved = table.step_where(gate=False, side=Side.SELLER)
    with table.work(RAE) as work:
        cases.assign_step(work, mine.id or 0, BEA.user_id)
        cases.complete_step(work, mine.id or 0)
        dates.move_step(work, moved.id or 0, DAY, "The portal is closed")
    [row] = news_rows(table)
    with table.database.write() as session:
        changes = take_news(session, row.id or 0)
        [done, move] = load_news(session, changes)
    assert (done.who, done.for_whom) == ("Rae Lindqvist", "Bea Alvarez")
    assert (move.new, move.old, move.reason) == (DAY, moved.due_date, "The portal is closed")
