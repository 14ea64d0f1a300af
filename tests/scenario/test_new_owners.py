"""Somebody gets a step from somebody else: one quiet word, in private, with a way back."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from storage.models import Person, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import TUESDAY, Stage

DUE = date(2026, 6, 12)
PAUSE = timedelta(minutes=3)
WEDNESDAY_IN_NEW_YORK = datetime(2026, 6, 3, 13, 31, tzinfo=UTC)


def give(stage: Stage, number: int, name: str, by: str = "U0BEA") -> None:
    """By the modal, as people do."""
    step = stage.step(number)
    value = f"{step.plan_id}:{step.id}"
    stage.slack.click(by, "step.open", ts=stage.board()["ts"], selected_option={"value": value})
    stage.slack.click(by, "step.owner")
    assert stage.slack.submit(by, {"owner": stage.person(by, "owner", name)}) == {}
    stage.settle()


def a_moment_later(stage: Stage, pause: timedelta = PAUSE) -> None:
    stage.slack.turn_to(datetime.fromtimestamp(stage.slack.now(), UTC) + pause)
    stage.morning_round()


def to(stage: Stage, person: str) -> list[str]:
    return [words_of(one) for one in stage.slack.dms(person)]


def test_two_steps_given_together_are_one_message(plan: Stage) -> None:
    give(plan, 4, "Ravi")
    give(plan, 6, "Ravi")
    assert to(plan, "U0RAVI") == [], "what else may come is waited for"
    a_moment_later(plan)
    [said] = to(plan, "U0RAVI")
    assert "Hi Ravi, Bea Alvarez put your name on two steps of *Acme × Northwind*" in said
    assert "4  Send the security questionnaire" in said
    assert "6  Review the security questionnaire" in said
    assert "Not me" in said
    a_moment_later(plan, timedelta(hours=1))
    assert len(to(plan, "U0RAVI")) == 1


def test_a_second_one_waits_for_the_next_morning_there(plan: Stage) -> None:
    give(plan, 4, "Ravi")
    a_moment_later(plan)
    give(plan, 6, "Ravi")
    a_moment_later(plan)
    assert len(to(plan, "U0RAVI")) == 1
    plan.slack.turn_to(WEDNESDAY_IN_NEW_YORK)
    plan.morning_round()
    assert len(to(plan, "U0RAVI")) == 2
    assert "4  Send" not in to(plan, "U0RAVI")[1]


def test_who_takes_a_step_themselves_hears_nothing(plan: Stage) -> None:
    give(plan, 4, "Bea")
    a_moment_later(plan)
    assert to(plan, "U0BEA") == []


def test_taken_back_in_time_it_is_not_told(plan: Stage) -> None:
    give(plan, 4, "Ravi")
    give(plan, 4, "Omar")
    a_moment_later(plan)
    assert to(plan, "U0RAVI") == []
    assert len(to(plan, "U0OMAR")) == 1


def test_done_before_the_message_goes_out_it_is_not_said(plan: Stage) -> None:
    give(plan, 4, "Ravi")
    plan.slack.turn_to(TUESDAY + timedelta(minutes=10))
    plan.tandem.beat.sweep()  # written, not sent yet
    plan.slack.say("U0BEA", "@Tandem done 4")
    plan.settle()
    assert to(plan, "U0RAVI") == []


def test_not_me_passes_it_on_and_open_shows_it(plan: Stage) -> None:
    give(plan, 4, "Ravi")
    a_moment_later(plan)
    plan.slack.click("U0RAVI", "step.open", channel="D0RAVI")
    assert "Send the security questionnaire" in words_of(plan.slack.need_view("U0RAVI"))
    plan.slack.close("U0RAVI")
    plan.slack.click("U0RAVI", "nudge.not_me", channel="D0RAVI")
    assert plan.slack.submit("U0RAVI", {"owner": plan.person("U0RAVI", "owner", "Ines")}) == {}
    plan.settle()
    assert plan.step(4).owner_id == "U0INES"
    a_moment_later(plan)
    assert "Ravi Shah put your name on one step" in to(plan, "U0INES")[0]


def test_a_stale_not_me_takes_the_step_from_nobody(plan: Stage) -> None:
    give(plan, 4, "Ravi")
    a_moment_later(plan)
    plan.slack.click("U0RAVI", "nudge.not_me", channel="D0RAVI")
    plan.own(4, "U0OMAR")
    first = plan.slack.submit("U0RAVI", {"owner": None})
    assert "Omar" in first["owner"], "what changed meanwhile is said, and the form stays"
    second = plan.slack.submit("U0RAVI", {"owner": None})
    assert "not with you any more" in second["owner"]
    assert plan.step(4).owner_id == "U0OMAR"


def test_a_stale_open_of_a_step_that_was_deleted_says_so(plan: Stage) -> None:
    give(plan, 4, "Ravi")
    a_moment_later(plan)
    with plan.database.write() as session:
        step = plan.step(4)
        step.removed_at, step.removed_by = plan.clock.now(), "U0BEA"
        session.merge(step)
    plan.slack.click("U0RAVI", "step.open", channel="D0RAVI")
    assert "not on the plan any more" in words_of(plan.slack.need_view("U0RAVI"))


def test_where_slack_refuses_it_the_boards_thread_says_it_once(plan: Stage) -> None:
    plan.slack.refuse_dms("U0RAVI")
    give(plan, 4, "Ravi")
    a_moment_later(plan)
    for _ in range(2):
        a_moment_later(plan, timedelta(days=1))
    said = [words_of(one) for one in plan.board()["replies"]]
    assert ["<@U0RAVI>" in one for one in said].count(True) == 1
    assert "has your name on it now" in said[0]
    [ravi] = plan.rows(select(Person).where(Person.user_id == "U0RAVI"))
    assert ravi.refuses_dm_since is not None


def test_a_lost_answer_is_told_to_the_lead_and_never_sent_again(plan: Stage) -> None:
    give(plan, 4, "Ravi")
    plan.slack.fail("chat.postMessage", "lost_answer")
    a_moment_later(plan)
    a_moment_later(plan)
    assert len(to(plan, "U0RAVI")) == 1
    [told] = to(plan, "U0RAE")
    assert "a word about new steps" in told
    assert plan.step(4).state is StepState.OPEN
