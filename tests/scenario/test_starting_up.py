"""`python app.py serve` starts, or says in a line why it cannot."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from sandbox.outgoing import SIGNING_SECRET
from tests.sandboxed import BOT_TOKEN, Sandbox

HOUSE = Path(__file__).parents[2]


def environment(slack: Sandbox, folder: Path, **changes: str) -> dict[str, str]:
    return {
        **os.environ,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "CLOCK_URL": slack.clock_url,
        "DATABASE_URL": f"sqlite:///{folder / 'serve.db'}",
        "PORT": "0",
        **changes,
    }


def run(folder: Path, settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HOUSE / "app.py"), *words]
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack does not accept SLACK_BOT_TOKEN: invalid_auth"),
        ({"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "Slack cannot be reached"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Slack does not accept SLACK_APP_TOKEN"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "The database cannot be used"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    with Sandbox() as slack:
        done = run(tmp_path, environment(slack, tmp_path, **changes), "serve")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with Sandbox() as slack, socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(tmp_path, environment(slack, tmp_path, PORT=port), "serve")
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr
    assert not (tmp_path / "serve.db").exists()


def test_it_answers_on_its_port_and_stops_when_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Sandbox() as slack:
        settings = environment(slack, tmp_path, PORT=str(port))
        command = [sys.executable, str(HOUSE / "app.py"), "serve"]
        with subprocess.Popen(command, cwd=tmp_path, env=settings, stderr=subprocess.DEVNULL) as tandem:
            try:
                slack.wait_for(lambda: slack.calls("auth.test"))
                # The port takes connections before the first call to Slack; the answer waits for the start.
                with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
                    assert json.load(answer)["ok"] is True
                tandem.terminate()
                assert tandem.wait(timeout=15) == 0
            finally:
                tandem.kill()  # where something went wrong: the end of the block waits for it, however long


def test_migrate_reads_the_same_settings_as_serve(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"DATABASE_URL=sqlite:///{tmp_path / 'from-env-file.db'}\n")
    settings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    assert "brought up to date" in run(tmp_path, settings, "migrate").stdout
    assert "is up to date" in run(tmp_path, settings, "migrate").stdout
    assert (tmp_path / "from-env-file.db").exists()
