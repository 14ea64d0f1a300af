"""One step in a modal: everything about it, and the small forms that change it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from blocks.ids import Act, Field, View, step_value
from blocks.kit import (
    Block,
    Element,
    Message,
    ViewDict,
    actions,
    ask,
    button,
    context,
    date_input,
    fields,
    modal,
    person_select,
    section,
    text_input,
)
from blocks.text import for_plain
from blocks.view_models import Companies, StepView
from blocks.words import has_saying, mrkdwn, plain
from storage.models import Side, StepState

REASON_LENGTH = 500  # characters


def build_step_details(
    step: StepView,
    plan_name: str,
    metadata: str,
    *,
    viewer: Side | None,
    seller_company: str,
    buyer_company: str,
    may_act: bool = True,
) -> ViewDict:
    """Everything about a step, with the buttons that fit its state.

    `viewer` is the side of who looks: of a gate it confirms only its own half. Without `may_act` it reads.
    """
    firms = Companies(seller_company, buyer_company)
    blocks = [
        section(mrkdwn("modals", "step_name", step=step), "step.name"),
        fields(_facts(step, firms), "step.facts"),
    ]
    if step.reason and step.state in (StepState.BLOCKED, StepState.SKIPPED):
        blocks.append(section(mrkdwn("modals", "reason", step=step), "step.reason"))
    if step.gate:
        blocks.append(section(mrkdwn("modals", "halves", step=step, firms=firms).rstrip(), "step.halves"))
    if may_act:
        blocks.append(actions("step.do", _buttons(step, viewer)))
    else:
        blocks.append(context("step.do", mrkdwn("modals", "no_act")))
    blocks.append(context("step.plan", mrkdwn("modals", "of_plan", plan_name=plan_name)))
    return modal(View.STEP_DETAILS, plain("modals", "step_title", step=step), blocks, metadata=metadata)


def _facts(step: StepView, firms: Companies) -> list[str]:
    facts = [
        mrkdwn("modals", "owner", step=step),
        mrkdwn("modals", "when", step=step),
        mrkdwn("modals", "state", step=step),
        mrkdwn("modals", "side", step=step, firms=firms),
    ]
    if step.side is Side.JOINT or step.counterpart:
        facts.append(mrkdwn("modals", "counterpart", step=step))
    if step.phase:
        facts.append(mrkdwn("modals", "phase", step=step))
    if step.after:
        facts.append(mrkdwn("modals", "after", step=step))
    if step.holds_up:
        facts.append(mrkdwn("modals", "before", step=step))
    return [fact.rstrip() for fact in facts]


def _buttons(step: StepView, viewer: Side | None) -> list[Element]:
    value = step_value(step.plan_id, step.id)
    if step.state.is_finished:
        return [button("reopen", Act.STEP_REOPEN, value)]
    elements = [_done(step, viewer, value)]
    elements.append(button("new_date", Act.STEP_DATE, value))
    elements.append(button("owner", Act.STEP_OWNER, value))
    if step.state is StepState.BLOCKED:
        elements.append(button("unblocked", Act.STEP_UNBLOCK, value))
    else:
        elements.append(button("blocked", Act.STEP_BLOCK, value))
    elements.append(button("skip", Act.STEP_SKIP, value))
    return elements


def _done(step: StepView, viewer: Side | None, value: str) -> Element:
    if not step.gate:
        return button("done", Act.STEP_DONE, value, "primary")
    has_said_yes = step.buyer_confirmed_by if viewer is Side.BUYER else step.seller_confirmed_by
    if viewer is not None and has_said_yes:
        return button("take_back", Act.STEP_REOPEN, value)
    return button("confirm_half", Act.STEP_DONE, value, "primary")


def build_date_modal(step: StepView, metadata: str, initial: date | None, hint: str = "") -> ViewDict:
    """Asks for a new due date, and why. `initial` is what the picker starts on, `hint` stands below it."""
    blocks = [
        _about(step),
        ask(Field.DUE, "due", date_input(initial), hint=for_plain(hint)),
        ask(Field.REASON, "why_moves", _reason(), optional=True),
    ]
    return modal(
        View.STEP_DATE,
        plain("modals", "date_title"),
        blocks,
        metadata=metadata,
        submit="save",
        close="cancel",
    )


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


def build_notice(code: str, facts: Mapping[str, Any]) -> ViewDict:
    """A modal that only says something: good news of `notices.j2`, or a refusal by its code.

    `LookupError` for a code without words.
    """
    room = "notices" if has_saying("notices", code) else "refusals"
    blocks = [section(mrkdwn(room, code, facts=facts).strip(), "notice")]
    return modal(View.NOTICE, plain("notices", "title", code=code), blocks)


def build_help_modal(message: Message) -> ViewDict:
    """The answer to `help`, for somebody who pressed the button."""
    return modal(View.NOTICE, plain("modals", "help_title"), message["blocks"])


def _about(step: StepView) -> Block:
    return section(mrkdwn("modals", "about", step=step), "step.about")


def _reason() -> Element:
    return text_input(lines=True, length=REASON_LENGTH)
