"""The small forms that change a step: they ask for a day, a person, a reason."""

from blocks.ids import Field, View
from blocks.kit import (
    Block,
    Element,
    ViewDict,
    ask,
    checkbox,
    date_input,
    labelled_option,
    modal,
    person_select,
    section,
    text_input,
)
from blocks.ties import NO_TIES, TiesView
from blocks.view_models import StepView
from blocks.words import mrkdwn, plain
from storage.models import Side

REASON_LENGTH = 500  # characters
JOINED = "join"  # the value of the one box there is


def build_owner_modal(
    step: StepView,
    metadata: str,
    *,
    owner: tuple[str, str] | None = None,
    counterpart: tuple[str, str] | None = None,
    not_mine: bool = False,
    for_side: bool = False,
) -> ViewDict:
    """Asks who has a step; people are (user id, name). `for_side` asks for one side's person only.

    With `not_mine` the owner passes it on, if they know to whom. A joint step and a gate have somebody on the
    other side, too.
    """
    hint = plain("modals", "not_mine_hint" if not_mine else "owner_hint")
    blocks = [_about(step), ask(Field.OWNER, "step_owner", person_select(owner), optional=True, hint=hint)]
    if not (not_mine or for_side) and (step.side is Side.JOINT or step.gate):
        blocks.append(ask(Field.COUNTERPART, "counterpart", person_select(counterpart), optional=True))
    title = plain("modals", "not_mine_title" if not_mine else "owner_title")
    submit = "hand_over" if not_mine else "save"
    return modal(View.STEP_OWNER, title, blocks, metadata=metadata, submit=submit, close="cancel")


def build_delete_modal(step: StepView, metadata: str, ties: TiesView = NO_TIES) -> ViewDict:
    """Asks before a step is taken off the plan, and what is to become of the steps around it."""
    intro = mrkdwn("step_forms", "delete_intro", step=step, joins=ties.joins).rstrip()
    blocks = [section(intro, "step.about")]
    if ties.joins:
        join = checkbox(labelled_option("join_choice", JOINED), ticked=True)
        hint = plain("step_forms", "join_hint")
        blocks.append(ask(Field.JOIN, "join", join, optional=True, hint=hint))
    blocks.append(ask(Field.REASON, "why_deleted", _reason(), optional=True))
    return modal(
        View.STEP_DELETE,
        plain("step_forms", "delete_title"),
        blocks,
        metadata=metadata,
        submit="delete_step",
        close="cancel",
    )


def build_block_modal(step: StepView, metadata: str) -> ViewDict:
    """Asks what stands in the way, and until when if somebody knows."""
    until_hint = plain("modals", "until_hint")
    blocks = [
        _about(step),
        ask(Field.REASON, "why_blocked", _reason()),
        ask(Field.UNTIL, "blocked_until", date_input(), optional=True, hint=until_hint),
    ]
    return modal(
        View.STEP_BLOCK,
        plain("modals", "block_title"),
        blocks,
        metadata=metadata,
        submit="save",
        close="cancel",
    )


def build_skip_modal(step: StepView, metadata: str) -> ViewDict:
    """Asks why this deal does not need the step."""
    blocks = [
        _about(step),
        ask(Field.REASON, "why_skipped", _reason(), hint=plain("modals", "skip_hint")),
    ]
    return modal(
        View.STEP_SKIP,
        plain("modals", "skip_title"),
        blocks,
        metadata=metadata,
        submit="skip_step",
        close="cancel",
    )


def _about(step: StepView) -> Block:
    return section(mrkdwn("modals", "about", step=step), "step.about")


def _reason() -> Element:
    return text_input(lines=True, length=REASON_LENGTH)
