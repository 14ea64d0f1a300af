"""One quiet message to somebody who got steps from somebody else; shorter in the board's thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from blocks import limits
from blocks.budget import as_many_as_fit, text_length
from blocks.ids import Act, step_value
from blocks.kit import Block, Message, actions, button, context, message, section
from blocks.view_models import StepView
from blocks.words import mrkdwn
from blocks.zones import ask_zone

MOST_STEPS = 15  # two blocks each
ENDING = 300  # characters: how many more there are, and the last line


@dataclass(frozen=True, slots=True)
class HandoverItem:
    """A step that is a person's now, the plan it belongs to, and who gave it to them."""

    step: StepView
    plan_name: str
    by: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    first_name: str
    items: tuple[HandoverItem, ...]


def build_handover(view: NoticeView, zone: str = "") -> Message:
    """What is somebody's since they heard last, each with a way to look at it and a way to pass it on.

    With `zone`, an IANA name, it asks whether that is where they are.
    """
    plan_names = {item.plan_name for item in view.items}
    givers = {item.by for item in view.items}
    greeting = mrkdwn(
        "handovers",
        "greeting",
        first_name=view.first_name,
        n=len(view.items),
        by="" if len(givers) > 1 else next(iter(givers), ""),
        plan_name="" if len(plan_names) > 1 else next(iter(plan_names), ""),
    )
    blocks = [section(greeting, "handover.hello")]
    steps = (
        _one(item, names_plan=len(plan_names) > 1, names_giver=len(givers) > 1)
        for item in view.items[:MOST_STEPS]
    )
    shown = as_many_as_fit(steps, limits.MESSAGE_TEXT - ENDING - text_length(blocks))
    blocks += [block for part in shown for block in part]
    if len(view.items) > len(shown):
        more = mrkdwn("handovers", "more", n=len(view.items) - len(shown))
        blocks.append(context("handover.more", more))
    blocks.append(context("handover.footer", mrkdwn("handovers", "footer")))
    if zone and view.items:
        blocks += ask_zone(zone, view.items[0].step.plan_id)
    return message(greeting, blocks)


def _one(item: HandoverItem, *, names_plan: bool, names_giver: bool) -> list[Block]:
    name = f"handover.{item.step.id}"
    text = mrkdwn("handovers", "item", item=item, names_plan=names_plan, names_giver=names_giver).strip()
    value = step_value(item.step.plan_id, item.step.id)
    buttons = [button("open", Act.STEP_OPEN, value), button("not_me", Act.NUDGE_NOT_ME, value)]
    return [section(text, name), actions(f"{name}.do", buttons)]


def build_thread_handover(items: Sequence[HandoverItem], user_id: str) -> Message:
    """The same in the board's thread, where a private message does not come through.

    Raises `ValueError` when `user_id` is not the id of a person.
    """
    text = mrkdwn("handovers", "thread", user_id=user_id, items=items).rstrip()
    how = mrkdwn("handovers", "thread_how")
    return message(text, [section(text, "handover.thread"), context("handover.how", how)])
