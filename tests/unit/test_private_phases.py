"""A phase that holds only one side's own steps is a secret of that side, its name included."""

import pytest
from sqlmodel import col, select

from bot.desk import Visitor
from bot.use_cases import steps as cases
from bot.use_cases.editing import StepEdit, edit_step
from storage.database import Database
from storage.models import Step, Visibility
from tests.given import BEA, RAE, Table

SECRET = "Walk-away terms"


@pytest.fixture
def table(database: Database) -> Table:
    """Northwind keeps the first phase to itself."""
    table = Table(database)
    with database.write() as session:
        steps = session.exec(select(Step).order_by(col(Step.position))).all()
        for step in steps:
            if step.phase == steps[0].phase:
                step.visibility = Visibility.SELLER
        for step in [step for step in steps if step.visibility is Visibility.SELLER]:
            step.phase = SECRET
            session.add(step)
    return table


@pytest.mark.parametrize("visitor", [BEA, RAE])
def test_a_new_step_is_put_where_both_sides_know_the_phase(table: Table, visitor: Visitor) -> None:
    with table.work(visitor) as work:
        assert cases.add_step(work, cases.NewStep("Call procurement")).phase != SECRET


def test_writing_its_name_does_not_tell_how_the_other_side_spells_it(table: Table) -> None:
    last = table.step(13).id or 0
    with table.work(BEA) as work:
        assert edit_step(work, last, StepEdit(phase=SECRET.upper())).phase == SECRET.upper()
