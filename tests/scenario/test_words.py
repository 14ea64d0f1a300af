"""The same words after `/map` and after `@Tandem`."""

from storage.models import StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage


def mention(plan: Stage, text: str, person: str = "U0BEA", thread_ts: str | None = None) -> str:
    """What Tandem answers, in the thread of the mention."""
    ts = plan.slack.say(person, f"@Tandem {text}", thread_ts=thread_ts)
    plan.settle()
    root = thread_ts or ts
    [message] = [one for one in plan.slack.messages(person) if one["ts"] == root]
    replies = [one for one in message["replies"] if one["bot"]]
    assert replies, "no answer in the thread"
    return words_of(replies[-1])


def command(plan: Stage, text: str) -> str:
    """What Rae privately sees."""
    plan.slack.say("U0RAE", f"/map {text}".strip())
    plan.settle()
    answer = plan.slack.messages("U0RAE")[-1]
    assert answer["ephemeral"]
    return words_of(answer)


def test_status_is_private_and_can_be_shown_to_everybody(plan: Stage) -> None:
    assert "On track" in command(plan, "status")
    assert len(plan.slack.messages("U0BEA")) == 1  # the board alone
    plan.slack.click("U0RAE", "plan.show")
    plan.settle()
    assert "On track" in words_of(plan.slack.messages("U0BEA")[-1])


def test_a_status_is_never_stale(plan: Stage) -> None:
    assert "0 of 13" in command(plan, "status")
    for done, number in enumerate((2, 3, 4), 1):
        plan.slack.say("U0RAE", f"/map done {number}")
        assert f"{done} of 13" in command(plan, "status")
    plan.own(5, "U0SAM")
    assert "Sam Okoro" in command(plan, "status")


def test_a_status_tells_that_a_step_waits_as_soon_as_its_day_is_over(plan: Stage) -> None:
    plan.own(2, "U0BEA", plan.step(2).due_date)
    assert "On track" in command(plan, "status")
    plan.slack.advance("week", 5)
    assert "At risk: on today's pace" in command(plan, "status")


def test_alone_it_offers_to_start_where_there_is_no_plan(stage: Stage) -> None:
    assert "plan.start" in str(
        (stage.slack.say("U0RAE", "/map"), stage.slack.messages("U0RAE")[-1]["blocks"])[1]
    )
    stage.slack.click("U0RAE", "plan.start")
    assert stage.slack.need_view("U0RAE")["callback_id"] == "plan.new"


def test_help_says_how_each_company_takes_part(plan: Stage) -> None:
    assert "/map" in command(plan, "help")
    assert "@Tandem" in mention(plan, "help")
    assert "/map" not in mention(plan, "help")


def test_add_takes_a_trailing_person_and_day(plan: Stage) -> None:
    assert "Send the SOC 2 report" in command(plan, "add Send the SOC 2 report @Sam next Fri")
    step = plan.step(14)
    assert (step.title, step.owner_id, str(step.due_date)) == (
        "Send the SOC 2 report",
        "U0SAM",
        "2026-06-12",
    )


def test_escaped_words_read_the_same_by_command_and_mention(plan: Stage) -> None:
    command(plan, "add R&D <b> check")
    mention(plan, "add R&D <b> check")
    assert plan.step(14).title == plan.step(15).title == "R&D <b> check"


def test_words_that_would_call_everybody_are_only_words(plan: Stage) -> None:
    mention(plan, "add Tell <!channel> and @everyone")
    plan.slack.click("U0BEA", "plan.add")
    plan.slack.submit("U0BEA", {"title": "<!here> <@U0OMAR>"})
    plan.settle()
    for call in plan.slack.calls("chat.update") + plan.slack.calls("chat.postMessage"):
        assert "<!" not in str(call)
        assert "<@" not in str(call)


def test_done_by_mention_in_the_channel_and_in_the_boards_thread(plan: Stage) -> None:
    assert "done" in mention(plan, "done 2")
    assert "done" in mention(plan, "done #4", thread_ts=plan.board()["ts"])
    assert plan.step(2).state is plan.step(4).state is StepState.DONE
    assert plan.step(2).finished_by == "U0BEA"


def test_what_was_typed_is_handed_back(plan: Stage) -> None:
    assert "add " + "x" * 60 in command(plan, "add " + "x" * 151)


def test_forms_are_offered_as_buttons_where_slack_gives_no_trigger(plan: Stage) -> None:
    mention(plan, "history")
    plan.slack.click("U0BEA", "plan.history", near="")
    assert plan.slack.need_view("U0BEA")["callback_id"] == "plan.history"


def test_the_board_can_be_posted_again(plan: Stage) -> None:
    old = plan.board()["ts"]
    plan.slack.say("U0RAE", "/map board")
    plan.settle()
    assert plan.board()["ts"] != old


def test_a_command_outside_a_channel_says_where_it_works(plan: Stage) -> None:
    plan.own(2, "U0RAE", plan.step(2).due_date)
    assert plan.slack.door("say", person="U0RAE", channel="D0RAE", text="/map status")["ok"] is False
