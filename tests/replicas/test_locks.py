"""Transactions of two replicas that meet on the same rows of PostgreSQL, moment by moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from bot.delivery import PACES, REPEATABLE
from bot.use_cases import steps
from bot.use_cases.nudges import sweep
from storage import outbox as work_table
from storage import requests
from storage.database import Database
from storage.models import StepState
from storage.outgoing import WorkState
from tests.replicas.conftest import TUESDAY
from tests.replicas.deals import start_deals
from tests.replicas.running import eventually
from tests.replicas.watching import OutboxWatch

MORNING = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)  # everything here has been due since then

Act = Callable[[Session], object]


@pytest.fixture
def hands() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as hands:
        yield hands


@pytest.fixture
def meanwhile(hands: ThreadPoolExecutor, database: Database) -> Callable[[Act], Future[object]]:
    """Do something in another transaction, until it is through or waits for the one that asks."""

    def run(act: Act) -> object:
        with database.write() as session:
            return act(session)

    def somebody_waits() -> bool:
        waiting = sa.text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        with database.engine.connect() as connection:
            return bool(connection.execute(waiting).scalar())

    def start(act: Act) -> Future[object]:
        other = hands.submit(run, act)
        eventually(lambda: other.done() or somebody_waits(), why="the other is through or waits")
        return other

    return start


def put(session: Session, key: str, kind: str = "board", channel: str = "C0DEAL") -> bool:
    return work_table.put(
        session, key=key, kind=kind, team_id="T0NORTHWIND", channel_id=channel, not_before=MORNING
    )


def claim(session: Session) -> str | None:
    row = work_table.claim(session, TUESDAY, PACES, REPEATABLE)
    return row.key if row else None


Meanwhile = Callable[[Act], Future[object]]


def test_work_that_a_transaction_counts_on_is_not_taken_before_it_ends(
    database: Database, meanwhile: Meanwhile
) -> None:
    with database.write() as session:
        put(session, "board:1")
    with database.write() as session:
        assert not put(session, "board:1"), "it waits already and will tell this news as well"
        assert meanwhile(claim).result() is None
    with database.write() as session:
        assert claim(session) == "board:1"


def test_the_same_work_put_twice_at_once_waits_once(
    database: Database, meanwhile: Meanwhile, outbox: OutboxWatch
) -> None:
    with database.write() as session:
        assert put(session, "roster:C0DEAL")
        other = meanwhile(lambda session: put(session, "roster:C0DEAL"))
    assert other.result() is False
    assert len(outbox.rows()) == 1


def test_an_edit_to_repeat_gives_way_to_newer_work_that_is_put_in_the_same_moment(
    database: Database, meanwhile: Meanwhile, outbox: OutboxWatch
) -> None:
    with database.write() as session:
        put(session, "board:1")
    with database.write() as session:
        claim(session)
    [first] = outbox.rows()
    with database.write() as session:
        assert put(session, "board:1")
        other = meanwhile(lambda session: try_again(session, first.id or 0))
    other.result()
    assert [row.state for row in outbox.rows()] == [WorkState.SENT, WorkState.PENDING]


def try_again(session: Session, row_id: int) -> None:
    work_table.try_again(session, row_id, TUESDAY, "fatal_error")


def test_a_request_that_comes_twice_at_once_is_carried_out_once(
    database: Database, meanwhile: Meanwhile
) -> None:
    with database.write() as session:
        assert requests.is_first(session, "event:1", MORNING)
        other = meanwhile(lambda session: requests.is_first(session, "event:1", MORNING))
    assert other.result() is False


def test_a_morning_round_and_an_act_on_the_same_step_both_come_through(
    database: Database, meanwhile: Meanwhile
) -> None:
    [deal] = start_deals(database, 1)
    step = deal.give(5, "U0BEA", date(2026, 5, 29))
    with deal.work() as work:
        round_ = meanwhile(lambda session: sweep(session, TUESDAY, MORNING))
        steps.complete_step(work, step.id or 0)
    assert round_.result() in (0, 1)
    assert deal.step(5).state is StepState.DONE


def test_replicas_that_want_each_others_paces_do_not_wait_for_ever(
    database: Database, hands: ThreadPoolExecutor, outbox: OutboxWatch
) -> None:
    channels = [f"C{n}" for n in range(12)]
    for turn in range(2):
        with database.write() as session:
            for n, channel in enumerate([*channels, *channels[::-1]]):
                put(session, f"reply:{turn}:{n}", "reply", channel)

    def take_all() -> int:
        taken = 0
        while True:
            with database.write() as session:
                if claim(session) is None:
                    return taken
            taken += 1

    taken = [hand.result() for hand in [hands.submit(take_all) for _ in range(2)]]
    assert sum(taken) == len(channels), "a post in each channel now, the others when their turn comes"
