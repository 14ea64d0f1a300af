"""Structured text, which Slack does not parse: what people wrote stands in it as they wrote it.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from blocks.kit import Block, Element
from blocks.text import LINK_LABEL, clip, for_plain, for_quoting


def rich_text(block_id: str, *elements: Element) -> Block:
    return {"type": "rich_text", "block_id": block_id, "elements": list(elements)}


def line(*runs: Element) -> Element:
    return {"type": "rich_text_section", "elements": list(runs)}


def quote(text: str, length: int) -> Element:
    """Somebody's own lines, raw; never empty, which Slack refuses."""
    return {"type": "rich_text_quote", "elements": [run(for_quoting(text, length) or " ")]}


def run(text: str, *, bold: bool = False) -> Element:
    """Words that are ready to show."""
    return {"type": "text", "text": text, **({"style": {"bold": True}} if bold else {})}


def link(url: str, label: str = "") -> Element:
    """A link that use cases have let through. Without a label it shows where it leads."""
    shown = label or clip(for_plain(url.split("://", 1)[-1]), LINK_LABEL)
    return {"type": "link", "url": url, "text": shown}
