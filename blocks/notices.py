"""Modals that only say something."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from blocks.ids import Act, View
from blocks.kit import Element, Message, ViewDict, actions, button, modal, named_button, section
from blocks.sides import answers
from blocks.text import Day
from blocks.view_models import Companies
from blocks.words import has_saying, mrkdwn, plain
from storage.models import Side


@dataclass(frozen=True, slots=True)
class TooNearView:
    """A list of steps needs more working days of both sides than there are until its anchor."""

    needs: int
    there: int
    deciding: tuple[tuple[str, int, Side], ...]  # (title, working days, side) of the longest, in their order
    others: int  # more steps decide it
    honest: Day  # the earliest day by which it can be done
    firms: Companies


def build_said(text: str) -> ViewDict:
    """A modal that says one thing. `text` is finished mrkdwn, out of `blocks.words`."""
    return modal(View.NOTICE, plain("notices", "title", code="said"), [section(text, "notice")])


def build_notice(code: str, facts: Mapping[str, Any], metadata: str = "") -> ViewDict:
    """A modal that only says something: good news of `notices.j2`, or a refusal by its code.

    A refusal that asks for a side needs `metadata`, for its buttons.

    `LookupError` for a code without words.
    """
    room = "notices" if has_saying("notices", code) else "refusals"
    blocks = [section(mrkdwn(room, code, facts=facts).strip(), "notice"), *answers(code, facts)]
    return modal(View.NOTICE, plain("notices", "title", code=code), blocks, metadata=metadata)


def build_plan_started(facts: Mapping[str, Any], plan_id: int, metadata: str) -> ViewDict:
    """The plan is there; the next thing is a button away. Of an anchor that is too near, `too_near` among the
    facts says why, and a button plans for the day on which it can be done."""
    doors = []
    if facts["too_near"] is not None:
        honest: date = facts["too_near"].honest
        value = f"{plan_id}:{honest.toordinal()}:{facts['anchor'].toordinal()}"
        doors = [
            named_button(plain("notices", "plan_for", day=honest), Act.PLAN_HONEST_DATE, value, "primary")
        ]
    return _with_doors("plan_started", facts, plan_id, metadata, doors)


def build_planned_anew(facts: Mapping[str, Any], plan_id: int, metadata: str) -> ViewDict:
    """The plan has another anchor, and everything was laid out back from that."""
    return _with_doors("planned_anew", facts, plan_id, metadata, [])


def _with_doors(
    code: str, facts: Mapping[str, Any], plan_id: int, metadata: str, doors: list[Element]
) -> ViewDict:
    view = build_notice(code, facts, metadata)
    next_door = button("name_people", Act.PLAN_PEOPLE, str(plan_id), "" if doors else "primary")
    return {**view, "blocks": [*view["blocks"], actions("notice.next", [*doors, next_door])]}


def build_help_modal(
    message: Message, plan_id: int | None = None, metadata: str = "", *, keeps_lists: bool = False
) -> ViewDict:
    """The answer to `help`, for somebody who pressed the button; of an open plan with what changes it all.

    `keeps_lists`: they are of the team that may keep the plan as a list of its own.
    """
    blocks = message["blocks"]
    if plan_id is not None:
        plan = str(plan_id)
        doors = [
            button("edit_plan", Act.PLAN_EDIT, plan),
            button("name_people", Act.PLAN_PEOPLE, plan),
            button("calendar", Act.PLAN_CALENDAR, plan),
            button("settings", Act.PLAN_SETTINGS, plan),
            button("timeline", Act.PLAN_TIMELINE, plan),
            button("slips", Act.PLAN_SLIPS, plan),
            button("preview", Act.PLAN_PREVIEW, plan),
            button("agree_plan", Act.PLAN_AGREE, plan),
            button("close_plan", Act.PLAN_CLOSE, plan),
        ]
        if keeps_lists:
            doors.insert(-1, button("save_list", Act.PLAN_SAVE_LIST, plan))
        blocks = [*blocks, section(mrkdwn("status", "help_plan"), "help.plan"), actions("help.doors", doors)]
    return modal(View.NOTICE, plain("modals", "help_title"), blocks, metadata=metadata)
