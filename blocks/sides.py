"""Which side a company is on: asked of somebody there, and of the seller who says yes to the answer."""

from collections.abc import Mapping
from typing import Any

from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    Element,
    Message,
    ViewDict,
    actions,
    ask,
    button,
    checkboxes,
    context,
    labelled_option,
    message,
    modal,
    named_button,
    option,
    person_select,
    radio_buttons,
    section,
)
from blocks.view_models import Companies
from blocks.words import mrkdwn, plain
from storage.models import Side

# The refusals that ask: of `bot.use_cases.common.why_not`, and of a channel of one firm.
UNSAID = "side_unsaid"
MOST_AGAIN = 1000  # characters of the press that goes on; what is longer is pressed again
ASKING = ("which_side", "reading_along", UNSAID)


def answers(code: str, facts: Mapping[str, Any]) -> list[Block]:
    """The buttons below a refusal that asks which side somebody is on; nothing below the others."""
    if code not in ASKING:
        return []
    plan_id = str(facts["plan_id"])
    if code == UNSAID:
        again = str(facts.get("again") or "")
        value = f"{plan_id}:{again if len(again) <= MOST_AGAIN else ''}"
        both = (("seller", Act.SIDE_ON_SELLER), ("buyer", Act.SIDE_ON_BUYER))
        sides = [named_button(plain("sides", "with", company=facts[one]), act, value) for one, act in both]
        return [actions("side.answers", sides)]
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


def person_value(plan_id: int, user_id: str, side: Side) -> str:
    return f"{plan_id}:{user_id}:{side.value}"


def reply_whole_or_one(plan_id: int, user_id: str, who: str, side: Side, company: str) -> Message:
    """To who gives a side to somebody of a third company: to all of that company?"""
    text = mrkdwn("sides", "whole_or_one", who=who, company=company)
    value = person_value(plan_id, user_id, side)
    doors = [
        button("side_for_all", Act.SIDE_FOR_ALL, value),
        button("side_for_one", Act.SIDE_FOR_ONE, value),
    ]
    return message(text, [section(text, "reply"), actions("side.whole", doors)])


def changed_text(given: Any) -> str:
    """What changing a side did. `given` is a `bot.use_cases.sides.SideGiven`."""
    return mrkdwn("sides", "changed", given=given).strip()


def reply_side_changed(given: Any) -> Message:
    text = changed_text(given)
    return message(text, [section(text, "reply")])


def build_side_form(
    metadata: str, firms: Companies, person: tuple[str, str] | None, *, for_seller: bool
) -> ViewDict:
    """Who, and with which of the two companies. The buyer's lead has only the own side to give."""
    sides = [Side.SELLER, Side.BUYER] if for_seller else [Side.BUYER]
    options = [option(plain("sides", "with", company=_company(side, firms)), side.value) for side in sides]
    blocks = [
        section(mrkdwn("sides", "form_intro"), "side.intro"),
        ask(Field.PERSON, "whose_side", person_select(person)),
        ask(Field.SIDE, "new_side", radio_buttons(options)),
    ]
    if for_seller:
        whole = checkboxes([labelled_option("whole_company_choice", "yes")], [])
        hint = plain("sides", "whole_hint")
        blocks.append(ask(Field.WHOLE_COMPANY, "whole_company", whole, optional=True, hint=hint))
    title = plain("sides", "form_title")
    return modal(View.SIDE_CHANGE, title, blocks, metadata=metadata, submit="save", close="cancel")


def _company(side: Side, firms: Companies) -> str:
    return firms.buyer_company if side is Side.BUYER else firms.seller_company


def build_claim_answered(who: str, company: str, plan_name: str) -> Message:
    """What stands in the place of the question; `company` is "" for reading along."""
    text = mrkdwn("sides", "answered", who=who, company=company, plan_name=plan_name)
    return message(text, [section(text, "side.claim")])
