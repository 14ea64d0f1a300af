"""Slack's bad days by rule, as the caller sees them."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.faults import Fault
from tests.sandboxed import BOT_TOKEN, DEAL, Sandbox

POST = "chat.postMessage"
HI = {"channel": DEAL, "text": "hi"}


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {BOT_TOKEN}"}
    with httpx.Client(
        base_url=sandbox.api_url, headers=headers, trust_env=False, verify=False, timeout=10
    ) as api:
        yield api


def arrived(sandbox: Sandbox) -> int:
    return len(sandbox.messages("U0RAE"))


@pytest.mark.parametrize(
    ("rule", "status", "error"),
    [
        ({"kind": "rate_limited", "retry_after": 7}, 429, "ratelimited"),
        ({"kind": "fatal_error"}, 500, "fatal_error"),
        ({"kind": "refused", "error": "restricted_action"}, 200, "restricted_action"),
    ],
)
def test_slack_says_no_and_does_nothing(
    sandbox: Sandbox, api: httpx.Client, rule: dict[str, Any], status: int, error: str
) -> None:
    sandbox.fail(POST, **rule)
    answer = api.post(POST, data=HI)
    assert (answer.status_code, answer.json()) == (status, {"ok": False, "error": error})
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)
    assert arrived(sandbox) == 0
    assert api.post(POST, data=HI).json()["ok"]


def test_slack_is_out_of_service(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.fail(POST, "unavailable")
    answer = api.post(POST, data=HI)
    assert (answer.status_code, answer.headers["content-type"][:9]) == (503, "text/html")
    assert arrived(sandbox) == 0


@pytest.mark.parametrize(("kind", "arrivals"), [("timeout_before", 0), ("timeout_after", 1)])
def test_nobody_answers(sandbox: Sandbox, api: httpx.Client, kind: str, arrivals: int) -> None:
    sandbox.fail(POST, kind)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        api.post(POST, data=HI)
    assert arrived(sandbox) == arrivals
    assert api.post(POST, data=HI).json()["ok"]


@pytest.mark.parametrize(
    ("kind", "arrivals"), [("timeout_before", 0), ("timeout_after", 1), ("fatal_error", 0), ("slow", 1)]
)
def test_a_caller_who_does_not_wait_hears_nothing(
    sandbox: Sandbox, api: httpx.Client, kind: str, arrivals: int
) -> None:
    sandbox.fail(POST, kind, latency=60)
    with pytest.raises(httpx.ReadTimeout):
        api.post(POST, data=HI, timeout=0.3)
    if arrivals:
        sandbox.wait_for_message("U0RAE", "hi")
    assert arrived(sandbox) == arrivals


def test_a_slow_answer_is_a_whole_one(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.fail(POST, "slow", latency=0.05)
    assert api.post(POST, data=HI).json()["message"]["text"] == "hi"


def test_what_was_done_is_answered_with_something_unreadable(sandbox: Sandbox, api: httpx.Client) -> None:
    texts = []
    for number, kind in enumerate(("html", "cut_json", "empty"), start=1):
        sandbox.fail(POST, kind)
        answer = api.post(POST, data=HI)
        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            answer.json()
        assert arrived(sandbox) == number
        texts.append(answer.text)
    page, half, nothing = texts
    assert page.startswith("<!DOCTYPE html>")
    assert half.startswith('{"ok": true, "channel": "C0DEAL"')
    assert nothing == ""


def test_an_answer_is_lost(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.fail(POST, "lost_answer")
    assert api.post(POST, data=HI).status_code == 500
    assert arrived(sandbox) == 1


def test_a_rule_holds_for_its_method_its_channel_and_its_number_of_calls(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    sandbox.slack.faults.add(
        Fault(method=POST, kind="fatal_error", channel="U0RAE", times=2),
        Fault(method="*", kind="unavailable", channel=DEAL),
    )
    assert api.post("auth.test").status_code == 200
    dm = {"channel": "D0RAE", "text": "hi"}  # the same conversation as U0RAE
    assert [api.post(POST, data=dm).status_code for _ in range(3)] == [500, 500, 200]
    assert api.post("conversations.info", data=HI).status_code == 503
    assert api.post(POST, data=HI).status_code == 200


def test_the_log_says_that_nobody_answered(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.fail(POST, "timeout_after")
    with pytest.raises(httpx.RemoteProtocolError):
        api.post(POST, data=HI)
    assert [one["status"] for one in sandbox.log() if one["name"] == POST] == ["no answer"]


def test_the_door_tells_what_waits_and_forgets_it_on_request(sandbox: Sandbox, api: httpx.Client) -> None:
    rule = {"method": POST, "kind": "slow", "times": 3, "latency": 0.5}
    assert sandbox.door("faults", faults=[rule])["faults"] == [rule]
    assert sandbox.door("faults", faults=[])["faults"] == []
    assert api.post(POST, data=HI).json()["ok"]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"kind": "fatal_error"}, "rule 1, “method”: Field required"),
        ({"method": "chat.shout", "kind": "fatal_error"}, "rule 1, “method”: there is no method chat.shout"),
        ({"method": POST, "kind": "grumpy"}, "rule 1, “kind”: Input should be 'rate_limited'"),
        ({"method": POST, "kind": "refused"}, "rule 1: “error” goes with the kind refused"),
        ({"method": POST, "kind": "fatal_error", "error": "no_text"}, "rule 1: “error” goes with"),
        ({"method": POST, "kind": "refused", "error": "No text!"}, "rule 1, “error”"),
        ({"method": POST, "kind": "fatal_error", "retry_after": 5}, "rule 1: “retry_after” goes with"),
        ({"method": POST, "kind": "slow"}, "rule 1: the kind slow needs a “latency”"),
        ({"method": POST, "kind": "empty", "latency": -1}, "rule 1, “latency”"),
        ({"method": POST, "kind": "empty", "times": 0}, "rule 1, “times”"),
        ({"method": POST, "kind": "empty", "often": 2}, "rule 1, “often”: Extra inputs"),
        ("everything", "rule 1: Input should be a valid dictionary"),
    ],
)
def test_a_malformed_rule_is_refused_by_its_name(sandbox: Sandbox, rule: Any, words: str) -> None:
    answer = sandbox.http.post("/page/faults", json={"faults": [rule]})
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed_call")
    assert answer.json()["message"].startswith(words)


def test_only_rules_go_through_that_door(sandbox: Sandbox) -> None:
    for call in ({}, {"faults": "all"}, {"faults": [], "more": 1}):
        assert sandbox.http.post("/page/faults", json=call).status_code == 400
