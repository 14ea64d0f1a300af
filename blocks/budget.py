"""How much text a message holds, over all its blocks, and what becomes of one that holds too much."""

from collections.abc import Iterable
from typing import Any

from blocks import limits
from blocks.text import ELLIPSIS, fit

Piece = dict[str, Any]


def text_length(pieces: Iterable[Piece]) -> int:
    """The characters of all texts in blocks, or in what is in them.

    With those on buttons and in menus: it is not known that Slack leaves them out.
    """
    total = 0
    for piece in pieces:
        if "text" in piece:
            text = piece["text"]
            total += len(text if text.__class__ is str else text["text"])
        if "elements" in piece:
            total += text_length(piece["elements"])
        if "options" in piece:
            total += sum([len(one["text"]["text"]) for one in piece["options"]])
        if "placeholder" in piece:
            total += len(piece["placeholder"]["text"])
        if "accessory" in piece:
            total += text_length([piece["accessory"]])
        if "fields" in piece:
            total += text_length(piece["fields"])
        if "confirm" in piece:
            total += sum([len(one["text"]) for one in piece["confirm"].values() if one.__class__ is dict])
    return total


def as_many_as_fit(parts: Iterable[list[Piece]], room: int) -> list[list[Piece]]:
    """The first of the parts of a message, each whole, as long as there is room for their text."""
    shown: list[list[Piece]] = []
    for part in parts:
        room -= text_length(part)
        if room < 0:
            break
        shown.append(part)
    return shown


def within(blocks: list[Piece], most: int = limits.MESSAGE_TEXT) -> list[Piece]:
    """The blocks as they are, where they hold at most `most` characters; else with their longest texts cut.

    Only what nobody foresaw is cut here: a builder that can leave something out has done so before. What
    somebody typed and gets back in a box stays whole, and so does everything that can be pressed.
    """
    over = text_length(blocks) - most
    if over <= 0:
        return blocks
    lengths = sorted((len(one["text"]) for block in blocks for one in _sentences(block)), reverse=True)
    longest = _longest_that_fit(lengths, sum(lengths) - over)
    return [_cut(block, longest) for block in blocks]


def _sentences(block: Piece) -> list[Piece]:
    texts = [block["text"]] if "text" in block else block.get("elements", []) + block.get("fields", [])
    return [one for one in texts if one.get("type") == "mrkdwn"]


def _longest_that_fit(lengths: list[int], room: int) -> int:
    """The length to cut all to, so that together they have `room`. The longest comes first."""
    total = sum(lengths)
    for place, length in enumerate(lengths):
        total -= length
        share = (room - total) // (place + 1)
        if place + 1 == len(lengths) or share >= lengths[place + 1]:
            return max(share, 1)
    return 1


def _cut(block: Piece, longest: int) -> Piece:
    def cut(text: Piece) -> Piece:
        is_long = text.get("type") == "mrkdwn" and len(text["text"]) > longest
        return {**text, "text": fit(text["text"], longest)} if is_long else text

    changed = dict(block)
    if "text" in block:
        changed["text"] = cut(block["text"])
    for key in ("elements", "fields"):
        if key in block:
            changed[key] = [cut(one) for one in block[key]]
    return changed


def notification(text: str) -> str:
    """Finished mrkdwn as the text beside the blocks: what is edited later is counted in bytes."""
    text = fit(text)
    if len(text) * 4 <= limits.MESSAGE_BYTES or text.isascii():
        return text
    encoded = text.encode()
    if len(encoded) <= limits.MESSAGE_BYTES:
        return text
    kept = encoded[: limits.MESSAGE_BYTES - len(ELLIPSIS.encode())].decode(errors="ignore")
    return fit(text, len(kept) + 1)
