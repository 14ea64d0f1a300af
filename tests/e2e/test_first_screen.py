"""What somebody sees who has just started the sandbox, and what is there when they start it again."""

import shutil
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk

LAST_WORDS = "free his Thursday"  # of the example


def test_whoever_starts_it_sees_a_plan_half_way_in_both_clients(
    tmp_path: Path, show: Show, picture: Picture
) -> None:
    with Desk(tmp_path) as desk:
        page = show(desk.start("--reset").address)
        for client in both(page):
            expect(client.message(LAST_WORDS)).to_have_count(1)
            expect(client.board).to_contain_text("6 of 13 done")
            expect(client.board.locator(".header")).to_be_in_viewport(ratio=1)
            expect(client.board).to_contain_text("At risk.")
            expect(client.board.get_by_text("The ball is with")).to_be_in_viewport(ratio=1)
            expect(client.step(6)).to_be_in_viewport(ratio=1)
        picture(page, "first-screen-while-it-is-told")

        page = show(desk.address)
        for client in both(page):
            expect(client.board.locator(".header")).to_be_in_viewport(ratio=1)
            expect(client.step(6)).to_be_in_viewport(ratio=1)
            expect(client.root.get_by_text("New messages")).to_be_hidden()
        picture(page, "first-screen")

        _, bea = both(show(desk.address, (1440, 1600)))
        expect(bea.board.get_by_role("button", name="Help")).to_be_in_viewport()
        picture(bea.board, "the-board")


def test_in_socket_mode_it_is_the_same(told_example: Path, tmp_path: Path, show: Show) -> None:
    shutil.copytree(told_example, tmp_path, dirs_exist_ok=True)
    with Desk(tmp_path) as desk:
        rae, bea = both(show(desk.start("--socket-mode").address))
        bea.press("Done", step=6)
        expect(rae.board).to_contain_text("7 of 13 done")
        rae.say("/map status ")
        expect(rae.list.locator("[data-ephemeral]").last).to_contain_text("Acme × Northwind")
        answer = httpx.post(f"{desk.address}page/sockets", json={}, trust_env=False).json()
        assert (answer["on"], answer["connections"]) == (True, 1)


def test_a_second_start_keeps_what_was_done_and_a_reset_begins_afresh(example: Desk, show: Show) -> None:
    _, bea = both(show(example.address))
    bea.press("Done", step=6)
    expect(bea.board).to_contain_text("7 of 13 done")
    bea.say("Ravi is through with it.")
    expect(bea.message("Ravi is through")).to_be_visible()
    example.stop()

    rae, bea = both(show(example.start().address))
    expect(rae.board).to_contain_text("7 of 13 done")
    expect(rae.message("Ravi is through")).to_have_count(1)
    bea.press("Done", step=9)
    expect(rae.board).to_contain_text("8 of 13 done")
    example.stop()

    rae, _ = both(show(example.start("--reset").address))
    expect(rae.message(LAST_WORDS)).to_have_count(1)
    expect(rae.board).to_contain_text("6 of 13 done")
    expect(rae.message("Ravi is through")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_narrow_page_shows_one_client_at_a_time_and_all_of_its_width(
    example: Desk, show: Show, picture: Picture, theme: str
) -> None:
    page = show(example.address, (390, 844), theme)
    rae, bea = both(page)
    expect(rae.board.locator(".header")).to_be_in_viewport(ratio=1)
    expect(bea.root).to_be_hidden()
    assert_nothing_is_beside(page)
    picture(page, f"narrow-{theme}")

    page.get_by_role("button", name="Bea Alvarez Acme").first.click()
    expect(bea.board.locator(".header")).to_be_in_viewport(ratio=1)
    expect(rae.root).to_be_hidden()
    bea.press("New date", step=6)
    expect(bea.modal).to_be_visible()
    assert_nothing_is_beside(page)
    picture(page, f"narrow-{theme}-modal")


def test_a_dark_page_is_dark_and_shows_the_board(example: Desk, show: Show, picture: Picture) -> None:
    page = show(example.address, theme="dark")
    for client in both(page):
        expect(client.board.locator(".header")).to_be_in_viewport(ratio=1)
        assert lightness(page, client.root.evaluate("node => getComputedStyle(node).backgroundColor")) < 60
        assert lightness(page, client.step(6).evaluate("node => getComputedStyle(node).color")) > 180
    assert_nothing_is_beside(page)
    picture(page, "first-screen-dark")


def assert_nothing_is_beside(page: Page) -> None:
    """Nobody has to scroll sideways, in the page or in a list of messages."""
    too_wide = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll(".messages, .modal-body")]
          .filter((node) => node.scrollWidth > node.clientWidth).map((node) => node.className || "page")"""
    )
    assert too_wide == []


def lightness(page: Page, color: str) -> float:
    """0 for black, 255 for white; `color` as CSS writes it."""
    return float(
        page.evaluate(
            """(color) => {
              const pen = new OffscreenCanvas(1, 1).getContext("2d");
              pen.fillStyle = color;
              pen.fillRect(0, 0, 1, 1);
              const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
              return (red + green + blue) / 3;
            }""",
            color,
        )
    )
