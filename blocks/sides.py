"""Which side a company is on: asked of somebody there, and of the seller who says yes to the answer."""

from collections.abc import Mapping
from typing import Any

from blocks.ids import Act
from blocks.kit import Block, Element, Message, actions, button, context, message, named_button, section
from blocks.words import mrkdwn, plain
from storage.models import Side

# The refusals that ask, of `bot.use_cases.common.why_not`.
ASKING = ("which_side", "reading_along")


def answers(code: str, facts: Mapping[str, Any]) -> list[Block]:
    """The buttons below a refusal that asks which side somebody is on; nothing below the others."""
    if code not in ASKING:
        return []
    plan_id = str(facts["plan_id"])
    buttons = [
        named_button(plain("sides", "with", company=facts["seller"]), Act.SIDE_SELLER, plan_id),
        named_button(plain("sides", "with", company=facts["buyer"]), Act.SIDE_BUYER, plan_id),
    ]
    if code == "which_side":
        buttons.append(button("reads_along", Act.SIDE_READS, plan_id))
    return [actions("side.answers", buttons)]


def claim_value(plan_id: int, team_id: str, side: Side) -> str:
    """What the buttons under a claim carry: whose it is, and which side it says."""
    return f"{plan_id}:{team_id}:{side.value}"


def claim_buttons(value: str) -> list[Element]:
    """Yes and No, for a private message and for an App Home."""
    return [
        button("side_yes", Act.SIDE_YES, value, "primary"),
        button("side_no", Act.SIDE_NO, value),
    ]


def build_claim(who: str, company: str, plan_name: str, value: str) -> Message:
    """To who leads the plan at the seller: somebody says they are with `company`. Right?"""
    text = mrkdwn("sides", "claim", who=who, company=company, plan_name=plan_name)
    return message(
        text,
        [
            section(text, "side.claim"),
            actions("side.decide", claim_buttons(value)),
            context("side.why", mrkdwn("sides", "claim_why")),
        ],
    )


def build_claim_answered(who: str, company: str, plan_name: str) -> Message:
    """What stands in the place of the question; `company` is "" for reading along."""
    text = mrkdwn("sides", "answered", who=who, company=company, plan_name=plan_name)
    return message(text, [section(text, "side.claim")])
