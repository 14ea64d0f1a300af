"""The mission's three examples, played by Rae and Bea from an empty channel to a closed plan."""

from playwright.sync_api import Page, expect

from tests.e2e.client import Client
from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk

GIVEN_UP = 40_000  # milliseconds; the board is edited once in 1.2 s, and many acts may wait for one edit


def start(rae: Client, template: str, name: str, anchor: str, why: str) -> None:
    """`/map new` filled in, as Rae does it."""
    rae.say("/map new")
    expect(rae.modal).to_be_visible()
    rae.choose("template", template)
    rae.field("name").fill(name)
    rae.tick("anchor_kind", "Go-live")
    rae.field("anchor_date").fill(anchor)
    rae.field("anchor_reason").fill(why)
    rae.field("buyer_company").fill("Acme")
    rae.choose("seller_lead", "Rae")
    rae.choose("buyer_lead", "Bea")
    rae.choose("seller_country", "United Kingdom")
    rae.choose("buyer_country", "United States")
    rae.submit()
    expect(rae.modal).to_have_attribute("data-callback-id", "notice")
    rae.close()


def give(client: Client, step: int, owner: str, counterpart: str = "") -> None:
    """Put a name on a step, in the step's own window."""
    client.open_step(step)
    client.modal.get_by_role("button", name="Owner", exact=True).click()
    client.choose("owner", owner)
    if counterpart:
        client.choose("counterpart", counterpart)
    client.submit()
    expect(client.modal).to_have_count(0)


def turn(page: Page, *, weeks: int = 0, days: int = 0) -> None:
    for _ in range(weeks):
        page.get_by_test_id("clock-week").click()
        expect(page.get_by_test_id("clock-week")).to_be_enabled()
    for _ in range(days):
        page.get_by_test_id("clock-day").click()
        expect(page.get_by_test_id("clock-day")).to_be_enabled()


def both_see(rae: Client, bea: Client, words: str) -> None:
    for client in (rae, bea):
        expect(client.board).to_contain_text(words, timeout=GIVEN_UP)


def both_confirm(rae: Client, bea: Client, step: int) -> None:
    bea.press("Confirm", step=step)
    expect(rae.step(step)).to_contain_text("confirmed for Acme")
    rae.press("Confirm", step=step)


def close_as_won(rae: Client, bea: Client, why: str) -> None:
    rae.board.get_by_role("button", name="Close plan").click()
    expect(rae.modal).to_contain_text("How did it end")
    rae.tick("outcome", "Won: signed, or live")
    rae.field("reason").fill(why)
    rae.submit()
    expect(rae.modal).to_have_count(0)
    for client in (rae, bea):
        expect(client.board.locator(".header")).to_contain_text("won")
        expect(client.board).to_contain_text(why)
        expect(client.board.get_by_role("button", name="Done")).to_have_count(0)


def test_an_agency_and_its_retainer_in_five_lines(empty: Desk, show: Show, picture: Picture) -> None:
    page = show(empty.address)
    rae, bea = both(page)
    start(rae, "Agency retainer", "Acme retainer", "2031-06-26", "The campaign needs a team by then")
    both_see(rae, bea, "0 of 5 done")
    give(bea, 1, "Bea", "Rae")
    give(bea, 2, "Omar", "Rae")
    give(bea, 3, "Jonas")
    give(rae, 4, "Omar", "Rae")
    give(rae, 5, "Bea", "Lena")
    both_see(rae, bea, "Jonas Weber")
    picture(page, "agency-1-five-lines-with-names")

    both_confirm(rae, bea, step=1)
    both_see(rae, bea, "1 of 5 done")
    bea.become("Omar")
    bea.say("@Tandem done 2")
    expect(bea.message("@Tandem done 2").get_by_test_id("replies")).to_be_visible()
    rae.press("Confirm", step=2)
    both_see(rae, bea, "2 of 5 done")
    picture(page, "agency-2-omar-said-yes-in-words")

    # Now it goes quiet, where a retainer drifts. Jonas alone hears of it, on his own morning.
    turn(page, weeks=3)
    both_see(rae, bea, "Waiting on one step. The ball is with Acme")
    bea.become("Jonas")
    bea.open_tab("Tandem")
    expect(bea.message("waiting for you")).to_contain_text("Review the retainer agreement")
    expect(rae.message("waiting for you")).to_have_count(0)
    picture(page, "agency-3-jonas-hears-of-it")
    bea.message("waiting for you").get_by_role("button", name="Done", exact=True).click()
    both_see_on_the_channel(rae, bea, "3 of 5 done")

    bea.become("Omar")
    both_confirm(rae, bea, step=4)
    both_see(rae, bea, "4 of 5 done")
    bea.become("Bea")
    rae.become("Lena")
    both_confirm(rae, bea, step=5)
    both_see(rae, bea, "Every step is done")
    rae.become("Rae")
    picture(page, "agency-4-every-step-is-done")
    close_as_won(rae, bea, "Signed, and the first session is held")
    picture(page, "agency-5-closed")


def both_see_on_the_channel(rae: Client, other: Client, words: str) -> None:
    """The other one has been reading a private message."""
    other.open_tab("#acme-northwind")
    both_see(rae, other, words)


def test_a_six_figure_deal_whose_questionnaire_stalls_and_which_closes_on_its_date(
    empty: Desk, show: Show, picture: Picture
) -> None:
    page = show(empty.address)
    rae, bea = both(page)
    start(rae, "SaaS, six figures", "Acme × Northwind", "2031-08-08", "The old tool's contract ends that week")
    both_see(rae, bea, "0 of 13 done")
    give(bea, 1, "Bea", "Rae")
    give(bea, 4, "Ravi")
    give(bea, 6, "Ravi")
    give(bea, 8, "Jonas", "Mei")
    give(bea, 9, "Omar")
    picture(page, "saas-1-bea-names-her-people")
    both_confirm(rae, bea, step=1)
    for number in (2, 3):
        bea.press("Done", step=number)
        both_see(rae, bea, f"{number} of 13 done")
    for number, total in ((4, 4), (5, 5), (7, 6)):
        rae.say(f"/map done {number}")
        both_see(rae, bea, f"{total} of 13 done")

    # The security review stalls, and Ravi hears of it before anybody has to say so.
    turn(page, weeks=5)
    both_see(rae, bea, "The ball is with Acme")
    rae.say("/map status")
    answer = rae.message("Only visible to you")
    expect(answer).to_contain_text("Review the security questionnaire")
    answer.get_by_role("button", name="Show everyone").click()
    expect(bea.message("Shared by Rae Lindqvist")).to_contain_text("Review the security questionnaire")
    picture(page, "saas-2-the-next-call")
    bea.say("@Tandem note 6 Ravi's manager gives him Thursday for it")
    bea.open_thread("@Tandem note 6")
    expect(bea.thread).to_contain_text("Review the security questionnaire")
    picture(page, "saas-3-bea-escalates-inside")
    bea.close_thread()
    bea.become("Ravi")
    bea.open_tab("Tandem")
    bea.message("waiting for you").get_by_role("button", name="Done", exact=True).click()
    both_see_on_the_channel(rae, bea, "7 of 13 done")

    bea.become("Bea")
    for number in (8, 9, 10, 11, 12, 13):
        bea.say(f"@Tandem done {number}")
        expect(bea.message(f"@Tandem done {number}").get_by_test_id("replies")).to_be_visible()
        rae.say(f"/map done {number}")
    both_see(rae, bea, "13 of 13 done")
    turn(page, weeks=4)
    expect(page.get_by_test_id("clock-now")).to_contain_text("5 Aug 2031")
    close_as_won(rae, bea, "Live in the week we agreed on")
    picture(page, "saas-4-closed-on-the-original-date")
    rae.board.get_by_role("button", name="History").click()
    expect(rae.modal).to_contain_text("closed the plan as won")
    picture(page, "saas-5-the-record")
    rae.close()
