"""Whatever an app may post is drawn as Slack draws it, and works: here with an app that posts all of it."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.client import Client
from tests.e2e.conftest import Picture, Show, both
from tests.sandbox.conftest import MANIFEST
from tests.sandbox.fake_app import Answer, FakeApp, Heard
from tests.sandboxed import Sandbox

MONDAY = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)
Json = dict[str, Any]


@pytest.fixture
def app() -> Iterator[FakeApp]:
    app = FakeApp()
    app.start()
    yield app
    app.stop()


@pytest.fixture
def slack(app: FakeApp) -> Iterator[Sandbox]:
    with Sandbox(app.url, MANIFEST, start=MONDAY, rate_limits=False) as slack:
        app.use(slack.api_url)
        yield slack


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str, value: str = "") -> Json:
    return {"text": plain(text), "value": value or text.lower()}


def field(block_id: str, kind: str, **more: Any) -> Json:
    element = {"type": kind, "action_id": "x", **more}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element}


def run(kind: str, **more: Any) -> Json:
    return {"type": kind, **more}


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                run("text", text="R&D <b> ", style={"bold": True}),
                run("user", user_id="U0BEA"),
                run("text", text=" by "),
                run(
                    "date",
                    timestamp=int(MONDAY.timestamp()),
                    format="{date_short} at {time}",
                    fallback="soon",
                ),
                run("emoji", name="tada"),
                run("link", url="https://example.com/plan", text="the plan"),
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [run("text", text=words)]}
                for words in ("One", "Two")
            ],
        },
        {"type": "rich_text_quote", "elements": [run("text", text="As agreed")]},
    ],
}


def test_words_mentions_days_and_signs_are_drawn_for_whoever_reads_them(
    app: FakeApp, slack: Sandbox, show: Show, picture: Picture
) -> None:
    seconds = int(MONDAY.timestamp())
    words = (
        f"*Bold* _and_ ~gone~ `code` <@U0BEA> in <#C0DEAL> :white_check_mark: "
        f"<!date^{seconds}^{{date_short_pretty}} at {{time}}|soon> "
        "&lt;b&gt; &amp; <https://example.com|a link>"
    )
    app.post("all of it", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": words}}, RICH])
    page = show(slack.origin)
    rae, bea = both(page)
    for client in (rae, bea):
        message = client.message("Bold")
        expect(message.locator("strong", has_text="Bold")).to_be_visible()
        expect(message.locator("code")).to_have_text("code")
        expect(message.locator("s")).to_have_text("gone")
        expect(message.get_by_text("#acme-northwind")).to_be_visible()
        expect(message).to_contain_text("<b> & a link")
        expect(message.get_by_role("link", name="the plan")).to_have_attribute(
            "href", "https://example.com/plan"
        )
        expect(message.get_by_title(":tada:")).to_be_visible()
        expect(message.locator("ol li")).to_have_text(["One", "Two"])
        expect(message.locator("blockquote")).to_have_text("As agreed")
    # A moment is told where the reader is; a mention of oneself stands out.
    expect(rae.message("Bold")).to_contain_text("today at 14:30")
    expect(bea.message("Bold")).to_contain_text("today at 09:30")
    expect(bea.message("Bold").locator(".mention-own")).to_have_text(["@Bea Alvarez", "@Bea Alvarez"])
    expect(rae.message("Bold").locator(".mention-own")).to_have_count(0)
    picture(page, "page-words")


HOUSE = Path(__file__).parents[2]


# What is drawn in colour: a wide sign, any sign that asks for it, a shortcode.
EMOJI = re.compile("[\U0001f300-\U0001faff]\ufe0f?|.\ufe0f|(?<![\\w:]):[a-z][a-z0-9_+-]+:(?!\\w)")


def emoji_in(text: str) -> set[str]:
    return set(EMOJI.findall(text)) | {one for one in text if unicodedata.east_asian_width(one) == "W"}


def test_every_emoji_of_tandems_words_is_drawn_also_without_a_font_for_it(
    slack: Sandbox, show: Show, picture: Picture
) -> None:
    words = "".join(path.read_text() for path in sorted((HOUSE / "blocks").rglob("*.j2")))
    said = sorted(emoji_in(words))
    assert {"✅", "🔑", "🗂", "▶\ufe0f"} <= set(said)
    slack.say("U0RAE", " ".join(said) + " and ▶")
    page = show(slack.origin)
    rae, _ = both(page)
    message = rae.message("and ▶")
    expect(message.locator(".emoji svg")).to_have_count(len(said))  # the last is a sign of text
    picture(message, "page-emoji")


FIELDS = [
    field("Text", "plain_text_input"),
    field("Lines", "plain_text_input", multiline=True),
    field("Number", "number_input", is_decimal_allowed=False),
    field("Mail", "email_text_input"),
    field("Address", "url_text_input"),
    field("Day", "datepicker"),
    field("Time", "timepicker"),
    field("Moment", "datetimepicker"),
    field("One", "static_select", options=[option("Red"), option("Blue")]),
    field("Some", "multi_static_select", options=[option("North"), option("South"), option("West")]),
    field("Asked", "external_select", min_query_length=0),
    field("Person", "users_select"),
    field("Radio", "radio_buttons", options=[option("Yes"), option("No")]),
    field("Boxes", "checkboxes", options=[option("A"), option("B")]),
    {
        "type": "actions",
        "block_id": "press",
        "elements": [{"type": "button", "action_id": "check", "text": plain("Check")}],
    },
]


def test_every_kind_of_field_reaches_the_app_as_slack_sends_it(
    app: FakeApp, slack: Sandbox, show: Show, picture: Picture
) -> None:
    view = {
        "type": "modal",
        "callback_id": "all",
        "title": plain("All"),
        "submit": plain("Send"),
        "blocks": FIELDS,
    }

    def answer(request: Heard) -> Answer:
        if "command" in request:
            app.call("views.open", trigger_id=request["trigger_id"], view=view)
        if request.get("type") == "block_suggestion":
            asked = {"options": [option(f"Found {request['value']}", "found")]}
            return 200, json.dumps(asked)
        return 200, ""

    app.answer = answer
    page = show(slack.origin)
    rae, _ = both(page)
    rae.say("/map")
    for name, value in TYPED.items():
        rae.field(name).fill(value)
    rae.choose("One", "Blue")
    for words in ("North", "West"):
        choose_also(rae, "Some", words)
    rae.choose("Asked", "Found")
    rae.choose("Person", "Bea")
    rae.tick("Radio", "Yes")
    rae.tick("Boxes", "B")
    rae.modal.get_by_role("button", name="Check").click()
    slack.wait_for(lambda: any(one.get("type") == "block_actions" for one in app.heard))
    [pressed] = [one for one in app.heard if one.get("type") == "block_actions"]
    picture(page, "page-fields")
    rae.submit()
    expect(rae.modal).to_have_count(0)
    sent = app.last["view"]["state"]["values"]
    assert sent == pressed["view"]["state"]["values"]  # a press tells what the form holds at that moment
    for name, value in TYPED.items():
        assert next(iter(value_of(sent, name))) == value
    assert sent["Moment"]["x"]["selected_date_time"] == int(
        datetime(2026, 6, 12, 8, 15, tzinfo=UTC).timestamp()
    )
    assert sent["One"]["x"]["selected_option"]["value"] == "blue"
    assert [one["value"] for one in sent["Some"]["x"]["selected_options"]] == ["north", "west"]
    assert sent["Asked"]["x"]["selected_option"]["text"]["text"].startswith("Found ")
    assert sent["Person"]["x"]["selected_user"] == "U0BEA"
    assert sent["Radio"]["x"]["selected_option"]["value"] == "yes"
    assert [one["value"] for one in sent["Boxes"]["x"]["selected_options"]] == ["b"]


TYPED = {
    "Text": "R&D <b>",
    "Lines": "one\ntwo",
    "Number": "7",
    "Mail": "bea@acme.example",
    "Address": "https://acme.example/x",
    "Day": "2026-06-12",
    "Time": "09:30",
    "Moment": "2026-06-12T09:15",
}


def value_of(sent: Json, name: str) -> list[Any]:
    state = sent[name]["x"]
    found = [state[key] for key in ("value", "selected_date", "selected_time") if key in state]
    return found or [TYPED[name]]  # the moment is looked at by itself


def choose_also(client: Client, block_id: str, words: str) -> None:
    client.field(block_id).click()
    client.page.get_by_test_id("options-search").fill(words)
    client.page.get_by_role("option").filter(has_text=words).first.click()
    client.page.keyboard.press("Escape")
    expect(client.field(block_id)).to_contain_text(words)


def test_a_press_that_asks_first_is_sent_only_after_yes(app: FakeApp, slack: Sandbox, show: Show) -> None:
    sure = {"title": plain("Sure?"), "text": plain("It goes."), "confirm": plain("Yes"), "deny": plain("No")}
    button = {"type": "button", "action_id": "go", "text": plain("Delete"), "confirm": sure}
    app.post("ask", blocks=[{"type": "actions", "elements": [button]}])
    page = show(slack.origin)
    _, bea = both(page)
    pressed = bea.list.get_by_role("button", name="Delete", exact=True)
    pressed.click()
    expect(page.get_by_test_id("confirm")).to_contain_text("It goes.")
    page.get_by_test_id("confirm-no").click()
    assert app.heard == []
    expect(pressed).to_be_focused()
    pressed.click()
    page.get_by_test_id("confirm-yes").click()
    slack.wait_for(lambda: app.heard)
    assert app.last["actions"][0]["action_id"] == "go"


def test_what_closes_gives_the_focus_back_to_what_was_drawn_anew_meanwhile(
    app: FakeApp, slack: Sandbox, show: Show
) -> None:
    sure = {"title": plain("Sure?"), "text": plain("It goes."), "confirm": plain("Yes"), "deny": plain("No")}
    elements: list[Json] = [
        {"type": "overflow", "action_id": "more", "options": [option("Edit")]},
        {
            "type": "static_select",
            "action_id": "pick",
            "placeholder": plain("Open"),
            "options": [option("One")],
        },
        {"type": "button", "action_id": "go", "text": plain("Delete"), "confirm": sure},
    ]
    actions = [{"type": "actions", "block_id": "do", "elements": elements}]
    app.post("an older one", blocks=actions)
    board = app.post("board", blocks=actions)
    page = show(slack.origin)
    _, bea = both(page)
    openings = {"More actions": "[role=menu]", "Open": "[role=listbox]", "Delete": "dialog"}
    for count, (name, what) in enumerate(openings.items()):
        opened = page.locator(f"{what}:visible")
        before = bea.message("Delete").get_by_role("button", name=name, exact=True).first.element_handle()
        before.press("Enter")
        expect(opened).to_be_visible()
        news = {"type": "section", "text": plain(f"drawn {count}")}
        app.call("chat.update", channel="C0DEAL", ts=board, text="board", blocks=[news, *actions])
        expect(bea.list).to_contain_text(f"drawn {count}")
        assert not before.evaluate("node => node.isConnected")
        expect(opened).to_be_visible()
        page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
        expect(bea.message("drawn").get_by_role("button", name=name, exact=True).first).to_be_focused()


def test_what_was_not_read_is_counted_and_a_pin_leads_to_its_message(
    app: FakeApp, slack: Sandbox, show: Show
) -> None:
    board = app.post("The board", blocks=[{"type": "header", "text": plain("The board")}])
    app.call("pins.add", channel="C0DEAL", timestamp=board)
    for number in range(30):
        app.post(f"line {number}")
    page = show(slack.origin)
    _, bea = both(page)
    expect(bea.message("line 29")).to_be_attached()
    app.post("first", channel="U0BEA")
    app.post("second", channel="U0BEA")
    tab = bea.root.get_by_test_id("tab").filter(has_text="Tandem")
    expect(unread(tab)).to_have_text("2")
    tab.click()
    expect(bea.message("second")).to_be_visible()
    expect(unread(tab)).to_have_count(0)
    bea.open_tab("#acme-northwind")
    expect(unread(tab)).to_have_count(0)
    bea.root.get_by_test_id("pin").click()
    expect(bea.board).to_be_in_viewport()


def unread(tab: Locator) -> Locator:
    return tab.locator(".unread")
