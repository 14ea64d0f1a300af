"""What the bodies of Slack's requests look like, as far as Tandem reads them.

A body of another shape is nobody's button and nobody's form: it is answered with 400 before anybody counts on
a part of it. Words in a shape: a type, `[…]` for a list of something, a map with its keys; a key with "?" may
be missing or null; `EACH` as the only key stands for every key.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

EACH = "*"
LONGEST_ID = 20  # of a person, a firm, a channel, as the tables keep them; Slack's have 11 letters or so
LONGEST_STAMP = 30  # of a message, likewise
LONGEST_HANDLE = 100  # of what a request is remembered by, as part of a key; Slack's have about 60
HALF = re.compile(rb"(?:\\|%5C)uD[89A-F]", re.IGNORECASE)  # of a pair, as JSON and a form write it

Shape = type | list[Any] | Mapping[str, Any] | Callable[[Any], bool]


def is_day(value: Any) -> bool:
    """A day as a date picker gives it."""
    try:
        date.fromisoformat(value)
    except (ValueError, TypeError):
        return False
    return True


def is_id(value: Any) -> bool:
    return fits(value, str) and len(value) <= LONGEST_ID


def is_stamp(value: Any) -> bool:
    return fits(value, str) and len(value) <= LONGEST_STAMP


def is_handle(value: Any) -> bool:
    return fits(value, str) and len(value) <= LONGEST_HANDLE


OPTION = {"value": str}
# https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
ELEMENT_STATE = {
    "value?": str,
    "selected_option?": OPTION,
    "selected_options?": [OPTION],
    "selected_date?": is_day,
}
ELEMENT = {
    "type": str,
    "action_id?": str,
    "initial_value?": str,
    "initial_date?": str,
    "initial_option?": OPTION,
    "initial_options?": [OPTION],
}
VIEW = {
    "id": is_handle,
    "type": str,
    "callback_id": str,  # both are "" where we gave none
    "private_metadata": str,
    "hash?": str,
    "root_view_id?": str,
    "previous_view_id?": str,
    "title?": dict,
    "blocks": [{"type": str, "block_id": str, "element?": ELEMENT, "elements?": [dict], "accessory?": dict}],
    "state?": {"values": {EACH: {EACH: ELEMENT_STATE}}},
}
USER = {"id": is_id, "team_id?": is_id, "name?": str, "username?": str}
PLACE = {"id": is_id}
# https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
ACTION = {"action_id": str, "block_id?": str, "action_ts?": str, **ELEMENT_STATE}


def are_acts(value: Any) -> bool:
    """One at least: somebody pressed something."""
    return bool(value) and fits(value, [ACTION])


MESSAGE = {"ts": is_stamp, "text?": str, "thread_ts?": is_stamp}

SAID = {
    "user?": is_id,
    "user_team?": is_id,
    "team?": is_id,
    "channel": is_id,
    "text?": str,
    "ts?": is_stamp,
    "thread_ts?": is_stamp,
    "bot_id?": str,
}
IN_A_CHANNEL = {"channel": is_id}
EVENTS: Mapping[str, Mapping[str, Any]] = {
    "app_mention": SAID,
    "message": SAID,
    "app_home_opened": {"user": is_id, "tab?": str},
    "member_joined_channel": {"user": is_id, "channel": is_id},
    "member_left_channel": {"user": is_id, "channel": is_id},
    "user_change": {"user": {"id": is_id, "team_id?": is_id, "profile?": dict, "tz?": str}},
    "channel_id_changed": {"old_channel_id": is_id, "new_channel_id": is_id},
    "channel_archive": IN_A_CHANNEL,
    "channel_unarchive": IN_A_CHANNEL,
    "channel_deleted": IN_A_CHANNEL,
    "channel_left": IN_A_CHANNEL,
    "group_archive": IN_A_CHANNEL,
    "group_unarchive": IN_A_CHANNEL,
    "group_deleted": IN_A_CHANNEL,
    "group_left": IN_A_CHANNEL,
    "channel_shared": {**IN_A_CHANNEL, "connected_team_id?": is_id},
    "channel_unshared": IN_A_CHANNEL,
    "team_access_granted": {"team_ids": [is_id]},
    "team_access_revoked": {"team_ids": [is_id]},
    "tokens_revoked": {"tokens?": {"bot?": [str]}},
}


def is_event(value: Any) -> bool:
    """https://docs.slack.dev/reference/events: what Tandem reads of those that it asks for."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    return fits(value, EVENTS.get(value["type"], {}))


SHAPES: Mapping[str, Mapping[str, Any]] = {
    "command": {
        "command": str,
        "user_id": is_id,
        "team_id": is_id,
        "channel_id": is_id,
        "trigger_id": is_handle,
        "text?": str,
        "user_name?": str,
    },
    "view_submission": {
        "user": USER,
        "team?": PLACE,
        "view": VIEW,
    },
    "view_closed": {"user?": USER, "view": {"callback_id": str}},
    "block_actions": {
        "user": USER,
        "team?": PLACE,
        "trigger_id": is_handle,
        "actions": are_acts,
        "channel?": PLACE,
        "container?": {"channel_id?": is_id, "message_ts?": is_stamp, "type?": str},
        "message?": MESSAGE,
        "response_url?": str,
        "view?": VIEW,
    },
    "block_suggestion": {
        "user?": USER,
        "team?": PLACE,
        "action_id": str,
        "block_id": str,
        "value?": str,
        "view": {"private_metadata": str},
    },
    "message_action": {
        "user": USER,
        "team?": PLACE,
        "trigger_id": is_handle,
        "callback_id": str,
        "channel": PLACE,
        "message": MESSAGE,
        "response_url?": str,
    },
    "event_callback": {
        "event_id?": is_handle,
        "team_id?": is_id,
        "api_app_id?": is_id,
        "authorizations?": [dict],
        "event": is_event,
    },
}


def is_unicode(raw: bytes, body: Mapping[str, Any]) -> bool:
    """Whether all of a body is text: JSON can write half of a pair, which nothing can keep or say."""
    if HALF.search(raw) is None:
        return True
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def has_its_shape(body: Mapping[str, Any]) -> bool:
    """Whether a body is what its kind of request looks like. A kind that we do not know has any."""
    kind = "command" if "command" in body else body.get("type")
    if kind is None:
        return True
    return isinstance(kind, str) and (kind not in SHAPES or fits(body, SHAPES[kind]))


def fits(value: Any, shape: Shape) -> bool:
    if shape is str:
        return isinstance(value, str) and "\0" not in value  # which ends a text on PostgreSQL
    if isinstance(shape, type):
        return isinstance(value, shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(one, shape[0]) for one in value)
    if isinstance(shape, Mapping):
        return isinstance(value, dict) and _has_its_keys(value, shape)
    return shape(value)


def _has_its_keys(value: Mapping[str, Any], shape: Mapping[str, Any]) -> bool:
    if EACH in shape:
        return all(fits(one, shape[EACH]) for one in value.values())
    for name, inside in shape.items():
        key = name.removesuffix("?")
        if value.get(key) is None:
            if key == name:
                return False
        elif not fits(value[key], inside):
            return False
    return True
