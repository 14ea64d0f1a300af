"""The story a new user meets first, told to the real Tandem: over HTTP, and over Socket Mode."""

from pathlib import Path

from sandbox.story import read_story, tell
from tests.scenario.conftest import Stage

EXAMPLE = Path(__file__).parents[2] / "sandbox" / "stories" / "example.yml"


def test_the_example_is_told_to_its_end_and_leaves_a_board_both_see(stage: Stage) -> None:
    story = read_story(EXAMPLE)
    story.set_clock(stage.slack.slack)
    stage.tandem.start()
    try:
        tell(stage.slack.slack, story)
        stage.slack.wait_for_message("U0BEA", " of 13 ")
    finally:
        stage.tandem.stop()
    assert stage.board("U0RAE")["ts"] == stage.board("U0BEA")["ts"]
    assert not [one for one in stage.slack.log() if one["status"] not in ("200", "ratelimited")]
