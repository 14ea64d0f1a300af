"""What is asked again and again finds its rows by an index, however long the tables grow."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.delivery import REPEATABLE
from bot.paces import PACES
from bot.use_cases.handovers import tell_new_owners
from bot.use_cases.home import refresh_homes
from bot.use_cases.nudges import sweep
from storage import installations, outbox, plans
from storage.database import Database
from storage.models import Handover, Plan
from tests.given import BEA, MONDAY, Table

# The question, and the tables that grow with every deal or every message.
ASKED: dict[str, tuple[Callable[[Session], Any], set[str]]] = {
    "somebody's home": (lambda session: plans.open_plans_of(session, BEA.user_id), {"step"}),
    "the homes to draw": (
        lambda session: refresh_homes(session, session.exec(select(Plan)).one(), MONDAY),
        {"person", "step"},
    ),
    "what to deliver": (
        lambda session: [outbox.claim(session, MONDAY, PACES, REPEATABLE), outbox.next_moment(session)],
        {"outgoing"},
    ),
    "a board to draw": (
        lambda session: outbox.put_board(session, session.exec(select(Plan)).one(), MONDAY),
        {"outgoing"},
    ),
    "what was not delivered": (outbox.unannounced_unknown, {"outgoing"}),
    "a notice": (
        lambda session: session.exec(select(Handover).where(col(Handover.notice_id) == 1)).all(),
        {"handover"},
    ),
    "the morning round": (lambda session: sweep(session, MONDAY, MONDAY), {"step", "nudge"}),
    "the copy of a workspace": (
        lambda session: installations.copies_for(session, ["T0NORTHWIND", "T0ACME"]),
        {"installation", "installed_workspace"},
    ),
    "whether somebody is a copy": (
        lambda session: installations.is_a_bot_of_ours(session, ["U0TANDEM"]),
        {"installation"},
    ),
    "new owners": (lambda session: tell_new_owners(session, MONDAY, MONDAY), {"handover", "step"}),
}


@pytest.mark.parametrize("question", ASKED)
def test_no_whole_table_is_read(database: Database, question: str) -> None:
    table = Table(database)
    ask, grow = ASKED[question]
    asked: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    sa.event.listen(database.engine, "before_cursor_execute", listen)
    with table.database.write() as session:
        ask(session)
    sa.event.remove(database.engine, "before_cursor_execute", listen)
    questions = [one for one in asked if one[0].startswith("SELECT")]
    assert questions
    read_whole = {name for one in questions for name in _read_whole(database, *one)}
    assert not read_whole & grow


def _read_whole(database: Database, statement: str, parameters: Any) -> list[str]:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return re.findall(r"SCAN (\w+)(?! USING)\b", "\n".join(row[3] for row in rows))
        connection.exec_driver_sql("SET enable_seqscan = off")  # the tables are small yet
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        return re.findall(r"Seq Scan on (\w+)", "\n".join(row[0] for row in rows))
