"""On a phone and on a wide screen, by day and by night: nothing runs out of the page, whatever is written."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.client import Client
from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk

NARROW, WIDE = (390, 844), (1600, 1000)
LONG_WORD = "Datenschutzgrundverordnungsauftragsverarbeitungsvertrag" * 2
RIGHT_TO_LEFT = "מי חותם על החוזה, ומתי? נא לאשר עד יום חמישי"
LINK = "https://acme.example/" + "a-very-long-path-without-a-break/" * 6

# What sticks out of the page, or is wider inside than it is itself, unless that is meant to scroll sideways.
# (The dot of unread messages sits on the edge of its button.)
OUT_OF_PLACE = """
root => {
  const edge = root.getBoundingClientRect();
  const isSeen = node => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  return [...root.querySelectorAll("*")].filter(node => {
    if (!isSeen(node) || node.closest("svg, .tabs, .emoji, .log pre")) return false;
    const box = node.getBoundingClientRect();
    const sticksOut = box.width > 0 && (box.right > edge.right + 1 || box.left < edge.left - 1);
    const style = getComputedStyle(node);
    const isCut = node.matches("button:not(.has-unread), a, h2, h3, p, .text, .messages, .modal-body")
      && node.scrollWidth > node.clientWidth + 1
      && style.display !== "inline" && style.textOverflow !== "ellipsis";
    return sticksOut || isCut;
  }).map(node => node.outerHTML.slice(0, 200));
}
"""


def nothing_is_out_of_place(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert page.locator("body").evaluate(OUT_OF_PLACE) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_nothing_runs_out_of_the_page(
    example: Desk, show: Show, picture: Picture, size: tuple[int, int], theme: str
) -> None:
    name = f"page-{size[0]}-{theme}"
    page = show(example.address, size, theme)
    rae, bea = both(page)
    expect(rae.board).to_contain_text("6 of 13 done")
    nothing_is_out_of_place(page)
    picture(page, f"{name}-board")

    for words in (LONG_WORD, RIGHT_TO_LEFT, LINK, f"`{LONG_WORD}`"):
        rae.say(words)
    expect(rae.message("acme.example")).to_be_visible()
    nothing_is_out_of_place(page)
    picture(page, f"{name}-words")

    rae.say(f"/map add {LONG_WORD} @Rae Lindqvist next Fri")
    expect(rae.board).to_contain_text("6 of 14 done")
    rae.say(f"/map add {RIGHT_TO_LEFT}")
    expect(rae.board).to_contain_text("6 of 15 done")
    rae.board.get_by_role("button", name="All steps").click()
    expect(rae.modal).to_contain_text(LONG_WORD)
    nothing_is_out_of_place(page)
    picture(page, f"{name}-all-steps")
    rae.close()

    rae.open_step(14)
    expect(rae.modal).to_contain_text(LONG_WORD)
    nothing_is_out_of_place(page)
    picture(page, f"{name}-a-step")
    rae.close()

    rae.open_tab("Tandem")
    expect(rae.root.get_by_test_id("home")).to_contain_text(LONG_WORD)
    nothing_is_out_of_place(page)
    picture(page, f"{name}-home")

    page.get_by_test_id("log-toggle").click()
    page.get_by_test_id("log").locator("details").last.locator("summary").click()
    expect(page.get_by_test_id("log").locator("pre").first).to_be_visible()
    nothing_is_out_of_place(page)
    picture(page, f"{name}-log")
    page.get_by_test_id("log-close").click()
    other_client(page, bea)
    expect(bea.board).to_contain_text(LONG_WORD[:60])  # a board is for a glance: the step has all of it
    nothing_is_out_of_place(page)
    picture(page, f"{name}-bea")


def other_client(page: Page, bea: Client) -> None:
    """On a narrow page one client shows at a time."""
    switch = page.locator('[data-show="right"]')
    if switch.is_visible():
        switch.click()
    expect(bea.board).to_be_visible()
