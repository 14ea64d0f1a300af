"""The clock, what is remembered over a restart, the log, and how the process starts."""

import json
import re
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.clock import BackwardsError, Clock
from sandbox.manifest import ManifestError, read_manifest
from sandbox.store import StoreError
from tests.sandbox.conftest import BUTTONS, MANIFEST, MONDAY
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import RefusedError, Sandbox

LONDON = ZoneInfo("Europe/London")
HOUSE = Path(__file__).parents[2]


def test_time_only_goes_forward(sandbox: Sandbox) -> None:
    before = sandbox.now()
    assert before == pytest.approx(MONDAY.timestamp(), abs=5)
    assert sandbox.advance("hour") - before == pytest.approx(3600, abs=5)
    assert sandbox.advance("week") - before == pytest.approx(3600 + 7 * 86400, abs=5)
    with pytest.raises(RefusedError, match="only goes forward"):
        sandbox.turn_to(MONDAY)
    assert sandbox.door("clock", advance="year")["error"] == "malformed_call"


def test_a_day_keeps_the_time_of_day_over_a_change_to_summer_time() -> None:
    clock = Clock(datetime(2026, 3, 28, 9, 30, tzinfo=LONDON).timestamp())
    then = datetime.fromtimestamp(clock.advance("day", LONDON), LONDON)
    assert (then.day, then.hour, then.minute) == (29, 9, 30)
    with pytest.raises(BackwardsError):
        clock.turn_to(0)


def test_messages_follow_the_clock_and_no_two_share_a_ts(sandbox: Sandbox, app: FakeApp) -> None:
    first = app.post("one")
    sandbox.advance("day")
    assert float(app.post("two")) - float(first) == pytest.approx(86400, abs=5)
    found: list[str] = []
    # Not all to one conversation, which takes five at once.
    threads = [
        threading.Thread(target=lambda to: found.append(app.post("x", channel=to)), args=(person,))
        for person in [*sandbox.slack.world.people] * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 2 * len(sandbox.slack.world.people)


def test_everything_is_there_at_the_next_start_and_time_stood_still(
    app: FakeApp, tmp_path: Path, modal: dict[str, Any]
) -> None:
    with Sandbox(app.url, MANIFEST, state=tmp_path, start=MONDAY) as sandbox:
        app.use(sandbox.api_url)
        ts = app.post("board", blocks=BUTTONS)
        app.call("pins.add", channel="C0DEAL", timestamp=ts)
        app.post("nudge", channel="U0RAE")
        app.opens(modal)
        sandbox.click("U0BEA", "step.done")
        sandbox.refuse_dms("U0RAVI")
        stopped = sandbox.advance("day")
        seen, modal_open = sandbox.messages("U0BEA"), sandbox.need_view("U0BEA")
    with Sandbox(app.url, MANIFEST, state=tmp_path) as again:
        app.use(again.api_url)
        assert again.messages("U0BEA") == seen
        assert again.need_view("U0BEA") == modal_open
        assert [one["text"] for one in again.dms("U0RAE")] == ["nudge"]
        assert again.state("U0BEA")["switches"] == {"refuse_dms": ["U0RAVI"]}
        assert again.now() == pytest.approx(stopped, abs=5)
        assert app.post("later") > ts


def test_two_sandboxes_do_not_share_a_folder(app: FakeApp, tmp_path: Path) -> None:
    with (
        Sandbox(app.url, MANIFEST, state=tmp_path),
        pytest.raises(StoreError, match="cannot be used"),
    ):
        Sandbox(app.url, MANIFEST, state=tmp_path)


def test_unread_messages_are_counted_until_they_are_read(sandbox: Sandbox, app: FakeApp) -> None:
    def unread(person: str) -> dict[str, int]:
        return {one["id"]: one["unread"] for one in sandbox.state(person)["channels"]}

    root = app.post("board")
    app.post("a reply", thread_ts=root)
    app.post("nudge", channel="U0BEA")
    assert unread("U0BEA") == {"C0DEAL": 1, "D0BEA": 1}
    sandbox.door("read", person="U0BEA", channel="D0BEA")
    assert unread("U0BEA") == {"C0DEAL": 1, "D0BEA": 0}
    sandbox.say("U0BEA", "seen")
    assert unread("U0BEA")["C0DEAL"] == 0
    assert unread("U0RAE")["C0DEAL"] == 2


def test_an_open_page_is_told_of_a_change(sandbox: Sandbox, app: FakeApp) -> None:
    with sandbox.http.stream("GET", "/page/stream") as stream:
        lines = (line for line in stream.iter_lines() if line.startswith("data: "))
        first = int(next(lines).removeprefix("data: "))
        app.post("board")
        assert int(next(lines).removeprefix("data: ")) > first


def test_the_log_shows_both_directions_and_no_secret(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.say("U0RAE", "/map status")
    app.post("board", token="xoxb-sandbox-northwind")
    app.call("pins.add", channel="C0NOWHERE", timestamp="1.0")
    told = [(one["direction"], one["name"], one["status"]) for one in sandbox.log()]
    assert told == [
        ("to_app", "/map status", "200"),
        ("to_slack", "chat.postMessage", "200"),
        ("to_slack", "pins.add", "channel_not_found"),
    ]
    everything = json.dumps(sandbox.log())
    for secret in ("xoxb-", "sandbox-verification", app.heard[0]["response_url"]):
        assert secret not in everything
    assert [one["n"] for one in sandbox.log(after=2)] == [3]


def test_another_site_cannot_press_buttons_here(sandbox: Sandbox) -> None:
    call = {"person": "U0RAE", "channel": "C0DEAL", "text": "hi"}
    stranger = sandbox.http.post("/page/say", json=call, headers={"origin": "http://evil.example"})
    assert stranger.status_code == 403
    assert sandbox.messages("U0RAE") == []


@pytest.mark.parametrize(
    "call",
    [
        {},
        {"person": "U0NOBODY", "channel": "C0DEAL", "text": "hi"},
        {"person": "U0RAE", "channel": "C0DEAL", "text": 5},
        [],
    ],
)
def test_a_malformed_call_is_refused(sandbox: Sandbox, call: Any) -> None:
    answer = sandbox.http.post("/page/say", json=call)
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed_call")


def test_a_door_is_closed_to_somebody_who_is_not_in_the_channel(sandbox: Sandbox) -> None:
    with pytest.raises(RefusedError, match="not in this conversation"):
        sandbox.say("U0BEA", "hello?", channel="C0TEAM")
    assert not sandbox.http.get("/page/state", params={"person": "U0BEA", "channel": "C0TEAM"}).json()["ok"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("features: [", "is not YAML"),
        ("features: {bot_user: {display_name: Tandem}}", "oauth_config"),
        (MANIFEST.read_text().replace("chat:write", "Chat Write"), "is not the name of a scope"),
        (MANIFEST.read_text().replace("/map", "map"), "slash_commands"),
    ],
)
def test_a_bad_manifest_is_explained(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "manifest.yml"
    path.write_text(text)
    with pytest.raises(ManifestError, match=re.escape(complaint)):
        read_manifest(path)


def run(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", "--manifest", str(MANIFEST), *arguments]
    return subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_process_says_one_line_and_stops_when_told(tmp_path: Path) -> None:
    process = run("--port", "0", "--state", str(tmp_path))
    assert process.stdout is not None
    line = process.stdout.readline()
    assert re.fullmatch(r"Tandem sandbox: http://127\.0\.0\.1:\d+/\n", line)
    process.terminate()
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert (tmp_path / "slack.db").exists()


def test_a_busy_port_is_said_clearly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = run("--port", str(taken.getsockname()[1]))
        out, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert out == ""
    assert "cannot be used" in err
    assert "--port" in err


def test_the_time_that_people_see_is_not_the_time_of_signatures(sandbox: Sandbox, app: FakeApp) -> None:
    sandbox.advance("week")
    sandbox.say("U0RAE", "/map status")
    assert app.unsigned == 0  # the app refuses what is five minutes away from its own clock
    signed = int(app.headers[-1]["x-slack-request-timestamp"])
    assert abs(signed - datetime.now(UTC).timestamp()) < 60
