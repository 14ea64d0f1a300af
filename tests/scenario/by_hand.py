"""What somebody may make of a good request by hand: another's hand, another value, another window."""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from blocks.ids import Act
from bot.listeners.actions import HANDLERS as PRESSED
from storage.models import Side
from tests.given import CHANNEL, NORTHWIND
from tests.scenario.by_wire import ELSEWHERE, GLOBEX, TEAMS, Body, Request, Wire, person_in

LATER = date(2026, 9, 1)


@dataclass(frozen=True, slots=True)
class Ids:
    """The rows of one plan that a button may name."""

    plan: int
    step: int
    private: Mapping[Side, int]
    note: int
    nudge: int
    proposal: int
    departure: int
    closed: int
    own_list: int


def as_new(body: Body, wire: Wire) -> tuple[Request, str]:
    body, key = copy.deepcopy(body), wire.fresh()
    if "trigger_id" in body:
        body["trigger_id"] = key
    if "view" in body:
        body["view"] |= {"id": f"V{key}", "root_view_id": f"V{key}", "hash": f"h{key}"}
    return Request(body), key


def by(request: Request, user: str, host: str = NORTHWIND) -> Request:
    """The same, sent by somebody else, maybe through another copy of Tandem."""
    body = copy.deepcopy(request.body)
    body["user"] = person_in(user)
    if body["type"] == "view_submission":
        body["team"] = {"id": TEAMS.get(user) or NORTHWIND}
    if host != NORTHWIND:
        body["team"] = {"id": host}
        if "view" in body:
            body["view"] |= {"app_installed_team_id": host, "team_id": host}
    return Request(body)


def value_of(request: Request) -> str:
    action = request.body.get("actions", [{}])[0]
    return str(action.get("value") or action.get("selected_option", {}).get("value") or "")


def carrying(request: Request, value: str) -> Request:
    body = copy.deepcopy(request.body)
    action = body["actions"][0]
    if "selected_option" in action:
        action["selected_option"]["value"] = value
    else:
        action["value"] = value
    return Request(body)


def metadata_of(request: Request) -> dict[str, Any]:
    return dict(json.loads(request.body.get("view", {}).get("private_metadata") or "{}"))


def remembering(request: Request, **changed: Any) -> Request:
    """The same out of a window that remembers something else. Nothing to forge where there is no window."""
    body = copy.deepcopy(request.body)
    if metadata_of(request):
        body["view"]["private_metadata"] = json.dumps({**metadata_of(request), **changed})
    return Request(body)


def out_of(request: Request, channel: str) -> Request:
    body = copy.deepcopy(request.body)
    if "channel" in body:
        body["channel"]["id"] = body["container"]["channel_id"] = channel
    return remembering(Request(body), channel_id=channel)


def values_for(ids: Ids) -> dict[Act, str]:
    """What the buttons of that plan carry."""
    step = f"{ids.plan}:{ids.step}"
    carried: dict[Act, str] = dict.fromkeys(PRESSED, str(ids.plan))
    carried |= {act: step for act in PRESSED if act.startswith("step.")}
    carried |= {act: f"{ids.nudge}:{step}" for act in PRESSED if act.startswith("nudge.")}
    carried |= {act: f"{ids.plan}:{ids.proposal}" for act in PRESSED if act.startswith("proposal.")}
    carried |= dict.fromkeys(
        (Act.HANDOFF_ALL, Act.HANDOFF_CHOOSE, Act.HANDOFF_STAYS), f"{ids.plan}:{ids.departure}"
    )
    return carried | {
        Act.NUDGE_SNOOZE: f"{step}:2",
        Act.STEP_NOTES_TURN: f"{step}:0",
        Act.NOTE_SHOW: f"{step}:{ids.note}",
        Act.SIDE_YES: f"{ids.plan}:{GLOBEX}:buyer",
        Act.SIDE_NO: f"{ids.plan}:{GLOBEX}:buyer",
        Act.SIDE_FOR_ALL: f"{ids.plan}:U0PIA:buyer",
        Act.SIDE_FOR_ONE: f"{ids.plan}:U0PIA:buyer",
        Act.CLOSED_REMOVE: f"{ids.plan}:{ids.closed}",
        Act.REGION_PICK: f"{ids.plan}:seller:ENG",
        Act.STEP_DATE_TO: f"{step}:2026-07-20",
        Act.PLAN_HONEST_DATE: f"{ids.plan}:{LATER.toordinal()}:{date(2026, 7, 31).toordinal()}",
    }


def about(request: Request) -> int | None:
    """The plan that a request means."""
    if request.body["type"] == "view_submission":
        return metadata_of(request).get("plan_id")
    first = value_of(request).split(":")[0]
    return int(first) if first.isdecimal() else metadata_of(request).get("plan_id")


def kind_of(name: str) -> str:
    """Of a request by its name: the id of the act, or "sent" and the id of the window."""
    first, _, second = name.partition(" ")
    return f"sent {second}" if first == "sent" else first


def on_another_step(request: Request, plan_id: int, step_id: int) -> Request:
    """The same about another step, said in the value and in what the window remembers."""
    value = value_of(request)
    parts = value.split(":")
    act = request.body.get("actions", [{}])[0].get("action_id", "")
    if act.startswith("nudge.") and act != Act.NUDGE_SNOOZE:
        request = carrying(request, ":".join([*parts[:-2], str(plan_id), str(step_id)]))
    elif act.startswith(("step.", "note.", "nudge.")) and len(parts) > 1:
        request = carrying(request, ":".join([str(plan_id), str(step_id), *parts[2:]]))
    if "step_id" in metadata_of(request) and "proposal_id" not in metadata_of(request):
        request = remembering(request, plan_id=plan_id, step_id=step_id)
    return request


def on_another_plan(request: Request, plan_id: object) -> Request:
    parts = value_of(request).split(":")
    at = 1 if request.body.get("actions", [{}])[0].get("action_id") in NUDGES else 0
    if len(parts) > at and parts[at].isdecimal():
        request = carrying(request, ":".join([*parts[:at], str(plan_id), *parts[at + 1 :]]))
    return remembering(request, plan_id=plan_id)


NUDGES = {act for act in Act if act.startswith("nudge.") and act is not Act.NUDGE_SNOOZE}
Forgery = Callable[[Request, Ids, Ids], Request]


def another_thing(request: Request, ids: Ids, foreign: Ids) -> Request:
    """What a button names besides the plan and the step: that of the other plan."""
    body = request.body
    act = body.get("actions", [{}])[0].get("action_id", "")
    parts = value_of(request).split(":")
    if act in NUDGES:
        return carrying(request, ":".join([str(foreign.nudge), *parts[1:]]))
    if act.startswith("proposal."):
        return carrying(request, f"{ids.plan}:{foreign.proposal}")
    if act in (Act.HANDOFF_ALL, Act.HANDOFF_CHOOSE, Act.HANDOFF_STAYS):
        return carrying(request, f"{ids.plan}:{foreign.departure}")
    if act == Act.CLOSED_REMOVE:
        return carrying(request, f"{ids.plan}:{foreign.closed}")
    if act == Act.NOTE_SHOW:
        return carrying(request, f"{ids.plan}:{ids.step}:{foreign.note}")
    if "proposal_id" in metadata_of(request):
        return remembering(request, proposal_id=foreign.proposal)
    return request


FORGERIES: dict[str, Forgery] = {
    "the other plan in this channel": lambda one, ids, other: on_another_plan(one, other.plan),
    "the other plan in its own channel": lambda one, ids, other: out_of(
        on_another_plan(one, other.plan), ELSEWHERE
    ),
    "the other plan in a private conversation": lambda one, ids, other: remembering(
        on_another_plan(out_of(one, "D0OWN"), other.plan), channel_id=CHANNEL, private=True
    ),
    "this plan in the other channel": lambda one, ids, other: out_of(one, ELSEWHERE),
    "a step of the other plan": lambda one, ids, other: on_another_step(one, ids.plan, other.step),
    "the other plan and a step of it": lambda one, ids, other: on_another_step(one, other.plan, other.step),
    "what the other plan keeps to its seller": lambda one, ids, other: on_another_step(
        one, ids.plan, other.private[Side.SELLER]
    ),
    "a question, a person gone, days of the other plan": another_thing,
}
