"""The app's home tab: who has one, when the app hears of it, and what happens in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import BUTTONS, WithManifest
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import RefusedError, Sandbox

PAYLOADS = Path(__file__).parents[2].parent / "shared" / "slack" / "payloads"


def with_home(manifest: dict[str, Any]) -> None:
    manifest["features"]["app_home"]["home_tab_enabled"] = True
    manifest["settings"]["event_subscriptions"]["bot_events"].append("app_home_opened")


@pytest.fixture
def house(sandbox_with: WithManifest) -> Sandbox:
    """A sandbox whose app has a home tab."""
    return sandbox_with(with_home)


NOTE = {
    "type": "input",
    "block_id": "note",
    "dispatch_action": True,
    "label": {"type": "plain_text", "text": "Note"},
    "element": {"type": "plain_text_input", "action_id": "text"},
}


def home(*more: dict[str, Any], words: str = "Your steps") -> dict[str, Any]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": words}}
    return {"type": "home", "callback_id": "home", "blocks": [section, *more]}


def test_opening_the_home_tab_tells_the_app_and_shows_what_it_publishes(house: Sandbox, app: FakeApp) -> None:
    house.open_home("U0RAE")
    event = app.last["event"]
    assert {key: event[key] for key in ("type", "user", "tab", "channel")} == {
        "type": "app_home_opened",
        "user": "U0RAE",
        "tab": "home",
        "channel": "D0RAE",
    }
    assert "view" not in event
    assert house.home("U0RAE") is None
    view = app.call("views.publish", user_id="U0RAE", view=home())["view"]
    shown = house.home("U0RAE")
    assert shown is not None
    assert shown["blocks"][0]["text"]["text"] == "Your steps"
    assert (view["type"], view["root_view_id"], view["state"]) == ("home", view["id"], {"values": {}})
    house.open_home("U0RAE")
    assert app.last["event"]["view"] == view
    house.open_home("U0RAE", "messages")
    assert app.last["event"]["tab"] == "messages"
    assert "view" not in app.last["event"]


def test_each_person_has_a_home_of_their_own(house: Sandbox, app: FakeApp) -> None:
    for person in ("U0RAE", "U0SAM"):
        assert app.call("views.publish", user_id=person, view=home(words=f"For {person}"))["ok"]
    for person in ("U0RAE", "U0SAM"):
        shown = house.home(person)
        assert shown is not None
        assert shown["blocks"][0]["text"]["text"] == f"For {person}"
    assert house.home("U0MEI") is None


def test_an_external_id_belongs_to_one_view_among_homes_and_modals(
    house: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    """https://docs.slack.dev/reference/views/modal-views"""
    mine = {**home(), "external_id": "rae"}
    for _ in range(2):  # its own it may keep
        assert app.call("views.publish", user_id="U0RAE", view=mine)["ok"]
    assert app.call("views.publish", user_id="U0SAM", view=mine)["error"] == "duplicate_external_id"
    house.say("U0RAE", "/map")
    trigger = app.last["trigger_id"]
    named: dict[str, Any] = {"trigger_id": trigger, "view": {**modal, "external_id": "rae"}}
    assert app.call("views.open", **named)["error"] == "duplicate_external_id"
    house.say("U0RAE", "/map")
    named = {"trigger_id": app.last["trigger_id"], "view": {**modal, "external_id": "form"}}
    assert app.call("views.open", **named)["ok"]
    taken = {**home(), "external_id": "form"}
    assert app.call("views.publish", user_id="U0RAE", view=taken)["error"] == "duplicate_external_id"


def test_people_of_other_workspaces_have_no_home(house: Sandbox, app: FakeApp) -> None:
    """https://github.com/slackapi/bolt-js/issues/1948: the publishing succeeds, and they never see it."""
    view = app.call("views.publish", user_id="U0BEA", view=home(*BUTTONS))["view"]
    assert house.state("U0BEA")["home"] is None
    heard = len(app.heard)
    for door in (
        {"name": "open_home", "person": "U0BEA"},
        {"name": "click", "person": "U0BEA", "view_id": view["id"], "action_id": "step.done"},
    ):
        assert house.door(**door)["error"] in ("no_app_home", "view_not_found")
    assert len(app.heard) == heard


def test_without_the_tab_in_the_manifest_there_is_no_home(sandbox: Sandbox, app: FakeApp) -> None:
    assert app.call("views.publish", user_id="U0RAE", view=home())["error"] == "not_enabled"
    assert sandbox.state("U0RAE")["home"] is None
    with pytest.raises(RefusedError, match="no_app_home"):
        sandbox.open_home("U0RAE")


def test_an_app_that_did_not_subscribe_hears_nothing_of_it(sandbox_with: WithManifest, app: FakeApp) -> None:
    def deaf(manifest: dict[str, Any]) -> None:
        manifest["features"]["app_home"]["home_tab_enabled"] = True

    sandbox_with(deaf).open_home("U0RAE")
    assert app.heard == []


def test_a_press_in_a_home_names_the_view_and_no_channel(house: Sandbox, app: FakeApp) -> None:
    view = app.call("views.publish", user_id="U0RAE", view=home(*BUTTONS))["view"]
    house.click("U0RAE", "step.done", home=True)
    assert app.last["type"] == "block_actions"
    assert app.last["view"] == view
    assert app.last["container"] == {"type": "view", "view_id": view["id"]}
    assert app.last["actions"][0]["value"] == "1:4"
    recorded = json.loads((PAYLOADS / "block_actions.body.json").read_text()) if PAYLOADS.exists() else {}
    assert not set(app.last) & {"channel", "message", "response_url"}
    assert set(recorded) - {"channel", "response_url"} <= set(app.last)


def test_a_modal_opens_from_a_home(house: Sandbox, app: FakeApp, modal: dict[str, Any]) -> None:
    app.call("views.publish", user_id="U0RAE", view=home(*BUTTONS))
    app.opens(modal)
    house.click("U0RAE", "step.done", home=True)
    assert house.need_view("U0RAE")["callback_id"] == "step.new"


def test_what_stands_in_a_home_comes_along_and_survives_publishing(house: Sandbox, app: FakeApp) -> None:
    app.call("views.publish", user_id="U0RAE", view=home(NOTE, *BUTTONS))
    house.click("U0RAE", "step.done", home=True, values={"note": {"text": "half a sent"}})
    typed = {"note": {"text": {"type": "plain_text_input", "value": "half a sent"}}}
    assert app.last["view"]["state"]["values"] == typed
    again = app.call("views.publish", user_id="U0RAE", view=home(NOTE, words="Newer"))["view"]
    assert again["state"]["values"] == typed
    house.click("U0RAE", "text", home=True, value="a sentence")
    assert app.last["actions"][0]["value"] == "a sentence"
    assert app.last["view"]["state"]["values"]["note"]["text"]["value"] == "a sentence"


def test_publishing_with_a_stale_hash_is_refused(house: Sandbox, app: FakeApp) -> None:
    first = app.call("views.publish", user_id="U0RAE", view=home())["view"]
    second = app.call("views.publish", user_id="U0RAE", view=home(), hash=first["hash"])["view"]
    assert (second["id"], second["hash"] != first["hash"]) == (first["id"], True)
    stale = app.call("views.publish", user_id="U0RAE", view=home(), hash=first["hash"])
    assert stale["error"] == "hash_conflict"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"type": "modal", "title": {"type": "plain_text", "text": "A modal"}}, "/view/type"),
        ({"title": {"type": "plain_text", "text": "A title"}}, "/view"),
        ({"submit": {"type": "plain_text", "text": "Send"}}, "/view"),
        ({"notify_on_close": True}, "/view"),
        ({"blocks": []}, "/view/blocks"),
        ({"blocks": [{"type": "divider"}] * 101}, "/view/blocks"),
        ({"blocks": [{"type": "markdown", "text": "*no*"}]}, "/view/blocks/0/type"),
        (
            {"blocks": [{"type": "alert", "text": {"type": "plain_text", "text": "no"}}]},
            "/view/blocks/0/type",
        ),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
    ],
)
def test_a_home_that_slack_would_refuse_is_refused(
    house: Sandbox, app: FakeApp, change: dict[str, Any], pointer: str
) -> None:
    answer = app.call("views.publish", user_id="U0RAE", view={**home(), **change})
    assert answer["error"] == "invalid_arguments"
    assert any(f"[json-pointer:{pointer}]" in one for one in answer["response_metadata"]["messages"])
    assert house.home("U0RAE") is None


def test_a_home_is_no_modal(house: Sandbox, app: FakeApp, modal: dict[str, Any]) -> None:
    view = app.call("views.publish", user_id="U0RAE", view=home(*BUTTONS))["view"]
    assert app.call("views.update", view_id=view["id"], view=modal)["error"] == "not_found"
    house.click("U0RAE", "step.done", home=True)
    push = app.call("views.push", trigger_id=app.last["trigger_id"], view=modal)
    assert push["error"] == "not_found"
    assert house.view("U0RAE") is None
    with pytest.raises(RefusedError, match="view_not_found"):
        house._through("submit", person="U0RAE", view_id=view["id"], values={})


def test_homes_are_remembered(app: FakeApp, tmp_path: Path) -> None:
    import yaml

    from tests.sandbox.conftest import MANIFEST

    manifest = yaml.safe_load(MANIFEST.read_text())
    with_home(manifest)
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(manifest))
    with Sandbox(app.url, path, state=tmp_path / "state") as before:
        app.use(before.api_url)
        app.call("views.publish", user_id="U0RAE", view=home(NOTE))
    with Sandbox(app.url, path, state=tmp_path / "state") as after:
        shown = after.home("U0RAE")
        assert shown is not None
        assert shown["blocks"][0]["text"]["text"] == "Your steps"
