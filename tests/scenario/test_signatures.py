"""Only what Slack signed is listened to, and what it signed once counts once.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
import pytest
from sqlmodel import select

from bot.web import Web
from sandbox.outgoing import SIGNING_SECRET
from storage.database import Database
from storage.outgoing import Outgoing
from tests.scenario.conftest import Stage, make_stage
from tests.scenario.doors import state_of

FIVE_MINUTES = 5 * 60
STAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"


@dataclass(frozen=True, slots=True)
class Request:
    """As Slack sent it."""

    body: bytes
    headers: Mapping[str, str]

    @property
    def stamp(self) -> int:
        return int(self.headers[STAMP])

    def signed_at(self, stamp: int, body: bytes | None = None) -> "Request":
        """The same with another moment, and a signature that is right for it."""
        words = self.body if body is None else body
        signed = hmac.new(SIGNING_SECRET.encode(), b"v0:%d:" % stamp + words, hashlib.sha256).hexdigest()
        return Request(words, {**self.headers, STAMP: str(stamp), SIGNATURE: f"v0={signed}"})


SENT: list[Request] = []


@pytest.fixture
def plan(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Every request of Slack's is kept, as it was on the wire."""
    SENT.clear()
    listen = Web.__call__

    def keep(web: Web, environ: Any, start_response: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        named = {"content-type": environ.get("CONTENT_TYPE", "")}
        for name in (STAMP, SIGNATURE):
            named[name] = environ.get("HTTP_" + name.upper().replace("-", "_"), "")
        SENT.append(Request(body, named))
        return listen(web, {**environ, "wsgi.input": BytesIO(body)}, start_response)

    for stage in make_stage(database):
        stage.start_plan()
        monkeypatch.setattr(Web, "__call__", keep)
        yield stage


def press_a_button(stage: Stage) -> None:
    stage.slack.click("U0BEA", "step.done", near="2  Write down who signs off")


def send_a_window(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map add")
    stage.slack.submit("U0RAE", {"title": "Meet the auditors"})


def type_a_command(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map done 3")


def mention_tandem(stage: Stage) -> None:
    stage.slack.say("U0BEA", "@Tandem done 3")


def search_for_somebody(stage: Stage) -> None:
    stage.slack.say("U0RAE", "/map add")
    view = stage.slack.need_view("U0RAE")
    block = next(one for one in view["blocks"] if one.get("element", {}).get("type") == "external_select")
    stage.slack.options("U0RAE", block["block_id"], "Bea")


KINDS = {
    "button": press_a_button,
    "window": send_a_window,
    "command": type_a_command,
    "mention": mention_tandem,
    "options": search_for_somebody,
}


def acted(stage: Stage, kind: str) -> Request:
    """Somebody does it; the request that it came as, which was the last."""
    KINDS[kind](stage)
    stage.settle()
    return SENT[-1]


def again(stage: Stage, request: Request) -> httpx.Response:
    url = stage.slack.slack.app_url
    headers = dict(request.headers)
    return httpx.post(url, content=request.body, headers=headers, timeout=60, trust_env=False, verify=False)


def everything(stage: Stage) -> tuple[list[str], int, int]:
    return state_of(stage), len(stage.rows(select(Outgoing))), len(stage.slack.calls("chat.postMessage"))


@pytest.mark.parametrize("kind", KINDS)
def test_inside_five_minutes_the_same_request_changes_nothing_twice(plan: Stage, kind: str) -> None:
    before = everything(plan)
    request = acted(plan, kind)
    after = everything(plan)
    assert (after != before) is (kind != "options")
    for _ in range(2):
        assert again(plan, request).status_code == 200
    late = request.signed_at(request.stamp - FIVE_MINUTES + 60)  # as long as Slack allows, nearly
    assert again(plan, late).status_code == 200
    plan.settle()
    assert everything(plan) == after


@pytest.mark.parametrize("kind", KINDS)
def test_what_slack_did_not_sign_as_it_is_changes_nothing(plan: Stage, kind: str) -> None:
    request = acted(plan, kind)
    before = everything(plan)
    now = int(time.time())
    fresh = request.body.replace(b"trigger_id", b"trigger_xx").replace(b"event_id", b"event_xx")
    forged = {
        "its words": Request(fresh + b" ", request.headers),
        "its moment": Request(request.body, {**request.headers, STAMP: str(request.stamp + 1)}),
        "no signature": Request(request.body, {**request.headers, SIGNATURE: ""}),
        "no moment": Request(request.body, {**request.headers, STAMP: ""}),
        "another version": Request(
            request.body, {**request.headers, SIGNATURE: request.headers[SIGNATURE].replace("v0=", "v1=")}
        ),
        "stale": request.signed_at(now - FIVE_MINUTES - 5),
        "of the future": request.signed_at(now + FIVE_MINUTES + 60),
    }
    for what, tampered in forged.items():
        assert again(plan, tampered).status_code == 401, what
    plan.settle()
    assert everything(plan) == before
