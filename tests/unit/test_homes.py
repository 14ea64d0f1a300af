"""What somebody's App Home holds: all that is theirs, in the order in which it presses."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from blocks.view_models import HomeView
from bot.desk import Visitor
from bot.home import load_home
from bot.use_cases import dates, steps
from bot.use_cases import home as cases
from bot.use_cases.common import Actor
from bot.use_cases.plans import start_plan
from storage import plans
from storage.database import Database
from storage.models import ChannelMember, Person, Plan, Side, Visibility
from storage.outgoing import Outgoing
from tests.given import BEA, CHANNEL, MONDAY, NAMES, NORTHWIND, RAE, RAVI, SAM, Table, new_plan

OTHER_CHANNEL = "C0OTHER"


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def home_of(table: Table, visitor: Visitor) -> HomeView:
    with table.database.read() as session:
        return load_home(session, visitor.user_id, table.clock.now())


def own(table: Table, number: int, visitor: Visitor, due: date | None = None) -> None:
    with table.work(RAE) as work:
        step = steps.assign_step(work, table.step(number).id or 0, visitor.user_id)
        if due is not None:
            dates.move_step(work, step.id or 0, due)


def another_plan(table: Table, anchor: date) -> int:
    """Rae leads one in another channel, too."""
    with table.database.write() as session:
        for visitor in (RAE, SAM, BEA):
            session.add(ChannelMember(channel_id=OTHER_CHANNEL, user_id=visitor.user_id))
        actor = Actor(RAE.user_id, NORTHWIND, Side.SELLER, NAMES[RAE])
        started = start_plan(
            session, NORTHWIND, OTHER_CHANNEL, actor, new_plan(anchor=anchor), MONDAY, MONDAY
        )
        return started.plan.id or 0


def test_the_steps_of_all_plans_stand_in_one_list_by_date(table: Table) -> None:
    other = another_plan(table, date(2026, 9, 30))
    own(table, 2, SAM, date(2026, 6, 19))
    own(table, 3, SAM, date(2026, 6, 10))
    with table.desk.work(RAE, other, channel_id=OTHER_CHANNEL, request_key="other") as work:
        theirs = plans.every_step(work.session, other)[3]
        steps.assign_step(work, theirs.id or 0, SAM.user_id)
        dates.move_step(work, theirs.id or 0, date(2026, 6, 12))
    shown = home_of(table, SAM).own
    assert [(one.step.number, one.channel_id) for one in shown] == [
        (3, CHANNEL),
        (4, OTHER_CHANNEL),
        (2, CHANNEL),
    ]


def test_the_plans_somebody_leads_stand_by_their_day(table: Table) -> None:
    another_plan(table, date(2026, 7, 24))
    assert [one.channel_id for one in home_of(table, RAE).led] == [OTHER_CHANNEL, CHANNEL]
    assert home_of(table, SAM) == HomeView()


def test_each_lead_is_asked_for_names_of_their_own_side(table: Table) -> None:
    sides = {RAE: Side.SELLER, BEA: Side.BUYER}
    for lead, side in sides.items():
        asked = home_of(table, lead).nameless
        assert asked
        assert all(one.step.side in (side, Side.JOINT) for one in asked)
    gate = table.step_where(gate=True)
    roles = {
        lead: next(one.step.role for one in home_of(table, lead).nameless if one.step.id == gate.id)
        for lead in sides
    }
    assert set(roles.values()) == {gate.role, gate.counterpart_role}  # each hears of their own side's
    assert roles[BEA] == gate.role


def test_a_step_is_asked_about_in_one_place_only(table: Table) -> None:
    gate = table.step_where(gate=True)
    own(table, gate.number, RAE)
    assert gate.id in {one.step.id for one in home_of(table, RAE).own}
    with table.work(BEA) as work:
        steps.complete_step(work, gate.id or 0)
    home = home_of(table, RAE)
    assert [one.step.id for one in home.to_confirm] == [gate.id]
    assert gate.id not in {one.step.id for one in (*home.own, *home.nameless)}
    with table.work(RAE) as work:
        steps.complete_step(work, gate.id or 0)
    assert home_of(table, RAE).to_confirm == ()


def test_a_yes_is_asked_of_who_has_the_half_and_of_nobody_else(table: Table) -> None:
    gate = table.step_where(gate=True)
    own(table, gate.number, SAM)
    with table.work(BEA) as work:
        steps.complete_step(work, gate.id or 0)
    assert [one.step.id for one in home_of(table, SAM).to_confirm] == [gate.id]
    assert home_of(table, RAE).to_confirm == ()  # she leads, but Sam has it


def test_a_shared_step_is_both_peoples(table: Table) -> None:
    joint = table.step_where(gate=True)
    with table.work(RAE) as work:
        steps.assign_step(work, joint.id or 0, BEA.user_id, SAM.user_id)
    for visitor in (BEA, SAM):
        assert joint.id in {one.step.id for one in home_of(table, visitor).own}


def test_what_the_other_side_keeps_to_itself_is_not_there(table: Table) -> None:
    secret = table.step_where(side=Side.SELLER, gate=False)
    with table.database.write() as session:
        step = plans.step_of(session, table.plan_id, secret.id or 0, Side.SELLER)
        assert step is not None
        step.visibility, step.counterpart_id, step.owner_id = Visibility.SELLER, RAVI.user_id, RAE.user_id
        session.add(step)
    assert secret.id in {one.step.id for one in home_of(table, RAE).own}
    ravis = home_of(table, RAVI)
    assert secret.id not in {one.step.id for one in (*ravis.own, *ravis.nameless, *ravis.to_confirm)}
    beas = home_of(table, BEA)
    assert all(secret.title not in str(one.board) for one in beas.led)


def homes_to_draw(table: Table) -> dict[str | None, datetime]:
    """Whose home is drawn, and when, after the plan changed."""
    with table.database.write() as session:
        cases.refresh_homes(session, session.get_one(Plan, table.plan_id), MONDAY)
        rows = session.exec(select(Outgoing).where(Outgoing.kind == "home"))
        return {row.channel_id: row.not_before for row in rows}


def test_only_homes_that_somebody_looked_at_are_drawn_again(table: Table) -> None:
    assert homes_to_draw(table) == {}
    with table.database.write() as session:
        session.get_one(Person, SAM.user_id).home_opened_at = MONDAY
    two_seconds_later = MONDAY + timedelta(seconds=2)  # what changes until then is drawn with it
    assert homes_to_draw(table) == {SAM.user_id: two_seconds_later}
    assert homes_to_draw(table) == {SAM.user_id: two_seconds_later}


def test_a_home_is_remembered_of_somebody_nobody_has_met(table: Table) -> None:
    for _ in range(2):
        with table.database.write() as session:
            cases.open_home(session, NORTHWIND, "U0NEW", MONDAY)
    with table.database.read() as session:
        stranger = session.get_one(Person, "U0NEW")
        assert stranger.home_opened_at == MONDAY
        assert len(session.exec(select(Outgoing).where(Outgoing.kind == "home")).all()) == 1
    with table.database.write() as session:
        cases.forget_home(session, "U0NEW")
    with table.database.read() as session:
        assert session.get_one(Person, "U0NEW").home_opened_at is None


def test_a_lead_is_not_asked_for_the_other_sides_people_where_that_side_has_no_lead(table: Table) -> None:
    with table.database.write() as session:
        session.get_one(Plan, table.plan_id).buyer_lead_id = None
    asked = home_of(table, RAE).nameless
    assert asked
    assert all(one.step.side is not Side.BUYER for one in asked)
