"""Starting, closing and reopening a plan."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from bot.use_cases.common import Actor, Refused
from bot.use_cases.plans import NewPlan, Started, close_plan, reopen_plan, start_plan
from storage import plans
from storage.database import Database
from storage.models import Outcome, PlanOrganization, PlanState, Side, Step
from tests.given import ACME, CHANNEL, MONDAY, NAMES, NORTHWIND, RAE, Table, new_plan, the_two_firms


def start(database: Database, new: NewPlan, channel: str = CHANNEL) -> Started:
    with database.write() as session:
        actor = Actor(RAE.user_id, NORTHWIND, Side.SELLER, NAMES[RAE])
        return start_plan(session, NORTHWIND, channel, actor, new, MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("template", "steps"), [("agency-retainer", 5), ("regulated-buyer", 22), ("saas-six-figures", None)]
)
def test_each_template_is_laid_out_back_from_the_anchor(
    database: Database, template: str, steps: int | None
) -> None:
    the_two_firms(database)
    started = start(database, new_plan(template, date(2027, 3, 31)))
    assert steps in (None, started.steps)
    with database.read() as session:
        rows = plans.every_step(session, started.plan.id or 0)
        assert all(row.due_date for row in rows)
        assert max(row.due_date for row in rows if row.due_date) == date(2027, 3, 31)
        assert all(row.owner_id is None and row.role for row in rows)
        for row in rows:
            first = plans.dependencies_of(session, started.plan.id or 0).get(row.id or 0, {})
            for before in first:
                earlier = session.get_one(Step, before)
                assert earlier.due_date is not None
                assert row.due_date is not None
                assert earlier.due_date < row.due_date


def test_an_anchor_on_a_closed_day_moves_earlier_and_says_so(database: Database) -> None:
    the_two_firms(database)
    started = start(database, new_plan(anchor=date(2026, 8, 2)))  # a Sunday
    assert started.plan.anchor_date == date(2026, 7, 31)
    assert started.anchor_moved_from == date(2026, 8, 2)


def test_an_anchor_too_near_is_told_and_not_refused(database: Database) -> None:
    """Counted without a holiday in sight: 18 working days from Monday 1 June, and there are ten."""
    the_two_firms(database)
    new = replace(new_plan("smb", date(2026, 6, 12)), seller_country="ZZ", buyer_country="ZZ")
    too_near = start(database, new).too_near
    assert too_near is not None
    assert (too_near.needs, too_near.there, too_near.honest) == (18, 10, date(2026, 6, 24))
    assert [step.days for step in too_near.deciding] == [2, 3, 3, 2, 3]
    assert [step.id for step in too_near.deciding] == ["s1", "s3", "s7", "s11", "s14"]
    assert too_near.others == 4


def test_an_anchor_that_can_be_held_is_not_talked_about(database: Database) -> None:
    the_two_firms(database)
    new = replace(new_plan("smb", date(2026, 6, 24)), seller_country="ZZ", buyer_country="ZZ")
    assert start(database, new).too_near is None


def test_the_only_other_company_is_the_buyer(database: Database) -> None:
    the_two_firms(database)
    started = start(database, replace(new_plan(), buyer_lead_id=None))
    with database.read() as session:
        rows = session.exec(select(PlanOrganization).where(PlanOrganization.plan_id == started.plan.id))
        assert {row.team_id: row.side for row in rows} == {NORTHWIND: Side.SELLER, ACME: Side.BUYER}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "  "}, "text_missing"),
        ({"name": "x" * 151}, "text_long"),
        ({"buyer_company": ""}, "text_missing"),
        ({"anchor": date(2026, 6, 1)}, "anchor_past"),
        ({"buyer_lead_id": RAE.user_id}, "same_person_twice"),
        ({"template": "gone"}, "template_gone"),
    ],
)
def test_what_cannot_be_a_plan_is_refused_at_its_field(
    database: Database, change: dict[str, object], code: str
) -> None:
    the_two_firms(database)
    with pytest.raises(Refused, match=code) as refused:
        start(database, replace(new_plan(), **change))  # type: ignore[arg-type]
    assert refused.value.field is not None


def test_a_channel_has_one_open_plan(database: Database) -> None:
    the_two_firms(database)
    start(database, new_plan())
    with pytest.raises(Refused, match="plan_exists"):
        start(database, new_plan())
    assert start(database, new_plan(), "C0OTHER").plan.id


def test_closing_stops_every_reminder_and_reopening_brings_them_back(database: Database) -> None:
    table = Table(database)
    assert any(step.next_nudge_at for step in all_steps(table))
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "They chose to wait")
    assert not any(step.next_nudge_at for step in all_steps(table))
    with table.work(RAE) as work:
        assert reopen_plan(work).state is PlanState.OPEN
    assert any(step.next_nudge_at for step in all_steps(table))


def test_a_plan_is_not_reopened_beside_another(database: Database) -> None:
    table = Table(database)
    with table.work(RAE) as work:
        close_plan(work, Outcome.WON, "Signed")
    start(database, new_plan())
    with pytest.raises(Refused, match="plan_exists"), table.work(RAE) as work:
        reopen_plan(work)


def all_steps(table: Table) -> list[Step]:
    with table.database.read() as session:
        return plans.every_step(session, table.plan_id)
