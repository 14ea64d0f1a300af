"""The slip ledger in the database: what is written into it, and that it stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.schedules import load_rows
from bot.use_cases import dates, editing
from bot.use_cases import steps as cases
from bot.use_cases.slips import landing
from plan.ledger import totals, verify
from storage import ledger
from storage.agreement import Slip, SlipKind
from storage.database import Database
from storage.models import Plan, Side, StepDependency, StepState, Visibility
from tests.given import BEA, CHANNEL, MONDAY, RAE, Table
from tests.unit.ledgers import MOVES, agree, audited, lines, move, moved_six_times

TODAY = MONDAY.date()


@pytest.fixture
def table(database: Database) -> Table:
    table = Table(database)
    agree(table)
    return table


def at(table: Table, day: date) -> None:
    table.clock.moment = datetime(day.year, day.month, day.day, 10, tzinfo=MONDAY.tzinfo)


def due(table: Table, number: int) -> date:
    found = table.step(number).due_date
    assert found is not None
    return found


# What is written.


def test_nothing_is_counted_before_both_sides_agree(database: Database) -> None:
    table = Table(database)
    with table.work(RAE) as work:
        assert landing(work) is None
        cases.complete_step(work, table.step(1).id or 0)
        cases.skip_step(work, table.step(2).id or 0, "No need")
    assert lines(table) == []


def test_finishing_on_another_day_than_its_date_is_a_line(table: Table) -> None:
    step = table.step_where(gate=False, side=Side.BUYER)
    day = due(table, step.number)
    at(table, day + timedelta(days=7))
    with table.work(BEA) as work:
        cases.complete_step(work, step.id or 0)
    [line] = lines(table)
    assert (line.kind, line.step_number, line.side) == (SlipKind.DONE, step.number, Side.BUYER)
    assert (line.old_day, line.new_day, line.days) == (day, day + timedelta(days=7), 5)
    assert (line.actor_id, line.actor_side, line.round) == (BEA.user_id, Side.BUYER, 1)


def test_finishing_on_its_day_is_a_line_only_where_it_moves_where_the_plan_lands(table: Table) -> None:
    step = table.step_where(gate=False, side=Side.SELLER)
    at(table, due(table, step.number))
    with table.work(RAE) as work:
        before = load_rows(work.session, work.plan, None, work.today).compute().lands
        cases.complete_step(work, step.id or 0)
        after = load_rows(work.session, work.plan, None, work.today).compute().lands
    assert [(line.days, line.lands_old, line.lands_new) for line in lines(table)] == (
        [] if before == after else [(0, before, after)]
    )


def test_opening_it_again_takes_back_what_finishing_counted(table: Table) -> None:
    step = table.step_where(gate=False, side=Side.BUYER)
    at(table, due(table, step.number) + timedelta(days=7))
    for _ in range(2):
        with table.work(BEA) as work:
            cases.complete_step(work, step.id or 0)
        with table.work(BEA) as work:
            cases.reopen_step(work, step.id or 0)
    assert [(line.kind.value, line.days) for line in lines(table)] == [
        ("done", 5),
        ("reopened", -5),
        ("done", 5),
        ("reopened", -5),
    ]


def done(table: Table, *numbers: int) -> None:
    """Both sides finish these steps, those that are no gates as well."""
    for number in numbers:
        for visitor in (RAE, BEA):
            with table.work(visitor) as work:
                cases.complete_step(work, table.step(number).id or 0)


def test_days_that_had_gone_by_when_both_agreed_are_not_counted(table: Table) -> None:
    step = table.step_where(gate=False, side=Side.BUYER)
    agreed_on = due(table, step.number) + timedelta(days=14)
    at(table, agreed_on)
    agree(table)
    at(table, agreed_on + timedelta(days=1))
    done(table, step.number)
    [line] = lines(table)
    assert line.days == 1


def test_a_step_that_was_late_when_both_agreed_again_does_not_count_twice(table: Table) -> None:
    step = table.step_where(gate=False, side=Side.BUYER)
    day = due(table, step.number)
    at(table, day + timedelta(days=7))
    done(table, step.number)
    agree(table)
    with table.work(BEA) as work:
        cases.reopen_step(work, step.id or 0)
    done(table, step.number)
    assert [(line.round, line.days) for line in lines(table)] == [(1, 5), (2, 0), (2, 0)]


def test_a_date_that_had_to_wait_for_the_other_side_is_not_its_own_sides_loss(table: Table) -> None:
    """6, of the buyer, takes four days and comes after 5, of the seller, which is a week late."""
    at(table, date(2026, 6, 9))
    done(table, 1, 2, 4)
    at(table, date(2026, 6, 22))
    done(table, 5)
    for day in (date(2026, 6, 26), date(2026, 6, 29), date(2026, 6, 22)):
        with table.work(BEA) as work:
            dates.move_step(work, table.step(6).id or 0, day)
    at(table, date(2026, 6, 26))
    done(table, 6)
    found = [(line.step_number, line.days) for line in lines(table) if line.step_number in (5, 6)]
    assert found == [(5, 5), (6, 0), (6, 1), (6, -1), (6, 0)]


def test_what_came_late_is_told_past_a_step_that_was_skipped(table: Table) -> None:
    at(table, date(2026, 6, 9))
    done(table, 1, 2)
    with table.work(RAE) as work:
        cases.skip_step(work, table.step(5).id or 0, "They have the report")
    at(table, date(2026, 6, 22))
    done(table, 4)
    at(table, date(2026, 6, 26))
    done(table, 6)
    assert [line.days for line in lines(table) if line.step_number == 6] == [0]


def test_half_a_gate_is_no_line_and_the_second_half_is(table: Table) -> None:
    gate = table.step_where(gate=True)
    at(table, due(table, gate.number) + timedelta(days=14))
    with table.work(RAE) as work:
        assert cases.complete_step(work, gate.id or 0).ending == "half"
    assert lines(table) == []
    with table.work(RAE) as work:
        cases.reopen_step(work, gate.id or 0)
    assert lines(table) == [], "a half taken back was never counted"
    for visitor in (RAE, BEA):
        with table.work(visitor) as work:
            cases.complete_step(work, gate.id or 0)
    [line] = lines(table)
    assert (line.kind, line.step_id, line.actor_id) == (SlipKind.DONE, gate.id, BEA.user_id)


def test_skipped_added_and_removed_steps_have_lines_without_days(table: Table) -> None:
    own = table.step_where(gate=False, side=Side.SELLER)
    day = due(table, own.number)
    with table.work(RAE) as work:
        cases.skip_step(work, own.id or 0, "Not in this deal")
    with table.work(RAE) as work:
        added = cases.add_step(work, cases.NewStep("Send the SOC 2 report", due=TODAY + timedelta(days=3)))
    with table.work(RAE) as work:
        editing.remove_step(work, added.id or 0, "Sent already")
    with table.work(RAE) as work:
        cases.reopen_step(work, own.id or 0)
    assert [
        (line.kind.value, line.old_day, line.new_day, line.days, line.reason) for line in lines(table)
    ] == [
        ("skipped", day, None, 0, "Not in this deal"),
        ("added", None, TODAY + timedelta(days=3), 0, ""),
        ("removed", TODAY + timedelta(days=3), None, 0, "Sent already"),
        ("reopened", None, day, 0, ""),
    ]


def test_a_line_says_where_the_plan_lands_before_and_after(table: Table) -> None:
    with table.work(BEA) as work:
        last = load_rows(work.session, work.plan, None, work.today)
        step = last.steps[-1]
        landed = last.compute().lands
        step.date_fixed = True
        move(work, step.id or 0, date(2026, 9, 1), reason_code="queue", agreed_by=RAE.user_id)
    [line] = lines(table)
    assert line.lands_old == landed
    assert line.lands_new == date(2026, 9, 1)
    assert (line.reason_code, line.agreed_by) == ("queue", RAE.user_id)


@pytest.mark.parametrize("visibility", [Visibility.SELLER, Visibility.BUYER])
def test_a_private_steps_line_is_read_by_its_own_side_only(table: Table, visibility: Visibility) -> None:
    with table.work(RAE) as work:
        step = work.step(table.step(3).id or 0)
        step.visibility = visibility
        move(work, step.id or 0, date(2026, 7, 20))
        move(work, table.step(4).id or 0, date(2026, 7, 21))
    with table.database.read() as session:
        for viewer in (None, Side.SELLER, Side.BUYER):
            read = [line.step_number for line in ledger.lines_for(session, table.plan_id, viewer)]
            assert read == ([4, 3] if viewer and viewer.value == visibility.value else [4])


def test_a_step_made_private_takes_its_lines_along(table: Table) -> None:
    with table.work(RAE) as work:
        move(work, table.step(3).id or 0, date(2026, 7, 20))
    with table.work(RAE) as work:
        work.step(table.step(3).id or 0).visibility = Visibility.SELLER
    with table.database.read() as session:
        assert ledger.lines_for(session, table.plan_id, Side.BUYER) == []


# Totals against a recount.

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["move", "move", "done", "reopen", "wait"]), st.integers(0, 12), st.integers(0, 60)
    ),
    max_size=14,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_totals_say_how_far_each_step_ended_from_the_day_agreed(table: Table, acts: Any) -> None:
    """The recount knows the steps, the days and the calendars, and not a line of the ledger.

    No step waits for another here, and what had gone by when both agreed is not counted.
    """
    with table.database.write() as session:
        session.execute(sa.delete(StepDependency))
    round_number, agreed_on = agree(table), table.clock.moment.date()
    agreed = {number: due(table, number) for number in range(1, 14)}
    stands = dict(agreed)
    lost, won = dict.fromkeys(Side, 0), dict.fromkeys(Side, 0)
    with table.work(RAE) as work:
        calendar = load_rows(work.session, work.plan, None, work.today).calendar

    def walked(side: Side, old: date, new: date) -> int:
        old, new = max(old, agreed_on), max(new, agreed_on)
        first, last = min(old, new), max(old, new)
        days = (first + timedelta(n) for n in range(1, (last - first).days + 1))
        return sum(calendar(side).is_working(day) for day in days) * (1 if new >= old else -1)

    for act, place, days in acts:
        number = place % 13 + 1
        step, new = table.step(number), None
        if act == "wait":
            at(table, table.clock.moment.date() + timedelta(days=days // 20))
        elif act == "move" and not step.state.is_finished:
            new = TODAY + timedelta(days)
            with table.work(BEA) as work:
                move(work, step.id or 0, new)
        elif act == "done" and not step.state.is_finished:
            new = table.clock.moment.date()
            for visitor in (RAE, BEA):
                with table.work(visitor) as work:
                    cases.complete_step(work, step.id or 0)
        elif act == "reopen" and step.state is StepState.DONE:
            new = due(table, number)
            for visitor in (RAE, BEA):
                with table.work(visitor) as work:
                    cases.reopen_step(work, step.id or 0)
        if new is not None:
            difference = walked(step.side, stands[number], new)
            lost[step.side] += max(difference, 0)
            won[step.side] += max(-difference, 0)
            stands[number] = new
    of_round = [line for line in lines(table) if line.round == round_number]
    found = totals(of_round)
    for side in Side:
        assert (found[side].lost, found[side].won) == (lost[side], won[side])
        ends = [
            walked(side, agreed[number], stands[number])
            for number in agreed
            if table.step(number).side is side
        ]
        assert found[side].net == sum(ends)
    with table.database.read() as session:
        chain = ledger.chain_of(session, table.plan_id)
    assert verify(chain.lines, chain.head) is None


# It stays as it is.


REPLACE = "INSERT OR REPLACE INTO slip SELECT * FROM slip WHERE position = 2"


@pytest.mark.parametrize("act", ["UPDATE slip SET days = 0", "DELETE FROM slip", "TRUNCATE slip", REPLACE])
def test_the_database_refuses_to_change_a_line(table: Table, act: str) -> None:
    moved_six_times(table)
    before = [line.hash for line in lines(table)]
    if act.startswith("TRUNCATE") and table.database.is_sqlite:
        act = "DELETE FROM slip WHERE 1"  # SQLite's own short cut for all rows
    if act == REPLACE and not table.database.is_sqlite:
        act = "INSERT INTO slip SELECT * FROM slip ON CONFLICT (id) DO UPDATE SET days = 0"
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), table.database.write() as session:
        session.execute(sa.text(act))
    assert [line.hash for line in lines(table)] == before


def test_a_plan_is_not_deleted_from_under_its_ledger(table: Table) -> None:
    moved_six_times(table)
    with pytest.raises(sa.exc.DatabaseError), table.database.write() as session:
        session.execute(sa.text("DELETE FROM plan"))
    assert len(lines(table)) == MOVES


def test_what_is_undone_leaves_no_line(table: Table) -> None:
    class Stop(Exception):
        pass

    def fails() -> None:
        with table.work(BEA) as work:
            move(work, table.step(4).id or 0, date(2026, 7, 20))
            raise Stop

    with pytest.raises(Stop):
        fails()
    moved_six_times(table)
    assert [line.position for line in lines(table)] == [1, 2, 3, 4, 5, 6]
    assert audited(table) == [True]


def test_two_who_write_at_once_leave_one_chain_without_a_gap(table: Table) -> None:
    step_ids = [table.step(number).id or 0 for number in (3, 4, 5, 6)]

    def write(step_id: int) -> None:
        for place in range(8):
            key = f"move:{step_id}:{place}"
            with table.desk.work(BEA, table.plan_id, channel_id=CHANNEL, request_key=key) as work:
                move(work, step_id, date(2026, 7, 1) + timedelta(place))

    with ThreadPoolExecutor(len(step_ids)) as threads:
        assert len(list(threads.map(write, step_ids))) == len(step_ids)
    assert [line.position for line in lines(table)] == list(range(1, 33))
    assert audited(table) == [True]


def test_a_writer_without_the_lock_is_stopped_by_the_database(table: Table) -> None:
    moved_six_times(table)
    last = lines(table)[-1]
    again = Slip(**last.model_dump(exclude={"id"}))
    with pytest.raises(sa.exc.IntegrityError), table.database.write() as session:
        session.add(again)


def test_the_plans_head_is_its_last_line(table: Table) -> None:
    moved_six_times(table)
    with table.database.read() as session:
        assert session.get_one(Plan, table.plan_id).ledger_head == lines(table)[-1].hash
