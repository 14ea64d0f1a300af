"""Requests as they should not be: forged, old, repeated, too large, from an older version."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlmodel import col, select

from bot.use_cases import steps
from sandbox.outgoing import SIGNING_SECRET
from storage.database import Database
from storage.models import Change, StepState
from storage.outgoing import Outgoing
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage, make_stage


def post(
    stage: Stage, body: bytes, *, stamp: int | None = None, secret: str = SIGNING_SECRET
) -> httpx.Response:
    stamp = stamp if stamp is not None else int(time.time())
    signature = hmac.new(secret.encode(), b"v0:%d:" % stamp + body, hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": str(stamp),
        "x-slack-signature": f"v0={signature}",
    }
    return httpx.post(stage.slack.slack.app_url, content=body, headers=headers, trust_env=False)


def done_command(stage: Stage, trigger: str = "1.2.3") -> bytes:
    fields = {
        "command": "/map",
        "text": "done 3",
        "team_id": "T0NORTHWIND",
        "channel_id": "C0DEAL",
        "user_id": "U0RAE",
        "trigger_id": trigger,
        "response_url": f"{stage.slack.origin}/response/x",
        "api_app_id": "A0TANDEM",
    }
    return urlencode(fields).encode()


@pytest.fixture
def plan(stage: Stage) -> Stage:
    stage.start_plan()
    return stage


def test_a_true_signature_is_accepted_and_a_false_one_is_not(plan: Stage) -> None:
    assert post(plan, done_command(plan), secret="another").status_code == 401
    assert plan.step(3).state is StepState.OPEN
    assert post(plan, done_command(plan)).status_code == 200
    assert plan.step(3).state is StepState.DONE


def test_a_request_of_ten_minutes_ago_is_refused(plan: Stage) -> None:
    assert post(plan, done_command(plan), stamp=int(time.time()) - 600).status_code == 401
    assert plan.step(3).state is StepState.OPEN


@pytest.mark.parametrize("body", [b"", b"\xff\xfe not a form", b"payload=%7Bnot+json", b"payload={}", b"{}"])
def test_a_body_that_is_nothing_known_changes_nothing_and_breaks_nothing(plan: Stage, body: bytes) -> None:
    assert post(plan, body).status_code < 500
    assert httpx.get(plan.slack.slack.app_url.replace("/slack/events", "/healthz"), trust_env=False).json()[
        "ok"
    ]


def test_two_megabytes_are_refused_before_they_are_read(plan: Stage) -> None:
    assert post(plan, b"text=" + b"x" * 2_000_000).status_code == 413


def test_a_repeated_command_is_carried_out_once(plan: Stage) -> None:
    body = done_command(plan).replace(b"done+3", b"add+Only+once")
    for _ in range(2):
        assert post(plan, body).status_code == 200
    assert [c.kind for c in plan.rows(select(Change))].count("step_added") == 1


def test_a_button_of_an_older_version_says_so_in_a_window(plan: Stage) -> None:
    payload = press(plan, "step.vote", "1:2")
    assert post(plan, payload).status_code == 200
    # The window could not open with an invented trigger; what counts is that nothing broke or changed.
    assert plan.step(2).state is StepState.OPEN


def press(plan: Stage, action_id: str, value: str, **changes: Any) -> bytes:
    payload = {
        "type": "block_actions",
        "team": {"id": "T0NORTHWIND", "domain": "northwind"},
        "user": {"id": "U0BEA", "team_id": "T0ACME", "username": "bea"},
        "api_app_id": "A0TANDEM",
        "trigger_id": f"9.9.{time.perf_counter_ns()}",
        "channel": {"id": "C0DEAL", "name": "acme-northwind"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C0DEAL"},
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
        **changes,
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def test_a_button_with_the_ids_of_another_channel_or_plan_changes_nothing(plan: Stage) -> None:
    step = plan.step(2)
    value = f"{step.plan_id}:{step.id}"
    elsewhere = {"channel": {"id": "C0TEAM", "name": "x"}}
    for body in (
        press(plan, "step.done", value, **elsewhere),
        press(plan, "step.done", f"999:{step.id}"),
        press(plan, "step.done", f"{step.plan_id}:9999"),
        press(plan, "step.done", "nonsense"),
        press(plan, "step.done", value, user={"id": "U0NOBODY", "team_id": "T0THIRD"}),
    ):
        assert post(plan, body).status_code == 200
    assert plan.step(2).state is StepState.OPEN


def test_a_press_by_an_enterprise_user_counts_for_the_side_on_record(plan: Stage) -> None:
    step = plan.step(2)
    body = press(plan, "step.done", f"{step.plan_id}:{step.id}", user={"id": "U0BEA", "team_id": "E0ACME"})
    assert post(plan, body).status_code == 200
    assert plan.step(2).finished_by == "U0BEA"


def test_what_nobody_foresaw_is_said_with_a_number_and_nothing_typed_is_lost(
    plan: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the moon fell down")

    plan.slack.click("U0BEA", "step.date", near="2  Write down")
    monkeypatch.setattr(steps, "move_step", broken)
    monkeypatch.setattr(steps, "complete_step", broken)
    errors = plan.slack.submit("U0BEA", {"due": "2026-06-19", "reason": "kept"})
    assert "give this number" in str(errors)
    assert "kept" in str(plan.slack.need_view("U0BEA")["values"])
    plan.slack.close("U0BEA")
    plan.slack.click("U0BEA", "step.done", near="2  Write down")
    assert "give this number" in words_of(plan.slack.need_view("U0BEA"))
    plan.slack.close("U0BEA")
    plan.slack.say("U0RAE", "/map done 3")
    assert "give this number" in words_of(plan.slack.messages("U0RAE")[-1])
    ts = plan.slack.say("U0BEA", "@Tandem done 2")
    plan.settle()
    [said] = [one for one in plan.slack.messages("U0BEA") if one["ts"] == ts]
    assert "give this number" in words_of(said["replies"][-1])


@pytest.fixture(params=["http", "socket"])
def doubled(database: Database, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Every request reaches Tandem twice."""
    yield from make_stage(database, twice=True, by_socket=request.param == "socket")


def test_a_whole_morning_with_every_request_twice_leaves_the_same_plan(doubled: Stage) -> None:
    doubled.start_plan()
    doubled.slack.say("U0RAE", "/map add Call the DPO")
    doubled.slack.say("U0BEA", "@Tandem add Book the room")
    doubled.slack.say("U0BEA", "@Tandem done 2")
    doubled.settle()
    doubled.slack.click("U0BEA", "step.done", near="1  Agree on the goals")
    doubled.slack.click("U0BEA", "plan.add")
    doubled.slack.submit("U0BEA", {"title": "By form"})
    doubled.slack.click("U0BEA", "step.date", near="1  Agree on the goals")
    doubled.slack.submit("U0BEA", {"due": "2026-06-19"})
    doubled.settle()
    kinds = [change.kind for change in doubled.rows(select(Change).order_by(col(Change.id)))]
    assert kinds == [
        "plan_started",
        "step_added",
        "step_added",
        "step_done",
        "step_half_confirmed",
        "step_added",
        "step_moved",
    ]
    assert len(doubled.rows(select(Outgoing).where(Outgoing.kind == "reply"))) == 2
