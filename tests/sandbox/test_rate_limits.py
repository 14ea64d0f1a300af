"""How often a method may be called: on a wall clock that stands still until a test turns it."""

from collections.abc import Iterator

import httpx
import pytest

from sandbox.limits import LIMITS, POSTS_IN_A_WORKSPACE, TIER_1, TIER_2, TIER_3, TIER_4, RateLimits
from sandbox.refusals import REFUSALS
from sandbox.webapi import METHODS
from tests.sandbox.conftest import MANIFEST, MONDAY
from tests.sandbox.fake_app import FakeApp
from tests.sandbox.test_time_and_memory import run
from tests.sandboxed import BOT_TOKEN, DEAL, Sandbox


class Wall:
    """Seconds that only pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def slow_sandbox(app: FakeApp, wall: Wall) -> Iterator[Sandbox]:
    with Sandbox(app.url, MANIFEST, start=MONDAY, wall=wall) as sandbox:
        app.use(sandbox.api_url)
        yield sandbox


@pytest.fixture
def api(slow_sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {BOT_TOKEN}"}
    with httpx.Client(base_url=slow_sandbox.api_url, headers=headers, trust_env=False, verify=False) as api:
        yield api


def post(api: httpx.Client, channel: str = DEAL) -> httpx.Response:
    return api.post("chat.postMessage", data={"channel": channel, "text": "hi"})


def test_a_channel_takes_a_message_a_second_with_a_small_burst(
    slow_sandbox: Sandbox, api: httpx.Client, wall: Wall
) -> None:
    assert [post(api).status_code for _ in range(7)] == [200] * 6 + [429]
    assert len(slow_sandbox.messages("U0RAE")) == 6
    wall.now += 4.9
    assert post(api).status_code == 429
    wall.now += 0.1
    assert post(api).status_code == 200


def test_who_keeps_to_a_message_a_second_is_never_refused(api: httpx.Client, wall: Wall) -> None:
    for late in (0.9, 0.1) * 15:  # by nearly a second, too
        assert post(api).status_code == 200
        wall.now += 1.5 - late


def test_too_many_calls_are_answered_as_slack_answers_them(api: httpx.Client, wall: Wall) -> None:
    for _ in range(6):
        post(api)
    wall.now += 1.5
    refused = post(api)
    assert refused.json() == {"ok": False, "error": "ratelimited"}
    assert refused.headers["retry-after"] == "4"  # 3.5 in whole seconds
    wall.now += 4
    assert post(api).json()["ok"]


def test_one_persons_dm_is_one_conversation_by_either_id(api: httpx.Client) -> None:
    assert [post(api, "U0RAE").status_code for _ in range(6)] == [200] * 6
    assert post(api, "D0RAE").status_code == 429
    assert post(api).status_code == 200  # another conversation goes on


def test_all_conversations_together_take_several_hundred_a_minute(wall: Wall) -> None:
    limits = RateLimits(wall)
    waits = [limits.take("T0NORTHWIND", "chat.postMessage", {"channel": f"C{n}"}) for n in range(302)]
    assert POSTS_IN_A_WORKSPACE.calls == 300
    assert waits == [0] * 300 + [60, 60]
    assert limits.take("T0ACME", "chat.postMessage", {"channel": "C1"}) == 0  # another workspace's app


def test_a_tier_holds_for_one_method_and_leaves_the_others_alone(api: httpx.Client, wall: Wall) -> None:
    ts = post(api).json()["ts"]
    edit = {"channel": DEAL, "ts": ts, "text": "again"}
    assert [api.post("chat.update", data=edit).status_code for _ in range(51)] == [200] * 50 + [429]
    assert api.post("conversations.info", data={"channel": DEAL}).status_code == 200
    wall.now += 60
    assert api.post("chat.update", data=edit).status_code == 200


def test_a_refused_call_counts_and_a_limited_one_does_not(api: httpx.Client, wall: Wall) -> None:
    for _ in range(20):
        assert api.post("pins.add", data={"channel": DEAL}).json()["error"] == "no_item_specified"
    assert [api.post("pins.add", data={"channel": DEAL}).status_code for _ in range(3)] == [429] * 3
    wall.now += 60
    assert api.post("pins.add", data={"channel": DEAL}).status_code == 200


def test_sandbox_time_is_not_what_limits_count_on(slow_sandbox: Sandbox, api: httpx.Client) -> None:
    for _ in range(6):
        post(api)
    slow_sandbox.advance("week")
    assert post(api).status_code == 429


def test_limits_can_be_switched_off(app: FakeApp) -> None:
    with Sandbox(app.url, MANIFEST, rate_limits=False) as sandbox:
        app.use(sandbox.api_url)
        for _ in range(80):
            app.post()


def test_every_method_has_its_limit_and_its_refusals() -> None:
    assert set(METHODS) <= set(LIMITS)
    assert set(METHODS) <= set(REFUSALS)


# facts/slack.md section 3, and the pages of the methods it does not name.
TIERS = {
    TIER_2: ["conversations.list", "pins.add", "users.list"],
    TIER_3: ["chat.delete", "chat.update", "conversations.info", "conversations.open", "users.conversations"],
    TIER_4: ["chat.postEphemeral", "conversations.members", "users.info", "views.open", "views.publish"],
}


def test_the_numbers_are_the_documented_ones() -> None:
    assert [tier.calls for tier in (TIER_1, TIER_2, TIER_3, TIER_4)] == [1, 20, 50, 100]
    for tier, methods in TIERS.items():
        assert [LIMITS[method] for method in methods] == [tier] * len(methods)


def test_the_process_takes_a_switch_for_benchmarks() -> None:
    for switch, statuses in ((["--no-rate-limits"], {200}), ([], {200, 429})):
        process = run("--port", "0", *switch)
        assert process.stdout is not None
        origin = process.stdout.readline().split()[-1]
        headers = {"authorization": f"Bearer {BOT_TOKEN}"}
        with httpx.Client(base_url=f"{origin}api/", headers=headers, trust_env=False, verify=False) as api:
            assert {api.post("pins.add").status_code for _ in range(25)} == statuses
        process.terminate()
        process.communicate(timeout=10)
