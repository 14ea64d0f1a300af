"""Who has not answered for two weeks of work while steps wait: their lead is told once, and kindly."""

from datetime import datetime

import pytest

from bot.use_cases import notes
from bot.use_cases import steps as cases
from bot.use_cases.departures import (
    still_here,
)
from bot.use_cases.nudges import sweep
from storage import plans
from storage.database import Database
from storage.departures import Gone
from tests.given import BEA, RAVI, Table
from tests.unit.gone import (
    DAY,
    NOON,
    departure,
    ravis_table,
    rounds,
    told,
)


@pytest.fixture
def table(database: Database) -> Table:
    return ravis_table(database)


def remind(table: Table, moment: datetime) -> None:
    table.clock.moment = moment
    with table.database.write() as session:
        sweep(session, moment, moment)


@pytest.fixture
def waiting(table: Table) -> Table:
    """Ravi was reminded of one step on Monday; nothing else of the plan is due."""
    with table.database.write() as session:
        for step in plans.every_step(session, table.plan_id):
            is_his = step.number == 1
            step.due_date = (NOON - 3 * DAY).date() if is_his else (NOON + 300 * DAY).date()
            step.next_nudge_at = NOON if is_his else None
            session.add(step)
    remind(table, NOON)
    return table


def silence(table: Table, days: int) -> int:
    """The rounds of so many days, each at the same hour. How often somebody was told of."""
    return sum(rounds(table, DAY) + rounds(table) for _ in range(days))


def test_who_is_silent_for_two_weeks_of_work_is_told_of_once(waiting: Table) -> None:
    assert silence(waiting, 13) == 0
    assert silence(waiting, 1) == 1
    assert departure(waiting).reason is Gone.SILENT
    assert silence(waiting, 10) == 0
    assert told(waiting) == [("departure", BEA.user_id)]


def test_a_word_begins_the_silence_anew(waiting: Table) -> None:
    silence(waiting, 10)
    with waiting.work(RAVI) as work:
        notes.add_note(work, waiting.step(2).id or 0, "On it")
    assert silence(waiting, 10) == 0
    assert silence(waiting, 6) == 1


def test_who_speaks_again_ends_it(waiting: Table) -> None:
    silence(waiting, 14)
    with waiting.work(RAVI) as work:
        notes.add_note(work, waiting.step(2).id or 0, "Back from leave")
    silence(waiting, 1)
    assert departure(waiting).ended_by is None
    assert departure(waiting).ended_at is not None


def test_what_is_blocked_is_no_silence(waiting: Table) -> None:
    with waiting.work(BEA) as work:
        cases.block_step(work, waiting.step(1).id or 0, "Procurement is on strike", None)
    assert silence(waiting, 20) == 0


def test_after_still_here_the_silence_counts_from_then_on(waiting: Table) -> None:
    silence(waiting, 14)
    with waiting.work(BEA) as work:
        still_here(work, departure(waiting).id or 0)
    assert silence(waiting, 13) == 0
    assert silence(waiting, 2) == 1
