"""Buttons that come too late or from an older version: each press is answered in a window of who pressed.

An older version left them in the channel, so that every button there is meets every situation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from blocks.ids import Act
from bot.listeners.actions import HANDLERS
from storage.models import Step
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage
from tests.scenario.doors import old_buttons, open_stage, state_of

GONE = "not on the plan any more"
CLOSED = "is closed"
ELSEWHERE = "not one of this channel's"
OLD = "from before"
FINISHED = "is finished"

ACTS = sorted(HANDLERS)
# Inside a window only; anywhere else they mean nothing.
IN_A_WINDOW = {
    Act.STEP_DUE_PICK,
    Act.STEP_NOTES_TURN,
    Act.PLAN_STEPS_PAGE,
    Act.PLAN_STEPS_CLEAR,
    Act.PLAN_FILTER_SIDE,
    Act.PLAN_FILTER_OWNER,
    Act.PLAN_FILTER_PHASE,
    Act.PLAN_FILTER_STATE,
    Act.PLAN_PEOPLE_PAGE,
    Act.PLAN_FIT_PICK,
    Act.PLAN_HONEST_DATE,
    Act.PLAN_DROP_LIST,
}
ON_STEPS = [act for act in ACTS if act.startswith(("step.", "nudge.")) and act not in IN_A_WINDOW]
READS = {Act.STEP_OPEN, Act.STEP_NOTES}  # what is over can still be looked at
HOLDS_FOR_FINISHED = {Act.STEP_REOPEN, Act.STEP_UP, Act.STEP_DOWN}
NEVER_WRITTEN = [
    "x",
    "1",
    "999:999",
    "1:2:3:4:5:6",
    "-1:-2",
    "²:²",
    "٣:٤",
    "9" * 30 + ":1",
    "1:" + "9" * 30,
    "1:2; drop",
]


@dataclass(frozen=True)
class Past:
    """A channel with last month's closed plan, and an open one with a deleted and a finished step."""

    stage: Stage
    closed: str  # a step of it, as buttons name it
    deleted: str
    finished: str

    def press(self, act: str, value: str, person: str = "U0BEA") -> str:
        """What the person sees then."""
        slack = self.stage.slack
        ts = old_buttons(self.stage, [(act, value)])
        answer = slack.door("click", person=person, channel="C0DEAL", ts=ts, block_id="old.0", action_id=act)
        assert answer["ok"], answer
        windows = slack.slack.world.stacks.pop(person, [])
        return words_of(windows[-1].body) if windows else ""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    with open_stage(tmp_path_factory.mktemp("past")) as stage:
        closed = where(stage, 2)
        stage.slack.say("U0RAE", "/map close")
        assert stage.slack.submit("U0RAE", {"outcome": "lost", "reason": "Next month, then"}) == {}
        stage.start_plan("agency-retainer")
        stage.slack.say("U0RAE", "/map done 3")
        deleted, finished = where(stage, 2), where(stage, 3)
        with stage.database.write() as session:
            step = session.get(Step, int(deleted.split(":")[1]))
            assert step is not None
            step.removed_at = stage.clock.now()
        yield Past(stage, closed, deleted, finished)


def where(stage: Stage, number: int) -> str:
    """The newest plan's step of this number, as buttons name it."""
    with stage.database.read() as session:
        step = session.exec(select(Step).where(Step.number == number).order_by(col(Step.id).desc())).first()
        assert step is not None
        return f"{step.plan_id}:{step.id}"


def value_for(act: Act, step: str) -> str:
    """What a button of this kind carries when it is about this step."""
    if act is Act.STEP_DATE_TO:
        return f"{step}:20261218"
    if act is Act.NUDGE_SNOOZE:
        return f"{step}:2"
    if act.startswith("nudge."):
        return f"7:{step}"
    if act.startswith("step."):
        return step
    plan = step.split(":")[0]
    return f"{plan}:T0ACME:buyer" if act.startswith("side.") else plan


@pytest.mark.parametrize("act", ON_STEPS)
def test_on_a_step_that_was_deleted(past: Past, act: Act) -> None:
    before = state_of(past.stage)
    assert GONE in past.press(act, value_for(act, past.deleted))
    assert state_of(past.stage) == before


@pytest.mark.parametrize("act", ACTS)
def test_on_a_board_of_last_month(past: Past, act: Act) -> None:
    before = state_of(past.stage)
    seen = past.press(act, value_for(act, past.closed))
    if act not in (Act.PLAN_SHOW, Act.PLAN_TIMELINE_SHOW):  # the answer is a message to everybody
        assert_answered(seen)
    if act in ON_STEPS and act not in READS:
        assert CLOSED in seen
    assert state_of(past.stage) == before


@pytest.mark.parametrize("act", [act for act in ON_STEPS if act not in HOLDS_FOR_FINISHED])
def test_on_a_step_that_is_finished(past: Past, act: Act) -> None:
    before = state_of(past.stage)
    seen = past.press(act, value_for(act, past.finished))
    # It is not blocked, and both see it: nothing to do, and nothing to say.
    if act not in (Act.STEP_UNBLOCK, Act.STEP_SHOW):
        assert_answered(seen)
    assert state_of(past.stage) == before


@pytest.mark.parametrize("value", NEVER_WRITTEN, ids=ascii)
@pytest.mark.parametrize("act", [Act.STEP_DONE, Act.NUDGE_SNOOZE, Act.PLAN_HISTORY, Act.SIDE_YES])
def test_with_a_value_that_tandem_never_wrote(past: Past, act: Act, value: str) -> None:
    before = state_of(past.stage)
    assert_answered(seen := past.press(act, value))
    if act in ON_STEPS:
        assert OLD in seen or ELSEWHERE in seen or GONE in seen
    assert state_of(past.stage) == before


@pytest.mark.parametrize("act", ACTS)
def test_with_a_value_that_names_nothing(past: Past, act: Act) -> None:
    before = state_of(past.stage)
    for value in ("x", "999:999"):
        assert_answered(past.press(act, value))
    assert state_of(past.stage) == before


@pytest.mark.parametrize(
    "action_id", ["step.vote", "map_done", "nudge.", "plan.start.v1", "step.done_2", "step.more"]
)
def test_of_a_kind_this_version_does_not_know(past: Past, action_id: str) -> None:
    before = state_of(past.stage)
    assert OLD in past.press(action_id, past.finished)
    assert OLD in past.press(action_id, "")
    assert state_of(past.stage) == before


def assert_answered(seen: str) -> None:
    assert seen, "nothing was said"
    assert "give this number" not in seen, "it broke"
