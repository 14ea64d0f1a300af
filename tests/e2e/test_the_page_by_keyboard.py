"""Somebody without a mouse: everything is reached, seen and closed by keys alone."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk


def test_a_step_is_ticked_and_its_owner_changed_by_keys_alone(
    example: Desk, show: Show, picture: Picture
) -> None:
    page = show(example.address)
    rae, bea = both(page)
    expect(bea.step(6)).to_be_visible()

    to_part(page, bea.list)
    tab_to(page, bea.board.get_by_role("button", name="Done", exact=True).first)
    picture(page, "keys-1-on-the-button")
    page.keyboard.press("Enter")
    for client in (bea, rae):
        expect(client.board).to_contain_text("7 of 13 done")

    tab_to(page, bea.board.locator(".picker"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("options-search")).to_be_focused()
    page.keyboard.type("CFO")
    expect(page.get_by_role("option")).to_have_count(1)
    picture(page, "keys-2-searching-a-step")
    page.keyboard.press("Enter")
    expect(bea.modal).to_have_attribute("data-callback-id", "step.details")

    owner = bea.modal.get_by_role("button", name="owner")
    tab_to(page, owner)
    page.keyboard.press("Enter")
    expect(bea.modal).to_have_attribute("data-callback-id", "step.owner")
    expect(bea.field("owner")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("priy")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text("Priya Nair")
    picture(page, "keys-3-searching-a-person")
    page.keyboard.press("Enter")
    expect(bea.field("owner")).to_contain_text("Priya Nair")
    expect(bea.field("owner")).to_be_focused()
    tab_to(page, bea.modal.get_by_test_id("modal-submit"))
    page.keyboard.press("Enter")
    expect(bea.modal.locator('[data-callback-id="step.owner"]')).to_have_count(0)
    for client in (bea, rae):
        expect(client.step(9)).to_contain_text("Priya Nair")


def test_tab_stays_inside_a_modal_and_escape_closes_only_what_lies_on_top(example: Desk, show: Show) -> None:
    page = show(example.address)
    _, bea = both(page)
    expect(bea.step(6)).to_be_visible()
    to_part(page, bea.list)
    new_date = bea.board.get_by_role("button", name="New date").first
    tab_to(page, new_date)
    page.keyboard.press("Enter")
    expect(bea.modal).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        assert has_focus(bea.modal)
    page.keyboard.press("Escape")
    expect(bea.modal).to_have_count(0)
    expect(new_date).to_be_focused()

    bea.open_step(8)
    tab_to(page, bea.modal.get_by_role("button", name="owner"))
    page.keyboard.press("Enter")
    expect(bea.modal).to_have_attribute("data-callback-id", "step.owner")
    page.keyboard.press("Enter")  # the list of people
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(bea.modal).to_have_attribute("data-callback-id", "step.owner")
    page.keyboard.press("Escape")
    expect(bea.modal).to_have_attribute("data-callback-id", "step.details")
    page.keyboard.press("Escape")
    expect(bea.modal).to_have_count(0)


def test_menus_go_by_arrows_and_give_the_focus_back(example: Desk, show: Show) -> None:
    page = show(example.address)
    rae, bea = both(page)
    expect(bea.step(6)).to_be_visible()
    to_part(page, bea.list)
    more = bea.board.get_by_role("button", name="More actions").first
    tab_to(page, more)
    page.keyboard.press("Enter")
    rows = page.get_by_role("menuitem")
    expect(rows.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(rows.last).to_be_focused()
    page.keyboard.press("Escape")
    expect(rows).to_have_count(0)
    expect(more).to_be_focused()

    who = rae.root.get_by_test_id("person-menu")
    who.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitemradio", name="Rae")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(rae.root).to_have_attribute("data-person", "U0SAM")
    expect(who).to_be_focused()


def to_part(page: Page, part: Locator) -> None:
    """F6 goes from one part of the page to the next."""
    for _ in range(20):
        page.keyboard.press("F6")
        if has_focus(part):
            return
    raise AssertionError("F6 never comes there")


def has_focus(part: Locator) -> bool:
    return bool(part.evaluate("node => node.contains(document.activeElement)"))


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus, which is then seen."""
    expect(wanted).to_be_visible()
    for _ in range(120):
        if wanted.evaluate("node => node === document.activeElement"):
            expect(wanted).to_be_in_viewport()
            assert wanted.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never comes there")
