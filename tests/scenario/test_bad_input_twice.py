"""The same form twice, a full plan, a form for a plan that is there already, somebody who left meanwhile."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import col, select

from blocks.ids import View
from bot.use_cases.privacy import MOST_STEPS
from storage.models import Change, Note, Side, Step
from tests.sandboxed import RefusedError
from tests.scenario.conftest import Stage
from tests.scenario.doors import DOORS, open_stage, state_of
from tests.scenario.test_bad_input_forms import FORMS, OLD_METADATA, open_form

NEW_PLAN: dict[str, Any] = {
    "template": "agency-retainer",
    "name": "Retainer",
    "anchor_kind": "go_live",
    "anchor_date": "2026-07-10",
    "anchor_reason": "Season opens",
    "buyer_company": "Acme",
    "seller_country": "GB",
    "buyer_country": "US",
}


def test_every_form_that_arrives_twice_is_carried_out_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_stage(tmp_path_factory.mktemp("twice"), twice=True) as plan:
        for view in FORMS:
            values = open_form(plan, view)
            assert plan.slack.submit("U0RAE", values) == {}
            while plan.slack.view("U0RAE") is not None:
                plan.slack.close("U0RAE")
            if view is View.STEP_SKIP:
                plan.slack.say("U0RAE", "/map reopen 2")
        kinds = [change.kind for change in plan.rows(select(Change).order_by(col(Change.id)))]
        assert kinds == [
            "plan_started",
            "step_moved",
            "step_assigned",
            "step_assigned",  # by the form that hands over all that somebody has
            "step_blocked",
            "step_skipped",
            "step_reopened",
            "step_edited",
            "step_noted",
            "step_removed",
            "step_added",
            "plan_edited",
            "side_changed",
            "plan_closed",
        ]
        assert len(plan.rows(select(Note))) == 1


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The channel before there is a plan, with Rae's form open in it."""
    with open_stage(tmp_path_factory.mktemp("empty"), with_plan=False) as stage:
        stage.slack.say("U0RAE", "/map new")
        stage.settle()
        yield stage


@pytest.mark.parametrize("field", ["name", "buyer_company"])
@pytest.mark.parametrize("typed", ["   ", "\u200b\u200b", "\u202e", "x" * 3000], ids=ascii)
def test_a_plan_has_a_name_that_people_can_read(empty: Stage, field: str, typed: str) -> None:
    try:
        errors = empty.slack.submit("U0RAE", {**NEW_PLAN, field: typed})
    except RefusedError as refused:  # Slack's own client does not let it go
        errors = refused.fields
    assert list(errors) == [field]
    assert "give this number" not in errors[field]
    assert state_of(empty) == []


@pytest.mark.parametrize("metadata", OLD_METADATA[:4])
def test_the_form_of_an_older_version_starts_nothing(empty: Stage, metadata: str) -> None:
    view = empty.slack.slack.world.top_view("U0RAE")
    assert view is not None
    kept, view.body["private_metadata"] = view.body["private_metadata"], metadata
    assert "from before" in " ".join(empty.slack.submit("U0RAE", NEW_PLAN).values())
    assert "Season opens" in str(empty.slack.need_view("U0RAE")["values"])
    view.body["private_metadata"] = kept
    assert state_of(empty) == []


def test_a_second_plan_is_refused_in_the_form_that_was_open_already(stage: Stage) -> None:
    stage.slack.say("U0SAM", "/map new")
    stage.start_plan()
    before = state_of(stage)
    errors = stage.slack.submit("U0SAM", NEW_PLAN)
    assert "open plan already" in " ".join(errors.values())
    assert "Season opens" in str(stage.slack.need_view("U0SAM")["values"])
    assert state_of(stage) == before


def test_somebody_who_left_while_the_form_was_open_owns_nothing(stage: Stage) -> None:
    stage.start_plan()
    stage.slack.say("U0RAE", "/map owner 2")
    ines = stage.person("U0RAE", "owner", "Ines")
    stage.slack.leave("U0INES")
    stage.settle()
    assert "in this channel" in stage.slack.submit("U0RAE", {"owner": ines})["owner"]
    assert stage.slack.options("U0RAE", "owner", "Ines") == []
    assert stage.step(2).owner_id is None


def test_the_two_hundred_and_first_step_is_refused_by_every_door(stage: Stage) -> None:
    stage.start_plan()
    with stage.database.write() as session:
        first = stage.step(1)
        for number in range(14, MOST_STEPS + 1):
            session.add(
                Step(
                    plan_id=first.plan_id,
                    number=number,
                    position=number,
                    phase=first.phase,
                    title=f"Step {number}",
                    side=Side.SELLER,
                )
            )
    before = state_of(stage)
    for say in DOORS.values():
        answer = say(stage, "add One more thing next Fri")
        assert "holds 200 steps" in answer
        assert "add One more thing next Fri" in answer
    stage.slack.click("U0BEA", "plan.add", ts=stage.board()["ts"])
    assert "holds 200 steps" in stage.slack.submit("U0BEA", {"title": "One more thing"})["title"]
    assert "One more thing" in str(stage.slack.need_view("U0BEA")["values"])
    assert state_of(stage) == before
