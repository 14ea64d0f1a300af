"""Changing what a step says, where it stands, and taking it off the plan."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk import Visitor
from bot.use_cases import notes as note_cases
from bot.use_cases import steps as cases
from bot.use_cases.common import Refused, Work
from bot.use_cases.editing import StepEdit, edit_step, remove_step
from bot.use_cases.order import shift_step
from storage import plans
from storage.database import Database
from storage.models import Change, Handover, Side, Step, StepDependency, StepState, Visibility
from tests.given import BEA, CHANNEL, RAE, RAVI, STRANGER, Table


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def edit(table: Table, number: int, **changes: Any) -> Step:
    with table.work(BEA) as work:
        edit_step(work, id_of(table, number), StepEdit(**changes))
    return numbered(table, number)


def refused(table: Table, number: int, **changes: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        edit(table, number, **changes)
    return refused.value


def id_of(table: Table, number: int) -> int:
    return numbered(table, number).id or 0


def numbered(table: Table, number: int) -> Step:
    with table.database.read() as session:
        return session.exec(select(Step).where(Step.number == number)).one()


def order(table: Table) -> list[int]:
    """The numbers in the order of the list, whose positions have no gap."""
    with table.database.read() as session:
        steps = plans.every_step(session, table.plan_id)
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    phases = [step.phase for step in steps]
    assert phases == sorted(phases, key=phases.index), "a phase is torn apart"
    return [step.number for step in steps]


def changes(table: Table, kind: str = "step_edited") -> list[dict[str, Any]]:
    with table.database.read() as session:
        rows = session.exec(select(Change).where(Change.kind == kind).order_by(col(Change.id)))
        return [dict(row.details) for row in rows]


def phase_of(table: Table, number: int) -> list[int]:
    """The numbers of the steps in the same phase."""
    phase = numbered(table, number).phase
    with table.database.read() as session:
        return [step.number for step in plans.every_step(session, table.plan_id) if step.phase == phase]


def test_everything_a_step_says_can_be_changed_with_a_line_in_the_log_for_each(table: Table) -> None:
    old = numbered(table, 2)
    step = edit(
        table,
        2,
        title="  Agree   on\nthe goals ",
        description="First line\n\n\n\nsecond",
        link="https://example.com/goals?a=1&b=2",
        proof="http://example.com",
        role="CFO",
        days=7,
    )
    assert (step.title, step.description, step.role, step.days) == (
        "Agree on the goals",
        "First line\n\nsecond",
        "CFO",
        7,
    )
    assert step.link == "https://example.com/goals?a=1&b=2"
    assert [change["what"] for change in changes(table)] == [
        "title",
        "description",
        "link",
        "proof",
        "role",
        "days",
    ]
    assert changes(table)[0] == {"what": "title", "old": old.title, "new": "Agree on the goals"}
    assert step.version > old.version


def test_what_is_not_changed_is_not_logged(table: Table) -> None:
    old = numbered(table, 2)
    edit(table, 2, title=old.title, days=old.days, side=old.side, gate=old.gate, phase=old.phase.upper())
    assert changes(table) == []
    assert numbered(table, 2).version == old.version


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://example.com",
        "example.com",
        "https://",
        "https://exa mple.com",
        "https://example.com/a|b",
        "https://example.com/<!channel>",
        "https://example.com\nhttps://evil.example",
        "https://northwind.com@evil.example",
        "https://[::1",
        "https://example.com:99999",
        "https://example.com/\u202etxt",
    ],
)
def test_only_a_plain_link_is_taken(table: Table, link: str) -> None:
    no = refused(table, 2, link=link)
    assert (no.code, no.field) == ("link_bad", "link")
    assert numbered(table, 2).link == ""


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"title": "x" * 151}, "title_long", "title"),
        ({"title": "\u200b"}, "title_missing", "title"),
        ({"description": "x" * 2001}, "text_long", "description"),
        ({"role": "x" * 81}, "text_long", "role"),
        ({"phase": "x" * 61}, "text_long", "new_phase"),
        ({"link": "https://example.com/" + "x" * 1000}, "text_long", "link"),
        ({"days": 0}, "days_bad", "days"),
        ({"days": 121}, "days_bad", "days"),
        ({"place": 99}, "no_step_numbered", "place"),
        ({"place": 2}, "place_bad", "place"),
    ],
)
def test_what_does_not_fit_is_refused_under_its_field_and_nothing_else_is_saved(
    table: Table, changed: dict[str, Any], code: str, field: str
) -> None:
    no = refused(table, 2, **{"proof": "https://example.com", **changed})
    assert (no.code, no.field) == (code, field)
    assert numbered(table, 2).proof == ""
    assert changes(table) == []


@pytest.mark.parametrize("changed", [{"side": Side.SELLER}, {"gate": False}])
def test_a_yes_to_the_old_terms_of_a_gate_is_taken_back_and_said_so(
    table: Table, changed: dict[str, Any]
) -> None:
    gate = table.step_where(gate=True)
    with table.work(RAE) as work:
        cases.complete_step(work, gate.id or 0)
    step = edit(table, gate.number, **changed)
    assert step.seller_confirmed_by is step.buyer_confirmed_by is None
    assert changes(table)[-1]["for"] == RAE.user_id


def test_the_title_of_a_half_confirmed_gate_leaves_its_yes_alone(table: Table) -> None:
    gate = table.step_where(gate=True)
    with table.work(RAE) as work:
        cases.complete_step(work, gate.id or 0)
    assert edit(table, gate.number, title="Goals, agreed").seller_confirmed_by == RAE.user_id


def test_a_finished_step_keeps_its_side_and_may_still_be_described(table: Table) -> None:
    with table.work(BEA) as work:
        cases.complete_step(work, id_of(table, 2))
    assert refused(table, 2, side=Side.SELLER).code == "step_finished"
    assert edit(table, 2, proof="https://example.com/signed").proof == "https://example.com/signed"


def test_a_step_moves_to_the_end_of_another_phase(table: Table) -> None:
    other = numbered(table, 13).phase
    edit(table, 2, phase=other)
    assert phase_of(table, 13)[-1] == 2
    assert order(table)[0] == 1
    assert [change["what"] for change in changes(table)] == ["phase"]


def test_a_new_phase_starts_after_the_one_the_step_was_in(table: Table) -> None:
    left = phase_of(table, 2)
    edit(table, 2, phase=" Paper  work ")
    assert numbered(table, 2).phase == "Paper work"
    everything = order(table)
    assert everything.index(2) == len(left) - 1


def test_a_place_alone_means_the_phase_of_the_step_it_comes_after(table: Table) -> None:
    edit(table, 2, place=13)
    assert order(table)[-2:] == [13, 2]
    assert numbered(table, 2).phase == numbered(table, 13).phase


def test_no_place_is_the_first_of_the_phase(table: Table) -> None:
    last = phase_of(table, 1)[-1]
    edit(table, last, place=0)
    assert order(table)[0] == last
    assert changes(table) == [{"what": "place"}]


def test_a_place_in_another_phase_than_the_one_chosen_is_asked_about(table: Table) -> None:
    no = refused(table, 2, phase=numbered(table, 13).phase, place=1)
    assert (no.code, no.field) == ("place_elsewhere", "place")


def test_steps_move_up_and_down_past_their_neighbour(table: Table) -> None:
    with table.work(BEA) as work:
        shift_step(work, id_of(table, 2), "up")
    assert order(table)[:3] == [2, 1, 3]
    with table.work(RAE) as work:
        shift_step(work, id_of(table, 2), "down")
    assert order(table)[:3] == [1, 2, 3]


def test_at_the_edge_of_its_phase_a_step_goes_over_into_the_next(table: Table) -> None:
    last = phase_of(table, 1)[-1]
    before = order(table)
    after = numbered(table, before[before.index(last) + 1]).phase
    with table.work(BEA) as work:
        shift_step(work, id_of(table, last), "down")
    assert numbered(table, last).phase == after
    assert order(table) == before  # it was next to that phase already
    with table.work(BEA) as work:
        shift_step(work, id_of(table, last), "up")
    assert phase_of(table, 1)[-1] == last


def test_when_two_people_reorder_at_once_both_moves_hold(table: Table) -> None:
    def move(who: Visitor, number: int) -> None:
        for time in range(5):
            key = f"{number}:{time}"
            with table.desk.work(who, table.plan_id, channel_id=CHANNEL, request_key=key) as work:
                shift_step(work, id_of(table, number), "down")

    before = order(table)
    with ThreadPoolExecutor(2) as people:
        list(people.map(move, (BEA, RAE), (1, 7)))
    after = order(table)
    assert all(after.index(number) > before.index(number) for number in (1, 7))
    assert sorted(after) == sorted(before)
    assert len(changes(table)) == 10


@pytest.mark.parametrize(("number", "direction"), [(1, "up"), (13, "down")])
def test_nothing_lies_beyond_the_ends_of_the_plan(table: Table, number: int, direction: Any) -> None:
    with pytest.raises(Refused, match="at_the_edge"), table.work(BEA) as work:
        shift_step(work, id_of(table, number), direction)


def test_a_step_of_the_other_side_alone_is_passed_unseen(table: Table) -> None:
    with table.database.write() as session:
        hidden = session.exec(select(Step).where(Step.number == 2)).one()
        hidden.visibility = Visibility.SELLER
    with table.work(BEA) as work:
        shift_step(work, id_of(table, 3), "up")
    assert order(table)[:3] == [3, 1, 2]
    assert refused(table, 3, place=2).code == "no_step_numbered"


def test_a_deleted_step_is_gone_for_everybody_and_its_number_is_not_given_again(table: Table) -> None:
    with table.work(BEA) as work:
        remove_step(work, id_of(table, 13), "We do it later")
    with table.work(BEA) as work:
        assert cases.add_step(work, cases.NewStep("Another")).number == 14
    assert 13 not in order(table)
    for act in (cases.complete_step, cases.unblock_step, remove_step):
        with pytest.raises(Refused, match="no_such_step"), table.work(RAE) as work:
            act(work, id_of(table, 13))
    with table.database.read() as session:
        [(change, step)] = plans.history(session, table.plan_id, Side.SELLER, 1, id_of(table, 13))
        assert step is not None
        assert (change.kind, change.actor_id, change.reason) == (
            "step_removed",
            BEA.user_id,
            "We do it later",
        )
        assert step.title == numbered(table, 13).title
        assert step.next_nudge_at is None


def test_what_waited_for_a_deleted_step_comes_after_what_came_before_it(table: Table) -> None:
    one, two, three = (id_of(table, number) for number in (1, 2, 3))
    with table.database.write() as session:
        for row in session.exec(select(StepDependency)):
            session.delete(row)
        session.flush()
        session.add(StepDependency(step_id=two, after_step_id=one, lag=2))
        session.add(StepDependency(step_id=three, after_step_id=two, lag=3))
        session.add(StepDependency(step_id=three, after_step_id=one, lag=1))
        session.add(StepDependency(step_id=id_of(table, 4), after_step_id=two, lag=0))
    with table.work(BEA) as work:
        remove_step(work, two)
    with table.database.read() as session:
        rows = {(r.step_id, r.after_step_id): r.lag for r in session.exec(select(StepDependency))}
    assert rows == {(three, one): 5, (id_of(table, 4), one): 2}


def test_who_was_to_hear_that_a_step_is_theirs_hears_nothing_once_it_is_deleted(table: Table) -> None:
    with table.work(BEA) as work:
        cases.assign_step(work, id_of(table, 2), RAVI.user_id)
    with table.work(BEA) as work:
        remove_step(work, id_of(table, 2))
    with table.database.read() as session:
        assert session.exec(select(Handover)).all() == []


def test_a_started_step_is_no_longer_blocked_and_can_be_finished(table: Table) -> None:
    with table.work(BEA) as work:
        cases.block_step(work, id_of(table, 2), "Waiting for legal", None)
    with table.work(BEA) as work:
        cases.start_step(work, id_of(table, 2))
    started = numbered(table, 2)
    assert (started.state, started.state_reason) == (StepState.STARTED, "")
    assert started.next_nudge_at is not None
    with table.work(RAE) as work:
        cases.start_step(work, id_of(table, 2))
        cases.complete_step(work, id_of(table, 2))
    assert len(changes(table, "step_started")) == 1
    with pytest.raises(Refused, match="step_finished"), table.work(BEA) as work:
        cases.start_step(work, id_of(table, 2))


def test_a_skipped_step_is_as_it_was_when_it_is_reopened(table: Table) -> None:
    before = numbered(table, 2)
    with table.work(BEA) as work:
        cases.skip_step(work, id_of(table, 2), "Not needed")
    with table.work(BEA) as work:
        cases.reopen_step(work, id_of(table, 2))
    after = numbered(table, 2)
    assert (after.state, after.state_reason, after.finished_by) == (StepState.OPEN, "", None)
    assert (after.due_date, after.next_nudge_at) == (before.due_date, before.next_nudge_at)


def test_proof_is_the_link_given_else_the_message_and_goes_when_the_step_reopens(table: Table) -> None:
    with table.work(BEA) as work:
        cases.complete_step(work, id_of(table, 2), message_link="https://x.slack.com/archives/C/p1")
        cases.complete_step(work, id_of(table, 3), "https://example.com/signed", "https://x.slack.com/p2")
    assert numbered(table, 2).proof == "https://x.slack.com/archives/C/p1"
    assert numbered(table, 3).proof == "https://example.com/signed"
    with table.work(RAE) as work:
        cases.complete_step(work, id_of(table, 3), "https://example.com/again", "https://x.slack.com/p3")
    assert numbered(table, 3).proof == "https://example.com/again"  # a link given later still counts
    with table.work(BEA) as work:
        cases.reopen_step(work, id_of(table, 3))
    assert numbered(table, 3).proof == ""


def test_who_is_on_neither_side_only_reads(table: Table) -> None:
    step_id = id_of(table, 2)
    acts: list[Callable[[Work], object]] = [
        lambda work: note_cases.add_note(work, step_id, "Hello"),
        lambda work: edit_step(work, step_id, StepEdit(title="Mine")),
        lambda work: remove_step(work, step_id),
        lambda work: shift_step(work, step_id, "up"),
        lambda work: cases.start_step(work, step_id),
    ]
    for act in acts:
        with pytest.raises(Refused, match="which_side"), table.work(STRANGER) as work:
            act(work)
