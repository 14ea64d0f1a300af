"""Several orders in one message: each stands by itself, is done at most once; one reply answers them all."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from bot.listeners.in_thread import AFTER_THE_LAST_RETRY
from storage.database import Database
from storage.models import Change, Note, Step, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage, make_stage
from tests.scenario.doors import DOORS, Door, by_mention, state_of


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> Door:
    return DOORS[request.param]


def kinds(plan: Stage) -> list[str]:
    return [change.kind for change in plan.rows(select(Change).order_by(col(Change.id)))][1:]


def test_each_line_is_done_and_answered_in_its_order_in_one_reply(plan: Stage, door: Door) -> None:
    answer = door(plan, "done 2\n3 next Fri\n4 blocked waiting for legal\nadd Kickoff @Bea 12 Jun")
    assert plan.step(2).state is StepState.DONE
    assert str(plan.step(3).due_date) == "2026-06-12"
    assert plan.step(4).state_reason == "waiting for legal"
    assert plan.step(14).title == "Kickoff"
    places = [answer.index(said) for said in ("is done", "due Fri 12 Jun", "is blocked", "Kickoff")]
    assert places == sorted(places)


def test_what_cannot_be_done_says_why_with_what_was_typed_and_keeps_no_other_line_from_being_done(
    plan: Stage, door: Door
) -> None:
    answer = door(plan, "done 2\ndone 99\n3 31 Feb\nowner 4 nobody at all\ndone 5")
    assert plan.step(2).state is plan.step(5).state is StepState.DONE
    assert "“done 99”" in answer
    assert "no step 99" in answer
    assert "“owner 4 nobody at all”" in answer
    assert plan.step(3).state is StepState.OPEN


@pytest.mark.parametrize(
    "typed", ["done 2, 3 and 4", "done 2 3 4", "2, 3, 4 done", "done #2 #3 #4", "2 and 3 and 4 are done"]
)
def test_several_numbers_are_each_done(plan: Stage, door: Door, typed: str) -> None:
    answer = door(plan, typed)
    assert [plan.step(number).state for number in (2, 3, 4)] == [StepState.DONE] * 3
    assert answer.count("is done") == 3


def test_a_range_is_asked_back_and_nothing_is_done(plan: Stage, door: Door) -> None:
    before = state_of(plan)
    answer = door(plan, "done 3-5")
    assert "“done 3, 4, 5” or “done 3 and 5”" in answer
    assert state_of(plan) == before


@pytest.mark.parametrize(
    "typed",
    [
        "• done 2\n• done 3",
        "- done 2\n- done 3",
        "> done 2\n> done 3",
        "1. done 2\n2. done 3",
        "1) done 2\n2) 3 done",
        "done 2\n\n\ndone 3",
        "@Tandem done 2\n@Tandem done 3",
        "please:\n\ndone 2\ndone 3\n\nThanks!\nBea",
    ],
)
def test_marks_numbers_and_courtesies_around_the_lines_are_no_words_of_theirs(
    plan: Stage, typed: str
) -> None:
    answer = by_mention(plan, typed)
    assert kinds(plan) == ["step_done", "step_done"]
    assert plan.step(2).state is plan.step(3).state is StepState.DONE
    assert ("Three lines were no words for me" in answer) == ("Thanks" in typed)


def test_a_numbered_list_of_states_is_about_the_steps_with_these_numbers(plan: Stage) -> None:
    by_mention(plan, "2. done\n3. next Fri\n4. blocked by legal")
    assert plan.step(2).state is StepState.DONE
    assert str(plan.step(3).due_date) == "2026-06-12"
    assert plan.step(4).state is StepState.BLOCKED


def test_a_single_line_like_a_list_is_asked_back(plan: Stage) -> None:
    before = state_of(plan)
    assert "“done 3” or “done 4”" in by_mention(plan, "3. done 4")
    assert state_of(plan) == before


def test_a_note_keeps_its_lines_among_others_until_an_empty_one(plan: Stage) -> None:
    by_mention(plan, "done 3\nnote 2 Ravi is away\nuntil Monday\n\nThanks!")
    [note] = plan.rows(select(Note))
    assert note.text == "Ravi is away\nuntil Monday"
    assert plan.step(3).state is StepState.DONE


def test_more_lines_than_fit_are_refused_whole(plan: Stage, door: Door) -> None:
    before = state_of(plan)
    answer = door(plan, "\n".join(f"note 2 line {number}" for number in range(25)))
    assert "These are 25 at once, and 20 is the most" in answer
    assert state_of(plan) == before


def test_twenty_long_lines_fit_into_one_answer(plan: Stage) -> None:
    answer = by_mention(plan, "\n".join(f"owner {number} {'x' * 90}" for number in range(1, 21)))
    assert answer.count("I do not know who") + answer.count("no step") == 20


def test_in_a_thread_nothing_is_said_of_a_step_that_one_side_keeps_to_itself(plan: Stage) -> None:
    with plan.database.write() as session:
        step = session.exec(select(Step).where(Step.number == 2)).one()
        step.visibility = "seller"  # type: ignore[assignment]  # as the column takes it
        title = step.title
    plan.slack.say("U0RAE", "@Tandem done 2\n3 done\nsteps\nmine")
    plan.settle()
    answer = words_of(plan.slack.messages("U0BEA")[-1]["replies"][-1])
    assert title not in answer
    assert "no step 2" in answer
    assert plan.step(2).state is StepState.OPEN
    assert plan.step(3).state is StepState.DONE


@pytest.fixture
def doubled(database: Database) -> Iterator[Stage]:
    """Every request reaches Tandem twice."""
    yield from make_stage(database, twice=True)


def test_lines_delivered_twice_are_done_once_and_answered_once(doubled: Stage) -> None:
    doubled.start_plan()
    answer = by_mention(doubled, "note 2 hello\nadd Call them\nstatus\ndone 99\n3 start")
    assert len(doubled.rows(select(Note))) == 1
    assert sorted(kinds(doubled)) == ["step_added", "step_noted", "step_started"]
    assert answer.count("Noted") == answer.count("Call them") == 1


def mentioning(plan: Stage, text: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Bea's mention, as an event and as the body around it, to be delivered by hand."""
    event = {
        "type": "app_mention",
        "user": "U0BEA",
        "user_team": "T0ACME",
        "channel": "C0DEAL",
        "ts": plan.slack.say("U0BEA", "Hello everybody"),
        "text": f"<@{plan.tandem.desk.bot_user_id}> {text}",
    }
    return event, {"api_app_id": "A0TANDEM", "event_id": "Ev1", "event": event}


def test_what_is_left_of_the_lines_after_a_crash_is_done_when_slack_tells_again(
    plan: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends between two lines; the event comes again, and nothing is done or said twice."""
    event, body = mentioning(plan, "done 2\nnote 3 hello\ndone 4")
    deliver(plan, event, body, monkeypatch, dies_at="note 3 hello")
    assert kinds(plan) == ["step_done"]
    plan.tandem.delivery.send_all()
    assert not answers(plan, event["ts"]), "the answer waits for the other lines"
    deliver(plan, event, body, monkeypatch)
    deliver(plan, event, body, monkeypatch)
    plan.settle()
    [answer] = answers(plan, event["ts"])
    assert [answer.count(said) for said in ("is done", "Noted", "interrupted")] == [2, 1, 0]
    assert kinds(plan) == ["step_done", "step_noted", "step_done"]


def test_where_slack_never_tells_again_what_was_done_is_answered_and_what_was_not(
    plan: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, body = mentioning(plan, "done 2\nnote 3 hello")
    deliver(plan, event, body, monkeypatch, dies_at="note 3 hello")
    plan.clock.pushed += AFTER_THE_LAST_RETRY
    plan.settle()
    [answer] = answers(plan, event["ts"])
    assert "is done" in answer
    assert "“note 3 hello”" in answer
    assert "interrupted" in answer


def deliver(
    plan: Stage, event: dict[str, Any], body: dict[str, Any], patch: pytest.MonkeyPatch, dies_at: str = ""
) -> None:
    from slack_bolt import BoltContext

    from bot.application import build_client
    from bot.listeners import verbs
    from bot.listeners.mentions import Mentions
    from bot.listeners.spoken import Answer, Spoken

    real = verbs.one_answer

    def one(spoken: Spoken, text: str) -> Answer:
        if dies_at and text == dies_at:
            raise KeyboardInterrupt
        return real(spoken, text)

    with patch.context() as patched:
        patched.setattr(verbs, "one_answer", one)
        client = build_client("xoxb-none", "http://127.0.0.1:1/api/")
        try:
            Mentions(plan.tandem.desk).handle(event, body, client, BoltContext())
        except KeyboardInterrupt:
            assert dies_at


def answers(plan: Stage, ts: str) -> list[str]:
    [said] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == ts]
    return [words_of(one) for one in said["replies"] if one["bot"]]
