"""Up to 0006 with a plan of 0005 in it: it goes on as it was, and what is new starts as it should."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from bot.use_cases.steps import complete_step
from storage import plans
from storage.database import Database
from storage.departures import Departure
from storage.installations import InstalledWorkspace
from storage.migrate import migrate
from storage.models import Person, Plan, Side, Visibility
from tests.given import BEA, NORTHWIND, RAE, Table
from tests.unit.test_storage import _to


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    with database.read() as session:
        found = session.execute(sa.text(f"SELECT * FROM {table}")).mappings().all()
    return [dict(row) for row in found]


@pytest.fixture
def table(database: Database) -> Table:
    """A plan with a private step of the seller's, as 0005 kept it, brought up to this version."""
    table = Table(database)
    with database.write() as session:
        step = plans.every_step(session, table.plan_id)[2]
        step.side, step.visibility = Side.SELLER, Visibility.SELLER
        session.add(step)
    _to(database, "0005", "downgrade")
    assert not {"installation", "departure", "oauth_state"} & set(
        sa.inspect(database.engine).get_table_names()
    )
    before = {
        name: rows(database, name) for name in ("step", "change", "plan_organization", "channel_member")
    }
    assert len(before["step"]) == 13
    assert migrate(database) is True
    assert {name: rows(database, name) for name in before} == before
    return table


def test_a_plan_goes_on_and_nobody_is_gone_or_asked(table: Table) -> None:
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        assert (plan.frozen_at, plan.frozen_reason) == (None, "")
        for person in session.exec(select(Person)):
            assert (person.enterprise_id, person.home_team_id) == ("", "")
            assert (person.own_time_zone, person.zone_asked_at) == (None, None)
        assert session.exec(select(Departure)).all() == []
        assert session.exec(select(InstalledWorkspace)).all() == []


def test_both_sides_work_on_it_as_before(table: Table) -> None:
    with table.work(BEA) as work:
        assert work.actor.side is Side.BUYER
        complete_step(work, table.step_where(side=Side.BUYER, gate=False).id or 0)
        assert len(plans.steps_of(work.session, table.plan_id, work.actor.side)) == 12
    with table.work(RAE) as work:
        assert (work.actor.side, work.plan.team_id) == (Side.SELLER, NORTHWIND)
        assert len(plans.steps_of(work.session, table.plan_id, work.actor.side)) == 13
