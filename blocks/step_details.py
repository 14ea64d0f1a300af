"""One step in a modal: everything about it, with the buttons that fit its state."""

import re

from blocks import notes, privacy
from blocks.ids import Act, More, View, proposal_value, step_value
from blocks.kit import (
    Block,
    Element,
    ViewDict,
    actions,
    button,
    context,
    fields,
    labelled_option,
    modal,
    overflow,
    section,
)
from blocks.notes import NOTE_LENGTH
from blocks.rich import line, link, rich_text, run
from blocks.text import for_quoting
from blocks.ties import NO_TIES, TiesView, facts_of
from blocks.view_models import Companies, NotesView, ProposalView, StepView
from blocks.words import mrkdwn, plain
from storage.models import Side, StepState

NO_NOTES = NotesView()
# What a link to a message looks like: https://docs.slack.dev/reference/methods/chat.getPermalink
MESSAGE = re.compile(r"/archives/[CDG][A-Z0-9]+/p\d+")


def build_step_details(
    step: StepView,
    plan_name: str,
    metadata: str,
    *,
    viewer: Side | None,
    seller_company: str,
    buyer_company: str,
    may_act: bool = True,
    conversation: NotesView = NO_NOTES,
    ties: TiesView = NO_TIES,
    pending: ProposalView | None = None,
) -> ViewDict:
    """Everything about a step, with the buttons that fit its state, and what waits for a yes about it.

    `viewer` is the side of who looks: of a gate it confirms only its own half. Without `may_act` it reads.
    """
    firms = Companies(seller_company, buyer_company)
    edit = button("edit", Act.STEP_EDIT, step_value(step.plan_id, step.id)) if may_act else None
    blocks = [
        section(mrkdwn("modals", "step_name", step=step), "step.name", edit),
        *privacy.step_is_private(step, firms, may_act=may_act),
        fields(_facts(step, firms, ties), "step.facts"),
    ]
    if step.reason and step.state in (StepState.BLOCKED, StepState.SKIPPED):
        blocks.append(section(mrkdwn("modals", "reason", step=step), "step.reason"))
    if pending is not None:
        see = button("see_proposal", Act.PROPOSAL_OPEN, proposal_value(step.plan_id, pending.id))
        blocks.append(section(mrkdwn("board", "pending", one=pending, firms=firms), "step.pending", see))
    blocks.extend(_about(step))
    if step.gate:
        blocks.append(section(mrkdwn("modals", "halves", step=step, firms=firms).rstrip(), "step.halves"))
    if may_act:
        blocks.append(actions("step.do", _buttons(step, viewer)))
    else:
        blocks.append(context("step.do", mrkdwn("modals", "no_act")))
    blocks.extend(notes.with_step(step, conversation, firms, may_act=may_act))
    blocks.append(context("step.plan", mrkdwn("modals", "of_plan", plan_name=plan_name)))
    return modal(View.STEP_DETAILS, plain("modals", "step_title", step=step), blocks, metadata=metadata)


def _about(step: StepView) -> list[Block]:
    """What it is, where the work is, and what shows that it is done."""
    lines = []
    if words := for_quoting(step.description, NOTE_LENGTH):
        lines.append(line(run(words)))
    if step.link:
        lines.append(line(run(plain("modals", "link"), bold=True), run("  "), link(step.link)))
    if step.proof:
        label = plain("modals", "proof_message") if MESSAGE.search(step.proof) else ""
        lines.append(line(run(plain("modals", "proof"), bold=True), run("  "), link(step.proof, label)))
    return [rich_text("step.about", *lines)] if lines else []


def _facts(step: StepView, firms: Companies, ties: TiesView) -> list[str]:
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
    facts.extend(facts_of(ties, step.after))
    if step.holds_up:
        facts.append(mrkdwn("modals", "before", step=step))
    return [fact.rstrip() for fact in facts]


def _buttons(step: StepView, viewer: Side | None) -> list[Element]:
    value = step_value(step.plan_id, step.id)
    if step.state.is_finished:
        return [button("reopen", Act.STEP_REOPEN, value), _more(step, viewer)]
    is_blocked = step.state is StepState.BLOCKED
    elements = [_done(step, viewer, value)]
    if step.state is StepState.OPEN:
        elements.append(button("start", Act.STEP_START, value))
    elements.append(button("new_date", Act.STEP_DATE, value))
    elements.append(button("owner", Act.STEP_OWNER, value))
    elements.append(
        button("unblocked", Act.STEP_UNBLOCK, value)
        if is_blocked
        else button("blocked", Act.STEP_BLOCK, value)
    )
    return [*elements, _more(step, viewer)]


def _more(step: StepView, viewer: Side | None) -> Element:
    """What is done now and then."""
    choices = [("move_up", More.UP), ("move_down", More.DOWN), ("delete", More.DELETE)]
    if not step.state.is_finished:
        choices.insert(0, ("skip", More.SKIP))
    if viewer is step.side and step.only_for is None and not step.gate:
        choices.append(("keep_to_us", More.HIDE))
    return overflow(
        Act.STEP_MORE,
        [labelled_option(text, step_value(step.plan_id, step.id, choice)) for text, choice in choices],
    )


def _done(step: StepView, viewer: Side | None, value: str) -> Element:
    if not step.gate:
        return button("done", Act.STEP_DONE, value, "primary")
    has_said_yes = step.buyer_confirmed_by if viewer is Side.BUYER else step.seller_confirmed_by
    if viewer is not None and has_said_yes:
        return button("take_back", Act.STEP_REOPEN, value)
    return button("confirm_half", Act.STEP_DONE, value, "primary")
