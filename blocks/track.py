"""What is said on the way from a message to a step of the plan."""

from blocks.ids import Act, View
from blocks.kit import Message, ViewDict, actions, button, message, modal, section
from blocks.words import mrkdwn, plain


def build_no_plan_to_track(metadata: str) -> ViewDict:
    """The channel of the message has no plan to put it on, so one is offered."""
    start = button("start_plan", Act.PLAN_START, style="primary")
    blocks = [section(mrkdwn("track", "no_plan"), "notice"), actions("notice.doors", [start])]
    return modal(View.NOTICE, plain("track", "no_plan_title"), blocks, metadata=metadata)


def reply_track(plan_id: int, ts: str) -> Message:
    """`track` alone: Tandem does not read the thread, so a form asks for the title. `ts` is the thread's."""
    text = mrkdwn("track", "ask_title")
    door = button("track", Act.PLAN_TRACK, f"{plan_id}:{ts}", "primary")
    return message(text, [section(text, "reply"), actions("reply.door", [door])])
