"""One private reminder to one person; and the quiet word in the board's thread, where private is refused.

It says what waits and why it matters, carries every answer there is, and blames nobody.
"""

from collections.abc import Sequence

from blocks import limits
from blocks.budget import as_many_as_fit, text_length
from blocks.ids import Act, nudge_value, step_value
from blocks.kit import (
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    labelled_option,
    message,
    section,
    static_select,
)
from blocks.view_models import NudgeItem, NudgeView
from blocks.words import mrkdwn
from blocks.zones import ask_zone

MOST_WAITING = 15  # two blocks each
MOST_ANSWERED = 12
ENDING = 300  # characters: how many more there are, and the last line
SNOOZES = (2, 5)  # working days


def build_nudge(view: NudgeView, zone: str = "") -> Message:
    """What one person is asked on one morning. What is answered shows what happened, without buttons.

    With `zone`, an IANA name, it asks whether that is where they are.
    """
    waiting = [item for item in view.items if not item.answer]
    answered = [item for item in view.items if item.answer]
    plan_names = {item.plan_name for item in waiting}
    names_plan = len(plan_names) > 1
    greeting = mrkdwn(
        "nudge",
        "greeting",
        first_name=view.first_name,
        waiting=len(waiting),
        plan_name="" if names_plan else next(iter(plan_names), ""),
    )
    blocks = [section(greeting, "nudge.hello")]
    asked = (
        _waiting(item, view.nudge_id, primary=place == 0, names_plan=names_plan)
        for place, item in enumerate(waiting[:MOST_WAITING])
    )
    shown = as_many_as_fit(asked, _room(blocks))
    blocks += [block for part in shown for block in part]
    if len(waiting) > len(shown):
        blocks.append(context("nudge.more", mrkdwn("nudge", "more", n=len(waiting) - len(shown))))
    told = ([_answered(item)] for item in answered[:MOST_ANSWERED])
    blocks += [block for part in as_many_as_fit(told, _room(blocks)) for block in part]
    if waiting:
        blocks.append(context("nudge.footer", mrkdwn("nudge", "footer")))
    if zone and view.items:
        blocks += ask_zone(zone, view.items[0].step.plan_id)
    names = [f"{item.step.number}  {item.step.title}" for item in waiting]
    fallback = mrkdwn("nudge", "fallback", first_name=view.first_name, names=names) if waiting else greeting
    return message(fallback, blocks)


def _room(blocks: list[Block]) -> int:
    return limits.MESSAGE_TEXT - ENDING - text_length(blocks)


def _answered(item: NudgeItem) -> Block:
    return context(f"nudge.{item.step.id}", mrkdwn("nudge", "answered", item=item))


def _waiting(item: NudgeItem, nudge_id: int, *, primary: bool, names_plan: bool) -> list[Block]:
    name = f"nudge.{item.step.id}"
    text = mrkdwn("nudge", "item", item=item, names_plan=names_plan).rstrip()
    return [section(text, name), actions(f"{name}.do", _answers(item, nudge_id, primary=primary))]


def _answers(item: NudgeItem, nudge_id: int, *, primary: bool) -> list[Element]:
    step = item.step
    value = nudge_value(nudge_id, step.plan_id, step.id)
    style = "primary" if primary else ""
    if item.asks_who:
        first = [button("choose_owner", Act.NUDGE_OWNER, value, style), button("done", Act.NUDGE_DONE, value)]
        return [*first, _snooze(item)]
    return [
        button("confirm" if step.gate else "done", Act.NUDGE_DONE, value, style),
        button("new_date", Act.NUDGE_DATE, value),
        button("blocked", Act.NUDGE_BLOCK, value),
        button("not_me", Act.NUDGE_NOT_ME, value),
        _snooze(item),
    ]


def _snooze(item: NudgeItem) -> Element:
    step = item.step
    options = [
        labelled_option(f"snooze_{days}", step_value(step.plan_id, step.id, str(days))) for days in SNOOZES
    ]
    return static_select(Act.NUDGE_SNOOZE, "snooze", options)


def build_thread_nudge(items: Sequence[NudgeItem], user_id: str) -> Message:
    """The same, shorter, in the board's thread: the one place where Tandem mentions somebody.

    Raises `ValueError` when `user_id` is not the id of a person.
    """
    text = mrkdwn("nudge", "thread", user_id=user_id, items=items).rstrip()
    doable = next((item.step.number for item in items if not item.asks_who), None)
    how = mrkdwn("nudge", "thread_how", number=doable)
    return message(text, [section(text, "nudge.thread"), context("nudge.how", how)])
