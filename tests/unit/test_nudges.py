"""Who hears of a late step, when, and how often."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.desk import Visitor
from bot.use_cases import dates
from bot.use_cases import steps as cases
from bot.use_cases.common import arm_all
from bot.use_cases.nudges import sweep
from bot.use_cases.plans import close_plan
from storage import plans
from storage.database import Database
from storage.models import Nudge, NudgeStep, Outcome, Side, Step
from storage.outgoing import Outgoing
from tests.given import BEA, RAE, RAVI, SAM, Table

# Bea has no time zone of her own: her side is in New York, four hours behind UTC in summer.
DUE = date(2026, 6, 3)  # a Wednesday
MORNING_AFTER = datetime(2026, 6, 4, 13, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def table(database: Database) -> Table:
    """A plan in which nothing is due but what a test makes so."""
    table = Table(database)
    with database.write() as session:
        for step in plans.every_step(session, table.plan_id):
            step.due_date = date(2026, 12, 1)
            step.next_nudge_at = None
            session.add(step)
    return table


def owned(table: Table, visitor: Visitor, due: date = DUE, *, side: Side = Side.BUYER, nth: int = 0) -> Step:
    with table.database.read() as session:
        step = [s for s in plans.every_step(session, table.plan_id) if s.side is side and not s.gate][nth]
    with table.work(RAE) as work:
        cases.assign_step(work, step.id or 0, visitor.user_id)
    with table.work(RAE) as work:
        dates.move_step(work, step.id or 0, due)
    return step


def run(table: Table, moment: datetime) -> int:
    table.clock.moment = moment
    with table.database.write() as session:
        return sweep(session, moment, table.clock.wall())


def heard(table: Table) -> list[tuple[str, int, date, bool]]:
    """(who, step, armed for, asked who should) in the order of writing."""
    with table.database.read() as session:
        rows = session.exec(select(NudgeStep).order_by(col(NudgeStep.nudge_id), col(NudgeStep.step_id)))
        return [(row.user_id, row.step_id, row.armed_for, row.asks_who) for row in rows]


def test_the_owner_hears_at_half_past_nine_where_they_are_the_working_day_after(table: Table) -> None:
    step = owned(table, BEA)
    assert run(table, MORNING_AFTER - timedelta(minutes=1)) == 0
    assert run(table, MORNING_AFTER) == 1
    assert heard(table) == [(BEA.user_id, step.id, DUE, False)]


def test_nobody_hears_twice_of_one_due_date(table: Table) -> None:
    owned(table, BEA)
    run(table, MORNING_AFTER)
    for days in range(1, 15):
        assert run(table, MORNING_AFTER + days * DAY) == 0
    assert len(heard(table)) == 1


def test_a_new_due_date_arms_the_step_again(table: Table) -> None:
    step = owned(table, BEA)
    run(table, MORNING_AFTER)
    with table.work(BEA) as work:
        dates.move_step(work, step.id or 0, date(2026, 6, 9))
    assert run(table, MORNING_AFTER + DAY) == 0
    assert run(table, datetime(2026, 6, 10, 13, 30, tzinfo=UTC)) == 1
    assert [entry[2] for entry in heard(table)] == [DUE, date(2026, 6, 9)]


def test_all_late_steps_of_a_person_come_in_one_message(table: Table) -> None:
    owned(table, BEA)
    owned(table, BEA, nth=1)
    assert run(table, MORNING_AFTER) == 1
    assert len(heard(table)) == 2
    with table.database.read() as session:
        assert len(session.exec(select(Nudge)).all()) == 1
        assert len(session.exec(select(Outgoing).where(Outgoing.kind == "nudge")).all()) == 1


def test_a_second_message_waits_for_the_next_working_day(table: Table) -> None:
    owned(table, BEA)
    second = owned(table, BEA, date(2026, 12, 1), nth=1)
    run(table, MORNING_AFTER)
    with table.database.write() as session:
        row = session.get_one(Step, second.id)
        row.due_date, row.next_nudge_at = DUE, MORNING_AFTER
        session.add(row)
    assert run(table, MORNING_AFTER + timedelta(hours=1)) == 0
    assert run(table, MORNING_AFTER + DAY) == 1


def test_nobody_is_reminded_on_a_closed_day_or_at_night(table: Table) -> None:
    owned(table, BEA, date(2026, 6, 5))  # a Friday
    assert run(table, datetime(2026, 6, 6, 14, 0, tzinfo=UTC)) == 0  # Saturday
    assert run(table, datetime(2026, 6, 8, 13, 0, tzinfo=UTC)) == 0  # Monday 09:00 in New York
    assert run(table, datetime(2026, 6, 8, 13, 30, tzinfo=UTC)) == 1


def test_after_an_outage_the_message_waits_for_the_morning(table: Table) -> None:
    owned(table, BEA)
    assert run(table, datetime(2026, 6, 5, 2, 0, tzinfo=UTC)) == 0  # 22:00 in New York
    assert run(table, datetime(2026, 6, 5, 13, 30, tzinfo=UTC)) == 1


def test_each_person_hears_in_their_own_morning(table: Table) -> None:
    owned(table, SAM, side=Side.SELLER)
    owned(table, BEA)
    assert run(table, datetime(2026, 6, 4, 8, 30, tzinfo=UTC)) == 1  # 09:30 in London
    assert [entry[0] for entry in heard(table)] == [SAM.user_id]
    assert run(table, MORNING_AFTER) == 1


def test_a_step_nobody_holds_is_a_question_to_the_lead_of_its_side(table: Table) -> None:
    step = owned(table, RAVI)
    with table.work(RAVI) as work:
        cases.assign_step(work, step.id or 0, None)
    run(table, MORNING_AFTER)
    assert heard(table) == [(BEA.user_id, step.id, DUE, True)]


def test_without_a_lead_of_the_side_the_sellers_lead_is_asked(table: Table) -> None:
    step = owned(table, RAVI)
    with table.work(RAE) as work:
        work.plan.buyer_lead_id = None
        cases.assign_step(work, step.id or 0, None)
    run(table, MORNING_AFTER)
    assert heard(table) == [(RAE.user_id, step.id, DUE, True)]


def test_not_me_with_a_name_makes_that_person_hear(table: Table) -> None:
    step = owned(table, RAVI)
    run(table, MORNING_AFTER)
    with table.work(RAVI) as work:
        cases.disown_step(work, step.id or 0, BEA.user_id)
    assert run(table, MORNING_AFTER + timedelta(hours=1)) == 0  # not this minute
    assert run(table, MORNING_AFTER + DAY) == 1
    assert [entry[0] for entry in heard(table)] == [RAVI.user_id, BEA.user_id]


def test_a_snooze_brings_the_step_back_once(table: Table) -> None:
    step = owned(table, BEA)
    run(table, MORNING_AFTER)
    with table.work(BEA) as work:
        cases.snooze_step(work, step.id or 0, 2)
    assert run(table, MORNING_AFTER + DAY) == 0  # Friday
    assert run(table, MORNING_AFTER + 4 * DAY) == 1  # Monday
    assert run(table, MORNING_AFTER + 5 * DAY) == 0


def test_a_gate_asks_only_the_side_that_has_not_confirmed(table: Table) -> None:
    gate = table.step_where(gate=True)
    with table.work(RAE) as work:
        cases.complete_step(work, gate.id or 0)
    with table.work(RAE) as work:
        dates.move_step(work, gate.id or 0, DUE)
    run(table, datetime(2026, 6, 4, 8, 30, tzinfo=UTC))
    run(table, MORNING_AFTER)
    assert [entry[0] for entry in heard(table)] == [BEA.user_id]


def test_a_gate_nobody_confirmed_asks_each_side_in_its_own_morning(table: Table) -> None:
    gate = table.step_where(gate=True)
    with table.work(RAE) as work:
        dates.move_step(work, gate.id or 0, DUE)
    run(table, datetime(2026, 6, 4, 8, 30, tzinfo=UTC))
    assert [entry[0] for entry in heard(table)] == [RAE.user_id]
    run(table, MORNING_AFTER)
    assert [entry[0] for entry in heard(table)] == [RAE.user_id, BEA.user_id]


def test_done_in_time_is_never_heard_of(table: Table) -> None:
    step = owned(table, BEA)
    with table.work(RAE) as work:
        cases.complete_step(work, step.id or 0)
    assert run(table, MORNING_AFTER) == 0


def test_a_closed_plan_reminds_nobody(table: Table) -> None:
    owned(table, BEA)
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "No budget")
    assert run(table, MORNING_AFTER) == 0


def test_a_plan_that_reminds_nobody_is_quiet_until_it_reminds_again(table: Table) -> None:
    step = owned(table, BEA)
    with table.work(RAE) as work:
        work.plan.reminds = False
    assert run(table, MORNING_AFTER) == 0, "also what was armed before stays quiet"
    with table.work(RAE) as work:
        arm_all(work)
        assert {one.next_nudge_at for one in plans.every_step(work.session, table.plan_id)} == {None}
    with table.work(RAE) as work:
        work.plan.reminds = True
        arm_all(work)
    assert run(table, MORNING_AFTER + timedelta(hours=1)) == 0, "not this minute"
    assert run(table, MORNING_AFTER + DAY) == 1
    assert [(who, number) for who, number, _, _ in heard(table)] == [(BEA.user_id, step.id)]


def test_an_act_anywhere_ends_the_message(table: Table) -> None:
    step = owned(table, BEA)
    run(table, MORNING_AFTER)
    with table.work(RAE) as work:
        cases.complete_step(work, step.id or 0)
    with table.database.read() as session:
        assert [row.answer for row in session.exec(select(NudgeStep))] == ["step_done"]
        assert session.exec(select(Outgoing).where(Outgoing.kind == "nudge_refresh")).one()


def test_half_of_a_gate_leaves_the_question_to_the_other_side_open(table: Table) -> None:
    gate = table.step_where(gate=True)
    with table.work(RAE) as work:
        dates.move_step(work, gate.id or 0, DUE)
    run(table, datetime(2026, 6, 4, 8, 30, tzinfo=UTC))
    run(table, MORNING_AFTER)
    with table.work(RAE) as work:
        cases.complete_step(work, gate.id or 0)
    with table.database.read() as session:
        answers = {row.user_id: row.answer for row in session.exec(select(NudgeStep))}
    assert answers == {RAE.user_id: "step_half_confirmed", BEA.user_id: ""}


def test_who_asks_to_hear_later_speaks_only_for_themselves(table: Table) -> None:
    gate = table.step_where(gate=True)
    with table.work(RAE) as work:
        dates.move_step(work, gate.id or 0, DUE)
    run(table, datetime(2026, 6, 4, 8, 30, tzinfo=UTC))
    run(table, MORNING_AFTER)
    with table.work(RAE) as work:
        cases.snooze_step(work, gate.id or 0, 2)
    for days in range(1, 8):
        run(table, MORNING_AFTER + days * DAY)
    assert [entry[0] for entry in heard(table)] == [RAE.user_id, BEA.user_id, RAE.user_id]


def test_a_new_date_ends_a_snooze(table: Table) -> None:
    step = owned(table, BEA)
    run(table, MORNING_AFTER)
    with table.work(BEA) as work:
        cases.snooze_step(work, step.id or 0, 5)
    with table.work(RAE) as work:
        dates.move_step(work, step.id or 0, date(2026, 6, 8))
    assert run(table, datetime(2026, 6, 9, 13, 30, tzinfo=UTC)) == 1


def test_a_plan_that_starts_behind_writes_to_nobody_before_the_next_morning(database: Database) -> None:
    table = Table(database)
    table.clock.moment = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)  # 11:00 in New York
    with table.work(RAE) as work:
        for step in plans.every_step(work.session, work.plan_id):
            step.due_date = date(2026, 5, 29)
            work.arm(step)
    assert run(table, datetime(2026, 6, 1, 15, 1, tzinfo=UTC)) == 0
    assert run(table, datetime(2026, 6, 2, 13, 30, tzinfo=UTC)) > 0


def test_a_lead_who_stands_in_is_not_reminded_on_their_own_holiday(table: Table) -> None:
    step = owned(table, RAVI, date(2026, 8, 28))  # the Friday before a bank holiday in Britain
    with table.work(RAE) as work:
        work.plan.buyer_lead_id = None
        cases.assign_step(work, step.id or 0, None)
    assert run(table, datetime(2026, 8, 31, 13, 30, tzinfo=UTC)) == 0
    assert run(table, datetime(2026, 9, 1, 8, 30, tzinfo=UTC)) == 1
