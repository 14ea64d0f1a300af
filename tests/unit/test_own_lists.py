"""A plan kept as a list of the team's own, and a plan started from one."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from bot.use_cases.common import Actor, Refused
from bot.use_cases.editing import remove_step
from bot.use_cases.own_lists import MOST_LISTS, drop_list, keep_list, list_called, own_list
from bot.use_cases.plans import Started, close_plan, start_plan
from bot.use_cases.steps import assign_step, skip_step
from plan.plan_file import PlanFile, load_template
from storage import plans, templates
from storage.agreement import TeamTemplate
from storage.database import Database
from storage.models import AnchorKind, Outcome, PlanOrganization, Side, Visibility
from tests.given import BEA, MONDAY, NAMES, NORTHWIND, RAE, SAM, STRANGER, Table, new_plan


@pytest.fixture
def table(database: Database) -> Table:
    return Table(database)


def keep(table: Table, title: str = "Ours", summary: str = "For us") -> TeamTemplate:
    with table.work(RAE) as work:
        keep_list(work, title, summary)
    [row] = [one for one in lists(table) if one.title == title]
    return row


def lists(table: Table, team_id: str = NORTHWIND) -> list[TeamTemplate]:
    with table.database.read() as session:
        return list(templates.lists_of(session, team_id))


def start(table: Table, key: str, team_id: str = NORTHWIND, kind: AnchorKind = AnchorKind.GO_LIVE) -> Started:
    new = replace(new_plan(key, date(2026, 12, 18)), anchor_kind=kind)
    with table.database.write() as session:
        actor = Actor(RAE.user_id, team_id, Side.SELLER, NAMES[RAE])
        return start_plan(session, team_id, "C0OTHER", actor, new, MONDAY, MONDAY)


def test_a_plan_started_from_an_own_list_has_the_same_steps(table: Table) -> None:
    row = keep(table)
    started = start(table, f"team:{row.id}")
    assert started.plan.template == f"team:{row.id}"
    with table.database.read() as session:
        ours, theirs = (
            [
                (s.title, s.phase, s.side, s.role, s.counterpart_role, s.days, s.gate)
                for s in plans.steps_of(session, plan_id, None)
            ]
            for plan_id in (table.plan_id, started.plan.id or 0)
        )
    assert ours == theirs


def test_an_own_list_remembers_which_step_is_the_signature(table: Table) -> None:
    """Also where the plan it was kept from was anchored on its go-live."""
    started = start(table, f"team:{keep(table).id}", kind=AnchorKind.SIGNATURE)
    with table.database.read() as session:
        [signature] = [s for s in plans.steps_of(session, started.plan.id or 0, None) if s.number == 10]
    assert signature.title == "Sign the contract"
    assert signature.due_date == started.plan.anchor_date
    assert started.plan.anchor_step_id == signature.id


def test_skipped_and_deleted_steps_are_not_in_it_and_their_neighbours_are_joined(table: Table) -> None:
    with table.work(RAE) as work:
        skip_step(work, table.step(6).id or 0, "No review here")
        remove_step(work, table.step(5).id or 0)
    kept = own_list_of(table, keep(table))
    by_id = {step.id: step for step in kept.steps}
    assert not {"s5", "s6"} & by_id.keys()
    assert by_id["s8"].after == ("s4", "s7")  # redlines, after the questionnaire and the paper


def own_list_of(table: Table, row: TeamTemplate) -> PlanFile:
    with table.database.read() as session:
        return own_list(session, row.team_id, f"team:{row.id}")


def test_a_private_step_of_either_side_is_not_in_it(table: Table) -> None:
    for number, side in ((3, Visibility.SELLER), (4, Visibility.BUYER)):
        with table.database.write() as session:
            [step] = [s for s in plans.every_step(session, table.plan_id) if s.number == number]
            step.title, step.visibility = "Our CANARY", side
            session.add(step)
    assert "CANARY" not in keep(table).body


def test_nobody_is_named_in_it(table: Table) -> None:
    with table.work(RAE) as work:
        assign_step(work, table.step(1).id or 0, BEA.user_id, SAM.user_id)
        table_step = work.step(table.step(2).id or 0)
        table_step.title = f"Ask {NAMES[BEA]} who signs"
        table_step.link = table_step.proof = "https://example.com/CANARY"
        kept = keep_list(work, "Ours", "")
    assert kept.names_left_out == 1
    [row] = lists(table)
    for canary in (*NAMES.values(), *(who.user_id for who in NAMES), "CANARY", "2026"):
        assert canary not in row.body
    assert "Ask … who signs" in row.body


def test_the_same_name_takes_the_place_of_the_list_whatever_its_capitals(table: Table) -> None:
    first = keep(table)
    with table.work(SAM) as work:
        assert list_called(work, " ours ") is not None
        assert keep_list(work, "OURS", "newer").replaced
    [row] = lists(table)
    assert (row.id, row.title, row.summary, row.created_by) == (first.id, "OURS", "newer", SAM.user_id)


def test_the_lists_of_a_team_are_that_teams_alone(table: Table) -> None:
    row = keep(table)
    assert lists(table, "T0OTHER") == []
    with pytest.raises(Refused, match="template_gone") as refused:
        start(table, f"team:{row.id}", team_id="T0OTHER")
    assert refused.value.field == "template"


@pytest.mark.parametrize("key", ["team:", "team:99", "team:1x", "team:²", "team:99999999999999999999"])
def test_a_list_that_is_not_there_is_refused_at_its_field(table: Table, key: str) -> None:
    with pytest.raises(Refused, match="template_gone") as refused:
        start(table, key)
    assert refused.value.field == "template"


def test_the_buyer_keeps_and_deletes_none(table: Table) -> None:
    row = keep(table)
    for act in (lambda work: keep_list(work, "Theirs", ""), lambda work: drop_list(work, row.id or 0)):
        with pytest.raises(Refused, match="only_the_seller"), table.work(BEA) as work:
            act(work)
    with pytest.raises(Refused, match="which_side"), table.work(STRANGER) as work:
        keep_list(work, "Theirs", "")
    assert [one.title for one in lists(table)] == ["Ours"]


def test_a_firm_that_sells_along_keeps_none_in_the_name_of_the_team(table: Table) -> None:
    with table.database.write() as session:
        session.add(PlanOrganization(plan_id=table.plan_id, team_id=STRANGER.team_id, side=Side.SELLER))
    with pytest.raises(Refused, match="only_the_seller"), table.work(STRANGER) as work:
        keep_list(work, "Theirs", "")


@pytest.mark.parametrize(
    ("title", "summary", "code", "field"),
    [
        (" ", "", "text_missing", "name"),
        ("x" * 61, "", "text_long", "name"),
        ("Ours", "x" * 76, "text_long", "summary"),
    ],
)
def test_what_is_no_name_is_refused_at_its_field(
    table: Table, title: str, summary: str, code: str, field: str
) -> None:
    with pytest.raises(Refused, match=code) as refused, table.work(RAE) as work:
        keep_list(work, title, summary)
    assert refused.value.field == field


def test_a_plan_without_steps_or_with_too_much_to_say_is_refused(table: Table) -> None:
    with table.database.write() as session:
        for step in plans.every_step(session, table.plan_id):
            step.visibility = Visibility.BUYER
            session.add(step)
    with pytest.raises(Refused, match="list_empty"), table.work(RAE) as work:
        keep_list(work, "Ours", "")
    with table.database.write() as session:
        first = plans.every_step(session, table.plan_id)[0]
        for number in range(20, 210):
            more = {"id": None, "number": number, "position": number, "visibility": Visibility.BOTH}
            session.add(type(first)(**{**first.model_dump(), **more, "description": "word " * 199}))
    with pytest.raises(Refused, match="list_long"), table.work(RAE) as work:
        keep_list(work, "Ours", "")


def test_a_team_has_so_many_lists_and_no_more(table: Table) -> None:
    with table.database.write() as session:
        for number in range(MOST_LISTS):
            session.add(
                TeamTemplate(
                    team_id=NORTHWIND,
                    title=f"List {number}",
                    body="",
                    created_by=RAE.user_id,
                    created_at=MONDAY,
                )
            )
    with pytest.raises(Refused, match="lists_full"), table.work(RAE) as work:
        keep_list(work, "One more", "")
    with table.work(RAE) as work:
        assert keep_list(work, "List 7", "").replaced


def test_a_deleted_list_leaves_the_plans_started_from_it(table: Table) -> None:
    row = keep(table)
    started = start(table, f"team:{row.id}")
    with table.work(SAM) as work:
        assert drop_list(work, row.id or 0) == "Ours"
    with table.work(SAM) as work:
        assert drop_list(work, row.id or 0) == ""
    with table.database.read() as session:
        assert len(plans.steps_of(session, started.plan.id or 0, None)) == 13
        assert session.exec(select(TeamTemplate)).all() == []


def test_a_plan_that_was_won_can_be_kept(table: Table) -> None:
    with table.work(RAE) as work:
        close_plan(work, Outcome.WON, "Signed")
    assert len(own_list_of(table, keep(table)).steps) == len(load_template("saas-six-figures").steps)
