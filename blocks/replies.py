"""Short answers to what somebody wrote: in a thread to a mention, privately to a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from blocks import limits
from blocks.board import headline
from blocks.ids import Act, step_value
from blocks.kit import Block, Message, actions, button, context, message, plain_context, quoted, section
from blocks.sides import answers
from blocks.text import fit, for_quoting, pack
from blocks.view_models import BoardView, StepView
from blocks.words import has_saying, mrkdwn, plain

LABELS = {
    Act.PLAN_START: "start_plan",
    Act.PLAN_ADD: "add_step",
    Act.PLAN_STEPS: "all_steps",
    Act.PLAN_HISTORY: "history",
    Act.PLAN_KEEP: "keep_date",
    Act.PLAN_PREVIEW: "preview",
    Act.PLAN_EDIT: "edit_plan",
    Act.PLAN_PEOPLE: "name_people",
    Act.PLAN_SETTINGS: "settings",
    Act.PLAN_SAVE_LIST: "save_list",
    Act.PLAN_CALENDAR: "calendar",
    Act.PLAN_CLOSE: "close_plan",
    Act.PLAN_MOVE: "move_plan",
    Act.HANDOFF_OPEN: "handoff",
    Act.SIDE_CHANGE: "change_side",
    Act.ZONE_OPEN: "my_time_zone",
    Act.STEP_OPEN: "open",
    Act.STEP_DATE: "new_date",
    Act.STEP_DATE_TO: "new_date",
    Act.PLAN_AGREE: "agree_plan",
    Act.STEP_OWNER: "choose_owner",
    Act.STEP_BLOCK: "blocked",
    Act.STEP_SKIP: "skip",
    Act.STEP_EDIT: "edit",
    Act.STEP_NOTE: "add_note",
    Act.STEP_DELETE: "delete",
}

CHANNELS = 20  # by name; nobody looks through more
SHORT = 300  # characters; longer words of somebody's are handed back in a box of their own


LINE = 380  # characters of the answer to one of several lines: 20 of them are within a message
LEFT_QUOTED = 3  # of the lines that order nothing, the first few are said again


@dataclass(frozen=True, slots=True)
class LineResult:
    """What came of one of several lines, finished mrkdwn. `typed` is the line, where it was not done."""

    text: str
    typed: str = ""


def build_short(text: str) -> Message:
    """One section. `text` is finished mrkdwn, out of `blocks.words`."""
    return message(text, [section(text, "reply")])


def reply_done(step: StepView, by: str, ending: str, missing: str, view: BoardView) -> Message:
    """A step was ticked. `ending` is "done", "half" or "already"; `missing` the company whose yes is due."""
    text = mrkdwn("replies", "done", step=step, by=by, ending=ending, missing=missing)
    others = [one for one in view.next_steps if one.id != step.id]  # half a gate is still among them
    ahead = "" if ending == "already" else mrkdwn("replies", "next", view=view, others=others)
    blocks = [section(text, "reply")]
    if ahead:
        blocks.append(context("reply.next", ahead))
    return message(text, blocks)


def reply_added(step: StepView) -> Message:
    return build_short(mrkdwn("replies", "added", step=step))


def reply_about(saying: str, step: StepView, **facts: Any) -> Message:
    """What a word about one step did. `changed` among the facts says whether it did anything."""
    return build_short(mrkdwn("replies", saying, step=step, facts=facts).strip())


def reply_status(view: BoardView) -> Message:
    """Where we are in a few lines, for everybody who reads the thread."""
    title = mrkdwn("status", "title", view=view)
    if view.outcome:
        return build_short(fit(f"{title}\n{mrkdwn('board', 'record', view=view)}"))
    lines = [title, headline(view)]
    if view.next_steps:
        lines.append(mrkdwn("status", "next_steps", view=view).rstrip())
    fallback = mrkdwn("board", "fallback", view=view, total=len(view.steps))
    return message(fallback, [section(fit("\n".join(lines)), "reply")])


def reply_reopened(plan_name: str, was_closed: bool) -> Message:
    saying = "reopened" if was_closed else "open_already"
    return build_short(mrkdwn("replies", saying, plan_name=plan_name))


def reply_greeted() -> Message:
    """To "hi" and "thanks"."""
    return build_short(mrkdwn("replies", "greeted"))


def reply_board_comes() -> Message:
    return build_short(mrkdwn("replies", "board_comes"))


def build_board_moved() -> Message:
    """What is left where the board stood before it was posted again."""
    return build_short(mrkdwn("replies", "board_moved"))


def reply_lines(
    results: Sequence[LineResult], left: Sequence[str] = (), missing: Sequence[str] = ()
) -> Message:
    """One answer to several lines. `left` are those that order nothing, `missing` those nobody came to yet;
    both as they were typed."""
    lines = []
    for one in results:
        result = fit(one.text, LINE)
        is_done = not one.typed
        lines.append(result if is_done else f"{mrkdwn('replies', 'not_done', typed=one.typed)}  {result}")
    lines.extend(mrkdwn("replies", "not_reached", typed=one) for one in missing)
    blocks = [section(text, f"reply.{place}") for place, text in enumerate(pack(lines))]
    if left:
        said = mrkdwn("replies", "left_lines", n=len(left), lines=left[:LEFT_QUOTED])
        blocks.append(context("reply.left", said))
    return message(mrkdwn("replies", "several", done=sum(not one.typed for one in results)), blocks)


def refused_words(code: str, facts: Mapping[str, Any]) -> str:
    """Why not, in finished mrkdwn, for one of several lines."""
    return mrkdwn("refusals", code, facts=facts)


def reply_with_button(
    act: Act, plan_id: int, step_id: int = 0, typed: str = "", value: str = "", number: int = 0
) -> Message:
    """A form needs a press to open: https://docs.slack.dev/surfaces/modals#opening_modals.

    A mention has none to offer, so the answer to it carries the button, and the words that do the same for
    who may not press. `typed` are words for the form, `number` that of the step.
    """
    text = mrkdwn("replies", "with_button")
    about = value or (step_value(plan_id, step_id) if step_id else str(plan_id))
    door = button(LABELS[act], act, "" if act is Act.PLAN_START else about, "primary")
    words = _instead(act, number)
    return message(text, [section(text, "reply"), actions("reply.door", [door]), *words, *_as_typed(typed)])


def _instead(act: Act, number: int) -> list[Block]:
    """The words that do what the button does."""
    saying = f"{act.value.replace('.', '_')}_instead"
    if not has_saying("in_words", saying):
        return []
    words = Markup(mrkdwn("in_words", saying, n=number or 4))  # of a template: its code marks stay
    text = mrkdwn("in_words", "or_write", words=words)
    return [context("reply.instead", text)]


def reply_left_over(typed: str) -> Message:
    """A form opened that has no place for the words behind the verb."""
    text = mrkdwn("replies", "left_over")
    return message(text, [section(text, "reply"), *_as_typed(typed)])


def refusal_text(code: str, facts: Mapping[str, Any]) -> str:
    """Why not, and what to do next, in plain text: for the error under a field.

    `code` is a `Refused.code`. Raises `LookupError` for one without words, `jinja2.UndefinedError` when a
    fact that its words need is missing.
    """
    return plain("refusals", code, facts=facts)


def reply_refused(code: str, facts: Mapping[str, Any]) -> Message:
    """Why not, and what to do next. With `typed` in `facts`, also what was typed, whole: nothing is lost."""
    text = mrkdwn("refusals", code, facts=facts)
    typed = _as_typed(str(facts.get("typed") or "").strip())
    return message(text, [section(text, "reply"), *typed, *answers(code, facts)])


def _as_typed(typed: str) -> list[Block]:
    """What somebody typed, handed back whole."""
    if not typed:
        return []
    if len(typed) <= SHORT and "\n" not in typed:
        return [plain_context("reply.typed", plain("replies", "you_wrote", typed=typed))]
    return [
        context("reply.typed", mrkdwn("replies", "you_wrote_this")),
        quoted(for_quoting(typed, limits.QUOTED), "reply.words"),
    ]


def with_channels(said: Mapping[str, Any], channel_ids: Sequence[str]) -> Mapping[str, Any]:
    """The same answer, with the way to the channels that have a plan below its first lines."""
    if not channel_ids:
        return said
    shown, more = channel_ids[:CHANNELS], max(0, len(channel_ids) - CHANNELS)
    text = mrkdwn("replies", "channels", channel_ids=shown, more=more)
    return message(said["text"], [said["blocks"][0], section(text, "reply.channels"), *said["blocks"][1:]])


def build_post_unknown(plan_name: str, what: str) -> Message:
    """To the plan's lead: nobody knows whether a message arrived. `what` is the kind of outgoing work."""
    return build_short(mrkdwn("replies", "post_unknown", plan_name=plan_name, what=what))
