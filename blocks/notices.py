"""Modals that only say something."""

from collections.abc import Mapping
from typing import Any

from blocks.ids import View
from blocks.kit import Message, ViewDict, modal, section
from blocks.sides import answers
from blocks.words import has_saying, mrkdwn, plain


def build_notice(code: str, facts: Mapping[str, Any], metadata: str = "") -> ViewDict:
    """A modal that only says something: good news of `notices.j2`, or a refusal by its code.

    A refusal that asks for a side needs `metadata`, for its buttons.

    `LookupError` for a code without words.
    """
    room = "notices" if has_saying("notices", code) else "refusals"
    blocks = [section(mrkdwn(room, code, facts=facts).strip(), "notice"), *answers(code, facts)]
    return modal(View.NOTICE, plain("notices", "title", code=code), blocks, metadata=metadata)


def build_help_modal(message: Message) -> ViewDict:
    """The answer to `help`, for somebody who pressed the button."""
    return modal(View.NOTICE, plain("modals", "help_title"), message["blocks"])
