"""A list of steps on a day that is too near says so at once, and offers the day on which it can be done."""

from typing import Any

import pytest
from sqlmodel import col, select

from storage.models import Change, Step
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import open_stage

TOO_NEAR = "2026-07-02"


def hasty(stage: Stage, **values: Any) -> str:
    """Rae starts a ten-week plan in June that is to be live on 2 July. What the window says then."""
    stage.slack.say("U0RAE", "/map new")
    stage.settle()
    form: dict[str, Any] = {
        "template": "mid-market",
        "name": "Acme × Northwind",
        "anchor_kind": "go_live",
        "anchor_date": TOO_NEAR,
        "buyer_company": "Acme",
        "buyer_lead": stage.person("U0RAE", "buyer_lead", "Bea"),
        "seller_country": "GB",
        "buyer_country": "US",
    }
    assert stage.slack.submit("U0RAE", {**form, **values}) == {}
    stage.settle()
    return words_of(stage.slack.need_view("U0RAE"))


def dates(stage: Stage) -> list[str]:
    return [str(step.due_date) for step in stage.rows(select(Step).order_by(col(Step.number)))]


def test_rae_is_told_what_it_needs_what_there_is_and_which_steps_decide_it(stage: Stage) -> None:
    """From Tuesday 2 June: 22 working days of both, Juneteenth taken off. Independence Day and the bank
    holiday of August are in the way of the ten weeks."""
    said = hasty(stage)
    assert "It needs 50 working days, and there are 22." in said
    lines = [line for line in said.splitlines() if line.startswith("•")]
    assert lines == [
        "•  Put the problem in money and agree on what we are after"
        "  ·  3 working days  ·  Northwind and Acme",
        "•  Show it to those who judge and those who will use it  ·  5 working days  ·  Northwind",
        "•  Confirm that it fits your systems and sign-on  ·  5 working days  ·  Acme",
        "•  Register us as a vendor  ·  8 working days  ·  Acme",
        "•  Go live  ·  10 working days  ·  Northwind and Acme",
    ]
    assert "Wed 12 Aug" in said
    assert "Plan for Wed 12 Aug" in str(stage.slack.need_view("U0RAE"))


def test_a_plan_that_fits_is_not_talked_about(stage: Stage) -> None:
    said = hasty(stage, anchor_date="2026-08-12")
    assert "laid out back from Wed 12 Aug" in said
    assert "working days" not in said
    assert "plan.honest_date" not in str(stage.slack.need_view("U0RAE"))


def pick(stage: Stage, block_id: str, value: str) -> str:
    """Rae chooses in the form that is open. What the form says then."""
    fields = {"template": {"value": value}, "anchor_date": {"selected_date": value}}
    view = stage.slack.need_view("U0RAE")
    answer = stage.slack.door(
        "click",
        person="U0RAE",
        view_id=view["id"],
        block_id=block_id,
        action_id="plan.fit_pick",
        **fields[block_id],
    )
    assert answer["ok"], answer
    return words_of(stage.slack.need_view("U0RAE"))


def test_the_form_says_so_as_soon_as_a_list_and_a_day_are_picked(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map new Acme pilot")
    stage.settle()
    assert "The list needs" not in pick(stage, "template", "mid-market")
    said = pick(stage, "anchor_date", TOO_NEAR)
    assert "The list needs 50 working days, and until then there are 22." in said
    said = pick(stage, "template", "smb")
    assert "The list needs 18 working days, and until then there are 22." in said
    assert said.count("The list needs") == 1
    values = stage.slack.need_view("U0RAE")["values"]
    assert "Acme pilot" in str(values["name"])
    assert "The list needs" not in pick(stage, "anchor_date", "2026-06-01")


def test_a_press_plans_for_the_honest_day_and_says_what_it_did(stage: Stage) -> None:
    hasty(stage)
    before = dates(stage)
    stage.slack.click("U0RAE", "plan.honest_date")
    stage.settle()
    said = words_of(stage.slack.need_view("U0RAE"))
    assert "The plan is on Wed 12 Aug now." in said
    assert "21 steps have new dates" in said
    assert "plan.people" in str(stage.slack.need_view("U0RAE"))
    assert "plan.honest_date" not in str(stage.slack.need_view("U0RAE"))
    assert "Wed 12 Aug" in stage.board_text()
    assert all(new > old for old, new in zip(before, dates(stage), strict=True))


def test_pressed_twice_it_is_done_once(stage: Stage) -> None:
    hasty(stage)
    [value] = [
        element["value"]
        for block in stage.slack.need_view("U0RAE")["blocks"]
        for element in block.get("elements", [])
        if element["action_id"] == "plan.honest_date"
    ]
    window = stage.slack.slack.world.top_view("U0RAE")
    assert window is not None
    blocks = window.body["blocks"]
    stage.slack.click("U0RAE", "plan.honest_date")
    stage.settle()
    after = dates(stage)
    window.body["blocks"] = blocks  # as it stands on a screen that has not heard yet
    stage.slack.click("U0RAE", "plan.honest_date", value=value)
    stage.settle()
    assert dates(stage) == after
    assert len(stage.rows(select(Change).where(col(Change.kind) == "plan_edited"))) == 1
    assert "The plan is on Wed 12 Aug now." in words_of(stage.slack.need_view("U0RAE"))


def test_delivered_twice_it_is_done_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_stage(tmp_path_factory.mktemp("twice"), with_plan=False, twice=True) as stage:
        hasty(stage)
        stage.slack.click("U0RAE", "plan.honest_date")
        stage.settle()
        assert len(stage.rows(select(Change).where(col(Change.kind) == "plan_edited"))) == 1
        assert "21 steps have new dates" in words_of(stage.slack.need_view("U0RAE"))


def test_once_bea_moved_a_step_the_press_is_refused_kindly_and_undoes_nothing(stage: Stage) -> None:
    hasty(stage)
    stage.slack.say("U0BEA", "@Tandem date 4 30 Jun")
    stage.settle()
    before = dates(stage)
    stage.slack.click("U0RAE", "plan.honest_date")
    stage.settle()
    assert "would undo what somebody did" in words_of(stage.slack.need_view("U0RAE"))
    assert dates(stage) == before


def test_days_later_the_day_cannot_be_held_and_it_says_so(stage: Stage) -> None:
    hasty(stage)
    stage.slack.advance("day", 3)
    stage.slack.click("U0RAE", "plan.honest_date")
    stage.settle()
    assert "cannot be held any more" in words_of(stage.slack.need_view("U0RAE"))
    assert str(stage.plan().anchor_date) == TOO_NEAR
