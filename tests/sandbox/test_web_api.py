"""What the app may ask of the small Slack, and what it is refused, by Slack's names."""

from typing import Any

import httpx
import pytest

from sandbox.blockkit import MOST_CHARACTERS
from sandbox.cast import Team
from sandbox.methods_chat import MOST_METADATA
from tests.sandbox.conftest import BUTTONS, WithManifest
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import DEAL, RefusedError, Sandbox


def error(answer: dict[str, Any]) -> str:
    assert answer["ok"] is False
    return str(answer["error"])


def test_a_call_needs_the_token(sandbox: Sandbox) -> None:
    assert error(sandbox.http.post("/api/auth.test").json()) == "not_authed"
    wrong = {"authorization": "Bearer xoxb-somebody-else"}
    assert error(sandbox.http.post("/api/auth.test", headers=wrong).json()) == "invalid_auth"


def test_a_method_nobody_knows_is_refused(sandbox: Sandbox, app: FakeApp) -> None:
    assert error(app.call("chat.sendTelegram")) == "unknown_method"


def test_a_token_in_json_or_in_the_address_is_none(sandbox: Sandbox) -> None:
    token = {"token": "xoxb-sandbox-northwind"}
    assert error(sandbox.http.post("/api/auth.test", json=token).json()) == "not_authed"
    assert error(sandbox.http.get("/api/auth.test", params=token).json()) == "not_authed"


def test_arguments_come_as_a_form_as_json_or_with_a_token_among_them(sandbox: Sandbox, app: FakeApp) -> None:
    api = httpx.Client(base_url=sandbox.api_url, trust_env=False, verify=False)
    token = "xoxb-sandbox-northwind"
    with api:
        as_json = api.post(
            "chat.postMessage",
            json={"channel": DEAL, "text": "hi", "blocks": BUTTONS},
            headers={"authorization": f"Bearer {token}"},
        )
        in_the_form = api.post("auth.test", data={"token": token})
        broken = api.post("auth.test", content=b"{", headers={"content-type": "application/json"})
    assert as_json.json()["ok"]
    assert in_the_form.json()["team_id"] == "T0NORTHWIND"
    assert error(broken.json()) == "invalid_json"


def test_a_method_without_its_scope_says_which_is_needed(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox_with(lambda manifest: manifest["oauth_config"]["scopes"].update(bot=["users:read", "commands"]))
    answer = app.call("pins.add", channel=DEAL, timestamp="1.000001")
    assert error(answer) == "missing_scope"
    assert answer["needed"] == "pins:write"
    assert answer["provided"] == "users:read,commands"


def test_opening_a_dm_takes_a_scope_that_posting_to_a_person_does_not(sandbox: Sandbox, app: FakeApp) -> None:
    assert error(app.call("conversations.open", users="U0RAE")) == "missing_scope"
    posted = app.call("chat.postMessage", channel="U0RAE", text="hi")
    assert posted["channel"] == "D0RAE"
    assert [one["text"] for one in sandbox.dms("U0RAE")] == ["hi"]


def test_a_private_channel_is_read_with_another_scope(sandbox_with: WithManifest, app: FakeApp) -> None:
    scopes = ["channels:read", "chat:write"]
    sandbox = sandbox_with(lambda manifest: manifest["oauth_config"]["scopes"].update(bot=scopes))
    assert app.call("conversations.info", channel=DEAL)["ok"]
    sandbox.slack.world.channels[DEAL].is_private = True
    assert app.call("conversations.info", channel=DEAL)["needed"] == "groups:read"


def test_the_app_posts_where_it_is_a_member_only(sandbox: Sandbox, app: FakeApp) -> None:
    assert error(app.call("chat.postMessage", channel="C0TEAM", text="hi")) == "not_in_channel"
    assert error(app.call("chat.postMessage", channel="C0NOWHERE", text="hi")) == "channel_not_found"
    sandbox.slack.world.channels[DEAL].is_archived = True
    assert error(app.call("chat.postMessage", channel=DEAL, text="hi")) == "is_archived"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "no_text"),
        ({"text": " "}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "hi", "blocks": "[{"}, "invalid_blocks_format"),
        ({"text": "hi", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "hi", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "hi", "metadata": "["}, "invalid_metadata_format"),
        ({"text": "hi", "metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"text": "hi", "metadata": {"event_type": " ", "event_payload": {}}}, "invalid_metadata_schema"),
        *(
            (
                {"text": "hi", "metadata": {"event_type": "x", "event_payload": {"a": it}}},
                "invalid_metadata_schema",
            )
            for it in (None, ["a list of words"], {"deep": {"er": 1}}, {"deep": ["er"]}, [{"in": None}])
        ),
        (
            {"text": "hi", "metadata": {"event_type": "x", "event_payload": {"a": "x" * MOST_METADATA}}},
            "metadata_too_large",
        ),
        ({"text": "hi", "username": "Rae"}, "missing_scope"),
    ],
)
def test_a_message_is_refused(sandbox: Sandbox, app: FakeApp, arguments: dict[str, Any], code: str) -> None:
    assert error(app.call("chat.postMessage", channel=DEAL, **arguments)) == code
    assert sandbox.messages("U0RAE") == []


def words(count: int, of: str = "x") -> list[dict[str, Any]]:
    """Blocks of every kind that holds text, with so much of it."""
    plain = {"type": "plain_text", "text": of * 10}
    few: list[dict[str, Any]] = [
        {"type": "header", "text": plain},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": of * 10}]},
        {"type": "section", "fields": [plain]},
        {
            "type": "actions",
            "elements": [{"type": "static_select", "options": [{"text": plain, "value": "1"}]}],
        },
        {"type": "markdown", "text": of * 10},
    ]
    run = {"type": "text", "text": of * (count - 50)}
    return [*few, {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [run]}]}]


def test_all_blocks_of_a_message_together_hold_so_much_text(sandbox: Sandbox, app: FakeApp) -> None:
    """Characters, of any alphabet: https://github.com/slackapi/bolt-js/issues/2867"""
    ts = app.post("hi", blocks=words(MOST_CHARACTERS, "中"))
    place: dict[str, Any] = {"channel": DEAL, "text": "hi", "blocks": words(MOST_CHARACTERS + 1)}
    assert error(app.call("chat.postMessage", **place)) == "msg_blocks_too_long"
    assert error(app.call("chat.postEphemeral", **place, user="U0BEA")) == "msg_too_long"
    assert error(app.call("chat.update", **place, ts=ts)) == "msg_too_long"
    assert len(sandbox.messages("U0BEA")) == 1


def test_the_text_of_an_update_is_counted_in_bytes(sandbox: Sandbox, app: FakeApp) -> None:
    """https://github.com/openclaw/openclaw/pull/115027"""
    ts = app.post("中" * 4000)
    assert app.call("chat.update", channel=DEAL, ts=ts, text="中" * 1333 + "x")["ok"]
    assert error(app.call("chat.update", channel=DEAL, ts=ts, text="中" * 1334)) == "msg_too_long"


def test_rich_text_is_not_replaced_by_other_blocks(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("rich", blocks=words(60))
    assert error(app.call("chat.update", channel=DEAL, ts=ts, text="x", blocks=BUTTONS)) == "block_mismatch"
    assert app.call("chat.update", channel=DEAL, ts=ts, text="x", blocks=words(70))["ok"]
    assert app.call("chat.update", channel=DEAL, ts=ts, text="only words")["ok"]
    assert app.call("chat.update", channel=DEAL, ts=ts, text="x", blocks=BUTTONS)["ok"]


def test_metadata_changes_alone(sandbox: Sandbox, app: FakeApp) -> None:
    payload = {"a": "x", "b": 1.5, "c": True, "d": {"e": 1}, "f": [{"g": "h"}]}
    ts = app.post("board", blocks=BUTTONS)
    metadata = {"event_type": "tandem", "event_payload": payload}
    changed = app.call("chat.update", channel=DEAL, ts=ts, metadata=metadata)
    assert changed["text"] == "board"
    [seen] = sandbox.messages("U0BEA")
    assert (seen["text"], len(seen["blocks"]), seen["edited_ts"]) == ("board", 2, None)
    assert sandbox.slack.world.messages[DEAL][ts].metadata == metadata
    assert error(app.call("chat.update", channel=DEAL, ts=ts)) == "no_text"


def test_blocks_are_refused_with_a_pointer_to_the_place(sandbox: Sandbox, app: FakeApp) -> None:
    blocks = [{"type": "divider"}, {"type": "header", "text": {"type": "mrkdwn", "text": "no"}}]
    answer = app.call("chat.postMessage", channel=DEAL, text="hi", blocks=blocks)
    assert error(answer) == "invalid_blocks"
    assert answer["response_metadata"]["messages"][0].endswith("[json-pointer:/blocks/1/text/type]")


def test_a_message_of_the_app_can_be_changed_and_a_persons_cannot(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("first", blocks=BUTTONS)
    changed = app.call("chat.update", channel=DEAL, ts=ts, text="second", blocks=BUTTONS)
    assert (changed["ts"], changed["text"]) == (ts, "second")
    [seen] = sandbox.messages("U0BEA")
    assert (seen["text"], seen["edited_ts"]) == ("second", None)
    theirs = sandbox.say("U0BEA", "mine")
    assert error(app.call("chat.update", channel=DEAL, ts=theirs, text="no")) == "cant_update_message"
    assert error(app.call("chat.delete", channel=DEAL, ts=theirs)) == "cant_delete_message"
    assert error(app.call("chat.update", channel=DEAL, ts="1.000001", text="no")) == "message_not_found"


def test_an_update_without_blocks_leaves_the_words_alone_and_says_edited(
    sandbox: Sandbox, app: FakeApp
) -> None:
    ts = app.post("first", blocks=BUTTONS)
    app.call("chat.update", channel=DEAL, ts=ts, text="second")
    [seen] = sandbox.messages("U0BEA")
    assert seen["blocks"] is None
    assert seen["edited_ts"] is not None


def test_a_message_deleted_by_an_admin_is_gone_for_the_app(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board")
    assert app.call("pins.add", channel=DEAL, timestamp=ts)["ok"]
    sandbox.delete("U0BEA", ts)
    assert error(app.call("chat.update", channel=DEAL, ts=ts, text="again")) == "message_not_found"
    assert sandbox.state("U0BEA")["channel"]["pins"] == []


def test_a_message_with_replies_leaves_a_mark_when_it_is_deleted(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board")
    sandbox.say("U0BEA", "nice", thread_ts=ts)
    sandbox.delete("U0RAE", ts)
    [mark] = sandbox.messages("U0BEA")
    assert mark["subtype"] == "tombstone"
    assert [one["text"] for one in mark["replies"]] == ["nice"]
    answer = app.call("chat.postMessage", channel=DEAL, text="x", thread_ts=ts)
    assert error(answer) == "thread_not_found"


def test_a_reply_hangs_under_its_message_and_has_no_thread_of_its_own(sandbox: Sandbox, app: FakeApp) -> None:
    root = app.post("board")
    reply = app.post("done", thread_ts=root)
    [message] = sandbox.messages("U0BEA")
    assert [one["text"] for one in message["replies"]] == ["done"]
    answer = app.call("chat.postMessage", channel=DEAL, text="x", thread_ts=reply)
    assert error(answer) == "cannot_reply_to_message"


def test_a_message_is_pinned_once(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board")
    assert app.call("pins.add", channel=DEAL, timestamp=ts)["ok"]
    assert error(app.call("pins.add", channel=DEAL, timestamp=ts)) == "already_pinned"
    assert error(app.call("pins.add", channel=DEAL, timestamp="1.000001")) == "message_not_found"
    assert error(app.call("pins.add", channel=DEAL)) == "no_item_specified"
    assert error(app.call("pins.add", channel=DEAL, timestamp="1.1")) == "bad_timestamp"
    assert sandbox.messages("U0BEA")[0]["pinned"]
    assert app.call("pins.remove", channel=DEAL, timestamp=ts)["ok"]
    assert error(app.call("pins.remove", channel=DEAL, timestamp=ts)) == "no_pin"


def test_an_ephemeral_message_is_seen_by_one_member_and_cannot_be_updated(
    sandbox: Sandbox, app: FakeApp
) -> None:
    answer = app.call("chat.postEphemeral", channel=DEAL, user="U0BEA", text="psst")
    assert [one["ephemeral"] for one in sandbox.messages("U0BEA")] == [True]
    assert sandbox.messages("U0RAE") == []
    gone = app.call("chat.update", channel=DEAL, ts=answer["message_ts"], text="x")
    assert error(gone) == "message_not_found"
    sandbox.leave("U0OMAR")
    outside = app.call("chat.postEphemeral", channel=DEAL, user="U0OMAR", text="psst")
    assert error(outside) == "user_not_in_channel"


def test_an_ephemeral_reply_is_shown_where_a_thread_goes_on_already(sandbox: Sandbox, app: FakeApp) -> None:
    root = app.post("board")
    place = {"channel": DEAL, "user": "U0BEA", "thread_ts": root}
    for text in ("nobody sees it", "nor that"):
        assert app.call("chat.postEphemeral", **place, text=text)["message_ts"]
    assert sandbox.messages("U0BEA")[0]["replies"] == []
    reply = app.post("a word", thread_ts=root)
    app.call("chat.postEphemeral", **place, text="psst")
    assert [one["text"] for one in sandbox.messages("U0BEA")[0]["replies"]] == ["a word", "psst"]
    under_a_reply = app.call("chat.postEphemeral", **{**place, "thread_ts": reply}, text="x")
    assert error(under_a_reply) == "cannot_reply_to_message"


def test_the_app_knows_of_workspaces_it_shares_a_channel_with(
    sandbox_with: WithManifest, app: FakeApp
) -> None:
    sandbox = sandbox_with(lambda manifest: manifest["oauth_config"]["scopes"]["bot"].append("team:read"))
    sandbox.slack.world.teams["T0FAR"] = Team(id="T0FAR", name="Far", domain="far")
    assert app.call("team.info")["team"]["id"] == "T0NORTHWIND"
    assert app.call("team.info", team="T0ACME")["team"]["name"] == "Acme"
    assert error(app.call("team.info", team="T0FAR")) == "team_not_found"


def test_an_external_can_be_written_to_while_a_channel_is_shared(sandbox: Sandbox, app: FakeApp) -> None:
    assert app.call("chat.postMessage", channel="U0BEA", text="hi")["ok"]
    sandbox.leave("U0BEA")
    assert error(app.call("chat.postMessage", channel="U0BEA", text="hi")) == "channel_not_found"


def test_somebody_who_refuses_messages_gets_none(sandbox: Sandbox, app: FakeApp) -> None:
    app.post("before", channel="U0BEA")
    sandbox.refuse_dms("U0BEA")
    for place in ("U0BEA", "D0BEA"):
        assert error(app.call("chat.postMessage", channel=place, text="hi")) == "channel_not_found"
    assert error(app.call("chat.postMessage", channel="U0NOBODY", text="hi")) == "channel_not_found"
    sandbox.refuse_dms("U0BEA", on=False)
    app.post("after", channel="U0BEA")
    assert [one["text"] for one in sandbox.dms("U0BEA")] == ["before", "after"]


def test_without_a_messages_tab_nobody_gets_a_message(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox_with(lambda manifest: manifest["features"]["app_home"].update(messages_tab_enabled=False))
    assert error(app.call("chat.postMessage", channel="U0RAE", text="hi")) == "messages_tab_disabled"


def test_the_apps_messages_tab_is_read_only_without_the_history_scope(
    sandbox_with: WithManifest, app: FakeApp
) -> None:
    def open_the_tab(manifest: dict[str, Any]) -> None:
        manifest["features"]["app_home"]["messages_tab_read_only_enabled"] = False

    def and_read_it(manifest: dict[str, Any]) -> None:
        open_the_tab(manifest)
        manifest["oauth_config"]["scopes"]["bot"].append("im:history")
        manifest["settings"]["event_subscriptions"]["bot_events"].append("message.im")

    deaf = sandbox_with(open_the_tab)
    app.post("hi", channel="U0RAE")
    with pytest.raises(RefusedError):
        deaf.say("U0RAE", "hello", channel="D0RAE")
    listening = sandbox_with(and_read_it)
    app.post("hi", channel="U0RAE")
    listening.say("U0RAE", "hello", channel="D0RAE")
    assert app.last["event"]["channel_type"] == "im"
    heard = len(app.heard)
    listening.say("U0RAE", "@Tandem hello", channel="D0RAE")
    # Named in a direct message it hears of the message once, and of no mention.
    assert [one["event"]["type"] for one in app.heard[heard:]] == ["message"]


def test_members_come_in_pages_and_externals_are_among_them(sandbox: Sandbox, app: FakeApp) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        page = app.call("conversations.members", channel=DEAL, limit=4, cursor=cursor)
        found += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(found) == len(set(found)) == 11
    assert {"U0BEA", "U0RAE", "U0TANDEM"} <= set(found)
    assert error(app.call("conversations.members", channel=DEAL, cursor="nonsense")) == "invalid_cursor"
    assert error(app.call("conversations.members", channel=DEAL, limit=-1)) == "invalid_limit"


def test_slack_withholds_what_it_knows_of_externals(sandbox: Sandbox, app: FakeApp) -> None:
    bea = app.call("users.info", user="U0BEA", include_locale="true")["user"]
    rae = app.call("users.info", user="U0RAE", include_locale="true")["user"]
    assert (bea["team_id"], bea["is_stranger"]) == ("T0ACME", False)
    assert not {"tz", "tz_label", "tz_offset", "locale"} & set(bea)
    assert (rae["tz"], rae["tz_offset"]) == ("Europe/London", 3600)  # June: summer time
    assert "email" not in bea["profile"]
    assert "email" not in rae["profile"]  # users:read.email was not granted
    assert error(app.call("users.info", user="U0NOBODY")) == "user_not_found"


def test_the_list_of_users_leaves_externals_out(sandbox: Sandbox, app: FakeApp) -> None:
    ids = {one["id"] for one in app.call("users.list")["members"]}
    assert ids == {"U0RAE", "U0SAM", "U0MEI", "U0LENA", "U0GITA", "U0TANDEM"}


def test_a_shared_channel_says_so(sandbox: Sandbox, app: FakeApp) -> None:
    channel = app.call("conversations.info", channel=DEAL, include_num_members="true")["channel"]
    assert channel["is_ext_shared"] is True
    assert channel["connected_team_ids"] == ["T0ACME"]
    assert channel["num_members"] == 11
    listed = app.call("conversations.list")["channels"]
    assert [one["id"] for one in listed] == ["C0DEAL", "C0TEAM", "C0ROLLOUT"]
    assert "connected_team_ids" not in listed[0]
    assert [one["id"] for one in app.call("users.conversations")["channels"]] == ["C0DEAL", "C0ROLLOUT"]


def test_a_permalink_leads_to_the_message(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board")
    link = app.call("chat.getPermalink", channel=DEAL, message_ts=ts)["permalink"]
    assert link.endswith(f"/archives/{DEAL}/p{ts.replace('.', '')}")


def test_a_lost_message_is_found_by_its_metadata_with_the_history_scope(
    sandbox_with: WithManifest, app: FakeApp
) -> None:
    sandbox_with(lambda manifest: manifest["oauth_config"]["scopes"]["bot"].append("channels:history"))
    app.post("board", metadata={"event_type": "tandem", "event_payload": {"key": "7"}})
    with_it = app.call("conversations.history", channel=DEAL, include_all_metadata="true")
    without = app.call("conversations.history", channel=DEAL)
    assert with_it["messages"][0]["metadata"]["event_payload"] == {"key": "7"}
    assert "metadata" not in without["messages"][0]


def test_without_the_history_scope_the_app_reads_nothing(sandbox: Sandbox, app: FakeApp) -> None:
    assert error(app.call("conversations.history", channel=DEAL)) == "missing_scope"
