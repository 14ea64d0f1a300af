"""Forms sent too late, half empty or from an older version: said in the form, and nothing is lost.

Every form there is meets every situation; one plan for all, put right again after each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from blocks.ids import View
from bot.listeners.submissions import HANDLERS
from storage.models import Plan, PlanState, Step
from tests.sandboxed import RefusedError, words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import open_stage, state_of

KEPT = "Words that must stay"
# Of an older version, of another app, of nobody.
OLD_METADATA = [
    "",
    "{}",
    "[]",
    "C0DEAL",
    '{"channel": "C0DEAL", "plan": 1}',
    '{"channel_id": "C0DEAL", "plan_id": "x"}',
]
BLANKS = ["   ", "\u200b\u200b", "\u202e"]


@dataclass(frozen=True)
class Form:
    """How Rae opens a form, what she puts into it, and the field that must hold words, if one must."""

    words: str
    values: dict[str, Any] = field(default_factory=dict)
    needs: str = ""

    @property
    def is_about_step(self) -> bool:
        return self.words.endswith(" 2")


FORMS = {
    View.STEP_DATE: Form("date 2", {"due": "2026-06-19", "reason": KEPT}),
    View.STEP_OWNER: Form("owner 2", {"owner": "Ravi"}),
    View.HANDOFF: Form("handoff @Ravi", {"owner": "Ines"}),
    View.STEP_BLOCK: Form("block 2", {"reason": KEPT}, "reason"),
    View.STEP_SKIP: Form("skip 2", {"reason": KEPT}, "reason"),
    View.STEP_EDIT: Form("edit 2", {"title": KEPT}, "title"),
    View.STEP_NOTE: Form("note 2", {"note": KEPT}, "note"),
    View.STEP_DELETE: Form("delete 2", {"reason": KEPT}),
    View.PLAN_ADD: Form("add", {"title": KEPT}, "title"),
    View.PLAN_EDIT: Form("edit", {"name": KEPT}, "name"),
    View.PLAN_PEOPLE: Form("people"),
    View.PLAN_SETTINGS: Form("settings"),
    View.PLAN_SAVE_LIST: Form("save-template", {"name": KEPT}, "name"),
    View.SIDE_CHANGE: Form("side", {"person": "Ravi", "side": "seller"}),
    View.ZONE: Form("timezone", {}),
    View.PLAN_CLOSE: Form("close", {"outcome": "lost", "reason": KEPT}, "reason"),
}
ON_A_STEP = [view for view, form in FORMS.items() if form.is_about_step]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("plan")) as stage:
        yield stage


def open_form(plan: Stage, view: View) -> dict[str, Any]:
    """The form in front of Rae. Returns what she will put into it."""
    while plan.slack.view("U0RAE") is not None:
        plan.slack.close("U0RAE")
    plan.clock.pushed += timedelta(seconds=1)  # Slack opens only so many windows a minute
    plan.slack.say("U0RAE", f"/map {FORMS[view].words}")
    assert plan.slack.need_view("U0RAE")["callback_id"] == view
    values = dict(FORMS[view].values)
    for name in {"owner", "person"} & values.keys():
        values[name] = plan.person("U0RAE", name, values[name])
    return values


def answer_to(plan: Stage, values: dict[str, Any]) -> str:
    """What Rae reads after she sent it: under its fields, or in the window that took its place."""
    errors = plan.slack.submit("U0RAE", values)
    view = plan.slack.view("U0RAE")
    said = " ".join(errors.values()) or (words_of(view) if view else "")
    if errors and KEPT in values.values():
        assert KEPT in str(plan.slack.need_view("U0RAE")["values"]), "what was typed is gone"
    assert "give this number" not in said, "it broke"
    return said


@contextmanager
def closed(plan: Stage) -> Iterator[None]:
    """The plan is closed meanwhile; and open again afterwards."""
    _set(plan, Plan, state=PlanState.CLOSED)
    yield
    _set(plan, Plan, state=PlanState.OPEN)


@contextmanager
def deleted(plan: Stage) -> Iterator[None]:
    """Step 2 is deleted meanwhile; and back afterwards."""
    _set(plan, Step, number=2, removed_at=plan.clock.now())
    yield
    _set(plan, Step, number=2, removed_at=None)


def _set(plan: Stage, table: type[Plan] | type[Step], number: int = 0, **values: object) -> None:
    with plan.database.write() as session:
        row: Any = session.exec(select(table).where(Step.number == number) if number else select(table)).one()
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


# The steps of a plan that was won are worth keeping, and where somebody is has nothing to do with it.
AFTER_THE_END = {View.PLAN_SAVE_LIST, View.ZONE}


@pytest.mark.parametrize("view", [view for view in FORMS if view not in AFTER_THE_END])
def test_the_plan_is_closed_while_it_is_open(plan: Stage, view: View) -> None:
    values = open_form(plan, view)
    with closed(plan):
        before = state_of(plan)
        assert "closed" in answer_to(plan, values)
        assert state_of(plan) == before


@pytest.mark.parametrize("view", ON_A_STEP)
def test_its_step_is_deleted_while_it_is_open(plan: Stage, view: View) -> None:
    values = open_form(plan, view)
    with deleted(plan):
        before = state_of(plan)
        assert "not on the plan any more" in answer_to(plan, values)
        assert state_of(plan) == before


@pytest.mark.parametrize("metadata", OLD_METADATA)
@pytest.mark.parametrize("view", FORMS)
def test_it_is_of_an_older_version(plan: Stage, view: View, metadata: str) -> None:
    values = open_form(plan, view)
    top = plan.slack.slack.world.top_view("U0RAE")
    assert top is not None
    top.body["private_metadata"] = metadata
    before = state_of(plan)
    assert "from before" in answer_to(plan, values)
    assert state_of(plan) == before


@pytest.mark.parametrize("view", [View.STEP_BLOCK, View.PLAN_ADD])
def test_it_is_one_that_this_version_does_not_have(plan: Stage, view: View) -> None:
    values = open_form(plan, view)
    top = plan.slack.slack.world.top_view("U0RAE")
    assert top is not None
    top.body["callback_id"] = "step.vote"
    before = state_of(plan)
    assert "from before" in answer_to(plan, values)
    assert state_of(plan) == before


@pytest.mark.parametrize("view", FORMS)
def test_what_is_too_long_for_a_field_is_said_under_it(plan: Stage, view: View) -> None:
    open_form(plan, view)
    before = state_of(plan)
    for name in fields_for_words(plan):
        values = open_form(plan, view)
        errors = said_under(plan, {**values, name: "x" * 3000})
        assert list(errors) == [name]
        assert "give this number" not in errors[name], "it broke"
    assert state_of(plan) == before


@pytest.mark.parametrize("typed", BLANKS, ids=["spaces", "without width", "turned around"])
@pytest.mark.parametrize("view", [view for view, form in FORMS.items() if form.needs])
def test_a_field_that_needs_words_does_not_take_what_nobody_can_see(
    plan: Stage, view: View, typed: str
) -> None:
    values = open_form(plan, view)
    before = state_of(plan)
    needs = FORMS[view].needs
    errors = plan.slack.submit("U0RAE", {**values, needs: typed})
    assert list(errors) == [needs]
    assert "give this number" not in errors[needs], "it broke"
    assert state_of(plan) == before


def fields_for_words(plan: Stage) -> list[str]:
    blocks = plan.slack.need_view("U0RAE")["blocks"]
    inputs = [one for one in blocks if one["type"] == "input"]
    return [one["block_id"] for one in inputs if one["element"]["type"] == "plain_text_input"]


def said_under(plan: Stage, values: dict[str, Any]) -> dict[str, str]:
    try:
        return plan.slack.submit("U0RAE", values)
    except RefusedError as refused:  # Slack's own client does not let it go
        return refused.fields


# One opens on top of the days off (see test_days_off), one needs another channel (see test_moving_a_plan).
IN_A_WINDOW = {View.PLAN_CLOSED, View.PLAN_MOVE}
TWO_KEYS = {View.PLAN_AGREE, View.PROPOSAL_COUNTER}  # they need a plan of both sides: see test_two_keys


def test_no_form_is_forgotten_here() -> None:
    assert set(FORMS) | {View.PLAN_NEW} | TWO_KEYS | IN_A_WINDOW == set(HANDLERS)
