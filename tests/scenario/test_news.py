"""What the board's thread says by itself, and what it does not say."""

from tests.sandboxed import words_of
from tests.scenario.conftest import Stage


def thread(stage: Stage) -> list[str]:
    return [one["text"] for one in stage.board()["replies"]]


def press_done(stage: Stage, person: str, title: str) -> None:
    stage.slack.click(person, "step.done", near=title)


def test_starting_a_plan_says_nothing_there(plan: Stage) -> None:
    assert thread(plan) == []


def test_what_comes_together_is_one_reply_without_a_mention(plan: Stage) -> None:
    press_done(plan, "U0BEA", "2  Write down who signs off")
    plan.slack.say("U0RAE", "/map add <!channel> R&D <b>")
    plan.slack.say("U0RAE", "/map done 3")
    plan.settle()
    [said] = thread(plan)
    assert [line.split("  ")[0] for line in said.splitlines()] == ["✅", "➕", "✅"]
    assert "is done, by Bea Alvarez" in said
    assert "R&amp;D &lt;b&gt;" in said
    assert "<@" not in said
    assert "<!" not in said
    assert words_of(plan.board()["replies"][0]).count("is done") == 4, "fallback and block say the same"


def test_a_new_day_is_told_with_its_reason_and_blames_nobody(plan: Stage) -> None:
    plan.own(4, "U0RAVI")
    step = plan.step(4)
    value = f"{step.plan_id}:{step.id}"
    plan.slack.click("U0BEA", "step.open", ts=plan.board()["ts"], selected_option={"value": value})
    plan.slack.click("U0BEA", "step.date")
    assert plan.slack.submit("U0BEA", {"due": "2026-06-30", "reason": "The portal is closed"}) == {}
    plan.settle()
    [said] = thread(plan)
    assert "📅  *4  Send the security questionnaire* moves from" in said
    assert said.endswith("to Tue 30 Jun: The portal is closed")
    for name in ("Bea", "Ravi", "late"):
        assert name not in said


def test_pressed_and_taken_back_within_the_moment_says_nothing(plan: Stage) -> None:
    press_done(plan, "U0BEA", "2  Write down who signs off")
    step = plan.step(2)
    value = f"{step.plan_id}:{step.id}"
    plan.slack.click("U0BEA", "step.open", ts=plan.board()["ts"], selected_option={"value": value})
    plan.slack.click("U0BEA", "step.reopen")
    plan.settle()
    assert thread(plan) == []


def test_what_is_said_in_the_boards_thread_is_answered_there_and_not_told_again(plan: Stage) -> None:
    plan.slack.say("U0BEA", "@Tandem done 2", thread_ts=plan.board()["ts"])
    plan.settle()
    said = [one["text"] for one in plan.board()["replies"] if one["bot"]]
    assert len(said) == 1
    plan.slack.say("U0BEA", "@Tandem done 3")
    plan.settle()
    said = [one["text"] for one in plan.board()["replies"] if one["bot"]]
    assert len(said) == 2, "said elsewhere, it is news here"


def test_more_than_eight_are_summed_up(plan: Stage) -> None:
    for number in range(1, 12):
        plan.slack.say("U0RAE", f"/map add Settle point {number}")
    plan.settle()
    [said] = thread(plan)
    assert len(said.splitlines()) == 9
    assert said.endswith("… and 3 more. The board has it all.")


def test_a_limit_of_slacks_delays_it_and_it_says_the_same_once(plan: Stage) -> None:
    press_done(plan, "U0BEA", "2  Write down who signs off")
    plan.slack.settle()
    plan.tandem.delivery.send_all()  # the board
    plan.slack.fail("chat.postMessage", "rate_limited", times=2)
    plan.settle()
    [said] = thread(plan)
    assert said.count("is done") == 1


def test_a_lost_answer_is_told_to_the_lead_once_and_the_line_never_said_again(plan: Stage) -> None:
    press_done(plan, "U0BEA", "2  Write down who signs off")
    plan.slack.fail("chat.postMessage", "fatal_error")
    plan.settle()
    plan.slack.say("U0RAE", "/map done 3")
    plan.settle()
    assert ["3  Send the proposal" in said for said in thread(plan)] == [True]
    [told] = [words_of(one) for one in plan.slack.dms("U0RAE")]
    assert "a line in the board" in told


def test_after_the_board_was_posted_again_its_new_thread_tells(plan: Stage) -> None:
    old = plan.board()["ts"]
    plan.slack.say("U0RAE", "/map board")
    plan.settle()
    press_done(plan, "U0BEA", "2  Write down who signs off")
    plan.settle()
    assert plan.board()["ts"] != old
    assert len(thread(plan)) == 1
