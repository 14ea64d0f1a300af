"""Two workspaces, one channel, an app in one of them: what each side can do and what the app is told."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.sandbox.conftest import BUTTONS, WithManifest
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import DEAL, RefusedError, Sandbox


def test_every_request_is_signed(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board", blocks=BUTTONS)
    sandbox.say("U0RAE", "/map status")
    sandbox.say("U0BEA", "@Tandem status")
    sandbox.click("U0BEA", "step.done", ts=ts)
    assert len(app.heard) == 3
    assert app.unsigned == 0


def test_the_command_exists_for_the_workspace_that_installed_the_app_only(
    sandbox: Sandbox, app: FakeApp
) -> None:
    with pytest.raises(RefusedError, match="/map is not a valid command") as refusal:
        sandbox.say("U0BEA", "/map status")
    assert refusal.value.error == "unknown_command"
    assert app.heard == []
    assert sandbox.state("U0BEA")["commands"] == []
    assert sandbox.state("U0RAE")["commands"][0]["command"] == "/map"


def test_a_command_says_where_it_was_typed_and_by_whom(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0RAE", "/map add Kick-off")
    command = app.last
    assert (command["command"], command["text"]) == ("/map", "add Kick-off")
    assert (command["team_id"], command["user_id"]) == ("T0NORTHWIND", "U0RAE")
    assert (command["channel_id"], command["channel_name"]) == (DEAL, "acme-northwind")
    assert command["is_enterprise_install"] == "false"
    assert command["trigger_id"]
    assert command["response_url"].startswith(sandbox.origin)


def test_a_payload_does_not_name_a_private_channel(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.slack.world.channels[DEAL].is_private = True
    sandbox.say("U0RAE", "/map status")
    assert app.last["channel_name"] == "privategroup"
    app.post("board", blocks=BUTTONS)
    sandbox.click("U0BEA", "step.done")
    assert app.last["channel"] == {"id": DEAL, "name": "privategroup"}


def test_the_text_of_a_command_is_escaped_and_names_become_entities(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0RAE", "/map add R&D <draft> @Bea by Friday")
    assert app.last["text"] == "add R&amp;D &lt;draft&gt; <@U0BEA|bea> by Friday"
    sandbox.say("U0RAE", "/map add Go @Omar Haddad in #sales-team")
    assert app.last["text"] == "add Go <@U0OMAR|omar> in <#C0TEAM|sales-team>"


AS_TYPED_AND_AS_HANDED_OVER = [
    ("done 4 https://x.example/a.", "done 4 <https://x.example/a>."),
    ("(https://x.example/a_(b)?c=1&d)!", "(<https://x.example/a_(b)?c=1&amp;d>)!"),
    ("*HTTPS://x.example/*, <http://x.org>", "*<HTTPS://x.example/>*, &lt;<http://x.org>&gt;"),
    (
        "see x.example, www.Acme.com/a.",
        "see <http://x.example|x.example>, <http://www.Acme.com/a|www.Acme.com/a>.",
    ),
    ("ask bea@acme.example.", "ask <mailto:bea@acme.example|bea@acme.example>."),
    ("v1.2 at 10.30, e.g. plan.txt", "v1.2 at 10.30, e.g. plan.txt"),
    ("acme.com.txt x@acme https://... ftp://x.org", "acme.com.txt x@acme https://... ftp://x.org"),
    ("`@Bea x.org` ```https://x.org\n```", "`@Bea x.org` ```https://x.org\n```"),
]


@pytest.mark.parametrize(("typed", "handed_over"), AS_TYPED_AND_AS_HANDED_OVER)
def test_links_and_addresses_are_marked_as_such(
    sandbox: Sandbox, app: FakeApp, typed: str, handed_over: str
) -> None:
    sandbox.say("U0BEA", f"@Tandem {typed}")
    assert app.last["event"]["text"] == f"<@U0TANDEM> {handed_over}"
    sandbox.say("U0RAE", f"/map {typed}")
    assert app.last["text"] == handed_over
    sandbox.say("U0RAE", f"/raw {typed}")  # without should_escape only the three characters are
    assert app.last["text"] == typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_a_command_does_not_tell_how_a_private_channel_is_called(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.slack.world.channels["C0TEAM"].is_private = True
    sandbox.say("U0RAE", "/map add Go to #sales-team")
    assert app.last["text"] == "add Go to <#C0TEAM|>"


def test_a_mention_holds_its_words_as_blocks_too(sandbox: Sandbox, app: FakeApp) -> None:
    ts = sandbox.say("U0BEA", "@Tandem see x.org & #acme-northwind, https://x.org/?a&b now")
    [block] = app.last["event"]["blocks"]
    assert block["type"] == "rich_text"
    assert block["block_id"]
    assert block["elements"] == [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "user", "user_id": "U0TANDEM"},
                {"type": "text", "text": " see "},
                {"type": "link", "url": "http://x.org", "text": "x.org"},
                {"type": "text", "text": " & "},
                {"type": "channel", "channel_id": DEAL},
                {"type": "text", "text": ", "},
                {"type": "link", "url": "https://x.org/?a&b"},
                {"type": "text", "text": " now"},
            ],
        }
    ]
    sandbox.say("U0BEA", "@Tandem again", thread_ts=ts)
    assert app.last["event"]["parent_user_id"] == "U0BEA"


def test_a_message_has_one_id_of_the_client_that_sent_it(sandbox: Sandbox, app: FakeApp) -> None:
    first = sandbox.say("U0BEA", "@Tandem status")
    sandbox.say("U0BEA", "@Tandem status", thread_ts=first)
    sent = [one["event"]["client_msg_id"] for one in app.heard]
    assert len({str(UUID(one, version=4)) for one in sent}) == 2


def test_of_an_external_a_message_says_more(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0RAE", "@Tandem status")
    assert not {"user_team", "source_team", "user_profile"} & set(app.last["event"])
    sandbox.say("U0BEA", "@Tandem status")
    said = app.last["event"]
    assert (said["user_team"], said["source_team"]) == ("T0ACME", "T0ACME")
    assert (said["user_profile"]["team"], said["user_profile"]["real_name"]) == ("T0ACME", "Bea Alvarez")


def test_without_should_escape_the_app_does_not_learn_who_was_meant(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0RAE", "/raw @Bea & co")
    assert app.last["text"] == "@Bea &amp; co"


def test_commands_do_not_work_in_threads(sandbox: Sandbox, app: FakeApp) -> None:
    root = app.post("board")
    with pytest.raises(RefusedError) as refusal:
        sandbox.say("U0RAE", "/map status", thread_ts=root)
    assert refusal.value.error == "command_in_thread"
    assert app.heard == []


def test_without_the_commands_scope_there_is_no_command(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(lambda manifest: manifest["oauth_config"]["scopes"]["bot"].remove("commands"))
    with pytest.raises(RefusedError) as refusal:
        sandbox.say("U0RAE", "/map status")
    assert refusal.value.error == "unknown_command"


def test_a_mention_of_the_app_reaches_it_from_either_side(sandbox: Sandbox, app: FakeApp) -> None:
    ts = sandbox.say("U0BEA", "@Tandem done 4 & thanks")
    body = app.last
    assert body["type"] == "event_callback"
    assert body["event"]["type"] == "app_mention"
    assert body["event"]["text"] == "<@U0TANDEM> done 4 &amp; thanks"
    assert (body["event"]["user"], body["event"]["team"]) == ("U0BEA", "T0ACME")
    assert (body["event"]["channel"], body["event"]["ts"]) == (DEAL, ts)
    assert body["authorizations"][0]["team_id"] == "T0NORTHWIND"
    assert body["team_id"] == "T0ACME"  # where it came from: not where the app is installed
    assert body["is_ext_shared_channel"] is True
    assert not {"context_team_id", "context_enterprise_id"} & set(body)
    sandbox.leave("U0OMAR")
    assert app.last["context_team_id"] == "T0ACME"  # other events have it


def test_every_event_has_an_id_of_its_own(sandbox: Sandbox, app: FakeApp) -> None:
    for _ in range(3):
        sandbox.say("U0RAE", "@Tandem status")
    assert len({one["event_id"] for one in app.heard}) == 3


def test_the_app_hears_of_nothing_but_itself(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0BEA", "Good morning @Rae, and what a tandem!")
    sandbox.say("U0RAE", "@Tandem status", channel="C0TEAM")  # it is no member there
    assert app.heard == []


def test_a_mention_typed_as_an_entity_is_only_text(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0BEA", "<@U0TANDEM> status <!channel>")
    assert app.heard == []
    assert sandbox.messages("U0RAE")[0]["text"] == "&lt;@U0TANDEM&gt; status &lt;!channel&gt;"


@pytest.mark.parametrize("lacking", ["event", "scope"])
def test_an_event_needs_a_subscription_and_its_scope(
    sandbox_with: WithManifest, app: FakeApp, lacking: str
) -> None:
    def change(manifest: dict[str, Any]) -> None:
        if lacking == "event":
            manifest["settings"]["event_subscriptions"]["bot_events"].remove("app_mention")
        else:
            manifest["oauth_config"]["scopes"]["bot"].remove("app_mentions:read")

    sandbox_with(change).say("U0RAE", "@Tandem status")
    assert app.heard == []


def test_an_event_that_fails_is_sent_again_three_times(sandbox: Sandbox, app: FakeApp) -> None:
    app.says("", 500)
    sandbox.say("U0BEA", "@Tandem status")
    assert len({one["event_id"] for one in app.heard}) == 1
    retries = [one.get("x-slack-retry-num") for one in app.headers]
    assert retries == [None, "1", "2", "3"]
    assert {one.get("x-slack-retry-reason") for one in app.headers[1:]} == {"http_error"}


def test_the_app_is_told_who_comes_and_goes(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.leave("U0BEA", "U0OMAR")
    assert (app.last["event"]["type"], app.last["event"]["user"]) == ("member_left_channel", "U0OMAR")
    sandbox.invite("U0BEA", "U0OMAR")
    joined = app.last["event"]
    assert (joined["type"], joined["user"], joined["inviter"]) == ("member_joined_channel", "U0OMAR", "U0BEA")
    assert (joined["team"], joined["channel_type"]) == ("T0ACME", "C")


def test_the_app_is_told_when_it_is_added_itself(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.invite("U0RAE", "U0TANDEM", channel="C0TEAM")
    assert (app.last["event"]["user"], app.last["event"]["channel"]) == ("U0TANDEM", "C0TEAM")
    assert app.call("chat.postMessage", channel="C0TEAM", text="hi")["ok"]


def test_an_external_who_shares_no_channel_any_more_is_a_stranger(
    sandbox_with: WithManifest, app: FakeApp
) -> None:
    sandbox = sandbox_with(lambda said: said["oauth_config"]["scopes"]["bot"].append("im:write"))
    assert app.call("chat.postMessage", channel="U0OMAR", text="hi")["ok"]
    assert app.call("users.info", user="U0OMAR")["user"]["is_stranger"] is False
    sandbox.leave("U0OMAR")
    assert app.call("users.info", user="U0OMAR")["user"]["is_stranger"] is True
    for place in ("U0OMAR", "D0OMAR"):
        assert app.call("chat.postMessage", channel=place, text="hi")["error"] == "channel_not_found"
    assert app.call("conversations.open", users="U0OMAR")["error"] == "channel_not_found"
    assert "is_stranger" not in app.call("users.info", user="U0RAE")["user"]


def test_no_group_of_both_firms_is_opened(sandbox_with: WithManifest, app: FakeApp) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["oauth_config"]["scopes"]["bot"] += ["im:write", "mpim:write"]

    sandbox_with(change)
    refused = app.call("conversations.open", users="U0RAE,U0BEA")
    assert refused["error"] == "invalid_user_combination"


def test_a_press_names_the_installing_team_and_the_clickers(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board", blocks=BUTTONS)
    sandbox.click("U0BEA", "step.done", ts=ts)
    payload = app.last
    assert payload["type"] == "block_actions"
    assert payload["team"]["id"] == "T0NORTHWIND"
    assert (payload["user"]["id"], payload["user"]["team_id"]) == ("U0BEA", "T0ACME")
    assert payload["container"]["message_ts"] == ts
    assert payload["channel"]["id"] == DEAL
    assert payload["message"]["ts"] == ts
    [action] = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("step.done", "next.4", "1:4")


def test_a_page_cannot_press_what_is_not_there(sandbox: Sandbox, app: FakeApp) -> None:
    ts = app.post("board", blocks=BUTTONS)
    place = {"person": "U0BEA", "channel": DEAL, "ts": ts, "block_id": "next.4"}
    assert sandbox.door("click", **place, action_id="step.steal")["error"] == "element_not_found"
    sandbox.door("click", **place, action_id="step.done", value="99:99")
    assert app.last["actions"][0]["value"] == "1:4"
    stray = sandbox.door("click", **place, action_id="step.more", selected_option={"value": "99:99:skip"})
    assert stray["error"] == "option_not_found"
    assert len(app.heard) == 1
    sandbox.click("U0BEA", "step.more", value="1:4:skip")
    assert app.last["actions"][0]["selected_option"]["value"] == "1:4:skip"


def test_a_submission_names_the_submitters_team_and_the_installing_one_in_the_view(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    app.post("board", blocks=BUTTONS)
    app.opens(modal)
    sandbox.click("U0BEA", "step.done")
    sandbox.submit("U0BEA", {"title": "R&D <review> @Rae"})
    payload = app.last
    assert payload["type"] == "view_submission"
    assert payload["team"]["id"] == "T0ACME"
    assert payload["view"]["team_id"] == "T0ACME"
    assert payload["view"]["app_installed_team_id"] == "T0NORTHWIND"
    assert "channel" not in payload
    # What is typed into a modal arrives as it was typed.
    assert payload["view"]["state"]["values"]["title"]["input"]["value"] == "R&D <review> @Rae"


def test_a_person_sees_whose_people_are_external_to_them(sandbox: Sandbox) -> None:
    bea, rae = sandbox.state("U0BEA"), sandbox.state("U0RAE")
    assert (bea["person"]["has_app"], rae["person"]["has_app"]) == (False, True)
    assert bea["people"]["U0RAE"]["is_external"]
    assert not rae["people"]["U0SAM"]["is_external"]
    assert [one["id"] for one in bea["channels"]] == ["C0DEAL"]


def test_the_page_names_the_channel_and_both_people_before_any_script(sandbox: Sandbox) -> None:
    html = sandbox.http.get("/").text
    for words in ("#acme-northwind", "Rae Lindqvist", "Bea Alvarez"):
        assert words in html


def test_the_sandbox_knows_nothing_of_the_app_but_http() -> None:
    for path in (Path(__file__).parents[2] / "sandbox").glob("*.py"):
        for line in path.read_text().splitlines():
            assert not line.lstrip().startswith(("from bot", "from blocks", "from plan", "from storage")), (
                path
            )
