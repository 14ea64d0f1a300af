"""What stands in the fields when something is pressed, and the stack of modals around it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.conftest import BUTTONS, MANIFEST, MONDAY, PATIENT
from tests.sandbox.fake_app import Answer, FakeApp, Heard
from tests.sandboxed import RefusedError, Sandbox


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value.capitalize(), "emoji": True}, "value": value}


SIDES = {"type": "static_select", "action_id": "side", "options": [option("seller"), option("buyer")]}
WHEN = {"type": "datepicker", "action_id": "when", "initial_date": "2026-06-12"}
SECTION = {
    "type": "section",
    "block_id": "phase",
    "text": {"type": "mrkdwn", "text": "Phase"},
    "accessory": {"type": "static_select", "action_id": "pick", "options": [option("fit"), option("legal")]},
}


@pytest.fixture
def form(sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]) -> dict[str, Any]:
    """Rae's modal: a text field, a searched person, selects and a button beside them."""
    actions = {"type": "actions", "block_id": "row", "elements": [SIDES, WHEN]}
    note = {
        "type": "input",
        "block_id": "note",
        "optional": True,
        "dispatch_action": True,
        "label": {"type": "plain_text", "text": "Note"},
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    view = {
        **modal,
        "external_id": "form-1",
        "blocks": [*modal["blocks"], actions, SECTION, note, BUTTONS[1]],
    }
    app.opens(view)
    sandbox.say("U0RAE", "/map add")
    app.says("")
    return view


def values_of(app: FakeApp) -> dict[str, Any]:
    return dict(app.last["view"]["state"]["values"])


def test_a_press_carries_what_is_filled_in_at_that_moment(
    sandbox: Sandbox, app: FakeApp, form: dict[str, Any]
) -> None:
    typed = {"title": {"input": "Kick-off"}, "row": {"side": "buyer"}}
    sandbox.click("U0RAE", "step.done", values=typed)
    assert app.last["type"] == "block_actions"
    assert values_of(app) == {
        "title": {"input": {"type": "plain_text_input", "value": "Kick-off"}},
        "owner": {"person": {"type": "external_select", "selected_option": None}},
        "row": {
            "side": {"type": "static_select", "selected_option": option("buyer")},
            "when": {"type": "datepicker", "selected_date": "2026-06-12"},
        },
        "phase": {"pick": {"type": "static_select", "selected_option": None}},
        "note": {"text": {"type": "plain_text_input", "value": None}},
    }
    assert sandbox.need_view("U0RAE")["values"]["title"]["input"]["value"] == "Kick-off"


def test_nothing_is_required_at_a_press_and_a_wrong_value_stays_out(
    sandbox: Sandbox, app: FakeApp, form: dict[str, Any]
) -> None:
    sandbox.click("U0RAE", "step.done", values={"title": "Kick-off", "gone": {"input": "?"}})
    sandbox.click("U0RAE", "step.done", values={"title": "x" * 21, "row": {"side": "nobody"}})
    assert values_of(app)["title"]["input"]["value"] == "Kick-off"
    assert values_of(app)["row"]["side"]["selected_option"] is None


def test_what_is_picked_is_in_the_action_and_in_the_state(
    sandbox: Sandbox, app: FakeApp, form: dict[str, Any]
) -> None:
    sandbox.click("U0RAE", "side", value="seller", values={"title": "Kick-off"})
    assert app.last["actions"][0]["selected_option"] == option("seller")
    assert values_of(app)["row"]["side"]["selected_option"] == option("seller")
    sandbox.click("U0RAE", "pick", value="legal")
    assert values_of(app)["phase"]["pick"]["selected_option"] == option("legal")
    assert values_of(app)["title"]["input"]["value"] == "Kick-off"
    sandbox.submit("U0RAE", {"title": "Kick-off"})
    assert app.last["type"] == "view_submission"
    assert values_of(app)["row"]["side"]["selected_option"] == option("seller")


def test_an_input_tells_at_once_only_where_it_was_asked_to(
    sandbox: Sandbox, app: FakeApp, form: dict[str, Any]
) -> None:
    sandbox.click("U0RAE", "text", value="half a sentence")
    [action] = app.last["actions"]
    assert (action["type"], action["value"]) == ("plain_text_input", "half a sentence")
    assert values_of(app)["note"]["text"]["value"] == "half a sentence"
    with pytest.raises(RefusedError, match="not_dispatched"):
        sandbox.click("U0RAE", "input", value="Kick-off")


def test_a_press_on_a_message_carries_its_selects(sandbox: Sandbox, app: FakeApp) -> None:
    app.post(blocks=[SECTION, {"type": "actions", "block_id": "row", "elements": [SIDES]}, BUTTONS[1]])
    sandbox.click("U0BEA", "side", value="buyer")
    values = app.last["state"]["values"]
    assert values["row"]["side"]["selected_option"] == option("buyer")
    assert values["phase"]["pick"]["selected_option"] is None
    sandbox.click("U0BEA", "step.done", values={"phase": {"pick": "fit"}})
    assert app.last["state"]["values"]["phase"]["pick"]["selected_option"] == option("fit")


def test_a_window_under_another_cannot_be_pressed(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], form: dict[str, Any]
) -> None:
    under = sandbox.need_view("U0RAE")
    app.opens(modal, "views.push")
    sandbox.click("U0RAE", "step.done")
    above = sandbox.need_view("U0RAE")
    heard = len(app.heard)
    covered = {"person": "U0RAE", "view_id": under["id"], "action_id": "step.done"}
    assert sandbox.door("click", **covered)["error"] == "view_not_found"
    assert sandbox.door("submit", person="U0RAE", view_id=under["id"], values={})["error"] == "view_not_found"
    assert len(app.heard) == heard
    app.says("")
    sandbox.submit("U0RAE", {"title": "Kick-off"})
    assert sandbox.need_view("U0RAE")["id"] == under["id"]
    assert app.last["view"]["previous_view_id"] == app.last["view"]["root_view_id"] == under["id"]
    assert app.last["view"]["id"] == above["id"]


def test_a_view_can_be_found_by_its_external_id_and_has_it_alone(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], form: dict[str, Any]
) -> None:
    newer = {**modal, "title": {"type": "plain_text", "text": "Newer"}}
    assert app.call("views.update", external_id="form-1", view={**newer, "external_id": "form-1"})["ok"]
    assert sandbox.need_view("U0RAE")["title"] == "Newer"
    assert app.call("views.update", external_id="form-2", view=newer)["error"] == "not_found"
    assert app.call("views.update", view=newer)["error"] == "invalid_arguments"
    sandbox.say("U0SAM", "/map add")
    taken = {"trigger_id": app.last["trigger_id"], "view": {**modal, "external_id": "form-1"}}
    assert app.call("views.open", **taken)["error"] == "duplicate_external_id"


@pytest.mark.parametrize(
    "change",
    [
        {"type": "home"},
        {"blocks": [{"type": "divider"}] * 101},
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"external_id": "form-1"},
        {"private_metadata": "x" * 250_000},
    ],
)
@pytest.mark.parametrize("action", ["update", "push"])
def test_an_answered_view_keeps_the_rules_of_every_view(
    sandbox: Sandbox,
    app: FakeApp,
    modal: dict[str, Any],
    form: dict[str, Any],
    action: str,
    change: dict[str, Any],
) -> None:
    app.says({"response_action": action, "view": {**modal, **change}})
    if (action, "external_id" in change) == ("update", True):  # its own, so it may keep it
        assert sandbox.submit("U0RAE", {"title": "Kick-off"}) == {}
        return
    with pytest.raises(RefusedError, match="invalid_response"):
        sandbox.submit("U0RAE", {"title": "Kick-off"})
    views = sandbox.state("U0RAE")["views"]
    assert [one["title"] for one in views] == ["A new step"]
    assert views[0]["values"]["title"]["input"]["value"] == "Kick-off"


def test_a_fourth_window_is_refused_as_an_answer_too(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], form: dict[str, Any]
) -> None:
    app.says({"response_action": "push", "view": modal})
    for _ in range(2):
        sandbox.submit("U0RAE", {"title": "Kick-off"})
    with pytest.raises(RefusedError, match="more than 3 windows"):
        sandbox.submit("U0RAE", {"title": "Kick-off"})
    assert len(sandbox.state("U0RAE")["views"]) == 3


@pytest.mark.parametrize(
    "answer", ["OK", "[]", '{"response_action": "close"}', '{"response_action": "errors"}']
)
def test_an_answer_slack_cannot_read_is_trouble(
    sandbox: Sandbox, app: FakeApp, form: dict[str, Any], answer: str
) -> None:
    app.says(answer)
    with pytest.raises(RefusedError, match="invalid_response"):
        sandbox.submit("U0RAE", {"title": "Kick-off"})
    assert sandbox.need_view("U0RAE")["busy"] is False


def test_closing_all_tells_of_each_that_wants_to_know(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], form: dict[str, Any]
) -> None:
    app.opens({**modal, "notify_on_close": True, "private_metadata": "above"}, "views.push")
    sandbox.click("U0RAE", "step.done")
    view_id = sandbox.need_view("U0RAE")["id"]
    assert sandbox.door("close", person="U0RAE", view_id=view_id, all=True)["ok"]
    closed = [one for one in app.heard if one.get("type") == "view_closed"]
    assert [(one["view"]["private_metadata"], one["is_cleared"]) for one in closed] == [("above", True)]
    assert sandbox.view("U0RAE") is None


def test_a_form_is_sent_once_until_the_app_has_answered(
    sandbox: Sandbox, app: FakeApp, form: dict[str, Any]
) -> None:
    call = {"person": "U0RAE", "view_id": sandbox.need_view("U0RAE")["id"], "values": {"title": "Kick-off"}}
    again: list[dict[str, Any]] = []

    def pressed_again(_request: Heard) -> Answer:
        again.append(sandbox.door("submit", **call))
        return 200, json.dumps({"response_action": "errors", "errors": {"title": "Not yet."}})

    app.answer = pressed_again
    assert sandbox.door("submit", **call)["errors"] == {"title": "Not yet."}
    assert [one["error"] for one in again] == ["busy"]
    assert len([one for one in app.heard if one.get("type") == "view_submission"]) == 1
    app.says("")
    assert sandbox.door("submit", **call)["ok"]  # and once it has answered, again
    assert sandbox.view("U0RAE") is None


@pytest.mark.parametrize("action", ["push", "update", "errors", "clear"])
def test_an_answer_about_a_window_that_was_closed_meanwhile_does_nothing(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any], form: dict[str, Any], action: str
) -> None:
    sent = sandbox.need_view("U0RAE")["id"]

    def closed_meanwhile(request: Heard) -> Answer:
        if request.get("type") != "view_submission":
            said = app.call("views.open", trigger_id=request["trigger_id"], view=modal)
            assert said["ok"], said
            return 200, ""
        sandbox.close("U0RAE")
        sandbox.say("U0RAE", "/map add")  # and another is open by now
        answer = {"response_action": action, "view": modal, "errors": {"title": "Not yet."}}
        return 200, json.dumps(answer)

    app.answer = closed_meanwhile
    assert sandbox.submit("U0RAE", {"title": "Kick-off"}) == {}
    [other] = sandbox.state("U0RAE")["views"]
    assert other["id"] != sent
    assert other["errors"] == {}


def test_what_was_being_sent_when_the_sandbox_was_stopped_can_be_sent_again(
    app: FakeApp, modal: dict[str, Any], tmp_path: Path
) -> None:
    with Sandbox(app.url, MANIFEST, start=MONDAY, state=tmp_path, **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        app.opens(modal)
        sandbox.say("U0RAE", "/map add")
        with sandbox.slack.world.changing():
            sandbox.slack.world.stacks["U0RAE"][0].is_busy = True
            sandbox.slack.world.keep_stack("U0RAE")
    app.says("")
    with Sandbox(app.url, MANIFEST, state=tmp_path, **PATIENT) as sandbox:
        sandbox.submit("U0RAE", {"title": "Kick-off"})
        assert sandbox.view("U0RAE") is None


@pytest.mark.parametrize("kind", ["external_select", "multi_external_select"])
@pytest.mark.parametrize(
    ("said", "least"), [({}, 3), ({"min_query_length": 2}, 2), ({"min_query_length": 0}, 0)]
)
def test_a_search_begins_with_as_many_letters_as_its_select_wants(
    sandbox: Sandbox, app: FakeApp, kind: str, said: dict[str, int], least: int
) -> None:
    ts = app.post(
        blocks=[
            {"type": "actions", "block_id": "row", "elements": [{"type": kind, "action_id": "who", **said}]}
        ]
    )
    app.says({"options": [option("bea")]})
    where = {"person": "U0BEA", "channel": "C0DEAL", "ts": ts, "block_id": "row", "action_id": "who"}
    for letters in range(least):
        refused = sandbox.door("options", **where, query="bea"[:letters])
        assert refused["error"] == "query_too_short"
        assert f"Type {least} letters" in refused["message"]
    assert app.heard == []
    assert sandbox.door("options", **where, query="bea"[:least])["options"] == [option("bea")]
    assert app.last["value"] == "bea"[:least]
