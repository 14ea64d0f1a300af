"""The mission's three examples, played by Rae and Bea from an empty channel to a closed plan."""

from playwright.sync_api import Page, expect

from tests.e2e.client import Client
from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk

GIVEN_UP = 40_000  # milliseconds; the board is edited once in 1.2 s, and many acts may wait for one edit


def start(rae: Client, template: str, name: str, anchor: str, why: str, kind: str = "Go-live") -> None:
    """`/map new` filled in, as Rae does it."""
    rae.say("/map new")
    expect(rae.modal).to_be_visible()
    rae.choose("template", template)
    rae.field("name").fill(name)
    rae.tick("anchor_kind", kind)
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
    both_see(rae, bea, "At risk. On today's pace")
    both_see(rae, bea, "The ball is with Acme: 3")
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
    start(
        rae, "SaaS, six figures", "Acme × Northwind", "2031-08-08", "The old tool's contract ends that week"
    )
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


def test_22_steps_into_a_regulated_buyer_and_a_bottleneck_seen_six_weeks_before_quarter_end(
    empty: Desk, show: Show, picture: Picture
) -> None:
    page = show(empty.address)
    rae, bea = both(page)
    why = "The budget lapses when the quarter ends"
    start(rae, "Regulated buyer", "Acme Bank rollout", "2031-12-31", why, "Signature")
    both_see(rae, bea, "0 of 22 done")
    everybody_gets_a_name(rae, picture)
    both_see(rae, bea, "Bea Alvarez and Rae Lindqvist")
    priya_hears_once_of_all_that_is_hers(page, rae, bea, picture)

    for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17):
        rae.say(f"/map done {number}")
    both_see(rae, bea, "15 of 22 done")
    bea.say("@Tandem done 1")
    bea.say("@Tandem done 17")
    both_see(rae, bea, "17 of 22 done")

    turn(page, weeks=24)
    expect(page.get_by_test_id("clock-now")).to_contain_text("18 Nov 2031")
    both_see(rae, bea, "On track")
    procurement_is_seen_in_time(rae, bea, picture)

    bea.say("@Tandem done 19")
    both_see(rae, bea, "19 of 22 done")
    turn(page, weeks=5)
    both_confirm(rae, bea, step=20)
    both_see(rae, bea, "20 of 22 done")
    turn(page, weeks=6)
    bea.say("@Tandem done 21")
    both_see(rae, bea, "21 of 22 done")
    both_confirm(rae, bea, step=22)
    both_see(rae, bea, "Every step is done")
    close_as_won(rae, bea, "Signed before the quarter ended, and live")
    picture(page, "regulated-6-closed")


def everybody_gets_a_name(rae: Client, picture: Picture) -> None:
    rae.say("/map people")
    expect(rae.modal).to_contain_text("Procurement, Acme")
    for role, person in {
        "Champion": "Bea",
        "Account executive": "Rae",
        "Counsel": "Jonas",
        "Seller's counsel": "Mei",
        "Procurement": "Priya",
        "Information security": "Ravi",
        "Security lead": "Sam",
        "Executive sponsor": "Omar",
        "Signatory": "Omar",
        "Seller's signatory": "Rae",
        "Project lead": "Ines",
    }.items():
        rae.choose_for(f"{role}, ", person)
    picture(rae.page, "regulated-1-a-name-for-each-role")
    rae.submit()
    expect(rae.modal).to_have_count(0)


def priya_hears_once_of_all_that_is_hers(page: Page, rae: Client, bea: Client, picture: Picture) -> None:
    bea.become("Priya")
    page.get_by_test_id("clock-hour").click()
    bea.open_tab("Tandem")
    notice = bea.message("Acme Bank rollout")
    for title in ("Complete the vendor onboarding forms", "Approve the vendor in the procurement portal"):
        expect(notice).to_contain_text(title)
    expect(bea.list.locator("article")).to_have_count(1)
    picture(page, "regulated-2-priya-hears-once")
    bea.become("Bea")


def procurement_is_seen_in_time(rae: Client, bea: Client, picture: Picture) -> None:
    """The weekly review, six weeks before the quarter ends."""
    bea.become("Priya")
    bea.open_step(18)
    bea.modal.get_by_role("button", name="Blocked", exact=True).click()
    bea.field("reason").fill("The portal's queue is eight weeks long")
    bea.field("until").fill("2031-12-01")
    bea.submit()
    for client in (rae, bea):
        expect(client.board).to_contain_text("blocked until Mon 1 Dec: The portal's queue", timeout=GIVEN_UP)
    rae.say("/map status")
    rae.message("Only visible to you").get_by_role("button", name="Show everyone").click()
    expect(bea.message("Shared by Rae Lindqvist")).to_contain_text("Approve the vendor")
    picture(rae.page, "regulated-3-the-weekly-review")
    bea.become("Bea")
    bea.say("@Tandem note 18 Our sponsor asks procurement to take it out of turn")
    bea.become("Priya")
    bea.say("@Tandem unblock 18")
    bea.say("@Tandem date 18 19 Dec")
    bea.open_thread("date 18 19 Dec")
    expect(bea.thread).to_contain_text("Fri 19 Dec")
    picture(rae.page, "regulated-4-a-day-that-holds")
    bea.close_thread()
    both_see(rae, bea, "Fri 19 Dec")
    bea.open_step(18)
    expect(bea.modal).to_contain_text("take it out of turn")
    picture(rae.page, "regulated-5-what-was-said-about-it")
    bea.close()
    bea.say("@Tandem done 18")
    both_see(rae, bea, "18 of 22 done")
    bea.become("Bea")
