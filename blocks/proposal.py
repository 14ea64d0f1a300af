"""A change that waits for the other side's yes: the question in private, in the thread, and in a window."""

from blocks.budget import notification
from blocks.ids import Act, View, proposal_value
from blocks.kit import Block, Element, Message, ViewDict, actions, button, context, message, modal, section
from blocks.view_models import Companies, ProposalView
from blocks.words import mrkdwn, plain
from storage.agreement import ProposalKind, ProposalState
from storage.models import Side

WITH_A_DAY = (ProposalKind.STEP_DATE, ProposalKind.ANCHOR)


def build_proposal(view: ProposalView, firms: Companies, user_id: str = "") -> Message:
    """The question with its answers; once it is answered, what came of it.

    `user_id` is who is mentioned, where it stands in a thread. Raises `ValueError` for what is no id.
    """
    blocks = _about(view, firms, user_id)
    if view.state is ProposalState.OPEN:
        blocks.append(actions(f"proposal.{view.id}", _answers(view)))
    blocks += _along(view, firms)
    text = mrkdwn("proposal", "asks", view=view, firms=firms, user_id=user_id).strip()
    return message(notification(text), blocks)


def build_proposal_modal(
    view: ProposalView, firms: Companies, metadata: str, viewer: Side | None, *, may_act: bool
) -> ViewDict:
    """The same in a window: answers for the side that is asked, the way back for the one that asks."""
    blocks = _about(view, firms, "")
    if view.state is ProposalState.OPEN and may_act:
        if viewer is view.for_side:
            blocks.append(actions(f"proposal.{view.id}", _answers(view)))
        elif viewer is view.by_side:
            value = proposal_value(view.plan_id, view.id)
            blocks.append(actions(f"proposal.{view.id}", [button("withdraw", Act.PROPOSAL_WITHDRAW, value)]))
    blocks += _along(view, firms)
    return modal(View.PROPOSAL, plain("proposal", "title"), blocks, metadata=metadata)


def _about(view: ProposalView, firms: Companies, user_id: str) -> list[Block]:
    asks = mrkdwn("proposal", "asks", view=view, firms=firms, user_id=user_id).strip()
    blocks = [section(asks, "proposal.asks")]
    if more := mrkdwn("proposal", "why_and_what", view=view, firms=firms).strip():
        blocks.append(section(more, "proposal.what"))
    if view.talk_by and view.state is ProposalState.OPEN:
        blocks.append(context("proposal.talk", mrkdwn("proposal", "talks", view=view).strip()))
    return blocks


def _answers(view: ProposalView) -> list[Element]:
    value = proposal_value(view.plan_id, view.id)
    answers = [button("accept", Act.PROPOSAL_ACCEPT, value, "primary")]
    if view.kind in WITH_A_DAY:
        answers.append(button("counter", Act.PROPOSAL_COUNTER, value))
    return [*answers, button("talk", Act.PROPOSAL_TALK, value)]


def _along(view: ProposalView, firms: Companies) -> list[Block]:
    """Which steps go along, and what would keep the anchor all the same."""
    if view.state is not ProposalState.OPEN:
        return []
    blocks = []
    if view.along or view.move_all:
        blocks.append(context("proposal.along", mrkdwn("proposal", "along", view=view).strip()))
    if view.way is not None and view.way.keeps:
        way = mrkdwn("board", "way", way=view.way, anchor=view.anchor, firms=firms)
        blocks.append(context("proposal.way", way))
    return blocks


def build_answer(view: ProposalView, firms: Companies, what: str, by: str, user_id: str = "") -> Message:
    """To who proposed it: yes, or let us talk first. `what` is "accepted" or "talk"."""
    text = mrkdwn("proposal", "answer", view=view, firms=firms, what=what, by=by, user_id=user_id).strip()
    return message(text, [section(text, "proposal.answer")])


def reply_proposed(view: ProposalView, firms: Companies, asked: str) -> Message:
    """In answer to words that need the other side's yes. `asked` is the name of who is asked."""
    text = mrkdwn("proposal", "proposed", view=view, firms=firms, asked=asked).strip()
    return message(text, [section(text, "reply")])


def reply_answered(view: ProposalView, firms: Companies, ending: str) -> Message:
    """What "accept" or "withdraw" in words did."""
    text = mrkdwn("proposal", "answered", view=view, firms=firms, ending=ending).strip()
    return message(text, [section(text, "reply")])


def build_sent(view: ProposalView, firms: Companies, asked: str) -> ViewDict:
    """In the place of a form: it is a question now, and to whom."""
    text = mrkdwn("proposal", "proposed", view=view, firms=firms, asked=asked).strip()
    return modal(View.NOTICE, plain("proposal", "sent_title"), [section(text, "notice")])
