"""A step's day is over: who hears of it, where, and what a press does."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from bot.application import build_client
from bot.delivery import REPEATABLE
from bot.messages import Messenger
from storage import outbox
from storage.models import NudgeStep, Person, StepState
from storage.outgoing import Outgoing, WorkState
from tests.sandboxed import BOT_TOKEN, words_of
from tests.scenario.conftest import Stage

DUE = date(2026, 6, 3)
NEW_YORK_MORNING = datetime(2026, 6, 4, 13, 30, tzinfo=UTC)
LONDON_MORNING = datetime(2026, 6, 4, 8, 30, tzinfo=UTC)
NUMBER = 4


@pytest.fixture
def late(plan: Stage) -> Stage:
    """Bea's step 4 was due yesterday; it is half past nine where she is, and she has heard."""
    plan.own(NUMBER, "U0BEA", DUE)
    plan.slack.turn_to(NEW_YORK_MORNING)
    plan.morning_round()
    return plan


def message(stage: Stage, person: str = "U0BEA") -> str:
    return words_of(stage.slack.dms(person)[-1])


def mentions(stage: Stage) -> list[str]:
    """What the board's thread says to somebody by name; its news mention nobody."""
    return [said for reply in stage.board()["replies"] if "<@" in (said := words_of(reply))]


def to_bea(stage: Stage) -> list[dict[str, object]]:
    return stage.slack.dms("U0BEA")


def test_the_owner_gets_one_private_message_with_what_to_do(late: Stage) -> None:
    assert len(to_bea(late)) == 1
    assert "Hi Bea" in message(late)
    assert f"{NUMBER}  Send the security questionnaire" in message(late)
    for label in ("Done", "New date", "Blocked", "Not me", "Snooze"):
        assert label in message(late)
    for word in ("late", "overdue", "failed"):
        assert word not in message(late).lower().replace("later", "")


def test_before_half_past_nine_nobody_hears(plan: Stage) -> None:
    plan.own(NUMBER, "U0BEA", DUE)
    plan.slack.turn_to(datetime(2026, 6, 4, 13, 29, tzinfo=UTC))
    plan.morning_round()
    assert to_bea(plan) == []


def test_the_channel_hears_nothing_of_it(late: Stage) -> None:
    late.settle()
    assert [one["ts"] for one in late.slack.messages("U0RAE") if one["bot"]] == [late.board()["ts"]]
    assert mentions(late) == []


def test_nobody_is_written_to_twice_for_one_day(late: Stage) -> None:
    for _ in range(6):
        late.slack.advance("day")
        late.morning_round()
    assert len(to_bea(late)) == 1


def test_done_ends_it_and_the_message_says_so(late: Stage) -> None:
    late.slack.click("U0BEA", "nudge.done", channel="D0BEA")
    late.settle()
    assert late.step(NUMBER).state is StepState.DONE
    assert "Snooze" not in message(late)
    assert "1 of 13 done" in late.board_text("U0RAE")


def test_a_new_date_shows_on_board_and_history_and_arms_again(late: Stage) -> None:
    late.slack.click("U0BEA", "nudge.date", channel="D0BEA")
    assert late.slack.submit("U0BEA", {"due": "2026-06-10", "reason": "Ravi is back on Monday"}) == {}
    late.settle()
    assert "Wed 10 Jun" in late.board_text("U0RAE")
    assert "Snooze" not in message(late)
    late.slack.say("U0RAE", "/map history")
    assert "Ravi is back on Monday" in words_of(late.slack.need_view("U0RAE"))
    late.slack.turn_to(datetime(2026, 6, 11, 13, 30, tzinfo=UTC))
    late.morning_round()
    assert len(to_bea(late)) == 2


def test_blocked_from_the_message(late: Stage) -> None:
    late.slack.click("U0BEA", "nudge.block", channel="D0BEA")
    assert late.slack.submit("U0BEA", {"reason": "Waiting for our legal"}) == {}
    late.settle()
    assert late.step(NUMBER).state is StepState.BLOCKED
    assert "Waiting for our legal" in late.board_text("U0RAE")


def test_not_me_hands_it_to_whom_she_names(late: Stage) -> None:
    late.slack.click("U0BEA", "nudge.not_me", channel="D0BEA")
    assert late.slack.submit("U0BEA", {"owner": late.person("U0BEA", "owner", "Ravi")}) == {}
    late.settle()
    assert late.step(NUMBER).owner_id == "U0RAVI"
    late.slack.advance("day")
    late.morning_round()
    assert "Hi Ravi" in message(late, "U0RAVI")


def test_snooze_brings_it_back_after_two_working_days(late: Stage) -> None:
    step = late.step(NUMBER)
    value = f"{step.plan_id}:{step.id}:2"
    late.slack.click("U0BEA", "nudge.snooze", channel="D0BEA", selected_option={"value": value})
    late.settle()
    late.slack.advance("day")
    late.morning_round()
    assert len(to_bea(late)) == 1
    late.slack.turn_to(datetime(2026, 6, 8, 13, 31, tzinfo=UTC))  # the Monday after
    late.morning_round()
    assert len(to_bea(late)) == 2


def test_done_on_the_board_ends_the_message_too(late: Stage) -> None:
    late.slack.say("U0RAE", f"/map done {NUMBER}")
    late.settle()
    assert "Rae Lindqvist" in message(late)
    assert "Snooze" not in message(late)


def test_a_button_of_an_ended_message_changes_nothing(late: Stage) -> None:
    old = to_bea(late)[0]["blocks"]
    late.slack.say("U0RAE", f"/map done {NUMBER}")
    late.settle()
    changes = len(late.rows(select(NudgeStep)))
    assert "nudge.done" in str(old)
    assert "nudge.done" not in str(to_bea(late)[0]["blocks"])
    assert len(late.rows(select(NudgeStep))) == changes


def test_a_step_nobody_holds_asks_the_lead_who_should(plan: Stage) -> None:
    plan.own(NUMBER, "U0RAVI", DUE)
    menu = f"{plan.step(NUMBER).plan_id}:{plan.step(NUMBER).id}:owner"
    plan.slack.click(
        "U0BEA", "step.more", near=f"{NUMBER}  Send the security", selected_option={"value": menu}
    )
    assert plan.slack.submit("U0BEA", {"owner": None}) == {}
    plan.slack.turn_to(NEW_YORK_MORNING)
    plan.morning_round()
    assert "Who" in message(plan)
    plan.slack.click("U0BEA", "nudge.owner", channel="D0BEA")
    assert plan.slack.submit("U0BEA", {"owner": plan.person("U0BEA", "owner", "Omar")}) == {}
    plan.settle()
    assert plan.step(NUMBER).owner_id == "U0OMAR"


def test_where_slack_refuses_the_message_the_boards_thread_says_it_quietly(plan: Stage) -> None:
    plan.slack.refuse_dms("U0BEA")
    plan.own(NUMBER, "U0BEA", DUE)
    plan.slack.turn_to(NEW_YORK_MORNING)
    plan.morning_round()
    [said] = mentions(plan)
    assert "<@U0BEA>" in said
    assert "waiting for you" in said
    assert f"@Tandem done {NUMBER}" in said
    for word in ("late", "overdue", "day"):
        assert word not in said.lower()
    for _ in range(3):
        plan.slack.advance("day")
        plan.morning_round()
    assert len(mentions(plan)) == 1
    [bea] = plan.rows(select(Person).where(Person.user_id == "U0BEA"))
    assert bea.refuses_dm_since is not None


def test_a_process_that_dies_once_the_message_has_its_place_leaves_no_doubt(plan: Stage) -> None:
    plan.own(NUMBER, "U0BEA", DUE)
    plan.slack.turn_to(NEW_YORK_MORNING)
    plan.tandem.beat.sweep()
    messenger = Messenger(
        plan.database, plan.clock, lambda _team: build_client(BOT_TOKEN, plan.slack.api_url)
    )
    nudge = select(Outgoing).where(Outgoing.kind == "nudge")
    with plan.database.write() as session:
        row = outbox.claim(session, plan.clock.wall(), {}, REPEATABLE)
    assert row is not None
    assert row.kind == "nudge"
    messenger.senders["nudge"](row)  # and nothing of what follows
    assert [row.state for row in plan.rows(nudge)] == [WorkState.SENT]
    plan.settle()
    assert len(to_bea(plan)) == 1
    assert plan.slack.dms("U0RAE") == []


def test_the_sellers_own_step_is_said_to_the_seller_in_their_morning(plan: Stage) -> None:
    plan.own(3, "U0RAE", DUE)
    plan.slack.turn_to(LONDON_MORNING)
    plan.morning_round()
    assert "Hi Rae" in message(plan, "U0RAE")


def test_a_gate_waits_only_for_the_side_that_has_not_confirmed(plan: Stage) -> None:
    plan.own(1, "U0BEA", DUE)
    plan.slack.click("U0RAE", "step.done", near="1  Agree on the goals")
    plan.settle()
    plan.slack.turn_to(NEW_YORK_MORNING)
    plan.morning_round()
    assert plan.slack.dms("U0RAE") == []
    assert "1  Agree on the goals" in message(plan)
    plan.slack.click("U0BEA", "nudge.done", channel="D0BEA")
    plan.settle()
    assert plan.step(1).state is StepState.DONE


def test_the_board_notices_by_itself_that_a_day_is_over(plan: Stage) -> None:
    plan.own(NUMBER, "U0BEA", DUE)
    assert "On track" in plan.board_text()
    plan.slack.turn_to(NEW_YORK_MORNING)
    plan.morning_round()
    assert "Waiting" in plan.board_text()


def test_a_deleted_board_is_back_the_next_day_without_anybody_acting(plan: Stage) -> None:
    plan.slack.delete("U0RAE", plan.board()["ts"])
    plan.slack.advance("day")
    plan.morning_round()
    assert "Acme × Northwind" in plan.board_text()


def test_a_lead_asked_for_their_half_of_a_gate_does_not_replace_the_other_sides_person(plan: Stage) -> None:
    plan.own(1, "U0BEA", DUE)
    plan.slack.turn_to(LONDON_MORNING)
    plan.morning_round()
    assert "Account executive" in message(plan, "U0RAE")
    plan.slack.click("U0RAE", "nudge.owner", channel="D0RAE")
    assert plan.slack.submit("U0RAE", {"owner": plan.person("U0RAE", "owner", "Sam")}) == {}
    gate = plan.step(1)
    assert (gate.owner_id, gate.counterpart_id) == ("U0BEA", "U0SAM")


def test_a_reminder_of_a_step_that_was_deleted_says_so(late: Stage) -> None:
    late.slack.say("U0RAE", f"/map delete {NUMBER}")
    assert late.slack.submit("U0RAE", {}) == {}
    late.slack.click("U0BEA", "nudge.done", channel="D0BEA")
    assert "not on the plan any more" in words_of(late.slack.need_view("U0BEA"))
    late.settle()
    assert "not on the plan any more" in message(late)
    assert "nudge.done" not in str(to_bea(late))


def test_a_new_title_answers_nothing_and_shows_in_the_reminder(late: Stage) -> None:
    late.slack.say("U0RAE", f"/map edit {NUMBER}")
    assert late.slack.submit("U0RAE", {"title": "Named anew"}) == {}
    late.settle()
    assert "Named anew" in message(late)
    assert "nudge.done" in str(to_bea(late))
