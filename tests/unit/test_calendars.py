"""Days on which a side is closed, and the holidays of its region: who may say so, and what counts by them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.schedules import calendars_of, load_rows
from bot.use_cases import dates, steps
from bot.use_cases.calendars import Landing, add_closed_days, choose_region, remove_closed_days
from bot.use_cases.common import Refused, Work
from bot.use_cases.dependencies import set_days
from bot.use_cases.nudges import sweep
from bot.use_cases.plan_edits import edit_plan
from bot.use_cases.plans import close_plan
from storage.agreement import ClosedDays
from storage.database import Database
from storage.models import Change, Nudge, NudgeStep, Outcome, Plan, Side, Step, StepState
from tests.given import BEA, MONDAY, RAE, STRANGER, Table

FIRST, LAST = date(2026, 6, 22), date(2026, 6, 30)


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def close(
    table: Table, side: Side = Side.BUYER, first: date | None = FIRST, last: date | None = LAST, why: str = ""
) -> Landing:
    with table.work(BEA) as work:
        return add_closed_days(work, side, first, last, why)


def refused(table: Table, **days: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        close(table, **days)
    return refused.value


def rows(table: Table) -> list[ClosedDays]:
    with table.database.read() as session:
        return list(session.exec(select(ClosedDays).order_by(col(ClosedDays.id))))


def works(table: Table, side: Side, day: date) -> bool:
    with table.database.read() as session:
        plan = session.get(Plan, table.plan_id)
        assert plan is not None
        seller, buyer = calendars_of(session, plan)
        return (buyer if side is Side.BUYER else seller).is_working(day)


def changes(table: Table) -> list[Change]:
    with table.database.read() as session:
        return list(session.exec(select(Change).order_by(col(Change.id))))


def own(table: Table, number: int, due: date) -> int:
    with table.work(RAE) as work:
        step_id = table.step(number).id or 0
        steps.assign_step(work, step_id, BEA.user_id)
        dates.move_step(work, step_id, due)
    return step_id


def nudged_at(table: Table, number: int) -> datetime:
    moment = table.step(number).next_nudge_at
    assert moment is not None
    return moment


def test_a_side_is_closed_on_its_days_and_on_no_others(table: Table) -> None:
    close(table, why="  Quarter\n freeze ")
    assert [(one.side, one.first, one.last, one.why) for one in rows(table)] == [
        (Side.BUYER, FIRST, LAST, "Quarter freeze")
    ]
    assert not works(table, Side.BUYER, FIRST)
    assert not works(table, Side.BUYER, LAST)
    assert works(table, Side.BUYER, LAST + timedelta(1))
    assert works(table, Side.SELLER, FIRST)


def test_either_side_says_it_for_either_and_it_is_logged(table: Table) -> None:
    with table.work(RAE) as work:
        before = work.plan.revision
        add_closed_days(work, Side.BUYER, FIRST, LAST, "Freeze")
        assert work.plan.revision == before + 1
    [closed] = rows(table)
    with table.work(BEA) as work:
        assert remove_closed_days(work, closed.id or 0) is not None
    assert rows(table) == []
    added, removed = changes(table)[-2:]
    assert (added.kind, added.actor_id, added.reason) == ("closed_days_added", "U0RAE", "Freeze")
    assert removed.kind == "closed_days_removed"
    assert removed.details == {"company": "Acme", "old": "2026-06-22", "new": "2026-06-30"}
    assert works(table, Side.BUYER, FIRST)


def test_what_is_gone_or_said_already_changes_nothing(table: Table) -> None:
    close(table, why="Freeze")
    before = len(changes(table))
    landing = close(table, why="Freeze")
    assert landing.before == landing.after
    with table.work(BEA) as work:
        assert remove_closed_days(work, 9999) is None
    assert len(rows(table)) == 1
    assert len(changes(table)) == before


def test_days_of_another_plan_are_not_touched(table: Table) -> None:
    with table.database.write() as session:
        plan = session.get(Plan, table.plan_id)
        assert plan is not None
        other = Plan(**{**plan.model_dump(exclude={"id"}), "channel_id": "C0OTHER"})
        session.add(other)
        session.flush()
        session.add(ClosedDays(plan_id=other.id or 0, side=Side.BUYER, first=FIRST, last=LAST))
    [closed] = rows(table)
    with table.work(BEA) as work:
        assert remove_closed_days(work, closed.id or 0) is None
    assert len(rows(table)) == 1
    assert works(table, Side.BUYER, FIRST)


@pytest.mark.parametrize(
    ("days", "code", "field"),
    [
        ({"first": None}, "date_missing", "first"),
        ({"last": None}, "date_missing", "last"),
        ({"first": LAST, "last": FIRST}, "span_backwards", "last"),
        ({"last": FIRST + timedelta(120)}, "span_long", "last"),
        ({"first": date(2026, 5, 1), "last": date(2026, 5, 31)}, "date_past", "last"),
        ({"first": date(2032, 1, 1), "last": date(2032, 1, 2)}, "date_far", "last"),
        ({"why": "x" * 151}, "text_long", "why"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    table: Table, days: dict[str, Any], code: str, field: str
) -> None:
    no = refused(table, **days)
    assert (no.code, no.field) == (code, field)
    assert rows(table) == []


def test_one_that_has_begun_and_the_longest_are_fine(table: Table) -> None:
    close(table, first=date(2026, 5, 25), last=date(2026, 6, 1))
    close(table, last=FIRST + timedelta(119))
    assert len(rows(table)) == 2


def test_forty_of_a_side_are_enough_and_what_is_over_does_not_count(table: Table) -> None:
    with table.database.write() as session:
        for number in range(40):
            day = date(2027, 1, 1) + timedelta(number)
            session.add(ClosedDays(plan_id=table.plan_id, side=Side.BUYER, first=day, last=day))
    assert refused(table).code == "closed_full"
    close(table, Side.SELLER)
    with table.database.write() as session:
        one = session.exec(select(ClosedDays)).first()
        assert one is not None
        one.first = one.last = date(2026, 5, 29)
        session.add(one)
    close(table)


def test_who_is_on_no_side_reads_and_a_closed_plan_is_left_as_it_is(table: Table) -> None:
    with pytest.raises(Refused), table.work(STRANGER) as work:
        add_closed_days(work, Side.BUYER, FIRST, LAST)
    with table.work(RAE) as work:
        close_plan(work, Outcome.LOST, "No budget")
    assert refused(table).code == "plan_closed"
    assert rows(table) == []


def test_nobody_is_reminded_while_their_side_is_closed(table: Table) -> None:
    own(table, 2, date(2026, 6, 19))
    assert nudged_at(table, 2).date() == date(2026, 6, 22)
    close(table)
    assert nudged_at(table, 2).date() == date(2026, 7, 1)
    [closed] = rows(table)
    with table.work(RAE) as work:
        remove_closed_days(work, closed.id or 0)
    assert nudged_at(table, 2).date() == date(2026, 6, 22)


def test_a_reminder_that_is_due_already_waits_for_the_first_day_after(table: Table) -> None:
    """Closed by hand in the tables, as another replica may have done after it was armed."""
    step_id = own(table, 2, date(2026, 6, 19))
    with table.database.write() as session:
        session.add(ClosedDays(plan_id=table.plan_id, side=Side.BUYER, first=FIRST, last=LAST))
    for day in (22, 30):
        _round(table, datetime(2026, 6, day, 16, 0, tzinfo=UTC))
        assert _heard(table, step_id) == []
    _round(table, datetime(2026, 7, 1, 16, 0, tzinfo=UTC))
    assert _heard(table, step_id) == [date(2026, 7, 1)]


def _heard(table: Table, step_id: int) -> list[date]:
    """The days on which Bea was reminded of a step."""
    with table.database.read() as session:
        of_it = select(Nudge).join(NudgeStep, col(NudgeStep.nudge_id) == col(Nudge.id))
        found = session.exec(of_it.where(NudgeStep.step_id == step_id, NudgeStep.user_id == "U0BEA"))
        return [nudge.local_date for nudge in found]


def _round(table: Table, now: datetime) -> int:
    with table.database.write() as session:
        return sweep(session, now, MONDAY)


def test_the_other_side_hears_as_ever(table: Table) -> None:
    with table.work(RAE) as work:
        step_id = table.step(2).id or 0
        steps.assign_step(work, step_id, RAE.user_id)
        dates.move_step(work, step_id, date(2026, 6, 19))
    close(table)
    assert nudged_at(table, 2).date() == date(2026, 6, 22)


def test_a_snooze_leaves_closed_days_out(table: Table) -> None:
    step_id = own(table, 2, date(2026, 6, 1))
    table.clock.moment = datetime(2026, 6, 2, 16, 0, tzinfo=UTC)
    _round(table, table.clock.moment)
    assert _heard(table, step_id) == [date(2026, 6, 2)]
    close(table, first=date(2026, 6, 3), last=date(2026, 6, 9))
    with table.work(BEA) as work:
        steps.snooze_step(work, step_id, 2)
    assert nudged_at(table, 2).date() == date(2026, 6, 11)


def test_steps_go_along_with_the_anchor_past_closed_days(table: Table) -> None:
    step = table.step_where(side=Side.BUYER)
    with table.work(BEA) as work:
        dates.move_step(work, step.id or 0, date(2026, 6, 19))
    close(table)
    with table.work(RAE) as work:
        edit_plan(work, {"anchor_date": date(2026, 8, 3)}, "They need longer", move_along=True)
    assert table.step(step.number).due_date == date(2026, 7, 1)


def test_no_date_moves_by_itself_and_where_it_lands_is_said(table: Table) -> None:
    before = {number: table.step(number).due_date for number in range(1, 14)}
    landing = close(table, last=FIRST + timedelta(90))
    assert landing.before is not None
    assert landing.after is not None
    assert landing.after > landing.before
    assert {number: table.step(number).due_date for number in range(1, 14)} == before
    assert works(table, Side.BUYER, landing.after)
    assert works(table, Side.SELLER, landing.after)


def test_a_step_of_both_sides_lands_on_a_day_that_both_work(table: Table) -> None:
    """Each side is closed in a week of its own: the step that both have waits for the third."""
    with table.work(RAE) as work:
        for step in table_steps(work):
            step.state = StepState.DONE
            step.finished_at = work.now
            work.session.add(step)
        last = table_steps(work)[-1]
        assert last.side is Side.JOINT
        last.state, last.finished_at, last.due_date, last.days = StepState.OPEN, None, None, 1
        add_closed_days(work, Side.SELLER, date(2026, 6, 1), date(2026, 6, 5), "Offsite")
        add_closed_days(work, Side.BUYER, date(2026, 6, 8), date(2026, 6, 12), "Shutdown")
        schedule = load_rows(work.session, work.plan, None, work.today).compute()
        assert schedule.slots[last.id or 0].projected_finish == date(2026, 6, 15)
        set_days(work, last, "11 Jun, 18 Jun")  # the board meets on these
        schedule = load_rows(work.session, work.plan, None, work.today).compute()
        assert schedule.slots[last.id or 0].projected_finish == date(2026, 6, 18)


def table_steps(work: Work) -> list[Step]:
    return list(work.session.exec(select(Step).order_by(col(Step.position))))


def test_a_region_has_holidays_of_its_own(table: Table) -> None:
    with table.work(RAE) as work:
        edit_plan(work, {"buyer_country": "DE"})
    corpus_christi = date(2026, 6, 4)
    assert works(table, Side.BUYER, corpus_christi)
    own(table, 2, date(2026, 6, 3))
    with table.work(BEA) as work:
        assert choose_region(work, Side.BUYER, "BY") is not None
        assert choose_region(work, Side.BUYER, "BY") is None
    assert not works(table, Side.BUYER, corpus_christi)
    assert nudged_at(table, 2).date() == date(2026, 6, 5)
    last = changes(table)[-1]
    assert (last.kind, last.details) == ("region_changed", {"company": "Acme", "old": "", "new": "Bayern"})


def test_a_region_of_another_country_is_none(table: Table) -> None:
    with pytest.raises(Refused) as no, table.work(BEA) as work:
        choose_region(work, Side.BUYER, "BY")
    assert no.value.code == "region_unknown"
    with table.work(BEA) as work:
        choose_region(work, Side.BUYER, "CA")
    with table.work(BEA) as work:
        edit_plan(work, {"buyer_country": "DE"})
        assert work.plan.buyer_region == ""


def test_a_session_looks_closed_days_up_once_and_sees_its_own_change(table: Table) -> None:
    with table.work(BEA) as work:
        plan, session = work.plan, work.session
        assert _buyer_works(session, plan)
        add_closed_days(work, Side.BUYER, FIRST, LAST)
        assert not _buyer_works(session, plan)
        [closed] = session.exec(select(ClosedDays)).all()
        remove_closed_days(work, closed.id or 0)
        assert _buyer_works(session, plan)


def _buyer_works(session: Session, plan: Plan) -> bool:
    return calendars_of(session, plan)[1].is_working(FIRST)


def test_a_lead_who_stands_in_works_by_their_own_days(table: Table) -> None:
    """The buyer has no lead, so Rae is asked; Acme's freeze keeps nothing from her."""
    step = table.step_where(side=Side.BUYER)
    with table.work(RAE) as work:
        work.plan.buyer_lead_id = None
        dates.move_step(work, step.id or 0, date(2026, 6, 19))
    close(table)
    assert nudged_at(table, step.number).date() == date(2026, 6, 22)
