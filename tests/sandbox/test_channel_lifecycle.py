"""Channels that are shared and cut off, get another id, another name, or an end; and people who go."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import MONDAY, PATIENT
from tests.sandbox.fake_app import FakeApp
from tests.sandbox.test_two_copies import TWO, as_copy, events, manifest_with
from tests.sandbox.test_web_api import error
from tests.sandboxed import DEAL, RefusedError, Sandbox

LIFE = (
    *("channel_shared", "channel_unshared", "channel_id_changed", "channel_rename", "group_rename"),
    *("channel_deleted", "group_deleted", "channel_left", "group_left", "user_change"),
)


@pytest.fixture
def life(app: FakeApp, tmp_path: Path) -> Iterator[Sandbox]:
    manifest = manifest_with(tmp_path, events=LIFE)
    with Sandbox(app.url, manifest, start=MONDAY, **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


@pytest.fixture
def two(app: FakeApp, tmp_path: Path) -> Iterator[Sandbox]:
    manifest = manifest_with(tmp_path, events=LIFE)
    with Sandbox(app.url, manifest, world=TWO, start=MONDAY, **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


def told(app: FakeApp) -> list[dict[str, Any]]:
    return [{key: value for key, value in one["event"].items() if key != "event_ts"} for one in events(app)]


def test_a_private_channel_gets_its_new_id_when_the_share_begins(two: Sandbox, app: FakeApp) -> None:
    northwind = as_copy(two, "T0NORTHWIND")
    ts = northwind("chat.postMessage", channel="G0DRAFT", text="board")["ts"]
    assert northwind("pins.add", channel="G0DRAFT", timestamp=ts)["ok"]
    assert two.share("U0RAE", "T0ACME", "G0DRAFT", accept=False) == "C0DRAFT"
    changed = {"type": "channel_id_changed", "old_channel_id": "G0DRAFT", "new_channel_id": "C0DRAFT"}
    assert told(app) == [changed]
    assert error(northwind("chat.update", channel="G0DRAFT", ts=ts, text="2")) == "channel_not_found"
    assert northwind("chat.update", channel="C0DRAFT", ts=ts, text="2")["ok"]
    pending = northwind("conversations.info", channel="C0DRAFT")["channel"]
    assert (pending["is_ext_shared"], pending["is_pending_ext_shared"]) == (False, True)
    assert (pending["pending_connected_team_ids"], pending["is_private"]) == (["T0ACME"], True)
    assert two.share("U0RAE", "T0ACME", "C0DRAFT") == "C0DRAFT"
    shared = {"type": "channel_shared", "connected_team_id": "T0ACME", "channel": "C0DRAFT"}
    assert told(app)[1:] == [shared]
    now = northwind("conversations.info", channel="C0DRAFT")["channel"]
    assert (now["is_ext_shared"], now["connected_team_ids"]) == (True, ["T0ACME"])
    two.invite("U0RAE", "U0BEA", "C0DRAFT")
    [board] = two.messages("U0BEA", "C0DRAFT")
    assert (board["text"], board["pinned"]) == ("2", True)


def test_what_nobody_has_read_is_unread_under_the_new_id_too(two: Sandbox) -> None:
    def unread(channel: str) -> int:
        tabs = two.state("U0SAM", channel)["channels"]
        return sum(one["unread"] for one in tabs if one["id"] == channel)

    two.say("U0RAE", "first", "G0DRAFT")
    two.door("read", person="U0SAM", channel="G0DRAFT")
    two.say("U0RAE", "second", "G0DRAFT")
    assert unread("G0DRAFT") == 1
    two.share("U0RAE", "T0ACME", "G0DRAFT")
    assert unread("C0DRAFT") == 1


def test_a_channel_of_one_firm_is_shared_later(life: Sandbox, app: FakeApp) -> None:
    life.invite("U0RAE", "U0TANDEM", "C0TEAM")
    with pytest.raises(RefusedError, match="does not share"):
        life.invite("U0RAE", "U0BEA", "C0TEAM")
    assert life.share("U0RAE", "T0ACME", "C0TEAM") == "C0TEAM"
    assert events(app)[-1]["team_id"] == "T0NORTHWIND"
    assert events(app)[-1]["is_ext_shared_channel"] is True
    life.invite("U0RAE", "U0BEA", "C0TEAM")
    with pytest.raises(RefusedError, match="already"):
        life.share("U0RAE", "T0ACME", "C0TEAM")


def test_a_firm_on_a_grid_joins_by_the_id_of_its_organisation(life: Sandbox, app: FakeApp) -> None:
    life.share("U0RAE", "T0GLOBEX")
    assert told(app) == [{"type": "channel_shared", "connected_team_id": "E0GLOBEX", "channel": DEAL}]


def test_an_answer_to_what_was_said_in_a_channel_that_is_gone_is_refused(
    life: Sandbox, two: Sandbox, app: FakeApp
) -> None:
    for sandbox, channel in ((life, DEAL), (two, "G0DRAFT")):
        sandbox.say("U0RAE", "/map status", channel)
        address = app.last["response_url"]
        if channel == DEAL:
            sandbox.delete_channel("U0RAE")
        else:
            sandbox.share("U0RAE", "T0ACME", channel)
        answer = httpx.post(address, json={"text": "hi"}, trust_env=False)
        assert (answer.status_code, answer.json()["error"]) == (404, "channel_not_found")


def test_people_are_known_where_no_channel_is_left(life: Sandbox, app: FakeApp) -> None:
    for channel in list(life.slack.world.channels.values()):
        life.delete_channel(channel.member_ids[0], channel.id)
    assert app.call("users.info", user="U0RAE")["user"]["id"] == "U0RAE"


def test_the_host_keeps_the_channel_that_is_unshared(life: Sandbox, app: FakeApp) -> None:
    ts = app.post("board")
    severed = life.unshare("U0RAE", "T0ACME")
    assert severed == "C0DEALACME"
    about = {"type": "channel_unshared", "previously_connected_team_id": "T0ACME", "channel": DEAL}
    assert told(app) == [about | {"is_ext_shared": False}]
    info = app.call("conversations.info", channel=DEAL)["channel"]
    assert (info["is_ext_shared"], info["conversation_host_id"]) == (False, "T0NORTHWIND")
    assert "frozen_reason" not in info
    assert app.call("chat.update", channel=DEAL, ts=ts, text="board 2")["ok"]
    assert not {"U0BEA", "U0OMAR"} & set(app.call("conversations.members", channel=DEAL)["members"])
    assert error(app.call("conversations.info", channel=severed)) == "channel_not_found"
    assert [one["text"] for one in life.messages("U0BEA", severed)] == ["board"]
    with pytest.raises(RefusedError, match="archived"):
        life.say("U0BEA", "hello", severed)


def test_the_disconnected_side_has_it_frozen_under_another_id(two: Sandbox, app: FakeApp) -> None:
    acme = as_copy(two, "T0ACME")
    ts = acme("chat.postMessage", channel=DEAL, text="board")["ts"]
    severed = two.unshare("U0BEA", "T0ACME")
    assert [(one["event"]["channel"], one["authorizations"][0]["team_id"]) for one in events(app)] == [
        (DEAL, "T0NORTHWIND"),
        (DEAL, "T0ACME"),
    ]
    assert events(app)[1]["event"]["previously_connected_team_id"] == "T0NORTHWIND"
    assert error(acme("conversations.info", channel=DEAL)) == "channel_not_found"
    assert error(acme("chat.postMessage", channel=DEAL, text="hi")) == "channel_not_found"
    frozen = acme("conversations.info", channel=severed)["channel"]
    assert (frozen["is_frozen"], frozen["frozen_reason"]) == (True, "connection_severed")
    assert (frozen["is_archived"], frozen["is_ext_shared"]) == (False, False)
    assert error(acme("chat.update", channel=severed, ts=ts, text="2")) == "is_inactive"
    assert error(acme("chat.postMessage", channel=severed, text="hi")) == "is_archived"
    assert as_copy(two, "T0NORTHWIND")("chat.postMessage", channel=DEAL, text="hi")["ok"]


def test_of_three_firms_two_remain_connected(two: Sandbox, app: FakeApp) -> None:
    with pytest.raises(RefusedError, match="The channel is theirs"):
        two.unshare("U0RAVI", "T0NORTHWIND", "C0ROLLOUT")
    with pytest.raises(RefusedError, match="belongs to"):
        two.unshare("U0RAVI", "T0GLOBEX", "C0ROLLOUT")
    two.unshare("U0SAM", "T0GLOBEX", "C0ROLLOUT")
    first = events(app)[0]["event"]
    assert (first["previously_connected_team_id"], first["is_ext_shared"]) == ("E0GLOBEX", True)
    left = as_copy(two, "T0NORTHWIND")("conversations.info", channel="C0ROLLOUT")["channel"]
    assert left["connected_team_ids"] == ["T0ACME"]


def test_a_channel_is_renamed_and_deleted(life: Sandbox, app: FakeApp) -> None:
    life.rename_channel("U0BEA", "acme-live")
    renamed = told(app)[0]
    assert (renamed["type"], renamed["channel"]["id"], renamed["channel"]["name"]) == (
        *("channel_rename", DEAL, "acme-live"),
    )
    info = app.call("conversations.info", channel=DEAL)["channel"]
    assert (info["name"], info["previous_names"]) == ("acme-live", ["acme-northwind"])
    with pytest.raises(RefusedError, match="already"):
        life.rename_channel("U0RAE", "sales-team")
    life.delete_channel("U0RAE")
    assert told(app)[1] == {"type": "channel_deleted", "channel": DEAL, "actor_id": "U0RAE"}
    for method in ("conversations.info", "conversations.members"):
        assert error(app.call(method, channel=DEAL)) == "channel_not_found"
    assert error(app.call("chat.postMessage", channel=DEAL, text="hi")) == "channel_not_found"


def test_of_a_private_channel_a_name_and_an_end_are_told_by_other_names(two: Sandbox, app: FakeApp) -> None:
    two.rename_channel("U0RAE", "acme-plan", "G0DRAFT")
    two.delete_channel("U0RAE", "G0DRAFT")
    assert [one["type"] for one in told(app)] == ["group_rename", "group_deleted"]


def test_a_colleague_who_goes_is_told_of_and_an_external_is_not(life: Sandbox, app: FakeApp) -> None:
    life.change_person("U0LENA", name="Lena Vogel")
    life.change_person("U0LENA", deleted=True)
    life.change_person("U0OMAR", deleted=True)
    first, second = told(app)
    assert (first["type"], first["user"]["real_name"], first["user"]["deleted"]) == (
        *("user_change", "Lena Vogel", False),
    )
    assert (second["user"]["id"], second["user"]["deleted"]) == ("U0LENA", True)
    members = app.call("conversations.members", channel=DEAL)["members"]
    assert not {"U0LENA", "U0OMAR"} & set(members)
    assert app.call("users.info", user="U0OMAR")["user"]["deleted"] is True
    with pytest.raises(RefusedError, match="deactivated"):
        life.say("U0OMAR", "hello")
    assert error(app.call("chat.postMessage", channel="U0LENA", text="hi")) == "channel_not_found"


def test_what_became_of_it_all_is_remembered(app: FakeApp, tmp_path: Path) -> None:
    manifest = manifest_with(tmp_path, events=LIFE)
    state = tmp_path / "state"
    with Sandbox(app.url, manifest, world=TWO, state=state) as first:
        app.use(first.api_url)
        app.post("board")
        severed = first.unshare("U0RAE", "T0ACME")
        first.share("U0RAE", "T0ACME", "G0DRAFT")
        first.change_person("U0RAVI", deleted=True)
        first.delete_channel("U0RAE", "C0TEAM")
    with Sandbox(app.url, manifest, world=TWO, state=state) as again:
        channels = again.slack.world.channels
        assert {DEAL, severed, "C0DRAFT"} <= set(channels)
        assert not {"G0DRAFT", "C0TEAM"} & set(channels)
        assert [one["text"] for one in again.messages("U0BEA", severed)] == ["board"]
        assert [one["text"] for one in again.messages("U0RAE")] == ["board"]
        assert again.slack.world.people["U0RAVI"].deleted


def test_without_the_subscription_nothing_of_it_is_told(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.unshare("U0RAE", "T0ACME")
    sandbox.rename_channel("U0RAE", "acme")
    sandbox.change_person("U0LENA", deleted=True)
    sandbox.delete_channel("U0RAE")
    assert app.heard == []
