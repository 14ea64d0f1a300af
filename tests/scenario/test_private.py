"""A private step of one side reaches the other side nowhere."""

import pytest
from sqlmodel import select

from storage.models import Step, Visibility
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.test_late import DUE, LONDON_MORNING

SECRET = "Walk-away price"


@pytest.fixture
def plan(plan: Stage) -> Stage:
    """Northwind keeps step 3 to itself; it is the next thing to do, and the lead cannot be written to."""
    plan.own(3, "U0RAE", DUE)
    with plan.database.write() as session:
        step = session.exec(select(Step).where(Step.number == 3)).one()
        step.visibility, step.title = Visibility.SELLER, SECRET
        session.add(step)
    return plan


def everything_acme_sees(plan: Stage) -> str:
    seen = [words_of(one) for one in plan.slack.messages("U0BEA") if one["blocks"]]
    for message in plan.slack.messages("U0BEA"):
        seen += [words_of(one) for one in message["replies"] if one["blocks"]]
    return "\n".join(seen)


def test_no_door_tells_the_other_side(plan: Stage) -> None:
    for words in ("status", "done 3", "done 2", "add Another thing", "done 99"):
        for person in ("U0BEA", "U0RAE"):
            plan.slack.say(person, f"@Tandem {words}")
            plan.settle()
    for action in ("plan.steps", "plan.history"):
        plan.slack.click("U0BEA", action, ts=plan.board()["ts"])
        assert SECRET not in words_of(plan.slack.need_view("U0BEA"))
        plan.slack.close("U0BEA")
    plan.slack.say("U0RAE", "/map status")
    plan.slack.click("U0RAE", "plan.show")
    plan.settle()
    assert SECRET not in everything_acme_sees(plan)


def test_a_refused_reminder_of_it_is_not_said_in_the_thread(plan: Stage) -> None:
    plan.slack.refuse_dms("U0RAE")
    plan.slack.turn_to(LONDON_MORNING)
    plan.morning_round()
    assert SECRET not in everything_acme_sees(plan)


def test_its_own_side_sees_and_does_it(plan: Stage) -> None:
    plan.slack.say("U0RAE", "/map done 3")
    plan.settle()
    assert SECRET in words_of(plan.slack.messages("U0RAE")[-1])
    assert SECRET not in everything_acme_sees(plan)
