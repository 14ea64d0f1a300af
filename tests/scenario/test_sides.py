"""A third company in the channel: it is asked once which side it is on, and the seller says yes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from blocks.ids import Act
from bot.desk import Visitor
from bot.listeners.press import Press
from bot.listeners.pressed.plans import share_status
from bot.use_cases.common import Refused
from storage.database import Database
from storage.models import PlanOrganization, StepState
from tests.sandboxed import WORLD, words_of
from tests.scenario.conftest import Stage, make_stage

ANA, GIL = "U0ANA", "U0GIL"


def with_a_third_firm(path: Path) -> Path:
    """The sandbox's world, and a third firm in its shared channel."""
    world: dict[str, Any] = yaml.safe_load(WORLD.read_text(encoding="utf-8"))
    world["teams"].append({"id": "T0INITECH", "name": "Initech", "domain": "initech"})
    for person, name in ((ANA, "Ana Ruiz"), (GIL, "Gil Moss")):
        handle = name.split()[0].lower()
        world["people"].append(
            {
                "id": person,
                "name": name,
                "handle": handle,
                "title": "Integrator",
                "team_id": "T0INITECH",
                "tz": "Europe/Madrid",
                "email": f"{handle}@initech.example",
            }
        )
    world["channels"][0]["team_ids"].append("T0INITECH")
    world["channels"][0]["member_ids"] += [ANA, GIL]
    path.write_text(yaml.safe_dump(world), encoding="utf-8")
    return path


@pytest.fixture
def plan(database: Database, tmp_path: Path) -> Iterator[Stage]:
    for stage in make_stage(database, world=with_a_third_firm(tmp_path / "world.yml")):
        stage.start_plan()
        yield stage


def press_done(stage: Stage, person: str) -> None:
    stage.slack.click(person, "step.done", near="2  Write down who signs off")
    stage.settle()


def modal(stage: Stage, person: str) -> str:
    return words_of(stage.slack.need_view(person))


def test_a_press_asks_which_side_and_the_answer_goes_to_the_lead(plan: Stage) -> None:
    press_done(plan, ANA)
    asked = modal(plan, ANA)
    for words in ("between Northwind and Acme", "With Northwind", "With Acme", "Just reading along"):
        assert words in asked
    plan.slack.click(ANA, "side.buyer")
    plan.settle()
    assert "I ask Northwind to confirm" in modal(plan, ANA)
    assert plan.step(2).state is StepState.OPEN
    [question] = plan.slack.dms("U0RAE")
    assert "*Ana Ruiz* is from a company" in words_of(question)
    assert "we are with Acme. Right?" in words_of(question)


def test_after_yes_her_next_press_works_and_her_colleagues_too(plan: Stage) -> None:
    press_done(plan, ANA)
    plan.slack.click(ANA, "side.buyer")
    plan.slack.close(ANA)
    press_done(plan, GIL)
    assert "has been asked to confirm it" in modal(plan, GIL)
    assert "Just reading along" not in modal(plan, GIL), "asked once, for the whole company"
    plan.slack.close(GIL)
    plan.slack.click("U0RAE", "side.yes", channel="D0RAE")
    plan.settle()
    plan.slack.close("U0RAE")
    assert "side.yes" not in str(plan.slack.dms("U0RAE")[0]["blocks"])
    assert "are with Acme" in words_of(plan.slack.dms("U0RAE")[0])
    press_done(plan, GIL)
    assert plan.step(2).state is StepState.DONE
    plan.slack.say(ANA, "@Tandem done 3")
    plan.settle()
    assert plan.step(3).state is StepState.DONE
    plan.slack.say("U0RAE", "/map history")
    log = modal(plan, "U0RAE")
    assert "said they are with Acme" in log
    assert "confirmed that Ana Ruiz and colleagues are with Acme" in log


def test_after_no_she_reads_along_and_may_ask_again(plan: Stage) -> None:
    press_done(plan, ANA)
    plan.slack.click(ANA, "side.seller")
    plan.slack.close(ANA)
    plan.settle()
    plan.slack.click("U0RAE", "side.no", channel="D0RAE")
    plan.slack.close("U0RAE")
    plan.settle()
    press_done(plan, ANA)
    assert "reads along" in modal(plan, ANA)
    assert plan.step(2).state is StepState.OPEN
    plan.slack.click(ANA, "side.buyer")
    plan.settle()
    assert len(plan.slack.dms("U0RAE")) == 2


def test_a_mention_is_asked_in_its_thread_and_keeps_what_was_typed(plan: Stage) -> None:
    ts = plan.slack.say(ANA, "@Tandem add Check the data model")
    plan.settle()
    [mention] = [one for one in plan.slack.messages(ANA) if one["ts"] == ts]
    [reply] = mention["replies"]
    assert "With Acme" in words_of(reply)
    assert "add Check the data model" in words_of(reply)
    plan.slack.click(ANA, "side.buyer", ts=reply["ts"])
    assert "I ask Northwind to confirm" in modal(plan, ANA)
    plan.settle()
    assert len(plan.slack.dms("U0RAE")) == 1
    plan.slack.close(ANA)
    plan.slack.click("U0BEA", "side.seller", ts=reply["ts"])
    assert "You are with Acme on this plan already" in modal(plan, "U0BEA")


def test_a_form_that_is_sent_keeps_its_words_under_the_question(plan: Stage) -> None:
    """Ana's side is taken away while her form is open."""
    press_done(plan, ANA)
    plan.slack.click(ANA, "side.buyer")
    plan.slack.close(ANA)
    plan.settle()
    plan.slack.click("U0RAE", "side.yes", channel="D0RAE")
    plan.slack.close("U0RAE")
    plan.settle()
    plan.slack.click(ANA, "plan.add", ts=plan.board()["ts"])
    with plan.database.write() as session:
        company = session.get_one(PlanOrganization, (plan.plan().id, "T0INITECH"))
        company.side = company.claimed_side = company.claimed_by = None
    plan.slack.submit(ANA, {"title": "Check the data model"})
    assert "With Acme" in modal(plan, ANA)
    assert len(plan.slack.state(ANA)["views"]) == 2


def test_who_only_reads_is_asked_nothing(plan: Stage) -> None:
    plan.slack.click(ANA, "plan.steps", ts=plan.board()["ts"])
    assert "With Acme" not in modal(plan, ANA)
    plan.slack.close(ANA)
    ts = plan.slack.say(ANA, "@Tandem status")
    plan.settle()
    [mention] = [one for one in plan.slack.messages(ANA) if one["ts"] == ts]
    assert "With Acme" not in words_of(mention["replies"][0])


def test_a_second_press_on_the_question_decides_nothing_anew(plan: Stage) -> None:
    press_done(plan, ANA)
    plan.slack.click(ANA, "side.buyer")
    plan.slack.close(ANA)
    plan.settle()
    value = f"{plan.plan().id}:T0INITECH:buyer"
    plan.slack.click("U0RAE", "side.yes", channel="D0RAE", value=value)
    plan.slack.close("U0RAE")
    plan.slack.click("U0RAE", "side.no", channel="D0RAE", value=value)
    assert "are with Acme already" in modal(plan, "U0RAE")


def test_who_reads_along_posts_nothing_in_the_channel(plan: Stage) -> None:
    board = plan.board()["ts"]
    plan.slack.say(ANA, "@Tandem board")
    plan.settle()
    assert plan.board()["ts"] == board
    assert "With Acme" in words_of(plan.slack.messages(ANA)[-1]["replies"][0])
    plan.slack.say("U0RAE", "/map status")
    plan.slack.click("U0RAE", "plan.show")
    plan.settle()
    shared = plan.count("post")
    with plan.tandem.desk.look(Visitor(ANA, "T0INITECH"), plan.plan().id or 0, channel_id="C0DEAL") as look:
        assert look.actor.side is None
    press = Press(
        plan.tandem.desk,
        Visitor(ANA, "T0INITECH"),
        plan.tandem.app.client,
        {"trigger_id": "stale"},
        Act.PLAN_SHOW,
        str(plan.plan().id),
        "C0DEAL",
    )
    with pytest.raises(Refused, match="which_side"):
        share_status(press)
    assert plan.count("post") == shared


def test_who_was_given_a_step_is_asked_for_their_side_in_the_message_they_got(plan: Stage) -> None:
    plan.own(4, ANA)
    plan.slack.advance("week", 5)
    plan.morning_round()
    [message, *_] = [one for one in plan.slack.dms(ANA) if "nudge.done" in str(one["blocks"])]
    plan.slack.click(ANA, "nudge.done", channel="D0ANA", ts=message["ts"])
    assert "With Acme" in modal(plan, ANA)
    plan.slack.click(ANA, "side.buyer")
    assert "I ask Northwind to confirm" in modal(plan, ANA)
    plan.slack.close(ANA)
    plan.settle()
    plan.slack.click("U0RAE", "side.yes", channel="D0RAE")
    plan.slack.close("U0RAE")
    plan.settle()
    plan.slack.click(ANA, "nudge.done", channel="D0ANA", ts=message["ts"])
    assert plan.step(4).state is StepState.DONE


def test_who_left_the_channel_hears_nothing_of_the_plan_in_private(plan: Stage) -> None:
    plan.own(4, ANA)
    plan.slack.advance("week", 5)
    plan.morning_round()
    [message, *_] = [one for one in plan.slack.dms(ANA) if "nudge.done" in str(one["blocks"])]
    plan.slack.leave("U0BEA", ANA)
    plan.settle()
    [block] = [one for one in message["blocks"] if "nudge.done" in str(one)]
    where = {"channel": "D0ANA", "ts": message["ts"], "block_id": block["block_id"]}
    plan.slack.door("click", person=ANA, action_id="nudge.done", **where)
    assert "not one of this channel's" in words_of(plan.slack.state(ANA, "D0ANA")["views"][-1])
    assert plan.step(4).state is StepState.OPEN
