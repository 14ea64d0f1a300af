"""Story mode's door: what somebody who watches can press, and what the page is told of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.moments import quarter_end
from sandbox.playing import Player, read_stories
from sandbox.story import StoryError, read_story
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import Sandbox

TODAY = date(2026, 6, 2)
STORY = """
title: Three words
summary: Rae says three words.
start: "+0d 09:00"
steps:
  - {as: U0RAE, say: one, caption: She says the first.}
  - {as: U0RAE, say: two, caption: She says the second.}
  - {as: U0RAE, say: and more}
  - {as: U0BEA, wait: three, caption: Nobody says the third but you.}
  - {as: U0RAE, say: thanks, caption: She thanks you.}
"""


@pytest.fixture
def begun() -> list[str]:
    """The stories that somebody chose."""
    return []


@pytest.fixture
def patience() -> float:
    """How many seconds a step waits for what it needs."""
    return 10.0


@pytest.fixture
def player(sandbox: Sandbox, app: FakeApp, tmp_path: Path, begun: list[str], patience: float) -> Player:
    (tmp_path / "words.yml").write_text(STORY)
    player = Player(sandbox.slack, read_stories(tmp_path), begun.append, pace=0, patience=patience)
    sandbox.slack.player = player
    player.open("words", TODAY)
    return player


def said(sandbox: Sandbox) -> list[str]:
    return [one["text"] for one in sandbox.messages("U0BEA")]


def shown(sandbox: Sandbox) -> dict[str, Any]:
    return dict(sandbox.state("U0BEA")["story"])


def test_one_scene_at_a_time_with_its_caption(sandbox: Sandbox, player: Player) -> None:
    before = shown(sandbox)
    assert (before["scene"], before["scenes"], before["caption"]) == (0, 4, "Rae says three words.")
    assert sandbox.door("story", do="next")["ok"]
    player.wait(10)
    assert said(sandbox) == ["one"]
    assert sandbox.door("story", do="next")["ok"]
    player.wait(10)
    assert said(sandbox) == ["one", "two", "and more"]
    after = shown(sandbox)
    assert (after["scene"], after["caption"], after["state"]) == (2, "She says the second.", "waiting")
    assert after["at"]["person"] == "U0RAE"


def test_all_that_is_left_is_played_to_the_end(sandbox: Sandbox, player: Player) -> None:
    sandbox.say("U0BEA", "three")
    assert sandbox.door("story", do="play")["ok"]
    player.wait(10)
    assert shown(sandbox)["state"] == "ended"
    assert said(sandbox)[-1] == "thanks"
    assert sandbox.door("story", do="next")["error"] == "no_scene"


def test_whoever_stops_it_waits_at_the_end_of_the_scene(sandbox: Sandbox, player: Player) -> None:
    sandbox.door("story", do="next")
    player.wait(10)
    sandbox.door("story", do="next")
    player.wait(10)
    sandbox.door("story", do="play")  # it waits for a third word
    assert sandbox.door("story", do="next")["error"] == "busy"
    sandbox.door("story", do="stop")
    sandbox.say("U0BEA", "three")
    player.wait(10)
    assert (shown(sandbox)["scene"], shown(sandbox)["state"]) == (3, "waiting")
    assert said(sandbox)[-1] == "three"


@pytest.mark.parametrize("patience", [0.1])
def test_a_story_that_cannot_go_on_says_why_and_stays_there(sandbox: Sandbox, player: Player) -> None:
    sandbox.door("story", do="play")
    player.wait(10)
    stuck = shown(sandbox)
    assert stuck["state"] == "stuck"
    assert "a message with “three” did not appear" in stuck["problem"]
    assert sandbox.door("story", do="next")["error"] == "no_scene"
    assert sandbox.door("story", do="leave")["ok"]
    assert sandbox.state("U0BEA")["story"] is None
    assert said(sandbox) == ["one", "two", "and more"]  # what was done stays


def test_choosing_one_hands_its_name_to_whoever_can_begin_afresh(
    sandbox: Sandbox, player: Player, begun: list[str]
) -> None:
    offered = sandbox.state("U0RAE")["stories"]
    assert offered == [{"name": "words", "title": "Three words", "summary": "Rae says three words."}]
    assert sandbox.door("story", do="begin", story="words")["ok"]
    assert begun == ["words"]
    assert sandbox.door("story", do="begin", story="../words")["error"] == "malformed_call"
    assert begun == ["words"]


def test_a_sandbox_without_stories_offers_none(sandbox: Sandbox) -> None:
    assert sandbox.state("U0RAE")["stories"] == []
    assert sandbox.door("story", do="next")["error"] == "no_stories"


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 5, 4), date(2026, 6, 30)),
        (date(2027, 10, 1), date(2027, 12, 31)),
        (date(2028, 12, 31), date(2028, 12, 29)),  # the last day of that year is a Sunday
    ],
)
def test_a_quarter_ends_on_its_last_working_day(today: date, end: date) -> None:
    assert quarter_end(today) == end


def test_a_story_to_be_watched_has_captions(tmp_path: Path) -> None:
    (tmp_path / "mute.yml").write_text(STORY.replace(", caption: She says the first.", ""))
    with pytest.raises(StoryError, match="its first step a caption"):
        read_story(tmp_path / "mute.yml")
