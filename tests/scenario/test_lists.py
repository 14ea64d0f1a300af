"""My steps, all steps, the history: who asks sees what they asked for, and can act on it there."""

from datetime import date

import pytest

from bot.desk import Visitor
from bot.use_cases import steps as step_cases
from storage.models import StepState, Visibility
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.test_words import command, mention


def hide_from_the_buyer(plan: Stage, number: int) -> None:
    """Behind the curtain: the seller keeps a step to itself."""
    with plan.database.write() as session:
        step = plan.step(number)
        step.visibility = Visibility.SELLER
        session.add(step)


def fill(plan: Stage, steps: int) -> None:
    """Behind the curtain: the plan grows to this many steps."""
    visitor = Visitor("U0RAE", "T0NORTHWIND")
    for number in range(14, steps + 1):
        with plan.tandem.desk.work(
            visitor, plan.plan().id or 0, channel_id="C0DEAL", request_key=f"fill:{number}"
        ) as work:
            new = step_cases.NewStep(f"Extra step {number}", phase=f"Phase {number // 20}")
            step_cases.add_step(work, new)
    plan.settle()


def pick(plan: Stage, person: str, part: str, value: str) -> str:
    plan.slack.click(person, f"plan.filter_{part}", selected_option={"value": value})
    return words_of(plan.slack.need_view(person))


def test_my_steps_stand_in_the_order_in_which_they_are_to_be_done(plan: Stage) -> None:
    plan.own(4, "U0BEA", date(2026, 6, 20))
    plan.own(6, "U0BEA", date(2026, 6, 10))
    plan.slack.advance("week", 2)
    plan.slack.click("U0BEA", "plan.mine")
    words = words_of(plan.slack.need_view("U0BEA"))
    assert words.index("6  Review the security") < words.index("4  Send the security")
    assert "3  Send the proposal" not in words


def test_done_in_my_steps_takes_the_step_off_the_list(plan: Stage) -> None:
    plan.own(4, "U0BEA")
    plan.own(6, "U0BEA")
    plan.slack.click("U0BEA", "plan.mine")
    plan.slack.click("U0BEA", "step.done", value=f"{plan.step(4).plan_id}:{plan.step(4).id}")
    view = plan.slack.need_view("U0BEA")
    assert view["callback_id"] == "plan.my_steps"
    assert "4  Send the security" not in words_of(view)
    assert plan.step(4).state is StepState.DONE
    plan.slack.click("U0BEA", "step.done", value=f"{plan.step(6).plan_id}:{plan.step(6).id}")
    assert "Nothing on this plan is yours" in words_of(plan.slack.need_view("U0BEA"))


def test_mine_by_command_is_private_and_has_its_buttons(plan: Stage) -> None:
    assert "Nothing on this plan is yours" in command(plan, "mine")
    plan.own(3, "U0RAE")
    assert "3  Send the proposal" in command(plan, "mine")
    plan.slack.click("U0RAE", "step.date", near="3  Send the proposal")
    assert plan.slack.need_view("U0RAE")["callback_id"] == "step.date"


def test_mine_by_mention_tells_the_thread_only_what_both_sides_know(plan: Stage) -> None:
    plan.own(3, "U0RAE")
    plan.own(5, "U0RAE")
    hide_from_the_buyer(plan, 5)
    assert "5 🔒  Answer" in command(plan, "mine")
    answer = mention(plan, "mine", "U0RAE")
    assert "Rae Lindqvist's open step" in answer
    assert "3  Send the proposal" in answer
    assert "5  Answer" not in answer


def test_all_steps_narrow_down_by_side_owner_phase_and_state(plan: Stage) -> None:
    plan.own(4, "U0RAVI")
    plan.slack.say("U0RAE", "/map done 3")
    plan.settle()
    plan.slack.click("U0BEA", "plan.steps")
    assert "3  Send the proposal" not in pick(plan, "U0BEA", "side", "=buyer")
    words = pick(plan, "U0BEA", "owner", "=U0RAVI")
    assert "One step fits" in words
    assert "4  Send the security questionnaire" in words
    assert "No step is like that" in pick(plan, "U0BEA", "state", "=done")
    plan.slack.click("U0BEA", "plan.steps_clear")
    assert "13  Go live" in words_of(plan.slack.need_view("U0BEA"))
    assert "3  Send the proposal" in pick(plan, "U0BEA", "state", "=done")
    pick(plan, "U0BEA", "state", "any")
    assert "13  Go live" not in pick(plan, "U0BEA", "phase", "=Security")


def test_the_menus_offer_the_people_and_phases_of_this_plan_alone(plan: Stage) -> None:
    plan.own(4, "U0RAVI")
    plan.slack.click("U0BEA", "plan.steps")
    [filters] = [block for block in plan.slack.need_view("U0BEA")["blocks"] if "filters" in block["block_id"]]
    owners, phases = (
        [option["text"]["text"] for option in element["options"]] for element in filters["elements"][1:3]
    )
    assert owners == ["Anybody", "No name yet", "Ravi Shah"]
    assert phases[:3] == ["Every phase", "Align", "Security"]


def test_sixty_steps_are_read_in_pages_that_keep_the_filter(plan: Stage) -> None:
    fill(plan, 60)
    plan.slack.click("U0BEA", "plan.steps")
    pick(plan, "U0BEA", "side", "=seller")
    first = words_of(plan.slack.need_view("U0BEA"))
    plan.slack.click("U0BEA", "plan.steps_page")
    second = words_of(plan.slack.need_view("U0BEA"))
    of = first.partition("Steps 1 to 30 of ")[2].split()[0]
    assert int(of) < 60
    assert f"Steps 31 to {of} of {of}" in second
    assert "60  Extra step 60" in second
    assert "13  Go live" not in first + second  # both companies' step


def test_two_hundred_steps_and_every_one_can_be_reached(plan: Stage) -> None:
    fill(plan, 200)
    board = plan.board()
    assert len(board["blocks"]) <= 50
    assert "step.open" not in str(board["blocks"])  # no menu holds so many
    plan.slack.click("U0BEA", "plan.steps", ts=board["ts"])
    seen = words_of(plan.slack.need_view("U0BEA"))
    for _ in range(6):
        plan.slack.click("U0BEA", "plan.steps_page", near="More steps")
        seen += words_of(plan.slack.need_view("U0BEA"))
    assert all(f"{number}  " in seen for number in range(1, 201))
    assert "200  Extra step 200" in seen
    for number in range(1, 120):
        with plan.tandem.desk.work(
            Visitor("U0BEA", "T0ACME"), plan.plan().id or 0, channel_id="C0DEAL", request_key=f"skip:{number}"
        ) as work:
            step_cases.skip_step(work, plan.step(number).id or 0, "not needed")
    plan.settle()
    assert "step.open" in str(plan.board()["blocks"])  # 81 are open, and a menu holds those


def test_as_much_history_as_asked_for(plan: Stage) -> None:
    for number in (2, 3, 4):
        plan.slack.say("U0RAE", f"/map done {number}")
    plan.settle()
    answer = mention(plan, "history 2")
    assert "4  Send the security" in answer
    assert "3  Send the proposal" in answer
    assert "2  Write down" not in answer
    mention(plan, "history 50")
    plan.slack.click("U0BEA", "plan.history")
    assert "started the plan" in words_of(plan.slack.need_view("U0BEA"))
    plan.slack.say("U0RAE", "/map history 1")
    words = words_of(plan.slack.need_view("U0RAE"))
    assert "4  Send the security" in words
    assert "3  Send the proposal" not in words


@pytest.mark.parametrize("typed", ["history 0", "history 201", "history -3", "history many", "history 3 4"])
def test_a_number_of_changes_that_is_none_is_refused(plan: Stage, typed: str) -> None:
    assert "from 1 to 200" in mention(plan, typed)
    assert "from 1 to 200" in command(plan, typed)


def test_history_in_a_thread_keeps_private_steps_private(plan: Stage) -> None:
    hide_from_the_buyer(plan, 3)
    plan.slack.say("U0RAE", "/map done 3")
    plan.settle()
    assert "3  Send the proposal" not in mention(plan, "history 10", "U0RAE")
