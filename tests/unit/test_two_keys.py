"""Agreeing, asking and answering, what can be seen of it only from inside."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.agreements import load_agreed, load_signed
from bot.desk import Visitor
from bot.listeners.said.agreement import date_and_why
from bot.use_cases import agreeing, dates, editing, plan_edits, proposals, steps
from bot.use_cases.common import Refused, Work
from bot.use_cases.plans import close_plan
from bot.use_cases.proposing import Why
from storage import plans
from storage.agreement import (
    BaselineStep,
    Proposal,
    ProposalKind,
    ProposalState,
    Signature,
    Slip,
    SlipKind,
)
from storage.database import Database
from storage.models import Outcome, Person, PlanPerson, Side, Step, StepState, Visibility
from storage.outgoing import Outgoing
from tests.given import BEA, RAE, RAVI, SAM, STRANGER, Table

BECAUSE = Why("legal", "Counsel is away")


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


@pytest.fixture
def agreed(table: Table) -> Table:
    for visitor in (RAE, BEA):
        sign(table, visitor)
    return table


def sign(table: Table, visitor: Visitor = RAE) -> agreeing.Agreed:
    with table.work(visitor) as work:
        return agreeing.agree(work, agreeing.terms_now(work).digest)


def later(table: Table, number: int, days: int = 1) -> date:
    """So many days after the due date, on a weekday. A new plan's dates are the latest that keep its day."""
    due = table.step(number).due_date
    assert due is not None
    day = due + timedelta(days=days)
    return day + timedelta(days=max(0, 8 - day.isoweekday()) if day.isoweekday() > 5 else 0)


def move(
    table: Table,
    visitor: Visitor,
    number: int,
    days: int = 1,
    why: Why = BECAUSE,
    along: tuple[int, ...] = (),
) -> Step | Proposal:
    new = dates.NewDate(later(table, number, days), why, along)
    with table.work(visitor) as work:
        return dates.change_date(work, table.step(number).id or 0, new)


def asked(table: Table, visitor: Visitor, number: int, days: int = 1, **more: Any) -> Proposal:
    found = move(table, visitor, number, days, **more)
    assert isinstance(found, Proposal)
    return found


def answer(
    table: Table, visitor: Visitor, act: Callable[[Work, int], proposals.Answered], one: Proposal
) -> str:
    with table.work(visitor) as work:
        return act(work, one.id or 0).ending


def every(table: Table, model: Any) -> list[Any]:
    with table.database.read() as session:
        return list(session.exec(select(model)))


def state(table: Table, one: Proposal) -> ProposalState:
    with table.database.read() as session:
        return session.get_one(Proposal, one.id).state


@pytest.mark.parametrize(
    ("words", "when", "why"),
    [
        ("next Fri because legal is away", "next Fri", "legal is away"),
        ("next Fri, because of the audit", "next Fri", "the audit"),
        ("Fri: legal is away", "Fri", "legal is away"),
        ("in 2 weeks BECAUSE: no", "in 2 weeks", "no"),
        ("next Fri", "next Fri", ""),
        ("because", "because", ""),
    ],
)
def test_a_reason_stands_behind_the_day(words: str, when: str, why: str) -> None:
    assert date_and_why(words) == (when, why)


# --- agreeing ---


def test_both_say_yes_to_the_same_and_it_is_the_baseline(table: Table) -> None:
    assert sign(table, RAE).ending == "signed"
    assert sign(table, SAM).ending == "already"
    assert sign(table, BEA).ending == "sealed"
    with table.work(RAE) as work:
        plan = work.plan
        assert (plan.agreed_round, plan.agreed_anchor) == (1, plan.anchor_date)
        view = load_agreed(work.session, plan, work.today)
        assert view is not None
        assert (view.seller, view.buyer) == ("Rae Lindqvist", "Bea Alvarez")
    baseline = every(table, BaselineStep)
    assert {(one.step_id, one.due_date) for one in baseline} == {
        (table.step(n).id, table.step(n).due_date) for n in range(1, 14)
    }
    [line] = every(table, Slip)
    assert (line.kind, line.actor_id, line.agreed_by) == (SlipKind.AGREED, BEA.user_id, RAE.user_id)


def test_a_yes_to_what_the_plan_was_before_counts_no_more(table: Table) -> None:
    sign(table, RAE)
    with table.work(BEA) as work:
        assert load_signed(work.session, work.plan, plans.every_step(work.session, work.plan_id))
        dates.move_step(work, table.step(4).id or 0, later(table, 4))
        assert not load_signed(work.session, work.plan, plans.every_step(work.session, work.plan_id))
    assert sign(table, BEA).ending == "signed"
    with table.work(RAE) as work:
        signed = load_signed(work.session, work.plan, plans.every_step(work.session, work.plan_id))
        assert signed is not None
        assert signed.side is Side.BUYER
    assert sign(table, RAE).ending == "sealed"
    assert len(every(table, Signature)) == 2


def test_nobody_says_yes_to_what_they_have_not_seen(table: Table) -> None:
    with table.work(RAE) as work:
        seen = agreeing.terms_now(work).digest
    with table.work(BEA) as work:
        editing.edit_step(work, table.step(4).id or 0, editing.StepEdit(title="Something else"))
    with pytest.raises(Refused, match="terms_changed"), table.work(RAE) as work:
        agreeing.agree(work, seen)
    assert every(table, Signature) == []


def test_agreeing_anew_makes_another_baseline_and_only_where_something_changed(agreed: Table) -> None:
    assert sign(agreed, RAE).ending == "in_force"
    assert isinstance(move(agreed, RAE, 5, -3), Step)
    assert (sign(agreed, RAE).ending, sign(agreed, BEA).ending) == ("signed", "sealed")
    assert {one.round for one in every(agreed, BaselineStep)} == {1, 2}


def test_a_third_company_reads(table: Table) -> None:
    with pytest.raises(Refused), table.work(STRANGER) as work:
        agreeing.agree(work, agreeing.terms_now(work).digest)


def test_nobody_holds_both_keys(agreed: Table) -> None:
    """A guest of the seller's workspace can come to be on the other side."""
    one = asked(agreed, SAM, 4, 7)
    assert sign(agreed, SAM).ending == "in_force"
    assert isinstance(move(agreed, SAM, 5, -3), Step)
    assert sign(agreed, SAM).ending == "signed"
    with agreed.database.write() as session:
        session.get_one(Person, SAM.user_id).is_guest = True
        session.add(PlanPerson(plan_id=agreed.plan_id, user_id=SAM.user_id, side=Side.BUYER))
    with pytest.raises(Refused, match="signed_for_other"):
        sign(agreed, SAM)
    with pytest.raises(Refused, match="own_question"):
        answer(agreed, SAM, proposals.accept, one)
    assert sign(agreed, BEA).ending == "sealed"
    assert answer(agreed, BEA, proposals.accept, one) == "accepted"


def test_a_plan_nobody_agreed_on_needs_nobody(table: Table) -> None:
    for number in (1, 4, 13):
        assert isinstance(move(table, RAE, number, why=Why()), Step)
    with table.work(RAE) as work:
        assert isinstance(steps.skip_step(work, table.step(6).id or 0, "No"), Step)
        assert isinstance(editing.remove_step(work, table.step(8).id or 0), Step)
        plan_edits.edit_plan(work, {"anchor_date": date(2026, 8, 14)}, "Later")
        assert work.plan.anchor_date == date(2026, 8, 14)
    assert every(table, Proposal) == []


# --- asking ---


@pytest.mark.parametrize(
    ("visitor", "number", "needs"),
    [(RAE, 5, False), (BEA, 5, True), (BEA, 4, False), (RAE, 4, True), (RAE, 1, True), (BEA, 11, True)],
)
def test_an_own_step_moves_alone_and_anything_else_is_asked(
    agreed: Table, visitor: Visitor, number: int, needs: bool
) -> None:
    before = agreed.step(number).due_date
    done = move(agreed, visitor, number, -3)
    assert isinstance(done, Proposal) == needs
    assert (agreed.step(number).due_date == before) == needs


def test_an_own_step_that_costs_the_day_is_asked(agreed: Table) -> None:
    one = asked(agreed, RAE, 7, 60)
    assert one.asked_id == BEA.user_id
    assert one.kind is ProposalKind.STEP_DATE


def test_a_private_step_needs_nobody_and_no_reason(agreed: Table) -> None:
    with agreed.database.write() as session:
        one = session.get_one(Step, agreed.step(7).id)
        one.visibility = Visibility.SELLER
        session.add(one)
    assert isinstance(move(agreed, RAE, 7, 60, why=Why()), Step)


def test_once_agreed_a_date_moves_for_a_reason(agreed: Table) -> None:
    for why, field in (
        (Why(), "reason_code"),
        (Why("nonsense", "x"), "reason_code"),
        (Why("other"), "reason"),
    ):
        with pytest.raises(Refused) as refused:
            move(agreed, RAE, 5, why=why)
        assert refused.value.field == field


def hide(table: Table, number: int, days: int = 1) -> None:
    """The seller keeps a step to itself."""
    with table.database.write() as session:
        one = session.get_one(Step, table.step(number).id)
        one.visibility, one.days = Visibility.SELLER, days
        session.add(one)


def test_no_question_tells_of_a_private_step(agreed: Table) -> None:
    """What comes after it stays, where the other side would be asked about that."""
    hide(agreed, 5)
    six, seven = agreed.step(6), agreed.step(7)
    assert (six.side, seven.side) == (Side.BUYER, Side.SELLER)
    assert isinstance(move(agreed, RAE, 5, 60, along=(six.id or 0, seven.id or 0)), Step)
    assert every(agreed, Proposal) == []
    assert agreed.step(6).due_date == six.due_date


def test_a_question_names_no_day_that_a_private_step_makes(agreed: Table) -> None:
    hide(agreed, 5, days=60)
    one = asked(agreed, RAE, 4, 1, along=tuple(agreed.step(n).id or 0 for n in range(6, 14)))
    assert one.along == {}


def test_who_has_the_step_is_asked_else_who_signed(agreed: Table) -> None:
    with agreed.work(RAE) as work:
        steps.assign_step(work, agreed.step(6).id or 0, RAVI.user_id)
    assert asked(agreed, RAE, 6).asked_id == RAVI.user_id
    assert asked(agreed, RAE, 4).asked_id == BEA.user_id


def test_a_newer_question_of_the_same_side_takes_the_place_of_the_older(agreed: Table) -> None:
    first = asked(agreed, RAE, 4, 1)
    second = asked(agreed, SAM, 4, 8)
    assert (state(agreed, first), state(agreed, second)) == (ProposalState.OVERTAKEN, ProposalState.OPEN)


def test_nobody_is_asked_the_same_twice(agreed: Table) -> None:
    first = asked(agreed, RAE, 4, 7)
    assert asked(agreed, RAE, 4, 7).id == first.id
    assert [row.key for row in every(agreed, Outgoing) if row.kind == "proposal"] == [f"proposal:{first.id}"]


def test_while_one_side_asks_the_other_one_answers_first(agreed: Table) -> None:
    asked(agreed, RAE, 1)
    with pytest.raises(Refused, match="proposal_open") as refused:
        move(agreed, BEA, 1, 8)
    assert refused.value.facts["number"] == 1


def test_removing_and_skipping_what_is_not_theirs_alone_is_asked(agreed: Table) -> None:
    with agreed.work(RAE) as work:
        one = editing.remove_step(work, agreed.step(4).id or 0, "Not needed")
        two = steps.skip_step(work, agreed.step(2).id or 0, "Not needed")
        assert isinstance(one, Proposal)
        assert isinstance(two, Proposal)
        assert isinstance(steps.skip_step(work, agreed.step(5).id or 0, "Not needed"), Step)
    assert agreed.step(4).removed_at is None
    assert answer(agreed, BEA, proposals.accept, one) == "accepted"
    assert answer(agreed, BEA, proposals.accept, two) == "accepted"
    lines = {line.kind: line for line in every(agreed, Slip)}
    assert lines[SlipKind.REMOVED].agreed_by == BEA.user_id
    assert lines[SlipKind.REMOVED].actor_id == RAE.user_id


def test_whose_step_it_is_stays_as_agreed_and_days_are_free(agreed: Table) -> None:
    with agreed.work(RAE) as work:
        for number, edit in ((4, {"side": Side.SELLER}), (1, {"gate": False}), (11, {"side": Side.SELLER})):
            with pytest.raises(Refused, match="agreed_terms"):
                editing.edit_step(work, agreed.step(number).id or 0, editing.StepEdit(**edit))
        for side in (Side.BUYER, Side.JOINT):  # nor is an own one handed to the other company
            with pytest.raises(Refused, match="agreed_terms"):
                editing.edit_step(work, agreed.step(5).id or 0, editing.StepEdit(side=side))
        editing.edit_step(work, agreed.step(4).id or 0, editing.StepEdit(days=9))
        editing.edit_step(work, agreed.step(5).id or 0, editing.StepEdit(gate=True))


# --- the day itself ---


def test_the_day_is_asked_and_moves_with_the_yes(agreed: Table) -> None:
    with agreed.work(RAE) as work:
        edited = plan_edits.edit_plan(
            work,
            {"anchor_date": date(2026, 8, 14), "name": "Another name"},
            "Their board",
            move_along=True,
            code="budget",
        )
        assert edited.proposal is not None
        assert (work.plan.anchor_date, work.plan.name) == (date(2026, 7, 31), "Another name")
    before = agreed.step(13).due_date
    assert answer(agreed, BEA, proposals.accept, edited.proposal) == "accepted"
    with agreed.work(RAE) as work:
        assert work.plan.anchor_date == date(2026, 8, 14)
    assert agreed.step(13).due_date != before
    line = next(line for line in every(agreed, Slip) if line.kind is SlipKind.ANCHOR)
    assert (line.reason_code, line.actor_id, line.agreed_by) == ("budget", RAE.user_id, BEA.user_id)


def ask_for_day(table: Table, visitor: Visitor) -> Proposal:
    with table.work(visitor) as work:
        wanted = {"anchor_date": date(2026, 8, 14)}
        one = plan_edits.edit_plan(work, wanted, "Their board", code="budget").proposal
    assert one is not None
    return one


def test_another_day_for_the_plan_goes_back_without_words_and_can_be_accepted(agreed: Table) -> None:
    one = ask_for_day(agreed, RAE)
    with agreed.work(BEA) as work:
        back = proposals.counter(work, one.id or 0, dates.NewDate(date(2026, 8, 12))).proposal
    assert answer(agreed, RAE, proposals.accept, back) == "accepted"
    with agreed.work(RAE) as work:
        assert work.plan.anchor_date == date(2026, 8, 12)


def test_a_day_for_the_plan_that_nobody_could_accept_is_not_suggested(agreed: Table) -> None:
    one = ask_for_day(agreed, RAE)
    with agreed.work(BEA) as work:
        with pytest.raises(Refused, match="anchor_past") as refused:
            proposals.counter(work, one.id or 0, dates.NewDate(work.today))
        assert refused.value.field == "due"
    assert state(agreed, one) is ProposalState.OPEN


def test_what_the_day_stands_for_is_agreed(agreed: Table) -> None:
    with pytest.raises(Refused, match="agreed_terms"), agreed.work(RAE) as work:
        plan_edits.edit_plan(work, {"anchor_kind": "signature"})


# --- answering ---


def test_a_yes_makes_the_change_as_the_one_who_asked_with_those_that_go_along(agreed: Table) -> None:
    along = tuple(agreed.step(n).id or 0 for n in (8, 9, 10, 11, 12, 13))
    one = asked(agreed, RAE, 7, 60, along=along)
    assert set(one.along) <= {str(step_id) for step_id in along}
    dues = {int(step_id): date.fromisoformat(day) for step_id, day in one.along.items()}
    assert answer(agreed, RAVI, proposals.accept, one) == "accepted"
    assert agreed.step(7).due_date == one.new_day
    assert dues
    for number in range(8, 14):
        step = agreed.step(number)
        assert step.due_date == dues.get(step.id or 0, step.due_date)
    moved = [line for line in every(agreed, Slip) if line.kind is SlipKind.MOVED]
    assert {line.step_number for line in moved} == {
        7,
        *(n for n in range(8, 14) if agreed.step(n).id in dues),
    }
    assert {(line.actor_id, line.agreed_by, line.reason_code) for line in moved} == {
        (RAE.user_id, RAVI.user_id, "legal")
    }
    [costs] = [line for line in moved if line.lands_old != line.lands_new]
    assert costs.step_number == 7


@pytest.mark.parametrize(
    ("visitor", "act", "code"),
    [
        (RAE, proposals.accept, "not_yours_to_answer"),
        (SAM, proposals.ask_to_talk, "not_yours_to_answer"),
        (BEA, proposals.withdraw, "not_yours_to_withdraw"),
        (STRANGER, proposals.accept, "which_side"),
    ],
)
def test_each_side_has_its_own_answers(
    agreed: Table, visitor: Visitor, act: Callable[[Work, int], proposals.Answered], code: str
) -> None:
    one = asked(agreed, RAE, 4)
    with pytest.raises(Refused) as refused:
        answer(agreed, visitor, act, one)
    assert refused.value.code in (code, "not_on_the_plan")
    assert state(agreed, one) is ProposalState.OPEN


def test_what_was_answered_is_answered(agreed: Table) -> None:
    one = asked(agreed, RAE, 4)
    assert answer(agreed, SAM, proposals.withdraw, one) == "withdrawn"
    assert answer(agreed, BEA, proposals.accept, one) == "over"
    assert answer(agreed, BEA, proposals.ask_to_talk, one) == "over"
    assert answer(agreed, RAE, proposals.withdraw, one) == "over"
    assert agreed.step(4).due_date == one.old_day


def test_another_date_goes_back_as_a_question_to_who_asked(agreed: Table) -> None:
    one = asked(agreed, SAM, 4, 7)
    for day in (one.new_day, one.old_day):
        assert day is not None
        with pytest.raises(Refused, match="counter_same"), agreed.work(BEA) as work:
            proposals.counter(work, one.id or 0, dates.NewDate(day))
    with agreed.work(BEA) as work:
        answered = proposals.counter(
            work, one.id or 0, dates.NewDate(later(agreed, 4, 3), Why("", "Earlier"))
        )
    back = answered.proposal
    assert (back.by_id, back.asked_id, back.counters_id) == (BEA.user_id, SAM.user_id, one.id)
    assert state(agreed, one) is ProposalState.COUNTERED
    assert answer(agreed, RAE, proposals.accept, back) == "accepted"
    assert agreed.step(4).due_date == back.new_day


def test_talk_is_said_once_and_leaves_it_open(agreed: Table) -> None:
    one = asked(agreed, RAE, 4)
    for visitor in (BEA, BEA, RAVI):
        assert answer(agreed, visitor, proposals.ask_to_talk, one) == "talk"
    assert state(agreed, one) is ProposalState.OPEN
    words = [row for row in every(agreed, Outgoing) if row.key == f"proposal_talk:{one.id}"]
    assert [row.channel_id for row in words] == [RAE.user_id]


OVERTAKES: dict[str, Callable[[Table, Work], object]] = {
    "done": lambda table, work: steps.complete_step(work, table.step(4).id or 0),
    "skipped": lambda table, work: steps.skip_step(work, table.step(4).id or 0, "Not needed"),
    "removed": lambda table, work: editing.remove_step(work, table.step(4).id or 0),
    "moved": lambda table, work: dates.move_step(work, table.step(4).id or 0, later(table, 4, 2)),
    "closed": lambda _table, work: close_plan(work, Outcome.LOST, "No budget"),
}


@pytest.mark.parametrize("what", OVERTAKES)
def test_what_happens_to_the_step_overtakes_the_question(agreed: Table, what: str) -> None:
    one = asked(agreed, RAE, 4, 7)
    other = asked(agreed, RAE, 6, 7)
    with agreed.work(BEA) as work:
        OVERTAKES[what](agreed, work)
    assert state(agreed, one) is ProposalState.OVERTAKEN
    assert state(agreed, other) is (ProposalState.OVERTAKEN if what == "closed" else ProposalState.OPEN)


def test_a_day_that_has_passed_is_nothing_to_say_yes_to(agreed: Table) -> None:
    one = asked(agreed, RAE, 4)
    agreed.clock.moment += timedelta(days=60)
    assert answer(agreed, BEA, proposals.accept, one) == "overtaken"
    assert state(agreed, one) is ProposalState.OVERTAKEN
    assert agreed.step(4).due_date == one.old_day


def test_which_question_is_meant(agreed: Table) -> None:
    def meant(number: int | None) -> int | None:
        with agreed.work(BEA) as work:
            return proposals.meant(work, number, Side.BUYER).id

    with pytest.raises(Refused, match="no_proposal"):
        meant(None)
    one = asked(agreed, RAE, 4)
    assert meant(None) == meant(4) == one.id
    asked(agreed, RAE, 6)
    with pytest.raises(Refused, match="which_proposal") as refused:
        meant(None)
    assert not refused.value.facts["takes_back"]
    with pytest.raises(Refused, match="no_proposal"):
        meant(5)
    with pytest.raises(Refused, match="which_proposal") as refused, agreed.work(RAE) as work:
        proposals.meant(work, None, Side.BUYER)
    assert refused.value.facts["takes_back"]


def test_two_who_say_yes_in_the_same_moment_move_it_once(agreed: Table) -> None:
    one = asked(agreed, RAE, 4)
    start, endings = threading.Barrier(2), []

    def press(visitor: Visitor, key: str) -> None:
        start.wait()
        with agreed.desk.work(visitor, agreed.plan_id, channel_id=None, request_key=key) as work:
            endings.append(proposals.accept(work, one.id or 0).ending)

    threads = [threading.Thread(target=press, args=(who, f"k{n}")) for n, who in enumerate((BEA, RAVI))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(endings) == ["accepted", "over"]
    assert len([line for line in every(agreed, Slip) if line.kind is SlipKind.MOVED]) == 1
    assert agreed.step(4).state is StepState.OPEN
    with agreed.database.read() as session:
        sent = session.exec(select(Outgoing).where(col(Outgoing.key) == f"proposal_accepted:{one.id}")).all()
    assert len(sent) == 1
