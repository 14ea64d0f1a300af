"""Modals that only say something."""

from collections.abc import Mapping
from typing import Any

from blocks.ids import Act, View
from blocks.kit import Message, ViewDict, actions, button, modal, section
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


def build_plan_started(facts: Mapping[str, Any], plan_id: int, metadata: str) -> ViewDict:
    """The plan is there; the next thing is a button away."""
    view = build_notice("plan_started", facts, metadata)
    door = button("name_people", Act.PLAN_PEOPLE, str(plan_id), "primary")
    return {**view, "blocks": [*view["blocks"], actions("notice.next", [door])]}


def build_help_modal(message: Message, plan_id: int | None = None, metadata: str = "") -> ViewDict:
    """The answer to `help`, for somebody who pressed the button; of an open plan with what changes it all."""
    blocks = message["blocks"]
    if plan_id is not None:
        plan = str(plan_id)
        doors = [
            button("edit_plan", Act.PLAN_EDIT, plan),
            button("name_people", Act.PLAN_PEOPLE, plan),
            button("settings", Act.PLAN_SETTINGS, plan),
            button("close_plan", Act.PLAN_CLOSE, plan),
        ]
        blocks = [*blocks, section(mrkdwn("status", "help_plan"), "help.plan"), actions("help.doors", doors)]
    return modal(View.NOTICE, plain("modals", "help_title"), blocks, metadata=metadata)
