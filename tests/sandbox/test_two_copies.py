"""The app installed twice, and a third time org-wide: each copy with a token and a bot user of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.sandbox.conftest import BUTTONS, MANIFEST, MONDAY, PATIENT
from tests.sandbox.fake_app import FakeApp
from tests.sandbox.test_web_api import error
from tests.sandboxed import DEAL, WORLD, RefusedError, Sandbox

TWO = WORLD.parent / "worlds" / "two_copies.yml"
EVENTS = [
    "app_home_opened",
    "app_uninstalled",
    "tokens_revoked",
    "team_access_granted",
    "team_access_revoked",
]
HOME = {"type": "home", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "x"}}]}
As = Callable[..., dict[str, Any]]


def manifest_with(folder: Path, *, scopes: tuple[str, ...] = (), events: tuple[str, ...] = ()) -> Path:
    said = yaml.safe_load(MANIFEST.read_text())
    said["features"]["app_home"]["home_tab_enabled"] = True
    said["oauth_config"]["scopes"]["bot"] += ["team:read", "im:write", *scopes]
    said["settings"]["event_subscriptions"]["bot_events"] += [*EVENTS, *events]
    path = folder / "manifest.yml"
    path.write_text(yaml.safe_dump(said))
    return path


@pytest.fixture
def two(app: FakeApp, tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(app.url, manifest_with(tmp_path), world=TWO, start=MONDAY, **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


def as_copy(sandbox: Sandbox, team: str) -> As:
    """Web API calls with the token of the copy installed there."""

    def call(method: str, **given: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {sandbox.token(team)}"}
        answer: dict[str, Any] = httpx.post(
            f"{sandbox.api_url}{method}", json=given, headers=headers, trust_env=False
        ).json()
        return answer

    return call


def events(app: FakeApp) -> list[dict[str, Any]]:
    return [one for one in app.heard if one.get("type") == "event_callback"]


def test_a_token_says_whose_copy_calls(two: Sandbox) -> None:
    northwind, acme = as_copy(two, "T0NORTHWIND")("auth.test"), as_copy(two, "T0ACME")("auth.test")
    assert (northwind["team_id"], northwind["user_id"]) == ("T0NORTHWIND", "U0TANDEM")
    assert (acme["team_id"], acme["user_id"], acme["bot_id"]) == ("T0ACME", "U0TANDEMACME", "B0TANDEMACME")
    globex = as_copy(two, "E0GLOBEX")("auth.test")
    assert (globex["team_id"], globex["enterprise_id"]) == ("E0GLOBEX", "E0GLOBEX")
    assert globex["is_enterprise_install"] is True


def test_each_copy_has_its_own_people_and_channels(two: Sandbox) -> None:
    northwind, acme = as_copy(two, "T0NORTHWIND"), as_copy(two, "T0ACME")
    assert {one["id"] for one in acme("users.list")["members"]} == {
        *("U0BEA", "U0RAVI", "U0OMAR", "U0TANDEMACME"),
    }
    for call, stranger in ((northwind, "U0BEA"), (acme, "U0RAE")):
        assert "tz" not in call("users.info", user=stranger)["user"]
    assert acme("users.info", user="U0BEA")["user"]["tz"] == "America/New_York"
    assert error(acme("chat.postMessage", channel="C0TEAM", text="hi")) == "channel_not_found"
    assert error(northwind("chat.postMessage", channel="C0BUYERS", text="hi")) == "channel_not_found"
    assert error(acme("chat.postMessage", channel="C0BUYERS", text="hi")) == "not_in_channel"
    assert acme("conversations.info", channel=DEAL)["channel"]["connected_team_ids"] == ["T0NORTHWIND"]
    assert acme("team.info")["team"]["id"] == "T0ACME"


def test_a_person_has_a_dm_with_each_copy(two: Sandbox) -> None:
    first = as_copy(two, "T0NORTHWIND")("chat.postMessage", channel="U0BEA", text="from Northwind")
    second = as_copy(two, "T0ACME")("chat.postMessage", channel="U0BEA", text="from Acme")
    assert (first["channel"], second["channel"]) == ("D0BEA", "D0BEA0TANDEMACME")
    assert [one["text"] for one in two.dms("U0BEA")] == ["from Northwind"]
    assert [one["text"] for one in two.dms("U0BEA", "T0ACME")] == ["from Acme"]
    stray = as_copy(two, "T0NORTHWIND")("chat.postMessage", channel=second["channel"], text="hi")
    assert error(stray) == "channel_not_found"
    opened = as_copy(two, "T0ACME")("conversations.open", users="U0BEA")
    assert (opened["channel"]["id"], opened["already_open"]) == ("D0BEA0TANDEMACME", True)


def test_only_the_copy_that_wrote_a_message_changes_it(two: Sandbox) -> None:
    northwind, acme = as_copy(two, "T0NORTHWIND"), as_copy(two, "T0ACME")
    posted = northwind("chat.postMessage", channel=DEAL, text="board")
    message = posted["message"]
    assert (message["user"], message["bot_id"]) == ("U0TANDEM", "B0TANDEM")
    assert message["bot_profile"]["app_id"] == "A0TANDEM"
    assert error(acme("chat.update", channel=DEAL, ts=posted["ts"], text="mine")) == "cant_update_message"
    assert error(acme("chat.delete", channel=DEAL, ts=posted["ts"])) == "cant_delete_message"
    assert northwind("chat.update", channel=DEAL, ts=posted["ts"], text="board 2")["ok"]
    assert acme("pins.add", channel=DEAL, timestamp=posted["ts"])["ok"]
    mine = acme("chat.postMessage", channel=DEAL, text="mine")["message"]
    assert (mine["user"], mine["team"], mine["bot_profile"]["team_id"]) == ("U0TANDEMACME", *["T0ACME"] * 2)


def test_a_command_belongs_to_the_workspace_it_is_typed_in(two: Sandbox, app: FakeApp) -> None:
    for person, team in (("U0RAE", "T0NORTHWIND"), ("U0BEA", "T0ACME")):
        two.say(person, "/map status @Tandem")
        assert (app.last["team_id"], app.last["user_id"]) == (team, person)
    assert app.last["text"] == "status <@U0TANDEMACME|tandem>"
    two.uninstall("T0ACME")
    with pytest.raises(RefusedError, match="/map is not a valid command"):
        two.say("U0BEA", "/map status")
    assert two.state("U0BEA")["commands"] == []


def test_one_event_for_both_copies_and_it_is_the_last_joiners(two: Sandbox, app: FakeApp) -> None:
    for text in ("@Tandem done 4", "@Tandem (Northwind) and @Tandem (Acme)"):
        two.say("U0RAE", text)
    assert len(events(app)) == 2
    first, both = events(app)
    assert first["event"]["text"] == "<@U0TANDEM> done 4"  # Northwind's copy was mentioned
    assert both["event"]["text"] == "<@U0TANDEM> and <@U0TANDEMACME>"
    for body in (first, both):
        [authorization] = body["authorizations"]
        assert (authorization["team_id"], authorization["user_id"]) == ("T0ACME", "U0TANDEMACME")
        assert (body["team_id"], body["event"]["user"]) == ("T0NORTHWIND", "U0RAE")
    two.leave("U0BEA", "U0TANDEM")
    two.say("U0RAE", "/invite @Tandem")
    two.say("U0BEA", "@Tandem hi")
    assert app.last["event"]["text"] == "<@U0TANDEMACME> hi"
    assert app.last["authorizations"][0]["team_id"] == "T0NORTHWIND"  # who has joined again is the last


def test_whoever_invites_gets_the_copy_of_their_own_workspace(two: Sandbox, app: FakeApp) -> None:
    two.leave("U0RAE", "U0TANDEM")
    two.leave("U0BEA", "U0TANDEMACME")
    left = [one["event"] for one in events(app)]
    assert [one["user"] for one in left] == ["U0TANDEM", "U0TANDEMACME"]
    two.say("U0BEA", "@Tandem status")  # nobody is there to hear it
    two.say("U0BEA", "/invite @Tandem")
    joined = app.last["event"]
    assert (joined["user"], joined["inviter"], joined["team"]) == ("U0TANDEMACME", "U0BEA", "T0ACME")
    two.say("U0RAE", "/invite @Tandem")
    assert app.last["event"]["user"] == "U0TANDEM"
    assert len(events(app)) == 4


def test_a_press_names_the_workspace_of_the_copy_that_posted(
    two: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    for team in ("T0NORTHWIND", "T0ACME"):
        ts = as_copy(two, team)("chat.postMessage", channel=DEAL, text="board", blocks=BUTTONS)["ts"]
        two.click("U0BEA", "step.done", ts=ts)
        assert (app.last["team"]["id"], app.last["user"]["team_id"]) == (team, "T0ACME")
    trigger = app.last["trigger_id"]  # of Acme's copy
    assert error(as_copy(two, "T0NORTHWIND")("views.open", trigger_id=trigger, view=modal)) == (
        "invalid_trigger_id"
    )
    opened = as_copy(two, "T0ACME")("views.open", trigger_id=trigger, view=modal)
    assert opened["view"]["app_installed_team_id"] == "T0ACME"
    update = {"view_id": opened["view"]["id"], "view": modal}
    assert error(as_copy(two, "T0NORTHWIND")("views.update", **update)) == "not_found"
    two.submit("U0BEA", {"title": "Kick-off"})
    assert app.last["view"]["app_installed_team_id"] == "T0ACME"
    assert app.last["view"]["bot_id"] == "B0TANDEMACME"


def test_an_answer_to_a_response_url_comes_from_the_copy_that_was_pressed(two: Sandbox, app: FakeApp) -> None:
    two.say("U0BEA", "/map status")
    httpx.post(app.last["response_url"], json={"text": "hi", "response_type": "in_channel"}, trust_env=False)
    assert two.messages("U0RAE")[-1]["user"] == "U0TANDEMACME"


def test_each_workspace_has_its_own_home(two: Sandbox, app: FakeApp) -> None:
    for team in ("T0NORTHWIND", "T0ACME"):
        assert as_copy(two, team)("views.publish", user_id="U0BEA", view=HOME)["ok"]
    assert as_copy(two, "T0ACME")("views.publish", user_id="U0BEA", view=HOME)["ok"]
    two.open_home("U0BEA")
    body = app.last
    assert (body["event"]["type"], body["event"]["channel"]) == ("app_home_opened", "D0BEA0TANDEMACME")
    assert body["authorizations"][0]["team_id"] == "T0ACME"
    assert body["event"]["view"]["app_installed_team_id"] == "T0ACME"


def test_one_copy_that_mentions_the_other_is_heard(two: Sandbox, app: FakeApp) -> None:
    as_copy(two, "T0NORTHWIND")("chat.postMessage", channel=DEAL, text="<@U0TANDEMACME> done 4")
    as_copy(two, "T0NORTHWIND")("chat.postMessage", channel=DEAL, text="<@U0TANDEM> me")
    two.settle()
    [mention] = events(app)
    said = mention["event"]
    assert (said["type"], said["bot_id"], said["app_id"]) == ("app_mention", "B0TANDEM", "A0TANDEM")
    assert said["bot_profile"]["app_id"] == "A0TANDEM"
    assert (said["user"], mention["team_id"]) == ("U0TANDEM", "T0NORTHWIND")
    assert mention["authorizations"][0]["user_id"] == "U0TANDEMACME"


def test_the_limits_of_one_copy_are_not_those_of_the_other(app: FakeApp) -> None:
    with Sandbox(app.url, MANIFEST, world=TWO, wall=lambda: 100.0) as sandbox:
        for _ in range(20):
            assert as_copy(sandbox, "T0NORTHWIND")("users.list")["ok"]
        assert error(as_copy(sandbox, "T0NORTHWIND")("users.list")) == "ratelimited"
        assert as_copy(sandbox, "T0ACME")("users.list")["ok"]
        for _ in range(6):
            as_copy(sandbox, "T0ACME")("chat.postMessage", channel="U0BEA", text="x")
        by_id = as_copy(sandbox, "T0ACME")("chat.postMessage", channel="D0BEA0TANDEMACME", text="x")
        assert error(by_id) == "ratelimited"


def test_an_uninstalled_copy_can_nothing_and_the_app_is_told(two: Sandbox, app: FakeApp) -> None:
    call = as_copy(two, "T0ACME")
    ts = call("chat.postMessage", channel=DEAL, text="board", blocks=BUTTONS)["ts"]
    assert call("views.publish", user_id="U0BEA", view=HOME)["ok"]
    assert two.home("U0BEA") is not None
    two.uninstall("T0ACME")
    assert two.home("U0BEA") is None
    for method in ("auth.test", "chat.postMessage", "views.open"):
        assert error(call(method)) == "account_inactive"
    revoked, uninstalled = events(app)
    assert revoked["event"]["tokens"] == {"oauth": [], "bot": ["U0TANDEMACME"]}
    assert (uninstalled["event"]["type"], uninstalled["team_id"]) == ("app_uninstalled", "T0ACME")
    assert "authorizations" not in uninstalled
    assert "U0TANDEMACME" not in as_copy(two, "T0NORTHWIND")("conversations.members", channel=DEAL)["members"]
    with pytest.raises(RefusedError, match="not installed any more"):
        two.click("U0BEA", "step.done", ts=ts)
    two.say("U0RAE", "@Tandem hi")
    assert app.last["authorizations"][0]["team_id"] == "T0NORTHWIND"  # the other one goes on
    with pytest.raises(RefusedError, match="not installed"):
        two.uninstall("T0ACME")


def test_an_uninstalled_copy_answers_nothing_that_was_asked_before(two: Sandbox, app: FakeApp) -> None:
    two.say("U0BEA", "/map status")
    address = app.last["response_url"]
    two.uninstall("T0ACME")
    answer = httpx.post(address, json={"text": "hi", "response_type": "in_channel"}, trust_env=False)
    assert (answer.status_code, answer.json()["error"]) == (404, "no_service")
    assert two.messages("U0RAE") == []


def test_a_copy_installed_later_is_like_one_from_the_start(sandbox: Sandbox, app: FakeApp) -> None:
    with pytest.raises(RefusedError, match="not a valid command"):
        sandbox.say("U0BEA", "/map status")
    token = sandbox.install("T0ACME")
    assert (token, sandbox.copy("T0ACME").user_id) == ("xoxb-sandbox-acme", "U0TANDEMACME")
    sandbox.say("U0BEA", "/map status")
    assert app.last["team_id"] == "T0ACME"
    sandbox.say("U0BEA", "/invite @Tandem")
    assert as_copy(sandbox, "T0ACME")("chat.postMessage", channel=DEAL, text="hi")["ok"]
    sandbox.uninstall("T0ACME")
    again = sandbox.install("T0ACME")
    assert again != token
    assert as_copy(sandbox, "T0ACME")("auth.test")["user_id"] == "U0TANDEMACME"
    assert error(as_copy(sandbox, "T0ACME")("chat.postMessage", channel=DEAL, text="hi")) == "not_in_channel"


def test_what_is_installed_is_remembered(app: FakeApp, tmp_path: Path) -> None:
    with Sandbox(app.url, MANIFEST, world=TWO, state=tmp_path) as first:
        first.uninstall("T0ACME")
    with Sandbox(app.url, MANIFEST, world=TWO, state=tmp_path) as again:
        assert error(as_copy(again, "T0ACME")("auth.test")) == "account_inactive"
        assert list(again.slack.world.copies) == ["U0TANDEM", "U0TANDEMACME", "W0TANDEMGLOBEX"]
