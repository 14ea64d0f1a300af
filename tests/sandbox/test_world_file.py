"""A world from one file: of any size, and with every wrong row named."""

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.cast import CastError, read_cast
from tests.sandbox.conftest import BUTTONS, MANIFEST, MONDAY, PATIENT
from tests.sandbox.fake_app import FakeApp
from tests.sandbox.test_web_api import error
from tests.sandboxed import WORLD, RefusedError, Sandbox

World = dict[str, Any]
FIRMS = ("NORTHWIND", "ACME", "GLOBEX", "INITECH")


def person(firm: str, number: int, **more: Any) -> World:
    return {
        "id": f"U{firm}{number}",
        "name": f"{firm.title()} Person{number}",
        "handle": f"{firm.lower()}{number}",
        "title": "Buyer",
        "team_id": f"T{firm}",
        "tz": "Europe/London",
        "email": f"p{number}@{firm.lower()}.example",
        **more,
    }


@pytest.fixture
def large() -> World:
    """Four firms of fifteen people; twelve channels, each of the seller's with one or more of the others."""
    people = [person(firm, number) for firm in FIRMS for number in range(15)]
    people[13] |= {"is_restricted": True}
    people[14] |= {"deleted": True}
    people[29] |= {"is_restricted": True, "is_ultra_restricted": True}
    channels = []
    for number in range(12):
        firms = ["NORTHWIND", *(firm for place, firm in enumerate(FIRMS[1:]) if number % 3 == place)]
        firms = list(FIRMS) if number == 11 else firms
        members = [f"U{firm}{one}" for firm in firms for one in range(13)]
        members += ["U0TANDEM"] if number != 10 else []
        members += ["UACME14"] if number == 0 else []
        channels.append(
            {
                "id": f"C{number}DEAL",
                "name": f"deal-{number}",
                "team_ids": [f"T{one}" for one in firms],
                "member_ids": members,
            }
        )
    return {
        "app": {"id": "A0TANDEM", "user_id": "U0TANDEM", "bot_id": "B0TANDEM", "team_id": "TNORTHWIND"},
        "teams": [{"id": f"T{one}", "name": one.title(), "domain": one.lower()} for one in FIRMS],
        "people": people,
        "channels": channels,
        "panes": ["UNORTHWIND0", "UACME0"],
    }


def written(world: World, folder: Path) -> Path:
    path = folder / "world.yml"
    path.write_text(yaml.safe_dump(world))
    return path


@pytest.fixture
def big(large: World, app: FakeApp, tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(app.url, MANIFEST, world=written(large, tmp_path), start=MONDAY) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


def test_four_workspaces_sixty_people_twelve_channels(big: Sandbox, app: FakeApp) -> None:
    world = big.slack.world
    assert (len(world.teams), len(world.people), len(world.channels)) == (4, 60, 12)
    listed = app.call("conversations.list", limit=5)
    assert len(listed["channels"]) == 5
    assert len(app.call("users.conversations")["channels"]) == 11
    assert len(app.call("users.list")["members"]) == 16  # fifteen of the installing workspace, and the app
    everybody = app.call("conversations.members", channel="C11DEAL", limit=200)["members"]
    assert len(everybody) == 4 * 13 + 1
    shared = app.call("conversations.info", channel="C11DEAL")["channel"]
    assert shared["connected_team_ids"] == ["TACME", "TGLOBEX", "TINITECH"]
    assert error(app.call("chat.postMessage", channel="C10DEAL", text="hi")) == "not_in_channel"


def test_people_of_every_firm_speak_and_are_heard(big: Sandbox, app: FakeApp) -> None:
    for firm in FIRMS:
        big.say(f"U{firm}3", "@Tandem status", channel="C11DEAL")
        assert app.last["event"]["user"] == f"U{firm}3"
        assert app.last["event"]["team"] == f"T{firm}"
        assert app.last["authorizations"][0]["team_id"] == "TNORTHWIND"
    assert len(big.state("UGLOBEX3", "C11DEAL")["people"]) == 61
    with pytest.raises(RefusedError, match="not in this conversation"):
        big.say("UGLOBEX3", "hello", channel="C0DEAL")


def test_guests_and_the_deactivated_are_who_slack_says_they_are(big: Sandbox, app: FakeApp) -> None:
    guest = app.call("users.info", user="UNORTHWIND13")["user"]
    assert (guest["is_restricted"], guest["is_ultra_restricted"], guest["deleted"]) == (True, False, False)
    assert app.call("users.info", user="UACME14")["user"]["is_ultra_restricted"] is True
    assert app.call("users.info", user="UNORTHWIND14")["user"]["deleted"] is True
    assert error(app.call("chat.postMessage", channel="UNORTHWIND14", text="hi")) == "channel_not_found"
    for refused in (
        lambda: big.invite("UNORTHWIND0", "UNORTHWIND14", channel="C0DEAL"),
        lambda: big.invite("UACME0", "UACME14", channel="C3DEAL"),  # a guest of one channel has one
        lambda: big.say("UNORTHWIND14", "hello", channel="C0DEAL"),
    ):
        with pytest.raises(RefusedError, match=r"deactivated|guest of one channel"):
            refused()


def test_a_deactivated_person_has_no_dm(app: FakeApp, large: World, tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST.read_text().replace("[app_mentions:read", "[im:write, app_mentions:read"))
    with Sandbox(app.url, manifest, world=written(large, tmp_path)) as sandbox:
        app.use(sandbox.api_url)
        assert error(app.call("conversations.open", users="UNORTHWIND14")) == "user_disabled"
        assert error(app.call("conversations.open", users="U0NOBODY")) == "user_not_found"
        assert app.call("conversations.open", users="UNORTHWIND13")["channel"]["id"] == "DNORTHWIND13"


def test_one_workspace_is_a_world_too(tmp_path: Path) -> None:
    world = {
        "app": {"id": "A0TANDEM", "user_id": "U0TANDEM", "bot_id": "B0TANDEM", "team_id": "TACME"},
        "teams": [{"id": "TACME", "name": "Acme", "domain": "acme"}],
        "people": [person("ACME", 0), person("ACME", 1)],
        "channels": [{"id": "C0", "name": "one", "team_ids": ["TACME"], "member_ids": ["UACME0"]}],
        "panes": ["UACME0", "UACME1"],
    }
    assert len(read_cast(written(world, tmp_path)).people) == 2


@pytest.fixture
def grid(large: World, app: FakeApp, tmp_path: Path) -> Iterator[Sandbox]:
    """Acme is on Enterprise Grid, and the first of its people has an id of that kind."""
    large["teams"][1] |= {"enterprise_id": "E0ACME", "enterprise_name": "Acme Group"}
    large["people"][15]["id"] = "W0BUYER"
    large["channels"][0]["member_ids"].append("W0BUYER")
    large["panes"][1] = "W0BUYER"
    for place in large["channels"]:
        place["member_ids"] = [one for one in place["member_ids"] if one != "UACME0"]
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST.read_text().replace("[app_mentions:read", "[im:write, app_mentions:read"))
    with Sandbox(app.url, manifest, world=written(large, tmp_path), start=MONDAY, **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


def test_somebody_on_enterprise_grid_speaks_and_is_spoken_to(grid: Sandbox, app: FakeApp) -> None:
    grid.say("W0BUYER", "@Tandem done 4", channel="C0DEAL")
    assert (app.last["event"]["user"], app.last["event"]["user_team"]) == ("W0BUYER", "TACME")
    assert (app.last["team_id"], app.last["enterprise_id"]) == ("TACME", "E0ACME")
    grid.say("UNORTHWIND0", "/map owner 4 @acme0", channel="C0DEAL")
    assert app.last["text"] == "owner 4 <@W0BUYER|acme0>"
    assert app.call("users.info", user="W0BUYER")["user"]["team_id"] == "TACME"
    assert app.call("chat.postMessage", channel="W0BUYER", text="hi")["channel"] == "D0BUYER"
    assert app.call("conversations.open", users="W0BUYER")["channel"]["id"] == "D0BUYER"
    assert [one["text"] for one in grid.dms("W0BUYER")] == ["hi"]


def test_what_somebody_on_enterprise_grid_presses_names_their_organisation(
    grid: Sandbox, app: FakeApp, modal: World
) -> None:
    app.post("board", blocks=BUTTONS)
    app.opens(modal)
    grid.click("W0BUYER", "step.done")
    # On a message `team` is the app's, which is in no organisation.
    assert (app.last["team"]["id"], app.last["enterprise"]) == ("TNORTHWIND", None)
    app.says({"options": []})
    grid.options("W0BUYER", "owner")
    assert app.last["user"]["team_id"] == "E0ACME"
    app.says("")
    grid.submit("W0BUYER", {"title": "Kick-off"})
    organisation = {"enterprise_id": "E0ACME", "enterprise_name": "Acme Group"}
    assert app.last["team"] == {"id": "TACME", "domain": "acme", **organisation}
    assert app.last["enterprise"] == {"id": "E0ACME", "name": "Acme Group"}
    assert app.last["user"]["team_id"] == "TACME"
    assert app.last["view"]["app_installed_team_id"] == "TNORTHWIND"


def test_a_channels_name_is_its_workspaces_own(large: World, app: FakeApp, tmp_path: Path) -> None:
    for firm in ("NORTHWIND", "ACME"):
        members = [f"U{firm}0", *(["U0TANDEM"] if firm == "NORTHWIND" else [])]
        channel = {"id": f"C{firm}", "name": "team", "team_ids": [f"T{firm}"], "member_ids": members}
        large["channels"].append(channel)
    with Sandbox(app.url, MANIFEST, world=written(large, tmp_path), **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        for firm in ("NORTHWIND", "ACME"):
            sandbox.say(f"U{firm}0", "@Tandem go to #team", channel="C0DEAL")
            assert app.last["event"]["text"] == f"<@U0TANDEM> go to <#C{firm}>"
        sandbox.say("UNORTHWIND0", "/map note 4 #team", channel="C0DEAL")
        assert app.last["text"] == "note 4 <#CNORTHWIND|team>"


def test_a_channel_may_begin_archived(large: World, app: FakeApp, tmp_path: Path) -> None:
    large["channels"][0]["is_archived"] = True
    with Sandbox(app.url, MANIFEST, world=written(large, tmp_path), **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        assert app.call("conversations.info", channel="C0DEAL")["channel"]["is_archived"] is True
        assert error(app.call("chat.postMessage", channel="C0DEAL", text="hi")) == "is_archived"
        sandbox.archive("UACME0", "C0DEAL", on=False)
        assert app.call("chat.postMessage", channel="C0DEAL", text="hi")["ok"]


def edit(row: str, **changes: Any) -> Callable[[World], None]:
    kind, _, place = row.partition(".")

    def change(world: World) -> None:
        (world[kind][int(place)] if place else world[kind]).update(changes)

    return change


WRONG: list[tuple[Callable[[World], None], str]] = [
    (edit("teams.3", id="TACME"), "teams.3 (TACME): the id TACME is taken by teams.1 (TACME)"),
    (edit("teams.3", domain="acme"), "teams.3 (TINITECH): the domain acme is taken by teams.1 (TACME)"),
    (edit("people.7", id="UNORTHWIND2"), "people.7 (UNORTHWIND2): the id UNORTHWIND2 is taken by people.2"),
    (edit("people.7", id="U0TANDEM"), "people.7 (U0TANDEM): the id U0TANDEM is taken by app"),
    (edit("people.7", handle="northwind1"), "people.7 (UNORTHWIND7): the handle in TNORTHWIND northwind1"),
    (edit("channels.5", id="C1DEAL"), "channels.5 (C1DEAL): the id C1DEAL is taken by channels.1 (C1DEAL)"),
    (
        edit("channels.5", name="deal-1"),
        "channels.5 (C5DEAL): the name in TNORTHWIND deal-1 is taken by channels.1 (C1DEAL)",
    ),
    (
        edit("people.7", id="WNORTHWIND2"),
        "people.7 (WNORTHWIND2): the conversation with the app DNORTHWIND2 is taken by people.2",
    ),
    (
        edit("installations.0", team_id="TNORTHWIND"),
        "installations.0 (U0OTHER): the copy of the app in TNORTHWIND is taken by app",
    ),
    (
        edit("installations.0", token="xoxb-sandbox-northwind"),
        "installations.0 (U0OTHER): the token xoxb-sandbox-northwind is taken by app",
    ),
    (
        edit("installations.0", team_id="TNOWHERE"),
        "installations.0 (U0OTHER): there is no workspace TNOWHERE",
    ),
    (
        edit("installations.0", is_enterprise_install=True),
        "installations.0 (U0OTHER): it is of one workspace (team_id), or org-wide with an enterprise_id",
    ),
    (
        edit("installations.0", team_id="", enterprise_id="E0NONE", is_enterprise_install=True),
        "installations.0 (U0OTHER): there is no organisation E0NONE",
    ),
    (
        edit("installations.1", team_ids=["TINITECH"]),
        "installations.1 (U0WIDE): TINITECH is not of the organisation E0GLOBEX",
    ),
    (edit("teams.1", enterprise_id="T0"), "teams.1.enterprise_id: String should match"),
    (edit("people.7", id="X1"), "people.7.id: String should match"),
    (edit("people.7", team_id="TNOWHERE"), "people.7 (UNORTHWIND7): there is no workspace TNOWHERE"),
    (edit("app", team_id="TNOWHERE"), "app: there is no workspace TNOWHERE"),
    (edit("channels.5", team_ids=["TNOWHERE"]), "channels.5 (C5DEAL): there is no workspace TNOWHERE"),
    (edit("channels.5", member_ids=["UNOBODY"]), "channels.5 (C5DEAL): there is nobody called UNOBODY"),
    (
        edit("channels.5", member_ids=["UNORTHWIND1", "UNORTHWIND1"]),
        "channels.5 (C5DEAL): member_ids names UNORTHWIND1 more than once",
    ),
    (
        edit("channels.0", member_ids=["UGLOBEX1"]),
        "channels.0 (C0DEAL): the workspace of UGLOBEX1 does not share it",
    ),
    (edit("channels.5", member_ids=["UNORTHWIND14"]), "channels.5 (C5DEAL): UNORTHWIND14 is deactivated"),
    (lambda world: world.update(panes=["UNOBODY", "UACME0"]), "panes: there is nobody called UNOBODY"),
    (lambda world: world.update(panes=["UNORTHWIND14", "UACME0"]), "panes: UNORTHWIND14 is deactivated"),
    (
        edit("people.1", is_restricted=True, is_ultra_restricted=True),
        "people.1 (UNORTHWIND1): a guest of one channel is in C0DEAL, C1DEAL",
    ),
    (edit("people.29", is_restricted=False), "people.29 (UACME14): is_ultra_restricted goes with"),
    (edit("people.7", tz="Mars/Olympus"), "people.7.tz: there is no time zone Mars/Olympus"),
    (edit("people.7", nickname="x"), "people.7.nickname: Extra inputs are not permitted"),
    (edit("channels.5", id="5DEAL"), "channels.5.id: String should match"),
]


@pytest.mark.parametrize(("change", "line"), WRONG, ids=[line.split(" is ")[0] for _, line in WRONG])
def test_a_wrong_row_is_named(
    large: World, tmp_path: Path, change: Callable[[World], None], line: str
) -> None:
    world = copy.deepcopy(large)
    world["teams"][2]["enterprise_id"] = "E0GLOBEX"
    world["installations"] = [
        {"team_id": "TACME", "user_id": "U0OTHER", "bot_id": "B0OTHER", "token": "xoxb-other"},
        {
            "enterprise_id": "E0GLOBEX",
            "is_enterprise_install": True,
            "team_ids": ["TGLOBEX"],
            "user_id": "U0WIDE",
            "bot_id": "B0WIDE",
            "token": "xoxb-wide",
        },
    ]
    change(world)
    with pytest.raises(CastError) as refusal:
        read_cast(written(world, tmp_path))
    assert f"\n  {line}" in str(refusal.value)


def test_every_wrong_row_is_told_at_once(large: World, tmp_path: Path) -> None:
    edit("people.7", team_id="TNOWHERE")(large)
    edit("channels.5", member_ids=["UNOBODY"])(large)
    with pytest.raises(CastError) as refusal:
        read_cast(written(large, tmp_path))
    assert str(refusal.value).count("\n") == 2


def test_the_worlds_that_ship_are_right() -> None:
    assert len(read_cast(WORLD).people) >= 10
    for path in (WORLD.parent / "worlds").glob("*.yml"):
        assert len(read_cast(path).copies) > 1
