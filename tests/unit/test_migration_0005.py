"""Up to 0005 with the plans of 0004: what the log knows of them is kept where the computation reads it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from bot.schedules import load_rows
from bot.use_cases.slips import landing, note_slip
from storage.agreement import ClosedDays, Proposal, Signature, Slip, SlipKind
from storage.database import Database
from storage.migrate import migrate
from storage.models import Plan, Step
from tests.given import ACME, BEA, NORTHWIND, RAE, the_two_firms
from tests.unit.test_storage import _to

NINE = datetime(2026, 5, 4, 9, 0)  # noqa: DTZ001  as 0004 stored it: UTC, without saying so
ANCHOR = date(2026, 6, 30)
GO_LIVE, SIGNATURE, CLOSED = 1, 2, 3


class As0004:
    """The tables as the last release knew them; rows are written without the models of this one."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.tables = sa.MetaData()
        self.tables.reflect(connection)
        self.steps = 0

    def put(self, table: str, **values: Any) -> None:
        """A row, with something harmless in every column that has to have a value."""
        columns = self.tables.tables[table].columns
        usual = {
            column.name: self._harmless(column)
            for column in columns
            if not (column.nullable or column.primary_key or column.server_default is not None)
        }
        self.connection.execute(sa.insert(self.tables.tables[table]).values({**usual, **values}))

    @staticmethod
    def _harmless(column: sa.Column[Any]) -> Any:
        kinds: Mapping[type, Any] = {str: "", int: 0, bool: False, date: ANCHOR, datetime: NINE, object: {}}
        return kinds[column.type.python_type]

    def plan(self, plan_id: int, kind: str, state: str = "open") -> None:
        self.put(
            "plan",
            id=plan_id,
            team_id=NORTHWIND,
            channel_id=f"C0DEAL{plan_id}",
            name=f"Plan {plan_id}",
            seller_company="Northwind",
            buyer_company="Acme",
            anchor_kind=kind,
            anchor_date=ANCHOR,
            seller_country="GB",
            buyer_country="US",
            seller_time_zone="Europe/London",
            buyer_time_zone="America/New_York",
            time_zone="Europe/London",
            state=state,
            created_by=RAE.user_id,
            next_number=10,
        )
        for team, side in ((NORTHWIND, "seller"), (ACME, "buyer")):
            self.put("plan_organization", plan_id=plan_id, team_id=team, side=side)

    def step(self, plan_id: int, title: str, *changes: str, **values: Any) -> int:
        """A step, with a line in the log for each of `changes`, a day apart."""
        self.steps += 1
        self.put(
            "step",
            **{
                "id": self.steps,
                "plan_id": plan_id,
                "number": self.steps,
                "position": self.steps,
                "title": title,
                "side": "buyer",
                "days": 2,
                "due_date": ANCHOR - timedelta(days=20 - self.steps),
                "state": "open",
                "visibility": "both",
                "version": 1,
                **values,
            },
        )
        for place, kind in enumerate(changes):
            self.put(
                "change",
                plan_id=plan_id,
                step_id=self.steps,
                at=NINE + timedelta(days=place),
                actor_id=BEA.user_id,
                kind=kind,
                details={},
                visibility="both",
            )
        return self.steps


@pytest.fixture
def migrated(database: Database) -> Database:
    _to(database, "0004", "downgrade")
    with database.write_engine.begin() as connection:
        old = As0004(connection)
        assert "slip" not in old.tables.tables
        old.plan(GO_LIVE, "go_live")
        old.plan(SIGNATURE, "signature")
        old.plan(CLOSED, "signature", state="closed")
        old.step(GO_LIVE, "Laid out")
        old.step(GO_LIVE, "Moved", "step_moved")
        old.step(GO_LIVE, "Moved, then done", "step_moved", "step_done", state="done", finished_at=NINE)
        old.step(GO_LIVE, "Went along", "step_moved_along")
        old.step(GO_LIVE, "Added with a day", "step_added")
        old.step(GO_LIVE, "Added without", "step_added", due_date=None)
        started = ("step_started", "step_reopened", "step_started")
        old.step(GO_LIVE, "Started twice", *started, state="started")
        old.step(GO_LIVE, "Started, then blocked", "step_started", "step_blocked", state="blocked")
        old.step(GO_LIVE, "Go live", gate=True, due_date=ANCHOR)
        old.step(SIGNATURE, "Not a gate", due_date=ANCHOR)
        old.step(SIGNATURE, "Taken off", gate=True, due_date=ANCHOR, removed_at=NINE)
        old.step(SIGNATURE, "Sign", gate=True, due_date=ANCHOR, side="joint")
        old.step(SIGNATURE, "Live later", gate=True, due_date=ANCHOR + timedelta(days=30))
        old.step(CLOSED, "Never signed", gate=True, due_date=ANCHOR - timedelta(days=1))
    assert migrate(database) is True
    return database


def by_title(database: Database) -> dict[str, Step]:
    with database.read() as session:
        return {step.title: step for step in session.exec(select(Step))}


def test_a_day_that_somebody_gave_is_theirs_and_the_others_are_computed(migrated: Database) -> None:
    steps = by_title(migrated)
    assert {title for title, step in steps.items() if step.date_fixed} == {
        "Moved",
        "Moved, then done",
        "Added with a day",
    }
    assert steps["Moved"].due_date == ANCHOR - timedelta(days=18)


def test_a_step_under_way_has_started_when_the_log_says_so_last(migrated: Database) -> None:
    started = {title: step.started_at for title, step in by_title(migrated).items() if step.started_at}
    assert started == {"Started twice": (NINE + timedelta(days=2)).replace(tzinfo=UTC)}


def test_a_plan_anchored_on_signature_ends_with_its_gate_of_that_day(migrated: Database) -> None:
    steps = by_title(migrated)
    with migrated.read() as session:
        ends = {plan.id: plan.anchor_step_id for plan in session.exec(select(Plan))}
    assert ends == {GO_LIVE: None, SIGNATURE: steps["Sign"].id, CLOSED: None}


def test_nobody_has_agreed_to_anything_yet(migrated: Database) -> None:
    with migrated.read() as session:
        for plan in session.exec(select(Plan)):
            assert (plan.agreed_round, plan.agreed_at, plan.agreed_anchor) == (0, None, None)
            assert (plan.seller_region, plan.buyer_region, plan.ledger_head) == ("", "", "")
        for table in (Signature, Proposal, ClosedDays, Slip):
            assert session.exec(select(table)).all() == []


@pytest.mark.parametrize("plan_id", [GO_LIVE, SIGNATURE])
def test_the_plans_that_came_along_are_computed(migrated: Database, plan_id: int) -> None:
    with migrated.read() as session:
        plan = session.get_one(Plan, plan_id)
        found = load_rows(session, plan, None, date(2026, 5, 11)).compute()
    assert found.anchor == ANCHOR
    assert found.lands is not None


def test_the_ledger_of_a_plan_that_came_along_keeps_its_lines(migrated: Database) -> None:
    from bot.clock import FixedClock
    from bot.desk import Desk

    the_two_firms(migrated)
    desk = Desk(migrated, FixedClock(NINE.replace(tzinfo=UTC)), team_id=NORTHWIND)
    with desk.work(RAE, GO_LIVE, channel_id=f"C0DEAL{GO_LIVE}", request_key="k") as work:
        work.plan.agreed_round = 1
        step = work.step(by_title(migrated)["Moved"].id or 0)
        note_slip(work, SlipKind.MOVED, step, old=step.due_date, new=ANCHOR, lands_before=landing(work))
    for act in ("UPDATE slip SET days = 0", "DELETE FROM slip"):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"), migrated.write() as session:
            session.execute(sa.text(act))
    with migrated.read() as session:
        [line] = session.exec(select(Slip)).all()
        assert session.get_one(Plan, GO_LIVE).ledger_head == line.hash


def test_down_again_and_nothing_of_0004_is_lost(migrated: Database) -> None:
    before = {title: (step.due_date, step.state) for title, step in by_title(migrated).items()}
    _to(migrated, "0004", "downgrade")
    assert migrate(migrated) is True
    assert {title: (step.due_date, step.state) for title, step in by_title(migrated).items()} == before
