"""The small Slack in a thread, with a tiny app at the other end."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.small_slack import Pace
from tests.sandbox.fake_app import FakeApp
from tests.sandboxed import Sandbox

MANIFEST = Path(__file__).with_name("manifest.yml")
# Whoever is slow here is a busy machine; a test of lateness says so with `acks_within`.
PATIENT: Pace = {"ack_seconds": 20.0, "trigger_seconds": 20.0, "retry_seconds": (0.0, 0.0, 0.0)}
MONDAY = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def app() -> Iterator[FakeApp]:
    app = FakeApp()
    app.start()
    yield app
    app.stop()


@pytest.fixture
def sandbox(app: FakeApp) -> Iterator[Sandbox]:
    with Sandbox(app.url, MANIFEST, start=MONDAY, **PATIENT) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


Changed = Callable[[dict[str, Any]], None]
WithManifest = Callable[[Changed], Sandbox]


@pytest.fixture
def sandbox_with(app: FakeApp, tmp_path: Path) -> Iterator[WithManifest]:
    """A sandbox whose app has another manifest: `change` edits the usual one in place."""
    started: list[Sandbox] = []

    def make(change: Changed) -> Sandbox:
        manifest = yaml.safe_load(MANIFEST.read_text())
        change(manifest)
        path = tmp_path / f"manifest{len(started)}.yml"
        path.write_text(yaml.safe_dump(manifest))
        sandbox = Sandbox(app.url, path, start=MONDAY, **PATIENT).start()
        started.append(sandbox)
        app.use(sandbox.api_url)
        return sandbox

    yield make
    for sandbox in started:
        sandbox.stop()


@pytest.fixture
def modal() -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "step.new",
        "title": {"type": "plain_text", "text": "A new step"},
        "submit": {"type": "plain_text", "text": "Add"},
        "private_metadata": "C0DEAL",
        "blocks": [
            {
                "type": "input",
                "block_id": "title",
                "label": {"type": "plain_text", "text": "Title"},
                "element": {"type": "plain_text_input", "action_id": "input", "max_length": 20},
            },
            {
                "type": "input",
                "block_id": "owner",
                "optional": True,
                "label": {"type": "plain_text", "text": "Owner"},
                "element": {"type": "external_select", "action_id": "person", "min_query_length": 0},
            },
        ],
    }


BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*4  Security review*"}},
    {
        "type": "actions",
        "block_id": "next.4",
        "elements": [
            {
                "type": "button",
                "action_id": "step.done",
                "text": {"type": "plain_text", "text": "Done"},
                "value": "1:4",
            },
            {
                "type": "overflow",
                "action_id": "step.more",
                "options": [{"text": {"type": "plain_text", "text": "Skip"}, "value": "1:4:skip"}],
            },
        ],
    },
]
