"""The plan as a whole: edited, its people named by their roles, what Tandem sends by itself switched off."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from bot.desk import Visitor
from bot.use_cases import steps as step_cases
from storage.models import AnchorKind, Change, Nudge, Side, Step, StepState, Visibility
from tests.sandboxed import words_of
from tests.scenario.conftest import GO_LIVE, Stage
from tests.scenario.test_words import mention


def open_from_help(plan: Stage, person: str, action_id: str) -> None:
    """The way of somebody without a command: the board's Help, then the button there."""
    plan.slack.click(person, "plan.help", ts=plan.board()["ts"])
    plan.slack.click(person, action_id)


def history(plan: Stage, person: str = "U0BEA") -> str:
    plan.slack.click(person, "plan.history", ts=plan.board()["ts"])
    words = words_of(plan.slack.need_view(person))
    plan.slack.close(person)
    return words


def role_block(plan: Stage, person: str, words: str) -> dict[str, Any]:
    [block] = [
        one
        for one in plan.slack.need_view(person)["blocks"]
        if one["type"] == "input" and one["label"]["text"].startswith(words)
    ]
    return dict(block)


def test_bea_renames_the_plan_through_the_help_and_both_see_it(plan: Stage) -> None:
    open_from_help(plan, "U0BEA", "plan.edit")
    assert plan.slack.submit("U0BEA", {"name": "Acme rollout"}) == {}
    plan.settle()
    assert plan.slack.view("U0BEA") is None
    assert "Acme rollout" in plan.board_text("U0RAE")
    assert "the name from Acme × Northwind to Acme rollout" in history(plan)


@pytest.mark.parametrize("word", ["edit", "people", "settings"])
def test_each_form_opens_by_command_and_offers_its_button_to_a_mention(plan: Stage, word: str) -> None:
    plan.slack.say("U0RAE", f"/map {word}")
    assert plan.slack.need_view("U0RAE")["callback_id"] == f"plan.{word}"
    mention(plan, word)
    plan.slack.click("U0BEA", f"plan.{word}")
    assert plan.slack.need_view("U0BEA")["callback_id"] == f"plan.{word}"


def test_a_new_day_asks_why_and_takes_the_open_steps_along(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map done 3")
    plan.slack.say("U0RAE", "/map edit")
    before = {number: plan.step(number).due_date for number in range(1, 14)}
    errors = plan.slack.submit("U0RAE", {"anchor_date": "2026-08-14"})
    assert list(errors) == ["reason"]
    errors = plan.slack.submit("U0RAE", {"anchor_date": "2026-08-14", "reason": "Their audit comes first"})
    assert errors == {}
    notice = words_of(plan.slack.need_view("U0RAE"))
    assert "The day is Fri 14 Aug now" in notice
    assert "12 steps moved along" in notice
    plan.settle()
    assert plan.plan().anchor_date == date(2026, 8, 14)
    assert plan.step(13).due_date == date(2026, 8, 14)
    assert plan.step(3).due_date == before[3]  # done
    assert "go-live Fri 14 Aug" in plan.board_text()
    told = history(plan)
    assert "the day from Fri 7 Aug to Fri 14 Aug: Their audit comes first" in told
    assert "13  Go live* went along from Fri 7 Aug to Fri 14 Aug" in told


def test_the_steps_stay_where_they_are_when_the_box_is_not_ticked(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map edit")
    values = {"anchor_date": "2026-08-14", "reason": "Their audit", "move_along": []}
    assert plan.slack.submit("U0RAE", values) == {}
    plan.settle()
    assert plan.plan().anchor_date == date(2026, 8, 14)
    assert plan.step(13).due_date == GO_LIVE


def test_a_day_somebody_has_off_moves_to_the_working_day_before_and_says_so(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map edit")
    values = {"anchor_date": "2026-08-16", "reason": "Their audit", "anchor_kind": "signature"}
    assert plan.slack.submit("U0RAE", values) == {}
    assert "Sun 16 Aug is a day off" in words_of(plan.slack.need_view("U0RAE"))
    assert plan.plan().anchor_date == date(2026, 8, 14)
    assert plan.plan().anchor_kind is AnchorKind.SIGNATURE


def test_a_day_so_near_that_steps_have_no_time_says_so(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map edit")
    assert plan.slack.submit("U0RAE", {"anchor_date": "2026-06-12", "reason": "They are in a hurry"}) == {}
    assert "leaves no time" in words_of(plan.slack.need_view("U0RAE"))
    due = [plan.step(number).due_date for number in range(1, 14)]
    assert min(day for day in due if day) == date(2026, 6, 2)  # today, and never before


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"buyer_company": "y" * 81}, "buyer_company"),
        ({"anchor_date": "2026-06-02", "reason": "now"}, "anchor_date"),
    ],
)
def test_what_cannot_be_is_said_under_its_field_and_nothing_typed_is_lost(
    plan: Stage, values: dict[str, str], field: str
) -> None:
    plan.slack.say("U0RAE", "/map edit")
    assert list(plan.slack.submit("U0RAE", {"anchor_reason": "The season opens", **values})) == [field]
    kept = str(plan.slack.need_view("U0RAE")["values"])
    assert "The season opens" in kept
    assert values[field] in kept
    assert plan.plan().anchor_reason == "The old contract ends"


@pytest.mark.parametrize(
    ("field", "name", "said"),
    [
        ("seller_lead", "Bea", "same person twice"),
        ("buyer_lead", "Sam", "not with Acme"),
        ("seller_lead", "Omar", "not with Northwind"),
    ],
)
def test_who_leads_is_of_the_company_they_lead_for(plan: Stage, field: str, name: str, said: str) -> None:
    plan.slack.say("U0RAE", "/map edit")
    chosen = plan.person("U0RAE", field, name)
    assert said in plan.slack.submit("U0RAE", {field: chosen})[field]


def test_two_people_edit_at_once_and_only_the_same_field_is_a_conflict(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map edit")
    open_from_help(plan, "U0BEA", "plan.edit")
    assert plan.slack.submit("U0BEA", {"name": "Bea's name", "buyer_company": "Acme Inc"}) == {}
    errors = plan.slack.submit("U0RAE", {"name": "Rae's name", "anchor_reason": "Renewal"})
    assert "Bea Alvarez changed it to Bea's name" in errors["name"]
    assert "Rae's name" in str(plan.slack.need_view("U0RAE")["values"])
    assert plan.plan().anchor_reason == "The old contract ends"
    assert plan.slack.submit("U0RAE", {"name": "Rae's name", "anchor_reason": "Renewal"}) == {}
    now = plan.plan()
    assert (now.name, now.buyer_company, now.anchor_reason) == ("Rae's name", "Acme Inc", "Renewal")


def test_another_place_brings_the_reminders_at_its_own_morning(plan: Stage) -> None:
    plan.own(2, "U0RAVI", date(2026, 6, 5))
    before = plan.step(2).next_nudge_at
    plan.slack.say("U0RAE", "/map edit")
    found = [one["value"] for one in plan.slack.options("U0RAE", "buyer_zone", "tokyo")]
    assert found == ["Asia/Tokyo"]
    assert plan.slack.submit("U0RAE", {"buyer_zone": "Asia/Tokyo", "buyer_country": "JP"}) == {}
    plan.settle()
    after = plan.step(2).next_nudge_at
    assert before is not None
    assert after is not None
    assert after.hour == 0  # 09:30 in Tokyo
    assert after != before
    told = history(plan)
    assert "the buyer's working days from United States to Japan" in told
    assert "America/New_York to Asia/Tokyo" in told.replace("ˍ", "_")


def test_a_form_open_while_the_plan_closes_says_so(plan: Stage) -> None:
    open_from_help(plan, "U0BEA", "plan.edit")
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "lost", "reason": "No budget"})
    plan.settle()
    assert "is closed" in str(plan.slack.submit("U0BEA", {"name": "Another"}))
    assert "Another" in str(plan.slack.need_view("U0BEA")["values"])


def test_a_person_chosen_for_a_role_has_all_its_open_steps(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map done 4")
    plan.settle()
    boards = plan.count("board")
    open_from_help(plan, "U0BEA", "plan.people")
    labels = [one["label"]["text"] for one in plan.slack.need_view("U0BEA")["blocks"] if "label" in one]
    assert labels[:2] == ["Who leads at Northwind", "Who leads at Acme"]
    assert labels[2].startswith("Champion, Acme")  # her own side first
    assert labels[-1].split(", ")[1].startswith("Northwind")
    block = role_block(plan, "U0BEA", "IT security, Acme")
    ravi = plan.person("U0BEA", block["block_id"], "Ravi")
    assert plan.slack.submit("U0BEA", {block["block_id"]: ravi}) == {}
    plan.settle()
    of_the_role = plan.rows(select(Step).where(Step.role == "IT security"))
    assert {step.owner_id for step in of_the_role if step.state is StepState.OPEN} == {"U0RAVI"}
    assert plan.step(4).owner_id is None  # done before he came
    assert "Ravi Shah" in plan.board_text("U0RAE")
    changes = plan.rows(select(Change).where(Change.kind == "step_assigned"))
    assert len(changes) == len(of_the_role) - 1
    assert plan.count("board") == boards + 1


def test_a_role_of_both_companies_steps_names_the_second_person_too(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map people")
    block = role_block(plan, "U0RAE", "Account executive, Northwind")
    assert (
        plan.slack.submit("U0RAE", {block["block_id"]: plan.person("U0RAE", block["block_id"], "Sam")}) == {}
    )
    assert plan.step(1).counterpart_id == "U0SAM"
    assert plan.step(3).owner_id == "U0SAM"
    assert plan.step(1).owner_id is None


def test_steps_of_somebody_else_change_only_when_the_choice_does(plan: Stage) -> None:
    plan.own(4, "U0RAVI")
    plan.own(6, "U0INES")
    security = {number for number in range(1, 14) if plan.step(number).role == "IT security"}
    plan.slack.say("U0RAE", "/map people")
    block = role_block(plan, "U0RAE", "IT security, Acme")
    assert block["element"]["initial_option"]["value"] == "U0RAVI"
    assert "somebody else's" in block["hint"]["text"]
    assert plan.slack.submit("U0RAE") == {}
    assert plan.step(6).owner_id == "U0INES"
    assert {plan.step(number).owner_id for number in security - {6}} == {"U0RAVI"}
    plan.slack.say("U0RAE", "/map people")
    omar = plan.person("U0RAE", block["block_id"], "Omar")
    assert plan.slack.submit("U0RAE", {block["block_id"]: omar}) == {}
    assert {plan.step(number).owner_id for number in security} == {"U0OMAR"}
    plan.slack.say("U0RAE", "/map people")
    assert plan.slack.submit("U0RAE", {block["block_id"]: None}) == {}
    assert {plan.step(number).owner_id for number in security} == {None}


def test_an_error_stands_under_the_role_it_is_about(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map people")
    block = role_block(plan, "U0RAE", "IT security, Acme")
    ravi, ines = (plan.person("U0RAE", block["block_id"], name) for name in ("Ravi", "Ines"))
    plan.slack.leave("U0RAVI")
    plan.settle()
    errors = plan.slack.submit("U0RAE", {block["block_id"]: ravi})
    assert "in this channel" in errors[block["block_id"]]
    for number in range(1, 14):
        if plan.step(number).role == "IT security":
            plan.slack.say("U0RAE", f"/map done {number}")
    errors = plan.slack.submit("U0RAE", {block["block_id"]: ines})
    assert "No open step has this role" in errors[block["block_id"]]


def test_more_roles_than_fit_on_a_page_are_named_on_the_next(plan: Stage) -> None:
    visitor = Visitor("U0RAE", "T0NORTHWIND")
    for number in range(14, 60):
        with plan.tandem.desk.work(
            visitor, plan.plan().id or 0, channel_id="C0DEAL", request_key=f"role:{number}"
        ) as work:
            step_cases.add_step(work, step_cases.NewStep(f"Step {number}", Side.BUYER, role=f"Role {number}"))
    plan.settle()
    open_from_help(plan, "U0BEA", "plan.people")
    plan.slack.click("U0BEA", "plan.people_page")
    block = role_block(plan, "U0BEA", "Role 59")
    assert (
        plan.slack.submit("U0BEA", {block["block_id"]: plan.person("U0BEA", block["block_id"], "Omar")}) == {}
    )
    assert plan.step(59).owner_id == "U0OMAR"
    assert plan.step(58).owner_id is None


def test_the_leads_are_named_with_the_people(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map people")
    leads = {"buyer_lead": "Omar", "seller_lead": "Sam"}
    chosen = {field: plan.person("U0RAE", field, name) for field, name in leads.items()}
    assert plan.slack.submit("U0RAE", chosen) == {}
    plan.settle()
    assert (plan.plan().seller_lead_id, plan.plan().buyer_lead_id) == ("U0SAM", "U0OMAR")
    assert "the buyer's lead from Bea Alvarez to Omar Haddad" in history(plan)


def test_the_other_sides_private_steps_are_in_no_role_and_no_count(plan: Stage) -> None:
    with plan.database.write() as session:
        for step in session.exec(select(Step).where(Step.role == "Security lead")):
            step.visibility = Visibility.SELLER
            session.add(step)
    open_from_help(plan, "U0BEA", "plan.people")
    assert "Security lead" not in words_of(plan.slack.need_view("U0BEA"))
    plan.slack.say("U0RAE", "/map people")
    assert role_block(plan, "U0RAE", "Security lead, Northwind")


def test_without_reminders_nobody_is_reminded_and_with_them_everybody_again(plan: Stage) -> None:
    plan.own(2, "U0RAVI", date(2026, 6, 5))
    open_from_help(plan, "U0BEA", "plan.settings")
    assert plan.slack.submit("U0BEA", {"settings": ["gives_notice", "tells_news"]}) == {}
    plan.settle()
    assert "turned reminders off" in history(plan, "U0RAE")
    plan.slack.advance("week")
    plan.morning_round()
    assert plan.rows(select(Nudge)) == []
    plan.own(3, "U0RAVI", date(2026, 6, 10))  # a new date arms nothing either
    plan.slack.advance("day", 2)
    plan.morning_round()
    assert plan.rows(select(Nudge)) == []
    plan.slack.say("U0RAE", "/map settings")
    assert plan.slack.submit("U0RAE", {"settings": ["reminds", "gives_notice", "tells_news"]}) == {}
    plan.slack.advance("day")
    plan.morning_round()
    assert "2  Write down" in words_of(plan.slack.dms("U0RAVI")[-1])


def test_the_settings_show_what_they_are(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map settings")
    assert plan.slack.submit("U0RAE", {"settings": []}) == {}
    plan.slack.say("U0RAE", "/map settings")
    [element] = [one["element"] for one in plan.slack.need_view("U0RAE")["blocks"] if one["type"] == "input"]
    assert "initial_options" not in element
    assert (plan.plan().reminds, plan.plan().gives_notice, plan.plan().tells_news) == (False, False, False)


def test_two_people_switch_different_things_and_both_hold(plan: Stage) -> None:
    open_from_help(plan, "U0BEA", "plan.settings")
    plan.slack.say("U0RAE", "/map settings")
    assert plan.slack.submit("U0BEA", {"settings": ["gives_notice", "tells_news"]}) == {}
    assert plan.slack.submit("U0RAE", {"settings": ["reminds", "gives_notice"]}) == {}
    now = plan.plan()
    assert (now.reminds, now.gives_notice, now.tells_news) == (False, True, False)


def test_somebody_else_named_a_person_meanwhile_and_it_is_said_before_it_is_undone(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map people")
    open_from_help(plan, "U0BEA", "plan.people")
    for person, name in (("U0BEA", "Ravi"), ("U0RAE", "Ines")):
        block = role_block(plan, person, "IT security")["block_id"]
        values = {block: plan.person(person, block, name)}
        if person == "U0BEA":
            assert plan.slack.submit(person, values) == {}
    errors = plan.slack.submit("U0RAE", values)
    assert list(errors) == [block]
    assert "Bea Alvarez changed it to Ravi Shah" in errors[block]
    assert plan.step(4).owner_id == "U0RAVI"
    assert plan.slack.submit("U0RAE", values) == {}
    assert plan.step(4).owner_id == "U0INES"


def test_somebody_else_named_a_lead_meanwhile(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map people")
    open_from_help(plan, "U0BEA", "plan.people")
    omar = plan.person("U0BEA", "buyer_lead", "Omar")
    jonas = plan.person("U0RAE", "buyer_lead", "Jonas")
    assert plan.slack.submit("U0BEA", {"buyer_lead": omar}) == {}
    errors = plan.slack.submit("U0RAE", {"buyer_lead": jonas})
    assert "Bea Alvarez changed it to Omar Haddad" in errors["buyer_lead"]
    assert plan.plan().buyer_lead_id == omar
    assert plan.slack.submit("U0RAE", {"buyer_lead": jonas}) == {}
    assert plan.plan().buyer_lead_id == jonas


def test_words_after_a_form_s_own_word_are_not_lost(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map close They chose *another* tool")
    [reason] = [one for one in plan.slack.need_view("U0RAE")["blocks"] if one["block_id"] == "reason"]
    assert reason["element"]["initial_value"] == "They chose *another* tool"
    plan.slack.close("U0RAE")
    assert "They chose another tool" in mention(plan, "close They chose another tool")
    plan.slack.say("U0RAE", "/map settings off")
    answered = words_of(plan.slack.messages("U0RAE")[-1])
    assert "Write “settings reminders off”" in answered
    assert "/map settings off" in answered


def test_close_with_a_number_is_no_end_of_the_plan(plan: Stage) -> None:
    assert "“close” ends the whole plan" in mention(plan, "close 4")
    plan.slack.say("U0RAE", "/map close 4")
    assert plan.slack.view("U0RAE") is None
    assert "“done 4”" in words_of(plan.slack.messages("U0RAE")[-1])
