"""The three deals of the sandbox's story mode, played by the real Tandem to their end.

They say in their captions what Tandem does; so what they show is looked at here as well.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sandbox.story import read_story, take
from sandbox.telling import Teller
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage

STORIES = Path(__file__).parents[2] / "sandbox" / "stories"
TODAY = date(2026, 6, 2)

Watch = Callable[[str], None]


def watch(stage: Stage, name: str, after: dict[str, Watch] | None = None) -> None:
    """Play a story to its end. `after` maps words of a caption to what to look at when that scene is over."""
    story = read_story(STORIES / f"{name}.yml")
    slack = stage.slack.slack
    story.set_clock(slack, TODAY)
    teller = Teller(slack, story.zero(slack, TODAY), patience=2)
    looks = dict(after or {})
    for scene in story.scenes():
        for step in scene:
            take(slack, teller, step)
            stage.settle() if step.clock is None else stage.morning_round()
        for words in [one for one in looks if one in scene[0].caption]:
            looks.pop(words)(scene[0].caption)
    assert not looks, f"no scene of {name} says {set(looks)}"


def today(stage: Stage) -> date:
    return datetime.fromtimestamp(stage.slack.now(), UTC).date()


def closed(stage: Stage) -> str:
    return words_of(stage.board("U0BEA"))


def test_five_lines_of_a_retainer_end_on_the_day_that_was_agreed(stage: Stage) -> None:
    def only_jonas_hears_of_it(_caption: str) -> None:
        reminder = words_of(stage.slack.dms("U0JONAS")[-1])
        assert "is waiting for you" in reminder
        assert "Review the retainer agreement" in reminder
        others = [one for who in ("U0BEA", "U0RAE", "U0OMAR") for one in stage.slack.dms(who)]
        assert not [one for one in others if "waiting for you" in words_of(one)]
        assert not [
            one for one in stage.slack.messages("U0BEA") if one["user"] == "U0TANDEM" and not one["pinned"]
        ]

    watch(stage, "agency", {"it goes quiet": only_jonas_hears_of_it})
    board = closed(stage)
    assert "5 of 5 done" in board
    assert "*Won* on Thu 25 Jun, closed by Rae" in board
    assert "Planned go-live: Thu 25 Jun" in board


def test_a_questionnaire_stalls_in_sight_of_both_and_the_original_date_holds(stage: Stage) -> None:
    def waits_in_sight(_caption: str) -> None:
        assert "The ball is with *Acme*: *6  Review the security questionnaire" in stage.board_text("U0BEA")
        assert "Review the security questionnaire" in words_of(stage.slack.dms("U0RAVI")[-1])

    def the_reason_is_kept(_caption: str) -> None:
        assert stage.step(6).due_date == date(2026, 6, 29)

    watch(stage, "saas", {"Then it stalls": waits_in_sight, "Bea escalates": the_reason_is_kept})
    board = closed(stage)
    assert "13 of 13 done" in board
    assert "*Won* on Mon 3 Aug, closed by Rae" in board
    assert "Planned go-live: Mon 3 Aug" in board


def test_the_bottleneck_in_procurement_is_seen_six_weeks_before_the_quarter_ends(stage: Stage) -> None:
    def seen_in_time(_caption: str) -> None:
        assert today(stage) == date(2026, 5, 19)  # six weeks before 30 June
        assert "⛔  18  Approve the vendor in the procurement portal" in stage.board_text("U0BEA")

    def signed(_caption: str) -> None:
        assert today(stage) < date(2026, 6, 30)
        assert "20 of 22 done" in stage.board_text("U0BEA")

    watch(stage, "regulated", {"Six weeks before": seen_in_time, "Signed by both": signed})
    board = closed(stage)
    assert "22 of 22 done" in board
    assert "*Won*" in board
    assert "Planned signature: Tue 30 Jun" in board
