"""A firm on Enterprise Grid, where the app is not installed, and where it is: on a workspace, or org-wide."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.world import Channel
from tests.sandbox.conftest import BUTTONS, MONDAY, PATIENT, WithManifest
from tests.sandbox.fake_app import FakeApp
from tests.sandbox.test_two_copies import HOME, TWO, as_copy, events, manifest_with
from tests.sandbox.test_web_api import error
from tests.sandboxed import WORLD, RefusedError, Sandbox

ROLLOUT = "C0ROLLOUT"


@pytest.fixture
def org(app: FakeApp, tmp_path: Path) -> Iterator[Sandbox]:
    """Globex has installed the app org-wide."""
    with Sandbox(app.url, manifest_with(tmp_path), world=TWO, start=MONDAY, **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


def named_by_enterprise(app: FakeApp, folder: Path) -> Sandbox:
    world = yaml.safe_load(WORLD.read_text())
    world["teams"][2]["named_by_enterprise"] = True
    path = folder / "world.yml"
    path.write_text(yaml.safe_dump(world))
    return Sandbox(app.url, manifest_with(folder), world=path, **PATIENT)


def test_a_user_of_an_organisation_says_so(sandbox: Sandbox, app: FakeApp) -> None:
    nils = app.call("users.info", user="W0NILS")["user"]
    assert (nils["team_id"], nils["enterprise_id"], nils["is_stranger"]) == ("T0GLOBEX", "E0GLOBEX", False)
    about = nils["enterprise_user"]
    assert (about["id"], about["enterprise_id"], about["enterprise_name"]) == ("W0NILS", "E0GLOBEX", "Globex")
    assert about["teams"] == ["T0GLOBEX"]
    assert not {"tz", "enterprise_user"} & set(app.call("users.info", user="U0BEA")["user"])


def test_what_an_external_of_an_organisation_does_names_the_other_organisation(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    sandbox.say("W0NILS", "@Tandem status", ROLLOUT)
    assert (app.last["team_id"], app.last["enterprise_id"]) == ("T0GLOBEX", "E0GLOBEX")
    assert app.last["authorizations"][0]["enterprise_id"] is None
    app.post("board", ROLLOUT, blocks=BUTTONS)
    app.opens({**modal, "notify_on_close": True})
    sandbox.click("W0NILS", "step.done", channel=ROLLOUT)
    assert (app.last["team"]["id"], app.last["enterprise"]) == ("T0NORTHWIND", None)
    assert app.last["user"]["team_id"] == "T0GLOBEX"
    app.says("")
    sandbox.close("W0NILS")
    closed = app.last
    app.opens(modal)
    sandbox.click("W0NILS", "step.done", channel=ROLLOUT)
    app.says("")
    sandbox.submit("W0NILS", {"title": "Kick-off"})
    for payload in (closed, app.last):
        assert payload["team"]["enterprise_id"] == "E0GLOBEX"
        assert payload["enterprise"] == {"id": "E0GLOBEX", "name": "Globex"}
        assert payload["view"]["app_installed_team_id"] == "T0NORTHWIND"
        assert payload["is_enterprise_install"] is False


def test_a_search_of_an_external_of_an_organisation_names_only_that(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    """https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload"""
    app.post("board", ROLLOUT, blocks=BUTTONS)
    app.opens(modal)
    for person, team in (("W0NILS", "E0GLOBEX"), ("U0INES", "T0ACME")):
        sandbox.click(person, "step.done", channel=ROLLOUT)
        sandbox.door(
            "options",
            person=person,
            view_id=sandbox.need_view(person)["id"],
            block_id="owner",
            action_id="person",
        )
        assert (app.last["type"], app.last["user"]["team_id"]) == ("block_suggestion", team)


def test_a_press_and_a_departure_may_name_the_organisation_only(app: FakeApp, tmp_path: Path) -> None:
    with named_by_enterprise(app, tmp_path) as sandbox:
        app.use(sandbox.api_url)
        app.post("board", ROLLOUT, blocks=BUTTONS)
        sandbox.click("W0NILS", "step.done", channel=ROLLOUT)
        assert app.last["user"]["team_id"] == "E0GLOBEX"
        sandbox.leave("W0YARA", channel=ROLLOUT)
        assert app.last["event"]["team"] == "E0GLOBEX"
        assert (app.last["team_id"], app.last["enterprise_id"]) == ("T0GLOBEX", "E0GLOBEX")
        sandbox.invite("W0NILS", "W0YARA", ROLLOUT)
        assert app.last["event"]["team"] == "T0GLOBEX"


def test_a_view_may_not_say_whose_installation_it_is(
    sandbox: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    sandbox.name_installation_in_views(on=False)
    app.post("board", blocks=BUTTONS)
    app.opens(modal)
    sandbox.click("U0BEA", "step.done")
    app.says("")
    sandbox.submit("U0BEA", {"title": "Kick-off"})
    assert "app_installed_team_id" not in app.last["view"]
    assert app.last["team"]["id"] == "T0ACME"


def test_at_home_with_an_org_wide_copy_no_workspace_is_named(
    org: Sandbox, app: FakeApp, modal: dict[str, Any]
) -> None:
    organisation = {"id": "E0GLOBEX", "name": "Globex"}
    posted = as_copy(org, "E0GLOBEX")("chat.postMessage", channel=ROLLOUT, text="board", blocks=BUTTONS)
    org.click("W0NILS", "step.done", ts=posted["ts"], channel=ROLLOUT)
    pressed = app.last
    assert (pressed["team"], pressed["enterprise"]) == (None, organisation)
    assert (pressed["is_enterprise_install"], pressed["user"]["team_id"]) == (True, "T0GLOBEX")
    view = as_copy(org, "E0GLOBEX")("views.open", trigger_id=pressed["trigger_id"], view=modal)["view"]
    assert view["app_installed_team_id"] == "E0GLOBEX"
    org.submit("W0NILS", {"title": "Kick-off"})
    assert (app.last["team"], app.last["enterprise"]) == (None, organisation)
    assert app.last["view"]["team_id"] == "T0GLOBEX"
    org.click("U0RAVI", "step.done", ts=posted["ts"], channel=ROLLOUT)
    assert (app.last["team"], app.last["user"]["team_id"]) == (None, "T0ACME")
    org.say("W0NILS", "/map status", ROLLOUT)
    form = app.last
    assert (form["team_id"], form["enterprise_id"], form["is_enterprise_install"]) == (
        *("T0GLOBEX", "E0GLOBEX", "true"),
    )


def test_an_event_that_an_org_wide_copy_hears_is_authorized_by_the_organisation(
    org: Sandbox, app: FakeApp
) -> None:
    org.say("U0RAVI", "@Tandem hi", ROLLOUT)
    [authorization] = app.last["authorizations"]
    assert (authorization["enterprise_id"], authorization["team_id"]) == ("E0GLOBEX", None)
    assert (authorization["user_id"], authorization["is_enterprise_install"]) == ("W0TANDEMGLOBEX", True)
    assert as_copy(org, "E0GLOBEX")("views.publish", user_id="W0NILS", view=HOME)["ok"]
    org.open_home("W0NILS")
    assert (app.last["team_id"], app.last["enterprise_id"]) == ("T0GLOBEX", "E0GLOBEX")
    assert app.last["authorizations"][0]["team_id"] is None
    assert app.last["event"]["view"]["app_installed_team_id"] == "E0GLOBEX"


def test_an_org_wide_copy_is_on_the_workspaces_it_was_put_on(org: Sandbox, app: FakeApp) -> None:
    call = as_copy(org, "E0GLOBEX")
    assert call("auth.teams.list")["teams"] == [{"id": "T0GLOBEX", "name": "Globex Delivery"}]
    assert org.state("W0KOFI", "")["person"]["has_app"] is False
    org.team_access("E0GLOBEX", "T0GLOBEXLAB")
    granted = app.last
    assert (granted["event"]["type"], granted["event"]["team_ids"]) == (
        "team_access_granted",
        ["T0GLOBEXLAB"],
    )
    assert (granted["team_id"], granted["enterprise_id"]) == (None, "E0GLOBEX")
    assert [one["id"] for one in call("auth.teams.list")["teams"]] == ["T0GLOBEX", "T0GLOBEXLAB"]
    assert org.state("W0KOFI", "")["person"]["has_app"] is True
    org.team_access("E0GLOBEX", "T0GLOBEX", on=False)
    assert app.last["event"]["type"] == "team_access_revoked"
    with pytest.raises(RefusedError, match="not a valid command"):
        org.say("W0NILS", "/map status", ROLLOUT)
    with pytest.raises(RefusedError, match="already"):
        org.install("T0GLOBEXLAB")


def test_a_list_of_an_organisations_people_needs_a_workspace(org: Sandbox) -> None:
    call = as_copy(org, "E0GLOBEX")
    assert error(call("users.list")) == "missing_argument"
    ids = {one["id"] for one in call("users.list", team_id="T0GLOBEX")["members"]}
    assert ids == {"W0NILS", "W0YARA", "W0TANDEMGLOBEX"}
    assert call("users.info", user="W0KOFI")["user"]["tz"] == "Africa/Accra"  # of the same organisation


def test_a_workspace_of_an_organisation_says_so(org: Sandbox) -> None:
    team = as_copy(org, "E0GLOBEX")("team.info", team="T0GLOBEX")["team"]
    assert (team["enterprise_id"], team["enterprise_name"]) == ("E0GLOBEX", "Globex")


def test_an_org_wide_copy_is_uninstalled_as_one(org: Sandbox, app: FakeApp) -> None:
    org.uninstall("E0GLOBEX")
    for body in events(app):
        assert (body["team_id"], body["enterprise_id"]) == (None, "E0GLOBEX")
    assert error(as_copy(org, "E0GLOBEX")("auth.test")) == "account_inactive"


def test_a_copy_of_one_workspace_of_an_organisation(sandbox_with: WithManifest, app: FakeApp) -> None:
    sandbox = sandbox_with(lambda _manifest: None)
    sandbox.install("T0GLOBEX")
    who = as_copy(sandbox, "T0GLOBEX")("auth.test")
    assert (who["team_id"], who["enterprise_id"], who["is_enterprise_install"]) == (
        *("T0GLOBEX", "E0GLOBEX", False),
    )
    sandbox.say("W0NILS", "/invite @Tandem", ROLLOUT)
    authorization = app.last["authorizations"][0]
    assert (authorization["team_id"], authorization["enterprise_id"]) == ("T0GLOBEX", "E0GLOBEX")
    assert authorization["is_enterprise_install"] is False


def test_an_org_wide_copy_can_nothing_where_it_was_taken_off(org: Sandbox, app: FakeApp) -> None:
    call = as_copy(org, "E0GLOBEX")
    ts = call("chat.postMessage", channel=ROLLOUT, text="board")["ts"]
    assert call("chat.postMessage", channel="W0NILS", text="hi")["ok"]
    org.team_access("E0GLOBEX", "T0GLOBEX", on=False)
    refused = "team_access_not_granted"
    assert error(call("chat.postMessage", channel=ROLLOUT, text="hi")) == refused
    assert error(call("chat.update", channel=ROLLOUT, ts=ts, text="board 2")) == refused
    assert error(call("conversations.info", channel=ROLLOUT)) == refused
    assert error(call("chat.postMessage", channel="W0NILS", text="hi")) == refused
    assert error(call("conversations.open", users="W0NILS")) == refused
    assert call("chat.postMessage", channel="U0RAVI", text="hi")["ok"]  # an external, of a channel they share
    org.say("U0RAVI", "@Tandem hi", ROLLOUT)
    assert app.last["authorizations"][0]["team_id"] == "T0ACME"  # it joined before, and is there
    org.team_access("E0GLOBEX", "T0GLOBEX")
    assert call("chat.update", channel=ROLLOUT, ts=ts, text="board 2")["ok"]


def test_a_copy_of_an_organisation_sees_the_channels_of_its_workspaces_only(org: Sandbox) -> None:
    world = org.slack.world
    lab = Channel("C0LAB", "lab", ["T0GLOBEXLAB"], ["W0KOFI"])
    with world.changing():
        world.keep_channel(lab)
    call = as_copy(org, "E0GLOBEX")
    assert error(call("conversations.info", channel="C0LAB")) == "channel_not_found"
    assert "C0LAB" not in [one["id"] for one in call("conversations.list")["channels"]]
    org.team_access("E0GLOBEX", "T0GLOBEXLAB")
    assert call("conversations.info", channel="C0LAB")["channel"]["is_member"] is False
