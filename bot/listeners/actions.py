"""Every button, menu and select. What one of them does is looked up by its id.

A refusal is said in a modal, the one place that reaches people of both companies.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from blocks import status, step_modal
from blocks.ids import Act, More
from bot.desk import AlreadyCarriedOut, Desk, Visitor
from bot.listeners import modals
from bot.listeners.metadata import Metadata
from bot.use_cases import plans as plan_cases
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.views import load_plan_views
from storage import outbox

log = structlog.get_logger()

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """Something pressed or picked. `channel_id` is `None` in a private conversation with Tandem."""

    desk: Desk
    visitor: Visitor
    client: WebClient
    body: Mapping[str, Any]
    act: Act | None  # `None` for an id that this version does not know
    value: str
    channel_id: str | None

    @property
    def numbers(self) -> list[int]:
        """The numbers in the value. Raises `Refused` for a value that this version never wrote."""
        parts = [part for part in self.value.split(":") if part]
        if not parts or not all(part.isdigit() for part in parts):
            raise Refused("old_button")
        return [int(part) for part in parts]

    @property
    def step(self) -> tuple[int, int]:
        """The plan's and the step's id: the last two numbers, a nudge's own id may stand before them."""
        if len(self.numbers) < 2:
            raise Refused("old_button")
        plan_id, step_id = self.numbers[-2:]
        return plan_id, step_id

    def work(self, plan_id: int) -> AbstractContextManager[Work]:
        """One transaction on the plan this press is about."""
        return self.desk.work(
            self.visitor, plan_id, channel_id=self.channel_id, request_key=f"action:{self.body['trigger_id']}"
        )

    def show(self, view: View) -> None:
        """Open a modal, or put it on top of the one the person is in."""
        opener = self.client.views_push if "view" in self.body else self.client.views_open
        try:
            opener(trigger_id=self.body["trigger_id"], view=view)
        except SlackApiError as error:
            _forgive(error, {"exchanged_trigger_id", "expired_trigger_id"})

    def replace(self, view: View) -> None:
        """Put a view in the place of the one the person is in, unless that changed or closed meanwhile."""
        shown = self.body["view"]
        try:
            self.client.views_update(view_id=shown["id"], hash=shown["hash"], view=view)
        except SlackApiError as error:
            _forgive(error, {"hash_conflict", "not_found"})


def _forgive(error: SlackApiError, codes: set[str]) -> None:
    """A window that is open already, or that nobody waits for any more, is nothing to report."""
    code = error.response["error"]
    if code not in codes:
        raise error
    log.info("window_not_shown", error=code)


Handler = Callable[[Press], None]


class Actions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(self, ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        user = body["user"]
        visitor = Visitor(user["id"], user.get("team_id", ""), user.get("name") or user.get("username", ""))
        act, value = _meaning(action["action_id"], _value(action))
        press = Press(self._desk, visitor, client, body, act, value, _channel(body))
        try:
            if act is None:
                raise Refused("old_button")
            HANDLERS[act](press)
        except Refused as refused:
            press.show(step_modal.build_notice(refused.code, refused.facts))
        except AlreadyCarriedOut:
            return


def _value(action: Mapping[str, Any]) -> str:
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")


def _meaning(action_id: str, value: str) -> tuple[Act | None, str]:
    """What was meant: the choices of a step's menu stand for acts of their own."""
    if action_id == Act.STEP_MORE:
        where, _, choice = value.rpartition(":")
        return CHOICES.get(choice), where
    return next((act for act in HANDLERS if act == action_id), None), value


def _channel(body: Mapping[str, Any]) -> str | None:
    """The shared channel a press counts as coming from."""
    if "view" in body:
        return Metadata.load(body["view"].get("private_metadata") or "{}").door
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id", "")
    return None if channel.startswith("D") else channel


def complete(press: Press) -> None:
    plan_id, step_id = press.step
    with press.work(plan_id) as work:
        done = step_cases.complete_step(work, step_id)
    if done.ending == "already" and done.waits_for is not None:
        company = work.plan.company_of(done.waits_for)
        raise Refused("your_half_is_done", company=company, number=done.step.number)
    _show_again(press, plan_id, step_id)


def changing(act: Callable[[Work, int], object]) -> Handler:
    """A press that changes a step and needs nothing more to be said."""

    def handle(press: Press) -> None:
        plan_id, step_id = press.step
        with press.work(plan_id) as work:
            act(work, step_id)
        _show_again(press, plan_id, step_id)

    return handle


def _show_again(press: Press, plan_id: int, step_id: int) -> None:
    """A press inside the step's own modal shows there what it did."""
    if "view" in press.body:
        press.replace(modals.step_details(press.desk, press.visitor, plan_id, step_id, press.channel_id))


def ask_for_step(press: Press) -> None:
    plan_id, step_id = press.step
    assert press.act is not None  # it led here
    press.show(modals.step_form(press.desk, press.visitor, plan_id, step_id, press.channel_id, press.act))


def open_step(press: Press) -> None:
    plan_id, step_id = press.step
    press.show(modals.step_details(press.desk, press.visitor, plan_id, step_id, press.channel_id))


def snooze(press: Press) -> None:
    if len(press.numbers) != 3:
        raise Refused("old_button")
    plan_id, step_id, working_days = press.numbers
    with press.work(plan_id) as work:
        step_cases.snooze_step(work, step_id, working_days)


def start_plan(press: Press) -> None:
    if press.channel_id is None:
        raise Refused("not_here")
    if not press.desk.is_of_the_seller(press.visitor):
        raise Refused("seller_starts")
    press.show(modals.new_plan(press.desk, press.visitor, press.channel_id))


def show_add(press: Press) -> None:
    press.show(modals.add_step(press.desk, press.visitor, press.numbers[0], press.channel_id))


def show_steps(press: Press) -> None:
    press.show(modals.all_steps(press.desk, press.visitor, press.numbers[0], press.channel_id))


def turn_page(press: Press) -> None:
    if len(press.numbers) != 2:
        raise Refused("old_button")
    plan_id, page = press.numbers
    press.replace(modals.all_steps(press.desk, press.visitor, plan_id, press.channel_id, page))


def show_history(press: Press) -> None:
    press.show(modals.history(press.desk, press.visitor, press.numbers[0], press.channel_id))


def show_close(press: Press) -> None:
    press.show(modals.close_plan(press.desk, press.visitor, press.numbers[0], press.channel_id))


def show_help(press: Press) -> None:
    press.show(step_modal.build_help_modal(status.build_help(has_command=False)))


def reopen_plan(press: Press) -> None:
    with press.work(press.numbers[0]) as work:
        plan_cases.reopen_plan(work)


def share_status(press: Press) -> None:
    """What was private is shown to everybody in the channel, with only what both sides know."""
    with press.work(press.numbers[0]) as work:
        seen = load_plan_views(work.session, work.plan, None, work.now)
        outbox.put_for(
            work.session,
            work.plan,
            key=f"share:{press.body['trigger_id']}",
            kind="post",
            payload={"message": dict(status.build_shared_status(seen.board, work.actor.name))},
            not_before=work.wall,
        )


HANDLERS: Mapping[Act, Handler] = {
    Act.STEP_DONE: complete,
    Act.STEP_REOPEN: changing(step_cases.reopen_step),
    Act.STEP_DATE: ask_for_step,
    Act.STEP_OWNER: ask_for_step,
    Act.STEP_BLOCK: ask_for_step,
    Act.STEP_UNBLOCK: changing(step_cases.unblock_step),
    Act.STEP_SKIP: ask_for_step,
    Act.STEP_OPEN: open_step,
    Act.PLAN_START: start_plan,
    Act.PLAN_ADD: show_add,
    Act.PLAN_STEPS: show_steps,
    Act.PLAN_STEPS_PAGE: turn_page,
    Act.PLAN_HISTORY: show_history,
    Act.PLAN_HELP: show_help,
    Act.PLAN_SHOW: share_status,
    Act.PLAN_CLOSE: show_close,
    Act.PLAN_REOPEN: reopen_plan,
    Act.NUDGE_DONE: complete,
    Act.NUDGE_DATE: ask_for_step,
    Act.NUDGE_BLOCK: ask_for_step,
    Act.NUDGE_NOT_ME: ask_for_step,
    Act.NUDGE_OWNER: ask_for_step,
    Act.NUDGE_SNOOZE: snooze,
}

CHOICES: Mapping[str, Act] = {
    More.OWNER.value: Act.STEP_OWNER,
    More.SKIP.value: Act.STEP_SKIP,
    More.OPEN.value: Act.STEP_OPEN,
}
