"""People keep steps and notes to their company, show them, and look at the plan as the other company does."""

import json

import pytest

from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import seen_by

SECRET = "Walk-away price"


def last_said_to(plan: Stage, person: str = "U0RAE") -> str:
    return words_of(plan.slack.messages(person)[-1])


def add_by_form(plan: Stage, person: str, title: str = SECRET, **values: object) -> dict[str, str]:
    plan.slack.click(person, "plan.add", ts=plan.board(person)["ts"])
    errors = plan.slack.submit(person, {"title": title, "visibility": "us", **values})
    plan.settle()
    return errors


def all_steps(plan: Stage, person: str) -> str:
    plan.slack.click(person, "plan.steps", ts=plan.board(person)["ts"])
    shown = words_of(plan.slack.need_view(person))
    plan.slack.close(person)
    return shown


def test_a_command_keeps_a_step_to_the_sellers_side(plan: Stage) -> None:
    before = seen_by("U0BEA", plan)
    plan.slack.say("U0RAE", f"/map private {SECRET} @Rae next Fri")
    plan.settle()
    assert "1001 🔒" in last_said_to(plan)
    assert "only Northwind sees it" in last_said_to(plan)
    assert SECRET in all_steps(plan, "U0RAE")
    assert seen_by("U0BEA", plan) == before
    assert SECRET not in all_steps(plan, "U0BEA")


def test_the_buyer_keeps_a_step_to_her_side_and_reads_whose_machine_it_is_on(plan: Stage) -> None:
    plan.slack.click("U0BEA", "plan.add", ts=plan.board()["ts"])
    form = words_of(plan.slack.need_view("U0BEA"))
    assert "Only Acme" in form
    assert "Northwind runs Tandem" in form
    plan.slack.close("U0BEA")
    plan.slack.click("U0RAE", "plan.add", ts=plan.board("U0RAE")["ts"])
    assert "runs Tandem" not in words_of(plan.slack.need_view("U0RAE"))
    plan.slack.close("U0RAE")
    assert add_by_form(plan, "U0BEA") == {}
    assert "2001 🔒" in all_steps(plan, "U0BEA")
    assert SECRET not in all_steps(plan, "U0RAE")
    plan.slack.say("U0RAE", "/map done 2001")
    assert "There is no step 2001 on this plan." in last_said_to(plan)


def test_what_cannot_be_private_is_said_under_its_field(plan: Stage) -> None:
    errors = add_by_form(plan, "U0RAE", side="buyer")
    assert "Only a step of Northwind's alone" in errors["visibility"]


@pytest.mark.parametrize("words", ["private 7", f"private {SECRET}", "share 1001", "private"])
def test_a_mention_is_no_place_for_it(plan: Stage, words: str) -> None:
    plan.slack.say("U0RAE", f"/map private {SECRET}")
    for person in ("U0RAE", "U0BEA"):
        ts = plan.slack.say(person, f"@Tandem {words}")
        plan.settle()
        [said] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == ts]
        assert "both companies read" in words_of(said["replies"][0])


def test_shown_it_is_a_step_of_both_with_the_next_common_number(plan: Stage) -> None:
    plan.slack.say("U0RAE", f"/map private {SECRET}")
    plan.slack.say("U0RAE", "/map private note 1001 not below 80k")
    plan.slack.say("U0RAE", "/map share 1001")
    [button] = [
        element
        for block in plan.slack.messages("U0RAE")[-1]["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == "step.show"
    ]
    assert "Acme will see this step" in json.dumps(button["confirm"])
    plan.slack.click("U0RAE", "step.show")
    plan.settle()
    assert f"14  {SECRET}" in all_steps(plan, "U0BEA")
    plan.slack.say("U0BEA", "@Tandem history 5")
    plan.settle()
    seen = json.dumps(plan.slack.messages("U0BEA"))
    assert "80k" not in seen


def test_the_edit_form_hides_a_step_and_asks_before_it_shows_it(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map add Prepare the pilot")
    plan.settle()
    plan.slack.say("U0RAE", "/map edit 14")
    assert plan.slack.submit("U0RAE", {"visibility": "us"}) == {}
    plan.settle()
    assert "Prepare the pilot" not in all_steps(plan, "U0BEA")
    plan.slack.say("U0RAE", "/map edit 14")
    errors = plan.slack.submit("U0RAE", {"visibility": "both"})
    assert "Acme will see this step" in errors["visibility"]
    assert "Prepare the pilot" not in all_steps(plan, "U0BEA")
    assert plan.slack.submit("U0RAE", {"visibility": "both"}) == {}
    plan.settle()
    assert "Prepare the pilot" in all_steps(plan, "U0BEA")


def test_a_note_for_ones_own_company(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map note 3")
    plan.slack.submit("U0RAE", {"note": "not below 80k", "visibility": ["us"]})
    plan.settle()

    def details(person: str) -> str:
        plan.slack.click(person, "step.open", ts=plan.board(person)["ts"], value=f"{plan.plan().id}:3")
        shown = words_of(plan.slack.need_view(person))
        plan.slack.close(person)
        return shown

    assert "80k" in details("U0RAE")
    assert "only Northwind" in details("U0RAE")
    assert "80k" not in details("U0BEA")
    assert "80k" not in json.dumps(plan.slack.messages("U0BEA"))


def test_the_plan_as_the_other_company_sees_it(plan: Stage) -> None:
    plan.slack.say("U0RAE", f"/map private {SECRET}")
    add_by_form(plan, "U0BEA", title="Our own budget round")
    plan.slack.say("U0RAE", "/map preview")
    view = plan.slack.need_view("U0RAE")
    shown = words_of(view)
    assert "This is what Acme sees" in shown
    assert SECRET not in shown
    assert "budget round" not in shown
    assert plan.step(3).title in shown
    assert "action_id" not in json.dumps(view["blocks"])
    plan.slack.close("U0RAE")
    plan.slack.click("U0BEA", "plan.steps", ts=plan.board()["ts"])
    plan.slack.click("U0BEA", "plan.preview")
    shown = words_of(plan.slack.need_view("U0BEA"))
    assert "This is what Northwind sees" in shown
    assert SECRET not in shown
    assert "budget round" not in shown


def test_the_preview_is_the_board_to_the_letter(plan: Stage) -> None:
    """Also with what both write into the board's thread, which takes plain replies here."""
    plan.slack.say("U0RAE", f"/map private {SECRET}")
    plan.settle()
    plan.slack.say("U0RAE", "/map preview")
    shown = [block for block in plan.slack.need_view("U0RAE")["blocks"] if block["type"] != "divider"]
    board = [block for block in plan.board("U0BEA")["blocks"] if block["type"] not in ("actions", "divider")]
    read = [{key: part for key, part in block.items() if key != "accessory"} for block in board]
    assert "or reply" in json.dumps(read)
    assert shown[1 : len(read) + 1] == read
