"""Slack on its bad days: busy, broken, silent. People are told where they are, and the board comes true."""

from collections.abc import Iterator
from typing import get_args

import pytest

from sandbox.faults import Kind
from storage.models import StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import old_buttons, open_stage

KINDS = [kind for kind in get_args(Kind) if kind not in ("refused", "slow")]  # those two are answers
NOTHING_DONE = ["rate_limited", "fatal_error", "unavailable", "timeout_before"]
BUSY = "Slack is busy"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("plan")) as stage:
        yield stage


@pytest.fixture(autouse=True)
def calm(plan: Stage) -> Iterator[None]:
    """No fault is left for the next test, and no window."""
    yield
    plan.slack.slack.faults.set([])
    for person in ("U0RAE", "U0BEA"):
        while plan.slack.view(person) is not None:
            plan.slack.close(person)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_does_not_open_is_said_and_the_words_are_back(plan: Stage, kind: str) -> None:
    plan.slack.fail("views.open", kind)
    plan.slack.say("U0RAE", "/map note 2")
    answer = plan.slack.messages("U0RAE")[-1]
    assert answer["ephemeral"]
    assert BUSY in words_of(answer)
    assert "/map note 2" in words_of(answer)
    plan.slack.say("U0RAE", "/map note 2")
    assert plan.slack.need_view("U0RAE")["callback_id"] == "step.note"


@pytest.mark.parametrize("kind", NOTHING_DONE)
def test_a_press_whose_window_does_not_open_is_told_in_one_that_does(plan: Stage, kind: str) -> None:
    ts = old_buttons(plan, [("step.date", where(plan))])
    plan.slack.fail("views.open", kind)
    plan.slack.click("U0BEA", "step.date", ts=ts)
    assert BUSY in words_of(plan.slack.need_view("U0BEA"))


@pytest.mark.parametrize("kind", NOTHING_DONE)
def test_a_press_for_which_no_window_opens_is_told_privately(plan: Stage, kind: str) -> None:
    ts = old_buttons(plan, [("step.date", where(plan))])
    plan.slack.fail("views.open", kind, times=2)
    plan.slack.click("U0BEA", "step.date", ts=ts)
    answer = plan.slack.messages("U0BEA")[-1]
    assert answer["ephemeral"]
    assert BUSY in words_of(answer)
    assert BUSY not in words_of(plan.slack.messages("U0RAE")[-1])


@pytest.mark.parametrize("kind", NOTHING_DONE)
def test_a_press_in_a_window_whose_answer_does_not_show_is_done_all_the_same(plan: Stage, kind: str) -> None:
    step = plan.step(4)
    plan.slack.say("U0RAE", "/map open 4")
    plan.slack.fail("views.update", kind)
    plan.slack.click("U0RAE", "step.reopen" if step.state.is_finished else "step.done")
    assert plan.step(4).state.is_finished is not step.state.is_finished
    assert BUSY in words_of(plan.slack.need_view("U0RAE"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_board_comes_true_however_often_its_edit_goes_wrong(plan: Stage, kind: str) -> None:
    step = plan.step(6)
    plan.slack.fail("chat.update", kind, times=3)
    plan.slack.say("U0RAE", "/map reopen 6" if step.state.is_finished else "/map done 6")
    plan.settle()
    done = len([number for number in range(1, 14) if plan.step(number).state is StepState.DONE])
    assert f"{done} of 13 done" in plan.board_text()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_by_mention_is_done_once_and_answered_once_at_most(plan: Stage, kind: str) -> None:
    step = plan.step(7)
    plan.settle()
    plan.slack.fail("chat.postMessage", kind)
    ts = plan.slack.say("U0BEA", "@Tandem reopen 7" if step.state.is_finished else "@Tandem done 7")
    plan.settle()
    assert plan.step(7).state.is_finished is not step.state.is_finished
    [said] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == ts]
    answers = [one for one in said["replies"] if one["bot"]]
    assert len(answers) <= 1
    assert answers or kind != "rate_limited", "Slack asked to wait, and nobody came back"


def where(plan: Stage) -> str:
    step = plan.step(2)
    return f"{step.plan_id}:{step.id}"
