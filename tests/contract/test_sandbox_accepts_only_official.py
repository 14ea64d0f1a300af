"""What the sandbox accepts, Slack's own schemas accept; what it answers has the keys of Slack's examples.

The data lies beside the project, in `../shared/slack`; without it this fails.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft7Validator
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from sandbox.blockkit import BlocksRefusedError, Surface, check_blocks
from sandbox.codes import CLIENT_ID, CLIENT_SECRET
from sandbox.views import ViewTooLargeError, check_view
from sandbox.webapi import METHODS
from tests.sandbox import made_up
from tests.sandbox.conftest import BUTTONS, MANIFEST
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import BOT_TOKEN, WORLD, Sandbox

OFFICIAL = Path(__file__).parents[2].parent / "shared" / "slack"
many = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
Json = dict[str, Any]


def schema(name: str) -> Validator:
    """Slack's own. Of the many kinds that a thing may be of it looks only at those with its `type`: the
    others want another one, so that nothing passes or fails by it, and it takes a fraction of the time.
    """
    said = json.loads((OFFICIAL / "block-kit" / f"{name}.schema.json").read_text())

    @cache
    def named(ref: str) -> set[str] | None:
        return types_of(said["definitions"][ref.removeprefix("#/definitions/")])

    def types_of(node: Json) -> set[str] | None:
        """What may stand in `type`; None where this does not say."""
        if "$ref" in node:
            return named(node["$ref"])
        if "anyOf" in node:
            many = [types_of(one) for one in node["anyOf"]]
            return None if None in many else set().union(*filter(None, many))
        kind = node.get("properties", {}).get("type", {}).get("const")
        return {kind} if kind and "type" in node["required"] else None

    def any_of(validator: Any, branches: list[Json], instance: Any, whole: Json) -> Iterator[Any]:
        fitting = branches
        if isinstance(instance, dict) and isinstance(instance.get("type"), str):
            kinds = [(one, types_of(one)) for one in branches]
            fitting = [one for one, types in kinds if types is None or instance["type"] in types]
        yield from Draft7Validator.VALIDATORS["anyOf"](validator, fitting or branches, instance, whole)

    validator: Validator = extend(Draft7Validator, {"anyOf": any_of})(said)  # type: ignore[no-untyped-call]
    return validator


MESSAGE, MODAL, HOME = schema("message"), schema("modal"), schema("home")


def complaints(official: Validator, payload: Json) -> list[str]:
    return [f"{error.json_path}: {error.message[:300]}" for error in official.iter_errors(payload)]


def check_message(message: Json) -> None:
    check_blocks(message.get("blocks"), Surface.MESSAGE)


def check_modal(view: Json) -> None:
    check_view(view, Surface.MODAL)


def check_home(view: Json) -> None:
    check_view(view, Surface.HOME)


# What is made up, what the sandbox says to it, and what Slack's schema says.
KINDS: dict[str, tuple[SearchStrategy[Json], Callable[[Json], None], Validator]] = {
    "message": (made_up.messages(), check_message, MESSAGE),
    "modal": (made_up.modals(), check_modal, MODAL),
    "home": (made_up.homes(), check_home, HOME),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_made_up_is_taken_and_official(kind: str) -> None:
    payloads, check, official = KINDS[kind]
    most_blocks = 0

    @given(payloads)
    @many
    def each(payload: Json) -> None:
        nonlocal most_blocks
        check(payload)
        assert not complaints(official, payload)
        most_blocks = max(most_blocks, len(payload["blocks"]))

    each()
    assert most_blocks == made_up.COUNTED[f"blocks in a {kind}"][0], "the limits are made up too"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_spoilt_is_official_where_it_is_taken(kind: str) -> None:
    payloads, check, official = KINDS[kind]
    taken = refused = 0

    @given(made_up.spoilt(payloads))
    @many
    def each(payload: Json) -> None:
        nonlocal taken, refused
        try:
            check(payload)
        except (BlocksRefusedError, ViewTooLargeError):
            refused += 1
            return
        taken += 1
        # Beside its blocks a message has what `chat.postMessage` checks, and not `check_blocks`.
        assert not complaints(official, {"blocks": payload["blocks"]} if kind == "message" else payload)

    each()
    assert min(taken, refused) > many.max_examples // 10, "a test of what is taken needs enough of that"


# https://docs.slack.dev/reference/block-kit/composition-objects/option-group-object says it.
NOT_IN_THE_SCHEMA = {"options in a group"}


@pytest.mark.parametrize("what", made_up.COUNTED)
def test_as_many_as_there_may_be_are_taken_and_one_more_is_not(what: str) -> None:
    most, make = made_up.COUNTED[what]
    _, check, official = KINDS[make(1).get("type", "message")]
    check(make(most))
    assert not complaints(official, make(most))
    with pytest.raises(BlocksRefusedError, match=f"no more than {most} items"):
        check(make(most + 1))
    assert bool(complaints(official, make(most + 1))) == (what not in NOT_IN_THE_SCHEMA)


# Slack's examples show more than a small Slack has. Key -> why it is not there.
NO_GRID = "Northwind is on no Enterprise Grid"
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
    # Beside the bot's token, which stands on top and is there.
    "oauth.v2.access": dict.fromkeys(("access_token", "scope", "token_type"), FOR_PEOPLE),
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
WITHOUT_EXAMPLE = {
    *("apps.connections.open", "apps.uninstall", "auth.revoke", "auth.teams.list"),
    *("files.completeUploadExternal", "files.getUploadURLExternal"),
}


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
    code = sandbox.slack.codes.issue("T0ACME", "U0BEA", ["chat:write"], "")
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    yield "oauth.v2.access", app.call("oauth.v2.access", code=code, **client)
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


# Slack's own example -> what the app is sent here. Of app_home_opened Slack's collection has none.
PAYLOADS = {
    "block_actions.body": "block_actions",
    "block_suggestion.body": "block_suggestion",
    "view_submission.body": "view_submission",
    "view_submission.connect_channel_payload": "view_submission",
    "view_closed.body": "view_closed",
    "shortcut.message_shortcut_body": "message_action",
    "slash_command.slash_command_body": "/map",
    "events.valid_event_body": "app_mention",
    "slack_connect.request_and_expected_context.2": "app_mention",
    "slack_connect.request_and_expected_context.3": "app_mention",
    "slack_connect.request_and_expected_context": "message",
    "events.join_event_body": "member_joined_channel",
    "events_shared_channels.join_event_body": "member_joined_channel",
    "slack_connect.request_and_expected_context.5": "member_joined_channel",
    "events.left_event_body": "member_left_channel",
    "events_shared_channels.left_event_body": "member_left_channel",
    "slack_connect.request_and_expected_context.6": "member_left_channel",
    "slack_connect.request_and_expected_context.4": "channel_join",
    "slack_connect.request_and_expected_context.7": "channel_leave",
    "events.app_uninstalled_body": "app_uninstalled",
    "events.tokens_revoked_body": "tokens_revoked",
    "events_org_apps.event_payload": "team_access_granted",
    "events_org_apps.event_payload.2": "team_access_revoked",
}
# What is sent of an installation names no authorization, and a mention no context.
CONTEXT = frozenset({"context_team_id", "context_enterprise_id"})
OF_INSTALLATIONS = ("app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked")
NOT_SENT = {"app_mention": CONTEXT, **dict.fromkeys(OF_INSTALLATIONS, CONTEXT | {"authorizations"})}
# Slack stopped to send it: https://docs.slack.dev/changelog/2020-09-15-events-api-truncate-authed-users
NO_LONGER_SENT = {"authed_users"}
SCOPES = "[channels:history, app_mentions:read"
EVENTS = f"[message.channels, {', '.join(OF_INSTALLATIONS)}, app_mention"


def recorded(name: str) -> Json:
    form = OFFICIAL / "payloads" / f"{name}.form.txt"
    if form.exists():
        return dict(parse_qsl(form.read_text()))
    said: Json = json.loads((OFFICIAL / "payloads" / f"{name}.json").read_text())
    return dict(said.get("body", said))


def kind_of(sent: Json) -> str:
    """What a request is called in `PAYLOADS`."""
    if "event" in sent:
        return str(sent["event"].get("subtype") or sent["event"]["type"])
    return str(sent.get("type") or sent["command"])


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Json]]:
    """One request of each kind; what people of another workspace can cause, Bea of Acme does.

    Acme is on Enterprise Grid, as whoever recorded Slack's examples was.
    """
    app = FakeApp()
    app.start()
    folder = tmp_path_factory.mktemp("heard")
    manifest = yaml.safe_load(
        MANIFEST.read_text().replace("[app_mentions:read", SCOPES).replace("[app_mention", EVENTS)
    )
    track = {"name": "Track", "type": "message", "callback_id": "track", "description": "A step of it"}
    manifest["features"]["shortcuts"] = [track]
    (folder / "manifest.yml").write_text(yaml.safe_dump(manifest))
    world = yaml.safe_load(WORLD.read_text())
    [acme] = [one for one in world["teams"] if one["id"] == "T0ACME"]
    acme |= {"enterprise_id": "E0ACME", "enterprise_name": "Acme Group"}
    (folder / "world.yml").write_text(yaml.safe_dump(world))
    with Sandbox(app.url, folder / "manifest.yml", world=folder / "world.yml") as sandbox:
        app.use(sandbox.api_url)
        cause_one_of_each(sandbox, app)
        yield {kind_of(one): one for one in app.heard}
    app.stop()


def cause_one_of_each(sandbox: Sandbox, app: FakeApp) -> None:
    search = {"type": "external_select", "action_id": "person", "min_query_length": 0}
    field = {"type": "input", "block_id": "owner", "label": {"type": "plain_text", "text": "Owner"}}
    view = {
        "type": "modal",
        "notify_on_close": True,
        **{name: {"type": "plain_text", "text": name} for name in ("title", "submit", "close")},
        "blocks": [{**field, "optional": True, "element": search}],
    }
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
    ts = sandbox.say("U0BEA", "@Tandem see x.org, @Rae")
    sandbox.shortcut("U0RAE", "track", ts)
    sandbox.say("U0RAE", "/map status")
    sandbox.install("T0ACME")
    sandbox.uninstall("T0ACME")
    sandbox.install("E0GLOBEX", team_ids=["T0GLOBEX"])
    sandbox.team_access("E0GLOBEX", "T0GLOBEX", on=False)


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_request_has_the_keys_of_slacks_own(heard: dict[str, Json], name: str) -> None:
    example, sent = recorded(name), heard[PAYLOADS[name]]
    # What a view holds differs from view to view; and Northwind is in no organisation.
    without = NO_LONGER_SENT | {"values"}
    if PAYLOADS[name] in ("block_actions", "message_action", "/map"):
        without |= {"enterprise", "enterprise_id", "enterprise_name"}
    assert not [path for path in missing_keys(example, sent) if not without & set(path)]
    assert not NOT_SENT.get(PAYLOADS[name], frozenset()) & (set(example) | set(sent))


def test_what_a_person_writes_is_official_blocks(heard: dict[str, Json]) -> None:
    blocks = heard["app_mention"]["event"]["blocks"]
    assert blocks == heard["message_action"]["message"]["blocks"]
    assert not complaints(MESSAGE, {"blocks": blocks})
    check_blocks(blocks, Surface.MESSAGE)
    [[mentioned, _, link, _, named]] = [one["elements"] for one in blocks[0]["elements"]]
    assert (mentioned["type"], link["type"], named["type"]) == ("user", "link", "user")
