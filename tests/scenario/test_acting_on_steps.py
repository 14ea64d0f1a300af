"""Buttons, menus and forms, pressed by people of both companies."""

import pytest

from storage.models import StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage


def open_details(plan: Stage, person: str, number: int) -> None:
    """Through the board's select."""
    board = plan.board(person)
    select = next(
        element
        for block in board["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == "step.open"
    )
    option = next(one for one in select["options"] if one["text"]["text"].startswith(f"{number}  "))
    plan.slack.click(person, "step.open", ts=board["ts"], selected_option=option)


def test_bea_ticks_a_step_and_rae_sees_the_board_change(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.done", near="2  Write down who signs off")
    plan.settle()
    assert plan.step(2).state is StepState.DONE
    assert plan.step(2).finished_by == "U0BEA"
    assert "1 of 13 done" in plan.board_text("U0RAE")


def test_a_gate_shows_whose_yes_is_missing_until_both_have_confirmed(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.done", near="1  Agree on the goals")
    plan.settle()
    assert "Bea Alvarez confirmed for Acme" in plan.board_text("U0RAE")
    plan.slack.click("U0BEA", "step.done", near="1  Agree on the goals")
    assert "Northwind" in words_of(plan.slack.need_view("U0BEA"))  # her half is done already
    plan.slack.close("U0BEA")
    plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals")
    plan.settle()
    assert plan.step(1).state is StepState.DONE


def test_ticking_for_the_other_side_is_shown(plan: Stage) -> None:
    plan.own(4, "U0RAVI")
    plan.slack.say("U0RAE", "/map done 4")
    plan.settle()
    open_details(plan, "U0BEA", 4)
    assert "Rae Lindqvist for Ravi Shah" in words_of(plan.slack.need_view("U0BEA"))


def test_a_new_date_is_chosen_with_its_reason_and_stands_in_the_history(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.date", near="2  Write down")
    assert plan.slack.submit("U0BEA", {"due": "2026-06-19", "reason": "Omar is away"}) == {}
    plan.settle()
    assert "Fri 19 Jun" in plan.board_text("U0RAE")
    plan.slack.click("U0BEA", "plan.history")
    history = words_of(plan.slack.need_view("U0BEA"))
    assert "Bea Alvarez (Acme) moved" in history
    assert "Omar is away" in history


def test_a_day_that_is_over_is_refused_under_its_field(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.date", near="2  Write down")
    errors = plan.slack.submit("U0BEA", {"due": "2026-06-01", "reason": "words that stay"})
    assert list(errors) == ["due"]
    assert "words that stay" in str(plan.slack.need_view("U0BEA")["values"])


def test_an_owner_is_found_by_name_on_either_side(plan: Stage) -> None:
    menu = f"{plan.step(2).plan_id}:{plan.step(2).id}:owner"
    plan.slack.click("U0BEA", "step.more", near="2  Write down", selected_option={"value": menu})
    assert plan.slack.submit("U0BEA", {"owner": plan.person("U0BEA", "owner", "Omar")}) == {}
    plan.settle()
    assert "Omar Haddad" in plan.board_text()


def test_blocked_says_why_and_can_be_cleared(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.block", near="2  Write down")
    assert plan.slack.submit("U0BEA", {"reason": "Waiting for legal", "until": "2026-06-12"}) == {}
    plan.settle()
    assert "Waiting for legal" in plan.board_text("U0RAE")
    open_details(plan, "U0RAE", 2)
    plan.slack.click("U0RAE", "step.unblock")
    plan.settle()
    assert plan.step(2).state is StepState.OPEN


def test_a_skipped_step_needs_a_reason_and_can_come_back(plan: Stage) -> None:
    menu = f"{plan.step(3).plan_id}:{plan.step(3).id}:skip"
    open_details(plan, "U0BEA", 3)
    plan.slack.click("U0BEA", "step.more", selected_option={"value": menu})
    assert list(plan.slack.submit("U0BEA", {"reason": "   "})) == ["reason"]
    assert plan.slack.submit("U0BEA", {"reason": "We have it already"}) == {}
    plan.settle()
    assert plan.step(3).state is StepState.SKIPPED
    open_details(plan, "U0BEA", 3)
    assert "We have it already" in words_of(plan.slack.need_view("U0BEA"))
    plan.slack.click("U0BEA", "step.reopen")
    plan.settle()
    assert plan.step(3).state is StepState.OPEN


def test_done_in_the_steps_own_window_shows_there(plan: Stage) -> None:
    open_details(plan, "U0BEA", 2)
    plan.slack.click("U0BEA", "step.done")
    assert "Bea Alvarez" in words_of(plan.slack.need_view("U0BEA"))
    assert plan.step(2).state is StepState.DONE


def test_all_steps_opens_for_who_asks_and_leads_to_each(plan: Stage) -> None:
    plan.slack.click("U0BEA", "plan.steps")
    view = plan.slack.need_view("U0BEA")
    assert "13  Go live" in words_of(view)
    assert plan.slack.view("U0RAE") is None
    plan.slack.click("U0BEA", "step.open", near="12  Connect single sign-on")
    assert "Connect single sign-on" in words_of(plan.slack.need_view("U0BEA"))


def test_a_step_is_added_by_form_with_only_a_title(plan: Stage) -> None:
    plan.slack.click("U0BEA", "plan.add")
    assert plan.slack.submit("U0BEA", {"title": "R&D <b> reads it"}) == {}
    plan.settle()
    assert plan.step(14).title == "R&D <b> reads it"
    assert "R&amp;D &lt;b&gt; reads it" in plan.board_text()


def test_two_people_in_one_step_the_second_hears_what_changed_and_keeps_their_words(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.date", near="2  Write down")
    plan.slack.say("U0RAE", "/map done 3")
    plan.own(2, "U0OMAR")
    errors = plan.slack.submit("U0BEA", {"due": "2026-06-19", "reason": "Omar is away"})
    assert "Rae Lindqvist" in str(errors)
    assert "Omar is away" in str(plan.slack.need_view("U0BEA")["values"])
    assert plan.slack.submit("U0BEA", {"due": "2026-06-19", "reason": "Omar is away"}) == {}
    assert str(plan.step(2).due_date) == "2026-06-19"


def test_a_form_open_while_the_plan_closes_says_so(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.date", near="2  Write down")
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "lost", "reason": "No budget"})
    plan.settle()
    errors = plan.slack.submit("U0BEA", {"due": "2026-06-19"})
    assert "is closed" in str(errors)


def test_a_closed_plan_is_a_record_and_can_be_reopened(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map close")
    assert plan.slack.submit("U0RAE", {"outcome": "won", "reason": "Signed on time"}) == {}
    plan.settle()
    record = plan.board_text()
    assert "Won" in record
    assert "Signed on time" in record
    with pytest.raises(AssertionError, match="sees no"):
        plan.slack.click("U0BEA", "step.done", ts=plan.board()["ts"])
    plan.slack.click("U0BEA", "plan.reopen")
    plan.settle()
    assert "On track" in plan.board_text()


def test_many_ticks_in_a_moment_become_few_edits_and_the_last_is_true(plan: Stage) -> None:
    before = len(plan.slack.calls("chat.update"))
    for number in (2, 3, 4, 5, 6, 7, 9, 11, 12):
        plan.slack.say("U0RAE", f"/map done {number}")
    plan.settle()
    assert len(plan.slack.calls("chat.update")) - before <= 2
    assert "9 of 13 done" in plan.board_text()
