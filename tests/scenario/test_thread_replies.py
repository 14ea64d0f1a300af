"""Plain replies in the board's thread, where the history scopes are granted: orders are done, talk is not."""

import pytest
from sqlmodel import select

from sandbox.spreading import tell_of_message
from sandbox.world import Message
from storage.models import StepState
from storage.outgoing import SeenRequest
from tests.sandboxed import DEAL, words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import state_of


def reply(plan: Stage, text: str, person: str = "U0BEA", thread_ts: str | None = None) -> list[str]:
    """What Tandem says in the thread to a plain reply, "" for a root of one's own."""
    root = plan.board()["ts"] if thread_ts is None else thread_ts
    before = len(said_in(plan, root)) if root else 0
    plan.slack.say(person, text, thread_ts=root or None)
    plan.settle()
    return said_in(plan, root)[before:] if root else []


def said_in(plan: Stage, root: str) -> list[str]:
    [message] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == root]
    return [words_of(one) for one in message["replies"] if one["bot"]]


@pytest.mark.parametrize("typed", ["done 2", "2 done", "step 2 is done", "Done #2!", "2: done", "complete 2"])
def test_a_plain_order_in_the_boards_thread_is_done_and_answered_there(plan: Stage, typed: str) -> None:
    [answer] = reply(plan, typed)
    assert "is done, by Bea" in answer
    assert plan.step(2).state is StepState.DONE


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("4 Friday", "due Fri 5 Jun"),
        ("#4 next Fri because legal is away", "due Fri 12 Jun"),
        ("4 @Ravi", "Ravi Shah's now"),
        ("blocked 4 waiting for legal until Tue", "is blocked until Tue 9 Jun: waiting for legal"),
        ("4 is blocked by procurement", "is blocked"),
        ("4 started", "started, by Bea"),
        ("skip 4 we have that", "skipped"),
    ],
)
def test_what_a_mention_does_a_plain_reply_does(plan: Stage, typed: str, said: str) -> None:
    [answer] = reply(plan, typed)
    assert said in answer


def test_several_lines_are_answered_in_one_reply_and_the_talk_among_them_is_left_alone(plan: Stage) -> None:
    [answer] = reply(plan, "Hi all,\ndone 2\n3 Friday\nthanks!")
    assert "is done" in answer
    assert "due Fri 5 Jun" in answer
    assert "no words for me" not in answer
    assert "thanks" not in answer


TALK = [
    "4 people will join",
    "4 of us are there",
    "done with legal, thanks",
    "Done!",
    "4",
    "4 tomorrow?",
    "4 tomorrow",
    "4 Friday?",
    "4 weeks",
    "4 open questions remain",
    "blocked 4 times already",
    "started 4 weeks ago",
    "done 4 weeks ago",
    "skip 4 days",
    "4 after lunch",
    "note 4 people join on Monday",
    "move 4 chairs over",
    "add a call with Ravi",
    "status?",
    "help",
    "I am done 4 today",
    "is 4 done?",
    "4 done?",
    "due 4 pm",
    "4 May",
    "3. done 4",
    "4 is not done",
    "delete 4 of these",
    "4, 5 Jun",
    "close 4",
    "owner 4 unknown",
    "agree",
    "open 4",
    "4 done?!",
    "4 done (?)",
    "4 done 👎",
    "4 Friday? 🙏",
    "10 to 12 June",
    "2/3 done",
    "4 down",
    "4 was blocked by legal last week",
    "skip 4 if you like",
    "> 4 Friday\nno, that does not work for us",
    "> done 4",
    "once\n4 done\nwe can go on",
    "not yet\n4 done",
]


def test_what_people_say_to_each_other_is_never_answered_and_nothing_of_it_is_kept(plan: Stage) -> None:
    before, seen = state_of(plan), len(plan.rows(select(SeenRequest)))
    for typed in TALK:
        assert reply(plan, typed) == [], typed
    assert state_of(plan) == before
    assert len(plan.rows(select(SeenRequest))) == seen


def test_a_reply_that_goes_to_the_channel_as_well_is_an_order(plan: Stage) -> None:
    plan.slack.say("U0BEA", "done 2", thread_ts=plan.board()["ts"], broadcast=True)
    plan.settle()
    assert plan.step(2).state is StepState.DONE


def test_a_reply_with_a_file_is_an_order(plan: Stage) -> None:
    """The signed contract, and "done 2" under it."""
    slack, root = plan.slack.slack, plan.board()["ts"]
    with slack.world.changing():
        said = Message(slack.world.next_ts(), DEAL, "U0BEA", "done 2", thread_ts=root, subtype="file_share")
        slack.world.keep_message(said)
    tell_of_message(slack, slack.world.channels[DEAL], said)
    plan.settle()
    assert plan.step(2).state is StepState.DONE


def test_that_somebody_came_or_went_is_no_order(plan: Stage) -> None:
    before, seen = state_of(plan), len(plan.board_text())
    plan.slack.leave("U0OMAR")
    plan.slack.invite("U0BEA", "U0OMAR")
    plan.settle()
    assert (state_of(plan), len(plan.board_text())) == (before, seen)


def test_outside_the_boards_thread_nothing_is_looked_at(plan: Stage) -> None:
    before = state_of(plan)
    reply(plan, "done 2", thread_ts="")
    root = plan.slack.say("U0BEA", "Where are we?")
    assert reply(plan, "done 2", thread_ts=root) == []
    assert state_of(plan) == before


def test_a_mention_in_the_boards_thread_is_answered_once(plan: Stage) -> None:
    [answer] = reply(plan, "@Tandem done 2")
    assert "is done" in answer
    [again] = reply(plan, "2 reopen @Tandem")
    assert "open again" in again


def test_the_thread_of_a_closed_plan_is_left_alone(plan: Stage) -> None:
    root = plan.board()["ts"]
    plan.slack.say("U0RAE", "/map close")
    plan.slack.submit("U0RAE", {"outcome": "won", "reason": "Signed"})
    plan.settle()
    assert reply(plan, "done 2", thread_ts=root) == []


def test_who_may_not_act_is_told_in_the_thread(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map delete 2")
    plan.slack.submit("U0RAE", {})
    plan.settle()
    [answer] = reply(plan, "done 2")
    assert "no step 2" in answer


def test_where_it_is_not_granted_nothing_is_heard_and_no_word_on_screen_offers_it(plan: Stage) -> None:
    assert "or reply `done" in plan.board_text()
    plan.slack.grant_optional_scopes(on=False)
    before = state_of(plan)
    assert reply(plan, "done 2") == []
    assert state_of(plan) == before
    assert "is done" in reply(plan, "@Tandem done 2")[0]


def test_what_is_on_screen_follows_what_was_granted_at_the_start(stage: Stage) -> None:
    stage.slack.grant_optional_scopes(on=False)
    install_again(stage)
    stage.start_plan()
    assert "@Tandem done" in stage.board_text()
    assert "or reply" not in stage.board_text()
    assert "leave the name out" not in help_text(stage)
    stage.slack.grant_optional_scopes(on=True)
    install_again(stage)
    stage.slack.say("U0RAE", "/map done 2")
    stage.settle()
    assert "or reply `done" in stage.board_text()


def help_text(stage: Stage) -> str:
    stage.slack.say("U0RAE", "/map help")
    return words_of(stage.slack.messages("U0RAE")[-1])


def install_again(stage: Stage) -> None:
    """Tandem starts anew and asks Slack what it may."""
    from bot.application import build_client
    from tests.sandboxed import BOT_TOKEN

    client = build_client(BOT_TOKEN, stage.slack.api_url)
    own = stage.tandem.installations.keep_own(client.auth_test(), BOT_TOKEN)
    stage.tandem.desk.scopes = own.scopes
