"""A step's own window: everything one can do with it, and what the others see of it."""

import json
from typing import Any

import pytest
from sqlmodel import col, select

from storage.models import Change, Side, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage


def open_step(plan: Stage, person: str, number: int) -> dict[str, Any]:
    """Through the list of all steps."""
    while plan.slack.view(person):
        plan.slack.close(person)
    plan.slack.click(person, "plan.steps", ts=plan.board(person)["ts"])
    plan.slack.click(person, "step.open", value=value_of(plan, number))
    return plan.slack.need_view(person)


def value_of(plan: Stage, number: int, choice: str = "") -> str:
    step = plan.step(number)
    return ":".join(filter(None, (str(step.plan_id), str(step.id), choice)))


def press(plan: Stage, person: str, number: int, act: str) -> None:
    open_step(plan, person, number)
    plan.slack.click(person, act)


def choose(plan: Stage, person: str, number: int, choice: str) -> None:
    """Behind the dots of the step's window."""
    open_step(plan, person, number)
    option = {"value": value_of(plan, number, choice)}
    plan.slack.click(person, "step.more", selected_option=option)


def history(plan: Stage, person: str) -> str:
    while plan.slack.view(person):
        plan.slack.close(person)
    plan.slack.click(person, "plan.history", ts=plan.board(person)["ts"])
    return words_of(plan.slack.need_view(person))


def order(plan: Stage, person: str = "U0BEA") -> list[int]:
    """The numbers in the list of all steps, as somebody sees it."""
    while plan.slack.view(person):
        plan.slack.close(person)
    plan.slack.click(person, "plan.steps", ts=plan.board(person)["ts"])
    values = [
        one["accessory"]["value"]
        for one in plan.slack.need_view(person)["blocks"]
        if one.get("accessory", {}).get("action_id") == "step.open"
    ]
    numbers = {value_of(plan, number): number for number in range(1, 14)}
    return [numbers[value] for value in values]


def kinds(plan: Stage) -> list[str]:
    return [change.kind for change in plan.rows(select(Change).order_by(col(Change.id)))]


def test_an_edit_shows_to_both_companies_and_stands_in_the_history(plan: Stage) -> None:
    press(plan, "U0BEA", 2, "step.edit")
    typed = {
        "title": "R&D <b> & <!channel> sign-off",
        "description": "One line\nand *another*",
        "link": "https://example.com/a?b=1&c=2",
        "days": "4",
        "gate": ["gate"],
    }
    assert plan.slack.submit("U0BEA", typed) == {}
    plan.settle()
    assert "R&amp;D &lt;b&gt; &amp; &lt;" in plan.board_text("U0RAE")
    window = json.dumps(open_step(plan, "U0RAE", 2), ensure_ascii=False)
    for words in (
        "One line\\nand *another*",
        '"url": "https://example.com/a?b=1&c=2"',
        "takes 4 working days",
        "🔑",
    ):
        assert words in window
    told = history(plan, "U0RAE")
    assert "Bea Alvarez (Acme) renamed" in told
    assert "changed how many working days" in told
    assert "a step that both sides confirm" in told


def test_what_cannot_be_kept_is_said_under_its_field_with_all_that_was_typed(plan: Stage) -> None:
    press(plan, "U0BEA", 2, "step.edit")
    long = "x" * 2900
    for typed, field in (
        ({"title": long}, "title"),
        ({"title": "Fine", "link": "javascript:alert(1)"}, "link"),
        ({"link": "", "description": long}, "description"),
        ({"description": "", "days": "a week"}, "days"),
        ({"days": "3", "place": "x"}, "place"),
        ({"place": "99"}, "place"),
        ({"place": "", "new_phase": long}, "new_phase"),
    ):
        assert list(plan.slack.submit("U0BEA", typed)) == [field]
        for words in typed.values():
            assert words in str(plan.slack.need_view("U0BEA")["values"])
    assert "step_edited" not in kinds(plan)


def test_two_people_edit_one_step_and_neither_loses_anything(plan: Stage) -> None:
    press(plan, "U0BEA", 2, "step.edit")
    press(plan, "U0RAE", 2, "step.edit")
    assert plan.slack.submit("U0RAE", {"title": "Named by Rae", "days": "9"}) == {}
    errors = plan.slack.submit("U0BEA", {"description": "Described by Bea"})
    assert "Rae Lindqvist" in str(errors)
    assert "Described by Bea" in str(plan.slack.need_view("U0BEA")["values"])
    assert plan.slack.submit("U0BEA", {"description": "Described by Bea"}) == {}
    step = plan.step(2)
    assert (step.title, step.days, step.description) == ("Named by Rae", 9, "Described by Bea")


def test_a_step_moves_between_phases_and_to_a_place(plan: Stage) -> None:
    security, first = plan.step(9).phase, plan.step(1).phase
    assert security != first
    press(plan, "U0BEA", 2, "step.edit")
    assert plan.slack.submit("U0BEA", {"phase": security}) == {}
    assert plan.step(2).phase == security
    press(plan, "U0RAE", 2, "step.edit")
    assert plan.slack.submit("U0RAE", {"place": "#1"}) == {}
    assert plan.step(2).phase == first
    assert order(plan) == list(range(1, 14))
    press(plan, "U0RAE", 3, "step.edit")
    assert plan.slack.submit("U0RAE", {"new_phase": "Paperwork"}) == {}
    plan.settle()
    assert "Paperwork" in plan.board_text()


def test_up_and_down_are_behind_the_dots_and_show_at_once(plan: Stage) -> None:
    choose(plan, "U0BEA", 2, "up")
    assert plan.slack.need_view("U0BEA")["callback_id"] == "step.details"
    assert order(plan)[:3] == [2, 1, 3]
    choose(plan, "U0RAE", 2, "down")
    assert order(plan)[:3] == [1, 2, 3]
    choose(plan, "U0RAE", 1, "up")
    assert "first of the plan already" in words_of(plan.slack.need_view("U0RAE"))


def test_changing_the_terms_of_a_half_confirmed_gate_takes_the_yes_back_and_says_so(plan: Stage) -> None:
    plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals")
    press(plan, "U0BEA", 1, "step.edit")
    [gate] = [one for one in plan.slack.need_view("U0BEA")["blocks"] if one["block_id"] == "gate"]
    assert "Rae Lindqvist has said yes" in gate["hint"]["text"]
    assert plan.slack.submit("U0BEA", {"side": "buyer"}) == {}
    assert plan.step(1).side is Side.BUYER
    assert plan.step(1).seller_confirmed_by is None
    assert "takes back Rae Lindqvist's yes" in history(plan, "U0BEA")


def test_a_half_that_is_confirmed_can_be_taken_back_by_its_own_side(plan: Stage) -> None:
    plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals")
    plan.settle()
    assert "Take back our yes" in words_of(open_step(plan, "U0RAE", 1))
    assert "Take back our yes" not in words_of(open_step(plan, "U0BEA", 1))
    plan.slack.click("U0RAE", "step.reopen")
    assert plan.step(1).seller_confirmed_by is None
    assert "Confirm for our side" in words_of(plan.slack.need_view("U0RAE"))


def test_the_private_status_offers_to_take_a_yes_back_and_the_board_stays_the_same_for_both(
    plan: Stage,
) -> None:
    plan.own(1, "U0RAE")
    plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals")
    plan.settle()
    plan.slack.say("U0RAE", "/map status")
    assert "Take back our yes" in words_of(plan.slack.messages("U0RAE")[-1])
    assert "Take back" not in plan.board_text("U0RAE")
    plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals", ts=plan.board("U0RAE")["ts"])
    assert "confirmed step 1 already" in words_of(plan.slack.need_view("U0RAE"))


def test_a_step_is_started_from_the_dots_of_the_board(plan: Stage) -> None:
    menu = {"value": value_of(plan, 2, "start")}
    plan.slack.click("U0BEA", "step.more", near="2  Write down", selected_option=menu)
    assert plan.step(2).state is StepState.STARTED


def test_notes_are_a_conversation_of_both_companies(plan: Stage) -> None:
    for person, text in (("U0BEA", "Ravi is away\nuntil Monday"), ("U0RAE", "Then <b> Tuesday & <!here>")):
        press(plan, person, 2, "step.note")
        assert plan.slack.submit(person, {"note": text}) == {}
    window = json.dumps(open_step(plan, "U0BEA", 2), ensure_ascii=False)
    assert window.index("Then <b> Tuesday") < window.index("Ravi is away\\nuntil Monday")
    assert "Bea Alvarez (Acme)" in window
    assert "Tue 2 Jun" in window
    assert "wrote about" in history(plan, "U0RAE")


def test_a_note_too_long_stays_in_its_field(plan: Stage) -> None:
    press(plan, "U0BEA", 2, "step.note")
    assert "2000" in plan.slack.submit("U0BEA", {"note": "y" * 2001})["note"]
    assert "y" * 2001 in str(plan.slack.need_view("U0BEA")["values"])
    assert list(plan.slack.submit("U0BEA", {"note": " \n "})) == ["note"]


def test_earlier_notes_can_be_read_page_by_page(plan: Stage) -> None:
    for number in range(1, 62):
        plan.slack.say("U0RAE", f"/map note 2 remark {number}.", settle=False)
    plan.settle()
    assert "… and 51 earlier" in words_of(open_step(plan, "U0BEA", 2))
    plan.slack.click("U0BEA", "step.notes")
    newest = words_of(plan.slack.need_view("U0BEA"))
    assert "remark 61." in newest
    assert "remark 11." not in newest
    plan.slack.click("U0BEA", "step.notes_turn")
    oldest = words_of(plan.slack.need_view("U0BEA"))
    assert "remark 11." in oldest
    assert "remark 1." in oldest
    plan.slack.click("U0BEA", "step.notes_turn")
    assert "remark 61." in words_of(plan.slack.need_view("U0BEA"))


def test_a_note_needs_no_look_at_what_changed_meanwhile(plan: Stage) -> None:
    press(plan, "U0BEA", 2, "step.note")
    plan.slack.say("U0RAE", "/map date 2 19 Jun")
    assert plan.slack.submit("U0BEA", {"note": "Still true"}) == {}


def test_a_step_is_started_then_done(plan: Stage) -> None:
    press(plan, "U0BEA", 2, "step.start")
    window = words_of(plan.slack.need_view("U0BEA"))
    assert "Started" in window
    assert "Start\n" not in window
    plan.settle()
    assert "🔵" in plan.board_text()
    plan.slack.click("U0BEA", "step.done")
    assert plan.step(2).state is StepState.DONE


def test_deleting_asks_first_and_leaves_a_trace_with_title_and_name(plan: Stage) -> None:
    title = plan.step(2).title
    choose(plan, "U0BEA", 2, "delete")
    asked = words_of(plan.slack.need_view("U0BEA"))
    assert f"Delete 2  {title}?" in asked
    assert plan.step(2).removed_at is None
    assert plan.slack.submit("U0BEA", {"reason": "Signed last year"}) == {}
    plan.settle()
    assert title not in plan.board_text("U0RAE")
    assert 2 not in order(plan)
    assert f"Bea Alvarez (Acme) deleted 2  {title}: Signed last year" in history(plan, "U0RAE").replace(
        "*", ""
    )
    plan.slack.say("U0RAE", "/map add Another one")
    assert plan.step(14).title == "Another one"


def test_a_deleted_step_is_answered_well_wherever_it_still_stands(plan: Stage) -> None:
    plan.own(2, "U0BEA")
    board = plan.board("U0BEA")
    stale = {"action_id": "step.done", "block_id": f"next.{plan.step(2).id}.do"}
    open_step(plan, "U0RAE", 2)
    plan.slack.click("U0RAE", "step.edit")
    press(plan, "U0OMAR", 2, "step.note")
    choose(plan, "U0BEA", 2, "delete")
    assert plan.slack.submit("U0BEA", {}) == {}
    gone = "not on the plan any more"
    assert gone in str(plan.slack.submit("U0RAE", {"title": "Typed for nothing?"}))
    assert "Typed for nothing?" in str(plan.slack.need_view("U0RAE")["values"])
    assert gone in str(plan.slack.submit("U0OMAR", {"note": "Words that stay"}))
    assert "Words that stay" in str(plan.slack.need_view("U0OMAR")["values"])
    plan.slack.close("U0RAE")
    plan.slack.click("U0RAE", "step.start")  # its own window, still open below
    assert gone in words_of(plan.slack.need_view("U0RAE"))
    assert stale["block_id"] in json.dumps(board)
    plan.slack.click("U0BEA", "step.done", ts=board["ts"], value=value_of(plan, 2))
    assert gone in words_of(plan.slack.need_view("U0BEA"))
    assert plan.step(2).state is StepState.OPEN


@pytest.mark.parametrize("act", ["step.edit", "step.note"])
def test_a_form_open_while_the_plan_closes_keeps_what_was_typed(plan: Stage, act: str) -> None:
    press(plan, "U0BEA", 2, act)
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "lost", "reason": "No budget"})
    field = "note" if act == "step.note" else "title"
    assert "is closed" in str(plan.slack.submit("U0BEA", {field: "Words that stay"}))
    assert "Words that stay" in str(plan.slack.need_view("U0BEA")["values"])


def test_a_closed_plan_is_read_with_its_notes_and_without_buttons(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map note 2 for the record")
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "won", "reason": "Signed"})
    plan.settle()
    plan.slack.say("U0RAE", "/map open 2")
    window = plan.slack.need_view("U0RAE")
    assert "for the record" in words_of(window)
    assert "action_id" not in json.dumps(window["blocks"])
