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
from structlog.testing import CapturingLogger

from bot import errors
from bot.use_cases import dates, steps
from sandbox.outgoing import SIGNING_SECRET
from storage.database import Database
from storage.models import Change, StepState
from storage.outgoing import Outgoing
from tests.sandboxed import words_of
from tests.scenario.conftest import Stage, make_stage
from tests.scenario.doors import app_client, state_of

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def post(
    stage: Stage,
    body: bytes,
    *,
    stamp: int | None = None,
    secret: str = SIGNING_SECRET,
    kind: str = FORM,
    **changes: bytes,
) -> httpx.Response:
    """What Slack signed, or somebody with another `secret`; `changes` are of its two headers."""
    stamp = stamp if stamp is not None else int(time.time())
    signature = hmac.new(secret.encode(), b"v0:%d:" % stamp + body, hashlib.sha256).hexdigest()
    headers = [
        (b"content-type", kind.encode()),
        (b"x-slack-request-timestamp", changes.get("stamp_sent", b"%d" % stamp)),
        (b"x-slack-signature", changes.get("signature_sent", f"v0={signature}".encode())),
    ]
    url = stage.slack.slack.app_url
    return httpx.post(url, content=body, headers=headers, timeout=60, trust_env=False, verify=False)


def payload_of(**payload: Any) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


DONE = {
    "command": "/map",
    "text": "done 3",
    "team_id": "T0NORTHWIND",
    "channel_id": "C0DEAL",
    "user_id": "U0RAE",
    "trigger_id": "1.2.3",
    "api_app_id": "A0TANDEM",
}


def done_command(stage: Stage) -> bytes:
    return urlencode({**DONE, "response_url": f"{stage.slack.origin}/response/x"}).encode()


def mention(**changes: Any) -> bytes:
    """An event as JSON: Bea mentions Tandem, but for the `changes`."""
    said = {
        "type": "app_mention", "user": "U0BEA", "user_team": "T0ACME", "channel": "C0DEAL", "ts": "1.1",
        "text": "<@U0TANDEM> status", **changes,
    }  # fmt: skip
    return json.dumps({"type": "event_callback", "team_id": "T0NORTHWIND", "event": said}).encode()


def test_a_true_signature_is_accepted_and_a_false_one_is_not(plan: Stage) -> None:
    assert post(plan, done_command(plan), secret="another").status_code == 401
    assert plan.step(3).state is StepState.OPEN
    assert post(plan, done_command(plan)).status_code == 200
    assert plan.step(3).state is StepState.DONE


def test_a_request_of_ten_minutes_ago_is_refused(plan: Stage) -> None:
    assert post(plan, done_command(plan), stamp=int(time.time()) - 600).status_code == 401
    assert plan.step(3).state is StepState.OPEN


@pytest.fixture
def heard(plan: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing changes, nothing is told to the operator, and Tandem is well afterwards."""
    before = state_of(plan)
    log = CapturingLogger()
    monkeypatch.setattr(errors, "log", log)
    yield
    assert [record.getMessage() for record in caplog.get_records("call")] == []
    assert log.calls == []
    assert state_of(plan) == before
    health = plan.slack.slack.app_url.replace("/slack/events", "/healthz")
    assert httpx.get(health, trust_env=False).json()["ok"]


DEEP = b"[" * 100_000
VIEW = {"id": "V1", "type": "modal", "callback_id": "step.date", "private_metadata": "{}", "blocks": []}
BEA = {"id": "U0BEA", "team_id": "T0ACME"}
LONG = "U" + "0" * 20
PRESS: dict[str, Any] = {
    "type": "block_actions", "team": {"id": "T0NORTHWIND"}, "user": BEA, "trigger_id": "1",
    "channel": {"id": "C0DEAL"}, "actions": [{"action_id": "step.done", "value": "1:2"}],
}  # fmt: skip
UNREADABLE = {
    "a list": (b"[]", JSON),
    "null": (b"null", JSON),
    "a number": (b"5", JSON),
    "a text": (b'"x"', JSON),
    "no JSON": (b"{", JSON),
    "deep": (DEEP, JSON),
    "no UTF-8": (b"\xff\xfe not a form", FORM),
    "no JSON in a form": (b"payload=%7Bnot+json", FORM),
    "a list in a form": (b"payload=[]", FORM),
    "null in a form": (b"payload=null", FORM),
    "a number in a form": (b"payload=5", FORM),
    "deep in a form": (b"payload=" + DEEP, FORM),
    "a command of nobody": (b"command=%2Fmap&text=done+3", FORM),
    "a form alone": (payload_of(type="view_submission"), FORM),
    "a form without a sender": (payload_of(type="view_submission", view=VIEW), FORM),
    **{
        f"a form without its {part}": (
            payload_of(type="view_submission", user=BEA, view={k: v for k, v in VIEW.items() if k != part}),
            FORM,
        )
        for part in VIEW
    },
    "a form that is a text": (payload_of(type="view_submission", user=BEA, view="callback_id"), FORM),
    "a form closed": (payload_of(type="view_closed", user=BEA, view="callback_id"), FORM),
    "a search in nothing": (payload_of(type="block_suggestion", action_id="x", view=5), FORM),
    "a press of nothing": (payload_of(type="block_actions", user=BEA, trigger_id="1", actions=[]), FORM),
    "a menu of nobody": (payload_of(type="message_action", callback_id="x", trigger_id="1"), FORM),
    "an event of no kind": (b'{"type": "event_callback", "event": 5}', JSON),
    "a kind that is a list": (b'{"type": []}', JSON),
    # Ids and places that no column keeps: PostgreSQL refuses them, SQLite would not.
    "a command of somebody with a long id": (urlencode({**DONE, "user_id": LONG}).encode(), FORM),
    "a command in a channel with a long id": (urlencode({**DONE, "channel_id": LONG}).encode(), FORM),
    "a command with a long trigger": (urlencode({**DONE, "trigger_id": "1" * 300}).encode(), FORM),
    "a press by somebody with a long id": (payload_of(**{**PRESS, "user": {**BEA, "id": LONG}}), FORM),
    "a press of a firm with a long id": (payload_of(**{**PRESS, "user": {**BEA, "team_id": LONG}}), FORM),
    "a mention by somebody with a long id": (mention(user=LONG), JSON),
    "a mention of a firm with a long id": (mention(user_team=LONG), JSON),
    "a mention with a long stamp": (mention(ts="1" * 31), JSON),
    "somebody with a long id joins": (mention(type="member_joined_channel", user=LONG), JSON),
    "a channel goes on by a long id": (
        mention(type="channel_id_changed", old_channel_id="C0DEAL", new_channel_id=LONG),
        JSON,
    ),
    "workspaces with long ids": (mention(type="team_access_granted", team_ids=[LONG]), JSON),
    "tokens that are a text": (mention(type="tokens_revoked", tokens="U0TANDEM"), JSON),
}
UNKNOWN = {
    "nothing": (b"", FORM),
    "an empty form": (b"payload={}", FORM),
    "an empty object": (b"{}", JSON),
    "a list as a form": (b"[]", FORM),
}


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(("body", "kind"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_nobody_can_read_is_refused_without_a_word(plan: Stage, body: bytes, kind: str) -> None:
    assert post(plan, body, kind=kind).status_code in (400, 401)
    assert post(plan, body, kind=kind, secret="another").status_code == 401


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(("body", "kind"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_body_that_is_nothing_known_changes_nothing_and_breaks_nothing(
    plan: Stage, body: bytes, kind: str
) -> None:
    assert post(plan, body, kind=kind).status_code < 500
    assert post(plan, body, kind=kind, secret="another").status_code == 401


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("stamp_sent", [b"abc", b"", b"9" * 400, b"9" * 5000], ids=len)
def test_a_stamp_that_is_no_time_is_a_false_one(plan: Stage, stamp_sent: bytes) -> None:
    assert post(plan, done_command(plan), stamp_sent=stamp_sent).status_code == 401


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("signature_sent", ["v0=é".encode(), b"v0=\xff", b""])
def test_a_signature_that_is_none_is_a_false_one(plan: Stage, signature_sent: bytes) -> None:
    assert post(plan, done_command(plan), signature_sent=signature_sent).status_code == 401


@pytest.mark.usefixtures("heard")
def test_slack_may_look_at_the_certificate_and_ask_whose_address_this_is(plan: Stage) -> None:
    certificate = b"token=x&ssl_check=1"
    assert post(plan, certificate).status_code == 200
    assert post(plan, certificate, secret="another").status_code == 200
    assert post(plan, done_command(plan) + b"&ssl_check=1", secret="another").status_code == 200
    challenge = b'{"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}'
    assert post(plan, challenge, kind=JSON).json() == {"challenge": "3eZbrw1a"}
    assert post(plan, challenge, kind=JSON, secret="another").status_code == 401


def test_what_breaks_and_names_no_place_to_say_so_is_answered_all_the_same(plan: Stage) -> None:
    mention = {"type": "app_mention", "user": "U0BEA", "ts": "1.1", "text": "<@U0TANDEM> status"}
    body = {"type": "event_callback", "event_id": "Ev1", "event": mention}
    assert errors.handle_error(ValueError("broke"), body, app_client(plan)).status == 200
    assert post(plan, json.dumps(body).encode(), kind=JSON).status_code == 400, "said in no channel"


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
    return payload_of(**payload)


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
    monkeypatch.setattr(dates, "change_date", broken)
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
