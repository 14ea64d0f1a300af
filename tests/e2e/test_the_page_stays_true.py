"""What can go wrong on a page: markup among words, somebody taken out of a channel, an archived channel."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Picture, Show, both
from tests.sandbox.conftest import BUTTONS, MANIFEST
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import DEAL, WORLD, Sandbox

MONDAY = datetime(2026, 6, 1, 13, 30, tzinfo=UTC)
EVIL = '<img src=x onerror="window.hit=1"><b>'
ESCAPED = EVIL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
Json = dict[str, Any]


@pytest.fixture
def app() -> Iterator[FakeApp]:
    app = FakeApp()
    app.start()
    yield app
    app.stop()


@pytest.fixture
def slack(app: FakeApp, tmp_path: Path) -> Iterator[Sandbox]:
    """The usual world, with markup for names, and Sam deactivated."""
    world = yaml.safe_load(WORLD.read_text())
    world["channels"][0] |= {"topic": EVIL}
    for one in world["people"]:
        one["deleted"] = one["id"] == "U0SAM"
        if one["id"] == "U0INES":
            one |= {"name": f"Ines {EVIL}", "title": EVIL}
    for place in world["channels"]:
        place["member_ids"] = [one for one in place["member_ids"] if one != "U0SAM"]
    world["teams"][1]["name"] = f"Acme {EVIL}"
    path = tmp_path / "world.yml"
    path.write_text(yaml.safe_dump(world))
    with Sandbox(app.url, MANIFEST, world=path, start=MONDAY, rate_limits=False) as slack:
        app.use(slack.api_url)
        yield slack


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def words(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def run(kind: str, **more: Any) -> Json:
    return {"type": kind, **more}


LEADING_ASTRAY = "javascript:window.hit=1"
OPTION = {"text": plain(EVIL), "value": EVIL, "description": plain(EVIL)}
QUESTION = {"title": plain(EVIL), "text": plain(EVIL), "confirm": plain("Yes"), "deny": plain("No")}
MESSAGE: list[Json] = [
    {"type": "header", "text": plain(EVIL)},
    {"type": "section", "text": words(f"raw {EVIL}"), "fields": [words(ESCAPED), plain(EVIL)]},
    {"type": "section", "text": words(f"<{LEADING_ASTRAY}|astray> <@U0INES> `{ESCAPED}` ```{ESCAPED}```")},
    {"type": "context", "elements": [words(ESCAPED), plain(EVIL)]},
    {"type": "markdown", "text": f"{EVIL} [astray]({LEADING_ASTRAY})"},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [run("text", text=EVIL), run("link", url=LEADING_ASTRAY, text=EVIL)],
            }
        ],
    },
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "ask", "text": plain(EVIL), "confirm": QUESTION, "value": EVIL},
            {"type": "button", "action_id": "go", "text": plain("Go"), "url": LEADING_ASTRAY},
            {"type": "static_select", "action_id": "pick", "placeholder": plain(EVIL), "options": [OPTION]},
        ],
    },
]
MODAL: Json = {
    "type": "modal",
    "title": plain("<b>Title</b>"),
    "submit": plain("<i>Send</i>"),
    "blocks": [
        {
            "type": "input",
            "block_id": "title",
            "label": plain(EVIL),
            "hint": plain(EVIL),
            "element": {
                "type": "plain_text_input",
                "action_id": "x",
                "placeholder": plain(EVIL),
                "initial_value": EVIL,
            },
        }
    ],
}


def test_nothing_that_anybody_writes_is_markup(app: FakeApp, slack: Sandbox, show: Show) -> None:
    app.post(ESCAPED, blocks=MESSAGE)
    slack.say("U0BEA", f"{EVIL} <{LEADING_ASTRAY}|here>")
    page = show(slack.origin)
    rae, bea = both(page)
    expect(rae.message("raw")).to_contain_text(EVIL)
    expect(bea.message(f"<{LEADING_ASTRAY}|here>")).to_be_visible()
    rae.root.get_by_test_id("person-menu").click()
    expect(page.get_by_text(f"Ines {EVIL}").last).to_be_visible()
    page.keyboard.press("Escape")
    bea.message("raw").locator(".picker").click()
    expect(page.get_by_role("option").filter(has_text=EVIL)).to_be_visible()
    page.keyboard.press("Escape")
    app.opens(MODAL)
    bea.message("raw").locator(".button").filter(has_text=EVIL).click()
    expect(page.get_by_test_id("confirm-yes")).to_be_visible()
    page.get_by_test_id("confirm-yes").click()
    expect(bea.modal).to_contain_text("<b>Title</b>")
    app.says({"response_action": "errors", "errors": {"title": EVIL}})
    bea.submit()
    expect(bea.error_of("title")).to_have_text(EVIL)
    page.get_by_test_id("log-toggle").click()
    expect(page.get_by_test_id("log")).to_contain_text("view_submission")
    assert page.evaluate("window.hit") is None
    for harm in ("img[src=x]", "[onerror]", 'a[href^="javascript"]', ".message b"):
        expect(page.locator(harm)).to_have_count(0)


def test_a_script_that_got_in_would_not_run(slack: Sandbox, browser: Browser) -> None:
    page = browser.new_page()  # the browser complains of it, as it should
    page.goto(slack.origin)
    blocked = page.evaluate(
        """() => new Promise((told) => {
            document.addEventListener("securitypolicyviolation", (event) => told(event.violatedDirective));
            const script = Object.assign(document.createElement("script"), {textContent: "window.hit = 1"});
            document.body.append(script);
        })"""
    )
    assert blocked.startswith("script-src")
    assert page.evaluate("window.hit") is None
    page.close()


def test_somebody_taken_out_of_a_channel_sees_no_more_of_it(
    app: FakeApp, slack: Sandbox, show: Show, picture: Picture
) -> None:
    app.post("board", blocks=BUTTONS)
    page = show(slack.origin)
    rae, bea = both(page)
    expect(bea.message("Security review")).to_be_visible()
    rae.say("/kick @Bea Alvarez ")
    expect(bea.list).to_contain_text("Bea Alvarez is in no conversation")
    expect(bea.list).not_to_contain_text("Security review")
    expect(bea.composer).to_be_hidden()
    picture(page, "page-taken-out")
    rae.say("/invite @Bea Alvarez ")
    expect(bea.message("Security review")).to_be_visible()
    # Who is still somewhere goes there.
    app.post("A word with you", channel="U0BEA")
    expect(bea.root.get_by_test_id("tab").filter(has_text="Tandem")).to_be_visible()
    rae.say("/kick @Bea Alvarez ")
    expect(bea.message("A word with you")).to_be_visible()


def test_an_archived_channel_says_so_and_takes_no_words(
    app: FakeApp, slack: Sandbox, show: Show, picture: Picture
) -> None:
    root = app.post("board", blocks=BUTTONS)
    app.post("a reply", thread_ts=root)
    page = show(slack.origin)
    rae, bea = both(page)
    bea.open_thread("Security review")
    rae.say("/archive")
    for client in (rae, bea):
        expect(client.root.get_by_test_id("tab").filter(has_text="archived")).to_be_visible()
        expect(client.root.get_by_test_id("read-only").first).to_contain_text("This channel is archived")
        expect(client.composer).to_be_hidden()
    expect(bea.thread).to_contain_text("This channel is archived")
    expect(bea.root.get_by_test_id("thread-composer")).to_be_hidden()
    picture(page, "page-archived")
    slack.archive("U0RAE", DEAL, on=False)
    expect(rae.composer).to_be_visible()


def test_nobody_sits_down_as_somebody_who_is_deactivated(slack: Sandbox, show: Show) -> None:
    page = show(slack.origin)
    rae, _ = both(page)
    rae.root.get_by_test_id("person-menu").click()
    people = page.get_by_role("menuitemradio")
    expect(people.filter(has_text="Mei Tanaka")).to_be_visible()
    expect(people.filter(has_text="Sam Okoro")).to_have_count(0)
