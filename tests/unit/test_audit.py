"""Who meddles with the slip ledger is found, and the place is named."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlmodel import col

import app
from plan.ledger import hash_of
from storage.agreement import Slip
from storage.database import Database
from tests.given import Table
from tests.unit.ledgers import agree, lines, moved_six_times


@pytest.fixture
def table(database: Database) -> Table:
    table = Table(database)
    agree(table)
    return table


@contextmanager
def off_guard(database: Database) -> Iterator[sa.Connection]:
    """What somebody can do who may change the tables themselves."""
    triggers = ("slip_keeps_update", "slip_keeps_delete") if database.is_sqlite else ("slip_keeps_lines",)
    with database.write_engine.begin() as connection:
        for trigger in triggers:
            connection.execute(
                sa.text(f"DROP TRIGGER {trigger}" + ("" if database.is_sqlite else " ON slip"))
            )
        yield connection


SWAP = (
    "UPDATE slip SET position = -1 WHERE position = 3",
    "UPDATE slip SET position = 3 WHERE position = 4",
    "UPDATE slip SET position = 4 WHERE position = -1",
)
CLOSE_THE_GAP = (
    "DELETE FROM slip WHERE position = 3",
    *(f"UPDATE slip SET position = {place - 1} WHERE position = {place}" for place in (4, 5, 6)),
)
TAMPERED = [
    (
        ("UPDATE slip SET reason = 'Another' WHERE position = 3",),
        "line 3: it was changed after it was written",
    ),
    (("UPDATE slip SET days = 0 WHERE position = 6",), "line 6: it was changed after it was written"),
    (("UPDATE slip SET old_day = NULL WHERE position = 1",), "line 1: it was changed after it was written"),
    (("UPDATE slip SET kind = 'no such' WHERE position = 3",), "line 3: it was changed after it was written"),
    (("UPDATE slip SET actor_id = 'U0RAE'",), "line 1: it was changed after it was written"),
    (("DELETE FROM slip WHERE position = 3",), "line 3: it is missing"),
    (("DELETE FROM slip WHERE position = 1",), "line 1: it is missing"),
    (("DELETE FROM slip WHERE position = 6",), "line 6: it is missing"),
    (("DELETE FROM slip",), "line 1: it is missing"),
    (SWAP, "line 3: what stands there was written as line 4"),
    (CLOSE_THE_GAP, "line 3: what stands there was written as line 4"),
]


def run_audit(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    monkeypatch.setenv("DATABASE_URL", table.database.url.render_as_string(hide_password=False))
    code = app.main(["audit", *words])
    said = capsys.readouterr()
    return code, said.out.strip(), said.err.strip()


@pytest.mark.parametrize(("acts", "said"), TAMPERED)
def test_audit_says_where_somebody_meddled(
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    acts: tuple[str, ...],
    said: str,
) -> None:
    moved_six_times(table)
    with off_guard(table.database) as connection:
        for act in acts:
            connection.execute(sa.text(act))
    code, out, _ = run_audit(table, monkeypatch, capsys)
    assert (code, out) == (1, f"Plan {table.plan_id}, Acme × Northwind: breaks at {said}.")


def test_audit_finds_a_line_rewritten_with_a_hash_that_fits(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moved_six_times(table)
    third = lines(table)[2]
    third.days = -9
    with off_guard(table.database) as connection:
        connection.execute(
            sa.update(Slip)
            .where(col(Slip.position) == 3)
            .values(days=-9, hash=hash_of(third.previous, third))
        )
    code, out, _ = run_audit(table, monkeypatch, capsys)
    assert code == 1
    assert "breaks at line 4: the line before it is not the one that it was written after." in out


@pytest.mark.parametrize("hashed", [True, False])
def test_audit_finds_a_line_added_by_hand(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], hashed: bool
) -> None:
    moved_six_times(table)
    last = lines(table)[-1]
    by_hand = Slip(**last.model_dump(exclude={"id"}))
    by_hand.position, by_hand.previous, by_hand.days = 7, last.hash, -20
    if hashed:
        by_hand.hash = hash_of(by_hand.previous, by_hand)
    with table.database.write() as session:
        session.add(by_hand)
    code, out, _ = run_audit(table, monkeypatch, capsys)
    assert code == 1
    what = "Tandem did not write it" if hashed else "it was changed after it was written"
    assert out.endswith(f"breaks at line 7: {what}.")


def test_audit_of_whole_ledgers(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"Plan {table.plan_id}, Acme × Northwind"
    assert run_audit(table, monkeypatch, capsys) == (0, f"{name}: no lines yet.", "")
    moved_six_times(table)
    assert run_audit(table, monkeypatch, capsys) == (0, f"{name}: 6 lines, unbroken.", "")
    plan_id = str(table.plan_id)
    assert run_audit(table, monkeypatch, capsys, "--plan", plan_id)[1] == f"{name}: 6 lines, unbroken."


def test_audit_of_what_is_not_there_is_a_clear_line(
    table: Table, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_audit(table, monkeypatch, capsys, "--plan", "999") == (2, "", "There is no plan 999.")
    with table.database.write_engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0004'"))
    code, out, error = run_audit(table, monkeypatch, capsys)
    assert (code, out) == (2, "")
    assert "app.py migrate" in error
