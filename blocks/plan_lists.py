"""The two long lists of a plan, each in a modal for who asks: every step, and every change."""

import json
from collections.abc import Sequence
from itertools import groupby

from blocks import limits
from blocks.board import PhaseDigest
from blocks.ids import Act, View, step_value
from blocks.kit import Block, Message, ViewDict, actions, button, context, message, modal, section
from blocks.privacy import preview_button
from blocks.step_filters import build_filters
from blocks.text import pack
from blocks.view_models import BoardView, ChangeView, StepChoices, StepView
from blocks.words import has_saying, mrkdwn, plain
from storage.models import Side

STEPS_A_PAGE = 30  # with a heading for each, well within Slack's 100 blocks and 250 kB
HISTORY_BYTES = limits.VIEW_BYTES * 4 // 5  # of lines: an emoji counts 12 bytes in JSON
REPLY_AROUND = 800  # characters: the line above, and how many changes are left out
HISTORY_BLOCKS = limits.MODAL_BLOCKS - 2  # the first says what it is, the last how much is left out


def build_all_steps(
    view: BoardView,
    steps: Sequence[StepView],
    page: int,
    metadata: str,
    choices: StepChoices,
    viewer: Side | None = None,
) -> ViewDict:
    """The steps somebody chose to see, each with a way into it, `STEPS_A_PAGE` to a page.

    `steps` are those of the plan that `choices` leaves. `page` counts from 0; too far is the last. `viewer`
    may see the plan as the other side does.
    """
    last_page = max(0, (len(steps) - 1) // STEPS_A_PAGE)
    page = min(max(page, 0), last_page)
    first = page * STEPS_A_PAGE
    shown = steps[first : first + STEPS_A_PAGE]
    blocks = _above_the_list(view, steps, choices)
    if page > 0:
        blocks.append(_turn(view.plan_id, page - 1, "earlier_steps"))
    for phase, group in groupby(shown, key=lambda step: step.phase):
        in_phase = list(group)
        blocks.append(context(f"steps.phase.{in_phase[0].id}", mrkdwn("modals", "phase_title", name=phase)))
        blocks.extend(_row(step, view) for step in in_phase)
    if page < last_page:
        blocks.append(_turn(view.plan_id, page + 1, "later_steps"))
    if last_page:
        place = mrkdwn("modals", "page", first=first + 1, last=first + len(shown), total=len(steps))
        blocks.append(context("steps.page", place))
    if viewer is not None:
        blocks.append(actions("steps.preview", [preview_button(viewer, view, view.plan_id)]))
    return modal(View.PLAN_STEPS, plain("modals", "all_steps_title"), blocks, metadata=metadata)


def _above_the_list(view: BoardView, steps: Sequence[StepView], choices: StepChoices) -> list[Block]:
    digests = [PhaseDigest(phase) for phase in view.phases]
    done, total = sum(digest.done for digest in digests), sum(digest.total for digest in digests)
    intro = mrkdwn("modals", "all_steps_intro", view=view, done=done, total=total)
    as_picture = button("timeline", Act.PLAN_TIMELINE, str(view.plan_id))
    blocks = [section(intro, "steps.intro", as_picture)]
    if not view.steps:
        return [*blocks, context("steps.none", mrkdwn("modals", "no_steps"))]
    blocks.append(build_filters(view, choices))
    if choices.chosen.is_on:
        saying = mrkdwn("lists", "how_many_fit", n=len(steps)) if steps else mrkdwn("lists", "nothing_fits")
        clear = button("clear_filters", Act.PLAN_STEPS_CLEAR, str(view.plan_id))
        blocks.append(section(saying, "steps.fit", clear))
    return blocks


def _row(step: StepView, view: BoardView) -> Block:
    text = mrkdwn("modals", "step_row", step=step, firms=view).rstrip()
    return section(text, f"steps.{step.id}", button("open", Act.STEP_OPEN, step_value(step.plan_id, step.id)))


def _turn(plan_id: int, page: int, text: str) -> Block:
    # Back and on are blocks of their own: an `action_id` may be in a block only once.
    # https://docs.slack.dev/reference/block-kit/block-elements/button-element
    return actions(f"steps.turn.{text}", [button(text, Act.PLAN_STEPS_PAGE, f"{plan_id}:{page}")])


def build_history(
    changes: Sequence[ChangeView], plan_name: str, plan_id: int = 0, metadata: str = ""
) -> ViewDict:
    """The changes as they come, the newest first, a heading for each day. What does not fit is counted.

    Of the days lost and won there is a list of its own: the way to it needs the plan and the metadata.
    """
    door = button("slips", Act.PLAN_SLIPS, str(plan_id)) if plan_id else None
    blocks = [section(mrkdwn("modals", "history_intro", plan_name=plan_name), "history.intro", door)]
    if not changes:
        blocks.append(context("history.none", mrkdwn("modals", "no_history")))
    lines = _lines_that_fit(changes)
    told = 0
    for on, group in groupby(zip(changes, lines, strict=False), key=lambda pair: pair[0].on):
        of_day = [line for _, line in group]
        texts = pack([mrkdwn("history", "day_title", on=on), *of_day])
        if len(blocks) + len(texts) > HISTORY_BLOCKS:
            break
        blocks.extend(section(text, f"history.{told}.{place}") for place, text in enumerate(texts))
        told += len(of_day)
    if told < len(changes):
        blocks.append(context("history.more", mrkdwn("modals", "history_more", n=len(changes) - told)))
    return modal(View.PLAN_HISTORY, plain("modals", "history_title"), blocks, metadata=metadata)


def reply_history(changes: Sequence[ChangeView], plan_name: str) -> Message:
    """The newest few changes, for everybody who reads the thread."""
    if not changes:
        text = mrkdwn("modals", "no_history")
        return message(text, [section(text, "reply")])
    lines, room = [], limits.MESSAGE_TEXT - REPLY_AROUND
    for line in map(_line, changes):
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    title = mrkdwn("lists", "history_short", plan_name=plan_name, n=len(lines))
    blocks = [section(text, f"history.{place}") for place, text in enumerate(pack(lines))]
    if len(lines) < len(changes):
        more = mrkdwn("modals", "history_more", n=len(changes) - len(lines))
        blocks.append(context("history.more", more))
    return message(title, [section(title, "history.title"), *blocks])


def reply_history_door(plan_id: int, count: int) -> Message:
    """More changes than a thread should hold: the button opens them. `count` is how many were asked for."""
    text = mrkdwn("replies", "with_button")
    door = button("history", Act.PLAN_HISTORY, f"{plan_id}:{count}", "primary")
    return message(text, [section(text, "reply"), actions("reply.door", [door])])


def _lines_that_fit(changes: Sequence[ChangeView]) -> list[str]:
    """A line for each change, until the view would grow too large for Slack."""
    lines: list[str] = []
    room = HISTORY_BYTES
    for change in changes:
        line = _line(change)
        room -= len(json.dumps(line))
        if room < 0:
            break
        lines.append(line)
    return lines


def _line(change: ChangeView) -> str:
    return "•  " + mrkdwn(
        "history", change.kind if has_saying("history", change.kind) else "other", change=change
    )
