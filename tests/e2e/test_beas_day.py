"""Bea's whole day. She buys, installed nothing and has no `/map`: all she does is done in the channel."""

from playwright.sync_api import expect

from tests.e2e.client import Client
from tests.e2e.conftest import Picture, Show, both
from tests.e2e.desk import Desk
from tests.e2e.test_the_three_examples import both_see

PRIVATE = "Walk-away price and who may say no"
HIDDEN = "Sound out Omar about a second year"


def test_bea_has_her_whole_day_in_the_channel_and_nobody_ever_tells_her_of_a_command(
    example: Desk, show: Show, picture: Picture
) -> None:
    page = show(example.address)
    rae, bea = both(page)
    expect(bea.board).to_contain_text("6 of 13 done")
    rae.remember()
    bea.remember()

    says_where_she_is(bea)
    asks(rae, bea)
    ticks(rae, bea)
    adds(rae, bea)
    keeps_to_her_side(rae, bea)
    looks_as_the_other_side(bea, picture)
    blocks(rae, bea)
    agrees(rae, bea)
    moves_what_is_hers_alone(rae, bea)
    asks_for_what_touches_both(rae, bea)
    says_several_things_at_once(rae, bea)
    reads_what_came_of_it(bea, picture)

    rae_has_looked_everywhere(rae)
    assert [words for words in rae.remembered() if PRIVATE in words] == []
    seen = bea.remembered()
    assert PRIVATE in " ".join(seen)  # so much is remembered, also of windows that are long closed
    assert [words for words in seen if "/map" in words] == []
    has_no_command(rae, bea)


def says_where_she_is(bea: Client) -> None:
    bea.open_tab("Tandem")
    bea.message("put your name on one step").get_by_role("button", name="Set mine").click()
    bea.choose("zone", "Chicago")
    bea.submit()
    expect(bea.modal).to_contain_text("comes by Chicago time")
    bea.close()
    bea.open_tab("#acme-northwind")


def asks(rae: Client, bea: Client) -> None:
    bea.open_step(6)
    bea.press_in_modal("Add a note")
    bea.field("note").fill("Rae, can Sam join Ravi on Thursday at ten?")
    bea.send()
    rae.open_step(6)
    expect(rae.modal).to_contain_text("Rae, can Sam join Ravi on Thursday at ten?")
    expect(rae.modal).to_contain_text("Bea Alvarez (Acme)")
    rae.close()
    bea.say("@Tandem status")
    bea.open_thread("@Tandem status")
    expect(bea.thread).to_contain_text("Review the security questionnaire")
    bea.close_thread()
    bea.open_form("Help")
    expect(bea.modal).to_contain_text("What Tandem does for you")
    bea.close()


def ticks(rae: Client, bea: Client) -> None:
    bea.press("Done", step=6)
    both_see(rae, bea, "7 of 13 done")
    expect(rae.step(6)).to_have_count(0)


def adds(rae: Client, bea: Client) -> None:
    bea.open_form("Add step")
    bea.field("title").fill("Book the training rooms")
    bea.choose("owner", "Ravi")
    bea.field("due").fill("2031-06-17")
    bea.choose("phase", "Live")
    bea.send()
    both_see(rae, bea, "14  Book the training rooms")
    both_see(rae, bea, "Ravi Shah  ·  Tue 17 Jun")
    bea.say("@Tandem add Invite the pilot team @Ines 20 Jun, phase Live")
    both_see(rae, bea, "15  Invite the pilot team")
    bea.open_form("Add step")
    bea.field("title").fill(HIDDEN)
    bea.choose("owner", "Omar")
    bea.send()
    both_see(rae, bea, f"16  {HIDDEN}")


def keeps_to_her_side(rae: Client, bea: Client) -> None:
    bea.open_form("Add step")
    expect(bea.modal).to_contain_text("Northwind runs Tandem")
    bea.field("title").fill(PRIVATE)
    bea.tick("visibility", "Only Acme")
    bea.choose("owner", "Bea")
    bea.send()
    bea.open_step(16)
    bea.more_in_modal("Only for our side")
    expect(bea.modal).to_contain_text("Only Acme sees this step")
    bea.close()
    for client in (rae, bea):
        expect(client.board).not_to_contain_text(HIDDEN)
    bea.open_form("My steps")
    expect(bea.modal).to_contain_text(f"🔒  {PRIVATE}")
    bea.close()


def looks_as_the_other_side(bea: Client, picture: Picture) -> None:
    bea.open_form("All steps")
    expect(bea.modal).to_contain_text(PRIVATE)
    expect(bea.modal).to_contain_text(HIDDEN)
    bea.press_in_modal("Preview as Northwind")
    expect(bea.modal).to_contain_text("This is what Northwind sees.")
    expect(bea.modal).to_contain_text("Book the training rooms")
    for words in (PRIVATE, HIDDEN, "🔒"):
        expect(bea.modal).not_to_contain_text(words)
    picture(bea.page, "beas-day-as-the-other-side")
    bea.back()
    expect(bea.modal).to_contain_text(PRIVATE)
    bea.close()


def blocks(rae: Client, bea: Client) -> None:
    bea.open_step(9)
    bea.press_in_modal("Blocked")
    bea.field("reason").fill("Omar travels until Monday")
    bea.field("until").fill("2031-06-09")
    bea.send()
    both_see(rae, bea, "blocked until Mon 9 Jun: Omar travels until Monday")


def agrees(rae: Client, bea: Client) -> None:
    bea.open_form("Agree to the plan")
    expect(bea.modal).to_contain_text("You agree for Acme, all of it.")
    bea.submit()
    expect(bea.modal).to_contain_text("Northwind's is missing")
    bea.close()
    both_see(rae, bea, "Bea Alvarez (Acme) has agreed to the plan. Northwind's yes is missing.")
    rae.open_form("Agree to the plan")
    expect(rae.modal).to_contain_text("Bea Alvarez (Acme) agreed to it as it stands")
    rae.submit()
    expect(rae.modal).to_contain_text("said yes")
    rae.close()
    both_see(rae, bea, "Agreed Tue 3 Jun by Bea Alvarez (Acme) and Rae Lindqvist (Northwind)")


def moves_what_is_hers_alone(rae: Client, bea: Client) -> None:
    bea.open_step(14)
    bea.press_in_modal("New date")
    bea.field("due").fill("2031-06-19")
    expect(bea.modal).to_contain_text("Go-live stays Tue 15 Jul")
    bea.choose("reason_code", "Somebody is away")
    bea.send()
    both_see(rae, bea, "Ravi Shah  ·  Thu 19 Jun")


def asks_for_what_touches_both(rae: Client, bea: Client) -> None:
    bea.press("New date", step=8)
    bea.field("due").fill("2031-06-11")
    expect(bea.modal).to_contain_text("This needs a yes from Northwind")
    bea.choose("reason_code", "Legal takes longer")
    bea.field("reason").fill("Jonas waits for outside counsel")
    bea.submit()
    expect(bea.modal).to_contain_text("Northwind")
    bea.close()
    both_see(rae, bea, "Bea Alvarez (Acme) proposes 8  Close the legal redlines for Wed 11 Jun")
    rae.board.get_by_role("button", name="See it").click()
    expect(rae.modal).to_contain_text("Legal takes longer: Jonas waits for outside counsel")
    rae.press_in_modal("Accept")
    expect(rae.modal).to_contain_text("Agreed with Bea Alvarez (Acme)")
    rae.close()
    both_see(rae, bea, "Jonas Weber with Mei Tanaka  ·  due Wed 11 Jun")
    expect(bea.board).not_to_contain_text("proposes")


def says_several_things_at_once(rae: Client, bea: Client) -> None:
    bea.say("@Tandem done 14\nunblock 9\n9 18 Jun because Omar reads it on the plane\nsee you all tomorrow")
    bea.open_thread("@Tandem done 14")
    for words in (
        "14  Book the training rooms is done, by Bea Alvarez for Ravi Shah",
        "9  CFO sign-off on budget and terms can go on",
        "9  CFO sign-off on budget and terms is due Wed 18 Jun, before it was Fri 13 Jun",
        "One line was no words for me, so I left it alone: “see you all tomorrow”",
    ):
        expect(bea.thread).to_contain_text(words)
    bea.close_thread()
    both_see(rae, bea, "8 of 15 done")


def reads_what_came_of_it(bea: Client, picture: Picture) -> None:
    bea.open_tab("Tandem")
    expect(bea.message("said yes to your question")).to_contain_text("8  Close the legal redlines")
    bea.open_tab("#acme-northwind")
    bea.root.get_by_test_id("pin").click()
    expect(bea.board.locator(".header")).to_be_in_viewport(ratio=1)
    picture(bea.page, "beas-day-the-board-in-the-evening")


def rae_has_looked_everywhere(rae: Client) -> None:
    for door, words in (
        ("All steps", "Book the training rooms"),
        ("History", "Bea Alvarez"),
        ("My steps", ""),
    ):
        rae.open_form(door)
        expect(rae.modal).to_contain_text(words)
        rae.close()
    rae.board.get_by_test_id("replies").click()
    expect(rae.thread).to_contain_text("Book the training rooms")
    rae.close_thread()
    rae.open_tab("Tandem")
    expect(rae.message("Bea Alvarez (Acme) has agreed to")).to_be_visible()
    rae.open_tab("#acme-northwind")


def has_no_command(rae: Client, bea: Client) -> None:
    bea.say("/map")
    expect(bea.message("/map is not a valid command")).to_have_attribute("data-ephemeral", "true")
    expect(rae.message("/map")).to_have_count(0)


def test_theo_may_post_and_press_nothing_so_he_has_his_day_in_words(
    empty: Desk, show: Show, picture: Picture
) -> None:
    page = show(f"{empty.address}?left=U0LENA&right=U0THEO")
    lena, theo = both(page)
    lena_starts_a_plan(lena)
    both_see(lena, theo, "0 of 5 done")
    theo.remember()

    theo.press("Confirm", step=1)
    expect(theo.root).to_contain_text("You can post in this channel, but not use apps in it.")
    says(theo, "@Tandem done 1", "Theo Marsh confirmed 1  Confirm the scope", "Northwind's yes completes it")
    expect(lena.step(1)).to_contain_text("Theo Marsh confirmed for Acme")
    says(
        theo,
        "@Tandem 2 @Theo\n2 next Fri\n3 blocked waiting for the new contract until Mon",
        "2  Review the proposal and settle the fee is Theo Marsh's now",
        "2  Review the proposal and settle the fee is due Fri 13 Jun",
        "3  Review the retainer agreement is blocked until Mon 9 Jun: waiting for the new contract",
    )
    both_see(lena, theo, "Theo Marsh, Acme  ·  due Fri 13 Jun")
    says(theo, "@Tandem add Clear the loading bay @Theo 12 Jun", "6  Clear the loading bay is on the plan")
    says(theo, "@Tandem mine", "6  Clear the loading bay")
    says(theo, "@Tandem note 2 Does the fee cover the second warehouse?", "Noted on 2")
    signs_in_words(lena, theo)
    replies_below_the_board(lena, theo)
    picture(page, "theos-day-in-words")
    assert [words for words in theo.remembered() if "/map" in words] == []


def says(client: Client, text: str, *answers: str) -> None:
    """Something to Tandem, and what it answers below."""
    client.say(text)
    client.open_thread(
        text.lstrip("@").partition("@")[0].partition("\n")[0].strip()
    )  # a name is shown in full
    for words in answers:
        expect(client.thread).to_contain_text(words)
    client.close_thread()


def signs_in_words(lena: Client, theo: Client) -> None:
    theo.say("@Tandem agree")
    theo.open_thread("@Tandem agree")
    expect(theo.thread).to_contain_text("Or in words, after")
    yes = theo.thread.locator("code").last.inner_text()
    theo.close_thread()
    theo.say(f"@Tandem {yes}")
    both_see(lena, theo, "Theo Marsh (Acme) has agreed to the plan. Northwind's yes is missing.")


def replies_below_the_board(lena: Client, theo: Client) -> None:
    theo.board.get_by_test_id("replies").click()
    theo.root.get_by_test_id("thread-composer").fill("done 6")
    theo.root.get_by_test_id("thread-composer").press("Enter")
    expect(theo.thread).to_contain_text("6  Clear the loading bay is done, by Theo Marsh")
    both_see(lena, theo, "1 of 6 done")


def lena_starts_a_plan(lena: Client) -> None:
    lena.open_tab("#rollout")
    lena.say("/map new")
    expect(lena.modal).to_be_visible()
    lena.choose("template", "Agency retainer")
    lena.field("name").fill("Acme rollout")
    lena.field("anchor_date").fill("2031-06-26")
    lena.field("buyer_company").fill("Acme")
    lena.choose("seller_lead", "Lena")
    lena.choose("buyer_lead", "Ines")
    lena.choose("seller_country", "United Kingdom")
    lena.choose("buyer_country", "United States")
    lena.submit()
    expect(lena.modal).to_have_attribute("data-callback-id", "notice")
    lena.close()
