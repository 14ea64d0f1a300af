"""A story played before somebody comes: what it can say, and what it says when it cannot go on."""

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.moments import day_of, moment_of, with_days
from sandbox.story import StoryError, read_story, tell
from sandbox.telling import Teller, TellingError
from tests.sandbox.conftest import BUTTONS
from tests.sandbox.fake_app import Answer, FakeApp, Heard
from tests.sandboxed import Sandbox

LONDON = ZoneInfo("Europe/London")
TUESDAY = date(2026, 6, 2)
SUNDAY = date(2026, 6, 7)


@pytest.mark.parametrize(
    ("said", "today", "day"),
    [
        ("0d", TUESDAY, date(2026, 6, 2)),
        ("-18d", TUESDAY, date(2026, 5, 15)),
        ("+4d", TUESDAY, date(2026, 6, 6)),  # a Saturday: calendar days are any days
        ("+4wd", TUESDAY, date(2026, 6, 8)),
        ("-2wd", TUESDAY, date(2026, 5, 29)),
        ("0wd", SUNDAY, date(2026, 6, 5)),
        ("+1wd", SUNDAY, date(2026, 6, 8)),
    ],
)
def test_days_are_told_from_today(said: str, today: date, day: date) -> None:
    assert day_of(said, today) == day


def test_a_moment_is_where_the_desk_is() -> None:
    moment = moment_of("-1d 09:30", TUESDAY, LONDON)
    assert datetime.fromtimestamp(moment, LONDON) == datetime(2026, 6, 1, 9, 30, tzinfo=LONDON)
    assert with_days("by {+3d} or {-1wd}", TUESDAY) == "by 2026-06-05 or 2026-06-01"
    for nonsense in ("tomorrow", "-18d", "-18d 9", "-18d 25:00"):
        with pytest.raises(ValueError, match="write -18d 09:00"):
            moment_of(nonsense, TUESDAY, LONDON)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "story.yml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("start: [", "is not YAML"),
        ("start: soon\nsteps: []", "is no moment"),
        ("start: -3d 09:00\nsteps: [{as: U0RAE}]", "exactly one of"),
        ("start: -3d 09:00\nsteps: [{as: U0RAE, say: hi, wait: hi}]", "exactly one of"),
        ("start: -3d 09:00\nsteps: [{say: hi}]", "says who"),
        ("start: -3d 09:00\nsteps: [{as: U0RAE, shout: hi}]", "shout"),
        ("start: -3d 09:00\nsteps: [{clock: -4d 09:00}]", "only goes forward"),
    ],
)
def test_a_story_that_makes_no_sense_is_explained(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(StoryError, match=re.escape(complaint)):
        read_story(written(tmp_path, text))


def test_the_story_that_ships_can_be_read() -> None:
    story = read_story(Path(__file__).parents[2] / "sandbox" / "stories" / "example.yml")
    assert len(story.steps) > 5


STORY = """
start: "-3wd 09:00"
steps:
  - {as: U0RAE, say: "/map add"}
  - as: U0RAE
    submit:
      view: step.new
      values: {title: "by {+2d}", owner: {pick: Bea}}
  - {clock: "-1wd 10:00"}
  - {as: U0BEA, say: "@Tandem done 4"}
  - {as: U0BEA, wait: Security review}
  - {as: U0BEA, click: {action: step.done, near: Security review, label: Done}}
  - {as: U0BEA, click: {action: step.more, near: Security, option: Skip}}
"""


def test_a_story_is_told_through_the_doors(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], tmp_path: Path
) -> None:
    bea = {"text": {"type": "plain_text", "text": "Bea Alvarez", "emoji": True}, "value": "U0BEA"}

    def answer(request: Heard) -> Answer:
        if "command" in request:
            app.call("views.open", trigger_id=request["trigger_id"], view=modal)
        if request.get("type") == "block_suggestion":
            return 200, json.dumps({"options": [bea]})
        if request.get("type") == "event_callback":
            app.post("board", blocks=BUTTONS)
        return 200, ""

    app.answer = answer
    story = read_story(written(tmp_path, STORY))
    story.set_clock(sandbox.slack)
    tell(sandbox.slack, story)
    [submission] = [one for one in app.heard if one.get("type") == "view_submission"]
    values = submission["view"]["state"]["values"]
    assert re.fullmatch(r"by \d{4}-\d\d-\d\d", values["title"]["input"]["value"])
    assert values["owner"]["person"]["selected_option"] == bea
    pressed = [one["actions"][0] for one in app.heard if one.get("type") == "block_actions"]
    assert [one["action_id"] for one in pressed] == ["step.done", "step.more"]
    assert pressed[1]["selected_option"]["value"] == "1:4:skip"
    here = datetime.fromtimestamp(sandbox.now(), LONDON)
    assert (here.hour, here.weekday() < 5) == (10, True)


def test_a_story_that_cannot_go_on_says_at_which_step(sandbox: Sandbox, app: FakeApp, tmp_path: Path) -> None:
    story = read_story(written(tmp_path, 'start: "-3d 09:00"\nsteps: [{as: U0BEA, say: "/map"}]'))
    with pytest.raises(StoryError, match="step 1: say: /map is not a valid command"):
        tell(sandbox.slack, story)


def test_a_step_waits_for_what_it_needs_and_not_for_ever(sandbox: Sandbox, app: FakeApp) -> None:
    teller = Teller(sandbox.slack, TUESDAY, patience=0.1)
    with pytest.raises(TellingError, match="did not appear"):
        teller.click("U0BEA", "", "step.done", "Security", "", "", "")
    with pytest.raises(TellingError, match=re.escape("the window step.new did not appear")):
        teller.submit("U0RAE", "step.new", {})
