"""A plan started on a day too near is planned for the earliest day by which it can be done."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.schedules import load_rows
from bot.use_cases import dates
from bot.use_cases.common import Actor, Refused
from bot.use_cases.honest_dates import LaidOut, plan_for
from bot.use_cases.plans import close_plan, start_plan
from bot.use_cases.steps import NewStep, add_step, complete_step
from storage import plans
from storage.agreement import Signature
from storage.database import Database
from storage.models import AnchorKind, Change, Outcome, Plan, Side, Step, Visibility
from tests.given import BEA, CHANNEL, MONDAY, NAMES, NORTHWIND, RAE, STRANGER, Table, new_plan

TOO_NEAR = date(2026, 6, 17)
DAY = timedelta(days=1)


class Hasty(Table):
    """A mid-market plan that starts today and is to be live in three weeks."""

    def __init__(self, database: Database, kind: AnchorKind = AnchorKind.GO_LIVE) -> None:
        super().__init__(database, "agency-retainer")
        with database.write() as session:
            actor = Actor(RAE.user_id, NORTHWIND, Side.SELLER, NAMES[RAE])
            new = replace(new_plan("mid-market", TOO_NEAR), anchor_kind=kind)
            close = session.get_one(Plan, self.plan_id)
            close.channel_id = "C0BEFORE"
            session.add(close)
            session.flush()
            started = start_plan(session, NORTHWIND, CHANNEL, actor, new, MONDAY, MONDAY)
            assert started.too_near is not None
            self.plan_id = started.plan.id or 0
            self.honest = started.too_near.honest

    def press(self, honest: date | None = None) -> LaidOut:
        with self.work(RAE) as work:
            return plan_for(work, honest or self.honest, TOO_NEAR)

    def steps(self) -> list[Step]:
        with self.database.read() as session:
            return plans.every_step(session, self.plan_id)

    def plan(self) -> Plan:
        with self.database.read() as session:
            return session.get_one(Plan, self.plan_id)


@pytest.fixture
def table(database: Database) -> Hasty:
    return Hasty(database)


def test_everything_is_laid_out_back_from_the_honest_day(table: Hasty) -> None:
    assert any(step.due_date and step.due_date < MONDAY.date() for step in table.steps())
    done = table.press()
    assert done.anchor == table.plan().anchor_date == table.honest
    assert done.steps_moved == 21
    with table.database.read() as session:
        planned = load_rows(session, table.plan(), None, MONDAY.date()).compute()
    assert not planned.is_late
    assert [planned.slots[step.id or 0].latest_finish for step in table.steps()] == [
        step.due_date for step in table.steps()
    ]
    assert min(slot.latest_start for slot in planned.slots.values() if slot.latest_start) == MONDAY.date()


def test_a_day_before_it_cannot_be_held_and_is_refused(table: Hasty) -> None:
    """It is the earliest: the working day before leaves the plan late."""
    with pytest.raises(Refused, match="honest_date_over"):
        table.press(table.honest - DAY)


def test_a_plan_anchored_on_its_signature_moves_that(database: Database) -> None:
    table = Hasty(database, AnchorKind.SIGNATURE)
    table.press()
    due = {step.number: step.due_date for step in table.steps()}
    assert due[19] == table.honest
    assert due[21] is not None
    assert due[21] > table.honest


def test_pressed_again_it_changes_nothing(table: Hasty) -> None:
    table.press()
    before = [(step.due_date, step.version) for step in table.steps()]
    assert table.press() == LaidOut(table.honest, 0)
    assert [(step.due_date, step.version) for step in table.steps()] == before


def test_what_is_done_and_what_somebody_gave_a_date_stay(table: Hasty) -> None:
    """A step that was added with a date has it from somebody."""
    first, second = table.steps()[:2]
    with table.work(RAE) as work:
        complete_step(work, first.id or 0)
        fixed = work.step(second.id or 0)
        fixed.due_date, fixed.date_fixed = date(2026, 6, 5), True
    table.press()
    after = table.steps()
    assert after[0].due_date == first.due_date
    assert after[1].due_date == date(2026, 6, 5)
    assert all(step.due_date and step.due_date > TOO_NEAR for step in after[4:])


def test_the_history_says_so(table: Hasty) -> None:
    table.press()
    with table.database.read() as session:
        edits = session.exec(
            select(Change).where(Change.plan_id == table.plan_id, col(Change.kind) == "plan_edited")
        )
        [edit] = edits
    assert edit.details == {
        "anchor_date_old": TOO_NEAR.isoformat(),
        "anchor_date_new": table.honest.isoformat(),
    }


def test_once_somebody_moved_a_date_or_the_day_it_is_refused(table: Hasty) -> None:
    with table.work(BEA) as work:
        dates.move_step(work, table.steps()[3].id or 0, date(2026, 6, 16))
    with pytest.raises(Refused, match="honest_date_old"):
        table.press()


def test_on_another_day_than_it_was_offered_for_it_is_refused(table: Hasty) -> None:
    with pytest.raises(Refused, match="honest_date_old"), table.work(RAE) as work:
        plan_for(work, table.honest, TOO_NEAR - DAY)


@pytest.mark.parametrize("by_both", [True, False])
def test_once_anybody_signed_it_is_refused(table: Hasty, by_both: bool) -> None:
    with table.database.write() as session:
        if by_both:
            plan = session.get_one(Plan, table.plan_id)
            plan.agreed_round = 1
            session.add(plan)
        else:
            session.add(
                Signature(
                    plan_id=table.plan_id, round=1, side=Side.BUYER, user_id="U0BEA", at=MONDAY, terms="x"
                )
            )
    with pytest.raises(Refused, match="honest_date_agreed"):
        table.press()
    assert table.plan().anchor_date == TOO_NEAR


def test_a_day_later_it_cannot_be_held_any_more(table: Hasty) -> None:
    table.clock.moment = MONDAY + DAY
    with pytest.raises(Refused, match="honest_date_over"):
        table.press()


def test_of_a_closed_plan_and_by_somebody_who_reads_it_is_refused(table: Hasty) -> None:
    with pytest.raises(Refused, match="which_side"), table.work(STRANGER) as work:
        plan_for(work, table.honest, TOO_NEAR)
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "They chose to wait")
    with pytest.raises(Refused, match="plan_closed"):
        table.press()


def test_a_date_that_one_side_moved_in_private_stands_in_nobodys_way(table: Hasty) -> None:
    """A refusal would tell the seller that the buyer moved something of their own."""
    with table.work(BEA) as work:
        private = add_step(work, NewStep("Our own budget round", due=date(2026, 6, 12), is_private=True))
        work.session.flush()
        dates.move_step(work, private.id or 0, date(2026, 6, 15))
    assert table.press().anchor == table.honest


def test_what_one_side_keeps_to_itself_moves_no_step_of_both(table: Hasty) -> None:
    """A step of the buyer's alone, longer than all others, shows in no date that the seller sees."""
    with table.database.write() as session:
        private = session.get_one(Step, table.steps()[12].id)
        private.visibility, private.days = Visibility.BUYER, 120
        session.add(private)
    moved = table.press()
    assert (moved.anchor, moved.steps_moved) == (table.honest, 20)
    with table.database.read() as session:
        shared = load_rows(session, table.plan(), None, MONDAY.date()).compute()
        for step in plans.steps_of(session, table.plan_id, None):
            assert step.due_date == shared.slots[step.id or 0].latest_finish
    assert table.steps()[12].due_date != private.due_date
