"""The tables hold under concurrent writers, and migrations make the tables the code expects."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlmodel import select

from storage import outbox, plans
from storage.database import Database
from storage.migrate import HEAD, UnknownRevisionError, current_revision, migrate
from storage.models import Change, Nudge, Plan, Visibility
from storage.outgoing import Outgoing, SeenRequest, WorkState
from storage.paces import Lane
from tests.given import BEA, RAE, Table

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
LANES = {"post": (Lane("post", "channel_id", A_SECOND),)}


def test_migrations_make_the_tables_of_the_models(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert current_revision(database) == HEAD


def test_migrations_go_down_and_up_again(database: Database) -> None:
    _to(database, "base", "downgrade")
    assert migrate(database) is True
    assert migrate(database) is False


def test_a_plan_of_the_last_release_comes_along(database: Database) -> None:
    """Up from 0001 with a plan in it: nothing is lost, and what is new starts as it should."""
    table = Table(database)
    _to(database, "0001", "downgrade")
    with database.read() as session:
        titles = session.execute(sa.text("SELECT title FROM step ORDER BY number")).scalars().all()
    assert len(titles) == 13
    assert migrate(database) is True
    with database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        steps = plans.steps_of(session, table.plan_id, None)
        assert [step.title for step in steps] == list(titles)
        assert (plan.reminds, plan.gives_notice, plan.tells_news) == (True, True, True)
        assert {(step.description, step.link, step.proof, step.removed_at) for step in steps} == {
            ("", "", "", None)
        }
        assert not any(change.is_news for change in session.exec(select(Change)))


def test_a_board_lost_before_this_version_is_not_told_of_again(database: Database) -> None:
    table = Table(database)
    with database.write() as session:
        session.get_one(Plan, table.plan_id).board_lost_at = NOON
    _to(database, "0002", "downgrade")
    assert migrate(database) is True
    with database.read() as session:
        assert session.get_one(Plan, table.plan_id).board_lost_told == NOON
        assert {row.stumbles for row in session.exec(select(Outgoing))} == {0}


def _to(database: Database, revision: str, how: str) -> None:
    from alembic import command
    from alembic.config import Config

    from storage.migrate import MIGRATIONS

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.write_engine.begin() as connection:
        config.attributes["connection"] = connection
        getattr(command, how)(config, revision)


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownRevisionError, match="9999"):
        migrate(database)


def test_concurrent_changes_of_one_plan_all_count(database: Database) -> None:
    table = Table(database)
    before = table.step(1).plan_id and revision(table)

    def bump() -> None:
        for _ in range(10):
            with database.write() as session:
                plan = plans.lock_plan(session, table.plan_id)
                assert plan is not None
                plan.revision += 1
                session.add(plan)

    threads = [threading.Thread(target=bump) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert revision(table) == before + 40


def revision(table: Table) -> int:
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        return plan.revision


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="time zone"), database.write() as session:
        session.add(SeenRequest(key="k", seen_at=datetime(2026, 6, 1)))  # noqa: DTZ001  the point


def test_a_moment_comes_back_in_utc(database: Database) -> None:
    with database.write() as session:
        session.add(
            SeenRequest(key="k", seen_at=datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=5))))
        )
    with database.read() as session:
        assert session.get_one(SeenRequest, "k").seen_at == datetime(2026, 6, 1, 7, tzinfo=UTC)


def test_one_person_has_one_nudge_a_day(database: Database) -> None:
    def write() -> None:
        with database.write() as session:
            session.add(Nudge(user_id="U1", local_date=NOON.date()))

    write()
    with pytest.raises(sa.exc.IntegrityError):
        write()


def test_a_private_step_is_nobody_elses_to_know(database: Database) -> None:
    table = Table(database)
    with database.write() as session:
        step = session.merge(table.step(2))
        step.visibility = Visibility.SELLER
        session.add(step)
    with table.work(RAE) as work:
        assert 2 in {s.number for s in plans.steps_of(work.session, work.plan_id, work.actor.side)}
    with table.work(BEA) as work:
        assert 2 not in {s.number for s in plans.steps_of(work.session, work.plan_id, work.actor.side)}
        assert plans.step_numbered(work.session, work.plan_id, 2, work.actor.side) is None
        assert 2 not in {s.number for s in plans.steps_of(work.session, work.plan_id, None)}


def put(database: Database, key: str, kind: str = "post", channel: str = "C1") -> None:
    with database.write() as session:
        outbox.put(session, key=key, kind=kind, team_id="T1", channel_id=channel, not_before=NOON)


def claim(database: Database, now: datetime = NOON) -> Outgoing | None:
    with database.write() as session:
        return outbox.claim(session, now, LANES, {"board"})


def test_the_same_waiting_work_is_kept_once(database: Database) -> None:
    put(database, "board:1", "board")
    put(database, "board:1", "board")
    assert claim(database) is not None
    assert claim(database) is None


def test_new_work_waits_while_the_same_is_in_flight(database: Database) -> None:
    put(database, "board:1", "board")
    first = claim(database)
    assert first is not None
    put(database, "board:1", "board")
    assert claim(database) is None
    with database.write() as session:
        outbox.finish(session, first, WorkState.SENT)
    assert claim(database) is not None


def test_posts_in_one_channel_keep_a_second_apart(database: Database) -> None:
    put(database, "a")
    put(database, "b")
    put(database, "c", channel="C2")
    taken = [claim(database), claim(database), claim(database)]
    assert [row.key for row in taken if row] == ["a", "c"]
    assert claim(database, NOON + timedelta(seconds=1)) is not None


def test_a_call_that_keeps_two_paces_takes_both_or_neither(database: Database) -> None:
    lanes = (Lane("post", "team_id", A_SECOND / 4), Lane("post", "channel_id", A_SECOND))

    def take(moment: datetime) -> str | None:
        with database.write() as session:
            row = outbox.claim(session, moment, {"post": lanes}, set())
        return row.key if row else None

    put(database, "a")
    put(database, "b")
    put(database, "c", channel="C2")
    put(database, "d", channel="C3")
    assert take(NOON) == "a"
    assert take(NOON) is None
    with database.read() as session:
        waiting = {row.key: row.not_before - NOON for row in session.exec(select(Outgoing))}
        assert outbox.next_moment(session) == NOON + A_SECOND / 4
    assert waiting == {"a": timedelta(0), "b": A_SECOND, "c": A_SECOND / 4, "d": A_SECOND / 4}
    assert take(NOON + A_SECOND / 4) == "c", "the channel of b is not free yet, and takes nobody's turn"
    assert take(NOON + A_SECOND / 2) == "d"
    assert take(NOON + A_SECOND) == "b"


def test_who_held_a_row_before_changes_nothing_of_what_the_next_one_did(database: Database) -> None:
    put(database, "board:1", "board")
    first = claim(database)
    later = NOON + timedelta(minutes=5)
    second = claim(database, later)
    assert first is not None
    assert second is not None
    with database.write() as session:
        assert outbox.finish(session, first, WorkState.FAILED) is None
        assert outbox.try_again(session, first, later, "ratelimited") is None
    with database.write() as session:
        assert outbox.finish(session, second, WorkState.SENT) is not None
        assert outbox.try_again(session, second, later, "ratelimited") is None, "it is over"
    with database.read() as session:
        assert [row.state for row in session.exec(select(Outgoing))] == [WorkState.SENT]


def test_an_edit_whose_sender_died_gives_way_to_the_same_that_waits(database: Database) -> None:
    put(database, "board:1", "board")
    claim(database)
    put(database, "board:1", "board")
    assert claim(database, NOON + timedelta(minutes=5)) is not None
    with database.read() as session:
        assert {row.state for row in session.exec(select(Outgoing))} == {WorkState.SENT, WorkState.SENDING}


def test_what_failed_is_kept_for_as_long_as_somebody_may_ask(database: Database) -> None:
    for state in WorkState:
        for kind in ("board", "post"):
            for days in (8, 91):
                with database.write() as session:
                    row = Outgoing(
                        key=f"{kind}:{days}:{state}",
                        kind=kind,
                        team_id="T1",
                        state=state,
                        not_before=NOON - timedelta(days=days),
                    )
                    session.add(row)
    with database.write() as session:
        outbox.forget_before(session, NOON - timedelta(days=7), NOON - timedelta(days=90), {"board"})
    with database.read() as session:
        kept = {row.key for row in session.exec(select(Outgoing))}
    under_way = {f"{k}:{d}:{s}" for k in ("board", "post") for d in (8, 91) for s in ("pending", "sending")}
    assert kept == {*under_way, "post:8:failed", "post:8:unknown"}


def test_a_post_whose_sender_died_is_never_sent_again(database: Database) -> None:
    put(database, "a")
    assert claim(database) is not None
    assert claim(database, NOON + timedelta(minutes=5)) is None
    with database.write() as session:
        assert [row.state for row in session.exec(select(Outgoing))] == [WorkState.UNKNOWN]


def test_an_edit_whose_sender_died_is_made_again(database: Database) -> None:
    put(database, "board:1", "board")
    assert claim(database) is not None
    again = claim(database, NOON + timedelta(minutes=5))
    assert again is not None
    assert again.attempts == 2


def test_several_claimers_take_each_row_once(database: Database) -> None:
    for number in range(40):
        put(database, f"row:{number}", channel=f"C{number}")
    taken: list[int] = []

    def take() -> None:
        while (row := claim(database)) is not None:
            taken.append(row.id or 0)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken))
    while (row := claim(database)) is not None:  # rows another claimer held locked for a moment
        taken.append(row.id or 0)
    assert len(taken) == 40
