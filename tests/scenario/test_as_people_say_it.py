"""Plain words as a buyer types them: polite, asked, quoted. Done right or asked back, never done wrong."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from storage.models import Note, Step, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import by_mention, open_stage, state_of


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A plan that none of these words changes."""
    with open_stage(tmp_path_factory.mktemp("shown")) as stage:
        yield stage


def write(plan: Stage, text: str) -> str:
    """What Tandem answers to a message of Bea's, "" for nothing."""
    ts = plan.slack.say("U0BEA", text)
    plan.settle()
    [said] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == ts]
    return "\n".join(words_of(one) for one in said["replies"] if one["bot"])


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("what next", "*Next*"),
        ("What's next?", "*Next*"),
        ("where are we", "On track"),
        ("how are we doing?", "On track"),
        ("what’s left for us?", "13 steps"),
        ("what do I have to do?", "Nothing on this plan is Bea"),
        ("my steps", "Nothing on this plan is Bea"),
        ("who has 4?", "Send the security questionnaire"),
        ("when is 4?", "Thu 18 Jun"),
        ("is step 4 done", "Thu 18 Jun"),
        ("status of #4", "Thu 18 Jun"),
        ("show me 4 please", "Thu 18 Jun"),
    ],
)
def test_a_question_is_answered_with_what_is_shown(shown: Stage, asked: str, answer: str) -> None:
    before = state_of(shown)
    assert answer in by_mention(shown, asked)
    assert state_of(shown) == before


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("4 done?", "done 4"),
        ("done 4?", "done 4"),
        ("done 4 (?)", "done 4"),
        ("4 Friday?", "date 4 Friday"),
        ("start 4?", "start 4"),
        ("4 blocked?", "block 4"),
        ("skip 4 because we have it?", "skip 4 because we have it"),
        ("delete 4 yes?", "delete 4 yes"),
        ("delete 4 sure?", "delete 4 sure"),
        ("please mark 4 as done?", "done 4"),
        ("owner 4 @Ravi?", "owner 4 @Ravi Shah"),
    ],
)
def test_what_only_asks_is_not_done_and_is_asked_back(shown: Stage, asked: str, order: str) -> None:
    before = state_of(shown)
    assert f"Write “{order}” or “open 4”" in by_mention(shown, asked)
    assert state_of(shown) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("not done 4", "What about step 4?"),
        ("4 is not done yet", "What about step 4?"),
        ("don't skip 4", "What about step 4?"),
        ("can you mark 4 as done, please", "What about step 4?"),
        ("4 was blocked by legal last week", "What about step 4?"),
        ("done 4 👎", "only a link fits"),
        ("blocked 4 and 5 legal", "One step at a time"),
        ("skip 4, 5", "One step at a time"),
        ("skip 4 5", "One step at a time"),
        ("block 4, 5 and 7 legal", "One step at a time"),
        ("move 4 and 5 to Friday", "One step at a time"),
        ("skip 4 please", "button"),
        ("delete 4 please", "button"),
        ("delete 4 please don't", "nothing else fits"),
        ("delete 4 yes but ask Bea first", "nothing else fits"),
        ("close won - not yet", "button"),
        ("close won: signed?", "button"),
        ("don't close", "I do not know"),
        ("the call is on 14 Aug", "I do not know"),
        ("snooze 4 2", "I have not reminded you of step 4"),
        ("thanks!", "`help`"),
        ("hi", "`status`"),
        ("> 4 Friday\nthat does not work for us", "You wrote"),
        ("Please note:\n> done 4\n> done 5", "You wrote"),
    ],
)
def test_what_is_no_order_does_nothing_and_is_answered_kindly(shown: Stage, typed: str, said: str) -> None:
    before = state_of(shown)
    assert said in by_mention(shown, typed)
    assert state_of(shown) == before


@pytest.mark.parametrize(
    "typed",
    [
        "@Tandem please mark step 2 as done",
        "@Tandem hi, 2 is done. Thanks!",
        "@Tandem done 2 thanks",
        "@Tandem done with 2",
        "@Tandem *done 2*",
        "@Tandem ```done 2```",
        "@Tandem “done 2”",
        "@Tandem - done task 2",
        "@Tandem *2* → done",
        "Thanks @Tandem, 2 is done",
        "Hi Rae,\n@Tandem done 2",
        "Hi all,\nthe review went fine.\n@Tandem done 2\nBest, Bea",
        "2 is done, @Tandem, thanks",
    ],
)
def test_what_stands_around_an_order_does_not_keep_it_from_being_done(plan: Stage, typed: str) -> None:
    assert "is done" in write(plan, typed)
    assert plan.step(2).state is StepState.DONE


def test_lines_above_the_name_are_orders_where_they_are(plan: Stage) -> None:
    assert "Two of your lines are done" in write(plan, "2 done\n3 Friday\n@Tandem")
    assert plan.step(2).state is StepState.DONE


@pytest.mark.parametrize(
    "typed",
    [
        "you can write @Tandem done 2",
        "> @Tandem done 2",
        "`@Tandem done 2`",
        "We are not done with 2 yet @Tandem",
        "the review went fine\n@Tandem",
    ],
)
def test_who_names_tandem_in_passing_is_left_alone(shown: Stage, typed: str) -> None:
    before = state_of(shown)
    assert write(shown, typed) == ""
    assert state_of(shown) == before


def test_a_question_before_the_name_is_answered(shown: Stage) -> None:
    assert "On track" in write(shown, "where are we, @Tandem?")
    assert "Write “done 4” or “open 4”" in write(shown, "4 done? @Tandem")


def test_minutes_noted_on_a_step_order_nothing_and_stay_as_typed(plan: Stage) -> None:
    by_mention(plan, "note 4 Minutes of the call:\n- done 5\n- 6 Friday\n\ndone 2")
    [note] = plan.rows(select(Note))
    assert note.text == "Minutes of the call:\n- done 5\n- 6 Friday"
    assert plan.step(5).state is StepState.OPEN
    assert plan.step(2).state is StepState.DONE


def test_a_new_step_says_under_which_phase_it_came(plan: Stage) -> None:
    answer = by_mention(plan, "new step Security review")
    [step] = plan.rows(select(Step).where(Step.title == "Security review"))
    assert f"is on the plan, under {step.phase}" in answer


def test_the_words_beside_a_button_are_marked_as_words_to_type(shown: Stage) -> None:
    assert "`block 4 waiting for legal until Fri`" in by_mention(shown, "block 4")
