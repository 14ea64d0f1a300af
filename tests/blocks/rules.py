"""What must hold of anything that is drawn, whoever typed what."""

import json
import re
from collections.abc import Iterator
from typing import Any

from blocks import limits

OWN_MENTION = "<@U0BEA>"  # the thread's quiet word, the only mention Tandem writes
SENT_AS_IT_IS = {"plan.agree", "plan.move"}  # what is sent is the yes to what it shows
CHANNEL_LINK = re.compile(r"<#C[A-Z0-9]+>")


def blocks_of(payload: dict[str, Any]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = payload["blocks"]
    return blocks


def objects(payload: object) -> Iterator[dict[str, Any]]:
    """Every dict in a payload, at any depth."""
    if isinstance(payload, dict):
        yield payload
        for value in payload.values():
            yield from objects(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from objects(value)


def texts(payload: object) -> Iterator[dict[str, Any]]:
    return (one for one in objects(payload) if one.get("type") in ("mrkdwn", "plain_text") and "text" in one)


def every_text(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """All that Slack may count as the text of a message, in menus and boxes too."""
    return (one["text"] for one in objects(blocks) if isinstance(one.get("text"), str))


def check(payload: dict[str, Any]) -> None:
    """Raises `AssertionError` for what Slack would refuse, or somebody could abuse."""
    is_view = payload.get("type") in ("modal", "home")
    blocks = blocks_of(payload)
    assert 1 <= len(blocks) <= (limits.MODAL_BLOCKS if is_view else limits.MESSAGE_BLOCKS)
    names = [block["block_id"] for block in blocks]
    assert len(set(names)) == len(names), "two blocks of one name"
    assert all(0 < len(name) <= limits.BLOCK_ID for name in names)
    for block in blocks:
        _check_block(block)
    for text in texts(payload):
        _check_text(text)
    primary = [one for one in objects(payload) if one.get("style") == "primary"]
    assert len(primary) <= 1, "one thing at a time is the most useful one"
    if payload.get("type") == "modal":
        _check_view(payload)
    elif is_view:
        assert len(json.dumps(payload)) <= limits.VIEW_BYTES
    else:
        assert 0 < len(payload["text"]) <= limits.TEXT
        assert len(payload["text"].encode()) <= limits.MESSAGE_BYTES
        _check_mrkdwn(payload["text"])
        assert sum(map(len, every_text(blocks))) <= limits.MESSAGE_TEXT
    json.dumps(payload)


def _check_block(block: dict[str, Any]) -> None:
    elements = block.get("elements", [])
    acts = [element["action_id"] for element in elements if "action_id" in element]
    assert len(set(acts)) == len(acts), "one action_id twice in a block"
    if block["type"] in ("actions", "context"):
        assert (
            1 <= len(elements) <= (limits.ACTIONS if block["type"] == "actions" else limits.CONTEXT_ELEMENTS)
        )
    if block["type"] == "section":
        assert "text" in block or block["fields"]
        assert len(block.get("fields", [])) <= limits.FIELDS
    if block["type"] == "header":
        assert len(block["text"]["text"]) <= limits.HEADER
    for element in objects(block):
        _check_element(element)


def _check_element(element: dict[str, Any]) -> None:
    if element.get("type") == "button":
        assert len(element["text"]["text"]) <= limits.BUTTON
        assert 1 <= len(element.get("value", "x")) <= limits.BUTTON_VALUE
    if "options" in element:
        most = limits.OVERFLOW_OPTIONS if element.get("type") == "overflow" else limits.OPTIONS
        assert 1 <= len(element["options"]) <= most
    for group in element.get("option_groups", []):
        assert 1 <= len(group["options"]) <= limits.OPTIONS
        assert 1 <= len(group["label"]["text"]) <= limits.OPTION
    if "value" in element and "text" in element and "action_id" not in element:
        check_option(element)
    if "initial_option" in element and element["type"] != "external_select":
        offered = element.get("options") or [o for g in element["option_groups"] for o in g["options"]]
        assert element["initial_option"] in offered
    if element.get("type") == "plain_text_input":
        assert len(element.get("initial_value", "")) <= element["max_length"] <= limits.INPUT_TEXT


def check_option(option: dict[str, Any]) -> None:
    assert 1 <= len(option["text"]["text"]) <= limits.OPTION
    assert 1 <= len(option["value"]) <= limits.OPTION_VALUE
    assert 1 <= len(option.get("description", {"text": "x"})["text"]) <= limits.OPTION


def _check_text(text: dict[str, Any]) -> None:
    assert text["text"].strip(), "Slack takes no empty text"
    assert len(text["text"]) <= limits.TEXT
    if text["type"] == "mrkdwn":
        assert text["verbatim"] is True
        _check_mrkdwn(text["text"])
    else:
        _check_harmless(text["text"])
        assert "&amp;" not in text["text"], "escaped for nobody"
        assert not re.search(r"<[!@#]", text["text"])


def _check_mrkdwn(text: str) -> None:
    without = CHANNEL_LINK.sub("", text.replace(OWN_MENTION, ""))
    assert "<" not in without, "somebody's bracket"
    assert not re.search(r"(?m)>(?! )", re.sub(r"^> ", "", without, flags=re.MULTILINE)), "somebody's bracket"
    assert not re.search(r"&(?!amp;|lt;|gt;)", without), "a broken entity"
    assert "```" not in without
    _check_harmless(text)


def _check_harmless(text: str) -> None:
    assert not re.search(r"@(here|channel|everyone|group)\b", text, re.IGNORECASE), "it pings"
    assert not re.search("[\u202a-\u202e\u200b\u200e\u200f\ufeff\x00-\x09\x0b-\x1f]", text), (
        "it hides something"
    )
    assert not re.search(r"\b(late|overdue|failed|failure)\b", text, re.IGNORECASE), "it blames"


def _check_view(view: dict[str, Any]) -> None:
    for part in ("title", "submit", "close"):
        if part in view:
            assert 1 <= len(view[part]["text"]) <= limits.MODAL_TITLE
    has_input = any(block["type"] == "input" for block in view["blocks"])
    is_sent = has_input or view["callback_id"] in SENT_AS_IT_IS
    assert "submit" in view or not has_input, "Slack wants a way to send what is typed"
    assert is_sent or "submit" not in view, "a form is sent, a page is not"
    assert len(view["private_metadata"]) <= limits.PRIVATE_METADATA
    assert len(json.dumps(view)) <= limits.VIEW_BYTES
