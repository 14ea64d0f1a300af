"""What is in the fields of a view: how it starts, what a person puts in, and what the client does not send.

https://docs.slack.dev/reference/views/#view_submission-state
"""

import re
from datetime import date
from typing import Any

from sandbox.blockkit import elements_of

Values = dict[str, dict[str, Any]]
Element = dict[str, Any]

# Type of element -> (key of its value in the state, key of its first value in the block).
VALUE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
}
MOST_TYPED = 3000


class FieldError(Exception):
    """What a person put in does not go with the field; the message is the client's."""


def state_of(blocks: list[dict[str, Any]], before: Values | None = None) -> Values:
    """`state.values` of a view: first values, or what stood there before under the same ids."""
    values: Values = {}
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in VALUE_KEYS:
                old = (before or {}).get(block["block_id"], {}).get(element["action_id"])
                fresh = old if old is not None and old["type"] == element["type"] else first_value(element)
                values.setdefault(block["block_id"], {})[element["action_id"]] = fresh
    return values


def first_value(element: Element) -> dict[str, Any]:
    key, first = VALUE_KEYS[element["type"]]
    empty: Any = [] if key.startswith("selected_options") or key == "selected_users" else None
    return {"type": element["type"], key: element.get(first, empty)}


def bare(element: Element, given: Any) -> Any:
    """The value itself, whether it came as Slack's state object or in short."""
    key, _ = VALUE_KEYS[element["type"]]
    return given.get(key) if isinstance(given, dict) and "type" in given else given


def options_of(element: Element) -> dict[str, dict[str, Any]]:
    """The options written in the block itself, by value."""
    grouped = [one for group in element.get("option_groups") or [] for one in group["options"]]
    return {one["value"]: one for one in [*(element.get("options") or []), *grouped]}


def complete(
    element: Element, given: Any, known: dict[str, dict[str, Any]], people: set[str]
) -> dict[str, Any]:
    """The state of one element from what a person put in. `known` are the options they could see, by value.

    Raises `FieldError` for what the element does not take.
    """
    kind = element["type"]
    key, _ = VALUE_KEYS[kind]
    value = bare(element, given)
    if value in (None, "", []):
        return {"type": kind, key: [] if key in ("selected_options", "selected_users") else None}
    if key == "selected_option":
        return {"type": kind, key: _option(value, known)}
    if key == "selected_options":
        chosen = [_option(one, known) for one in (value if isinstance(value, list) else [value])]
        return {"type": kind, key: _few_enough(element, chosen)}
    if key in ("selected_user", "selected_users"):
        many = value if isinstance(value, list) else [value]
        if any(one not in people for one in many):
            raise FieldError("Choose somebody from the list.")
        return {"type": kind, key: _few_enough(element, many) if key == "selected_users" else many[0]}
    return {"type": kind, key: _typed(element, value)}


def _option(given: Any, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    value = given.get("value") if isinstance(given, dict) else given
    if not isinstance(value, str) or value not in known:
        raise FieldError("Choose one of the options.")
    return {key: known[value][key] for key in ("text", "value", "description") if key in known[value]}


def _few_enough(element: Element, chosen: list[Any]) -> list[Any]:
    most = element.get("max_selected_items")
    if most is not None and len(chosen) > most:
        raise FieldError(f"Choose at most {most}.")
    return chosen


def _typed(element: Element, value: Any) -> Any:
    kind = element["type"]
    if kind == "datetimepicker":
        if not isinstance(value, int):
            raise FieldError("Enter a date and a time.")
        return value
    text = str(value)
    if kind == "datepicker":
        _check_day(text)
    elif kind == "timepicker" and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise FieldError("Enter a time such as 09:30.")
    elif kind == "number_input":
        _check_number(element, text)
    elif kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise FieldError("Enter an email address.")
    elif kind == "url_text_input" and not re.fullmatch(r"https?://\S+", text):
        raise FieldError("Enter a web address.")
    elif kind == "plain_text_input":
        _check_length(element, text)
    return text


def _check_day(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise FieldError("Enter a day such as 2026-06-12.") from None


def _check_number(element: Element, text: str) -> None:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+", text):
        raise FieldError("Enter a number." if element["is_decimal_allowed"] else "Enter a whole number.")
    if "min_value" in element and float(text) < float(element["min_value"]):
        raise FieldError(f"Enter {element['min_value']} or more.")
    if "max_value" in element and float(text) > float(element["max_value"]):
        raise FieldError(f"Enter {element['max_value']} or less.")


def _check_length(element: Element, text: str) -> None:
    most = element.get("max_length") or MOST_TYPED
    if len(text) > most:
        raise FieldError(f"At most {most} characters; this has {len(text)}.")
    if len(text) < (element.get("min_length") or 0):
        raise FieldError(f"At least {element['min_length']} characters.")


def is_empty(state: dict[str, Any]) -> bool:
    key, _ = VALUE_KEYS[state["type"]]
    return state.get(key) in (None, "", [])
