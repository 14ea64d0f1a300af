"""All of it, as two people live it: a plan is made, a step is ticked, one waits, its owner hears of it."""

from playwright.sync_api import Page, expect

from tests.e2e.client import Client
from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk


def test_rae_starts_a_plan_bea_ticks_a_step_and_moves_the_one_that_waits(
    empty: Desk, show: Show, picture: Picture
) -> None:
    page = show(empty.address)
    rae, bea = both(page)
    expect(bea.message("shall we write down the way")).to_be_visible()
    picture(page, "story-1-an-empty-channel")

    rae_starts_a_plan(page, rae, picture)
    for client in (rae, bea):
        expect(client.board).to_contain_text("Acme × Northwind")
        expect(client.board).to_contain_text("0 of 13 done")
        expect(client.board.locator(".header")).to_be_in_viewport(ratio=1)
    picture(page, "story-3-the-board-in-both")

    bea_takes_a_step_and_ticks_it(page, rae, bea, picture)
    the_clock_turns_past_a_due_date(page, rae, bea, picture)
    bea_gives_a_new_date(page, rae, bea, picture)


def rae_starts_a_plan(page: Page, rae: Client, picture: Picture) -> None:
    rae.say("/map new")
    expect(rae.modal).to_be_visible()
    rae.choose("template", "SaaS, six figures")
    rae.field("name").fill("Acme × Northwind")
    rae.tick("anchor_kind", "Go-live")
    rae.field("anchor_date").fill("2031-08-08")
    rae.field("anchor_reason").fill("The old tool's contract ends that week")
    rae.field("buyer_company").fill("Acme")
    rae.choose("seller_lead", "Rae")
    rae.choose("buyer_lead", "Bea")
    rae.choose("seller_country", "United Kingdom")
    rae.choose("buyer_country", "United States")
    picture(page, "story-2-rae-starts-a-plan")
    rae.submit()
    expect(rae.modal).to_have_attribute("data-callback-id", "notice")
    rae.close()


def bea_takes_a_step_and_ticks_it(page: Page, rae: Client, bea: Client, picture: Picture) -> None:
    bea.open_step(4)
    expect(bea.modal).to_contain_text("Send the security questionnaire")
    picture(page, "story-4-a-step")
    bea.modal.get_by_role("button", name="owner").click()
    bea.choose("owner", "Bea")
    picture(page, "story-5-bea-takes-it")
    bea.submit()
    expect(bea.modal).to_have_count(0)
    bea.press("Done", step=2)
    for client in (bea, rae):
        expect(client.board).to_contain_text("1 of 13 done")
        expect(client.step(2)).to_have_count(0)
        expect(client.step(4)).to_contain_text("Bea Alvarez")
    picture(page, "story-6-bea-ticked-a-step")
    rae.press("Confirm", step=1)
    for client in (bea, rae):
        expect(client.step(1)).to_contain_text("Rae Lindqvist confirmed for Northwind")
    picture(page, "story-7-half-of-a-gate")
    bea.press("Confirm", step=1)
    for client in (bea, rae):
        expect(client.board).to_contain_text("2 of 13 done")


def the_clock_turns_past_a_due_date(page: Page, rae: Client, bea: Client, picture: Picture) -> None:
    expect(bea.step(4)).to_contain_text("due Fri 20 Jun")
    for _ in range(3):
        page.get_by_test_id("clock-week").click()
    expect(page.get_by_test_id("clock-now")).to_contain_text("Tue 24 Jun 2031")
    expect(bea.root.get_by_test_id("toast")).to_contain_text("Tandem wrote to Bea")
    for client in (bea, rae):
        expect(client.board).to_contain_text("At risk.")
        expect(client.step(4)).to_contain_text("waiting, due Fri 20 Jun")
    picture(page, "story-8-bea-has-a-message")
    expect(rae.message("is waiting for you")).to_have_count(0)  # nobody else is told
    bea.open_tab("Tandem")
    expect(bea.message("one step of Acme × Northwind is waiting for you")).to_contain_text(
        "Send the security questionnaire"
    )
    picture(page, "story-9-the-message")


def bea_gives_a_new_date(page: Page, rae: Client, bea: Client, picture: Picture) -> None:
    bea.message("waiting for you").get_by_role("button", name="New date").click()
    expect(bea.modal).to_contain_text("4 Send the security questionnaire")
    bea.field("due").fill("2031-06-27")
    bea.field("reason").fill("Ravi is away until Thursday")
    picture(page, "story-10-a-new-date")
    bea.submit()
    expect(bea.modal).to_have_count(0)
    expect(bea.message("Send the security questionnaire")).to_contain_text("Fri 27 Jun")
    expect(bea.list.get_by_role("button", name="New date")).to_have_count(0)
    picture(page, "story-11-answered")

    bea.open_tab("#acme-northwind")
    for client in (bea, rae):
        expect(client.step(4)).to_contain_text("due Fri 27 Jun")
    expect(bea.step(4)).to_be_in_viewport()  # she is where she was
    picture(page, "story-12-the-board-shows-it")
    rae.board.get_by_role("button", name="History").click()
    expect(rae.modal).to_contain_text("Ravi is away until Thursday")
    for words in ("Bea Alvarez", "Fri 20 Jun", "Fri 27 Jun"):
        expect(rae.modal).to_contain_text(words)
    picture(page, "story-13-and-so-does-the-history")
    rae.close()
