"""What one side keeps to itself, as its own people see it; and the plan as the other side sees it."""

import json

from blocks import limits
from blocks.board import build_board
from blocks.ids import Act, Field, View, step_value
from blocks.kit import (
    Block,
    Element,
    Message,
    Option,
    ViewDict,
    actions,
    ask,
    checkbox,
    context,
    divider,
    message,
    modal,
    named_button,
    option,
    radio_buttons,
    section,
)
from blocks.text import clip, pack
from blocks.view_models import BoardView, StepView
from blocks.words import Firms, label, mrkdwn, plain
from storage.models import Side, Visibility

ONLY_US, BOTH = "us", Visibility.BOTH.value  # the values of the two choices there are
PREVIEW_BYTES = limits.VIEW_BYTES * 2 // 5  # of steps, beside a board of at most `limits.MESSAGE_TEXT`
# https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
CONFIRM_TITLE, CONFIRM_TEXT, CONFIRM_BUTTON = 100, 300, 30


def who_sees_it(viewer: Side, firms: Firms, *, is_private: bool = False) -> list[Block]:
    """Asks whether a step is for both, or the viewer's side's alone. A buyer reads whose machine it is on."""
    company, other = companies(viewer, firms)
    both = option(plain("privacy", "both"), BOTH)
    only = option(plain("privacy", "only", company=company), ONLY_US)
    hint = plain("privacy", "sees_hint", company=company, other=other)
    choice = radio_buttons([both, only], only if is_private else both)
    return [ask(Field.VISIBILITY, "visibility", choice, hint=hint), *whose_machine(viewer, firms)]


def whose_machine(viewer: Side, firms: Firms) -> list[Block]:
    """The seller's company runs Tandem: the buyer is told so where they are about to write."""
    if viewer is not Side.BUYER:
        return []
    return [context("visibility.means", mrkdwn("privacy", "whose_machine", other=firms.seller_company))]


def note_for_us(viewer: Side, firms: Firms) -> list[Block]:
    """The box that keeps a note to the viewer's side."""
    company, _ = companies(viewer, firms)
    box: Option = option(plain("privacy", "note_only", company=company), ONLY_US)
    asked = ask(Field.VISIBILITY, "visibility", checkbox(box, ticked=False), optional=True)
    return [asked, *whose_machine(viewer, firms)]


def step_is_private(step: StepView, firms: Firms, *, may_act: bool) -> list[Block]:
    """Whose alone a step is, with the way to show it; nothing for one that both companies see."""
    if step.only_for is None:
        return []
    company, _ = companies(step.only_for, firms)
    show = show_step_button(step, firms) if may_act else None
    return [section(mrkdwn("privacy", "step_is_private", company=company), "step.private", show)]


def show_step_button(step: StepView, firms: Firms) -> Element:
    """Shows a private step, and asks before it does."""
    assert step.only_for is not None  # there is nothing to show
    _, other = companies(step.only_for, firms)
    shown = named_button(
        plain("privacy", "show_to", other=other), Act.STEP_SHOW, step_value(step.plan_id, step.id)
    )
    return _asking_first(shown, other, "show_step_text")


def show_note(step: StepView, note_id: int, only_for: Side, firms: Firms) -> Block:
    """Shows a private note of a step that both companies see, and asks before it does."""
    _, other = companies(only_for, firms)
    value = step_value(step.plan_id, step.id, str(note_id))
    shown = named_button(plain("privacy", "show_to", other=other), Act.NOTE_SHOW, value)
    return actions(f"note.{note_id}.do", [_asking_first(shown, other, "show_note_text")])


def _asking_first(element: Element, other: str, saying: str) -> Element:
    def text(words: str, most: int) -> dict[str, object]:
        return {"type": "plain_text", "text": clip(words, most), "emoji": True}

    return {
        **element,
        "confirm": {
            "title": text(plain("privacy", "show_title", other=other), CONFIRM_TITLE),
            "text": text(plain("privacy", saying, other=other), CONFIRM_TEXT),
            "confirm": text(plain("privacy", "show_to", other=other), CONFIRM_BUTTON),
            "deny": text(label("keep_hidden"), CONFIRM_BUTTON),
        },
    }


def companies(side: Side, firms: Firms) -> tuple[str, str]:
    """The company of a side, and the other one."""
    pair = firms.seller_company, firms.buyer_company
    return pair if side is Side.SELLER else (pair[1], pair[0])


def reply_private(saying: str, step: StepView, firms: Firms, side: Side, *, changed: bool = True) -> Message:
    """What a command kept to one side. `saying` is "added", "hidden" or "noted"."""
    company, _ = companies(side, firms)
    facts = {"changed": changed} if saying == "hidden" else {}
    text = mrkdwn("privacy", saying, step=step, company=company, **facts)
    return message(text, [section(text, "reply")])


def reply_may_show(step: StepView, firms: Firms) -> Message:
    """A step of one side's alone, with the button that shows it to the other."""
    if step.only_for is None:
        text = mrkdwn("privacy", "shown_already", step=step)
        return message(text, [section(text, "reply")])
    text = mrkdwn("privacy", "ask_to_show", step=step, other=companies(step.only_for, firms)[1])
    return message(text, [section(text, "reply"), actions("reply.door", [show_step_button(step, firms)])])


def preview_button(viewer: Side, firms: Firms, plan_id: int) -> Element:
    """The way to `build_preview`, named after the company of the other side."""
    _, other = companies(viewer, firms)
    return named_button(plain("privacy", "preview_as", other=other), Act.PLAN_PREVIEW, str(plan_id))


def build_preview(view: BoardView, viewer: Side, metadata: str) -> ViewDict:
    """The board and all steps as the other side reads them, with nothing to press.

    `view` is the plan as both sides may know it: what the other side keeps to itself is not in it either.
    """
    _, other = companies(viewer, view)
    blocks = [section(mrkdwn("privacy", "preview_intro", other=other), "preview.intro")]
    blocks.append(divider("preview.line.board"))
    blocks += [shown for block in build_board(view)["blocks"] if (shown := _only_read(block))]
    if view.steps:
        blocks.append(divider("preview.line.steps"))
        blocks.append(section(mrkdwn("privacy", "preview_steps"), "preview.steps"))
    blocks += _all_steps(view)
    return modal(View.PLAN_PREVIEW, plain("privacy", "preview_title"), blocks, metadata=metadata)


def _only_read(block: Block) -> Block | None:
    """A block of the board without what can be pressed."""
    if block["type"] == "actions":
        return None
    return {key: part for key, part in block.items() if key != "accessory"}


def _all_steps(view: BoardView) -> list[Block]:
    """Many to a block, as nothing has to stand beside them."""
    lines, room, shown = [], PREVIEW_BYTES, 0
    for phase in view.phases:
        if phase.steps:
            lines.append(mrkdwn("modals", "phase_title", name=phase.name))
        for step in phase.steps:
            row = mrkdwn("privacy", "preview_row", step=step, firms=view).strip()
            room -= len(json.dumps(row))
            if room >= 0:
                lines.append(row)
                shown += 1
    blocks = [section(text, f"preview.steps.{place}") for place, text in enumerate(pack(lines))]
    if shown < len(view.steps):
        blocks.append(context("preview.more", mrkdwn("privacy", "preview_more", n=len(view.steps) - shown)))
    return blocks
