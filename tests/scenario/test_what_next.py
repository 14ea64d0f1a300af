"""`/map` alone: the one most useful thing to do next, and the one button that does it."""

from datetime import date
from typing import Any

from storage.models import PlanState, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.test_words import command


def first_block(plan: Stage) -> dict[str, Any]:
    """What stands on top of Rae's newest private answer."""
    return dict(plan.slack.messages("U0RAE")[-1]["blocks"][0])


def press_it(plan: Stage) -> None:
    """Rae presses the button on top."""
    plan.slack.click("U0RAE", first_block(plan)["accessory"]["action_id"], near=first_line(plan))
    plan.settle()


def first_line(plan: Stage) -> str:
    return str(first_block(plan)["text"]["text"]).splitlines()[0]


def test_at_first_it_asks_for_people_and_then_leads_from_step_to_step(plan: Stage) -> None:
    assert "on your side have no name yet" in command(plan, "")
    press_it(plan)
    assert plan.slack.need_view("U0RAE")["callback_id"] == "plan.people"
    plan.slack.close("U0RAE")
    plan.own(3, "U0RAE")
    plan.slack.say("U0RAE", "/map done 1")
    plan.slack.say("U0BEA", "@Tandem done 1")
    plan.settle()
    assert "Next for you:* 3  Send the proposal" in command(plan, "")
    assert first_block(plan)["accessory"]["style"] == "primary"
    press_it(plan)
    assert plan.step(3).state is StepState.DONE


def test_the_same_line_stands_on_top_of_the_full_status(plan: Stage) -> None:
    short = command(plan, "")
    line = first_line(plan)
    full = command(plan, "status")
    assert first_line(plan) == line
    assert "*Next*" in full
    assert "*Next*" not in short
    assert "On track" in short


def test_a_half_that_only_my_yes_completes_is_confirmed_with_one_press(plan: Stage) -> None:
    plan.slack.say("U0BEA", "@Tandem done 1")
    plan.settle()
    assert "Your yes is missing:* 1  Agree on the goals" in command(plan, "")
    assert "Bea Alvarez confirmed for Acme" in first_line(plan)
    press_it(plan)
    assert plan.step(1).state is StepState.DONE


def test_a_block_whose_day_has_come_is_asked_about(plan: Stage) -> None:
    plan.own(3, "U0RAE")
    plan.slack.click("U0BEA", "step.block", near="1  Agree on the goals")
    plan.slack.close("U0BEA")
    plan.slack.say("U0RAE", "/map done 1")
    plan.slack.say("U0BEA", "@Tandem done 1")
    plan.settle()
    plan.slack.click("U0RAE", "step.block", near="3  Send the proposal", ts=plan.board()["ts"])
    plan.slack.submit("U0RAE", {"reason": "Pricing is being approved", "until": "2026-06-05"})
    assert "Is the way clear" not in command(plan, "")
    plan.slack.advance("day", 3)
    assert "Is the way clear?* 3  Send the proposal" in command(plan, "")
    press_it(plan)
    assert plan.step(3).state is StepState.OPEN


def test_with_nothing_of_ones_own_it_says_whose_turn_it_is(plan: Stage) -> None:
    plan.slack.say("U0SAM", "/map")
    answer = words_of(plan.slack.messages("U0SAM")[-1])
    assert "Nothing waits for you" in answer
    assert "The ball is with Northwind and Acme: 1  Agree on the goals" in answer


def test_a_plan_on_which_everything_is_done_is_closed_and_the_next_one_started(plan: Stage) -> None:
    for number in range(1, 14):
        plan.slack.say("U0RAE", f"/map done {number}")
        plan.slack.say("U0BEA", f"@Tandem done {number}")
    plan.settle()
    assert "Every step is done" in command(plan, "")
    press_it(plan)
    plan.slack.submit("U0RAE", {"outcome": "won", "reason": "Live"})
    plan.settle()
    assert "This plan is closed" in command(plan, "")
    press_it(plan)
    assert plan.slack.need_view("U0RAE")["callback_id"] == "plan.new"


def test_a_plan_that_was_given_up_is_reopened(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "lost", "reason": "No budget"})
    plan.settle()
    command(plan, "")
    press_it(plan)
    assert plan.plan().state is PlanState.OPEN


def test_nobody_leads_at_the_buyer(stage: Stage) -> None:
    stage.start_plan(buyer_lead=None)
    for number in range(1, 14):
        stage.own(number, "U0MEI", date(2026, 7, 1))
    stage.slack.say("U0RAE", "/map")
    assert "Nobody leads at Acme yet" in words_of(stage.slack.messages("U0RAE")[-1])
