"""Story mode, as somebody watches it: each of the three deals from an empty channel to a closed plan."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox.playing import Player, read_stories
from sandbox.small_slack import SmallSlack
from tests.e2e.conftest import TUESDAY, Picture, Show, both
from tests.e2e.desk import HOUSE, Desk, running_in

STORIES = HOUSE / "sandbox" / "stories"
SCENE_MILLISECONDS = 60_000  # for a machine that is busy with something else


def test_a_story_is_chosen_on_the_page_and_begins_afresh(example: Desk, show: Show, picture: Picture) -> None:
    page = show(example.address)
    rae, bea = both(page)
    expect(bea.board).to_contain_text("6 of 13 done")
    page.get_by_test_id("stories").click()
    picture(page, "stories-menu")
    page.get_by_role("menuitem", name="Agency retainer").click()
    expect(page.get_by_test_id("confirm")).to_contain_text("forgotten")
    page.get_by_test_id("confirm-no").click()
    expect(bea.board).to_contain_text("6 of 13 done")  # nothing was forgotten

    page.get_by_test_id("stories").click()
    page.get_by_role("menuitem", name="Agency retainer").click()
    page.get_by_test_id("confirm-yes").click()
    expect(page.get_by_test_id("story")).to_contain_text("9 scenes")
    expect(bea.board).to_have_count(0)
    picture(page, "stories-begin")
    page.get_by_test_id("story-next").click()
    scene_is_over(page, "1 of 9")
    for client in (rae, bea):
        expect(client.message("Five lines from here")).to_be_in_viewport()

    example.stop()  # and it goes on from there
    page = show(example.start().address)
    expect(page.get_by_test_id("story-count")).to_have_text("1 of 9")
    page.get_by_test_id("story-next").click()
    scene_is_over(page, "2 of 9")
    expect(both(page)[1].board).to_contain_text("0 of 5 done")
    page.get_by_test_id("story-leave").click()
    expect(page.get_by_test_id("story")).to_be_hidden()
    expect(both(page)[1].board).to_contain_text("0 of 5 done")  # what the story made stays


@pytest.mark.parametrize(
    ("name", "done"), [("agency", "5 of 5"), ("saas", "13 of 13"), ("regulated", "22 of 22")]
)
def test_a_deal_is_watched_from_an_empty_channel_to_a_closed_plan(
    tmp_path: Path, show: Show, picture: Picture, name: str, done: str
) -> None:
    def open_story(slack: SmallSlack) -> None:
        slack.player = Player(slack, read_stories(STORIES), begin=lambda _name: None, pace=0)
        slack.player.open(name, TUESDAY)

    with running_in(tmp_path, open_story) as sandbox:
        page = show(sandbox.origin)
        rae, bea = both(page)
        count = page.get_by_test_id("story-count")
        expect(count).to_contain_text("scenes")
        scenes = int(count.inner_text().split()[0])
        captions = set()
        for number in range(1, scenes + 1):
            page.get_by_test_id("story-next").click()
            scene_is_over(page, f"{number} of {scenes}" if number < scenes else "The end")
            captions.add(page.get_by_test_id("story-caption").inner_text())
            picture(page, f"story-{name}-{number:02}")
        assert len(captions) == scenes
        expect(page.get_by_test_id("story-next")).to_be_disabled()
        for client in (rae, bea):
            expect(client.board).to_contain_text(f"{done} done")
            expect(client.board).to_contain_text("Won")


def scene_is_over(page: Page, count: str) -> None:
    story = page.get_by_test_id("story")
    expect(page.get_by_test_id("story-count")).to_have_text(count, timeout=SCENE_MILLISECONDS)
    expect(story).not_to_have_attribute("data-state", "acting", timeout=SCENE_MILLISECONDS)
    expect(story).not_to_have_attribute("data-state", "stuck")
