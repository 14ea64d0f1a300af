"""A side for one person, or for a whole third company; and in a channel of one firm, what people say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk import Visitor
from bot.use_cases import steps as cases
from bot.use_cases.common import Refused
from bot.use_cases.plan_edits import edit_plan
from bot.use_cases.roster import set_members
from bot.use_cases.sides import change_side, say_own_side
from plan.rights import Action
from storage import plans
from storage.database import Database
from storage.models import (
    Change,
    ChannelMember,
    Nudge,
    NudgeStep,
    Person,
    Plan,
    PlanOrganization,
    PlanPerson,
    Side,
    Step,
    Visibility,
)
from storage.outgoing import Outgoing
from tests.given import BEA, CHANNEL, MONDAY, NORTHWIND, RAE, RAVI, SAM, STRANGER, Table

GUEST = Visitor("U0GUEST", NORTHWIND, "guest")
MATE = Visitor("U0MATE", STRANGER.team_id, "mate")


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as error:
        yield
    assert error.value.code == code


def comes(table: Table, visitor: Visitor, **more: Any) -> None:
    with table.database.write() as session:
        session.add(
            Person(
                user_id=visitor.user_id,
                team_id=visitor.team_id,
                name=visitor.name.title(),
                refreshed_at=MONDAY,
                **more,
            )
        )
        session.add(ChannelMember(channel_id=CHANNEL, user_id=visitor.user_id))


@pytest.fixture
def table(database: Database) -> Table:
    table = Table(database)
    comes(table, GUEST, is_guest=True)
    with table.work(BEA) as work:
        assert work.actor.side is Side.BUYER
    comes(table, STRANGER)
    comes(table, MATE)
    return table


def side_of(table: Table, visitor: Visitor) -> Side | None:
    with table.work(visitor) as work:
        return work.actor.side


def test_a_guest_of_the_sellers_workspace_is_had_over_and_back(table: Table) -> None:
    assert side_of(table, GUEST) is Side.BUYER
    with table.work(RAE) as work:
        given = change_side(work, GUEST.user_id, Side.SELLER)
        assert (given.who, given.company, given.whole, given.changed) == ("Guest", "Northwind", False, True)
    assert side_of(table, GUEST) is Side.SELLER
    with table.work(RAE) as work:
        change_side(work, GUEST.user_id, Side.BUYER)
    assert side_of(table, GUEST) is Side.BUYER
    with table.database.read() as session:
        assert session.exec(select(PlanPerson)).all() == [], "nobody is an exception without need"
        kinds = [change.kind for change in session.exec(select(Change).order_by(col(Change.id)))]
    assert kinds[-2:] == ["side_changed", "side_changed"]


def test_the_new_side_sees_its_own_and_not_the_old_ones_any_more(table: Table) -> None:
    with table.database.write() as session:
        one, two = plans.every_step(session, table.plan_id)[:2]
        one.visibility, two.visibility = Visibility.SELLER, Visibility.BUYER
    with table.work(RAE) as work:
        change_side(work, RAVI.user_id, Side.SELLER)
    with table.work(RAVI) as work:
        assert work.step(one.id or 0)
        with refused("no_such_step"):
            work.step(two.id or 0)


def test_what_somebody_has_stays_with_them_and_is_counted(table: Table) -> None:
    with table.work(RAE) as work:
        step = table.step_where(gate=False)
        cases.assign_step(work, step.id or 0, GUEST.user_id)
    with table.work(RAE) as work:
        assert change_side(work, GUEST.user_id, Side.SELLER).steps == 1
    with table.work(RAE) as work:
        assert not change_side(work, GUEST.user_id, Side.SELLER).changed


def test_the_buyers_lead_has_own_people_back_and_nobody_else(table: Table) -> None:
    with table.work(RAE) as work:
        change_side(work, RAVI.user_id, Side.SELLER)
    with table.work(BEA) as work:
        change_side(work, RAVI.user_id, Side.BUYER)
    assert side_of(table, RAVI) is Side.BUYER
    for user_id, side in (
        (SAM.user_id, Side.BUYER),
        (STRANGER.user_id, Side.BUYER),
        (RAVI.user_id, Side.SELLER),
    ):
        with refused("not_your_people"), table.work(BEA) as work:
            change_side(work, user_id, side)
    with refused("only_the_seller"), table.work(RAVI) as work:
        change_side(work, RAVI.user_id, Side.SELLER)


def test_the_sellers_own_people_do_not_look_into_the_buyers_private_steps(table: Table) -> None:
    with refused("stays_with_the_seller"), table.work(RAE) as work:
        change_side(work, SAM.user_id, Side.BUYER)
    assert side_of(table, SAM) is Side.SELLER


def test_nor_those_of_guests_who_are_the_buyer(inside: Table) -> None:
    comes(inside, GUEST, is_guest=True)
    with refused("stays_with_the_seller"), inside.work(RAE) as work:
        change_side(work, SAM.user_id, Side.BUYER)
    assert side_of(inside, SAM) is Side.SELLER


def test_within_one_firm_a_colleague_may_be_the_buyer(inside: Table) -> None:
    with inside.work(RAE) as work:
        change_side(work, SAM.user_id, Side.BUYER)
    assert side_of(inside, SAM) is Side.BUYER


def test_who_leads_a_side_stays_on_it(table: Table) -> None:
    with refused("leads_a_side"), table.work(RAE) as work:
        change_side(work, BEA.user_id, Side.SELLER)


def test_who_is_not_here_gets_no_side(table: Table) -> None:
    for nobody in ("U0NOBODY", "W0NOBODY"):
        with refused("not_in_this_channel"), table.work(RAE) as work:
            change_side(work, nobody, Side.BUYER)


def test_only_one_of_a_third_company(table: Table) -> None:
    with table.work(RAE) as work:
        change_side(work, STRANGER.user_id, Side.BUYER)
    assert side_of(table, STRANGER) is Side.BUYER
    assert side_of(table, MATE) is None


def test_the_whole_of_a_third_company_unasked(table: Table) -> None:
    with table.work(RAE) as work:
        given = change_side(work, STRANGER.user_id, Side.BUYER, whole=True)
        assert given.whole
    assert side_of(table, STRANGER) is Side.BUYER
    assert side_of(table, MATE) is Side.BUYER
    with table.database.read() as session:
        plan = session.get_one(Plan, table.plan_id)
        assert plan.buyer_lead_id == BEA.user_id
        firm = session.get_one(PlanOrganization, (table.plan_id, STRANGER.team_id))
        assert firm.side is Side.BUYER


@pytest.mark.parametrize("visitor", [GUEST, RAVI])
def test_neither_firm_of_the_plan_changes_as_a_whole(table: Table, visitor: Visitor) -> None:
    with refused("only_the_person"), table.work(RAE) as work:
        change_side(work, visitor.user_id, Side.SELLER, whole=True)


@pytest.fixture
def inside(database: Database) -> Table:
    """Everybody in the channel is of Northwind."""
    table = Table(database)
    with database.write() as session:
        for row in session.exec(select(PlanOrganization).where(PlanOrganization.team_id != NORTHWIND)):
            session.delete(row)
        set_members(session, CHANNEL, [RAE.user_id, SAM.user_id])
        session.get_one(Plan, table.plan_id).buyer_lead_id = None
    return table


def test_in_a_channel_of_one_firm_everybody_acts_unasked(inside: Table) -> None:
    step = inside.step_where(gate=False)
    with inside.work(SAM) as work:
        cases.complete_step(work, step.id or 0)
    assert inside.step(step.number).finished_by == SAM.user_id


def confirm(table: Table, visitor: Visitor) -> Step:
    gate = table.step_where(gate=True)
    with table.work(visitor) as work:
        cases.complete_step(work, gate.id or 0)
    with table.database.read() as session:
        return session.get_one(Step, gate.id)


def test_what_hangs_on_a_side_asks_once_and_then_goes_on(inside: Table) -> None:
    with refused("side_unsaid"):
        confirm(inside, SAM)
    with inside.work(SAM) as work:
        say_own_side(work, Side.BUYER)
    assert confirm(inside, SAM).buyer_confirmed_by == SAM.user_id
    with refused("has_a_side"), inside.work(SAM) as work:
        say_own_side(work, Side.SELLER)


@pytest.mark.parametrize("action", [Action.AGREE, Action.SET_VISIBILITY, Action.ANSWER, Action.CONFIRM])
def test_each_of_what_hangs_on_a_side_asks(inside: Table, action: Action) -> None:
    with refused("side_unsaid"), inside.work(SAM) as work:
        work.allow(action)


def test_the_seller_side_can_be_said_too(inside: Table) -> None:
    with inside.work(SAM) as work:
        say_own_side(work, Side.SELLER)
    assert confirm(inside, SAM).seller_confirmed_by == SAM.user_id


def test_a_lead_is_not_asked(inside: Table) -> None:
    assert confirm(inside, RAE).seller_confirmed_by == RAE.user_id


def test_what_was_said_inside_ends_where_another_firm_buys(inside: Table) -> None:
    """Else somebody of the seller's would read what that firm keeps to itself."""
    with inside.work(SAM) as work:
        say_own_side(work, Side.BUYER)
    with inside.database.write() as session:
        session.add(ChannelMember(channel_id=CHANNEL, user_id=BEA.user_id))
    assert side_of(inside, SAM) is Side.BUYER, "nobody of that firm has done anything yet"
    with inside.work(BEA) as work:
        assert work.actor.side is Side.BUYER
        private = cases.add_step(work, cases.NewStep("Our own budget round", is_private=True))
        work.session.flush()
    assert side_of(inside, SAM) is Side.SELLER
    with refused("no_such_step"), inside.work(SAM) as work:
        work.step(private.id or 0)


def test_where_one_workspace_holds_both_companies_a_partner_takes_no_side_away(inside: Table) -> None:
    """The buyer's lead is of it: Sam buys, and stays with the buyer when an integrator is given that side."""
    with inside.work(RAE) as work:
        edit_plan(work, {"buyer_lead_id": SAM.user_id})
    comes(inside, STRANGER)
    with inside.work(RAE) as work:
        change_side(work, STRANGER.user_id, Side.BUYER, whole=True)
    assert (side_of(inside, STRANGER), side_of(inside, SAM)) == (Side.BUYER, Side.BUYER)


@pytest.mark.parametrize("visitor", [BEA, GUEST])
def test_with_another_firm_or_a_guest_there_nobody_is_asked(inside: Table, visitor: Visitor) -> None:
    if visitor is GUEST:
        comes(inside, GUEST, is_guest=True)
    else:
        with inside.database.write() as session:
            session.add(ChannelMember(channel_id=CHANNEL, user_id=BEA.user_id))
    assert confirm(inside, SAM).seller_confirmed_by == SAM.user_id
    with refused("old_button"), inside.work(SAM) as work:
        say_own_side(work, Side.BUYER)


def test_what_they_were_reminded_of_in_private_goes_from_that_message(table: Table) -> None:
    with table.database.write() as session:
        hidden, shared = plans.every_step(session, table.plan_id)[:2]
        hidden.visibility = Visibility.BUYER
        for number, step in enumerate((hidden, shared)):
            nudge = Nudge(user_id=RAVI.user_id, local_date=MONDAY.date() - timedelta(days=number))
            nudge.channel_id, nudge.message_ts = "D0RAVI", f"1.{number}"
            session.add(nudge)
            session.flush()
            session.add(
                NudgeStep(
                    nudge_id=nudge.id or 0,
                    step_id=step.id or 0,
                    user_id=RAVI.user_id,
                    armed_for=MONDAY.date(),
                )
            )
    with table.work(RAE) as work:
        change_side(work, RAVI.user_id, Side.SELLER)
    with table.database.read() as session:
        [drawn] = session.exec(select(Outgoing).where(Outgoing.kind == "nudge_refresh"))
        nudge = session.get_one(Nudge, drawn.payload["nudge"])
        assert nudge.message_ts == "1.0", "the other one says nothing private"
