"""The list that somebody came from, below the windows of a step. It is kept true, and they come back to it.

Windows stand on one another, three at most: https://docs.slack.dev/surfaces/modals#modal_stacks
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk import WebClient

from blocks.ids import View
from bot.desk import Desk, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals import lists, steps
from bot.listeners.permalinks import SECONDS
from bot.listeners.refusing import refusal_modal
from bot.slack_errors import CALL_ERRORS, understand
from bot.use_cases.common import Refused
from plan.step_filter import StepFilter

log = structlog.get_logger()

LISTS = (View.PLAN_STEPS.value, View.PLAN_MINE.value)


def remember_list(shown: Mapping[str, Any], view: dict[str, Any]) -> dict[str, Any]:
    """`view` with what it needs to know of the list that `shown` is, or that lies below it."""
    if view["callback_id"] in LISTS or not view.get("private_metadata"):
        return view
    here = Metadata.load(shown["private_metadata"]) if shown.get("private_metadata") else Metadata("")
    found = shown["callback_id"] if shown["callback_id"] in LISTS else here.list_id
    if not found:
        return view
    above = Metadata.load(view["private_metadata"])
    above = replace(above, list_id=found, filters=here.filters, page=here.page)
    return {**view, "private_metadata": above.dump()}


def redraw_list(client: WebClient, desk: Desk, visitor: Visitor, metadata: Metadata, view_id: str) -> bool:
    """Show in the list what was changed above it. Says whether that worked; nothing hangs on it."""
    if metadata.list_id == View.PLAN_MINE:
        view = lists.my_steps_of(desk, visitor, metadata.plan_id, metadata.door)
    else:
        chosen = StepFilter(**metadata.filters)
        view = lists.all_steps(desk, visitor, metadata.plan_id, metadata.door, metadata.page, chosen)
    return redraw(client, view_id, view)


def redraw_step(client: WebClient, desk: Desk, visitor: Visitor, metadata: Metadata, view_id: str) -> bool:
    """The same for the window of the step, or why there is nothing to show in it any more."""
    try:
        view = steps.step_details(desk, visitor, metadata.plan_id, metadata.step_id, metadata.door)
    except Refused as refused:
        view = refusal_modal(refused)
    here = {"callback_id": View.STEP_DETAILS.value, "private_metadata": metadata.dump()}
    return redraw(client, view_id, remember_list(here, view))


def redraw(client: WebClient, view_id: str, view: dict[str, Any]) -> bool:
    """What is below changes unseen, so it may not take long: somebody waits for the window above."""
    quick = WebClient(token=client.token, base_url=client.base_url, timeout=SECONDS, retry_handlers=[])
    try:
        quick.views_update(view_id=view_id, view=view)
    except CALL_ERRORS as error:
        log.info("not_redrawn", error=understand(error).error)
        return False
    return True
