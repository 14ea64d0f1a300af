"""Every button, menu and select. What one of them does is looked up by its id, in the rooms of `pressed/`.

A refusal is said in a modal, the one place that reaches people of both companies.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from blocks.ids import Act, More
from bot.desk import AlreadyCarriedOut, Desk, Visitor
from bot.listeners.home import refresh_home
from bot.listeners.metadata import Metadata
from bot.listeners.press import Handler, Press, surface
from bot.listeners.pressed import (
    agreement,
    calendar,
    handoff,
    lists,
    manage,
    moves,
    own_lists,
    plans,
    privacy,
    sides,
    slips,
    steps,
    timeline,
    track,
    zones,
)
from bot.listeners.refusing import refusal_modal
from bot.use_cases.common import Refused

HANDLERS: Mapping[Act, Handler] = {
    **steps.HANDLERS,
    **plans.HANDLERS,
    **lists.HANDLERS,
    **slips.HANDLERS,
    **agreement.HANDLERS,
    **manage.HANDLERS,
    **moves.HANDLERS,
    **own_lists.HANDLERS,
    **sides.HANDLERS,
    **handoff.HANDLERS,
    **zones.HANDLERS,
    **calendar.HANDLERS,
    **timeline.HANDLERS,
    **track.HANDLERS,
    **privacy.HANDLERS,
}

CHOICES: Mapping[str, Act] = {
    More.OWNER.value: Act.STEP_OWNER,
    More.SKIP.value: Act.STEP_SKIP,
    More.OPEN.value: Act.STEP_OPEN,
    More.START.value: Act.STEP_START,
    More.UP.value: Act.STEP_UP,
    More.DOWN.value: Act.STEP_DOWN,
    More.DELETE.value: Act.STEP_DELETE,
    More.HIDE.value: Act.STEP_HIDE,
}


class Actions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(
        self, ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, context: BoltContext
    ) -> None:
        ack()
        desk = self._desk.at(context)
        user = body["user"]
        visitor = Visitor(user["id"], user.get("team_id") or "", user.get("name") or user.get("username", ""))
        act, value = _meaning(action["action_id"], _value(action))
        press = Press(desk, visitor, client, body, act, value, channel_id=None)
        try:
            press = replace(press, channel_id=_channel(body))
            if act is None:
                raise Refused("old_button")
            HANDLERS[act](press)
            if (goes_on := sides.what_goes_on(press)) is not None and goes_on.act is not None:
                HANDLERS[goes_on.act](goes_on)
        except Refused as refused:
            press.show(refusal_modal(refused, f"{act}={value}"))
            if press.in_home:
                refresh_home(desk, visitor)  # it offered what cannot be done any more
        except AlreadyCarriedOut:
            return


def _value(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")


def _meaning(action_id: str, value: str) -> tuple[Act | None, str]:
    """What was meant: the choices of a step's menu stand for acts of their own."""
    if action_id == Act.STEP_MORE:
        where, _, choice = value.rpartition(":")
        return CHOICES.get(choice), where
    return next((act for act in HANDLERS if act == action_id), None), value


def _channel(body: Mapping[str, Any]) -> str | None:
    """The shared channel a press counts as coming from."""
    if surface(body) == "home":
        return None
    if "view" in body:
        return Metadata.load(body["view"].get("private_metadata") or "{}").door
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id", "")
    return None if channel.startswith("D") else channel
