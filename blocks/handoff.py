"""Somebody is gone while steps of theirs are open: the private brief to who leads their side, and the form
that hands everything of one person to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from blocks import limits
from blocks.budget import as_many_as_fit, text_length
from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    Element,
    Message,
    ViewDict,
    actions,
    ask,
    button,
    context,
    message,
    modal,
    named_button,
    option,
    person_select,
    section,
    static_select,
)
from blocks.text import Day
from blocks.view_models import StepView
from blocks.words import mrkdwn, plain

MOST_STEPS = 20  # a block each
ENDING = 1200  # characters: how many more there are, the last words, who could take over
MOST_PEOPLE = limits.OPTIONS

Ended = Literal["", "handed", "stays", "back"]
How = Literal["left", "deactivated", "silent"]


@dataclass(frozen=True, slots=True)
class LastWords:
    """What they wrote last that the reader may know of, and the step it was about."""

    text: str
    on: Day
    step: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Who is gone, since when, what is theirs. `ended` says how it ended, `by` by whom, "" while it waits."""

    plan_id: int
    departure_id: int
    plan_name: str
    who: str
    how: How
    since: Day
    company: str  # of their side
    is_lead: bool
    steps: tuple[StepView, ...] = ()
    last_words: LastWords | None = None
    proposed: str = ""  # a name
    ended: Ended = ""
    by: str = ""
    is_for_other_side: bool = False  # only that the plan has no lead there


def departure_value(plan_id: int, departure_id: int) -> str:
    return f"{plan_id}:{departure_id}"


def build_brief(view: Brief) -> Message:
    """To who leads their side: what is open, the last words, and a way on. Blames nobody."""
    title = mrkdwn("handoff", "title", view=view).strip()
    if view.ended or view.is_for_other_side:
        text = mrkdwn("handoff", "ended" if view.ended else "no_lead", view=view).strip()
        return message(text, [section(text, "handoff.title"), *_lead_door(view)])
    blocks = [section(title, "handoff.title")]
    shown = as_many_as_fit(
        ([_step(step)] for step in view.steps[:MOST_STEPS]),
        limits.MESSAGE_TEXT - ENDING - text_length(blocks),
    )
    blocks += [block for part in shown for block in part]
    if len(view.steps) > len(shown):
        blocks.append(context("handoff.more", mrkdwn("handoff", "more", n=len(view.steps) - len(shown))))
    if view.last_words is not None:
        blocks.append(context("handoff.words", mrkdwn("handoff", "last_words", words=view.last_words)))
    blocks.append(section(mrkdwn("handoff", "what_now", view=view).strip(), "handoff.next"))
    blocks.append(actions("handoff.do", brief_buttons(view, "primary")))
    blocks.append(context("handoff.footer", mrkdwn("handoff", "footer")))
    return message(title, blocks)


def brief_buttons(view: Brief, style: str = "") -> list[Element]:
    """`style` is that of the first of them."""
    value = departure_value(view.plan_id, view.departure_id)
    stays = plain("handoff", "stays", name=view.who)
    buttons = [
        button("choose_somebody", Act.HANDOFF_CHOOSE, value, "" if view.proposed else style),
        named_button(stays, Act.HANDOFF_STAYS, value),
    ]
    if view.proposed:
        all_to = plain("handoff", "all_to", name=view.proposed)
        buttons.insert(0, named_button(all_to, Act.HANDOFF_ALL, value, style))
    return buttons


def _step(step: StepView) -> Block:
    return section(mrkdwn("handoff", "step", step=step).strip(), f"handoff.{step.id}")


def _lead_door(view: Brief) -> list[Block]:
    if not view.is_for_other_side or view.ended:
        return []
    return [actions("handoff.lead", [button("name_lead", Act.PLAN_PEOPLE, str(view.plan_id))])]


def waiting_briefs(views: Sequence[Brief]) -> list[Block]:
    """In the window of somebody's own steps: who of their side is gone, for who can do something about it."""
    blocks: list[Block] = []
    for view in views:
        name = f"handoff.{view.departure_id}"
        blocks.append(section(mrkdwn("handoff", "in_short", view=view).strip(), name))
        blocks.append(actions(f"{name}.do", brief_buttons(view)))
    return blocks


@dataclass(frozen=True, slots=True)
class HandoffForm:
    """`people` are (id, name) of everybody who has something open, `old` and `new` who is chosen at first."""

    metadata: str
    people: tuple[tuple[str, str], ...]
    old: tuple[str, str] | None = None
    new: tuple[str, str] | None = None


def build_handoff(form: HandoffForm) -> ViewDict:
    """From whom, and to whom. More people than a menu holds are handed off by words."""
    shown = list(form.people[:MOST_PEOPLE])
    if form.old is not None and form.old not in shown:
        shown = [form.old, *shown[: MOST_PEOPLE - 1]]
    options = [option(name or user_id, user_id) for user_id, name in shown]
    blocks = [section(mrkdwn("handoff", "form_intro"), "handoff.intro")]
    if not options:
        blocks.append(context("handoff.nobody", mrkdwn("handoff", "nobody")))
        return modal(View.HANDOFF, plain("handoff", "form_title"), blocks, metadata=form.metadata)
    chosen = next((one for one in options if form.old and one["value"] == form.old[0]), None)
    blocks.append(
        ask(Field.OLD_OWNER, "handoff_from", static_select(Act.INPUT, "pick_person", options, initial=chosen))
    )
    blocks.append(ask(Field.OWNER, "handoff_to", person_select(form.new)))
    return modal(
        View.HANDOFF,
        plain("handoff", "form_title"),
        blocks,
        metadata=form.metadata,
        submit="hand_over",
        close="cancel",
    )


def reply_handed_off(old: str, new: str, count: int, *, leads: bool, company: str) -> Message:
    """What `handoff` did. `count` are the steps that its readers know of."""
    text = handed_off_text(old, new, count, leads=leads, company=company)
    return message(text, [section(text, "reply")])


def handed_off_text(old: str, new: str, count: int, *, leads: bool, company: str) -> str:
    return mrkdwn("handoff", "handed_off", old=old, new=new, n=count, leads=leads, company=company).strip()
