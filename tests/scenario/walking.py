"""One person walks through everything that Tandem shows and says, and all that reaches them is written down.

What is written down are the answers to the person's own requests, and each call that brings something to
their eyes.
"""

import hashlib
import hmac
import json
import re
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from slack_bolt import BoltRequest
from sqlmodel import select

from blocks.ids import Act, More, View
from bot.application import Tandem
from bot.desk import Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.verbs import VERBS
from sandbox.outgoing import SIGNING_SECRET
from storage.outgoing import Outgoing, WorkState
from tests.given import BOT, CHANNEL, NORTHWIND
from tests.scenario.agreeable import AgreeableSlack, TurnedClock, brought_to

DAY = "2026-07-15"
MOST_PRESSES = 110  # at a time
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Forged:
    """Ids and numbers of what the walker may not know of, tried wherever one goes. In the walk without
    secrets the ids are another plan's, and the numbers nobody's."""

    steps: Sequence[int]
    numbers: Sequence[int]
    notes: Sequence[int]


@dataclass
class Walk:
    """What one person does, in one order always; `seen` is what reached them, for each thing done."""

    tandem: Tandem
    slack: AgreeableSlack
    clock: TurnedClock
    visitor: Visitor
    forged: Forged
    seen: list[tuple[str, str]] = field(default_factory=list)
    acts: set[str] = field(default_factory=set)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    verbs: set[str] = field(default_factory=set)
    _pressed: set[str] = field(default_factory=set)
    _to_press: deque[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=deque)
    _sent: int = 0

    # doing

    def command(self, text: str) -> None:
        user, trigger = self.visitor, self._next("trigger")
        fields = {"command": "/map", "text": text, "user_id": user.user_id, "team_id": user.team_id}
        where = {"channel_id": CHANNEL, "trigger_id": trigger, "response_url": "http://127.0.0.1:1/x"}
        self._do(f"/map {text}", urlencode({**fields, **where}).encode(), FORM)

    def mention(self, text: str) -> None:
        user, ts = self.visitor, f"{1_790_000_000 + self._sent}.000200"
        event = {"type": "app_mention", "user": user.user_id, "team": user.team_id, "channel": CHANNEL}
        said = {"text": f"<@{BOT}> {text}", "ts": ts, "event_ts": ts}
        body = {"type": "event_callback", "event_id": self._next("event"), "team_id": NORTHWIND}
        self._do(f"@Tandem {text}", json.dumps({**body, "event": {**event, **said}}).encode(), JSON)

    def open_home(self) -> None:
        event = {"type": "app_home_opened", "tab": "home", "user": self.visitor.user_id, "event_ts": "1.1"}
        body = {"type": "event_callback", "event_id": self._next("event"), "team_id": self.visitor.team_id}
        self._do("home", json.dumps({**body, "event": event}).encode(), JSON)

    def press(self, action: Mapping[str, Any], surface: Mapping[str, Any]) -> None:
        self.acts.add(action["action_id"])
        payload = {"type": "block_actions", "actions": [action], **surface}
        where = f"{action['action_id']} {_value_of(action)} {'modal' if 'view' in surface else 'message'}"
        self._payload(where, payload)

    def search(self, action_id: str, block_id: str, view: Mapping[str, Any], words: str) -> None:
        self.acts.add(action_id)
        asked = {"action_id": action_id, "block_id": block_id, "value": words, "view": view}
        self._payload(f"search {action_id} {words}", {"type": "block_suggestion", **asked})

    def submit(self, view: Mapping[str, Any]) -> None:
        sent = {**view, "state": {"values": dict(_filled_in(view["blocks"]))}, "id": self._next("V")}
        self._payload(f"submit {view['callback_id']}", {"type": "view_submission", "view": sent})

    def _payload(self, name: str, payload: Mapping[str, Any]) -> None:
        user = {"id": self.visitor.user_id, "team_id": self.visitor.team_id, "username": "x"}
        common = {"user": user, "team": {"id": NORTHWIND}, "trigger_id": self._next("trigger")}
        body = {**common, "api_app_id": "A0TANDEM", "is_enterprise_install": False, **payload}
        view = payload.get("view") or {}
        body["view"] = {**view, "app_installed_team_id": NORTHWIND} if view else None
        body = {key: value for key, value in body.items() if value is not None}
        self._do(name, urlencode({"payload": json.dumps(body)}).encode(), FORM)

    def _next(self, kind: str) -> str:
        self._sent += 1
        return f"{kind}{self._sent}"

    def _do(self, name: str, body: bytes, kind: str) -> None:
        stamp = str(int(time.time()))
        digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
        headers: dict[str, str | Sequence[str]] = {
            "content-type": [kind],
            "x-slack-request-timestamp": [stamp],
            "x-slack-signature": [f"v0={digest.hexdigest()}"],
        }
        before = len(self.slack.calls)
        answer = self.tandem.app.dispatch(BoltRequest(body=body.decode(), headers=headers))
        assert answer.status == 200, (name, answer.status, answer.body)
        if answer.body and answer.body.startswith("{") and "view" in (said := json.loads(answer.body)):
            self._look_at(said["view"], {})
        self.write_down(name, before, answer.body or "")

    def write_down(self, name: str, before: int, answer: str = "") -> None:
        """What came of it, once everything that is on its way has arrived."""
        self.settle()
        lines = [answer]
        for method, args in self.slack.calls[before:]:
            if brought_to(self.visitor.user_id, method, args):
                lines.append(f"{method} {json.dumps(_without_nudge_ids(args), sort_keys=True)}")
                self._remember(method, args)
        self.seen.append((name, "\n".join(lines)))

    def settle(self) -> None:
        self.clock.machine += timedelta(seconds=2)
        for _ in range(100):
            self.tandem.delivery.send_all()
            with self.tandem.desk.database.read() as session:
                waiting = select(Outgoing.not_before).where(Outgoing.state == WorkState.PENDING)
                first = min(session.exec(waiting), default=None)
            if first is None:
                return
            self.clock.machine = max(self.clock.machine, first) + timedelta(milliseconds=1)
        raise AssertionError("delivery never comes to rest")

    # finding what can be pressed

    def _remember(self, method: str, args: Mapping[str, Any]) -> None:
        if "view" in args:
            self._look_at(args["view"], {})
        elif args.get("blocks"):
            channel = str(args["channel"])
            where = channel if channel.startswith(("C", "D")) else f"D{channel[1:]}"
            container = {"type": "message", "message_ts": "1.1", "channel_id": where}
            self._look_at({"blocks": args["blocks"]}, {"channel": {"id": where}, "container": container})

    def _look_at(self, shown: Mapping[str, Any], surface: Mapping[str, Any]) -> None:
        if "callback_id" in shown:
            drawn = {"id": "V1", "hash": "h", "state": {"values": dict(_filled_in(shown["blocks"]))}}
            view = {**shown, **drawn}
            self.views.setdefault(shown["callback_id"], view)
            surface = {"view": view}
        elif shown.get("type") == "home":
            surface = {"view": {**shown, "id": "V2", "hash": "h"}}
        for block in shown["blocks"]:
            for action in _pressable(block):
                name = f"{action['action_id']} {_value_of(action)} {'view' in surface}"
                if name not in self._pressed:
                    self._pressed.add(name)
                    self._to_press.append((action, dict(surface)))

    # the way

    def everywhere(self) -> None:
        """All of it: forged ids first, then what is shown, words, forms, and some mornings."""
        self._look_at_what_stands_in_the_channel()
        self._open_what_is_gone_later()
        self._forge()
        self._say_all(self._about_nothing_of_theirs())
        self._press_all()
        self._say_all(("", "3 Fri"))
        self._press_all()
        self._send_all_forms()
        self._mornings()
        self._press_all()
        self.open_home()

    def _open_what_is_gone_later(self) -> None:
        """Windows about what somebody answers on the way, or that is pressed rarely."""
        message = {"channel": {"id": CHANNEL}, "container": {"type": "message", "channel_id": CHANNEL}}
        for act, value in (
            (Act.PROPOSAL_COUNTER, "1:1"),
            (Act.PROPOSAL_COUNTER, "1:2"),
            (Act.PLAN_MOVE, "1"),
        ):
            action = {"type": "button", "block_id": "x", "action_id": act.value, "value": value}
            self.press(action, message)

    def _look_at_what_stands_in_the_channel(self) -> None:
        for method, args in self.slack.calls:
            if brought_to(self.visitor.user_id, method, args):
                self._remember(method, args)

    def _forge(self) -> None:
        """Every act with every id that is none of theirs, on every surface."""
        message = {"channel": {"id": CHANNEL}, "container": {"type": "message", "channel_id": CHANNEL}}
        shown = {"callback_id": View.PLAN_STEPS.value, "id": "V3", "hash": "h", "type": "modal", "blocks": []}
        for act in Act:
            for value in self._forged_values(act):
                action = {"type": "button", "block_id": "x", "action_id": act.value, "value": value}
                step_id = int(value.split(":")[1]) if value.count(":") else 0
                metadata = Metadata(CHANNEL, 1, step_id).dump()
                for surface in (message, {"view": {**shown, "private_metadata": metadata}}):
                    self.press(action, surface)

    def _forged_values(self, act: Act) -> Iterator[str]:
        for step in self.forged.steps[:1]:
            if act is Act.STEP_MORE:
                yield from (f"1:{step}:{choice.value}" for choice in More)
            elif act.value.startswith("nudge."):
                yield f"1:1:{step}"
            elif act is Act.NOTE_SHOW:
                yield from (f"1:{step}:{note}" for note in self.forged.notes)
            else:
                yield f"1:{step}:1" if act.value.endswith(("turn", "_to")) else f"1:{step}"
        if act is Act.NOTE_SHOW:  # of a step that they do see
            yield from (f"1:3:{note}" for note in self.forged.notes)

    def _about_nothing_of_theirs(self) -> tuple[str, ...]:
        number = self.forged.numbers[0]
        return (f"{number} Fri", f"3 {number}")

    def _say_all(self, endings: Sequence[str]) -> None:
        for verb in VERBS:
            self.verbs.add(verb)
            for ending in endings:
                text = f"{verb} {ending}".strip()
                say = self.command if self.visitor.team_id == NORTHWIND else self.mention
                say(text)

    def _press_all(self) -> None:
        for _ in range(MOST_PRESSES):
            if not self._to_press:
                return
            action, surface = self._to_press.popleft()
            if action["type"] == "external_select":
                for words in ("", "a", "Walk", "CANARY"):
                    self.search(action["action_id"], action["block_id"], surface["view"], words)
            else:
                self.press(action, surface)

    def _send_all_forms(self) -> None:
        """As they are, and with the ids of what is none of theirs behind them. Closing the plan is last."""
        forms = sorted(self.views, key=lambda name: (name == View.PLAN_CLOSE, name))
        for name in forms:
            view = self.views[name]
            for step in self.forged.steps[:1]:
                metadata = json.loads(view.get("private_metadata") or "{}")
                if "step_id" in metadata:
                    forged = json.dumps({**metadata, "step_id": step})
                    self.submit({**view, "private_metadata": forged})
                    self.search(Act.PERSON_PICK, "owner", {**view, "private_metadata": forged}, "a")
            if name not in (View.PLAN_CLOSE, View.PLAN_MOVE):  # after either there is nowhere to walk on
                self.submit(view)

    def _mornings(self) -> None:
        for days in range(1, 40, 6):
            self.clock.moment += timedelta(days=6)
            self.clock.machine = max(self.clock.machine, self.clock.moment)
            before = len(self.slack.calls)
            self.tandem.beat.sweep()
            self.write_down(f"morning {days}", before)


def _value_of(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or action.get("selected_date") or "")


def _pressable(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What can be done with a block, an action each; of a long menu some of its options."""
    elements = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    for element in elements:
        if not isinstance(element, dict) or "action_id" not in element:
            continue
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        if element["type"] == "external_select":
            yield action
        elif block["type"] == "input" and not block.get("dispatch_action"):
            continue
        elif element["type"] == "datepicker":
            yield {**action, "selected_date": DAY}
        elif options := _options(element):
            for option in (*options[:3], *options[-2:]):
                yield {**action, "selected_option": option}
        else:
            yield {**action, "value": element.get("value", "")}


def _options(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = [group["options"] for group in element.get("option_groups", [])]
    return [option for options in (element.get("options", []), *groups) for option in options]


def _filled_in(blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each field of a form as it opened, else with something that fits."""
    for block in blocks:
        element = block.get("element")
        if element is None:
            continue
        yield block["block_id"], {element["action_id"]: _state_of(element)}


def _state_of(element: Mapping[str, Any]) -> dict[str, Any]:
    kind, options = element["type"], _options(element)
    state: dict[str, Any] = {"type": kind}
    if kind == "plain_text_input":
        state["value"] = element.get("initial_value") or "3"
    elif kind == "datepicker":
        state["selected_date"] = element.get("initial_date") or DAY
    elif kind == "checkboxes":
        state["selected_options"] = element.get("initial_options", [])
    elif kind == "external_select":
        state["selected_option"] = element.get("initial_option")
    else:
        state["selected_option"] = element.get("initial_option") or (options[0] if options else None)
    return state


def _without_nudge_ids(args: Any) -> Any:
    """Those are counted over all people and plans of an installation, so they tell nothing and may differ."""
    if isinstance(args, list):
        return [_without_nudge_ids(one) for one in args]
    if not isinstance(args, dict):
        return args
    found = {key: _without_nudge_ids(value) for key, value in args.items()}
    if str(found.get("action_id", "")).startswith("nudge.") and "value" in found:
        found["value"] = re.sub(r"^\d+:", "nudge:", found["value"])
    return found
