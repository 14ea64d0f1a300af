"""Ways on which something of one side's own could reach the other by way of what both see."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk import Visitor
from bot.use_cases import agreeing, dates, dependencies, editing, privacy
from bot.use_cases import steps as cases
from bot.use_cases.nudges import sweep
from bot.use_cases.proposing import Why
from bot.use_cases.sides import change_side
from bot.views import load_history
from plan.ledger import totals
from storage import ledger, plans
from storage.agreement import Proposal
from storage.database import Database
from storage.models import NudgeStep, Plan, Side, Step, StepDependency
from tests.given import BEA, RAE, RAVI, Table

SECRET = "Walk-away price"
WHY = "they ask for a lower price"
FIRST, LATER = date(2026, 6, 10), date(2026, 6, 24)


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def add(table: Table, visitor: Visitor = RAE, title: str = SECRET, **facts: Any) -> int:
    with table.work(visitor) as work:
        new = cases.NewStep(title, **{"is_private": True, **facts})
        return cases.add_step(work, new).id or 0


def agree(table: Table) -> None:
    for visitor in (RAE, BEA):
        with table.work(visitor) as work:
            agreeing.agree(work, agreeing.terms_now(work).digest)


def tie(table: Table, *edges: tuple[int, int]) -> None:
    """Each comes after the other; by ids."""
    with table.database.write() as session:
        for step_id, after in edges:
            session.add(StepDependency(step_id=step_id, after_step_id=after))


def untie_all(table: Table) -> None:
    with table.database.write() as session:
        for edge in session.exec(select(StepDependency)):
            session.delete(edge)


def told(table: Table, side: Side | None) -> str:
    """The history and the ledger, as that side reads them."""
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        changes = load_history(session, plan, side, table.clock.now(), 200)
        return f"{changes}\n{list(ledger.lines_for(session, table.plan_id, side))}"


def behind_a_private_one(table: Table) -> tuple[int, int]:
    """A step of Northwind's own, and one that both see, which comes after it; by ids."""
    shown = add(table, title="Prepare the pilot", side=Side.SELLER, due=FIRST, is_private=False)
    hidden = add(table, side=Side.SELLER, due=FIRST)
    tie(table, (shown, hidden))
    return hidden, shown


@pytest.mark.parametrize("is_agreed", [False, True])
def test_why_a_private_step_moves_is_not_said_of_what_goes_along(table: Table, is_agreed: bool) -> None:
    hidden, shown = behind_a_private_one(table)
    if is_agreed:
        agree(table)
    with table.work(RAE) as work:
        dates.change_date(work, hidden, dates.NewDate(date(2026, 6, 12), Why("budget", WHY), [shown]))
    with table.database.read() as session:
        assert session.get_one(Step, shown).due_date == date(2026, 6, 15)
    assert WHY in told(table, Side.SELLER)
    assert WHY not in told(table, Side.BUYER)
    assert "budget" not in told(table, Side.BUYER)
    assert "along" not in told(table, Side.BUYER), "it went along with what they do not see"


def test_a_private_step_takes_nothing_along_that_the_other_side_would_be_asked_about(table: Table) -> None:
    """Moved by itself, the visible step would make the plan land later than agreed."""
    hidden, shown = behind_a_private_one(table)
    with table.database.read() as session:
        last = plans.steps_of(session, table.plan_id, None)[-2].id or 0
    tie(table, (last, shown))
    agree(table)
    far = date(2026, 8, 5)
    with table.work(RAE) as work:
        alone = dates.change_date(work, shown, dates.NewDate(far, Why("legal", "counsel is away")))
        assert isinstance(alone, Proposal)
        work.session.delete(alone)
    with table.work(RAE) as work:
        dates.change_date(work, hidden, dates.NewDate(far, Why("", WHY), [shown]))
    with table.database.read() as session:
        assert session.get_one(Step, hidden).due_date == far
        assert session.get_one(Step, shown).due_date == FIRST


def test_what_gives_in_is_told_without_the_other_sides_own(table: Table) -> None:
    """A step of Acme's alone came after one of Northwind's alone, when a step between them went."""
    untie_all(table)
    between, shown = table.step(2).id or 0, table.step(9).id or 0
    sellers, buyers = add(table), add(table, BEA, "Our own budget round")
    tie(table, (between, sellers), (buyers, between), (shown, buyers))
    with table.work(RAE) as work:
        editing.remove_step(work, between)
        assert work.session.get(StepDependency, (buyers, sellers)) is not None
    with table.work(RAE) as work:
        dependencies.set_after(work, sellers, "9", Side.SELLER)
        assert work.session.get(StepDependency, (buyers, sellers)) is None
    assert SECRET not in told(table, Side.BUYER)
    assert "1001" not in told(table, Side.BUYER)
    assert "budget round" not in told(table, Side.SELLER)


def test_days_of_the_time_when_it_was_private_are_not_taken_back_for_the_other_side(table: Table) -> None:
    agree(table)
    hidden = add(table, side=Side.SELLER, due=date(2026, 6, 1))
    table.clock.moment = table.clock.moment.replace(day=8)
    with table.work(RAE) as work:
        cases.complete_step(work, hidden)
    with table.work(RAE) as work:
        privacy.show_step(work, hidden)
    with table.work(RAE) as work:
        cases.reopen_step(work, hidden)
    with table.database.read() as session:
        theirs = ledger.lines_for(session, table.plan_id, Side.BUYER)
        assert totals(theirs)[Side.SELLER].net == 0
        assert {line.kind.value: line.days for line in theirs if line.step_id == hidden} == {
            "added": 0,
            "reopened": 0,
        }


# whom it is told to


def own(table: Table, visitor: Visitor, **facts: Any) -> int:
    """The one step with a date: of Acme's own, and due today."""
    with table.database.write() as session:
        for step in plans.every_step(session, table.plan_id):
            step.due_date = step.next_nudge_at = None
    return add(table, visitor, side=Side.BUYER, due=table.clock.now().date(), **facts)


def asked_next_morning(table: Table) -> list[tuple[str, bool]]:
    """Who hears of something, and whether they are asked who should have it."""
    moment = table.clock.now() + timedelta(days=1, hours=4)  # in the morning in New York, too
    with table.database.write() as session:
        sweep(session, moment, moment)
    with table.database.read() as session:
        rows = session.exec(select(NudgeStep).order_by(col(NudgeStep.nudge_id)))
        return [(row.user_id, row.asks_who) for row in rows]


def test_the_other_sides_lead_does_not_stand_in_for_one_who_is_missing(table: Table) -> None:
    """An empty reminder would be one all the same: nobody hears twice a day."""
    own(table, BEA)
    with table.database.write() as session:
        session.get_one(Plan, table.plan_id).buyer_lead_id = None
    assert asked_next_morning(table) == []


def test_of_who_has_changed_sides_their_old_sides_lead_hears(table: Table) -> None:
    own(table, BEA, owner_id=RAVI.user_id)
    with table.work(RAE) as work:
        change_side(work, RAVI.user_id, Side.SELLER)
    assert asked_next_morning(table) == [(BEA.user_id, True)]
