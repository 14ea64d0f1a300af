"""The open steps of one person, each with its buttons: in a modal, privately, or in a thread."""

from collections.abc import Sequence

from blocks.channel_changes import stands_still_line
from blocks.handoff import Brief, waiting_briefs
from blocks.ids import Act, View, step_value
from blocks.kit import (
    Block,
    Element,
    Message,
    ViewDict,
    actions,
    button,
    context,
    message,
    modal,
    section,
)
from blocks.view_models import BoardView, StepView
from blocks.words import mrkdwn, plain
from storage.models import Side

# Two blocks a step: https://docs.slack.dev/block-kit#adding_blocks allows 50 in a message, 100 in a modal.
IN_A_MESSAGE = 12
IN_A_MODAL = 45
MOST_GONE = 10  # people, two blocks each


def reply_my_steps(view: BoardView, mine: Sequence[StepView], name: str, viewer: Side | None) -> Message:
    """The answer to `mine`. `name` is whose steps they are, "" where only they read it."""
    title = mrkdwn("lists", "mine_title", view=view, n=len(mine), name=name)
    doors = actions("mine.doors", [button("all_steps", Act.PLAN_STEPS, str(view.plan_id))])
    rows = _rows(view, mine, viewer, IN_A_MESSAGE)
    return message(title, [section(title, "mine.title"), *_how_it_stands(view), *rows, doors])


def build_my_steps(
    view: BoardView,
    mine: Sequence[StepView],
    viewer: Side | None,
    metadata: str,
    gone: Sequence[Brief] = (),
) -> ViewDict:
    """The same in a modal, for who pressed the button on the board; first who of their side is gone."""
    title = mrkdwn("lists", "mine_title", view=view, n=len(mine), name="")
    shown = waiting_briefs(gone[:MOST_GONE])
    rows = _rows(view, mine, viewer, IN_A_MODAL - len(shown) // 2)
    blocks = [section(title, "mine.title"), *_how_it_stands(view), *shown, *rows]
    return modal(View.PLAN_MINE, plain("lists", "my_steps_title"), blocks, metadata=metadata)


def _how_it_stands(view: BoardView) -> list[Block]:
    """Nothing, unless the plan stands still with its channel."""
    if not view.stands_still:
        return []
    return [context("mine.still", stands_still_line(view))]


def _rows(view: BoardView, mine: Sequence[StepView], viewer: Side | None, most: int) -> list[Block]:
    blocks: list[Block] = []
    for step in mine[:most]:
        blocks.append(section(mrkdwn("lists", "my_step", step=step, firms=view).rstrip(), f"mine.{step.id}"))
        blocks.append(actions(f"mine.{step.id}.do", _buttons(step, viewer)))
    if len(mine) > most:
        blocks.append(context("mine.more", mrkdwn("lists", "more_of_mine", n=len(mine) - most)))
    return blocks


def _buttons(step: StepView, viewer: Side | None) -> list[Element]:
    value = step_value(step.plan_id, step.id)
    elements = [button("new_date", Act.STEP_DATE, value), button("open", Act.STEP_OPEN, value)]
    if viewer is not None and step.half_missing is viewer.other:
        return [button("take_back", Act.STEP_REOPEN, value), *elements]
    return [button("confirm" if step.gate else "done", Act.STEP_DONE, value), *elements]
