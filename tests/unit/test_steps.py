"""What people can do with a step, and what they are told when they cannot."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.desk import AlreadyCarriedOut, Visitor
from bot.use_cases import dates
from bot.use_cases import steps as cases
from bot.use_cases.common import Refused
from bot.use_cases.plans import close_plan
from storage.database import Database
from storage.models import Change, Outcome, PlanOrganization, Side, StepState
from storage.outgoing import Outgoing
from tests.given import BEA, CHANNEL, MONDAY, RAE, RAVI, SAM, STRANGER, Table

NEXT_WEEK = MONDAY.date() + timedelta(days=7)


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def kinds(table: Table) -> list[str]:
    with table.database.read() as session:
        return [change.kind for change in session.exec(select(Change).order_by(col(Change.id)))]


def boards_waiting(table: Table) -> int:
    with table.database.read() as session:
        return len(session.exec(select(Outgoing).where(Outgoing.kind == "board")).all())


def test_done_is_logged_and_leaves_one_board_to_refresh(table: Table) -> None:
    step = table.step_where(gate=False, side=Side.BUYER)
    with table.work(BEA) as work:
        assert cases.complete_step(work, step.id or 0).ending == "done"
    done = table.step(step.number)
    assert (done.state, done.finished_by) == (StepState.DONE, BEA.user_id)
    assert kinds(table)[-1] == "step_done"
    assert boards_waiting(table) == 1


def test_done_twice_changes_nothing_twice(table: Table) -> None:
    step = table.step_where(gate=False)
    for _ in range(2):
        with table.work(BEA) as work:
            cases.complete_step(work, step.id or 0)
    assert kinds(table).count("step_done") == 1


def test_a_repeated_request_is_recognised(table: Table) -> None:
    step = table.step_where(gate=False)
    for first in (True, False):
        if first:
            with table.desk.work(RAE, table.plan_id, channel_id=CHANNEL, request_key="k") as work:
                cases.add_step(work, cases.NewStep("Again"))
        else:
            with (
                pytest.raises(AlreadyCarriedOut),
                table.desk.work(RAE, table.plan_id, channel_id=CHANNEL, request_key="k"),
            ):
                raise AssertionError("must not get here")
    assert kinds(table).count("step_added") == 1
    assert step.id


def test_a_refused_request_may_be_made_again(table: Table) -> None:
    for _ in range(2):
        with (
            pytest.raises(Refused, match="title_missing"),
            table.desk.work(RAE, table.plan_id, channel_id=CHANNEL, request_key="k") as work,
        ):
            cases.add_step(work, cases.NewStep("   "))


def test_a_gate_is_done_when_both_sides_have_confirmed(table: Table) -> None:
    gate = table.step_where(gate=True)
    with table.work(RAE) as work:
        half = cases.complete_step(work, gate.id or 0)
        assert (half.ending, half.waits_for) == ("half", Side.BUYER)
    with table.work(SAM) as work:  # the same side again: nothing new
        assert cases.complete_step(work, gate.id or 0).ending == "already"
    assert table.step(gate.number).state is not StepState.DONE
    with table.work(BEA) as work:
        assert cases.complete_step(work, gate.id or 0).ending == "done"
    assert table.step(gate.number).state is StepState.DONE


def test_a_side_takes_back_only_its_own_half(table: Table) -> None:
    gate = table.step_where(gate=True)
    for visitor in (RAE, BEA):
        with table.work(visitor) as work:
            cases.complete_step(work, gate.id or 0)
    with table.work(BEA) as work:
        cases.reopen_step(work, gate.id or 0)
    reopened = table.step(gate.number)
    assert reopened.state is StepState.OPEN
    assert (reopened.seller_confirmed_by, reopened.buyer_confirmed_by) == (RAE.user_id, None)


def test_ticking_the_other_sides_step_is_logged_for_whom(table: Table) -> None:
    step = table.step_where(gate=False, side=Side.BUYER)
    with table.work(BEA) as work:
        cases.assign_step(work, step.id or 0, BEA.user_id)
    with table.work(RAE) as work:
        cases.complete_step(work, step.id or 0)
    with table.database.read() as session:
        change = session.exec(select(Change).where(Change.kind == "step_done")).one()
        assert change.details == {"for": BEA.user_id}


def test_somebody_of_no_side_reads(table: Table) -> None:
    step = table.step_where()
    with pytest.raises(Refused, match="which_side"), table.work(STRANGER) as work:
        cases.complete_step(work, step.id or 0)


def test_the_first_other_company_in_a_plan_without_a_buyer_is_its_buyer(table: Table) -> None:
    with table.database.write() as session:
        for row in session.exec(select(PlanOrganization).where(PlanOrganization.side == Side.BUYER)):
            session.delete(row)
    step = table.step_where(gate=False)
    with table.work(RAVI) as work:
        assert work.actor.side is Side.BUYER
        cases.complete_step(work, step.id or 0)
    with pytest.raises(Refused, match="which_side"), table.work(STRANGER) as work:
        cases.complete_step(work, step.id or 0)


def test_a_plan_answers_only_in_its_channel(table: Table) -> None:
    with (
        pytest.raises(Refused, match="no_such_plan"),
        table.desk.work(RAE, table.plan_id, channel_id="C0OTHER", request_key="k"),
    ):
        raise AssertionError("must not get here")


def test_a_new_date_is_logged_with_the_old_one(table: Table) -> None:
    step = table.step_where()
    with table.work(BEA) as work:
        dates.move_step(work, step.id or 0, NEXT_WEEK, "Ravi is away")
    with table.database.read() as session:
        change = session.exec(select(Change).where(Change.kind == "step_moved")).one()
        assert step.due_date is not None
        assert change.details == {"old": step.due_date.isoformat(), "new": NEXT_WEEK.isoformat()}
        assert change.reason == "Ravi is away"


def test_a_date_that_has_passed_is_refused(table: Table) -> None:
    step = table.step_where()
    with pytest.raises(Refused, match="date_past"), table.work(BEA) as work:
        dates.move_step(work, step.id or 0, date(2026, 5, 29))


def test_an_owner_must_be_in_the_channel(table: Table) -> None:
    step = table.step_where()
    with pytest.raises(Refused, match="not_in_this_channel"), table.work(BEA) as work:
        cases.assign_step(work, step.id or 0, "U0ELSEWHERE")


def test_blocking_needs_a_reason_and_stops_the_reminder(table: Table) -> None:
    step = table.step_where(side=Side.BUYER)
    with pytest.raises(Refused, match="reason_missing"), table.work(BEA) as work:
        cases.block_step(work, step.id or 0, "  ", None)
    with table.work(BEA) as work:
        cases.block_step(work, step.id or 0, "Waiting for legal", None)
    blocked = table.step(step.number)
    assert (blocked.state, blocked.next_nudge_at) == (StepState.BLOCKED, None)
    with table.work(BEA) as work:
        cases.unblock_step(work, step.id or 0)
    assert table.step(step.number).next_nudge_at is not None


def test_a_skipped_step_keeps_its_reason_and_can_be_reopened(table: Table) -> None:
    step = table.step_where(gate=False)
    with table.work(BEA) as work:
        cases.skip_step(work, step.id or 0, "Not needed this time")
    assert table.step(step.number).state is StepState.SKIPPED
    assert table.step(step.number).state_reason == "Not needed this time"
    with table.work(RAE) as work:
        cases.reopen_step(work, step.id or 0)
    assert table.step(step.number).state is StepState.OPEN


def test_an_added_step_stands_at_the_end_of_its_phase(table: Table) -> None:
    first = table.step(1)
    with table.work(BEA) as work:
        added = cases.add_step(work, cases.NewStep("  Send the   SOC 2\nreport ", owner_id=SAM.user_id))
    assert (added.title, added.phase, added.side) == ("Send the SOC 2 report", first.phase, Side.SELLER)
    with table.database.read() as session:
        from storage.plans import every_step

        phases = [step.phase for step in every_step(session, table.plan_id)]
        assert phases == sorted(phases, key=phases.index)  # no phase is torn apart


@pytest.mark.parametrize("title", ["", "   ", "\u200b\u200b", "\u200d", "\u202e"])
def test_a_title_nobody_could_read_is_refused(table: Table, title: str) -> None:
    with pytest.raises(Refused, match="title_missing"), table.work(BEA) as work:
        cases.add_step(work, cases.NewStep(title))


def test_a_title_too_long_is_handed_back_whole(table: Table) -> None:
    with pytest.raises(Refused, match="title_long") as refused, table.work(BEA) as work:
        cases.add_step(work, cases.NewStep("x" * 151))
    assert refused.value.facts["title"] == "x" * 151


def test_a_plan_holds_200_steps_and_not_one_more(table: Table) -> None:
    def add(title: str) -> None:
        with table.work(RAE) as work:
            cases.add_step(work, cases.NewStep(title))

    with table.database.read() as session:
        from storage.plans import every_step

        missing = 200 - len(every_step(session, table.plan_id))
    with table.work(RAE) as work:
        for number in range(missing):
            cases.add_step(work, cases.NewStep(f"Step {number}"))
    with pytest.raises(Refused, match="plan_full"):
        add("one more")


def test_nothing_changes_in_a_closed_plan(table: Table) -> None:
    step = table.step_where()
    with table.work(RAE) as work:
        close_plan(work, Outcome.WON, "Signed")
    with pytest.raises(Refused, match="plan_closed"), table.work(BEA) as work:
        cases.complete_step(work, step.id or 0)


@pytest.mark.parametrize("day", [date(2206, 6, 19), date(9999, 12, 31)])
def test_a_day_far_beyond_any_plan_is_a_slip_of_the_fingers(table: Table, day: date) -> None:
    step = table.step_where()
    with pytest.raises(Refused, match="date_far"), table.work(BEA) as work:
        dates.move_step(work, step.id or 0, day)


def test_somebody_the_roster_does_not_know_takes_no_seat(table: Table) -> None:
    with table.database.write() as session:
        for row in session.exec(select(PlanOrganization).where(PlanOrganization.side == Side.BUYER)):
            session.delete(row)
    grid = Visitor("W0SOMEBODY", "E0NORTHWIND")
    step = table.step_where(gate=False)
    with pytest.raises(Refused, match="which_side"), table.work(grid) as work:
        cases.complete_step(work, step.id or 0)
    with table.database.read() as session:
        rows = session.exec(select(PlanOrganization).where(PlanOrganization.side == Side.BUYER)).all()
        assert rows == []
