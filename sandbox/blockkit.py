"""The blocks Slack takes, and where: https://docs.slack.dev/reference/block-kit/blocks

What these models accept passes Slack's own schemas; what Slack refuses besides (a section with neither text
nor fields, ids used twice, a block on the wrong surface) is refused here too, with a pointer to the place.
"""

from collections.abc import Iterator
from copy import deepcopy
from enum import StrEnum
from secrets import token_urlsafe
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator
from pydantic_core import ErrorDetails

from sandbox.elements import ActionElement, ImageElement, InputElement, SectionElement
from sandbox.parts import Id, ImageUrl, Mrkdwn, Part, Plain150, Plain2000, PlainText, Text, at_most, refuse
from sandbox.richtext import RichTextBlock


class Surface(StrEnum):
    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


# https://docs.slack.dev/block-kit#adding_blocks
MOST_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
# https://docs.slack.dev/reference/block-kit/blocks/markdown-block: all markdown blocks of a payload together
MOST_MARKDOWN = 12_000
# https://docs.slack.dev/reference/methods/chat.postMessage, `msg_blocks_too_long`, names no number.
# https://github.com/slackapi/bolt-js/issues/2509: some 13,200 characters were refused; one of Slack's people
# speaks of "12,000 text characters with a buffer for block containers".
# https://github.com/slackapi/bolt-js/issues/2867: 9,597 in 50 blocks were taken, 11,341 in 45 were refused.
# What lies between nobody has tried, so no more passes here than was seen to pass.
MOST_CHARACTERS = 9_500


class BlocksRefusedError(Exception):
    """Slack does not take these blocks. `messages` has a line for each reason, ending in a JSON pointer."""

    def __init__(self, reasons: list[tuple[str, str]]) -> None:
        self.messages = [f"[ERROR] {words} [json-pointer:{pointer}]" for words, pointer in reasons]
        super().__init__("; ".join(self.messages))


class Block(Part):
    """https://docs.slack.dev/reference/block-kit/blocks: a `block_id` has at most 255 characters."""

    block_id: Id | None = None


class SectionBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/section-block"""

    type: Literal["section"]
    text: Text | None = None
    fields: list[Annotated[Text, at_most(2000)]] | None = Field(default=None, min_length=1, max_length=10)
    accessory: SectionElement | None = None
    expand: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.fields is None:
            raise refuse("either text or fields must be provided")
        return self


class ActionsBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/actions-block"""

    type: Literal["actions"]
    elements: list[ActionElement] = Field(min_length=1, max_length=25)


class ContextBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/context-block"""

    type: Literal["context"]
    elements: list[Annotated[ImageElement | PlainText | Mrkdwn, Field(discriminator="type")]] = Field(
        min_length=1, max_length=10
    )


class DividerBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/divider-block"""

    type: Literal["divider"]


class HeaderBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/header-block"""

    type: Literal["header"]
    text: Plain150


class ImageBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/image-block"""

    type: Literal["image"]
    image_url: ImageUrl
    alt_text: str = Field(min_length=1, max_length=2000)
    title: Plain2000 | None = None


class InputBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/input-block"""

    type: Literal["input"]
    label: Plain2000
    element: InputElement
    hint: Plain2000 | None = None
    optional: bool = False
    dispatch_action: bool = False


class MarkdownBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/markdown-block"""

    type: Literal["markdown"]
    text: str = Field(min_length=1, max_length=MOST_MARKDOWN)


class AlertBlock(Block):
    """https://docs.slack.dev/reference/block-kit/blocks/alert-block"""

    type: Literal["alert"]
    text: Annotated[Text, at_most(200)]
    level: Literal["default", "info", "warning", "error", "success"] = "default"


AnyBlock = Annotated[
    SectionBlock
    | ActionsBlock
    | ContextBlock
    | DividerBlock
    | HeaderBlock
    | ImageBlock
    | InputBlock
    | RichTextBlock
    | MarkdownBlock
    | AlertBlock,
    Field(discriminator="type"),
]
# https://docs.slack.dev/blocks.json: the rest goes on every surface.
ONLY_ON = {"markdown": {Surface.MESSAGE}, "alert": {Surface.MODAL}}

_blocks: TypeAdapter[list[AnyBlock]] = TypeAdapter(Annotated[list[AnyBlock], Field(min_length=1)])


def check_blocks(blocks: Any, surface: Surface, root: str = "/blocks") -> list[dict[str, Any]]:
    """The blocks as Slack keeps them: a copy, with the ids and the defaults that were left out filled in.

    Raises `BlocksRefusedError`; its pointers begin with `root`.
    """
    if empty := list(nulls(blocks, root)):
        raise BlocksRefusedError(empty)
    try:
        _blocks.validate_python(blocks)
    except ValidationError as error:
        raise BlocksRefusedError([reason(one, blocks, root) for one in error.errors()]) from None
    reasons = list(_between_blocks(blocks, surface, root))
    if reasons:
        raise BlocksRefusedError(reasons)
    return _filled_in(blocks)


def nulls(thing: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """A key is there with a value, or left out: the official schemas know no null."""
    if thing is None:
        yield "must not be null", pointer
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in pairs:
        yield from nulls(value, f"{pointer}/{key}")


def characters(thing: Any) -> int:
    """How much text there is in blocks, labels and options too: whatever stands under a key `text`.

    So it was measured in https://github.com/slackapi/bolt-js/issues/2867.
    """
    if isinstance(thing, list):
        return sum(map(characters, thing))
    if not isinstance(thing, dict):
        return 0
    return sum(
        len(value) if key == "text" and isinstance(value, str) else characters(value)
        for key, value in thing.items()
    )


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Whatever in a block a person can act on."""
    found = [block.get("accessory"), block.get("element")]
    if block["type"] == "actions":
        found += block["elements"]
    return [one for one in found if one is not None and one["type"] != "image"]


def _between_blocks(blocks: list[dict[str, Any]], surface: Surface, root: str) -> Iterator[tuple[str, str]]:
    """The rules that no single block can break: how many there are, where they may go, ids, the focus.

    https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/reference/block-kit/block-elements
    """
    if len(blocks) > MOST_BLOCKS[surface]:
        yield f"no more than {MOST_BLOCKS[surface]} items allowed", root
    if sum(len(one["text"]) for one in blocks if one["type"] == "markdown") > MOST_MARKDOWN:
        yield f"all markdown blocks together must be less than {MOST_MARKDOWN + 1} characters", root
    block_ids: set[str] = set()
    focused = 0
    for place, block in enumerate(blocks):
        where = f"{root}/{place}"
        if surface not in ONLY_ON.get(block["type"], {surface}):
            yield f"unsupported type: {block['type']} on a {surface}", f"{where}/type"
        if block.get("block_id") in block_ids:
            yield f"`block_id` {block['block_id']} is used more than once", f"{where}/block_id"
        block_ids.update(filter(None, [block.get("block_id")]))
        elements = elements_of(block)
        action_ids = [one["action_id"] for one in elements if "action_id" in one]
        for twice in sorted({one for one in action_ids if action_ids.count(one) > 1}):
            yield f"`action_id` {twice} is used more than once in a block", f"{where}/elements"
        focused += sum(bool(one.get("focus_on_load")) for one in elements)
    if focused > 1:
        yield "only one element can have focus_on_load", root


def _filled_in(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = deepcopy(blocks)
    with_defaults(kept)
    for block in kept:
        block.setdefault("block_id", token_urlsafe(4))
        for element in elements_of(block):
            element.setdefault("action_id", token_urlsafe(4))
    return kept


def with_defaults(thing: Any) -> Any:
    """Slack writes out what a text leaves unsaid wherever it gives one back. Changes `thing` in place."""
    if isinstance(thing, list):
        for one in thing:
            with_defaults(one)
    elif isinstance(thing, dict):
        if thing.get("type") == "plain_text":
            thing.setdefault("emoji", True)
        elif thing.get("type") == "mrkdwn":
            thing.setdefault("verbatim", False)
        for one in thing.values():
            with_defaults(one)
    return thing


def reason(problem: ErrorDetails, payload: Any, root: str) -> tuple[str, str]:
    """One pydantic error in Slack's words, with the JSON pointer of the place in what was sent."""
    kind, context, loc = problem["type"], problem.get("ctx", {}), problem["loc"]
    pointer = root + _pointer(loc, payload)
    if kind == "missing":
        return f"missing required field: {loc[-1]}", pointer
    if kind == "extra_forbidden":
        return f"invalid additional property: {loc[-1]}", pointer.rsplit("/", 1)[0]
    if kind == "union_tag_invalid":
        return f"unsupported type: {context['tag']}", f"{pointer}/type"
    if kind == "union_tag_not_found":
        return "missing required field: type", pointer
    if kind == "string_too_long":
        return f"must be less than {context['max_length'] + 1} characters", pointer
    if kind == "string_too_short":
        return f"must be more than {context['min_length'] - 1} characters", pointer
    if kind == "too_long":
        return f"no more than {context['max_length']} items allowed", pointer
    if kind == "too_short":
        return f"no fewer than {context['min_length']} items allowed", pointer
    if kind == "text_too_long":
        return problem["msg"], f"{pointer}/text"
    if kind in ("string_type", "list_type", "model_type", "dict_type", "bool_type", "int_type"):
        wanted = {"list": "an array", "model": "an object", "dict": "an object"}
        name = kind.removesuffix("_type")
        return f"must provide {wanted.get(name, 'a ' + name)}", pointer
    return problem["msg"], pointer


_NOTHING = object()


def _inside(here: Any, part: int | str) -> Any:
    if isinstance(here, dict):
        return here.get(part, _NOTHING)
    is_place = isinstance(here, list) and isinstance(part, int) and part < len(here)
    return here[part] if is_place else _NOTHING


def _pointer(loc: tuple[int | str, ...], payload: Any) -> str:
    """Pydantic names the member of a union on its way; what was sent does not have it, so it is left out."""
    pointer, here, named = "", payload, False
    for part in loc:
        if isinstance(here, dict) and here.get("type") == part and not named:
            named = True
        elif (found := _inside(here, part)) is not _NOTHING:
            pointer, here, named = f"{pointer}/{part}", found, False
    return pointer
