"""Editing a plan, what can be seen of it only from inside."""

from datetime import date

import pytest
from sqlmodel import select

from bot.use_cases.common import Refused
from bot.use_cases.people import Choice, name_people
from bot.use_cases.plan_edits import change_settings, edit_plan
from bot.use_cases.plans import close_plan
from plan.roles import roles_of
from storage import plans
from storage.database import Database
from storage.models import Change, Outcome, PlanOrganization, PlanPerson, Side, Step, Visibility
from tests.given import ACME, BEA, NORTHWIND, RAE, RAVI, SAM, STRANGER, Table


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"buyer_time_zone": "Mars/Olympus"}, "zone_unknown"),
        ({"buyer_time_zone": None}, "zone_unknown"),
        ({"seller_country": "XX"}, "country_unknown"),
        ({"seller_country": None}, "country_unknown"),
        ({"seller_lead_id": None}, "lead_missing"),
        ({"buyer_lead_id": STRANGER.user_id}, "not_in_this_channel"),
        ({"buyer_lead_id": SAM.user_id}, "wrong_side"),
        ({"anchor_date": None}, "date_missing"),
        ({"anchor_date": date(2040, 1, 2)}, "date_far"),
        ({"anchor_date": date(2026, 8, 28)}, "reason_missing"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_changes_nothing(
    table: Table, wanted: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused, match=code) as refused, table.work(RAE) as work:
        edit_plan(work, {"name": "Another", **wanted})
    assert refused.value.field is not None
    with table.work(RAE) as work:
        assert work.plan.name == "Acme × Northwind"


def test_an_edit_that_changes_nothing_leaves_no_trace(table: Table) -> None:
    with table.work(RAE) as work:
        before = work.plan.revision
        assert not edit_plan(work, {"name": " Acme  × Northwind ", "buyer_lead_id": BEA.user_id}).changed
        assert work.plan.revision == before


def test_where_both_companies_share_a_workspace_the_buyers_lead_becomes_a_buyer(table: Table) -> None:
    with table.database.write() as session:
        session.delete(session.get_one(PlanOrganization, (table.plan_id, ACME)))
    with table.work(RAE) as work:
        edit_plan(work, {"buyer_lead_id": SAM.user_id})
    with table.database.read() as session:
        assert session.get_one(PlanPerson, (table.plan_id, SAM.user_id)).side is Side.BUYER
        assert session.get_one(PlanOrganization, (table.plan_id, NORTHWIND)).side is Side.SELLER


def test_the_plans_days_begin_where_its_seller_is(table: Table) -> None:
    with table.work(RAE) as work:
        edit_plan(work, {"seller_time_zone": "Asia/Tokyo"})
        assert work.plan.time_zone == "Asia/Tokyo"
        edit_plan(work, {"buyer_time_zone": "Europe/Paris"})
        assert work.plan.time_zone == "Asia/Tokyo"


def test_an_anchor_that_moves_back_to_where_it_was_is_no_change_of_day(table: Table) -> None:
    with table.work(RAE) as work:
        edited = edit_plan(work, {"anchor_date": date(2026, 8, 1)}, "a Saturday", move_along=True)
        assert (edited.anchor, edited.anchor_moved_from, edited.steps_moved) == (
            date(2026, 7, 31),
            date(2026, 8, 1),
            0,
        )


def test_the_other_sides_private_steps_go_along_unseen_and_uncounted(table: Table) -> None:
    with table.work(BEA) as work:
        hidden = plans.step_numbered(work.session, table.plan_id, 4, Side.BUYER)
        assert hidden is not None
        hidden.visibility = Visibility.BUYER
        work.session.add(hidden)
    before = table.step(4).due_date
    with table.work(RAE) as work:
        seen = len(plans.steps_of(work.session, table.plan_id, Side.SELLER))
        edited = edit_plan(work, {"anchor_date": date(2026, 8, 28)}, "Their audit", move_along=True)
        assert edited.steps_moved == seen
        told = plans.history(work.session, table.plan_id, Side.SELLER, 100)
        assert all(step is None or step.number != 4 for _, step in told)
    assert table.step(4).due_date != before


def test_a_closed_plan_is_a_record(table: Table) -> None:
    with table.work(RAE) as work:
        close_plan(work, Outcome.WON, "Signed")
    with pytest.raises(Refused, match="plan_closed"), table.work(BEA) as work:
        edit_plan(work, {"name": "Another"})
    with pytest.raises(Refused, match="plan_closed"), table.work(BEA) as work:
        change_settings(work, {"reminds": False})


def test_reminders_switched_off_disarm_every_step_and_on_arm_them_again(table: Table) -> None:
    armed = select(Step).where(Step.next_nudge_at != None)  # noqa: E711  SQL's IS NOT NULL
    with table.work(RAE) as work:
        assert change_settings(work, {"reminds": False})
        work.session.flush()
        assert list(work.session.exec(armed)) == []
        assert not change_settings(work, {"reminds": False})
        assert change_settings(work, {"reminds": True, "tells_news": True})
        work.session.flush()
        assert list(work.session.exec(armed))


def test_a_person_named_for_a_role_gets_one_change_a_step_also_on_both_seats(table: Table) -> None:
    with table.work(RAE) as work:
        roles = roles_of(plans.steps_of(work.session, table.plan_id, Side.SELLER), Side.SELLER)
        named = {role.name: role for role in roles}
        choices = {
            named["Champion"].key: Choice("a", None, RAVI.user_id),
            named["Account executive"].key: Choice("b", None, SAM.user_id),
        }
        changed = name_people(work, choices)
        first = plans.step_numbered(work.session, table.plan_id, 1, None)
        assert first is not None
        assert (first.owner_id, first.counterpart_id) == (RAVI.user_id, SAM.user_id)
        log = select(Change).where(Change.kind == "step_assigned")
        assert len(list(work.session.exec(log))) == changed


def test_one_person_cannot_have_both_seats_of_a_step(table: Table) -> None:
    with table.database.read() as session:
        roles = roles_of(plans.steps_of(session, table.plan_id, Side.SELLER), Side.SELLER)
    choices = {role.key: Choice(role.name, None, RAVI.user_id) for role in roles}
    with pytest.raises(Refused, match="same_person_twice") as refused, table.work(RAE) as work:
        name_people(work, choices)
    assert refused.value.field in {role.name for role in roles}
