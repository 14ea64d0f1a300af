"""Events come beside each other. One that is not acked comes again: at once, after a minute, after five."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from sandbox.outgoing import EVENT_WORKERS
from sandbox.running import listen_on
from tests.sandbox.conftest import MANIFEST, MONDAY, WithManifest
from tests.sandbox.fake_app import Answer, FakeApp, Heard
from tests.sandboxed import Sandbox


class Waiting:
    """What waits for its time, until a test says that it has come."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.called_off = 0
        self._next: list[Callable[[], None]] = []

    def later(self, seconds: float, run: Callable[[], None]) -> Callable[[], None]:
        self.delays.append(seconds)
        self._next.append(run)
        return self._call_off

    def _call_off(self) -> None:
        self.called_off += 1

    def time_has_come(self, sandbox: Sandbox) -> None:
        self._next.pop(0)()
        sandbox.settle()


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def patient(app: FakeApp, waiting: Waiting) -> Iterator[Sandbox]:
    """A sandbox with Slack's own pauses between the tries."""
    with Sandbox(app.url, MANIFEST, start=MONDAY, ack_seconds=20, later=waiting.later) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


def retries(app: FakeApp) -> list[tuple[str | None, str | None]]:
    return [(one.get("x-slack-retry-num"), one.get("x-slack-retry-reason")) for one in app.headers]


def test_three_more_tries_at_slacks_distances(patient: Sandbox, app: FakeApp, waiting: Waiting) -> None:
    app.says("", 500)
    patient.say("U0BEA", "@Tandem status")
    assert retries(app) == [(None, None), ("1", "http_error")]
    assert waiting.delays == [60]
    waiting.time_has_come(patient)
    assert waiting.delays == [60, 300]
    waiting.time_has_come(patient)
    assert retries(app)[2:] == [("2", "http_error"), ("3", "http_error")]
    assert waiting.delays == [60, 300]  # and then no more
    assert len({one["event_id"] for one in app.heard}) == 1
    assert app.unsigned == 0


def test_what_was_acked_at_last_is_not_sent_again(patient: Sandbox, app: FakeApp, waiting: Waiting) -> None:
    app.says("", 500)
    patient.say("U0BEA", "@Tandem status")
    app.says("")
    waiting.time_has_come(patient)
    assert len(app.heard) == 3
    assert waiting.delays == [60]


def test_an_app_may_want_no_retries(patient: Sandbox, app: FakeApp, waiting: Waiting) -> None:
    app.extra_headers = {"x-slack-no-retry": "1"}
    app.says("", 500)
    patient.say("U0BEA", "@Tandem status")
    assert len(app.heard) == 1
    assert waiting.delays == []


def test_no_ack_in_time_is_a_reason_of_its_own(patient: Sandbox, app: FakeApp, waiting: Waiting) -> None:
    nobody_waits = Event()

    def late(_request: dict[str, Any]) -> tuple[int, str]:
        nobody_waits.wait(10)
        return 200, ""

    app.answer = late
    patient.acks_within(0.2)
    patient.say("U0BEA", "@Tandem status")
    nobody_waits.set()
    waiting.time_has_come(patient)
    assert retries(app) == [(None, None), ("1", "http_timeout"), ("2", "http_timeout")]


def test_an_app_that_is_away_gets_it_when_it_is_back(
    patient: Sandbox, app: FakeApp, waiting: Waiting
) -> None:
    nobody = listen_on(0)
    port = nobody.getsockname()[1]
    nobody.close()
    patient.send_to(f"http://127.0.0.1:{port}/slack/events")
    patient.say("U0BEA", "@Tandem status")
    patient.send_to(app.url)
    waiting.time_has_come(patient)
    assert retries(app) == [("2", "connection_failed")]


@contextmanager
def redirecting(goal: str) -> Iterator[str]:
    """An address that leads on to `goal`: `/2` by way of one more."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            left = int(self.path[1:]) - 1
            self.send_response(307)
            self.send_header("location", f"/{left}" if left else goal)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_redirects_are_followed_twice_and_not_three_times(
    patient: Sandbox, app: FakeApp, waiting: Waiting
) -> None:
    with redirecting(app.url) as start:
        patient.send_to(f"{start}/2")
        patient.say("U0BEA", "@Tandem status")
        assert retries(app) == [(None, None)]
        patient.send_to(f"{start}/3")
        patient.say("U0BEA", "@Tandem status")
        patient.send_to(app.url)
        waiting.time_has_come(patient)
    assert retries(app)[1:] == [("2", "too_many_redirects")]


def test_commands_are_never_sent_twice(patient: Sandbox, app: FakeApp, waiting: Waiting) -> None:
    app.says("", 500)
    assert patient.door("say", person="U0RAE", channel="C0DEAL", text="/map")["error"] == "dispatch_failed"
    assert len(app.heard) == 1
    assert waiting.delays == []


def test_stopping_calls_off_what_waits(app: FakeApp, waiting: Waiting) -> None:
    app.says("", 500)
    with Sandbox(app.url, MANIFEST, later=waiting.later) as sandbox:
        sandbox.say("U0BEA", "@Tandem status")
    assert waiting.called_off == 1


def test_what_two_people_do_comes_at_the_same_time(patient: Sandbox, app: FakeApp) -> None:
    both_are_here = Barrier(2, timeout=10)

    def wait_for_the_other(_request: Heard) -> Answer:
        both_are_here.wait()
        return 200, ""

    app.answer = wait_for_the_other
    patient.say("U0BEA", "@Tandem status", settle=False)
    patient.say("U0RAE", "@Tandem status")
    assert not both_are_here.broken
    assert {one["event"]["user"] for one in app.heard} == {"U0BEA", "U0RAE"}
    assert retries(app) == [(None, None)] * 2


def test_a_retry_does_not_stand_in_line_behind_other_events(patient: Sandbox, app: FakeApp) -> None:
    others_are_here, all_is_said, again = Barrier(EVENT_WORKERS, timeout=10), Event(), Event()
    seen: list[str] = []
    in_time: list[bool] = []

    def answer(request: Heard) -> Answer:
        words = request["event"]["text"].split()[-1]
        seen.append(words)
        if words == "first" and seen.count(words) == 2:
            again.set()
            return 200, ""
        if words != "late":
            others_are_here.wait()
        if words == "first":
            all_is_said.wait(10)
            return 500, ""
        in_time.append(again.wait(10))
        return 200, ""

    app.answer = answer
    for words in ("first", *["other"] * (EVENT_WORKERS - 1), "late"):  # the last takes the place of the first
        patient.say("U0BEA", f"@Tandem {words}", settle=False)
    all_is_said.set()
    patient.settle()
    assert in_time == [True] * EVENT_WORKERS


def test_what_one_act_causes_comes_in_its_order(sandbox_with: WithManifest, app: FakeApp) -> None:
    def hears_of_itself(manifest: dict[str, Any]) -> None:
        manifest["settings"]["event_subscriptions"]["bot_events"].append("channel_left")

    sandbox = sandbox_with(hears_of_itself)
    second = Event()

    def answer(request: Heard) -> Answer:
        if request["event"]["type"] == "channel_left":
            second.set()
        else:
            assert not second.wait(0.2), "the second came before the first was acked"
        return 200, ""

    app.answer = answer
    sandbox.leave("U0BEA", "U0TANDEM")
    assert [one["event"]["type"] for one in app.heard] == ["member_left_channel", "channel_left"]
