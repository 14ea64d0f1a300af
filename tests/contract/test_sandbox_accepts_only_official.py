"""What the sandbox accepts, Slack's own schemas accept; what it answers has the keys of Slack's examples.

The data lies beside the project, in `../shared/slack`; without it this fails.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft7Validator

from sandbox.blockkit import BlocksRefusedError, Surface, check_blocks
from sandbox.views import ViewTooLargeError, check_view
from sandbox.webapi import METHODS
from tests.sandbox import made_up
from tests.sandbox.conftest import BUTTONS, MANIFEST
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import BOT_TOKEN, Sandbox

OFFICIAL = Path(__file__).parents[2].parent / "shared" / "slack"
many = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
Json = dict[str, Any]


def schema(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads((OFFICIAL / "block-kit" / f"{name}.schema.json").read_text()))


MESSAGE, MODAL, HOME = schema("message"), schema("modal"), schema("home")


def complaints(official: Draft7Validator, payload: Json) -> list[str]:
    return [f"{error.json_path}: {error.message[:300]}" for error in official.iter_errors(payload)]


@given(made_up.messages())
@many
def test_a_message_the_sandbox_takes_is_official(message: Json) -> None:
    check_blocks(message["blocks"], Surface.MESSAGE)
    assert not complaints(MESSAGE, message)


@given(made_up.modals())
@many
def test_a_modal_the_sandbox_takes_is_official(view: Json) -> None:
    check_view(view, Surface.MODAL)
    assert not complaints(MODAL, view)


@given(made_up.spoilt(made_up.messages()))
@many
def test_a_spoilt_message_is_official_where_the_sandbox_takes_it(message: Json) -> None:
    try:
        check_blocks(message.get("blocks"), Surface.MESSAGE)
    except BlocksRefusedError:
        return
    assert not complaints(MESSAGE, {"blocks": message["blocks"]})


@given(made_up.spoilt(made_up.modals()))
@many
def test_a_spoilt_modal_is_official_where_the_sandbox_takes_it(view: Json) -> None:
    try:
        check_view(view, Surface.MODAL)
    except (BlocksRefusedError, ViewTooLargeError):
        return
    assert not complaints(MODAL, view)


@given(made_up.homes())
@many
def test_a_home_the_sandbox_takes_is_official(view: Json) -> None:
    check_view(view, Surface.HOME)
    assert not complaints(HOME, view)


@given(made_up.spoilt(made_up.homes()))
@many
def test_a_spoilt_home_is_official_where_the_sandbox_takes_it(view: Json) -> None:
    try:
        check_view(view, Surface.HOME)
    except (BlocksRefusedError, ViewTooLargeError):
        return
    assert not complaints(HOME, view)


# Slack's examples show more than a small Slack has. Key -> why it is not there.
NO_GRID = "there is no Enterprise Grid here"
NO_PICTURES = "nobody uploaded a picture"
NO_EMAIL = "users:read.email is not granted"
FOR_PEOPLE = "a person's token gets it, an app's does not"
CLASSIC = "of the time when apps posted under names of their own"
LEFT_OUT = {
    "chat.postMessage": {
        "attachments": "the sandbox draws blocks only",
        "subtype": CLASSIC,
        "username": CLASSIC,
    },
    "conversations.replies": dict.fromkeys(("last_read", "subscribed", "unread_count"), FOR_PEOPLE),
    "team.info": {"enterprise_id": NO_GRID, "enterprise_name": NO_GRID},
    "users.info": {"email": NO_EMAIL, "image_original": NO_PICTURES},
    "users.list": {
        "email": NO_EMAIL,
        **dict.fromkeys(("first_name", "last_name"), "people have one name here"),
        **dict.fromkeys(("image_original", "image_1024"), NO_PICTURES),
    },
}
# Slack's collection of examples is of 2021 and has none of these.
WITHOUT_EXAMPLE = {"apps.connections.open"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Json]]:
    """One good answer of each method that Slack gives an example of."""
    app = FakeApp()
    app.start()
    scopes = "[team:read, im:write, channels:history, app_mentions:read"
    manifest = MANIFEST.read_text().replace("[app_mentions:read", scopes)
    manifest = manifest.replace("home_tab_enabled: false", "home_tab_enabled: true")
    path = tmp_path_factory.mktemp("granted") / "manifest.yml"
    path.write_text(manifest)
    with Sandbox(app.url, path) as sandbox:
        app.use(sandbox.api_url)
        yield dict(one_of_each(sandbox, app))
    app.stop()


def one_of_each(sandbox: Sandbox, app: FakeApp) -> Iterator[tuple[str, Json]]:
    deal = {"channel": "C0DEAL"}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "words"}}
    view = {"type": "modal", "title": {"type": "plain_text", "text": "A"}, "blocks": [section, BUTTONS[1]]}
    yield "auth.test", app.call("auth.test")
    yield "team.info", app.call("team.info")
    yield "users.info", app.call("users.info", user="U0RAE")
    yield "users.list", app.call("users.list")
    posted = app.call("chat.postMessage", **deal, text="board", blocks=BUTTONS)
    ts = posted["ts"]
    yield "chat.postMessage", posted
    yield "chat.postEphemeral", app.call("chat.postEphemeral", **deal, user="U0BEA", text="psst")
    yield "chat.update", app.call("chat.update", **deal, ts=ts, text="board", blocks=BUTTONS)
    yield "chat.getPermalink", app.call("chat.getPermalink", **deal, message_ts=ts)
    app.post("a reply", thread_ts=ts)
    app.post("another", thread_ts=ts)
    app.post("another message")
    yield "conversations.history", app.call("conversations.history", **deal, limit=1)
    yield "conversations.replies", app.call("conversations.replies", **deal, ts=ts, limit=2)
    yield "pins.add", app.call("pins.add", **deal, timestamp=ts)
    yield "pins.remove", app.call("pins.remove", **deal, timestamp=ts)
    yield "chat.delete", app.call("chat.delete", **deal, ts=ts)
    yield "conversations.info", app.call("conversations.info", **deal)
    yield "conversations.list", app.call("conversations.list")
    yield "users.conversations", app.call("users.conversations")
    yield "conversations.members", app.call("conversations.members", **deal)
    yield "conversations.open", app.call("conversations.open", users="U0RAE")
    sandbox.say("U0RAE", "/map")
    opened = app.call("views.open", trigger_id=app.last["trigger_id"], view=view)
    yield "views.open", opened
    yield "views.update", app.call("views.update", view_id=opened["view"]["id"], view=view)
    sandbox.click("U0RAE", "step.done")
    yield "views.push", app.call("views.push", trigger_id=app.last["trigger_id"], view=view)
    home = {"type": "home", "blocks": [section]}
    yield "views.publish", app.call("views.publish", user_id="U0RAE", view=home)


@pytest.mark.parametrize("method", sorted(set(METHODS) - WITHOUT_EXAMPLE))
def test_an_answer_has_the_keys_of_slacks_example(answers: dict[str, Json], method: str) -> None:
    example = json.loads((OFFICIAL / "api-examples" / f"{method}.json").read_text())["200"]
    answer = answers[method]
    assert answer["ok"], answer
    missing = {path[-1] for path in missing_keys(example, answer)}
    assert missing == set(LEFT_OUT.get(method, {}))


def test_a_refusal_has_the_keys_of_slacks_example() -> None:
    with Sandbox(manifest=MANIFEST) as sandbox:
        for method in set(METHODS) - WITHOUT_EXAMPLE:
            example = json.loads((OFFICIAL / "api-examples" / f"{method}.json").read_text())["default"]
            refusal = sandbox.http.post(f"/api/{method}", data={"token": "xoxb-no"}).json()
            # Only where arguments were wrong there is more to say.
            assert set(refusal) == set(example) - {"response_metadata"}
        told = sandbox.http.post("/api/views.open", headers={"authorization": f"Bearer {BOT_TOKEN}"}).json()
    assert told["error"] == "invalid_arguments"
    assert told["response_metadata"]["messages"]


def missing_keys(example: Any, answer: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Keys that the example has and the answer has not, wherever both have an object."""
    if isinstance(example, dict) and isinstance(answer, dict):
        for key, value in example.items():
            if key not in answer:
                yield (*path, key)
            elif key not in ("blocks", "attachments"):
                yield from missing_keys(value, answer[key], (*path, key))
    elif isinstance(example, list) and isinstance(answer, list) and example and answer:
        for place, (theirs, ours) in enumerate(zip(example, answer, strict=False)):
            yield from missing_keys(theirs, ours, (*path, str(place)))


PAYLOADS = {
    "block_actions.body": "block_actions",
    "block_suggestion.body": "block_suggestion",
    "view_submission.connect_channel_payload": "view_submission",
    "view_closed.body": "view_closed",
    "events_shared_channels.join_event_body": "event_callback",
}


@pytest.fixture(scope="module")
def heard() -> Iterator[dict[str, Json]]:
    """One request of each kind, as Bea causes them."""
    app = FakeApp()
    app.start()
    search = {"type": "external_select", "action_id": "person", "min_query_length": 0}
    field = {"type": "input", "block_id": "owner", "label": {"type": "plain_text", "text": "Owner"}}
    view = {
        "type": "modal",
        "notify_on_close": True,
        **{name: {"type": "plain_text", "text": name} for name in ("title", "submit", "close")},
        "blocks": [{**field, "optional": True, "element": search}],
    }
    with Sandbox(app.url, MANIFEST) as sandbox:
        app.use(sandbox.api_url)
        app.post("board", blocks=BUTTONS)
        app.opens(view)
        sandbox.click("U0BEA", "step.done")
        app.says({"options": []})
        sandbox.options("U0BEA", "owner")
        app.says("")
        sandbox.submit("U0BEA")
        app.opens(view)
        sandbox.click("U0BEA", "step.done")
        app.says("")
        sandbox.close("U0BEA")
        sandbox.leave("U0OMAR")
        sandbox.invite("U0BEA", "U0OMAR")
        yield {one["type"]: one for one in app.heard}
    app.stop()


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_request_has_the_keys_of_slacks_own(heard: dict[str, Json], name: str) -> None:
    recorded = json.loads((OFFICIAL / "payloads" / f"{name}.json").read_text())
    sent = heard[PAYLOADS[name]]
    # No Enterprise Grid here; and what a view holds differs from view to view.
    grid = {"enterprise", "enterprise_id", "enterprise_name"}
    missing = [path for path in missing_keys(recorded, sent) if not grid & set(path) and "values" not in path]
    assert not missing
