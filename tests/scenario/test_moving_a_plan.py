"""A plan moves to another channel, by a word or out of a channel that cannot be used any more."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.listeners.modals import moves
from bot.use_cases.common import Refused
from storage.models import Change, Plan
from tests.given import RAE
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage

MOVE = "/map move #sales-team"


@pytest.fixture
def plan(plan: Stage) -> Stage:
    """Tandem is in the channel of Northwind's own people, too."""
    plan.slack.invite("U0RAE", "U0TANDEM", "C0TEAM")
    plan.settle()
    return plan


def pinned(stage: Stage, person: str, channel: str) -> list[str]:
    return [words_of(one) for one in stage.slack.messages(person, channel) if one["pinned"]]


def last_words(stage: Stage, person: str) -> str:
    return words_of(stage.slack.messages(person)[-1])


def test_moved_the_board_is_pinned_there_and_the_old_channel_knows_where_to_go(plan: Stage) -> None:
    old = plan.board()["ts"]
    plan.slack.say("U0RAE", MOVE)
    seen = words_of(plan.slack.need_view("U0RAE"))
    assert "Bea Alvarez" in seen  # who leads at Acme, and is not there
    assert "Rae Lindqvist" not in seen
    assert plan.plan().channel_id == "C0DEAL"  # nothing is done before it is confirmed
    assert plan.slack.submit("U0RAE") == {}
    plan.settle()
    assert plan.plan().channel_id == "C0TEAM"
    assert "Acme × Northwind" in pinned(plan, "U0RAE", "C0TEAM")[0]
    assert pinned(plan, "U0BEA", "C0DEAL") == []
    [left] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == old]
    assert "This plan lives in" in words_of(left)
    [reply] = left["replies"]
    assert "Rae Lindqvist moved the plan to" in words_of(reply)
    assert [one.kind for one in plan.rows(select(Change).where(Change.kind == "plan_moved"))] == [
        "plan_moved"
    ]
    plan.slack.say("U0RAE", "/map status", channel="C0TEAM")
    assert "Acme × Northwind" in words_of(plan.slack.messages("U0RAE", "C0TEAM")[-1])


def test_a_step_is_still_moved_by_its_number(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map move 4 10 Jul")
    plan.settle()
    assert str(plan.step(4).due_date) == "2026-07-10"
    assert plan.plan().channel_id == "C0DEAL"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("move #somewhere", "Where to?"),
        ("move the plan", "Where to?"),
        ("move to #acme-northwind", "in that channel already"),
    ],
)
def test_where_it_cannot_go_is_said_and_nothing_is_done(plan: Stage, words: str, why: str) -> None:
    plan.slack.say("U0RAE", f"/map {words}")
    plan.settle()
    assert why in last_words(plan, "U0RAE")
    assert plan.plan().channel_id == "C0DEAL"


def test_the_buyer_cannot_move_it(plan: Stage) -> None:
    plan.slack.say("U0BEA", "@Tandem move #acme-northwind")
    plan.settle()
    [said] = [one for one in plan.slack.messages("U0BEA") if "move" in words_of(one)][-1]["replies"]
    assert "Only Northwind can do that" in words_of(said)


def test_a_channel_in_which_one_of_us_is_not_takes_no_plan(plan: Stage) -> None:
    plan.slack.leave("U0RAE", "U0TANDEM", "C0TEAM")
    plan.settle()
    plan.slack.say("U0RAE", MOVE)
    assert "in which both you and I are" in last_words(plan, "U0RAE")
    for plan_id, channel_id, why in (
        (plan.plan().id or 0, "C0ROLLOUT", "move_not_there"),  # Tandem is, and Rae is not
        (plan.plan().id or 0, "<!channel>", "move_not_there"),
        (999, "C0TEAM", "no_such_plan"),
    ):
        with pytest.raises(Refused, match=why):
            moves.confirm(plan.tandem.desk, RAE, plan_id, None, channel_id)
    assert plan.plan().channel_id == "C0DEAL"


def test_of_two_plans_the_first_has_the_channel(plan: Stage) -> None:
    plan.slack.say("U0RAE", MOVE)
    with plan.database.write() as session:  # somebody starts another one while the window is open
        session.add(Plan(**{**plan.plan().model_dump(exclude={"id"}), "channel_id": "C0TEAM"}))
    plan.slack.submit("U0RAE")
    assert "has an open plan already" in words_of(plan.slack.need_view("U0RAE"))
    plan.slack.close("U0RAE")
    plan.slack.say("U0RAE", MOVE)
    assert "has an open plan already" in last_words(plan, "U0RAE")
    plan.settle()
    assert len(plan.rows(select(Plan).where(Plan.channel_id == "C0DEAL"))) == 1


def test_out_of_an_archived_channel_by_the_button_in_the_leads_message(plan: Stage) -> None:
    plan.slack.archive("U0RAE")
    plan.settle()
    plan.slack.click("U0RAE", "plan.move", channel="D0RAE")
    assert plan.slack.submit("U0RAE", {"channel": "C0TEAM"}) == {}
    assert "Bea Alvarez" in words_of(plan.slack.need_view("U0RAE"))
    assert plan.slack.submit("U0RAE") == {}
    plan.settle()
    moved = plan.plan()
    assert (moved.channel_id, moved.frozen_at, moved.frozen_reason) == ("C0TEAM", None, "")
    assert "Acme × Northwind" in pinned(plan, "U0RAE", "C0TEAM")[0]
    plan.slack.say("U0RAE", "/map done 1", channel="C0TEAM")
    plan.settle()
    assert plan.step(1).seller_confirmed_by == "U0RAE"
    plan.slack.archive("U0RAE", on=False)  # the old channel does not matter any more
    plan.settle()
    assert plan.plan().channel_id == "C0TEAM"


def test_of_who_is_not_in_the_new_channel_nobody_is_told_again(plan: Stage) -> None:
    """Rae has just read their names. Who comes and leaves later is another matter."""
    plan.own(4, "U0BEA")
    plan.slack.say("U0RAE", MOVE)
    assert plan.slack.submit("U0RAE") == {}
    plan.settle()
    for hour in (15, 16, 17):
        plan.slack.turn_to(datetime(2026, 6, 2, hour, 30, tzinfo=UTC))
        plan.morning_round()
    assert plan.slack.dms("U0RAE") == []


def test_who_read_that_it_stands_still_reads_where_it_goes_on(plan: Stage) -> None:
    plan.slack.archive("U0RAE")
    plan.settle()
    plan.slack.click("U0RAE", "plan.move", channel="D0RAE")
    assert plan.slack.submit("U0RAE", {"channel": "C0TEAM"}) == {}
    assert plan.slack.submit("U0RAE") == {}
    plan.settle()
    stands_still, goes_on = (words_of(one) for one in plan.slack.dms("U0BEA"))
    assert "stands still for now" in stands_still
    assert "Rae Lindqvist moved it there" in goes_on
    assert len(plan.slack.dms("U0RAE")) == 1
