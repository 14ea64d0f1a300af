"""A Slack that says yes to nearly everything, so that nothing that Tandem sends is lost behind a no."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.base_client import BaseClient
from slack_sdk.web.slack_response import SlackResponse

from tests.given import BOT, CHANNEL, MONDAY, NAMES, NORTHWIND

NEXT_CHANNEL = "C0NEXT"  # where a plan could move to
MEMBERS = [visitor.user_id for visitor in NAMES if visitor.user_id != "U0STRANGER"]
IDENTITY = {"team_id": NORTHWIND, "team": "Northwind", "user_id": BOT, "bot_id": "B0TANDEM"}


class TurnedClock:
    """Both clocks in the walker's hand."""

    def __init__(self) -> None:
        self.moment = self.machine = MONDAY

    def now(self) -> datetime:
        return self.moment

    def wall(self) -> datetime:
        return self.machine


@dataclass
class AgreeableSlack:
    """Takes everything, except private messages to some, and remembers each call."""

    refuses: Sequence[str] = ()
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _posted: Counter[str] = field(default_factory=Counter)

    def put_in_the_place_of_slack(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def api_call(client: BaseClient, api_method: str, **sent: Any) -> SlackResponse:
            parts = [sent.get(name) or {} for name in ("params", "data", "json")]
            args = {key: value for part in parts for key, value in dict(part).items()}
            self.calls.append((api_method, json.loads(json.dumps(args, default=str))))
            answer = self._answer(api_method, args)
            response = SlackResponse(
                client=client,
                http_verb="POST",
                api_url=api_method,
                req_args={},
                data=answer,
                headers={},
                status_code=200,
            )
            if not answer["ok"]:
                raise SlackApiError("no", response)
            return response

        monkeypatch.setattr(BaseClient, "api_call", api_call)

    def _answer(self, method: str, args: Mapping[str, Any]) -> dict[str, Any]:
        channel = str(args.get("channel") or "")
        if method.startswith("files."):
            return {"ok": False, "error": "missing_scope"}  # so the picture is said in words
        if method == "chat.postMessage" and channel in self.refuses:
            return {"ok": False, "error": "messages_tab_disabled"}
        if method == "chat.postMessage":
            self._posted[channel] += 1
            where = channel if channel.startswith("C") else f"D{channel[1:]}"
            return {"ok": True, "channel": where, "ts": f"{1_780_000_000 + self._posted[channel]}.000100"}
        if method == "conversations.members":
            return {"ok": True, "members": MEMBERS}
        if method == "users.info":
            person = {visitor.user_id: (visitor, name) for visitor, name in NAMES.items()}[args["user"]]
            return {"ok": True, "user": {"id": args["user"], "team_id": person[0].team_id, "name": person[1]}}
        if method == "users.conversations":
            return {"ok": True, "channels": [{"id": NEXT_CHANNEL, "name": "another-deal"}]}
        if method == "conversations.info":
            shared = {"is_member": True, "is_archived": False, "is_ext_shared": True}
            return {"ok": True, "channel": {"id": channel, "name": "acme-northwind", **shared}}
        return {"ok": True, **(IDENTITY if method == "auth.test" else {})}


def brought_to(person: str, method: str, args: Mapping[str, Any]) -> bool:
    """Whether a call brings something to this person's eyes: into the channel, their DM, their windows."""
    if method == "views.publish":
        return bool(args["user_id"] == person)
    channel = str(args.get("channel") or args.get("channel_id") or "")
    is_said = method.startswith(("chat.post", "chat.update", "files.complete"))
    return method.startswith("views.") or (is_said and channel in (CHANNEL, person, f"D{person[1:]}"))
