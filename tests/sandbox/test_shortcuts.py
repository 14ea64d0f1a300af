"""Message shortcuts: in the menu of a message, for people of the workspace that installed the app."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import BUTTONS, WithManifest
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import RefusedError, Sandbox

PAYLOAD = (
    Path(__file__).parents[2].parent / "shared" / "slack" / "payloads" / "shortcut.message_shortcut_body.json"
)
TRACK = {"name": "Track as a step", "type": "message", "callback_id": "track", "description": "A step of it"}


@pytest.fixture
def sandbox(sandbox_with: WithManifest) -> Sandbox:
    def change(manifest: dict[str, Any]) -> None:
        everywhere = {"name": "New plan", "type": "global", "callback_id": "new", "description": "A plan"}
        manifest["features"]["shortcuts"] = [TRACK, everywhere]

    return sandbox_with(change)


def test_the_menu_offers_what_the_manifest_says_to_those_who_have_the_app(sandbox: Sandbox) -> None:
    offered = {key: TRACK[key] for key in ("callback_id", "name", "description")}
    assert sandbox.state("U0RAE")["shortcuts"] == [offered]
    assert sandbox.state("U0BEA")["shortcuts"] == []


def test_a_shortcut_sends_the_message_it_was_picked_on(sandbox: Sandbox, app: FakeApp) -> None:
    ts = sandbox.say("U0BEA", "We need a pen test first")
    sandbox.shortcut("U0RAE", "track", ts)
    sent = app.last
    assert (sent["type"], sent["callback_id"], sent["message_ts"]) == ("message_action", "track", ts)
    assert sent["message"]["text"] == "We need a pen test first"
    assert (sent["message"]["user"], sent["message"]["team"]) == ("U0BEA", "T0ACME")
    assert (sent["team"]["id"], sent["channel"]["id"]) == ("T0NORTHWIND", "C0DEAL")
    assert sent["user"] == {"id": "U0RAE", "name": "rae"}


@pytest.mark.skipif(not PAYLOAD.exists(), reason="Slack's own examples are not beside this checkout")
def test_the_payload_has_the_keys_of_slacks_own_example(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.shortcut("U0RAE", "track", sandbox.say("U0BEA", "Hello"))
    recorded = json.loads(PAYLOAD.read_text())
    # The two others came with org-wide installs: https://docs.slack.dev/reference/interaction-payloads
    assert set(app.last) == set(recorded) | {"enterprise", "is_enterprise_install"}
    assert set(app.last["user"]) == set(recorded["user"])
    assert set(app.last["channel"]) == set(recorded["channel"])
    of_an_external = {"user_team", "source_team", "user_profile"}
    assert set(app.last["message"]) == set(recorded["message"]) | of_an_external


def test_its_trigger_opens_a_modal_and_its_address_takes_an_answer(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    ts = sandbox.say("U0BEA", "We need a pen test first")
    app.opens(modal)
    sandbox.shortcut("U0RAE", "track", ts)
    assert sandbox.need_view("U0RAE")["callback_id"] == "step.new"
    assert sandbox.http.post(app.last["response_url"], json={"text": "Noted."}).status_code == 200
    assert sandbox.messages("U0RAE")[-1]["text"] == "Noted."
    assert "Noted." not in [one["text"] for one in sandbox.messages("U0BEA")]


def test_a_message_of_the_app_and_a_reply_can_be_tracked_too(sandbox: Sandbox, app: FakeApp) -> None:
    root = app.post("The board", blocks=BUTTONS)
    sandbox.shortcut("U0RAE", "track", root)
    assert app.last["message"]["bot_id"] == "B0TANDEM"
    reply = sandbox.say("U0BEA", "And insurance", thread_ts=root)
    sandbox.shortcut("U0RAE", "track", reply)
    assert app.last["message"]["thread_ts"] == root


@pytest.mark.parametrize(("person", "callback_id"), [("U0BEA", "track"), ("U0RAE", "new"), ("U0RAE", "gone")])
def test_what_is_not_in_the_menu_is_not_available(
    sandbox: Sandbox, app: FakeApp, person: str, callback_id: str
) -> None:
    ts = sandbox.say("U0RAE", "Hello")
    with pytest.raises(RefusedError, match="unknown_shortcut: This shortcut is not available"):
        sandbox.shortcut(person, callback_id, ts)
    assert app.heard == []


def test_a_message_only_one_person_sees_has_no_shortcuts(sandbox: Sandbox, app: FakeApp) -> None:
    app.call("chat.postEphemeral", channel="C0DEAL", user="U0RAE", text="Only you")
    ts = sandbox.messages("U0RAE")[-1]["ts"]
    with pytest.raises(RefusedError, match="message_not_found"):
        sandbox.shortcut("U0RAE", "track", ts)


def test_without_the_scope_there_are_no_shortcuts(sandbox_with: WithManifest) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["features"]["shortcuts"] = [TRACK]
        manifest["oauth_config"]["scopes"]["bot"].remove("commands")

    assert sandbox_with(change).state("U0RAE")["shortcuts"] == []


def test_an_app_that_does_not_answer_is_named(sandbox: Sandbox, app: FakeApp) -> None:
    ts = sandbox.say("U0RAE", "Hello")
    app.says("", 500)
    with pytest.raises(RefusedError, match="This shortcut failed"):
        sandbox.shortcut("U0RAE", "track", ts)
