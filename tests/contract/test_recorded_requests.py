"""Requests as Slack sent them, recorded by others, go through Tandem without breaking anything.

None of them is about a plan of ours, so each must be answered and change nothing.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlmodel import select

from sandbox.outgoing import SIGNING_SECRET
from storage.database import Database
from storage.models import Change, Plan
from tests.scenario.conftest import Stage, make_stage

PAYLOADS = Path(__file__).parents[2].parent / "shared" / "slack" / "payloads"
FILES = sorted(path for path in PAYLOADS.glob("*.*") if path.suffix in (".json", ".txt"))


@pytest.fixture
def stage(database: Database) -> Iterator[Stage]:
    yield from make_stage(database)


def request_of(path: Path) -> tuple[bytes, str]:
    """The body and its content type, as Slack would put it on the wire."""
    if path.suffix == ".txt":
        return path.read_bytes().strip(), "application/x-www-form-urlencoded"
    body: Any = json.loads(path.read_text())
    body = body.get("body", body)
    if "event" in body:
        return json.dumps(body).encode(), "application/json"
    return urlencode({"payload": json.dumps(body)}).encode(), "application/x-www-form-urlencoded"


def test_the_recorded_requests_are_there() -> None:
    assert len(FILES) >= 20, f"{PAYLOADS} is missing"


def test_each_recorded_request_is_answered_and_changes_nothing(stage: Stage) -> None:
    for path in FILES:
        body, kind = request_of(path)
        stamp = str(int(time.time()))
        signed = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
        headers = {
            "content-type": kind,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={signed.hexdigest()}",
        }
        answer = httpx.post(stage.slack.slack.app_url, content=body, headers=headers, trust_env=False)
        # 404 is Bolt's answer to what nobody listens for: an event or a command of another app.
        assert answer.status_code in (200, 404), (path.name, answer.status_code, answer.text)
    assert stage.rows(select(Plan)) == []
    assert stage.rows(select(Change)) == []
