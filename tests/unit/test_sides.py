"""A company that is on neither side: asked once, and on a side after the seller's yes."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.desk import Visitor
from bot.use_cases import steps as cases
from bot.use_cases.common import Refused
from bot.use_cases.nudges import sweep
from bot.use_cases.sides import claim_side, decide_claim
from storage import plans
from storage.database import Database
from storage.models import Change, Nudge, Person, PlanOrganization, Side
from storage.outgoing import Outgoing
from tests.given import BEA, MONDAY, RAE, STRANGER, Table

COLLEAGUE = Visitor("U0COLLEAGUE", STRANGER.team_id, "colleague")


@pytest.fixture
def table(database: Database) -> Table:
    """Rae has worked with Acme already: both sides are taken."""
    table = Table(database)
    with table.work(BEA) as work:
        assert work.actor.side is Side.BUYER
    return table


def refusal(table: Table, visitor: Visitor) -> str:
    step = table.step_where(gate=False)
    with pytest.raises(Refused) as refused, table.work(visitor) as work:
        cases.complete_step(work, step.id or 0)
    return refused.value.code


def claim(table: Table, visitor: Visitor, side: Side | None) -> None:
    with table.work(visitor) as work:
        claim_side(work, side)


def decide(table: Table, visitor: Visitor, side: Side, *, right: bool) -> None:
    with table.work(visitor) as work:
        decide_claim(work, STRANGER.team_id, side, right=right)


def questions(table: Table) -> list[Outgoing]:
    with table.database.read() as session:
        return [row for row in session.exec(select(Outgoing)) if row.key.startswith("claim:")]


def company(table: Table) -> PlanOrganization:
    with table.database.read() as session:
        return session.get_one(PlanOrganization, (table.plan_id, STRANGER.team_id))


def test_the_question_stands_until_somebody_there_answers_it(table: Table) -> None:
    assert refusal(table, STRANGER) == "which_side"
    assert refusal(table, COLLEAGUE) == "which_side"
    claim(table, STRANGER, Side.BUYER)
    assert refusal(table, STRANGER) == "side_is_asked"
    assert refusal(table, COLLEAGUE) == "side_is_asked"


def test_after_the_sellers_yes_the_whole_company_acts_for_that_side(table: Table) -> None:
    claim(table, STRANGER, Side.BUYER)
    [row] = questions(table)
    assert row.channel_id == RAE.user_id
    decide(table, RAE, Side.BUYER, right=True)
    for visitor in (STRANGER, COLLEAGUE):
        with table.work(visitor) as work:
            assert work.actor.side is Side.BUYER
    with table.database.read() as session:
        kinds = [change.kind for change in session.exec(select(Change))]
    assert kinds[-2:] == ["side_claimed", "side_given"]


def test_a_claim_alone_gives_no_right(table: Table) -> None:
    claim(table, STRANGER, Side.SELLER)
    with table.work(STRANGER) as work:
        assert work.actor.side is None
    with pytest.raises(Refused), table.work(STRANGER) as work:
        decide_claim(work, STRANGER.team_id, Side.SELLER, right=True)


def test_only_the_seller_decides(table: Table) -> None:
    claim(table, STRANGER, Side.BUYER)
    with pytest.raises(Refused, match="only_the_seller"):
        decide(table, BEA, Side.BUYER, right=True)
    assert company(table).side is None


def test_after_no_and_for_who_reads_along_the_way_back_stays_open(table: Table) -> None:
    claim(table, STRANGER, None)
    assert questions(table) == [], "who reads along asks nothing of the seller"
    assert refusal(table, STRANGER) == "reading_along"
    claim(table, STRANGER, Side.BUYER)
    decide(table, RAE, Side.BUYER, right=False)
    assert refusal(table, STRANGER) == "reading_along"
    claim(table, COLLEAGUE, Side.BUYER)
    assert refusal(table, STRANGER) == "side_is_asked"


def test_a_colleague_does_not_change_what_is_being_asked_but_its_author_may(table: Table) -> None:
    claim(table, STRANGER, Side.SELLER)
    with pytest.raises(Refused, match="side_is_asked"):
        claim(table, COLLEAGUE, Side.BUYER)
    claim(table, STRANGER, Side.BUYER)
    with pytest.raises(Refused, match="claims_other_side"):
        decide(table, RAE, Side.SELLER, right=True)
    decide(table, RAE, Side.BUYER, right=True)
    assert company(table).side is Side.BUYER


def test_the_same_answer_twice_asks_once(table: Table) -> None:
    claim(table, STRANGER, Side.BUYER)
    claim(table, STRANGER, Side.BUYER)
    assert len(questions(table)) == 1


def test_a_second_decision_says_what_holds(table: Table) -> None:
    claim(table, STRANGER, Side.BUYER)
    decide(table, RAE, Side.BUYER, right=True)
    with pytest.raises(Refused, match="side_is_given"):
        decide(table, RAE, Side.BUYER, right=False)
    with pytest.raises(Refused, match="has_a_side"):
        claim(table, STRANGER, Side.SELLER)
    assert company(table).side is Side.BUYER


def test_who_has_a_side_is_not_asked(table: Table) -> None:
    with pytest.raises(Refused, match="has_a_side"):
        claim(table, BEA, Side.BUYER)


def test_who_owns_a_gate_is_reminded_of_their_half_once_they_have_a_side(table: Table) -> None:
    late, gate = MONDAY - timedelta(days=3), table.step_where(gate=True)
    with table.database.write() as session:
        session.add(
            Person(user_id=STRANGER.user_id, team_id=STRANGER.team_id, name="Ste", refreshed_at=MONDAY)
        )
        for step in plans.every_step(session, table.plan_id):
            step.due_date = late.date() if step.id == gate.id else None
            step.side, step.owner_id = Side.JOINT, STRANGER.user_id
            step.next_nudge_at = late
    reminded(table, MONDAY)
    assert STRANGER.user_id not in reminded(table, MONDAY + timedelta(days=1, hours=6))
    claim(table, STRANGER, Side.BUYER)
    decide(table, RAE, Side.BUYER, right=True)
    assert STRANGER.user_id in reminded(table, MONDAY + timedelta(days=2, hours=6))


def reminded(table: Table, moment: datetime) -> set[str]:
    """Everybody who has been by then."""
    table.clock.moment = moment
    with table.database.write() as session:
        sweep(session, moment, moment)
        return set(session.exec(select(Nudge.user_id)))
