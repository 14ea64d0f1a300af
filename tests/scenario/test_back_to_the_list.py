"""Who opens a step from a list finds the list true when they come back to it."""

from typing import Any

import pytest

from storage.models import StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage


def windows(plan: Stage, person: str) -> list[str]:
    return [view["callback_id"] for view in plan.slack.state(person)["views"]]


def list_below(plan: Stage, person: str) -> str:
    return words_of(plan.slack.state(person)["views"][0])


def open_from_the_list(plan: Stage, number: int, person: str = "U0BEA") -> None:
    plan.slack.click(person, "step.open", value=value_of(plan, number))


def value_of(plan: Stage, number: int) -> str:
    step = plan.step(number)
    return f"{step.plan_id}:{step.id}"


def test_a_press_in_the_steps_window_shows_in_the_list_below(plan: Stage) -> None:
    plan.slack.click("U0BEA", "plan.steps")
    assert "0 of 13 done" in list_below(plan, "U0BEA")
    open_from_the_list(plan, 4)
    plan.slack.click("U0BEA", "step.done")
    assert "1 of 13 done" in list_below(plan, "U0BEA")
    plan.slack.click("U0BEA", "step.reopen")
    assert "0 of 13 done" in list_below(plan, "U0BEA")


@pytest.mark.parametrize(
    ("button", "values", "shows"),
    [
        ("step.note", {"note": "Asked Ravi twice"}, "Asked Ravi twice"),
        ("step.date", {"due": "2026-07-14"}, "Tue 14 Jul"),
        ("step.edit", {"title": "Send their own questionnaire"}, "Send their own questionnaire"),
        ("step.block", {"reason": "The portal is down"}, "The portal is down"),
    ],
)
def test_a_form_leads_back_to_the_step_and_the_list_keeps_its_filter(
    plan: Stage, button: str, values: dict[str, Any], shows: str
) -> None:
    plan.slack.click("U0BEA", "plan.steps")
    plan.slack.click("U0BEA", "plan.filter_side", selected_option={"value": "=buyer"})
    open_from_the_list(plan, 4)
    plan.slack.click("U0BEA", button)
    assert plan.slack.submit("U0BEA", values) == {}
    assert windows(plan, "U0BEA") == ["plan.all_steps", "step.details"]
    assert shows in words_of(plan.slack.need_view("U0BEA"))
    below = list_below(plan, "U0BEA")
    assert "3  Send the proposal" not in below, "the filter stays"
    if button != "step.note":
        assert shows in below
    plan.slack.close("U0BEA")
    assert windows(plan, "U0BEA") == ["plan.all_steps"]


def test_a_page_of_the_list_stays_the_page(plan: Stage) -> None:
    from tests.scenario.test_lists import fill

    fill(plan, 60)
    plan.slack.click("U0BEA", "plan.steps")
    plan.slack.click("U0BEA", "plan.steps_page")
    open_from_the_list(plan, 55)
    plan.slack.click("U0BEA", "step.done")
    assert "Steps 31 to 60 of 60" in list_below(plan, "U0BEA")


def test_a_deleted_step_is_gone_from_the_list(plan: Stage) -> None:
    plan.slack.click("U0BEA", "plan.steps")
    open_from_the_list(plan, 4)
    plan.slack.click("U0BEA", "step.more", value=f"{value_of(plan, 4)}:delete")
    assert plan.slack.submit("U0BEA", {}) == {}
    assert "not on the plan any more" in words_of(plan.slack.need_view("U0BEA"))
    assert "4  Send the security questionnaire" not in list_below(plan, "U0BEA")


def test_a_form_from_my_steps_leads_back_to_my_steps(plan: Stage) -> None:
    plan.own(4, "U0BEA")
    plan.slack.click("U0BEA", "plan.mine")
    plan.slack.click("U0BEA", "step.date", value=value_of(plan, 4))
    assert plan.slack.submit("U0BEA", {"due": "2026-07-14"}) == {}
    assert windows(plan, "U0BEA") == ["plan.my_steps"]
    assert "Tue 14 Jul" in list_below(plan, "U0BEA")


def test_from_the_board_everything_closes_as_before(plan: Stage) -> None:
    plan.slack.click("U0BEA", "step.open", ts=plan.board()["ts"], value=value_of(plan, 4))
    plan.slack.click("U0BEA", "step.note")
    assert plan.slack.submit("U0BEA", {"note": "Asked"}) == {}
    assert windows(plan, "U0BEA") == []


def test_where_slack_is_busy_the_act_holds_and_everything_closes(plan: Stage) -> None:
    plan.slack.click("U0BEA", "plan.steps")
    open_from_the_list(plan, 4)
    plan.slack.click("U0BEA", "step.block")
    plan.slack.fail("views.update", times=2)
    assert plan.slack.submit("U0BEA", {"reason": "The portal is down"}) == {}
    assert windows(plan, "U0BEA") == []
    assert plan.step(4).state is StepState.BLOCKED
