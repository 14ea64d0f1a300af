"""Real processes of Tandem, started, killed and started again, and the small Slack's way to them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from bot.web import EVENTS_PATH
from sandbox.log import Log
from sandbox.outgoing import SIGNING_SECRET, Ack, Outgoing
from tests.sandboxed import BOT_TOKEN, Sandbox

HOUSE = Path(__file__).parents[2]
SWEEP_SECONDS = 0.3
ACK_SECONDS = 10.0  # Slack's three, with room for a machine that starts a process meanwhile
RETRY_SECONDS = (0.3, 0.6, 1.2, 2.4, 4.8)  # a minute and five would be Slack's


def eventually(what: Callable[[], Any], seconds: float = 20, *, why: Callable[[], str] | str = "") -> None:
    """Look until it is so; an `AssertionError` after the deadline. For what nobody announces, as a row."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(f"not so within {seconds} s: {why() if callable(why) else why}")
        pause.wait(0.02)


def free_port() -> int:
    """A port that nobody listens on; the same one serves a replica after its restart."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Replica:
    """One process of `python app.py serve`. `notes` is the file its log goes to, across restarts."""

    def __init__(self, slack: Sandbox, database_url: str, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder
        self.notes = folder / f"{name}.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.door = Outgoing(
            self.url + EVENTS_PATH, slack.slack.log, ack_seconds=ACK_SECONDS, retry_seconds=RETRY_SECONDS
        )
        self._environment = {
            **{key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "HOME", "TMPDIR")},
            "PORT": str(self.port),
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "CLOCK_URL": slack.clock_url,
            "DATABASE_URL": database_url,
            "SWEEP_SECONDS": str(SWEEP_SECONDS),
            "LOG_LEVEL": "WARNING",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; see `wait_until_well` for when it works."""
        with self.notes.open("ab") as notes:
            self._process = subprocess.Popen(
                [sys.executable, str(HOUSE / "app.py"), "serve"],
                cwd=self.folder,
                env=self._environment,
                stdout=notes,
                stderr=notes,
            )

    def wait_until_well(self) -> None:
        eventually(self._is_well, 30, why=f"{self.name} answers /healthz")

    def _is_well(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.notes.read_text()
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/healthz", timeout=30, trust_env=False).status_code == 200
        return False

    def kill(self) -> None:
        """`kill -9`: it gets no chance to say or write anything more. Returns at once."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)

    def bury(self) -> None:
        """Wait until a killed one is gone."""
        assert self._process is not None
        assert self._process.wait(10) == -signal.SIGKILL

    def stop(self) -> None:
        """Ask it to end, as a deployment does. It finishes what it is sending."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)

    def complaints(self) -> list[str]:
        """What an operator would be woken by: errors in its log, and anything that is no log line at all."""
        found = []
        for line in self.notes.read_text().splitlines():
            try:
                level = json.loads(line)["level"]
            except ValueError:
                level = "error"
            if level in ("error", "critical"):
                found.append(f"{self.name}: {line}")
        return found


class FrontDoor(Outgoing):
    """What stands before several replicas: each request goes to the next of them.

    With `to_all` an event goes to every replica at once: Slack promises to deliver it at least once, no more.
    """

    def __init__(self, replicas: Sequence[Replica], log: Log) -> None:
        super().__init__("http://127.0.0.1:1/", log)
        self.to_all = False
        self._replicas = replicas
        self._turn = cycle(replicas)
        self._taking_turns = threading.Lock()

    def next_door(self) -> Outgoing:
        with self._taking_turns:
            return next(self._turn).door

    def command(self, name: str, form: dict[str, str]) -> Ack:
        return self.next_door().command(name, form)

    def interaction(self, name: str, payload: dict[str, Any]) -> Ack:
        return self.next_door().interaction(name, payload)

    def event(self, body: dict[str, Any]) -> None:
        for door in [one.door for one in self._replicas] if self.to_all else [self.next_door()]:
            door.event(body)

    def wait_idle(self, seconds: float) -> bool:
        return all(replica.door.wait_idle(seconds) for replica in self._replicas)

    def close(self) -> None:
        for replica in self._replicas:
            replica.door.close()
        super().close()


@contextlib.contextmanager
def replicas_of(
    slack: Sandbox, database_url: str, folder: Path, count: int, *, started: bool = True
) -> Iterator[list[Replica]]:
    """So many replicas on one database, reached through a `FrontDoor`; stopped when the block ends."""
    replicas = [Replica(slack, database_url, folder, f"replica-{n}") for n in range(1, count + 1)]
    slack.slack.outgoing.close()
    slack.slack.outgoing = FrontDoor(replicas, slack.slack.log)
    try:
        if started:
            start_all(replicas)
        yield replicas
    finally:
        for replica in replicas:
            replica.stop()


def start_all(replicas: Sequence[Replica]) -> None:
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.wait_until_well()


def a_minute_later(replicas: Sequence[Replica], pass_a_minute: Callable[[], object]) -> None:
    """Everybody stops in order, so what is still being sent is what the dead had in hand; then it goes on."""
    for replica in replicas:
        replica.stop()
    pass_a_minute()
    start_all(replicas)
