"""Transactions of two replicas that meet on the same rows of PostgreSQL, moment by moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.delivery import REPEATABLE
from bot.paces import PACES
from bot.use_cases import dates, steps
from bot.use_cases.nudges import sweep
from storage import outbox as work_table
from storage import plans, requests
from storage.database import Database
from storage.models import Nudge, NudgeStep, Plan, StepState
from storage.outgoing import Outgoing, Pace, WorkState
from tests.replicas.conftest import TUESDAY
from tests.replicas.deals import Deal, start_deals
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


def put(
    session: Session, key: str, kind: str = "board", channel: str = "C0DEAL", team: str = "T0NORTHWIND"
) -> bool:
    return work_table.put(session, key=key, kind=kind, team_id=team, channel_id=channel, not_before=MORNING)


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
        other = meanwhile(lambda session: try_again(session, first))
    other.result()
    assert [row.state for row in outbox.rows()] == [WorkState.SENT, WorkState.PENDING]


def try_again(session: Session, row: Outgoing) -> None:
    work_table.try_again(session, row, TUESDAY, "fatal_error")


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
                put(session, f"reply:{turn}:{n}", "reply", channel, f"T{channel}")

    def take_all() -> int:
        taken = 0
        while True:
            with database.write() as session:
                if claim(session) is None:
                    return taken
            taken += 1

    taken = [hand.result() for hand in [hands.submit(take_all) for _ in range(2)]]
    assert sum(taken) == len(channels), "a post in each channel now, the others when their turn comes"


def test_a_plan_is_read_anew_under_its_lock(database: Database, meanwhile: Meanwhile) -> None:
    """A round that has read a plan does not put back what somebody changed meanwhile."""
    [deal] = start_deals(database, 1)
    due = sa.update(Plan).values(revision=Plan.revision + 5, board_due_at=MORNING)
    ways: list[Act] = [
        lambda session: plans.lock_plan(session, deal.plan_id),
        lambda session: plans.open_plans(session, board_due_at=TUESDAY)[0],
    ]
    for take in ways:
        before = deal.plan().revision
        with database.write() as session:
            read = session.get_one(Plan, deal.plan_id)
            meanwhile(lambda session: session.execute(due)).result()
            assert take(session) is read
            assert read.revision == before + 5


def test_an_edit_of_the_dead_gives_way_to_newer_work_that_is_put_in_the_same_moment(
    database: Database, meanwhile: Meanwhile, outbox: OutboxWatch
) -> None:
    with database.write() as session:
        put(session, "board:1")
    with database.write() as session:
        claim(session)
    outbox.outlive_leases()
    with database.write() as session:
        assert put(session, "board:1")
        other = meanwhile(lambda session: work_table.claim(session, datetime.now(UTC), PACES, REPEATABLE))
    other.result()
    assert WorkState.SENT in {row.state for row in outbox.rows()}


def test_a_pace_that_another_replica_is_taking_is_nobody_to_wait_for(
    database: Database, meanwhile: Meanwhile
) -> None:
    with database.write() as session:
        put(session, "reply:1", "reply", "C1")
        put(session, "reply:2", "reply", "C2")
    with database.write() as session:
        assert claim(session) == "reply:1"
    much_later = datetime(2030, 1, 1, tzinfo=UTC)

    def claim_later(session: Session) -> str | None:
        row = work_table.claim(session, much_later, PACES, {"reply"})
        return row.key if row else None

    with database.write() as session:
        session.execute(sa.select(Pace).where(col(Pace.key) == "post:team_id:T0NORTHWIND").with_for_update())
        other = meanwhile(claim_later)
        assert other.done(), "it does not wait"
        assert other.result() is None
    with database.write() as session:
        assert claim_later(session) is not None


def test_two_plans_whose_steps_stand_in_the_same_reminders_are_moved_at_once(
    database: Database, hands: ThreadPoolExecutor
) -> None:
    """Each moves first the step that the other moves last, and shows both reminders what happened."""
    deals = start_deals(database, 2)
    with database.write() as session:
        nudges = [
            Nudge(user_id="U0BEA", local_date=date(2026, 5, day), channel_id="D0BEA", message_ts=f"{day}.1")
            for day in (27, 28)
        ]
        session.add_all(nudges)
        session.flush()
        for deal, order in zip(deals, (nudges, nudges[::-1]), strict=True):
            for step, nudge in zip(deal.steps(), order, strict=False):
                session.add(
                    NudgeStep(
                        nudge_id=nudge.id or 0,
                        step_id=step.id or 0,
                        user_id="U0BEA",
                        armed_for=date(2026, 5, 26),
                    )
                )
    both = Barrier(2, timeout=10)

    def move(deal: Deal) -> None:
        with deal.work() as work:
            for number in (1, 2):
                dates.move_step(work, deal.step(number).id or 0, date(2026, 6, 10 + number))
                if number == 1:
                    work.session.flush()
                    both.wait()

    for hand in [hands.submit(move, deal) for deal in deals]:
        hand.result()
    with database.read() as session:
        rows = session.exec(select(Outgoing.key).where(Outgoing.kind == "nudge_refresh"))
        assert sorted(rows) == [f"nudge_refresh:{nudge.id}" for nudge in nudges]
