"""What only the installing workspace has on the page: the Home tab, and its part of a message's menu."""

from playwright.sync_api import expect

from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk


def test_rae_has_a_home_tab_whose_buttons_work_and_bea_has_none(
    example: Desk, show: Show, picture: Picture
) -> None:
    page = show(example.address)
    rae, bea = both(page)
    rae.open_tab("Tandem")
    home = rae.root.get_by_test_id("home")
    expect(home).to_contain_text("Plans you lead")
    expect(rae.root.locator('[data-app-tab="home"]')).to_have_attribute("aria-current", "page")
    expect(rae.composer).to_be_hidden()
    picture(page, "page-home")

    home.get_by_role("button", name="Choose owner").first.click()
    expect(rae.modal).to_contain_text("10 Sign the contract")
    rae.choose("owner", "Rae")
    rae.submit()
    expect(rae.modal).to_have_count(0)
    expect(home.get_by_text("Who should have these?")).to_be_visible()
    expect(home.get_by_role("button", name="Choose owner")).to_have_count(1)  # the one that is left

    rae.root.locator('[data-app-tab="messages"]').click()
    expect(home).to_be_hidden()
    expect(rae.root.get_by_test_id("read-only")).to_be_visible()
    rae.root.locator('[data-app-tab="home"]').click()
    home.get_by_role("button", name="#acme-northwind").first.click()
    expect(rae.board).to_be_visible()

    bea.open_tab("Tandem")
    expect(bea.root.get_by_test_id("read-only")).to_be_visible()
    expect(bea.root.get_by_test_id("app-tab").first).to_be_hidden()
    expect(bea.root.get_by_test_id("home")).to_be_hidden()


def test_a_message_becomes_a_step_from_its_menu_for_people_of_the_installing_workspace(
    example: Desk, show: Show, picture: Picture
) -> None:
    page = show(example.address)
    rae, bea = both(page)
    rae.message("free his Thursday").hover()
    rae.message("free his Thursday").locator('[data-tool="more"]').click()
    picture(page, "page-message-menu")
    page.get_by_role("menuitem", name="Track as a step").click()
    expect(rae.field("title")).to_have_value("Yes please. I'll ask Ravi's manager to free his Thursday.")
    rae.field("title").fill("Free Ravi's Thursday")
    rae.submit()
    for client in (rae, bea):
        expect(client.board).to_contain_text("Free Ravi's Thursday")
    bea.message("free his Thursday").hover()
    expect(bea.message("free his Thursday").locator('[data-tool="reply"]')).to_be_visible()
    expect(bea.message("free his Thursday").locator('[data-tool="more"]')).to_have_count(0)
