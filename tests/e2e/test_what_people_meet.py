"""Where a person is told no, told privately, or has no mouse."""

from threading import Event

from playwright.sync_api import Page, Route, expect

from tests.e2e.client import Client
from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk


def test_bea_who_installed_nothing_has_no_map_command_and_nobody_else_hears_her_try(
    example: Desk, show: Show, picture: Picture
) -> None:
    page = show(example.address)
    rae, bea = both(page)
    bea.say("/map")
    expect(bea.message("/map is not a valid command")).to_be_in_viewport()
    expect(bea.message("/map is not a valid command")).to_have_attribute("data-ephemeral", "true")
    picture(page, "bea-has-no-command")
    bea.say("@Tandem status")
    expect(bea.message("@Tandem status").get_by_test_id("replies")).to_contain_text("1 reply")
    bea.open_thread("@Tandem status")
    expect(bea.thread).to_contain_text("Review the security questionnaire")
    expect(bea.message("@Tandem status")).to_be_in_viewport()  # what was in sight stays so beside a thread
    expect(rae.message("@Tandem status")).to_have_count(1)
    expect(rae.message("/map")).to_have_count(0)
    picture(page, "bea-asks-by-mention")


def test_rae_gets_private_answers_that_bea_does_not_see(example: Desk, show: Show, picture: Picture) -> None:
    page = show(example.address)
    rae, bea = both(page)
    rae.say("/map status")
    answer = rae.message("Review the security questionnaire")
    expect(answer).to_contain_text("Only visible to you")
    expect(answer).to_be_in_viewport()
    picture(page, "rae-asks-in-private")
    bea.say("Back in ten minutes.")
    expect(rae.message("Back in ten")).to_be_in_viewport()
    expect(bea.list.get_by_text("Only visible to you")).to_have_count(0)


def test_news_below_what_somebody_reads_is_announced_and_does_not_take_them_away(
    example: Desk, show: Show, picture: Picture
) -> None:
    page = show(example.address)
    rae, bea = both(page)
    expect(rae.board.locator(".header")).to_be_in_viewport()
    bea.say("Ravi has an hour on Thursday.")
    expect(bea.message("an hour on Thursday")).to_be_in_viewport()
    pill = rae.root.get_by_role("button", name="New messages")
    expect(pill).to_be_visible()
    expect(rae.board.locator(".header")).to_be_in_viewport()
    picture(page, "news-below")
    pill.click()
    expect(rae.message("an hour on Thursday")).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_who_speaks_before_anything_is_drawn_sees_what_they_said(example: Desk, show: Show) -> None:
    page, held, has_spoken = show("about:blank"), list[Route](), Event()
    page.route(
        "**/page/state?person=U0BEA*",
        lambda route: route.continue_() if has_spoken.is_set() else held.append(route),
    )
    page.goto(example.address)
    rae, bea = both(page)
    expect(rae.board.locator(".header")).to_be_in_viewport()
    bea.say("Ravi has an hour on Thursday.")
    expect(rae.message("an hour on Thursday")).to_have_count(1)
    has_spoken.set()
    for asked in held:
        asked.continue_()
    expect(bea.message("an hour on Thursday")).to_be_in_viewport()
    expect(rae.board.locator(".header")).to_be_in_viewport()  # who only reads is taken nowhere


def test_a_date_that_will_not_do_is_refused_under_its_field_and_nothing_typed_is_lost(
    empty: Desk, show: Show, picture: Picture
) -> None:
    page = show(empty.address)
    rae, _ = both(page)
    rae.say("/map new")
    rae.choose("template", "SaaS, six figures")
    rae.field("name").fill("Acme × Northwind")
    rae.field("buyer_company").fill("Acme")
    rae.choose("seller_country", "United Kingdom")
    rae.choose("buyer_country", "United States")
    rae.submit()
    expect(rae.error_of("anchor_date")).not_to_be_empty()  # the client's own: nothing was picked
    rae.field("anchor_date").fill("2031-05-02")
    rae.submit()
    expect(rae.error_of("anchor_date")).to_contain_text("choose one after Tue 3 Jun")
    expect(rae.error_of("anchor_date")).to_be_in_viewport()
    expect(rae.field("anchor_date")).to_have_attribute("aria-invalid", "true")
    expect(rae.field("name")).to_have_value("Acme × Northwind")
    picture(page, "an-error-under-its-field")
    rae.field("anchor_date").fill("2031-08-08")
    rae.submit()
    expect(rae.board).to_contain_text("go-live Fri 8 Aug")


def test_where_private_messages_are_refused_a_quiet_line_in_the_thread_names_what_waits(
    example: Desk, show: Show, picture: Picture
) -> None:
    page = show(f"{example.address}?right=U0JONAS")
    rae, jonas = both(page)
    expect(jonas.step(8)).to_contain_text("due Fri 6 Jun")
    private = jonas.root.get_by_test_id("tab").filter(has_text="Tandem")
    expect(private).to_have_attribute("data-unread", "1")  # that the step is his, from before
    page.get_by_test_id("switches").click()
    page.get_by_role("menuitemcheckbox", name="Jonas's workspace refuses app DMs").click()
    page.get_by_test_id("clock-week").click()
    expect(page.get_by_test_id("clock-now")).to_contain_text("Tue 10 Jun 2031")

    expect(jonas.board.get_by_test_id("replies")).to_contain_text("1 reply")
    jonas.board.get_by_test_id("replies").click()
    expect(jonas.thread).to_contain_text("@Jonas Weber")
    expect(jonas.thread).to_contain_text("8 Close the legal redlines")
    expect(private).to_have_attribute("data-unread", "1")  # nothing came there
    expect(rae.list.locator("article", has_text="@Jonas Weber")).to_have_count(0)  # not in the channel
    picture(page, "refused-so-in-the-thread")


def test_with_the_keyboard_alone_a_button_opens_a_modal_and_escape_closes_it(
    example: Desk, show: Show, picture: Picture
) -> None:
    page = show(example.address)
    _, bea = both(page)
    expect(bea.step(6)).to_be_visible()
    button = bea.board.get_by_role("button", name="New date").first
    tab_to(page, bea, "New date")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(bea.modal).to_contain_text("6 Review the security questionnaire")
    expect(bea.field("due")).to_be_focused()
    picture(page, "keyboard-in-the-modal")
    page.keyboard.press("Escape")
    expect(bea.modal).to_have_count(0)
    expect(button).to_be_focused()


def test_the_log_shows_each_request_and_its_answer(example: Desk, show: Show, picture: Picture) -> None:
    page = show(example.address)
    _, bea = both(page)
    page.get_by_test_id("log-toggle").click()
    pressed = page.get_by_test_id("log").locator('li[data-direction="to_app"][data-name*="block_actions"]')
    expect(pressed).to_have_count(0)  # what was before the start is not in it
    bea.press("Done", step=6)
    expect(pressed).to_have_count(1)
    expect(pressed).to_have_attribute("data-status", "200")
    expect(bea.board).to_contain_text("7 of 13 done")
    picture(page, "the-log")


def tab_to(page: Page, client: Client, label: str) -> None:
    """Press Tab until a button of this client's board with this label has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focus = client.board.locator(":focus")
        if focus.count() and focus.text_content() == label:
            return
    raise AssertionError(f"Tab never comes to {label}")
