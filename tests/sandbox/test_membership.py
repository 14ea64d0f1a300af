"""Channels that are archived, an app that is taken out and invited back, guests and people who have left."""

from typing import Any

import pytest

from tests.sandbox.conftest import BUTTONS, WithManifest
from tests.sandbox.fake_app import FakeApp
from tests.sandbox.test_web_api import error
from tests.sandboxed import DEAL, RefusedError, Sandbox

LIFE = ["channel_left", "channel_archive", "channel_unarchive", "group_left", "group_archive"]


def hears_all(manifest: dict[str, Any]) -> None:
    manifest["settings"]["event_subscriptions"]["bot_events"] += LIFE


def events(app: FakeApp) -> list[dict[str, Any]]:
    return [one["event"] for one in app.heard if one.get("type") == "event_callback"]


def test_an_archived_channel_takes_nothing_and_shows_what_it_has(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board", blocks=BUTTONS)
    app.call("pins.add", channel=DEAL, timestamp=ts)
    sandbox.archive("U0RAE")
    update = app.call("chat.update", channel=DEAL, ts=ts, text="again")
    assert error(app.call("chat.postMessage", channel=DEAL, text="hi")) == "is_archived"
    assert error(app.call("chat.postEphemeral", channel=DEAL, user="U0BEA", text="hi")) == "is_archived"
    assert error(update) == "is_inactive"
    assert error(app.call("pins.add", channel=DEAL, timestamp=ts)) == "restricted_action"
    assert error(app.call("pins.remove", channel=DEAL, timestamp=ts)) == "restricted_action"
    assert app.call("conversations.info", channel=DEAL)["channel"]["is_archived"] is True
    assert app.call("conversations.list", exclude_archived="true")["channels"][0]["id"] == "C0TEAM"
    assert app.call("chat.getPermalink", channel=DEAL, message_ts=ts)["ok"]
    assert [one["text"] for one in sandbox.messages("U0BEA")] == ["board"]


def test_nobody_can_write_in_an_archived_channel_until_it_is_opened_again(
    sandbox: Sandbox, app: FakeApp
) -> None:
    sandbox.archive("U0RAE")
    for words in ("hello", "/map status", "@Tandem status"):
        with pytest.raises(RefusedError, match="archived") as refusal:
            sandbox.say("U0RAE", words)
        assert refusal.value.error == "is_archived"
    with pytest.raises(RefusedError, match="archived"):
        sandbox.leave("U0RAE", "U0TANDEM")
    assert app.heard == []
    sandbox.archive("U0RAE", on=False)
    assert app.call("chat.postMessage", channel=DEAL, text="hi")["ok"]
    with pytest.raises(RefusedError, match="so already"):
        sandbox.archive("U0RAE", on=False)


def test_the_app_is_told_that_its_channel_was_archived(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(hears_all)
    sandbox.archive("U0BEA")
    sandbox.archive("U0RAE", on=False)
    sandbox.archive("U0RAE", channel="C0TEAM")  # the app is not in there
    told = [(one["type"], one["channel"], one["user"]) for one in events(app)]
    assert told == [("channel_archive", DEAL, "U0BEA"), ("channel_unarchive", DEAL, "U0RAE")]


def test_of_a_private_channel_the_events_have_other_names(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(hears_all)
    sandbox.slack.world.channels[DEAL].is_private = True
    sandbox.archive("U0RAE")
    sandbox.archive("U0RAE", on=False)  # not subscribed to group_unarchive
    sandbox.leave("U0RAE", "U0TANDEM")
    assert [one["type"] for one in events(app)] == ["group_archive", "member_left_channel", "group_left"]


def test_an_app_that_is_taken_out_hears_of_it_and_can_post_no_more(
    sandbox_with: WithManifest, app: FakeApp
) -> None:
    sandbox = sandbox_with(hears_all)
    ts = app.post("board")
    sandbox.say("U0BEA", "/kick @Tandem")
    member, left = events(app)
    assert (member["type"], member["user"]) == ("member_left_channel", "U0TANDEM")
    assert (left["type"], left["channel"], left["actor_id"]) == ("channel_left", DEAL, "U0BEA")
    assert error(app.call("chat.postMessage", channel=DEAL, text="hi")) == "not_in_channel"
    assert error(app.call("chat.postEphemeral", channel=DEAL, user="U0BEA", text="hi")) == "not_in_channel"
    assert error(app.call("pins.add", channel=DEAL, timestamp=ts)) == "not_in_channel"
    sandbox.say("U0BEA", "@Tandem status")
    assert len(events(app)) == 2  # it hears nothing of a channel it is not in


def test_a_private_channel_is_not_there_for_an_app_that_was_taken_out(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.slack.world.channels[DEAL].is_private = True
    assert app.call("conversations.info", channel=DEAL)["ok"]
    sandbox.leave("U0RAE", "U0TANDEM")
    for method in ("conversations.info", "conversations.members"):
        assert error(app.call(method, channel=DEAL)) == "channel_not_found"
    assert error(app.call("chat.postMessage", channel=DEAL, text="hi")) == "channel_not_found"


def test_it_is_invited_back_by_typing(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0RAE", "/remove @Tandem")
    sandbox.say("U0BEA", "/invite @Tandem")  # of the other workspace, and the channel is hers too
    joined = events(app)[-1]
    assert (joined["type"], joined["user"], joined["inviter"]) == (
        "member_joined_channel",
        "U0TANDEM",
        "U0BEA",
    )
    assert app.call("chat.postMessage", channel=DEAL, text="hi")["ok"]


@pytest.mark.parametrize("words", ["/invite", "/invite Tandem", "/kick @nobody here"])
def test_the_clients_own_commands_need_somebody(sandbox: Sandbox, words: str) -> None:
    with pytest.raises(RefusedError, match="needs somebody"):
        sandbox.say("U0RAE", words)


def test_archiving_and_leaving_are_typed_too(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0OMAR", "/leave")
    assert "U0OMAR" not in app.call("conversations.members", channel=DEAL)["members"]
    sandbox.say("U0RAE", "/archive")
    assert error(app.call("chat.postMessage", channel=DEAL, text="hi")) == "is_archived"
