"""How many statements an act takes: it must not grow with what is multiplied. Counts, never times."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from bot.use_cases import steps
from bot.use_cases.common import arm_all
from bot.use_cases.nudges import sweep
from bot.use_cases.plan_edits import edit_plan
from bot.use_cases.plans import close_plan, reopen_plan
from storage import plans
from storage.database import Database
from storage.models import Nudge, NudgeStep, Outcome, Step
from storage.outgoing import Outgoing
from tests.given import BEA, MONDAY, RAE, Table
from tests.unit.test_nudges import DUE, MORNING_AFTER

STEPS = 193
FEW = 40  # whatever the number of steps


@pytest.fixture
def table(database: Database) -> Table:
    """A long plan, every step of it Bea's and every second one in a reminder to her."""
    table = Table(database)
    with table.work(RAE) as work:
        for number in range(STEPS - 13):
            steps.add_step(work, steps.NewStep(f"Settle point {number}"))
    with database.write() as session:
        session.execute(sa.update(Step).values(due_date=date(2026, 7, 1), owner_id=BEA.user_id, days=1))
        nudge = Nudge(user_id=BEA.user_id, local_date=date(2026, 5, 29), channel_id="D0BEA", message_ts="1.1")
        session.add(nudge)
        session.flush()
        for step in plans.every_step(session, table.plan_id)[::2]:
            session.add(
                NudgeStep(
                    nudge_id=nudge.id or 0,
                    step_id=step.id or 0,
                    user_id=BEA.user_id,
                    armed_for=date(2026, 5, 28),
                )
            )
    return table


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", listen)


def test_moving_the_anchor_asks_for_all_steps_together(table: Table) -> None:
    """Two for each step are left: its line in the log, and one to wake who wished to be left alone."""
    with counted(table.database) as asked, table.work(RAE) as work:
        edited = edit_plan(work, {"anchor_date": date(2026, 12, 18)}, "They need longer", move_along=True)
    assert edited.steps_moved == STEPS
    assert len(asked) <= 2 * STEPS + FEW


ACTS: dict[str, Callable[[Table], object]] = {
    "a plan that is closed and opened again": lambda table: close_and_reopen(table),
    "reminders begun anew": lambda table: arm(table),
    "one step that is done": lambda table: complete(table),
    "a morning's round": lambda table: go_round(table),
}


def close_and_reopen(table: Table) -> None:
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "No budget")
    with table.work(RAE) as work:
        reopen_plan(work)


def arm(table: Table) -> None:
    with table.work(RAE) as work:
        arm_all(work)


def complete(table: Table) -> None:
    with table.work(BEA) as work:
        steps.complete_step(work, table.step(3).id or 0)


def go_round(table: Table) -> None:
    with table.database.write() as session:
        session.execute(sa.update(Step).values(due_date=DUE, next_nudge_at=MORNING_AFTER))
    with table.database.write() as session:
        assert sweep(session, MORNING_AFTER, MONDAY)


@pytest.mark.parametrize("act", ACTS)
def test_what_concerns_every_step_asks_for_all_of_them_together(table: Table, act: str) -> None:
    with counted(table.database) as asked:
        ACTS[act](table)
    assert 0 < len(asked) <= FEW


def test_several_changes_leave_one_board_one_line_and_one_reminder_to_draw(table: Table) -> None:
    with counted(table.database) as asked, table.work(BEA) as work:
        for number in range(2, 10):
            steps.complete_step(work, plans.every_step(work.session, table.plan_id)[number].id or 0)
    puts = [one for one in asked if one.startswith("INSERT INTO outgoing")]
    assert len(puts) <= 3
    with table.database.read() as session:
        assert session.exec(select(Outgoing).where(Outgoing.kind == "nudge_refresh")).one()
