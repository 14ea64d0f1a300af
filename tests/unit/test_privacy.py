"""Keeping a step or a note to one side, and showing it: what may be kept so, what nobody can tell from it."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.desk import Visitor
from bot.step_notes import load_notes
from bot.use_cases import agreeing, dependencies, editing, notes, order, privacy
from bot.use_cases import steps as cases
from bot.use_cases.common import Refused, Work
from bot.use_cases.home import open_home
from bot.use_cases.people import Choice, name_people, roles_known_to
from bot.views import load_history, load_plan_views
from storage import ledger, plans
from storage.database import Database
from storage.models import Note, Plan, Side, Step, StepDependency, Visibility
from storage.outgoing import Outgoing
from tests.given import BEA, RAE, RAVI, SAM, STRANGER, Table

SECRET = "Walk-away price"
OTHER = {RAE: BEA, BEA: RAE}


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def add(table: Table, visitor: Visitor = RAE, title: str = SECRET, **facts: Any) -> int:
    with table.work(visitor) as work:
        new = cases.NewStep(title, is_private=True, **facts)
        return cases.add_step(work, new).id or 0


def seen_by(table: Table, visitor: Visitor) -> dict[int, str]:
    with table.work(visitor) as work:
        found = plans.steps_of(work.session, work.plan_id, work.actor.side)
        return {step.number: step.title for step in found}


def history_of(table: Table, side: Side | None, step_id: int | None = None) -> list[str]:
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        lines = load_history(session, plan, side, table.clock.now(), 50, step_id)
        return [f"{line.kind} {line.step} {line.reason} {line.details}" for line in lines]


def refused(table: Table, visitor: Visitor, act: Callable[[Work], object]) -> Refused:
    with pytest.raises(Refused) as no, table.work(visitor) as work:
        act(work)
    return no.value


def own_step(table: Table, visitor: Visitor = RAE) -> Step:
    """A step of that side alone, for which no step of the other side waits."""
    side = Side.SELLER if visitor is RAE else Side.BUYER
    with table.work(visitor) as work:
        step = cases.add_step(work, cases.NewStep("Prepare the pilot", side=side))
        work.session.flush()
        return step


@pytest.mark.parametrize("visitor", [RAE, BEA])
def test_a_private_step_is_there_for_its_own_side_alone(table: Table, visitor: Visitor) -> None:
    before = seen_by(table, OTHER[visitor])
    add(table, visitor)
    assert SECRET in seen_by(table, visitor).values()
    assert seen_by(table, OTHER[visitor]) == before


def test_private_steps_leave_no_gap_in_the_numbers(table: Table) -> None:
    add(table), add(table), add(table, BEA)
    with table.work(BEA) as work:
        assert cases.add_step(work, cases.NewStep("Call procurement")).number == 14
    assert [number for number in seen_by(table, RAE) if number > 100] == [1001, 1002]
    assert [number for number in seen_by(table, BEA) if number > 100] == [2001]


def test_a_deleted_private_step_gives_its_number_to_no_other(table: Table) -> None:
    step_id = add(table)
    with table.work(RAE) as work:
        editing.remove_step(work, step_id)
    add(table)
    assert [number for number in seen_by(table, RAE) if number > 100] == [1002]


def test_shared_numbers_go_around_those_of_one_side(table: Table) -> None:
    with table.work(RAE) as work:
        work.plan.next_number = 1001
        assert cases.add_step(work, cases.NewStep("The thousandth")).number == 3001
        assert cases.add_step(work, cases.NewStep("The next")).number == 3002


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"side": Side.BUYER}, "private_own_only"),
        ({"side": Side.JOINT}, "private_own_only"),
        ({"gate": True}, "private_own_only"),
        ({"owner_id": RAVI.user_id}, "private_people"),
    ],
)
def test_only_what_is_ones_own_can_be_private(table: Table, facts: dict[str, Any], code: str) -> None:
    no = refused(
        table, RAE, lambda work: cases.add_step(work, cases.NewStep(SECRET, is_private=True, **facts))
    )
    assert (no.code, no.field) == (code, "visibility")


def test_a_company_on_neither_side_keeps_nothing(table: Table) -> None:
    step_id = own_step(table).id or 0
    no = refused(table, STRANGER, lambda work: privacy.hide_step(work, step_id))
    assert no.code in ("not_on_the_plan", "which_side", "no_such_plan")


def test_a_full_plan_tells_nobody_how_much_the_other_side_keeps(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "MOST_STEPS", 14)
    add(table), add(table)
    with table.work(BEA) as work:
        cases.add_step(work, cases.NewStep("The last one"))
    assert (
        refused(table, BEA, lambda work: cases.add_step(work, cases.NewStep("One more"))).code == "plan_full"
    )
    monkeypatch.setattr(privacy, "MOST_PRIVATE", 3)
    add(table)
    private = cases.NewStep(SECRET, is_private=True)
    assert refused(table, RAE, lambda work: cases.add_step(work, private)).code == "private_full"


def test_nobody_of_the_other_side_is_given_one(table: Table) -> None:
    step_id = add(table, owner_id=SAM.user_id)
    assert (
        refused(table, RAE, lambda work: cases.assign_step(work, step_id, RAVI.user_id)).code
        == "private_people"
    )
    assert (
        refused(table, SAM, lambda work: cases.disown_step(work, step_id, RAVI.user_id)).code
        == "private_people"
    )
    edit = editing.StepEdit(side=Side.JOINT)
    assert refused(table, RAE, lambda work: editing.edit_step(work, step_id, edit)).code == "private_own_only"
    edit = editing.StepEdit(gate=True)
    assert refused(table, RAE, lambda work: editing.edit_step(work, step_id, edit)).code == "private_own_only"


def test_naming_people_for_roles_keeps_private_steps_on_their_side(table: Table) -> None:
    add(table, role="AE")
    with table.work(RAE) as work:
        keys = [
            key
            for key, role in roles_known_to(work).items()
            if any(s.step.title == SECRET for s in role.seats)
        ]
    choice = {keys[0]: Choice("role.x", None, RAVI.user_id)}
    assert refused(table, RAE, lambda work: name_people(work, choice)).code == "private_people"


def test_a_private_step_draws_no_board_and_tells_no_news(table: Table) -> None:
    def left() -> set[str]:
        with table.database.write() as session:
            rows = session.exec(select(Outgoing)).all()
            found = {row.kind for row in rows}
            for row in rows:
                session.delete(row)
            return found

    left()
    step_id = add(table)
    with table.work(RAE) as work:
        cases.start_step(work, step_id)
        cases.block_step(work, step_id, "our own lawyers", None)
        notes.add_note(work, step_id, "80k at the least")
        cases.complete_step(work, step_id)
    assert left() == set()


def test_a_change_to_a_private_step_draws_no_home_of_the_other_side(table: Table) -> None:
    for visitor in (RAE, SAM, BEA):
        with table.database.write() as session:
            open_home(session, visitor.team_id, visitor.user_id, table.clock.wall())
    with table.database.write() as session:
        session.execute(sa.delete(Outgoing))
    step_id = add(table)
    with table.work(RAE) as work:
        cases.start_step(work, step_id)
    with table.database.read() as session:
        drawn = {row.channel_id for row in session.exec(select(Outgoing))}
    assert drawn == {RAE.user_id, SAM.user_id}


# hiding


@pytest.mark.parametrize("visitor", [RAE, BEA])
def test_a_step_of_ones_own_can_be_taken_from_the_others_eyes(table: Table, visitor: Visitor) -> None:
    step = own_step(table, visitor)
    with table.work(visitor) as work:
        notes.add_note(work, step.id or 0, "said to both")
        privacy.hide_step(work, step.id or 0)
    assert step.number in seen_by(table, visitor)
    assert step.number not in seen_by(table, OTHER[visitor])
    other = Side.BUYER if visitor is RAE else Side.SELLER
    assert not [line for line in history_of(table, other) if "Prepare the pilot" in line]
    assert history_of(table, other.other)[0].startswith("step_edited")
    no = refused(table, OTHER[visitor], lambda work: notes.add_note(work, step.id or 0, "?"))
    assert no.code == "no_such_step"


def test_the_other_sides_step_a_joint_one_and_a_gate_stay_with_both(table: Table) -> None:
    for step in (
        table.step_where(side=Side.BUYER),
        table.step_where(side=Side.JOINT),
        table.step_where(gate=True),
    ):
        no = refused(table, RAE, lambda work, step=step: privacy.hide_step(work, step.id or 0))  # type: ignore[misc]
        assert (no.code, no.field) == ("private_own_only", "visibility")


def test_a_step_that_the_other_side_waits_for_stays_with_both(table: Table) -> None:
    step = own_step(table)
    theirs = table.step_where(side=Side.BUYER)
    with table.work(RAE) as work:
        dependencies.set_after(work, theirs.id or 0, str(step.number), Side.SELLER)
    no = refused(table, RAE, lambda work: privacy.hide_step(work, step.id or 0))
    assert (no.code, no.facts["waiting"]) == ("private_waited_for", [theirs.number])


def test_a_step_that_somebody_of_the_other_side_has_stays_with_both(table: Table) -> None:
    step = own_step(table)
    with table.work(RAE) as work:
        cases.assign_step(work, step.id or 0, SAM.user_id, RAVI.user_id)
    assert refused(table, RAE, lambda work: privacy.hide_step(work, step.id or 0)).code == "private_people"


def agree(table: Table) -> None:
    for visitor in (RAE, BEA):
        with table.work(visitor) as work:
            agreeing.agree(work, agreeing.terms_now(work).digest)


def test_what_both_agreed_to_stays_with_both(table: Table) -> None:
    step = own_step(table)
    agree(table)
    assert refused(table, RAE, lambda work: privacy.hide_step(work, step.id or 0)).code == "private_agreed"
    add(table)  # a new one can be private all the same
    assert SECRET not in seen_by(table, BEA).values()


# showing


def test_a_step_that_is_shown_is_a_new_one_for_the_other_side(table: Table) -> None:
    step_id = add(table)
    with table.work(RAE) as work:
        notes.add_note(work, step_id, "80k at the least")
        cases.start_step(work, step_id)
        privacy.show_step(work, step_id)
        notes.add_note(work, step_id, "now for both")
    assert seen_by(table, BEA)[14] == SECRET
    assert [line.split(" ")[0] for line in history_of(table, Side.BUYER, step_id)] == [
        "step_noted",
        "step_added",
    ]
    assert "80k" not in str(history_of(table, Side.BUYER))
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        theirs = load_notes(session, plan, step_id, Side.BUYER, table.clock.now(), 10)
        ours = load_notes(session, plan, step_id, Side.SELLER, table.clock.now(), 10)
    assert [note.text for note in theirs.shown] == ["now for both"]
    assert (theirs.total, ours.total) == (1, 2)


def test_how_many_private_steps_there_were_is_in_no_number_of_a_shown_one(table: Table) -> None:
    add(table), add(table)
    third = add(table)
    with table.work(RAE) as work:
        assert privacy.show_step(work, third).number == 14
        assert privacy.show_step(work, third).number == 14


def test_only_its_own_side_shows_it(table: Table) -> None:
    step_id = add(table)
    assert refused(table, BEA, lambda work: privacy.show_step(work, step_id)).code == "no_such_step"
    assert refused(table, BEA, lambda work: privacy.hide_step(work, step_id)).code == "no_such_step"


def test_shown_after_an_agreement_it_stands_in_the_ledger(table: Table) -> None:
    agree(table)
    step_id = add(table)
    with table.work(RAE) as work:
        privacy.show_step(work, step_id)
    with table.database.read() as session:
        lines = ledger.lines_for(session, table.plan_id, Side.BUYER)
        assert [line.step_title for line in lines if line.kind == "added"] == [SECRET]
        assert (
            len([line for line in ledger.lines_for(session, table.plan_id, Side.SELLER) if line.step_id]) == 2
        )


def test_the_form_that_edits_a_step_hides_and_shows_it(table: Table) -> None:
    step = own_step(table)
    with table.work(RAE) as work:
        editing.edit_step(work, step.id or 0, editing.StepEdit(title=SECRET, is_private=True))
    assert SECRET not in str(history_of(table, Side.BUYER)) + str(seen_by(table, BEA))
    with table.work(RAE) as work:
        editing.edit_step(work, step.id or 0, editing.StepEdit(is_private=False))
    assert seen_by(table, BEA)[step.number] == SECRET


def test_what_is_written_in_the_act_of_hiding_was_never_for_both(table: Table) -> None:
    step_id = own_step(table).id or 0
    with table.work(RAE) as work:
        edit = editing.StepEdit(title="Pilot", description="not below 80k", is_private=True)
        editing.edit_step(work, step_id, edit)
    with table.work(RAE) as work:
        editing.edit_step(work, step_id, editing.StepEdit(description="", is_private=False))
    assert "80k" in str(history_of(table, Side.SELLER))
    assert "80k" not in str(history_of(table, Side.BUYER))


def test_a_joint_step_becomes_ones_own_and_private_in_one_form(table: Table) -> None:
    with table.work(RAE) as work:
        step = cases.add_step(work, cases.NewStep("Prepare the pilot", side=Side.JOINT))
        work.session.flush()
    with table.work(RAE) as work:
        editing.edit_step(work, step.id or 0, editing.StepEdit(side=Side.SELLER, is_private=True))
    assert step.number not in seen_by(table, BEA)


# notes


def private_note(table: Table, step_id: int) -> int:
    with table.work(RAE) as work:
        notes.add_note(work, step_id, "80k at the least", is_private=True)
        work.session.flush()
        return work.session.exec(select(Note.id).order_by(col(Note.id).desc())).first() or 0


def test_a_private_note_on_a_step_of_both_is_one_sides_alone(table: Table) -> None:
    step_id = table.step(3).id or 0
    note_id = private_note(table, step_id)
    assert "80k" not in str(history_of(table, Side.BUYER)) + str(history_of(table, None))
    assert "80k" in str(history_of(table, Side.SELLER))
    assert refused(table, BEA, lambda work: privacy.show_note(work, step_id, note_id)).code == "no_such_note"
    with table.work(RAE) as work:
        privacy.show_note(work, step_id, note_id)
        privacy.show_note(work, step_id, note_id)  # a second press changes nothing
    assert len([line for line in history_of(table, Side.BUYER) if "80k" in line]) == 1


def test_a_note_of_another_step_is_not_shown_by_a_forged_value(table: Table) -> None:
    note_id = private_note(table, table.step(3).id or 0)
    other = table.step(4).id or 0
    assert refused(table, RAE, lambda work: privacy.show_note(work, other, note_id)).code == "no_such_note"


def test_a_note_is_shown_after_its_step(table: Table) -> None:
    step_id = add(table)
    note_id = private_note(table, step_id)
    assert (
        refused(table, RAE, lambda work: privacy.show_note(work, step_id, note_id)).code
        == "private_step_first"
    )


# what somebody could tell from what they do themselves


def tie(table: Table, *edges: tuple[int, int]) -> None:
    """Each comes after the other; by ids."""
    with table.database.write() as session:
        for step_id, after in edges:
            session.add(StepDependency(step_id=step_id, after_step_id=after))


def test_an_order_that_only_private_steps_speak_against_is_taken(table: Table) -> None:
    """Bea has 2 come after 9. That 9 waits for 2 by way of a step of Northwind's own is nothing she hears."""
    two, nine, hidden = table.step(2).id or 0, table.step(9).id or 0, add(table)
    with table.database.write() as session:
        for edge in session.exec(select(StepDependency)):
            session.delete(edge)
    tie(table, (hidden, two), (nine, hidden))
    with table.work(BEA) as work:
        dependencies.set_after(work, two, "9", Side.BUYER)
        assert work.session.get(StepDependency, (hidden, two)) is None
        assert work.session.get(StepDependency, (nine, hidden)) is not None
    assert [line for line in history_of(table, Side.SELLER) if line.startswith("step_let_go")]
    assert not [line for line in history_of(table, Side.BUYER) if line.startswith("step_let_go")]


def test_a_private_step_that_goes_ties_no_two_others_together(table: Table) -> None:
    two, nine, hidden = table.step(2).id or 0, table.step(9).id or 0, add(table)
    with table.database.write() as session:
        for edge in session.exec(select(StepDependency)):
            session.delete(edge)
    tie(table, (hidden, two), (nine, hidden))
    with table.work(RAE) as work:
        editing.remove_step(work, hidden, join=True)
        assert work.session.get(StepDependency, (nine, two)) is None


def test_a_step_moved_past_a_private_phase_does_not_take_its_name(table: Table) -> None:
    with table.database.write() as session:
        first = plans.every_step(session, table.plan_id)[0]
        for step in plans.every_step(session, table.plan_id):
            if step.phase == first.phase:
                step.phase, step.visibility, step.side = SECRET, Visibility.SELLER, Side.SELLER
                session.add(step)
        shown = next(s for s in plans.every_step(session, table.plan_id) if s.phase != SECRET).id or 0
    no = refused(table, RAE, lambda work: order.shift_step(work, shown, "up"))
    assert no.code == "at_the_edge"


class TakenBack(Exception):
    """What was tried is not to stay."""


def test_the_name_of_a_private_phase_cannot_be_guessed(table: Table) -> None:
    """Its steps stand in the middle: a phase of that name of Bea's own goes where any new phase goes."""
    with table.database.write() as session:
        for step in plans.every_step(session, table.plan_id)[4:6]:
            step.phase, step.visibility, step.gate, step.side = SECRET, Visibility.SELLER, False, Side.SELLER
            session.add(step)
        last = plans.every_step(session, table.plan_id)[-1]

    def outcome(phase: str) -> str | list[int]:
        seen: list[int] = []
        try:
            with table.work(BEA) as work:
                editing.edit_step(work, last.id or 0, editing.StepEdit(phase=phase, place=4))
                work.session.flush()
                seen += [step.number for step in plans.steps_of(work.session, work.plan_id, Side.BUYER)]
                raise TakenBack
        except Refused as no:
            return no.code
        except TakenBack:
            return seen

    assert outcome(SECRET) == outcome("Anything else")


def test_the_lock_stands_on_what_its_own_side_sees(table: Table) -> None:
    step_id = add(table)
    with table.work(RAE) as work:
        seen = load_plan_views(work.session, work.plan, Side.SELLER, work.now)
        assert seen.step(step_id).only_for is Side.SELLER
