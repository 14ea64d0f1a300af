"""Structured text: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

from typing import Annotated, Literal

from pydantic import Field

from sandbox.parts import Id, Part, Url


class Style(Part):
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    underline: bool = False


class _Run(Part):
    style: Style | None = None


class TextRun(_Run):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["text"]
    text: str = Field(min_length=1)


class LinkRun(_Run):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["link"]
    url: Url
    text: str | None = None
    unsafe: bool = False


class UserRun(_Run):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["user"]
    user_id: str = Field(pattern=r"^[UW][A-Z0-9]+$")


class ChannelRun(_Run):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["channel"]
    channel_id: str = Field(pattern=r"^[CDG][A-Z0-9]+$")


class BroadcastRun(_Run):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["broadcast"]
    range: Literal["here", "channel", "everyone"]


class EmojiRun(_Run):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["emoji"]
    name: str = Field(min_length=1)
    unicode: str | None = None


class DateRun(_Run):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["date"]
    timestamp: int
    format: str = Field(min_length=1)
    url: Url | None = None
    fallback: str | None = None


class ColorRun(_Run):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["color"]
    value: str = Field(pattern=r"^#[0-9A-Fa-f]{6}$")


Run = Annotated[
    TextRun | LinkRun | UserRun | ChannelRun | BroadcastRun | EmojiRun | DateRun | ColorRun,
    Field(discriminator="type"),
]


class RichSection(Part):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["rich_text_section"]
    elements: list[Run] = Field(min_length=1)


class RichQuote(Part):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["rich_text_quote"]
    elements: list[Run] = Field(min_length=1)
    border: Literal[0, 1] = 0


class RichPreformatted(Part):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["rich_text_preformatted"]
    elements: list[Annotated[TextRun | LinkRun, Field(discriminator="type")]] = Field(min_length=1)
    border: Literal[0, 1] = 0


class RichList(Part):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["rich_text_list"]
    style: Literal["bullet", "ordered"]
    elements: list[RichSection] = Field(min_length=1)
    indent: int = Field(default=0, ge=0, le=8)
    border: Literal[0, 1] = 0


class RichTextBlock(Part):
    """https://docs.slack.dev/reference/block-kit/blocks/rich-text-block"""

    type: Literal["rich_text"]
    block_id: Id | None = None
    elements: list[
        Annotated[RichSection | RichQuote | RichPreformatted | RichList, Field(discriminator="type")]
    ] = Field(min_length=1)
