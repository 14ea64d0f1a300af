"""Somebody asks for the timeline and sees it: in the thread, large, dark, and as words for who cannot."""

from playwright.sync_api import Locator, expect

from tests.e2e.client import Client
from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk


def is_drawn(picture: Locator) -> None:
    """The browser has it, and knows how large it is."""
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("one => one.naturalWidth") == 1120


def start_plan(rae: Client) -> None:
    rae.say("/map new")
    rae.choose("template", "SaaS, six figures")
    rae.field("name").fill("Acme × Northwind")
    rae.field("buyer_company").fill("Acme")
    rae.choose("seller_country", "United Kingdom")
    rae.choose("buyer_country", "United States")
    rae.field("anchor_date").fill("2031-08-08")
    rae.submit()
    expect(rae.board).to_contain_text("go-live Fri 8 Aug")
    rae.close()


def test_bea_asks_in_the_channel_and_both_see_the_picture(empty: Desk, show: Show, picture: Picture) -> None:
    page = show(empty.address)
    rae, bea = both(page)
    start_plan(rae)
    bea.say("@Tandem timeline")
    expect(rae.message("@Tandem timeline").get_by_test_id("replies")).to_contain_text("1 reply")
    for client in (rae, bea):
        client.open_thread("@Tandem timeline")
        shown = client.thread.get_by_test_id("picture").locator("img")
        is_drawn(shown)
        words = shown.get_attribute("alt") or ""
        assert "go-live" in words.lower()
        assert "The ball is with" in words
        expect(client.thread).to_contain_text("The ball is with")
    picture(page, "timeline-in-the-thread")

    bea.thread.get_by_test_id("picture").click()
    large = page.get_by_test_id("picture-large")
    is_drawn(large.locator("img"))
    picture(page, "timeline-large")
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    expect(bea.thread.get_by_test_id("picture")).to_be_focused()


def test_rae_has_a_dark_one_for_herself_and_shows_it_to_everyone(
    empty: Desk, show: Show, picture: Picture
) -> None:
    page = show(empty.address, theme="dark")
    rae, bea = both(page)
    start_plan(rae)
    rae.say("/map timeline dark")
    answer = rae.message("on its way to you")
    expect(answer).to_be_visible()
    answer.get_by_role("button", name="Show everyone").click()
    expect(bea.board.get_by_test_id("replies")).to_be_visible()
    bea.board.get_by_test_id("replies").click()
    is_drawn(bea.thread.get_by_test_id("picture").locator("img"))
    rae.open_tab("Tandem")
    is_drawn(rae.root.get_by_test_id("picture").locator("img").last)
    picture(page, "timeline-dark")
