"""Words about one step. Without what they need they lead to the form that asks for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from blocks import replies
from blocks.ids import Act
from bot.in_words import removed_view
from bot.listeners.asking import in_words
from bot.listeners.lines import (
    NO_WORDS,
    StepLine,
    read_done_line,
    read_mention,
    read_step_alone,
    read_step_line,
)
from bot.listeners.modals import plans as plan_modals
from bot.listeners.modals import steps as step_modals
from bot.listeners.said.added import Asides, take_asides
from bot.listeners.said.manage import edit_plan
from bot.listeners.said.meanings import day_meant, person_meant, side_meant, words_meant
from bot.listeners.said.plans import reopen_plan
from bot.listeners.spoken import Answer, Message, Spoken, Verb, open_plan_id, reader
from bot.listeners.text import unescape
from bot.use_cases import editing
from bot.use_cases import notes as note_cases
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.use_cases.dependencies import set_after
from bot.views import load_plan_views
from plan.phrases import kind_of
from plan.when import split_add
from storage import plans
from storage.agreement import Proposal
from storage.models import Side, Step


def add_step(spoken: Spoken, link: str = "") -> Answer:
    plan_id = open_plan_id(spoken)
    if not spoken.rest:
        modal = plan_modals.add_step(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
        return Answer(modal=modal, button=Act.PLAN_ADD, plan_id=plan_id)

    def act(work: Work) -> Message:
        line, asides = take_asides(spoken.rest)
        title, mention, when = split_add(line)
        owner = person_meant(work, mention) if mention else None
        due = day_meant(work, when, work.actor.side or Side.SELLER) if when else None
        new = step_cases.NewStep(words_meant(work, title), owner_id=owner, due=due, link=link)
        step = step_cases.add_step(work, replace(new, **_asides(work, asides)))
        if asides.days is not None:
            editing.edit_step(work, step.id or 0, editing.StepEdit(days=asides.days))
        if asides.after:
            set_after(work, step.id or 0, asides.after, reader(spoken, work.actor.side))
        work.session.flush()
        seen = load_plan_views(work.session, work.plan, work.reader, work.now)
        return replies.reply_added(seen.step(step.id))

    return spoken.carry_out(plan_id, act)


def _asides(work: Work, asides: Asides) -> dict[str, Any]:
    """What was said of a new step behind its title."""
    side = side_meant(work, asides.side, may_be_both=True) if asides.side else None
    return {"phase": words_meant(work, asides.phase), "role": words_meant(work, asides.role), "side": side}


def complete_step(spoken: Spoken) -> Answer:
    """A link at the end proves it; else the message that says so does. A command is no message."""
    line = read_done_line(spoken.rest)
    plan_id = open_plan_id(spoken)
    message_link = "" if line.link else spoken.message_link()

    def act(work: Work) -> Message:
        viewer = reader(spoken, work.actor.side)
        step = numbered(work.session, plan_id, line.number, viewer)
        done = step_cases.complete_step(work, step.id or 0, line.link, message_link)
        work.session.flush()
        seen = load_plan_views(work.session, work.plan, viewer, work.now)
        missing = work.plan.company_of(done.waits_for) if done.waits_for else ""
        return replies.reply_done(seen.step(step.id), work.actor.name, done.ending, missing, seen.board)

    return spoken.carry_out(plan_id, act)


def numbered(session: Session, plan_id: int, number: int, viewer: Side | None) -> Step:
    step = plans.step_numbered(session, plan_id, number, viewer)
    if step is None:
        raise Refused("no_step_numbered", number=number)
    return step


@dataclass(frozen=True, slots=True)
class StepVerb:
    """A word that changes the step with a number and says what came of it.

    `act` gets the words after the number; where there are none, `form` asks. Without a form it takes none.
    """

    saying: str
    act: Callable[[Work, Step, str], object]
    form: Act | None = None

    def __call__(self, spoken: Spoken) -> Answer:
        if self.form is None:
            line = StepLine(read_step_alone(spoken.rest), "")
        else:
            line = read_step_line(spoken.rest)
            if NO_WORDS.fullmatch(line.rest):
                return show_form(spoken, line.number, self.form)
        plan_id = open_plan_id(spoken)

        def carry_out(work: Work) -> Message:
            viewer = reader(spoken, work.actor.side)
            step = numbered(work.session, plan_id, line.number, viewer)
            before, old_due = work.plan.revision, step.due_date
            if isinstance(done := self.act(work, step, line.rest), Proposal):
                return in_words(work, done)
            work.session.flush()
            facts = {"changed": work.plan.revision != before, "by": work.actor.name, "old_due": old_due}
            if step.removed_at is not None:
                return replies.reply_about(self.saying, removed_view(step, work.today), **facts)
            seen = load_plan_views(work.session, work.plan, viewer, work.now)
            return replies.reply_about(self.saying, seen.step(step.id), **facts)

        return spoken.carry_out(plan_id, carry_out)


def show_form(spoken: Spoken, number: int, act: Act) -> Answer:
    """The form behind an act, or the button to it where there is no trigger to open one with."""
    plan_id = open_plan_id(spoken)
    step_id = step_id_of(spoken, plan_id, number)
    modal = step_modals.step_form(spoken.desk, spoken.visitor, plan_id, step_id, spoken.channel_id, act)
    return Answer(modal=modal, button=act, plan_id=plan_id, step_id=step_id, number=number)


def step_id_of(spoken: Spoken, plan_id: int, number: int) -> int:
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        return numbered(look.session, plan_id, number, reader(spoken, look.actor.side)).id or 0


def form_of(act: Act) -> Verb:
    """A word that opens a form and takes nothing but the number."""

    def handle(spoken: Spoken) -> Answer:
        return show_form(spoken, read_step_alone(spoken.rest), act)

    return handle


def reopen(spoken: Spoken) -> Answer:
    """With a number the step, without one the plan."""
    return reopen_step(spoken) if spoken.rest else reopen_plan(spoken)


def edit(spoken: Spoken) -> Answer:
    """With a number the step, without one the plan."""
    return edit_step(spoken) if spoken.rest else edit_plan(spoken)


NOBODY = ("nobody", "no one", "none")


def _assign(work: Work, step: Step, words: str) -> object:
    words = words.removeprefix("to ")
    owner = None if words.casefold() in NOBODY else person_meant(work, read_mention(words) or words)
    return step_cases.assign_step(work, step.id or 0, owner, step.counterpart_id)


# "waiting for legal until Tue": a day at the very end; "until legal is back" is why.
UNTIL = re.compile(r"(?:(?P<why>.*?)[\s,;–-]*)?\b(?:until|till)\s+(?P<day>.+)", re.DOTALL | re.IGNORECASE)


def _block(work: Work, step: Step, words: str) -> object:
    why, until = words, None
    found = UNTIL.fullmatch(words)
    if found and kind_of(unescape(found["day"]).rstrip(" .!")):
        why, until = found["why"] or "", day_meant(work, found["day"], step.side)
    return step_cases.block_step(work, step.id or 0, words_meant(work, why), until)


def _skip(work: Work, step: Step, words: str) -> object:
    return step_cases.skip_step(work, step.id or 0, words_meant(work, words))


def _note(work: Work, step: Step, words: str) -> object:
    return note_cases.add_note(work, step.id or 0, words_meant(work, words))


def _plainly(act: Callable[[Work, int], object]) -> Callable[[Work, Step, str], object]:
    return lambda work, step, _: act(work, step.id or 0)


edit_step = form_of(Act.STEP_EDIT)
reopen_step = StepVerb("step_reopened", _plainly(step_cases.reopen_step))

VERBS: Mapping[str, Verb] = {
    "add": add_step,
    "done": complete_step,
    "owner": StepVerb("owned", _assign, Act.STEP_OWNER),
    "block": StepVerb("blocked", _block, Act.STEP_BLOCK),
    "unblock": StepVerb("unblocked", _plainly(step_cases.unblock_step)),
    "skip": StepVerb("skipped", _skip, Act.STEP_SKIP),
    "note": StepVerb("noted", _note, Act.STEP_NOTE),
    "start": StepVerb("started", _plainly(step_cases.start_step)),
    "reopen": reopen,
    "edit": edit,
}
