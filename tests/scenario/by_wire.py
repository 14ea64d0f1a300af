"""Tandem in one process, spoken to as Slack does: signed requests into its WSGI application, no socket.

Slack itself is a recorder here: it says yes to every call and keeps what it was given to show. What it must
refuse is played elsewhere, with the small Slack.
"""

import hashlib
import hmac
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from slack_sdk.web.base_client import BaseClient
from slack_sdk.web.slack_response import SlackResponse
from slack_sdk.webhook.client import WebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse
from sqlmodel import col, select

from blocks.ids import COMMAND
from bot import errors
from bot.application import Tandem, build_client, build_tandem
from bot.clock import FixedClock
from bot.use_cases.common import Actor
from bot.use_cases.plans import NewPlan, start_plan
from bot.web import EVENTS_PATH, Web
from storage.database import Database
from storage.encryption import Vault
from storage.installations import Installation, install
from storage.models import ChannelMember, Person, PlanPerson, Side, Step, Visibility
from storage.outgoing import Outgoing, WorkState
from tests.given import ACME, BOT, CHANNEL, MONDAY, NORTHWIND, new_plan

SECRET = "signing-secret-of-this-test"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"

GLOBEX, PARTNER, OTHER, CUSTOMER = "T0GLOBEX", "T0PARTNER", "T0OTHER", "T0CUSTOMER"
SECOND, ELSEWHERE = "C0SECOND", "C0ELSEWHERE"  # a channel of the same workspace, and one of another
OTHER_BOT = "U0OTHERBOT"
NOBODY = "U0NOBODY"  # nobody looked them up, and their requests name no team

# Who is who in the plan of C0DEAL.
TEAMS: Mapping[str, str] = {
    "U0RAE": NORTHWIND,
    "U0SAM": NORTHWIND,
    "U0BEA": ACME,
    "U0RAVI": ACME,
    "U0SIG": NORTHWIND,
    "U0BIG": ACME,
    "U0PIA": PARTNER,
    NOBODY: "",
    "U0GIL": GLOBEX,
    "U0OZ": OTHER,
    "U0CY": CUSTOMER,
}
GUESTS = ("U0SIG", "U0BIG")
MEMBERS: Mapping[str, tuple[str, ...]] = {
    CHANNEL: ("U0RAE", "U0SAM", "U0BEA", "U0RAVI", *GUESTS, "U0PIA", BOT),
    SECOND: ("U0RAE", "U0GIL", BOT),
    ELSEWHERE: ("U0OZ", "U0CY", OTHER_BOT),
    "C0EMPTY": ("U0RAE", "U0BEA", BOT),
}
PLANS: Mapping[str, tuple[str, str, str]] = {  # channel: who hosts it, who leads for the two sides
    CHANNEL: (NORTHWIND, "U0RAE", "U0BEA"),
    SECOND: (NORTHWIND, "U0RAE", "U0GIL"),
    ELSEWHERE: (OTHER, "U0OZ", "U0CY"),
}

MOST_STEPS = 6  # of a plan: enough for one of each kind, and quick
PRIVATE = {Side.SELLER: 1001, Side.BUYER: 2001}  # the number of the step that a side keeps to itself

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str

    @property
    def json(self) -> Body:
        return dict(json.loads(self.text)) if self.text.startswith("{") else {}


@dataclass(frozen=True, slots=True)
class Request:
    """What Slack would send; `body` as Tandem reads it."""

    body: Body

    @property
    def content_type(self) -> str:
        return JSON if "event" in self.body else FORM

    def raw(self) -> bytes:
        if "event" in self.body:
            return json.dumps(self.body).encode()
        if "command" in self.body:
            return urlencode(self.body).encode()
        return urlencode({"payload": json.dumps(self.body)}).encode()


class PushedClock(FixedClock):
    """Stands still for people; the machine's own goes on, and is pushed on instead of waited for."""

    pushed = timedelta(0)

    def wall(self) -> datetime:
        return datetime.now(UTC) + self.pushed


@dataclass(slots=True)
class Wire:
    """`calls` is what Slack was asked for, `broke` what ended in the last resort."""

    database: Database
    tandem: Tandem
    clock: PushedClock
    plans: dict[str, int]  # by channel
    calls: list[tuple[str, Body]] = field(default_factory=list)
    broke: list[BaseException] = field(default_factory=list)
    _web: Web = field(init=False)
    _count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._web = Web(self.tandem)

    def fresh(self) -> str:
        """An id that no request had before."""
        self._count += 1
        return f"{self._count}.{self._count}"

    def send(self, request: Request) -> Answer:
        return self.send_raw(request.raw(), request.content_type)

    def send_raw(self, raw: bytes, content_type: str) -> Answer:
        """Signed by Slack, whatever it is."""
        stamp = str(int(time.time()))
        signature = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": EVENTS_PATH,
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(raw)),
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": stamp,
            "HTTP_X_SLACK_SIGNATURE": f"v0={signature}",
            "wsgi.input": io.BytesIO(raw),
        }
        statuses: list[str] = []

        def start(status: str, *_: Any) -> Callable[[bytes], object]:
            statuses.append(status)
            return lambda _: None

        parts = self._web(environ, start)
        return Answer(int(statuses[0].split()[0]), b"".join(parts).decode())

    def settle(self, rounds: int = 40) -> None:
        """What is on its way arrives, as far as so many limits of Slack's let it."""
        for _ in range(rounds):
            self.tandem.delivery.send_all()
            with self.database.read() as session:
                pending = select(Outgoing.not_before).where(Outgoing.state == WorkState.PENDING)
                waiting = min(session.exec(pending), default=None)
            if waiting is None:
                return
            self.clock.pushed += max(waiting - self.clock.wall(), timedelta(0)) + timedelta(milliseconds=1)

    def views(self) -> list[Body]:
        """The windows that Slack was given, oldest first."""
        return [asked["view"] for method, asked in self.calls if method.startswith("views.")]


def _answer_of_slack(method: str, asked: Body) -> Body:
    if method == "auth.test":
        return {"user_id": BOT, "team_id": NORTHWIND, "team": "Northwind", "bot_id": "B0TANDEM"}
    if method.startswith("chat."):
        return {"ts": f"{time.time():.6f}", "channel": asked.get("channel"), "permalink": "https://s.k/p"}
    if method == "users.info":
        user = str(asked.get("user"))
        who = {"id": user, "team_id": TEAMS.get(user, ""), "real_name": user}
        return {"user": {**who, "is_restricted": user in GUESTS, "is_bot": user in (BOT, OTHER_BOT)}}
    if method == "conversations.open":
        return {"channel": {"id": f"D{str(asked.get('users'))[1:]}"}}
    if method == "conversations.info":
        as_it_is = {"is_member": True, "is_archived": False, "is_ext_shared": True}
        return {"channel": {"id": asked.get("channel"), "name": "deal", "is_channel": True, **as_it_is}}
    if method == "users.conversations":
        return {"channels": [{"id": one, "name": one.lower()} for one in MEMBERS]}
    members = list(MEMBERS.get(str(asked.get("channel")), ()))
    return {"view": {"id": "V0NEW"}, "channel": {"id": asked.get("channel", "D0")}, "members": members}


def host_of(channel: str) -> str:
    """Whose copy of Tandem a request comes through."""
    return PLANS[channel][0] if channel in PLANS else NORTHWIND


def command(user: str, channel: str, text: str, key: str, team: str | None = None) -> Request:
    fields = {
        "command": COMMAND,
        "text": text,
        "team_id": TEAMS[user] if team is None else team,
        "channel_id": channel,
        "user_id": user,
        "user_name": user.lower(),
        "trigger_id": key,
        "response_url": "http://127.0.0.1:1/",
    }
    return Request(fields)


def mention(user: str, channel: str, text: str, key: str, bot: str = BOT) -> Request:
    host = host_of(channel)
    event = {
        "type": "app_mention",
        "user": user,
        "text": f"<@{bot}> {text}",
        "ts": f"1780000000.{key.split('.')[0]}",
        "channel": channel,
    }
    if TEAMS.get(user):
        event["team"] = event["user_team"] = TEAMS[user]
    return event_of(event, key, host)


def event_of(event: Body, key: str, host: str = NORTHWIND) -> Request:
    return Request(
        {
            "type": "event_callback",
            "event_id": f"Ev{key}",
            "team_id": host,
            "api_app_id": "A0TANDEM",
            "authorizations": [{"team_id": host, "user_id": BOT, "is_bot": True}],
            "event": event,
        }
    )


def person_in(user: str) -> Body:
    return {"id": user, "name": user.lower(), **({"team_id": TEAMS[user]} if TEAMS.get(user) else {})}


def press(user: str, action: Body, key: str, *, channel: str = CHANNEL, view: Body | None = None) -> Request:
    """A button of a message, or of a window. What was picked or typed stands in `action` as in `actions`."""
    host = host_of(channel)
    body: Body = {
        "type": "block_actions",
        "user": person_in(user),
        "team": {"id": host},
        "trigger_id": key,
        "actions": [{"action_ts": key, "type": "button", "block_id": "b", **action}],
        "response_url": "http://127.0.0.1:1/",
    }
    if view is not None:
        body["view"] = view
        body["container"] = {"type": "view", "view_id": view["id"]}
    else:
        body["channel"] = {"id": channel, "name": "deal"}
        body["container"] = {"type": "message", "channel_id": channel, "message_ts": "1780000000.1"}
        body["message"] = {"ts": "1780000000.1", "text": "", "blocks": []}
    return Request(body)


def shown(view: Body, key: str, host: str = NORTHWIND, values: Body | None = None) -> Body:
    """A window as it comes back from Slack."""
    return {
        "private_metadata": "",
        "callback_id": "",
        **view,
        "id": f"V{key}",
        "hash": f"h{key}",
        "root_view_id": f"V{key}",
        "previous_view_id": None,
        "app_installed_team_id": host,
        "team_id": host,
        "state": {"values": values or {}},
    }


def submission(user: str, view: Body) -> Request:
    return Request(
        {
            "type": "view_submission",
            "user": person_in(user),
            "team": {"id": TEAMS.get(user) or NORTHWIND},
            "view": view,
        }
    )


def options(user: str, view: Body, block_id: str, action_id: str, words: str) -> Request:
    return Request(
        {
            "type": "block_suggestion",
            "user": person_in(user),
            "team": {"id": TEAMS.get(user) or NORTHWIND},
            "view": view,
            "block_id": block_id,
            "action_id": action_id,
            "value": words,
        }
    )


def shortcut(user: str, callback_id: str, text: str, key: str, channel: str = CHANNEL) -> Request:
    return Request(
        {
            "type": "message_action",
            "callback_id": callback_id,
            "user": {"id": user, "name": user.lower()},
            "team": {"id": TEAMS.get(user) or NORTHWIND},
            "channel": {"id": channel, "name": "deal"},
            "message": {"type": "message", "user": "U0BEA", "text": text, "ts": "1780000000.2"},
            "message_ts": "1780000000.2",
            "trigger_id": key,
            "response_url": "http://127.0.0.1:1/",
        }
    )


@contextmanager
def on_the_wire(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Three plans: the one of Northwind and Acme, Northwind's with Globex, and one of another workspace."""
    wires: list[Wire] = []

    def api_call(client: BaseClient, api_method: str, **how: Any) -> SlackResponse:
        asked = dict(how.get("json") or how.get("params") or how.get("data") or {})
        if isinstance(asked.get("view"), str):
            asked["view"] = json.loads(asked["view"])
        if wires:
            wires[0].calls.append((api_method, asked))
        return SlackResponse(
            client=client,
            http_verb="POST",
            api_url=api_method,
            req_args={},
            data={"ok": True, **_answer_of_slack(api_method, asked)},
            headers={},
            status_code=200,
        )

    def send(hook: WebhookClient, **_: Any) -> WebhookResponse:
        return WebhookResponse(url=hook.url, status_code=200, body="ok", headers={})

    monkeypatch.setattr(BaseClient, "api_call", api_call)
    monkeypatch.setattr(WebhookClient, "send", send)
    clock = PushedClock(MONDAY)
    vault = Vault(["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="])
    tandem = build_tandem(
        database, clock, build_client("xoxb-1", "http://127.0.0.1:1/api/"), SECRET, vault=vault
    )
    wire = Wire(database, tandem, clock, _the_plans(database, vault))
    wires.append(wire)
    monkeypatch.setattr(errors, "log", _Broken(wire))
    yield wire


@dataclass(slots=True)
class _Broken:
    """The log of the last resort: what broke is kept, the rest is not of interest."""

    wire: Wire

    def error(self, *_: Any, exc_info: BaseException, **__: Any) -> None:
        self.wire.broke.append(exc_info)

    def warning(self, *_: Any, **__: Any) -> None:
        pass


def _the_plans(database: Database, vault: Vault) -> dict[str, int]:
    found = {}
    with database.write() as session:
        copy = Installation(
            team_id=OTHER,
            team_name="Other",
            bot_user_id=OTHER_BOT,
            token=vault.seal("xoxb-2"),
            installed_at=MONDAY,
        )
        install(session, copy)
        for user, team in TEAMS.items():
            if user == NOBODY:
                continue
            is_guest = user in GUESTS
            session.add(Person(user_id=user, team_id=team, name=user, is_guest=is_guest, refreshed_at=MONDAY))
        for bot in (BOT, OTHER_BOT):
            session.add(Person(user_id=bot, name="Tandem", is_bot=True, refreshed_at=MONDAY))
        for channel, members in MEMBERS.items():
            for user in members:
                session.add(ChannelMember(channel_id=channel, user_id=user))
        session.flush()
        for channel, (host, seller, buyer) in PLANS.items():
            actor = Actor(seller, host, Side.SELLER, seller)
            started = start_plan(session, host, channel, actor, _new(seller, buyer), MONDAY, MONDAY)
            found[channel] = started.plan.id or 0
        session.add(PlanPerson(plan_id=found[CHANNEL], user_id="U0SIG", side=Side.SELLER))
    with database.write() as session:
        session.execute(sa.delete(Step).where(col(Step.number) > MOST_STEPS))
        for plan_id in found.values():
            for side in (Side.SELLER, Side.BUYER):
                session.add(_private_step(plan_id, side))
    return found


def _private_step(plan_id: int, side: Side) -> Step:
    return Step(
        plan_id=plan_id,
        number=PRIVATE[side],
        position=PRIVATE[side],
        phase="Fit",
        title=f"What {side.value} keeps to itself",
        side=side,
        visibility=Visibility(side.value),
        due_date=(MONDAY + timedelta(days=20)).date(),
    )


def _new(seller: str, buyer: str) -> NewPlan:
    usual = new_plan("smb")
    return NewPlan(
        **{
            **{name: getattr(usual, name) for name in usual.__slots__},
            "seller_lead_id": seller,
            "buyer_lead_id": buyer,
            "name": f"The plan of {seller} and {buyer}",
        }
    )
