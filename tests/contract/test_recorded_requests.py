"""Requests as Slack sent them, recorded by others, go through Tandem: each finds its copy, says who acts and
on which side, and is answered. None of them is about a plan of ours, so none changes anything, until its
words are made ours; who sends it, from where and through what, stays as it was recorded.

The `slack_connect…` ones come with what Bolt must read out of them: `authorizations[0]` names the copy, and
who acts is of `event.user_team` or `event.team`. Tandem reads the same, without Bolt's look-up.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from slack_bolt import BoltContext, BoltResponse
from sqlmodel import select

from blocks.ids import COMMAND, Act, Field, View, step_value
from bot.desk import INSTALLED, Visitor
from bot.installations import Installed
from bot.listeners.answering import spoken_in
from bot.listeners.metadata import Metadata
from bot.reception import Next, Reception
from bot.use_cases.common import Actor
from bot.use_cases.plans import start_plan
from sandbox.outgoing import SIGNING_SECRET
from storage.database import Database
from storage.encryption import Vault
from storage.models import Change, Plan, PlanOrganization, Side, Step
from storage.outgoing import SeenRequest
from tests.copies import KEY, a_copy, all_copies, an_org_copy, keep
from tests.given import MONDAY, new_plan
from tests.scenario.conftest import Stage, make_stage

PAYLOADS = Path(__file__).parents[2].parent / "shared" / "slack" / "payloads"
FILES = sorted(path for path in PAYLOADS.glob("*.*") if path.suffix in (".json", ".txt"))
NAMED = {path.name.removesuffix(".json").removesuffix(".form.txt"): path for path in FILES}

# The copies that these requests came through: the workspace of each, and the bot user Slack names in it.
COPIES = {
    "T111": "W111",
    "T-installed": "U-installed",
    "T03E94MJU": "U04T5KKKLUE",
    "T_INSTALLED": "U0OTHER",
}
ORGANISATION = "E111"
NOWHERE = "http://127.0.0.1:1/"  # in the place of addresses at Slack
CONNECT = "slack_connect.request_and_expected_context"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """For each request the workspace whose copy it came through, as every listener hears of it."""
    found: list[str | None] = []
    receive = Reception.receive

    def keep(self: Reception, context: BoltContext, body: dict[str, Any], next: Next) -> BoltResponse | None:
        answer = receive(self, context, body, next)
        installed: Installed | None = context.get(INSTALLED)
        found.append(None if installed is None else installed.workspace_id)
        return answer

    monkeypatch.setattr(Reception, "receive", keep)
    return found


@pytest.fixture
def stage(database: Database, heard: list[str | None]) -> Iterator[Stage]:
    for stage in make_stage(database, vault=Vault([KEY])):
        for team, bot in COPIES.items():
            keep(database, a_copy(team, bot_user_id=bot, token=f"xoxb-{team}", team_name=team))
        stage.tandem.installations.forget()
        yield stage


def recorded(path: Path) -> str:
    """As it is, but for a placeholder longer than any id of Slack's, and than the column that keeps them."""
    return path.read_text().replace("T-installed-workspace", "T-installed")


def body_of(name: str) -> dict[str, Any]:
    path = NAMED[name]
    if path.suffix == ".txt":
        body: dict[str, Any] = {key: values[0] for key, values in parse_qs(recorded(path).strip()).items()}
    else:
        body = json.loads(recorded(path))
        body = dict(body.get("body", body))
    return body | ({"response_url": NOWHERE} if "response_url" in body else {})


def on_the_wire(name: str, body: dict[str, Any]) -> tuple[bytes, str]:
    """The body and its content type, as Slack would put it on the wire."""
    if "event" in body:
        return json.dumps(body).encode(), "application/json"
    fields = body if NAMED[name].suffix == ".txt" else {"payload": json.dumps(body)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def send(stage: Stage, name: str, body: dict[str, Any] | None = None) -> httpx.Response:
    """As it was recorded, unless a body says otherwise, signed by Slack."""
    raw, kind = on_the_wire(name, body_of(name) if body is None else body)
    stamp = str(int(time.time()))
    signed = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256)
    headers = {
        "content-type": kind,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={signed.hexdigest()}",
    }
    url = stage.slack.slack.app_url
    return httpx.post(url, content=raw, headers=headers, timeout=60, trust_env=False, verify=False)


def test_the_recorded_requests_are_there() -> None:
    assert len(FILES) >= 20, f"{PAYLOADS} is missing"


def test_each_recorded_request_is_answered_and_changes_nothing(stage: Stage) -> None:
    for name in NAMED:
        answer = send(stage, name)
        # 404 is Bolt's answer to what nobody listens for: an event or a command of another app.
        assert answer.status_code in (200, 404), (name, answer.status_code, answer.text)
        assert "installation" not in answer.text, "Bolt's own words"
    assert stage.rows(select(Plan)) == []
    assert stage.rows(select(Change)) == []


# The workspace that each came through. What Bolt must read of the others stands in them.
INSTALLATIONS = {
    "block_actions.body": "T111",
    "block_suggestion.body": "T111",
    "events.join_event_body": "T111",
    "events.left_event_body": "T111",
    "events.valid_event_body": "T111",
    "events_shared_channels.event_body": "T_INSTALLED",
    "events_shared_channels.join_event_body": "T_INSTALLED",
    "events_shared_channels.left_event_body": "T_INSTALLED",
    "shortcut.message_shortcut_body": "T111",
    "shortcut.global_shortcut_body": "T111",
    "view_submission.body": "T111",
    "view_closed.body": "T111",
    "view_submission.connect_channel_payload": "T-installed",
    "slash_command.slash_command_body": "T111",
}
ABOUT_COPIES = {  # of a copy that comes or goes, see below
    "events.app_uninstalled_body",
    "events.tokens_revoked_body",
    "events_org_apps.event_payload",
    "events_org_apps.event_payload.2",
}


def test_none_is_left_out() -> None:
    of_bolt = {name for name in NAMED if name.startswith(CONNECT)}
    assert set(NAMED) == {*INSTALLATIONS, *ABOUT_COPIES, *of_bolt}


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_it_came_through_the_copy_that_it_names(stage: Stage, heard: list[str | None], name: str) -> None:
    send(stage, name)
    assert heard == [INSTALLATIONS[name]]


def pressed(body: dict[str, Any], plan_id: int, step_id: int) -> None:
    body["actions"][0] |= {"action_id": Act.STEP_START.value, "value": step_value(plan_id, step_id)}


def sent(body: dict[str, Any], plan_id: int, step_id: int) -> None:
    metadata = Metadata(HERE, plan_id, step_id).dump()
    body["view"] |= {"callback_id": View.STEP_NOTE.value, "private_metadata": metadata}
    body["view"]["state"] = {"values": {Field.NOTE.value: {"a": {"type": "plain_text_input", "value": "Hi"}}}}


def commanded(body: dict[str, Any], _plan_id: int, _step_id: int) -> None:
    body |= {"command": COMMAND, "text": "start 3"}


def mentioned(body: dict[str, Any], _plan_id: int, _step_id: int) -> None:
    bot = COPIES[(body.get("authorizations") or [body])[0]["team_id"]]
    body["event"] |= {"text": f"<@{bot}> start 3", "ts": "1680000000.000100"}


HERE = "C111"  # where most of them were sent
OTHERS = "T-other-side"  # the buyer's workspace, wherever one of them is of it
# What makes each one about a plan of ours, who acts in it then, and for which side.
ACTS: dict[str, tuple[Callable[[dict[str, Any], int, int], None], str, Side]] = {
    "block_actions.body": (pressed, "W111", Side.SELLER),
    "view_submission.body": (sent, "W111", Side.SELLER),
    "view_submission.connect_channel_payload": (sent, "W111", Side.BUYER),
    "slash_command.slash_command_body": (commanded, "W111", Side.SELLER),
    "events.valid_event_body": (mentioned, "W222", Side.SELLER),
    f"{CONNECT}.2": (mentioned, "U03E94MK0", Side.SELLER),
    f"{CONNECT}.3": (mentioned, "U03E94MK0", Side.SELLER),
}


@pytest.mark.parametrize("name", ACTS)
def test_who_acts_in_it_acts_for_the_side_of_their_company(
    stage: Stage, heard: list[str | None], name: str
) -> None:
    """Nobody looked them up yet: all that is known of them is what the request says."""
    make_ours, person, side = ACTS[name]
    body = body_of(name)
    host = INSTALLATIONS.get(name, "T03E94MJU")
    channel = body["event"]["channel"] if "event" in body else HERE
    with stage.database.write() as session:
        actor = Actor("U0SELLER", host, Side.SELLER, "Seller")
        plan = start_plan(session, host, channel, actor, new_plan(), MONDAY, MONDAY).plan
        session.merge(PlanOrganization(plan_id=plan.id or 0, team_id=OTHERS, side=Side.BUYER))
        step = session.exec(select(Step).where(Step.plan_id == plan.id, Step.number == 3)).one()
        make_ours(body, plan.id or 0, step.id or 0)
    assert send(stage, name, body).status_code == 200
    assert heard == [host]
    acts = stage.rows(select(Change).where(Change.step_id == step.id))
    assert [(one.actor_id, one.actor_side) for one in acts] == [(person, side)]


@pytest.mark.parametrize("name", [name for name in NAMED if name.startswith(CONNECT)])
def test_an_event_of_a_shared_channel_is_read_as_bolt_must_read_it(
    stage: Stage, heard: list[str | None], name: str
) -> None:
    body = body_of(name)
    [_, team, person], [_, actors_team, actor] = json.loads(NAMED[name].read_text())["expected"]
    send(stage, name)
    assert heard == [team]
    event = body["event"]
    assert event["user"] == person
    if actor is None or event["type"] not in ("app_mention", "message"):
        return
    spoken = spoken_in(stage.tandem.desk, {"ts": "1.2", **event}, body, None, "")  # type: ignore[arg-type]  # asks nothing
    assert spoken.visitor == Visitor(actor, actors_team)


def test_a_window_of_the_other_side_comes_through_our_copy_though_they_have_one(
    stage: Stage, heard: list[str | None]
) -> None:
    """Bolt looks for the other side's organisation here, and finds nothing (facts 1l)."""
    name = "view_submission.connect_channel_payload"
    assert body_of(name)["enterprise"]["id"] == "E-other-side"
    send(stage, name)
    keep(stage.database, an_org_copy("E-other-side", bot_user_id="W0OTHERS"), OTHERS)
    stage.tandem.installations.forget()
    send(stage, name)
    assert heard == ["T-installed", "T-installed"]


def test_news_of_copies_ends_grants_and_withdraws_them(stage: Stage) -> None:
    org_wide = keep(stage.database, an_org_copy(ORGANISATION, bot_user_id="W0ORG"))
    installations = stage.tandem.installations
    installations.forget()
    assert send(stage, "events_org_apps.event_payload").status_code == 200
    granted = installations.of("T222")
    assert granted is not None
    assert granted.id == org_wide
    # Both were recorded with the same event id, which Slack never does: it would be taken for a repetition.
    with stage.database.write() as session:
        for row in session.exec(select(SeenRequest)).all():
            session.delete(row)
    assert send(stage, "events_org_apps.event_payload.2").status_code == 200
    assert installations.of("T222") is None
    again = installations.of("T111")
    assert again is not None, "it had installed Tandem for itself before"
    assert again.id != org_wide


@pytest.mark.parametrize("name", ["events.app_uninstalled_body", "events.tokens_revoked_body"])
def test_news_that_is_older_than_the_copy_is_not_about_it(stage: Stage, name: str) -> None:
    """They were recorded in 2020, and what is kept here was installed since."""
    assert send(stage, name).status_code == 200
    assert all(copy.ended_at is None for copy in all_copies(stage.database))
