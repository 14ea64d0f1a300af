"""The pieces of Block Kit, as plain dicts.

What a piece holds comes from `blocks.words` or `blocks.text`, safe to show already. Nothing here changes a
dict it was given, and nobody may change one it returns: fixed pieces are shared between messages.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, TypedDict

from blocks import budget, limits
from blocks.ids import Act, Field, View
from blocks.text import clip, fit, option_label
from blocks.words import label

Block = dict[str, Any]
Element = dict[str, Any]
Option = dict[str, Any]
ViewDict = dict[str, Any]


class Message(TypedDict):
    """What `chat.postMessage`, `chat.update` and `response_url` take. A notification reads out `text`."""

    text: str
    blocks: list[Block]


def message(text: str, blocks: list[Block], *, fits: bool = False) -> Message:
    """A message that Slack takes, however much there is to say. `fits` where the blocks have been counted."""
    return {"text": budget.notification(text), "blocks": blocks if fits else budget.within(blocks)}


def modal(
    callback_id: View,
    title: str,
    blocks: list[Block],
    *,
    metadata: str = "",
    submit: str = "",
    close: str = "close",
) -> ViewDict:
    """A modal. `title` is ready to show, `submit` and `close` are names of labels.

    Raises `ValueError` when `metadata` is over the 3000 characters Slack keeps for us.
    """
    if len(metadata) > limits.PRIVATE_METADATA:
        raise ValueError(
            f"private_metadata of {len(metadata)} characters, Slack takes {limits.PRIVATE_METADATA}"
        )
    view = {
        "type": "modal",
        "callback_id": callback_id.value,
        "title": _plain(clip(title, limits.MODAL_TITLE)),
        "close": _label(close),
        "private_metadata": metadata,
        "blocks": blocks,
    }
    if submit:
        view["submit"] = _label(submit)
    return view


def home(blocks: list[Block]) -> ViewDict:
    """A person's App Home. https://docs.slack.dev/reference/views/home-tab-views"""
    return {"type": "home", "blocks": blocks}


def header(text: str, block_id: str) -> Block:
    return {"type": "header", "block_id": block_id, "text": _plain(clip(text, limits.HEADER))}


def section(text: str, block_id: str, accessory: Element | None = None) -> Block:
    block: Block = {"type": "section", "block_id": block_id, "text": _mrkdwn(text)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def sections(texts: Iterable[str], block_id: str) -> list[Block]:
    return [section(text, f"{block_id}.{count}") for count, text in enumerate(texts, 1)]


def fields(texts: Sequence[str], block_id: str) -> Block:
    shown = [_mrkdwn(fit(text, limits.FIELD_TEXT)) for text in texts[: limits.FIELDS]]
    return {"type": "section", "block_id": block_id, "fields": shown}


def context(block_id: str, *texts: str) -> Block:
    elements = [_mrkdwn(text) for text in texts if text]
    return {"type": "context", "block_id": block_id, "elements": elements}


def plain_context(block_id: str, text: str) -> Block:
    """Small words that are not parsed. `text` is safe to show."""
    return {"type": "context", "block_id": block_id, "elements": [_plain(text)]}


def quoted(text: str, block_id: str) -> Block:
    """Words of somebody's in a box of their own, as they were typed, to be copied. `text` is safe to show.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block: what it holds is not parsed.
    """
    box = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": block_id, "elements": [box]}


def divider(block_id: str) -> Block:
    return {"type": "divider", "block_id": block_id}


def actions(block_id: str, elements: list[Element]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": elements}


def button(text: str, action: Act, value: str = "", style: str = "") -> Element:
    """A button. `text` is the name of a label, `style` "primary" or "danger"."""
    element: Element = {"type": "button", "text": _label(text), "action_id": action.value}
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    return element


def named_button(text: str, action: Act, value: str, style: str = "") -> Element:
    """A button with a name on it. `text` is ready to show."""
    name = _plain(clip(text, limits.BUTTON))
    element: Element = {"type": "button", "text": name, "action_id": action.value, "value": value}
    if style:
        element["style"] = style
    return element


def option(text: str, value: str, description: str = "") -> Option:
    """An option of a menu. `text` is raw, as somebody typed it; so is `description`."""
    chosen: Option = {"text": _plain(option_label(text)), "value": value}
    if description:
        chosen["description"] = _plain(option_label(description))
    return chosen


def labelled_option(text: str, value: str) -> Option:
    return {"text": _label(text), "value": value}


def static_select(
    action: Act,
    placeholder: str,
    options: list[Option] | None = None,
    *,
    groups: list[dict[str, Any]] | None = None,
    initial: Option | None = None,
) -> Element:
    """A menu of options, or of groups of options; never of none, which Slack refuses."""
    element: Element = {
        "type": "static_select",
        "action_id": action.value,
        "placeholder": _label(placeholder),
    }
    if groups is not None:
        element["option_groups"] = groups
    else:
        element["options"] = options
    if initial is not None:
        element["initial_option"] = initial
    return element


def option_group(text: str, options: list[Option]) -> dict[str, Any]:
    return {"label": _plain(option_label(text)), "options": options}


def overflow(action: Act, options: list[Option]) -> Element:
    return {"type": "overflow", "action_id": action.value, "options": options}


def person_select(person: tuple[str, str] | None) -> Element:
    """A search over the roster. `person` is who is chosen at first: (user id, name)."""
    initial = option(person[1] or person[0], person[0]) if person else None
    return _search(Act.PERSON_PICK, "find_person", initial, letters=0)


def zone_select(zone: str) -> Element:
    """A search over the time zones of the world, of which there are more than a menu holds."""
    return _search(Act.ZONE_PICK, "find_zone", option(zone.replace("_", " "), zone), letters=2)


def region_select(region: str, value: str) -> Element:
    """A search over the parts of a country, which may be more than a menu holds. `region` is raw."""
    return _search(Act.REGION_PICK, "find_region", option(region, value), letters=0)


def _search(action: Act, placeholder: str, initial: Option | None, *, letters: int) -> Element:
    element: Element = {
        "type": "external_select",
        "action_id": action.value,
        "placeholder": _label(placeholder),
        "min_query_length": letters,
    }
    if initial is not None:
        element["initial_option"] = initial
    return element


def text_input(initial: str = "", *, lines: bool = False, length: int = limits.INPUT_TEXT) -> Element:
    """A field to type in. What it starts with is given back as it was typed: raw, and whole where it is too
    long for `length`, so that its writer shortens it.
    """
    initial = initial[: limits.INPUT_TEXT]
    element: Element = {
        "type": "plain_text_input",
        "action_id": Act.INPUT.value,
        "multiline": lines,
        "max_length": max(length, len(initial)),
    }
    if initial:
        element["initial_value"] = initial
    return element


def date_input(initial: date | None = None, action: Act = Act.INPUT) -> Element:
    """A day to pick. With an `action` of its own, in a `telling` question, Tandem hears of it at once."""
    element: Element = {
        "type": "datepicker",
        "action_id": action.value,
        "placeholder": _label("pick_date"),
    }
    if initial is not None:
        element["initial_date"] = initial.isoformat()
    return element


def radio_buttons(options: list[Option], initial: Option | None = None) -> Element:
    element: Element = {"type": "radio_buttons", "action_id": Act.INPUT.value, "options": options}
    if initial is not None:
        element["initial_option"] = initial
    return element


def checkbox(choice: Option, *, ticked: bool) -> Element:
    return checkboxes([choice], [choice] if ticked else [])


def checkboxes(options: list[Option], ticked: list[Option]) -> Element:
    element: Element = {"type": "checkboxes", "action_id": Act.INPUT.value, "options": options}
    if ticked:
        element["initial_options"] = ticked
    return element


def ask(field: Field, text: str, element: Element, *, optional: bool = False, hint: str = "") -> Block:
    """An input block. `text` is the name of a label, `hint` is ready to show."""
    return question(field.value, label(text), element, optional=optional, hint=hint)


def telling(block: Block) -> Block:
    """A question whose answer is told as soon as it is given, before the form is sent.

    https://docs.slack.dev/reference/block-kit/blocks/input-block: `dispatch_action`
    """
    return {**block, "dispatch_action": True}


def question(block_id: str, text: str, element: Element, *, optional: bool = False, hint: str = "") -> Block:
    """An input block with words of its own: `text` and `hint` are ready to show."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": _plain(clip(text, limits.INPUT_LABEL)),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = _plain(clip(hint, limits.INPUT_LABEL))
    return block


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": True}


def _mrkdwn(text: str) -> dict[str, Any]:
    # `verbatim` keeps Slack from making links and mentions of what people typed.
    # https://docs.slack.dev/reference/block-kit/composition-objects/text-object
    return {"type": "mrkdwn", "text": text if len(text) <= limits.TEXT else fit(text), "verbatim": True}


@cache
def _label(name: str) -> dict[str, Any]:
    return _plain(label(name))
