"""What a board costs: `blocks.board.build_board` beside the same board built with `slack_sdk.models`.

    python -m bench.render

Both build the board of one plan of 22 steps and give equal JSON, which is checked before the clock starts.
The reference gets every sentence for nothing, finished beforehand: it pays for objects and their validation
alone, ours pays for finding the words, too. Rounds alternate, and the best round of each counts. Ours keeps
names and titles it has escaped before, as it does when a board is drawn again; the line "every text new" is
without that. The target is a tenth.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)

from blocks.board import build_board, step_label
from blocks.ids import step_value
from blocks.view_models import BoardView, StepView
from blocks.words import forget_texts
from storage.models import StepState
from tests.blocks.plans import usual_plan

ROUNDS = 25
BOARDS = 20  # a round
TARGET = 0.10

Sentences = dict[str, list[str]]


def sentences_of(blocks: list[dict[str, Any]]) -> Sentences:
    """Every finished sentence of a board by the id of its block."""
    found: Sentences = {}
    for block in blocks:
        if block["type"] == "context":
            found[block["block_id"]] = [element["text"] for element in block["elements"]]
        elif "text" in block:
            found[block["block_id"]] = [block["text"]["text"]]
    return found


def build_with_sdk(view: BoardView, said: Sentences) -> list[dict[str, Any]]:
    blocks: list[Block] = [
        HeaderBlock(block_id="board.title", text=_plain(said["board.title"][0])),
        _section("board.headline", said),
        _context("board.progress", said),
        DividerBlock(block_id="board.line.next"),
        _section("board.next", said),
    ]
    for place, step in enumerate(view.next_steps):
        blocks.append(_section(f"next.{step.id}", said))
        blocks.append(ActionsBlock(block_id=f"next.{step.id}.do", elements=_step_buttons(step, place)))
    blocks.append(DividerBlock(block_id="board.line.phases"))
    blocks.extend(
        _section(name, said) for name in said if name == "board.finished" or name.startswith("phase.")
    )
    blocks.append(ActionsBlock(block_id="board.doors", elements=_doors(view)))
    blocks.append(_context("board.take_part", said))
    return [block.to_dict() for block in blocks]


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=True)


def _section(name: str, said: Sentences) -> SectionBlock:
    return SectionBlock(block_id=name, text=MarkdownTextObject(text=said[name][0], verbatim=True))


def _context(name: str, said: Sentences) -> ContextBlock:
    return ContextBlock(
        block_id=name, elements=[MarkdownTextObject(text=one, verbatim=True) for one in said[name]]
    )


def _button(text: str, action: str, value: str, style: str | None = None) -> ButtonElement:
    return ButtonElement(text=_plain(text), action_id=action, value=value, style=style)


def _step_buttons(step: StepView, place: int) -> list[Any]:
    value = step_value(step.plan_id, step.id)
    blocked = step.state is StepState.BLOCKED
    more = [("Change owner", "owner"), ("Skip", "skip"), ("Open", "open")]
    if step.state is StepState.OPEN:
        more.insert(0, ("Start", "start"))
    return [
        _button("Confirm" if step.gate else "Done", "step.done", value, None if place else "primary"),
        _button("New date", "step.date", value),
        _button("Unblock", "step.unblock", value) if blocked else _button("Blocked", "step.block", value),
        OverflowMenuElement(
            action_id="step.more",
            options=[Option(text=_plain(text), value=f"{value}:{choice}") for text, choice in more],
        ),
    ]


def _doors(view: BoardView) -> list[Any]:
    plan = str(view.plan_id)
    options = [
        Option(text=_plain(step_label(step)), value=step_value(step.plan_id, step.id)) for step in view.steps
    ]
    return [
        StaticSelectElement(action_id="step.open", placeholder=_plain("Open a step…"), options=options),
        _button("Add step", "plan.add", plan),
        _button("My steps", "plan.mine", plan),
        _button("All steps", "plan.steps", plan),
        _button("Timeline", "plan.timeline", plan),
        _button("History", "plan.history", plan),
        _button("Help", "plan.help", plan),
        _button("Agree to the plan", "plan.agree", plan),
    ]


def _microseconds(build: Callable[[], object]) -> float:
    # Processor time: what else runs on the machine is not the board's cost.
    began = time.process_time_ns()
    for _ in range(BOARDS):
        build()
    return (time.process_time_ns() - began) / BOARDS / 1000


def _build_anew(view: BoardView) -> None:
    forget_texts()
    build_board(view)


def main() -> int:
    view = usual_plan()
    board = build_board(view)["blocks"]
    said = sentences_of(board)
    ours, reference = (
        json.dumps(board, sort_keys=True),
        json.dumps(build_with_sdk(view, said), sort_keys=True),
    )
    if ours != reference:
        print("The two boards differ: nothing to compare.")
        return 1
    mine, new, sdk = [], [], []
    for _ in range(ROUNDS):
        mine.append(_microseconds(lambda: build_board(view)))
        new.append(_microseconds(lambda: _build_anew(view)))
        sdk.append(_microseconds(lambda: build_with_sdk(view, said)))
    ratio = min(mine) / min(sdk)
    print(f"a board of {len(view.steps)} steps, {len(board)} blocks, {len(ours)} characters of JSON")
    print(f"build_board           {min(mine):8.0f} µs")
    print(f"  every text new      {min(new):8.0f} µs")
    print(f"slack_sdk.models      {min(sdk):8.0f} µs")
    print(f"render_ratio: {ratio:.3f}")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
