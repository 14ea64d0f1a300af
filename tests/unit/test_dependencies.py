"""Which steps a step comes after, and the days it is tied to."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.use_cases.common import Refused
from bot.use_cases.dependencies import set_after
from bot.use_cases.editing import StepEdit, edit_step, remove_step
from bot.use_cases.steps import complete_step, skip_step, start_step
from bot.views import load_history, load_plan_views
from plan.network import find_cycle
from storage import plans
from storage.calendars import step_days_of
from storage.database import Database
from storage.models import Change, Plan, Side, Step, StepDependency, Visibility
from tests.given import BEA, RAE, Table


@pytest.fixture
def table(database: Database) -> Table:
    """Nothing comes after anything, but for what a test says."""
    table = Table(database)
    with database.write() as session:
        for edge in session.exec(select(StepDependency)):
            session.delete(edge)
    return table


def after(table: Table, number: int, text: str, *, by: Any = BEA) -> None:
    with table.work(by) as work:
        edit_step(work, table.step(number).id or 0, StepEdit(after=text))


def no(table: Table, number: int, text: str, *, by: Any = BEA) -> Refused:
    with pytest.raises(Refused) as refused:
        after(table, number, text, by=by)
    assert refused.value.field == "after"
    return refused.value


def edges(table: Table) -> dict[int, dict[int, int]]:
    """By number: what each step comes after, and the lag."""
    with table.database.read() as session:
        numbers = {step.id: step.number for step in session.exec(select(Step))}
        first = plans.dependencies_of(session, table.plan_id)
        return {
            numbers[step_id]: {numbers[before]: lag for before, lag in one.items()}
            for step_id, one in first.items()
        }


def lines(table: Table, viewer: Side | None) -> list[dict[str, str]]:
    """What the history tells one side of edited steps, the oldest first."""
    with table.work(BEA) as work:
        told = load_history(work.session, work.plan, viewer, work.now, 200)
    return [one.details for one in reversed(told) if one.kind == "step_edited"]


def hide(table: Table, number: int, side: Side) -> None:
    with table.database.write() as session:
        step = session.get(Step, table.step(number).id)
        assert step is not None
        step.visibility = Visibility(side.value)
        session.add(step)


def test_what_comes_first_is_said_by_number_and_logged(table: Table) -> None:
    version = table.step(7).version
    after(table, 7, "3, 5 + 2")
    assert edges(table) == {7: {3: 0, 5: 2}}
    assert table.step(7).version == version + 1
    after(table, 7, "5 + 1, 6")
    after(table, 7, "6, 5+1")  # the same in other words
    after(table, 7, "none")
    assert edges(table) == {}
    assert lines(table, Side.SELLER) == [
        {"what": "after", "new": "3, 5 + 2"},
        {"what": "after", "old": "3, 5 + 2", "new": "5 + 1, 6"},
        {"what": "after", "old": "5 + 1, 6"},
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("legal", "after_bad"),
        ("99", "no_step_numbered"),
        ("7", "after_itself"),
        ("3 + 121", "lag_long"),
        (", ".join(map(str, range(20, 41))), "after_many"),
        ("3, 5, 99", "no_step_numbered"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_changed(
    table: Table, text: str, code: str
) -> None:
    after(table, 7, "4")
    assert no(table, 7, text).code == code
    assert edges(table) == {7: {4: 0}}


def test_a_finished_step_may_come_first_and_waits_for_nothing_itself(table: Table) -> None:
    with table.work(BEA) as work:
        complete_step(work, table.step(3).id or 0)
    after(table, 7, "3")
    assert edges(table) == {7: {3: 0}}
    assert no(table, 3, "2").code == "step_finished"


def test_steps_that_would_wait_for_each_other_are_named_in_their_order(table: Table) -> None:
    after(table, 9, "8")
    after(table, 8, "7 + 3")
    refused = no(table, 7, "9")
    assert refused.code == "wait_for_each_other"
    titles = {number: f"{number} {table.step(number).title}" for number in (7, 8, 9)}
    assert refused.facts["steps"] == [titles[number] for number in (7, 8, 9, 7)]
    assert edges(table) == {9: {8: 0}, 8: {7: 3}}


def test_a_private_step_of_the_other_side_is_unknown_and_stays_where_it_is(table: Table) -> None:
    hide(table, 5, Side.SELLER)
    after(table, 7, "3, 5", by=RAE)
    assert no(table, 7, "5").code == "no_step_numbered"
    after(table, 7, "4")  # Bea sees 3 only, and says 4
    assert edges(table) == {7: {4: 0, 5: 0}}
    told = lines(table, Side.BUYER)
    assert told == [{"what": "after", "new": "3"}, {"what": "after", "old": "3", "new": "4"}]
    assert {"what": "after", "new": "5"} in lines(table, Side.SELLER)


def test_a_change_that_is_about_private_steps_only_is_no_line_for_the_other_side(table: Table) -> None:
    hide(table, 5, Side.SELLER)
    version = table.step(7).version
    after(table, 7, "5 + 4", by=RAE)
    assert edges(table) == {7: {5: 4}}
    assert lines(table, Side.BUYER) == []
    assert lines(table, None) == []
    assert lines(table, Side.SELLER) == [{"what": "after", "new": "5 + 4"}]
    assert table.step(7).version == version  # nothing that Bea has open is another now


def test_a_cycle_by_way_of_a_private_step_of_the_other_side_lets_that_one_go(table: Table) -> None:
    """A no would tell Bea that there is something between 7 and 9; so the private step waits no more."""
    hide(table, 5, Side.SELLER)
    after(table, 9, "5", by=RAE)
    after(table, 5, "7", by=RAE)
    after(table, 7, "9")
    assert edges(table)[7] == {9: 0}
    with table.database.read() as session:
        assert not find_cycle(plans.dependencies_of(session, table.plan_id))
        let_go = session.exec(select(Change).where(Change.kind == "step_let_go")).all()
    assert [change.visibility for change in let_go] == [Visibility.SELLER]


def test_in_a_thread_a_private_step_of_ones_own_is_not_named_either(table: Table) -> None:
    hide(table, 5, Side.SELLER)
    after(table, 9, "5", by=RAE)
    after(table, 5, "7", by=RAE)
    with table.work(RAE) as work:
        set_after(work, table.step(7).id or 0, "9", None)
    assert edges(table)[7] == {9: 0}


def test_a_step_taken_away_joins_its_neighbours_and_their_lags_add_up(table: Table) -> None:
    after(table, 7, "5 + 2")
    after(table, 9, "7 + 3")
    with table.work(BEA) as work:
        remove_step(work, table.step(7).id or 0)
    assert edges(table) == {9: {5: 5}}


def test_a_step_taken_away_without_joining_leaves_nothing_behind(table: Table) -> None:
    after(table, 7, "5 + 2")
    after(table, 9, "7, 8")
    with table.work(BEA) as work:
        remove_step(work, table.step(7).id or 0, join=False)
    with table.database.read() as session:
        left = session.exec(select(StepDependency)).all()
        numbers = {step.id: step.number for step in session.exec(select(Step))}
    assert [(numbers[one.step_id], numbers[one.after_step_id]) for one in left] == [(9, 8)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 8), st.sets(st.integers(1, 8), max_size=3)), max_size=12))
def test_whatever_people_say_no_steps_wait_for_each_other(
    table: Table, said: list[tuple[int, set[int]]]
) -> None:
    for number, first in said:
        try:
            after(table, number, ", ".join(map(str, sorted(first))))
        except Refused as refused:
            assert refused.code in ("wait_for_each_other", "after_itself")  # noqa: PT017
        else:
            assert set(edges(table).get(number, {})) == first
        assert find_cycle(edges(table)) == ()


def only_on(table: Table, number: int, text: str) -> tuple[date, ...]:
    with table.work(BEA) as work:
        step_id = table.step(number).id or 0
        edit_step(work, step_id, StepEdit(only_on=text))
        return step_days_of(work.session, table.plan_id).get(step_id, ())


def test_a_step_is_tied_to_days_in_order_and_untied(table: Table) -> None:
    assert only_on(table, 7, "26 Jun, 12 Jun\n1 May") == (date(2026, 6, 12), date(2026, 6, 26))
    assert only_on(table, 7, "12 Jun; 26 Jun") == (date(2026, 6, 12), date(2026, 6, 26))
    assert only_on(table, 7, "") == ()
    assert lines(table, Side.SELLER) == [
        {"what": "only_on", "new": "Fri 12 Jun, Fri 26 Jun"},
        {"what": "only_on", "old": "Fri 12 Jun, Fri 26 Jun"},
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("soonish", "when_unknown"),
        ("3/4", "when_ambiguous"),
        ("1 May", "when_past"),
        ("12 Jun 2040", "when_far"),
        ("\n".join(str(date(2026, 7, 1) + timedelta(day)) for day in range(25)), "days_many"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(table: Table, text: str, code: str) -> None:
    only_on(table, 7, "12 Jun")
    with pytest.raises(Refused) as refused:
        only_on(table, 7, text)
    assert (refused.value.code, refused.value.field) == (code, "only_on")
    with table.database.read() as session:
        assert step_days_of(session, table.plan_id)[table.step(7).id or 0] == (date(2026, 6, 12),)


def test_all_of_an_edit_holds_or_nothing_does(table: Table) -> None:
    with pytest.raises(Refused), table.work(BEA) as work:
        edit_step(work, table.step(7).id or 0, StepEdit(title="New", after="3", only_on="x"))
    assert table.step(7).title != "New"
    assert edges(table) == {}
    with table.database.read() as session:
        kinds = session.exec(select(Change.kind).order_by(col(Change.id))).all()
    assert "step_edited" not in kinds


def test_who_waits_for_whom_passes_over_what_is_skipped_and_leaves_out_what_has_begun(table: Table) -> None:
    """The fourth comes after the third, that after the skipped second, that after the first."""
    for number in (2, 3, 4):
        after(table, number, str(number - 1))
    with table.work(RAE) as work:
        skip_step(work, table.step(2).id or 0, "Not in this deal")

    def waits() -> dict[int, tuple[tuple[int, ...], bool]]:
        with table.database.read() as session:
            plan = session.get_one(Plan, table.plan_id)
            seen = load_plan_views(session, plan, None, table.clock.now())
            return {
                view.number: (view.holds_up, view.at_hand) for view in seen.views.values() if view.number < 5
            }

    assert waits() == {1: ((3,), True), 2: ((), True), 3: ((4,), False), 4: ((), False)}
    with table.work(RAE) as work:
        start_step(work, table.step(4).id or 0)
    assert waits() == {1: ((3,), True), 2: ((), True), 3: ((), False), 4: ((), True)}
