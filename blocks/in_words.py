"""Answers for those who write and do not press: what a window shows, said in a thread.

Everybody in the channel reads them, so they are drawn from what both sides may know.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from blocks.ids import Act, step_value
from blocks.kit import (
    Block,
    Message,
    actions,
    button,
    context,
    fields,
    message,
    section,
    sections,
)
from blocks.text import for_quoting, pack
from blocks.ties import TiesView, facts_of
from blocks.view_models import BoardView, Companies, NotesView, StepView
from blocks.words import mrkdwn
from storage.models import StepState

STEPS_A_PAGE = 15  # nobody looks at more at once
NOTES_SHOWN = 5
CLOSED_SHOWN = 15
TERMS_SHOWN = 3  # blocks: what the plan is, who has said yes, the first of its steps


def reply_step(step: StepView, firms: Companies, ties: TiesView, notes: NotesView, first: int = 0) -> Message:
    """`open 4`: the facts of a step and its newest notes. `first` notes are left out before those shown."""
    title = mrkdwn("modals", "step_name", step=step)
    facts = [mrkdwn("modals", one, step=step) for one in ("owner", "when", "state")]
    facts.append(mrkdwn("modals", "side", step=step, firms=firms))
    if step.phase:
        facts.append(mrkdwn("modals", "phase", step=step))
    facts.extend(facts_of(ties, step.after))
    blocks = [section(title, "step.name"), fields([fact.rstrip() for fact in facts], "step.facts")]
    if step.reason and step.state in (StepState.BLOCKED, StepState.SKIPPED):
        blocks.append(section(mrkdwn("modals", "reason", step=step), "step.reason"))
    blocks.extend(_about(step))
    blocks.extend(_notes(step, notes, first))
    door = button("open", Act.STEP_OPEN, step_value(step.plan_id, step.id))
    return message(title, [*blocks, actions("reply.door", [door])])


def _about(step: StepView) -> list[Block]:
    said = [mrkdwn("in_words", "about", what=what, words=words) for what, words in _said_of(step) if words]
    return [section("\n".join(said), "step.about")] if said else []


def _said_of(step: StepView) -> list[tuple[str, str]]:
    return [("", for_quoting(step.description, 600)), ("link", step.link), ("proof", step.proof)]


def _notes(step: StepView, notes: NotesView, first: int) -> list[Block]:
    lines = [mrkdwn("in_words", "note", note=note) for note in notes.shown[:NOTES_SHOWN]]
    blocks = [section(text, f"notes.{place}") for place, text in enumerate(pack(lines))]
    earlier = notes.total - first - len(lines)
    if earlier > 0:
        words = mrkdwn("in_words", "earlier_notes", n=earlier, step=step, after=first + len(lines))
        blocks.append(context("notes.earlier", words))
    return blocks


def reply_steps(view: BoardView, steps: Sequence[StepView], page: int, typed: str) -> Message:
    """`steps`, and those of them that somebody asked for. `page` counts from 1, too far is the last."""
    last = max(1, -(-len(steps) // STEPS_A_PAGE))
    page = min(max(page, 1), last)
    shown = steps[(page - 1) * STEPS_A_PAGE : page * STEPS_A_PAGE]
    title = mrkdwn("in_words", "steps_title", view=view, n=len(steps), typed=typed)
    lines = mrkdwn("in_words", "steps", steps=shown, firms=view).strip().splitlines()
    blocks = [section(title, "steps.title"), *sections(pack([line for line in lines if line]), "steps")]
    if page < last:
        more = mrkdwn(
            "in_words", "more_steps", typed=typed, page=page + 1, n=len(steps) - page * STEPS_A_PAGE
        )
        blocks.append(context("steps.more", more))
    doors = [button("all_steps", Act.PLAN_STEPS, str(view.plan_id))]
    return message(title, [*blocks, actions("reply.door", doors)])


def reply_terms(terms: Sequence[Block], plan_id: int, code: str) -> Message:
    """`agree`: the plan to say yes to, and the words that say it to this plan and no other. `terms` are drawn
    by `blocks.agreement`; `code` is "" where there is nothing left to say."""
    blocks = list(terms[:TERMS_SHOWN])
    if code:
        blocks.append(actions("reply.door", [button("agree_plan", Act.PLAN_AGREE, str(plan_id), "primary")]))
        blocks.append(context("reply.instead", mrkdwn("in_words", "agree_code", code=code)))
    return message(str(terms[0]["text"]["text"]), blocks)


def reply_closed_days(closed: Sequence[Mapping[str, Any]], firms: Companies, plan_id: int) -> Message:
    """`closed` alone: the days on which a side is closed, and how more are said. Each with side, first, last
    and why."""
    lines = [mrkdwn("in_words", "closed", one=one, firms=firms).strip() for one in closed[:CLOSED_SHOWN]]
    text = mrkdwn("in_words", "closed_title", n=len(closed))
    doors = [button("calendar", Act.PLAN_CALENDAR, str(plan_id))]
    blocks = [section(text, "reply"), *sections(pack(lines), "closed"), actions("reply.door", doors)]
    return message(text, [*blocks, context("reply.instead", mrkdwn("in_words", "closed_how"))])


def reply_said(saying: str, facts: Mapping[str, Any]) -> Message:
    """A line about the whole plan, of `in_words.j2`."""
    text = mrkdwn("in_words", saying, facts=facts).strip()
    return message(text, [section(text, "reply")])


def reply_notice(code: str, facts: Mapping[str, Any]) -> Message:
    """The same words that a window says it with."""
    text = mrkdwn("notices", code, facts=facts).strip()
    return message(text, [section(text, "reply")])
