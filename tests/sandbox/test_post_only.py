"""People who may only post, and apps that may read what is posted."""

from typing import Any

import pytest

from tests.sandbox.conftest import BUTTONS, WithManifest
from tests.sandbox.fake_app import FakeApp
from tests.sandbox.test_two_copies import as_copy, events
from tests.sandboxed import DEAL, RefusedError, Sandbox

ROLLOUT = "C0ROLLOUT"


def reads_messages(manifest: dict[str, Any]) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    scopes["bot_optional"] = ["channels:history", "groups:history"]
    scopes["bot"] += scopes["bot_optional"]  # as its page has it: among all that are asked for, too
    manifest["settings"]["event_subscriptions"]["bot_events"] += ["message.channels", "message.groups"]
    track = {"name": "Track", "type": "message", "callback_id": "track", "description": "A step of it"}
    manifest["features"]["shortcuts"] = [track]


def said(app: FakeApp) -> list[tuple[str, str | None, str]]:
    return [
        (one["type"], one.get("subtype"), one["channel"]) for one in (body["event"] for body in events(app))
    ]


def test_who_may_only_post_speaks_and_mentions_and_uses_no_app(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board", ROLLOUT, blocks=BUTTONS)
    sandbox.say("U0THEO", "@Tandem done 4", ROLLOUT)
    assert (app.last["event"]["type"], app.last["event"]["user"]) == ("app_mention", "U0THEO")
    assert sandbox.messages("U0THEO", ROLLOUT)[0]["text"] == "board"
    heard = len(app.heard)
    with pytest.raises(RefusedError, match="not use apps") as refusal:
        sandbox.click("U0THEO", "step.done", ts=ts, channel=ROLLOUT)
    assert refusal.value.error == "restricted_action"
    sandbox.install("T0ACME")  # an app of their own is one, too
    with pytest.raises(RefusedError, match="not use apps"):
        sandbox.say("U0THEO", "/map status", ROLLOUT)
    assert len(app.heard) == heard
    sandbox.click("U0INES", "step.done", ts=ts, channel=ROLLOUT)  # a colleague who was invited to more
    assert app.last["user"]["id"] == "U0INES"


def test_who_may_only_post_searches_in_no_list_and_takes_no_shortcut(
    sandbox_with: WithManifest, app: FakeApp
) -> None:
    sandbox = sandbox_with(reads_messages)
    search = {"type": "external_select", "action_id": "who", "min_query_length": 0}
    blocks = [{"type": "actions", "block_id": "owner", "elements": [search]}]
    ts = app.post("board", ROLLOUT, blocks=blocks)
    place = {"channel": ROLLOUT, "ts": ts, "block_id": "owner", "action_id": "who", "query": ""}
    sandbox.install("T0ACME")
    app.heard.clear()
    assert sandbox.door("options", person="U0THEO", **place)["error"] == "restricted_action"
    with pytest.raises(RefusedError, match="not use apps"):
        sandbox.shortcut("U0THEO", "track", ts, ROLLOUT)
    assert app.heard == []


def test_where_their_own_workspace_is_the_host_they_use_apps(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.change_person("U0BEA", post_only=True)
    app.post("board", blocks=BUTTONS)
    with pytest.raises(RefusedError, match="not use apps"):
        sandbox.click("U0BEA", "step.done")
    sandbox.slack.world.channels[DEAL].team_ids.reverse()
    sandbox.click("U0BEA", "step.done")
    assert app.last["user"]["id"] == "U0BEA"


def test_with_a_history_scope_every_message_is_heard_where_the_app_is(
    sandbox_with: WithManifest, app: FakeApp
) -> None:
    sandbox = sandbox_with(reads_messages)
    root = app.post("board")
    sandbox.say("U0BEA", "4 done", thread_ts=root)
    sandbox.say("U0BEA", "good morning", DEAL)
    sandbox.say("U0RAE", "among ourselves", "C0TEAM")  # the app is not in there
    sandbox.say("U0BEA", "@Tandem done 4")
    assert said(app) == [
        *[("message", None, DEAL)] * 3,
        *[("app_mention", None, DEAL), ("message", None, DEAL)],
    ]
    own, reply = (one["event"] for one in events(app)[:2])
    assert (own["bot_id"], own["app_id"], own["channel_type"]) == ("B0TANDEM", "A0TANDEM", "channel")
    assert (reply["thread_ts"], reply["parent_user_id"], reply["user"]) == (root, "U0TANDEM", "U0BEA")


def test_that_a_message_changed_or_went_is_heard_too(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(reads_messages)
    ts = app.post("board")
    app.call("chat.update", channel=DEAL, ts=ts, text="board 2")
    app.call("chat.delete", channel=DEAL, ts=ts)
    app.call("chat.postEphemeral", channel=DEAL, user="U0BEA", text="psst")
    sandbox.settle()
    assert [one[1] for one in said(app)] == [None, "message_changed", "message_deleted"]
    changed, deleted = (one["event"] for one in events(app)[1:])
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("board 2", "board")
    assert (changed["hidden"], changed["message"]["bot_id"]) == (True, "B0TANDEM")
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "board 2")


def test_of_a_private_channel_it_takes_the_other_scope(sandbox_with: WithManifest, app: FakeApp) -> None:
    def change(manifest: dict[str, Any]) -> None:
        reads_messages(manifest)
        for kind in ("bot", "bot_optional"):
            manifest["oauth_config"]["scopes"][kind].remove("groups:history")

    sandbox = sandbox_with(change)
    sandbox.slack.world.channels[DEAL].is_private = True
    sandbox.say("U0BEA", "good morning")
    assert app.heard == []
    sandbox.slack.world.channels[DEAL].is_private = False
    sandbox.say("U0BEA", "good morning")
    assert said(app) == [("message", None, DEAL)]


def test_where_it_was_not_granted_only_mentions_are_heard(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(reads_messages)
    sandbox.grant_optional_scopes(on=False)
    app.post("board")
    sandbox.say("U0BEA", "good morning")
    sandbox.say("U0BEA", "@Tandem status")
    assert said(app) == [("app_mention", None, DEAL)]


def test_a_message_in_a_channel_of_two_copies_is_heard_once(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(reads_messages)
    sandbox.install("T0ACME")
    sandbox.invite("U0BEA", "U0TANDEMACME")
    app.heard.clear()
    as_copy(sandbox, "T0ACME")("chat.postMessage", channel=DEAL, text="board")
    sandbox.say("U0RAE", "4 done")
    assert said(app) == [("message", None, DEAL)] * 2
    assert {one["authorizations"][0]["team_id"] for one in events(app)} == {"T0ACME"}


def test_who_comes_and_goes_is_a_message_too(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(reads_messages)
    sandbox.leave("U0BEA", "U0OMAR")
    sandbox.invite("U0BEA", "U0OMAR")
    left, joined = (one["event"] for one in events(app) if one["event"]["type"] == "message")
    assert (left["subtype"], left["user"], left["text"]) == (
        *("channel_leave", "U0OMAR", "<@U0OMAR> has left the channel"),
    )
    assert "inviter" not in left
    assert (joined["subtype"], joined["inviter"], joined["team"]) == ("channel_join", "U0BEA", "T0ACME")
    assert app.call("conversations.history", channel=DEAL)["messages"] == []
    sandbox.grant_optional_scopes(on=False)
    app.heard.clear()
    sandbox.leave("U0OMAR")
    assert [one["event"]["type"] for one in events(app)] == ["member_left_channel"]


def test_of_a_private_channel_it_is_named_otherwise(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(reads_messages)
    sandbox.slack.world.channels[DEAL].is_private = True
    sandbox.leave("U0OMAR")
    assert said(app)[-1] == ("message", "group_leave", DEAL)


def test_a_reply_that_goes_to_the_channel_as_well_is_of_another_kind(
    sandbox_with: WithManifest, app: FakeApp
) -> None:
    sandbox = sandbox_with(reads_messages)
    root = app.post("board")
    sandbox.say("U0BEA", "4 done", thread_ts=root, broadcast=True)
    reply = app.last["event"]
    assert (reply["subtype"], reply["text"], reply["thread_ts"]) == ("thread_broadcast", "4 done", root)
    assert reply["root"]["ts"] == root
    answer = app.call("chat.postMessage", channel=DEAL, text="hi", thread_ts=root, reply_broadcast=True)
    assert answer["message"]["subtype"] == "thread_broadcast"
    sandbox.say("U0BEA", "4 done", thread_ts=root)
    assert "subtype" not in app.last["event"]
