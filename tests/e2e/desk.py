"""A desk with Tandem and a small Slack on it: `python app.py sandbox` in a folder of its own."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import Any, Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from zoneinfo import ZoneInfo

import yaml

from app import SANDBOX_BOT_TOKEN, SANDBOX_SIGNING_SECRET, SANDBOX_STATE
from bot.application import build_client, build_tandem
from bot.clock import SandboxClock
from bot.web import EVENTS_PATH, Web
from sandbox.moments import day_of
from sandbox.small_slack import SmallSlack
from sandbox.story import Story, tell
from storage.database import Database
from storage.migrate import migrate
from tests.sandboxed import Sandbox

HOUSE = Path(__file__).parents[2]
EXAMPLE = HOUSE / "sandbox" / "stories" / "example.yml"
STARTS_WITHIN = 60.0  # seconds, for a machine that is busy with something else
PATIENCE = 30.0  # the same, instead of Slack's three


class Desk:
    """The process that `make sandbox` starts. What was done stays in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.address = ""
        self._complaints = folder / "complaints.txt"
        self._process: subprocess.Popen[str] | None = None

    def start(self, *options: str) -> Self:
        words = [sys.executable, str(HOUSE / "app.py"), "sandbox", "--port", str(self.port), *options]
        with self._complaints.open("wb") as complaints:
            self._process = subprocess.Popen(
                words,
                cwd=self.folder,
                env=_settings_apart(),
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
            )
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], STARTS_WITHIN)
        said = self._process.stdout.readline() if ready else "nothing"
        found = re.fullmatch(r"Tandem sandbox: (http://127\.0\.0\.1:\d+/)\n", said)
        assert found, f"`make sandbox` said {said!r} {self._complaints.read_text()}"
        self.address = found.group(1)
        return self

    def stop(self) -> None:
        """End it, whether or not a page is open. It goes without a traceback."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        assert self._process.wait(15) == 0
        assert self._process.stdout is not None
        said = self._process.stdout.read()
        self._process.stdout.close()
        self._process = None
        assert said == "", f"after its address it said {said}"
        complaints = self._complaints.read_text()
        assert "Traceback" not in complaints, complaints

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingMixIn, WSGIServer):
    """Answers a story. Unlike the one that Tandem is served by, it can be stopped at once."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


def tell_in(folder: Path, story: Story) -> None:
    """Leave in `folder` what `make sandbox` would leave there after this story, to start from."""
    state = folder / SANDBOX_STATE
    state.mkdir()
    with running_in(state, story.set_clock) as sandbox:
        tell(sandbox.slack, story)


@contextmanager
def running_in(state: Path, begin: Callable[[SmallSlack], None]) -> Iterator[Sandbox]:
    """Tandem and a small Slack in this process. `begin` sees the fresh world before anybody comes."""
    database = Database(f"sqlite:///{state}/tandem.db")
    migrate(database)
    server = _Server(("127.0.0.1", 0), _Quiet)
    app_url = f"http://127.0.0.1:{server.server_port}{EVENTS_PATH}"
    with server, Sandbox(app_url, state=state, ack_seconds=PATIENCE, trigger_seconds=PATIENCE) as sandbox:
        begin(sandbox.slack)
        client = build_client(SANDBOX_BOT_TOKEN, sandbox.api_url)
        tandem = build_tandem(
            database, SandboxClock(sandbox.clock_url), client, SANDBOX_SIGNING_SECRET, sweep_seconds=1
        )
        server.set_app(Web(tandem))
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        tandem.start()
        try:
            yield sandbox
        finally:
            tandem.stop()
            server.shutdown()
    database.dispose()


def example_on(day: date) -> Story:
    """The example as it is told to somebody who starts the sandbox on that day."""
    return Story.model_validate(_counted_from(day, yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))))


def greeting_on(day: date) -> Story:
    """An empty channel, where Rae says hello at three in the afternoon. For Bea it is ten."""
    hello = {"as": "U0RAE", "say": "Hi Bea, shall we write down the way to go-live?"}
    return Story.model_validate(_counted_from(day, {"start": "+0d 15:00", "steps": [hello]}))


def long_plan_on(day: date, steps: int) -> Story:
    """The 22 steps of a regulated buyer, and evidence of Rae's own up to that many; three days later."""
    new = {
        "template": {"pick": "Regulated buyer"},
        "name": f"Acme Bank, {steps} steps",
        "anchor_kind": {"pick": "Signature"},
        "anchor_date": {"day": "+120wd"},
        "buyer_company": "Acme",
        "buyer_lead": {"pick": "Bea"},
        "seller_country": {"pick": "United Kingdom"},
        "buyer_country": {"pick": "United States"},
    }
    told: list[dict[str, Any]] = [
        {"as": "U0RAE", "say": "/map new"},
        {"as": "U0RAE", "submit": {"view": "plan.new", "values": new}},
        {"as": "U0RAE", "close": "notice"},
        {"as": "U0RAE", "wait": "Agree on the goals"},
    ]
    for number in range(23, steps + 1):
        title = f"Evidence for control {number} of the framework"
        told.append({"as": "U0RAE", "say": f"/map add {title} @Rae in {number % 9 + 1} weeks"})
    return Story.model_validate(_counted_from(day, {"start": "+0d 15:00", "steps": told}))


def _counted_from(day: date, part: Any) -> Any:
    """Count the days of a story from `day`, not from today: no run has a holiday in it."""
    if isinstance(part, list):
        return [_counted_from(day, one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _shifted(day, value) if key in ("start", "clock", "day") else _counted_from(day, value)
        for key, value in part.items()
    }


def _shifted(day: date, moment: str) -> str:
    said, *time = moment.split()
    today = datetime.now(ZoneInfo("Europe/London")).date()
    return " ".join([f"{(day_of(said, day) - today).days:+d}d", *time])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _settings_apart() -> dict[str, str]:
    """The environment without what somebody may have set for their own Tandem."""
    ours = ("SLACK_", "DATABASE_", "CLOCK_", "LOG_", "TANDEM_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
