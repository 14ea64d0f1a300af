"""A side for one person or a whole third company, said by who may; and a channel of one firm, asked once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.database import Database
from storage.models import PlanPerson, Step, StepState
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage, make_stage
from tests.scenario.doors import old_buttons
from tests.scenario.test_sides import ANA, GIL, modal, with_a_third_firm

RAE, BEA, RAVI, SAM = "U0RAE", "U0BEA", "U0RAVI", "U0SAM"


@pytest.fixture
def plan(database: Database, tmp_path: Path) -> Iterator[Stage]:
    for stage in make_stage(database, world=with_a_third_firm(tmp_path / "world.yml")):
        stage.start_plan()
        yield stage


def press_done(plan: Stage, person: str) -> None:
    plan.slack.click(person, "step.done", near="2  Write down who signs off")
    plan.settle()


def answer(plan: Stage, words: str) -> str:
    plan.slack.say(RAE, f"/map {words}")
    plan.settle()
    return words_of(plan.slack.messages(RAE)[-1])


def test_a_whole_company_is_given_a_side_unasked(plan: Stage) -> None:
    assert "Is all of *Ana Ruiz*" in answer(plan, "side @Ana buyer")
    plan.slack.click(RAE, "side.for_all")
    assert "and colleagues are with Acme" in modal(plan, RAE)
    plan.settle()
    press_done(plan, GIL)
    assert plan.step(2).state is StepState.DONE
    plan.slack.close(RAE)
    plan.slack.say(RAE, "/map history")
    assert "are with Acme" in modal(plan, RAE)


def test_or_only_one_of_them(plan: Stage) -> None:
    answer(plan, "side @Ana Acme")
    plan.slack.click(RAE, "side.for_one")
    assert "Ana Ruiz* is with Acme" in modal(plan, RAE)
    plan.settle()
    press_done(plan, GIL)
    assert "Which of them are you with?" in modal(plan, GIL)
    assert plan.step(2).state is StepState.OPEN
    press_done(plan, ANA)
    assert plan.step(2).state is StepState.DONE


def test_the_same_in_a_form(plan: Stage) -> None:
    plan.slack.say(RAE, "/map people")
    plan.slack.click(RAE, "side.change")
    view = plan.slack.need_view(RAE)
    assert view["callback_id"] == "side.change"
    ana = plan.person(RAE, "person", "Ana")
    plan.slack.submit(RAE, {"person": ana, "side": "buyer", "whole_company": ["yes"]})
    assert "and colleagues are with Acme" in modal(plan, RAE)
    plan.settle()
    press_done(plan, GIL)
    assert plan.step(2).state is StepState.DONE


def test_the_buyers_lead_corrects_only_own_people(plan: Stage) -> None:
    answer(plan, "side @Ravi seller")
    ts = plan.slack.say(BEA, "@Tandem side @Ravi Acme")
    plan.settle()
    [said] = [one for one in plan.slack.messages(BEA) if one["ts"] == ts]
    assert "*Ravi Shah* is with Acme" in words_of(said["replies"][0])
    ts = plan.slack.say(BEA, "@Tandem side @Ana buyer")
    plan.settle()
    [said] = [one for one in plan.slack.messages(BEA) if one["ts"] == ts]
    assert "people of your own company" in words_of(said["replies"][0])
    ts = plan.slack.say(RAVI, "@Tandem side @Ravi buyer")
    plan.settle()
    [said] = [one for one in plan.slack.messages(RAVI) if one["ts"] == ts]
    assert "Only Northwind can do that" in words_of(said["replies"][0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("side @Sam buyer", "Only guests can change over"),
        ("side @Bea seller", "leads for Acme"),
        ("side everybody buyer", "“side”, then who"),
        ("side @Ana", "Which of the companies"),
        ("side @Nobody buyer", "who “Nobody” is"),
    ],
)
def test_what_cannot_be_is_said(plan: Stage, words: str, said: str) -> None:
    assert said.lower() in answer(plan, words).lower()


def test_the_side_of_a_step_is_still_a_word(plan: Stage) -> None:
    assert "who “" not in answer(plan, "side 2 seller")


@pytest.fixture
def inside(stage: Stage) -> Stage:
    """A plan drafted in a channel of Northwind's own people."""
    stage.slack.invite(RAE, "U0TANDEM", "C0TEAM")
    stage.settle()
    stage.slack.say(RAE, "/map new", channel="C0TEAM")
    stage.settle()
    form = {
        "template": "saas-six-figures",
        "name": "A draft",
        "anchor_kind": "go_live",
        "anchor_date": "2026-08-07",
        "buyer_company": "Acme",
        "seller_lead": stage.person(RAE, "seller_lead", "Rae"),
        "seller_country": "GB",
        "buyer_country": "US",
    }
    assert stage.slack.submit(RAE, form) == {}
    stage.slack.close(RAE)
    stage.settle()
    return stage


def board_ts(plan: Stage) -> str:
    [board] = [one for one in plan.slack.messages(RAE, "C0TEAM") if one["pinned"]]
    return str(board["ts"])


def first_gate(plan: Stage) -> int:
    gates = plan.rows(select(Step).where(col(Step.gate)).order_by(col(Step.number)))
    return int(gates[0].number)


def test_in_a_channel_of_one_firm_a_side_is_asked_once_and_the_press_goes_on(inside: Stage) -> None:
    inside.slack.say(SAM, "/map start 1", channel="C0TEAM")
    assert inside.step(1).state is StepState.STARTED, "this hangs on no side"
    gate = first_gate(inside)
    inside.slack.say(SAM, f"/map open {gate}", channel="C0TEAM")
    inside.slack.click(SAM, "step.done", channel="C0TEAM")
    assert "Which side are you on in this plan" in modal(inside, SAM)
    inside.slack.click(SAM, "side.on_buyer")
    inside.settle()
    assert inside.step(gate).buyer_confirmed_by == SAM
    [row] = inside.rows(select(PlanPerson))
    assert row.user_id == SAM
    while inside.slack.view(SAM) is not None:
        inside.slack.close(SAM)
    inside.slack.say(SAM, f"/map reopen {gate}", channel="C0TEAM")
    inside.slack.say(SAM, f"/map done {gate}", channel="C0TEAM")
    assert "Which side" not in words_of(inside.slack.messages(SAM, "C0TEAM")[-1])


def test_by_words_it_asks_with_two_buttons(inside: Stage) -> None:
    gate = first_gate(inside)
    inside.slack.say(SAM, f"/map done {gate}", channel="C0TEAM")
    said = words_of(inside.slack.messages(SAM, "C0TEAM")[-1])
    assert "With Northwind" in said
    assert f"done {gate}" in said
    inside.slack.click(SAM, "side.on_seller", channel="C0TEAM")
    assert "you are with Northwind in this plan" in modal(inside, SAM)
    inside.slack.close(SAM)
    inside.slack.say(SAM, f"/map done {gate}", channel="C0TEAM")
    assert inside.step(gate).seller_confirmed_by == SAM


def test_what_was_said_stays_when_the_channel_is_shared(inside: Stage) -> None:
    gate = first_gate(inside)
    inside.slack.say(SAM, f"/map done {gate}", channel="C0TEAM")
    inside.slack.click(SAM, "side.on_buyer", channel="C0TEAM")
    inside.slack.close(SAM)
    where = inside.slack.share(RAE, "T0ACME", "C0TEAM")
    inside.settle()
    inside.slack.invite(RAE, BEA, where)
    inside.settle()
    inside.slack.say(SAM, f"/map done {gate}", channel=where)
    assert inside.step(gate).buyer_confirmed_by == SAM


def test_nobody_can_press_for_another_plan(inside: Stage) -> None:
    gate = first_gate(inside)
    inside.slack.say(SAM, f"/map done {gate}", channel="C0TEAM")
    for value in ("999:step.done=999:1", "x:step.done=1:1", "", "1:2:3"):
        ts = old_buttons(inside, [("side.on_buyer", value)], "C0TEAM")
        inside.slack.click(SAM, "side.on_buyer", channel="C0TEAM", ts=ts)
        words = modal(inside, SAM)
        assert "not one of this channel" in words or "from before" in words or "you are with" in words
        inside.slack.close(SAM)
    assert inside.step(gate).buyer_confirmed_by is None
