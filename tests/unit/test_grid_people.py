"""A firm on Enterprise Grid is one organisation, whatever workspace somebody is of or Slack names."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from bot.desk import Visitor
from bot.use_cases.common import Actor
from bot.use_cases.own_lists import keep_list
from bot.use_cases.plans import start_plan
from bot.use_cases.roster import save_person, set_members
from storage import plans
from storage.database import Database
from storage.models import Person, Plan, PlanOrganization, Side
from tests.given import ACME, BEA, CHANNEL, MONDAY, NORTHWIND, RAE, Table, new_plan

ACME_GRID, NORTHWIND_GRID = "E0ACME", "E0NORTHWIND"
WES = Visitor("W0WES", "T0ACMELABS", "wes")  # of another workspace of Acme's Grid
NIA = Visitor("W0NIA", "T0NORTHEAST", "nia")  # of another workspace of Northwind's


def user(visitor: Visitor, enterprise_id: str, **more: Any) -> dict[str, Any]:
    """As `users.info` tells of somebody on a Grid."""
    return {
        "id": visitor.user_id,
        "team_id": visitor.team_id,
        "name": visitor.name,
        "enterprise_user": {"enterprise_id": enterprise_id, "teams": [visitor.team_id]},
        **more,
    }


def save(table: Table, *users: dict[str, Any]) -> None:
    with table.database.write() as session:
        for one in users:
            save_person(session, one, MONDAY)


def firms(table: Table) -> dict[str, Side | None]:
    with table.database.read() as session:
        rows = session.exec(select(PlanOrganization).where(PlanOrganization.plan_id == table.plan_id))
        return {row.team_id: row.side for row in rows}


def side_of(table: Table, visitor: Visitor) -> Side | None:
    with table.work(visitor) as work:
        return work.actor.side


@pytest.fixture
def table(database: Database) -> Table:
    table = Table(database)
    assert side_of(table, BEA) is Side.BUYER
    return table


def test_what_plans_knew_by_a_workspace_they_know_by_its_grid(table: Table) -> None:
    assert firms(table) == {NORTHWIND: Side.SELLER, ACME: Side.BUYER}
    save(table, user(BEA, ACME_GRID), user(RAE, NORTHWIND_GRID))
    assert firms(table) == {NORTHWIND_GRID: Side.SELLER, ACME_GRID: Side.BUYER}
    assert side_of(table, BEA) is Side.BUYER
    assert side_of(table, RAE) is Side.SELLER


def test_a_colleague_whom_nobody_looked_up_again_yet_keeps_the_side(table: Table) -> None:
    """Ravi is still known by Acme's workspace alone."""
    save(table, user(BEA, ACME_GRID))
    with table.database.read() as session:
        assert session.get_one(Person, "U0RAVI").enterprise_id == ""
    assert side_of(table, Visitor("U0RAVI", ACME)) is Side.BUYER


def test_colleagues_of_other_workspaces_are_on_the_side_of_their_grid(table: Table) -> None:
    save(table, user(BEA, ACME_GRID), user(RAE, NORTHWIND_GRID))
    save(table, user(WES, ACME_GRID), user(NIA, NORTHWIND_GRID))
    assert side_of(table, WES) is Side.BUYER
    assert side_of(table, NIA) is Side.SELLER


@pytest.mark.parametrize("team_id", [ACME_GRID, ACME])
def test_somebody_unknown_is_placed_by_what_the_request_says(table: Table, team_id: str) -> None:
    save(table, user(BEA, ACME_GRID))
    assert side_of(table, Visitor("W0NEW", team_id)) is Side.BUYER


def test_an_organisation_in_the_place_of_the_workspace(table: Table) -> None:
    """Of externals `team_id` "will report an enterprise organization ID"."""
    save(table, user(BEA, ACME_GRID))
    save(table, {"id": "W0NEW", "team_id": ACME_GRID, "name": "new"})
    with table.database.read() as session:
        assert session.get_one(Person, "W0NEW").enterprise_id == ACME_GRID
    assert side_of(table, Visitor("W0NEW", "T0WHATEVER")) is Side.BUYER


def test_a_stranger_of_another_grid_has_no_side(table: Table) -> None:
    save(table, user(BEA, ACME_GRID))
    assert side_of(table, Visitor("W0X", "E0GLOBEX")) is None


def test_a_guest_of_any_workspace_of_the_seller_buys(table: Table) -> None:
    save(table, user(RAE, NORTHWIND_GRID), user(NIA, NORTHWIND_GRID, is_restricted=True))
    assert side_of(table, NIA) is Side.BUYER


def test_the_sellers_colleague_never_takes_the_buyers_seat(database: Database) -> None:
    """Nobody of the buyer is known yet, and Nia of another workspace of the seller's comes first."""
    table = Table(database)
    with database.write() as session:
        for row in session.exec(select(PlanOrganization).where(PlanOrganization.team_id == ACME)):
            session.delete(row)
        set_members(session, CHANNEL, [RAE.user_id, NIA.user_id])
    save(table, user(RAE, NORTHWIND_GRID), user(NIA, NORTHWIND_GRID))
    assert side_of(table, NIA) is Side.SELLER
    assert firms(table) == {NORTHWIND_GRID: Side.SELLER}


def test_a_plan_that_starts_knows_grids_from_the_start(database: Database) -> None:
    table = Table(database)
    save(table, user(RAE, NORTHWIND_GRID), user(BEA, ACME_GRID), user(WES, ACME_GRID))
    with database.write() as session:
        set_members(session, "C0OTHER", [RAE.user_id, BEA.user_id, WES.user_id])
        actor = Actor(RAE.user_id, NORTHWIND_GRID, Side.SELLER, "Rae")
        started = start_plan(session, NORTHWIND, "C0OTHER", actor, new_plan(), MONDAY, MONDAY)
        sides = plans.sides(session, started.plan)
    assert dict(sides.organizations) == {NORTHWIND_GRID: Side.SELLER, ACME_GRID: Side.BUYER}
    assert sides.seller_firm == NORTHWIND_GRID


def test_lists_are_kept_by_the_whole_firm_and_by_nobody_else_who_sells(table: Table) -> None:
    save(table, user(RAE, NORTHWIND_GRID), user(NIA, NORTHWIND_GRID))
    with table.work(NIA) as work:
        assert keep_list(work, "Ours", "").title == "Ours"


def test_a_plan_of_two_workspaces_of_one_grid_keeps_the_side_that_was_given(table: Table) -> None:
    """Both were known by their own ids, one with a side and one without."""
    with table.database.write() as session:
        session.add(PlanOrganization(plan_id=table.plan_id, team_id=WES.team_id))
    save(table, user(WES, ACME_GRID), user(BEA, ACME_GRID))
    assert firms(table) == {NORTHWIND: Side.SELLER, ACME_GRID: Side.BUYER}
    save(table, user(WES, ACME_GRID))
    assert firms(table) == {NORTHWIND: Side.SELLER, ACME_GRID: Side.BUYER}


def test_the_plan_itself_stays_with_the_workspace_that_installed_it(table: Table) -> None:
    save(table, user(RAE, NORTHWIND_GRID))
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        assert plan.team_id == NORTHWIND
        assert plan.anchor_date > date(2026, 1, 1)
