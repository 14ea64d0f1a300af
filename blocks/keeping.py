"""What must be true to keep the date: for one person in a window, for both companies in a thread."""

from blocks.ids import Act, View, step_value
from blocks.kit import Block, Message, ViewDict, button, context, message, modal, section
from blocks.view_models import BoardView, StepView
from blocks.words import mrkdwn, plain


def build_keeping(view: BoardView, metadata: str) -> ViewDict:
    """Where the plan lands and why, then each change with what it gains and a way into its step."""
    blocks = [section(_where(view), "keep.where")]
    way = view.way
    if way is None:
        return _window(blocks, metadata)
    if way.now is not None:
        blocks.append(_row(mrkdwn("keeping", "now", step=way.now, firms=view), "keep.now", way.now))
    for place, one in enumerate(way.changes):
        text = mrkdwn("keeping", "change", one=one, firms=view, anchor_kind=view.anchor_kind)
        blocks.append(_row(text, f"keep.{place}", one.step))
    blocks.append(context("keep.end", mrkdwn("keeping", "end", view=view)))
    return _window(blocks, metadata)


def reply_keeping(view: BoardView) -> Message:
    """The same in a few lines, for everybody who reads the thread."""
    text = _where(view)
    blocks = [section(text, "reply")]
    if view.way is not None and (view.way.now or view.way.changes):
        blocks.append(
            section(mrkdwn("board", "way", way=view.way, anchor=view.anchor, firms=view), "reply.way")
        )
    return message(text, blocks)


def _where(view: BoardView) -> str:
    return mrkdwn("keeping", "where", view=view)


def _row(text: str, block_id: str, step: StepView) -> Block:
    return section(text, block_id, button("open", Act.STEP_OPEN, step_value(step.plan_id, step.id)))


def _window(blocks: list[Block], metadata: str) -> ViewDict:
    return modal(View.PLAN_KEEP, plain("keeping", "title"), blocks, metadata=metadata)
