"""Requests as Slack sent them, recorded by others, go through Tandem: each finds its copy, says who acts and
on which side, and is answered. None of them is about a plan of ours, so none changes anything.

The `slack_connect…` ones come with what Bolt must read out of them: `authorizations[0]` names the copy, and
who acts is of `event.user_team` or `event.team`. Tandem reads the same, without Bolt's look-up.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from sqlmodel import select

from bot.desk import INSTALLED, Visitor
from bot.installations import Installed
from bot.listeners.answering import spoken_in
from bot.reception import Reception
from bot.use_cases.common import Actor
from bot.use_cases.plans import start_plan
from sandbox.outgoing import SIGNING_SECRET
from storage.database import Database
from storage.encryption import Vault
from storage.models import Change, ChannelMember, Person, Plan, PlanOrganization, Side
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
CONNECT = "slack_connect.request_and_expected_context"


@pytest.fixture
def stage(database: Database) -> Iterator[Stage]:
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
        return {key: values[0] for key, values in parse_qs(recorded(path).strip()).items()}
    body: dict[str, Any] = json.loads(recorded(path))
    return dict(body.get("body", body))


def request_of(path: Path) -> tuple[bytes, str]:
    """The body and its content type, as Slack would put it on the wire."""
    if path.suffix == ".txt":
        return recorded(path).strip().encode(), "application/x-www-form-urlencoded"
    body: Any = json.loads(recorded(path))
    body = body.get("body", body)
    if "event" in body:
        return json.dumps(body).encode(), "application/json"
    return urlencode({"payload": json.dumps(body)}).encode(), "application/x-www-form-urlencoded"


def send(stage: Stage, path: Path) -> httpx.Response:
    body, kind = request_of(path)
    stamp = str(int(time.time()))
    signed = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    headers = {
        "content-type": kind,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={signed.hexdigest()}",
    }
    return httpx.post(stage.slack.slack.app_url, content=body, headers=headers, trust_env=False)


def came_through(stage: Stage, name: str) -> str | None:
    """The workspace whose copy it came through, as every listener hears of it."""
    context: dict[str, Any] = {}
    reception = Reception(stage.database, stage.tandem.installations)
    reception.receive(context, body_of(name), lambda: None)  # type: ignore[arg-type,return-value]  # no Bolt here
    installed: Installed | None = context.get(INSTALLED)
    return None if installed is None else installed.workspace_id


def test_the_recorded_requests_are_there() -> None:
    assert len(FILES) >= 20, f"{PAYLOADS} is missing"


def test_each_recorded_request_is_answered_and_changes_nothing(stage: Stage) -> None:
    for path in FILES:
        answer = send(stage, path)
        # 404 is Bolt's answer to what nobody listens for: an event or a command of another app.
        assert answer.status_code in (200, 404), (path.name, answer.status_code, answer.text)
        assert "installation" not in answer.text, "Bolt's own words"
    assert stage.rows(select(Plan)) == []
    assert stage.rows(select(Change)) == []


# Each recorded request, with the workspace that it came through and who acts: the person, and the team that
# Slack says is theirs.
INSTALLATIONS: dict[str, tuple[str | None, str, str]] = {
    "block_actions.body": ("T111", "W111", "T111"),
    "block_suggestion.body": ("T111", "W111", "T111"),
    "shortcut.message_shortcut_body": ("T111", "W111", ""),
    "shortcut.global_shortcut_body": ("T111", "W111", "T111"),
    "view_submission.body": ("T111", "W111", "T111"),
    "view_closed.body": ("T111", "W111", "T111"),
    "view_submission.connect_channel_payload": ("T-installed", "W111", "T-other-side"),
    "slash_command.slash_command_body": ("T111", "W111", "T111"),
}


@pytest.mark.parametrize("name", INSTALLATIONS)
def test_it_came_through_the_copy_that_it_names_and_its_person_acts(stage: Stage, name: str) -> None:
    body = body_of(name)
    workspace, person, team = INSTALLATIONS[name]
    assert came_through(stage, name) == workspace
    user = body.get("user") or {"id": body.get("user_id"), "team_id": body.get("team_id")}
    assert (user["id"], user.get("team_id", "")) == (person, team)


@pytest.mark.parametrize("name", [name for name in NAMED if name.startswith(CONNECT)])
def test_an_event_of_a_shared_channel_is_read_as_bolt_must_read_it(stage: Stage, name: str) -> None:
    body = body_of(name)
    [_, team, person], [_, actors_team, actor] = json.loads(NAMED[name].read_text())["expected"]
    assert came_through(stage, name) == team
    event = body["event"]
    assert event["user"] == person
    if actor is None or event["type"] not in ("app_mention", "message"):
        return
    spoken = spoken_in(stage.tandem.desk, {"ts": "1.2", **event}, body, None, "")  # type: ignore[arg-type]  # asks nothing
    assert spoken.visitor == Visitor(actor, actors_team)


def test_a_window_of_the_other_side_is_theirs_to_act_in_and_ours_by_installation(stage: Stage) -> None:
    """Bolt looks for the other side's organisation here, and finds nothing (facts 1l)."""
    body = body_of("view_submission.connect_channel_payload")
    assert body["enterprise"]["id"] == "E-other-side"
    assert came_through(stage, "view_submission.connect_channel_payload") == "T-installed"
    keep(stage.database, an_org_copy("E-other-side", bot_user_id="W0OTHERS"), "T-other-side")
    stage.tandem.installations.forget()
    assert came_through(stage, "view_submission.connect_channel_payload") == "T-installed"


@pytest.mark.parametrize(
    ("name", "side"),
    [("view_submission.connect_channel_payload", Side.BUYER), ("view_submission.body", Side.SELLER)],
)
def test_the_person_is_on_the_side_of_their_company(stage: Stage, name: str, side: Side) -> None:
    workspace, person, team = INSTALLATIONS[name]
    with stage.database.write() as session:
        actor = Actor("U0SELLER", workspace or "", Side.SELLER, "Seller")
        plan = start_plan(session, workspace or "", "C0HERE", actor, new_plan(), MONDAY, MONDAY).plan
        session.merge(PlanOrganization(plan_id=plan.id or 0, team_id="T-other-side", side=Side.BUYER))
        session.add(Person(user_id=person, team_id=team, name="Kaz", refreshed_at=MONDAY))
        session.add(ChannelMember(channel_id="C0HERE", user_id=person))
        plan_id = plan.id or 0
    context: dict[str, Any] = {}
    reception = Reception(stage.database, stage.tandem.installations)
    reception.receive(context, body_of(name), lambda: None)  # type: ignore[arg-type,return-value]  # no Bolt here
    visitor = Visitor(person, team)
    with stage.tandem.desk.at(context).look(visitor, plan_id, channel_id="C0HERE") as look:
        assert (look.actor.user_id, look.actor.side) == (person, side)


def test_news_of_copies_ends_grants_and_withdraws_them(stage: Stage) -> None:
    org_wide = keep(stage.database, an_org_copy(ORGANISATION, bot_user_id="W0ORG"))
    installations = stage.tandem.installations
    installations.forget()
    assert send(stage, NAMED["events_org_apps.event_payload"]).status_code == 200
    granted = installations.of("T222")
    assert granted is not None
    assert granted.id == org_wide
    # Both were recorded with the same event id, which Slack never does: it would be taken for a repetition.
    with stage.database.write() as session:
        for row in session.exec(select(SeenRequest)).all():
            session.delete(row)
    assert send(stage, NAMED["events_org_apps.event_payload.2"]).status_code == 200
    assert installations.of("T222") is None
    again = installations.of("T111")
    assert again is not None, "it had installed Tandem for itself before"
    assert again.id != org_wide


@pytest.mark.parametrize("name", ["events.app_uninstalled_body", "events.tokens_revoked_body"])
def test_news_that_is_older_than_the_copy_is_not_about_it(stage: Stage, name: str) -> None:
    """They were recorded in 2020, and what is kept here was installed since."""
    assert send(stage, NAMED[name]).status_code == 200
    assert all(copy.ended_at is None for copy in all_copies(stage.database))
