"""Socket Mode as an app meets it: tickets, a greeting, envelopes and their acks, and how connections end."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from sandbox.log import Log
from sandbox.socket_mode import APP_TOKEN, OverSockets
from tests.sandbox.conftest import BUTTONS, MANIFEST, MONDAY, PATIENT
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import BOT_TOKEN, RefusedError, Sandbox

PATIENCE = 20.0  # seconds; nothing here comes later unless it is broken


@pytest.fixture
def sandbox(app: FakeApp) -> Iterator[Sandbox]:
    with Sandbox(app.url, MANIFEST, start=MONDAY, socket_mode=True, **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


class Apps:
    """Connections of an app; what comes down each of them is read and acked by hand."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._open = ExitStack()

    def address(self) -> str:
        return str(call(self._sandbox)["url"])

    def connect(self, more: str = "") -> ClientConnection:
        connection = connect(self.address() + more, proxy=None, ping_interval=None)
        return self._open.enter_context(connection)

    def greeted(self, more: str = "") -> ClientConnection:
        connection = self.connect(more)
        assert read(connection)["type"] == "hello"
        return connection

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def apps(sandbox: Sandbox) -> Iterator[Apps]:
    apps = Apps(sandbox)
    yield apps
    apps.close()


def call(sandbox: Sandbox, bearer: str = APP_TOKEN, **arguments: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    url = f"{sandbox.api_url}apps.connections.open"
    answer: dict[str, Any] = httpx.post(url, headers=headers, data=arguments, trust_env=False).json()
    return answer


def read(connection: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(connection.recv(PATIENCE)))


def ack(connection: ClientConnection, envelope: dict[str, Any], payload: Any = None) -> None:
    said = {"envelope_id": envelope["envelope_id"]}
    connection.send(json.dumps(said | ({"payload": payload} if payload is not None else {})))


class Answering:
    """An app that acks whatever comes down its connection, from a thread of its own."""

    def __init__(self, connection: ClientConnection, payload: Any = None) -> None:
        self.heard: list[dict[str, Any]] = []
        self._connection, self._payload = connection, payload
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            for line in self._connection:
                envelope = json.loads(line)
                if "envelope_id" in envelope:
                    self.heard.append(envelope)
                    ack(self._connection, envelope, self._payload)
        except ConnectionClosed:
            return


def test_an_address_is_given_for_the_app_level_token_in_the_header_alone(sandbox: Sandbox) -> None:
    url = call(sandbox)["url"]
    assert url.startswith(sandbox.origin.replace("http", "ws") + "/link/?ticket=")
    assert call(sandbox, BOT_TOKEN)["error"] == "not_allowed_token_type"
    assert call(sandbox, "xapp-other")["error"] == "invalid_auth"
    assert call(sandbox, "")["error"] == "not_authed"
    assert call(sandbox, "", token=APP_TOKEN)["error"] == "missing_args"


def test_the_app_level_token_opens_nothing_else(sandbox: Sandbox) -> None:
    headers = {"authorization": f"Bearer {APP_TOKEN}"}
    answer = httpx.post(f"{sandbox.api_url}auth.test", headers=headers, trust_env=False).json()
    assert answer["error"] == "not_allowed_token_type"


def test_neither_token_nor_ticket_stands_in_the_log(sandbox: Sandbox, apps: Apps) -> None:
    ticket = apps.address().split("ticket=")[1].split("&")[0]
    call(sandbox, "", token=APP_TOKEN)
    assert ticket not in str(sandbox.log())
    assert APP_TOKEN not in str(sandbox.log())


def test_a_ticket_is_good_once(apps: Apps) -> None:
    url = apps.address()
    with connect(url, proxy=None) as connection:
        hello = read(connection)
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"] == {"app_id": "A0TANDEM"}
        for used in (url, url.split("?")[0], url.replace("ticket=", "ticket=x")):
            with pytest.raises(InvalidStatus):
                connect(used, proxy=None)


def test_a_ticket_is_not_good_for_ever() -> None:
    wall = [100.0]
    log = Log(lambda: 0.0, lambda: None)
    sockets = OverSockets("A1", "http://here", log, ack_seconds=1, is_on=True, wall=lambda: wall[0])
    fresh, stale = (sockets.address().split("ticket=")[1].split("&")[0] for _ in range(2))
    wall[0] += 29
    assert sockets._redeem(fresh)
    wall[0] += 2
    assert not sockets._redeem(stale)


def test_an_event_comes_in_an_envelope_and_no_longer_over_http(
    sandbox: Sandbox, app: FakeApp, apps: Apps
) -> None:
    connection = apps.greeted()
    sandbox.say("U0BEA", "@Tandem status", settle=False)
    envelope = read(connection)
    ack(connection, envelope)
    sandbox.settle()
    assert set(envelope) == {
        *("envelope_id", "type", "payload", "accepts_response_payload", "retry_attempt", "retry_reason")
    }
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("events_api", False)
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert envelope["payload"]["event"]["type"] == "app_mention"
    assert app.heard == []


def test_an_event_nobody_acks_comes_again_three_times(sandbox: Sandbox, apps: Apps) -> None:
    connection = apps.greeted()
    sandbox.acks_within(0.2)
    sandbox.say("U0BEA", "@Tandem status", settle=False)
    tries = [read(connection) for _ in range(4)]
    sandbox.settle()
    again = [(one["retry_attempt"], one["retry_reason"]) for one in tries]
    assert again == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    assert len({one["payload"]["event_id"] for one in tries}) == 1
    assert len({one["envelope_id"] for one in tries}) == 4


def test_a_command_is_answered_in_its_ack(sandbox: Sandbox, apps: Apps) -> None:
    answering = Answering(apps.greeted(), {"text": "On track."})
    sandbox.say("U0RAE", "/map status")
    [envelope] = answering.heard
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["command"] == "/map"
    assert "retry_attempt" not in envelope
    assert sandbox.messages("U0RAE")[-1]["text"] == "On track."


def test_a_modal_is_answered_in_its_ack(
    sandbox: Sandbox, app: FakeApp, apps: Apps, modal: dict[str, Any]
) -> None:
    errors = {"response_action": "errors", "errors": {"title": "There is one already."}}
    answering = Answering(apps.greeted(), errors)
    app.post(blocks=BUTTONS)
    sandbox.click("U0RAE", "step.done")  # an answer to a press is not read
    assert sandbox.log()[-1]["response"] == ""
    assert answering.heard[0]["accepts_response_payload"] is False
    app.call("views.open", trigger_id=answering.heard[0]["payload"]["trigger_id"], view=modal)
    assert sandbox.submit("U0RAE", {"title": "Kick-off"}) == errors["errors"]
    assert answering.heard[1]["accepts_response_payload"] is True
    assert sandbox.need_view("U0RAE")["values"]["title"]["input"]["value"] == "Kick-off"


def test_options_are_answered_in_their_ack(
    sandbox: Sandbox, app: FakeApp, apps: Apps, modal: dict[str, Any]
) -> None:
    bea = {"text": {"type": "plain_text", "text": "Bea", "emoji": True}, "value": "U0BEA"}
    answering = Answering(apps.greeted(), {"options": [bea]})
    app.post(blocks=BUTTONS)
    sandbox.click("U0RAE", "step.done")
    app.call("views.open", trigger_id=answering.heard[0]["payload"]["trigger_id"], view=modal)
    assert sandbox.options("U0RAE", "owner") == [bea]


def test_an_app_that_is_not_there_or_does_not_ack_is_named(sandbox: Sandbox, apps: Apps) -> None:
    with pytest.raises(RefusedError, match="dispatch_failed"):
        sandbox.say("U0RAE", "/map status")
    connection = apps.greeted()
    sandbox.acks_within(0.2)
    with pytest.raises(RefusedError, match="operation_timeout"):
        sandbox.say("U0RAE", "/map status")
    late = read(connection)
    ack(connection, late, {"text": "Too late."})
    assert sandbox.messages("U0RAE") == []


@pytest.mark.parametrize("words", ["{", "[]", "{}", '{"envelope_id": 7}', '{"envelope_id": "made up"}'])
def test_what_acks_nothing_is_put_down_and_breaks_nothing(sandbox: Sandbox, apps: Apps, words: str) -> None:
    connection = apps.greeted()
    connection.send(words)
    log = sandbox.slack.log
    sandbox.wait_for(lambda: any(one["status"] == "no_such_envelope" for one in log.after(0)))
    Answering(connection, {"text": "Still here."})
    sandbox.say("U0RAE", "/map status")
    assert sandbox.messages("U0RAE")[-1]["text"] == "Still here."


def test_a_payload_goes_to_one_of_several_connections_and_any_may_ack(sandbox: Sandbox, apps: Apps) -> None:
    first, second = apps.greeted(), apps.connect()
    assert read(second)["num_connections"] == 2
    said = [Answering(first, {"text": "first"}), Answering(second, {"text": "second"})]
    for _ in range(4):
        sandbox.say("U0RAE", "/map status")
    assert [len(one.heard) for one in said] == [2, 2]
    assert sorted(one["text"] for one in sandbox.messages("U0RAE")) == ["first", "first", "second", "second"]


def test_there_are_at_most_ten_connections(sandbox: Sandbox, apps: Apps) -> None:
    for _ in range(10):
        apps.greeted()
    eleventh = apps.connect()
    assert read(eleventh) == {
        "type": "disconnect",
        "reason": "too_many_websockets",
        "debug_info": {"host": "sandbox"},
    }
    with pytest.raises(ConnectionClosed):
        eleventh.recv(PATIENCE)
    assert sandbox.door("sockets")["connections"] == 10


def test_a_warning_comes_before_the_end_and_the_end_ends_it(sandbox: Sandbox, apps: Apps) -> None:
    old = apps.greeted()
    sandbox.door("sockets", disconnect="warning")
    assert read(old)["reason"] == "warning"
    Answering(apps.greeted(), {"text": "new"})
    sandbox.door("sockets", disconnect="refresh_requested")
    assert read(old)["reason"] == "refresh_requested"
    with pytest.raises(ConnectionClosed):
        old.recv(PATIENCE)
    assert sandbox.door("sockets")["connections"] == 0
    assert sandbox.door("sockets", disconnect="now")["error"] == "malformed_call"


def test_an_ack_may_come_by_the_connection_that_replaced_the_one_asked(sandbox: Sandbox, apps: Apps) -> None:
    old = apps.greeted()
    sandbox.say("U0BEA", "@Tandem status", settle=False)
    envelope = read(old)
    sandbox.door("sockets", disconnect="refresh_requested")
    ack(apps.greeted(), envelope)
    sandbox.settle()
    [entry] = [one for one in sandbox.log() if one["name"] == "event app_mention"]
    assert entry["status"] == "200"


def test_switched_off_in_the_settings_it_ends_and_http_is_back(
    sandbox: Sandbox, app: FakeApp, apps: Apps
) -> None:
    connection = apps.greeted()
    sandbox.door("sockets", on=False)
    assert read(connection)["reason"] == "link_disabled"
    assert read(apps.connect())["reason"] == "link_disabled"
    sandbox.say("U0RAE", "/map status")
    assert app.last["command"] == "/map"


def test_the_app_is_told_how_long_a_connection_lasts(apps: Apps) -> None:
    assert read(apps.connect())["debug_info"]["approximate_connection_time"] == 18060
    assert read(apps.connect("&debug_reconnects=true"))["debug_info"]["approximate_connection_time"] == 360


def test_a_ping_is_answered(apps: Apps) -> None:
    assert apps.greeted().ping().wait(PATIENCE)


def test_the_manifest_decides(app: FakeApp, sandbox_with: Any) -> None:
    def by_socket(manifest: dict[str, Any]) -> None:
        manifest["settings"]["socket_mode_enabled"] = True

    assert sandbox_with(by_socket).door("sockets") == {"ok": True, "on": True, "connections": 0}
