"""Who hears that a step is theirs now: once a day, at a good moment, and only if it still is."""

import ast
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.desk import Visitor
from bot.use_cases import steps as cases
from bot.use_cases.common import Refused
from bot.use_cases.handovers import tell_new_owners
from bot.use_cases.nudges import sweep
from bot.use_cases.plans import close_plan
from storage import plans
from storage.database import Database
from storage.models import Handover, Notice, Outcome, Side, Step, StepState, Visibility
from storage.outgoing import Outgoing
from tests.given import BEA, MONDAY, RAE, RAVI, SAM, Table

BOT = Path(__file__).parents[2] / "bot"
# Monday 11:00 in London; Acme in New York has 06:00 then, and hears from 09:30 on.
TEN_MINUTES = timedelta(minutes=10)
MORNING_IN_NEW_YORK = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def table(database: Database) -> Table:
    """A plan in which nothing is due soon."""
    table = Table(database)
    with database.write() as session:
        for step in plans.every_step(session, table.plan_id):
            step.due_date, step.next_nudge_at = date(2026, 12, 1), None
            session.add(step)
    return table


def steps_of(table: Table, side: Side) -> list[Step]:
    with table.database.read() as session:
        return [s for s in plans.every_step(session, table.plan_id) if s.side is side and not s.gate]


def give(table: Table, by: Visitor, step: Step, owner: Visitor | None, other: Visitor | None = None) -> None:
    with table.work(by) as work:
        cases.assign_step(
            work, step.id or 0, owner.user_id if owner else None, other.user_id if other else None
        )


def change(table: Table, step: Step, **facts: object) -> None:
    with table.database.write() as session:
        row = session.get_one(Step, step.id)
        for name, value in facts.items():
            setattr(row, name, value)
        session.add(row)


def run(table: Table, moment: datetime) -> int:
    table.clock.moment = moment
    with table.database.write() as session:
        return tell_new_owners(session, moment, table.clock.wall())


def told(table: Table) -> list[tuple[str, int, str]]:
    """(who, step, by whom) of all that was told, in order."""
    with table.database.read() as session:
        rows: Sequence[Handover] = session.exec(
            select(Handover).where(col(Handover.notice_id).is_not(None)).order_by(col(Handover.id))
        ).all()
        return [(row.user_id, row.step_id, row.by_id) for row in rows]


def notices(table: Table) -> list[tuple[str, date]]:
    with table.database.read() as session:
        rows = session.exec(select(Notice).order_by(col(Notice.id)))
        return [(row.user_id, row.local_date) for row in rows]


def test_whom_somebody_else_names_hears_with_all_that_came_together(table: Table) -> None:
    first, second = steps_of(table, Side.BUYER)[:2]
    give(table, RAE, first, RAVI)
    give(table, BEA, second, RAVI)
    assert run(table, MORNING_IN_NEW_YORK) == 1
    assert told(table) == [
        (RAVI.user_id, first.id, RAE.user_id),
        (RAVI.user_id, second.id, BEA.user_id),
    ]
    with table.database.read() as session:
        [row] = session.exec(select(Outgoing).where(Outgoing.kind == "notice"))
        assert row.channel_id == RAVI.user_id


def test_a_good_moment_is_waited_for_and_a_little_for_what_else_may_come(table: Table) -> None:
    ours, theirs = steps_of(table, Side.SELLER)[0], steps_of(table, Side.BUYER)[0]
    give(table, RAE, ours, SAM)
    give(table, RAE, theirs, RAVI)
    assert run(table, MONDAY + timedelta(minutes=1)) == 0
    assert run(table, MONDAY + timedelta(minutes=2)) == 1
    assert run(table, MORNING_IN_NEW_YORK - timedelta(minutes=1)) == 0
    assert run(table, MORNING_IN_NEW_YORK) == 1
    assert [who for who, _, _ in told(table)] == [SAM.user_id, RAVI.user_id]


def test_nobody_hears_of_what_they_did_themselves(table: Table) -> None:
    step = steps_of(table, Side.BUYER)[0]
    give(table, RAVI, step, RAVI)
    assert run(table, MORNING_IN_NEW_YORK) == 0


def test_the_counterpart_hears_too_and_who_had_it_before_does_not(table: Table) -> None:
    gate = table.step_where(gate=True)
    give(table, RAE, gate, BEA)
    run(table, MORNING_IN_NEW_YORK)
    give(table, BEA, gate, BEA, SAM)
    run(table, MORNING_IN_NEW_YORK + TEN_MINUTES)
    assert [who for who, _, _ in told(table)] == [BEA.user_id, SAM.user_id]


def test_what_is_taken_back_before_it_was_told_is_never_told(table: Table) -> None:
    step = steps_of(table, Side.BUYER)[0]
    give(table, RAE, step, RAVI)
    give(table, RAE, step, BEA)
    run(table, MORNING_IN_NEW_YORK)
    assert [who for who, _, _ in told(table)] == [BEA.user_id]


def test_who_lost_it_untold_and_took_it_themselves_hears_nothing(table: Table) -> None:
    step = steps_of(table, Side.BUYER)[0]
    give(table, RAE, step, RAVI)
    give(table, RAE, step, None)
    give(table, RAVI, step, RAVI)
    assert run(table, MORNING_IN_NEW_YORK) == 0


def test_a_second_message_waits_for_the_next_working_morning(table: Table) -> None:
    first, second = steps_of(table, Side.BUYER)[:2]
    give(table, RAE, first, RAVI)
    run(table, MORNING_IN_NEW_YORK)
    table.clock.moment = MORNING_IN_NEW_YORK + timedelta(hours=1)
    give(table, BEA, second, RAVI)
    assert run(table, MORNING_IN_NEW_YORK + timedelta(hours=2)) == 0
    assert run(table, MORNING_IN_NEW_YORK + DAY - timedelta(minutes=1)) == 0
    assert run(table, MORNING_IN_NEW_YORK + DAY) == 1
    assert [day for _, day in notices(table)] == [date(2026, 6, 1), date(2026, 6, 2)]


def test_in_the_evening_and_at_the_weekend_it_waits_for_the_morning(table: Table) -> None:
    table.clock.moment = datetime(2026, 6, 5, 17, 30, tzinfo=UTC)  # Friday, 18:30 in London
    give(table, RAE, steps_of(table, Side.SELLER)[0], SAM)
    assert run(table, datetime(2026, 6, 6, 10, 0, tzinfo=UTC)) == 0
    assert run(table, datetime(2026, 6, 8, 8, 30, tzinfo=UTC)) == 1


def test_after_an_outage_over_the_evening_it_waits_too(table: Table) -> None:
    give(table, RAE, steps_of(table, Side.BUYER)[0], RAVI)
    assert run(table, datetime(2026, 6, 2, 2, 0, tzinfo=UTC)) == 0  # 22:00 in New York
    assert run(table, datetime(2026, 6, 2, 13, 30, tzinfo=UTC)) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"state": StepState.DONE},
        {"removed_at": MONDAY},
        {"visibility": Visibility.SELLER},
        {"owner_id": None},
    ],
)
def test_what_is_not_theirs_to_do_any_more_is_not_told(table: Table, facts: dict[str, object]) -> None:
    step = steps_of(table, Side.BUYER)[0]
    give(table, RAE, step, RAVI)
    change(table, step, **facts)
    assert run(table, MORNING_IN_NEW_YORK) == 0
    assert run(table, MORNING_IN_NEW_YORK + DAY) == 0


def test_a_closed_plan_and_one_without_notices_tell_nobody(table: Table) -> None:
    first, second = steps_of(table, Side.BUYER)[:2]
    give(table, RAE, first, RAVI)
    with table.work(RAE) as work:
        work.plan.gives_notice = False
    assert run(table, MORNING_IN_NEW_YORK) == 0
    give(table, RAE, second, RAVI)
    with table.work(RAE) as work:
        work.plan.gives_notice = True
    assert run(table, MORNING_IN_NEW_YORK) == 0, "what was handed over while it was off stays untold"
    give(table, RAE, second, BEA)
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "No budget")
    assert run(table, MORNING_IN_NEW_YORK) == 0


def test_who_was_nudged_about_it_that_day_needs_no_notice(table: Table) -> None:
    step, other = steps_of(table, Side.BUYER)[:2]
    table.clock.moment = datetime(2026, 6, 2, 22, 0, tzinfo=UTC)  # Tuesday evening in New York
    give(table, RAE, step, RAVI)
    give(table, RAE, other, RAVI)
    change(table, step, due_date=date(2026, 6, 2), next_nudge_at=MONDAY)
    morning = MORNING_IN_NEW_YORK + 2 * DAY
    table.clock.moment = morning
    with table.database.write() as session:
        assert sweep(session, morning, table.clock.wall()) == 1
        assert tell_new_owners(session, morning, table.clock.wall()) == 1
    assert [step_id for _, step_id, _ in told(table)] == [other.id]


def test_a_new_step_and_one_passed_on_are_told_too(table: Table) -> None:
    with table.work(RAE) as work:
        added = cases.add_step(work, cases.NewStep("Settle the terms", owner_id=RAVI.user_id))
    run(table, MORNING_IN_NEW_YORK)
    with table.work(RAVI) as work:
        cases.disown_step(work, added.id or 0, BEA.user_id)
    run(table, MORNING_IN_NEW_YORK + TEN_MINUTES)
    assert told(table) == [
        (RAVI.user_id, added.id, RAE.user_id),
        (BEA.user_id, added.id, RAVI.user_id),
    ]


def test_not_me_from_somebody_who_has_it_no_more_takes_it_from_nobody(table: Table) -> None:
    step = steps_of(table, Side.BUYER)[0]
    give(table, RAE, step, BEA)
    with pytest.raises(Refused, match="not_with_you"), table.work(RAVI) as work:
        cases.disown_step(work, step.id or 0, None)
    assert table.step(step.number).owner_id == BEA.user_id


def test_a_step_gets_its_people_by_one_way_only() -> None:
    """Whoever sets an owner past `hand_over` would tell nobody."""
    setting = [
        f"{path.relative_to(BOT)}:{node.lineno}"
        for path in sorted(BOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in ("owner_id", "counterpart_id")
        and isinstance(node.ctx, ast.Store)
        and path.name != "handovers.py"
    ]
    assert setting == []
