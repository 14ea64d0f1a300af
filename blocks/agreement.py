"""Agreeing to the plan: the form somebody signs, the question to the other side, the news that both did."""

from collections.abc import Sequence
from datetime import date

from blocks import limits
from blocks.agreement_views import AgreeForm
from blocks.ids import Act, View
from blocks.kit import Block, Message, ViewDict, actions, button, context, message, modal, section, sections
from blocks.text import Day, clip, fit, pack
from blocks.view_models import Companies, StepView
from blocks.words import mrkdwn, plain
from storage.models import AnchorKind, Side

SIDES = (Side.SELLER, Side.BUYER, Side.JOINT)
MOST_TEXTS = 20  # sections of steps for each side; 200 steps of the longest titles take fewer
HEADING = 300  # characters of what stands above a side's steps


def build_agree(form: AgreeForm) -> ViewDict:
    """The plan as it stands, for somebody to say yes to; or who has, where there is nothing left to say."""
    head = mrkdwn("agreement", "head", form=form).strip()
    blocks = [section(head, "agree.head")]
    if form.changed is not None:
        blocks.insert(0, section(mrkdwn("agreement", "changed", form=form).strip(), "agree.changed"))
    if state := mrkdwn("agreement", "state", form=form).strip():
        blocks.append(section(state, "agree.state"))
    for side in SIDES:
        blocks += _steps_of(side, [step for step in form.steps if step.side is side], form.firms)
    blocks.append(context("agree.then", mrkdwn("agreement", "then", form=form).strip()))
    title = plain("agreement", "title")
    if not form.may_sign:
        return modal(View.PLAN_AGREE, title, blocks, metadata=form.metadata)
    submit = clip(plain("agreement", "submit", form=form), limits.MODAL_TITLE)
    view = modal(View.PLAN_AGREE, title, blocks, metadata=form.metadata, submit="agree", close="cancel")
    return {**view, "submit": {**view["submit"], "text": submit}}


def _steps_of(side: Side, steps: Sequence[StepView], firms: Companies) -> list[Block]:
    if not steps:
        return []
    days = [step.due for step in steps if step.due]
    first, last = (min(days), max(days)) if days else (None, None)
    heading = mrkdwn("agreement", "side", side=side, n=len(steps), first=first, last=last, firms=firms)
    lines = mrkdwn("agreement", "lines", steps=steps).strip().splitlines()
    return sections(pack([fit(heading.strip(), HEADING), *lines])[:MOST_TEXTS], f"agree.{side.value}")


def build_ask(
    by: str, side: Side, firms: Companies, plan_name: str, plan_id: int, user_id: str = ""
) -> Message:
    """To the other side's lead: one side has agreed. `user_id` is who is mentioned, in a thread."""
    facts = {"by": by, "side": side, "firms": firms, "plan_name": plan_name, "user_id": user_id}
    text = mrkdwn("agreement", "asks", **facts).strip()
    door = button("agree_plan", Act.PLAN_AGREE, str(plan_id), "primary")
    return message(text, [section(text, "agree.ask"), actions("agree.door", [door])])


def build_agreed(seller: str, buyer: str, firms: Companies, kind: AnchorKind, anchor: date) -> Message:
    """For the board's thread: both said yes to the same."""
    day = Day.seen(anchor, anchor)
    facts = {"seller": seller, "buyer": buyer, "firms": firms, "kind": kind, "anchor": day}
    text = mrkdwn("agreement", "agreed", **facts).strip()
    return message(text, [section(text, "agree.news")])
