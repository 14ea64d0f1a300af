"""Words that show what a window shows: a step with its notes, the list of steps. In a thread, in words."""

import re
from collections.abc import Mapping

from blocks.ids import Act
from blocks.in_words import NOTES_SHOWN, reply_step, reply_steps
from blocks.view_models import Companies
from bot.desk import Look
from bot.listeners.lines import TRIMMINGS, read_mention, read_step_alone, read_step_line
from bot.listeners.modals import lists as list_modals
from bot.listeners.modals import steps as step_modals
from bot.listeners.names import as_typed
from bot.listeners.said.meanings import MYSELF
from bot.listeners.said.steps import numbered, step_id_of
from bot.listeners.spoken import Answer, Message, Spoken, Verb, any_plan_id
from bot.listeners.text import unescape
from bot.step_notes import load_notes
from bot.ties import load_ties
from bot.use_cases.common import Refused
from bot.views import PlanViews, load_plan_views
from plan.step_filter import EQUALS, STATES, StepFilter
from storage import plans
from storage.models import Side

PAGE = re.compile(r"(?:^|\s+)page\s+(?P<page>\d{1,2})$", re.IGNORECASE)


def open_step(spoken: Spoken) -> Answer:
    """The window of a step; in a thread the same in words, as both sides may know it."""
    number = read_step_alone(spoken.rest)
    plan_id = any_plan_id(spoken)
    if not spoken.by_command:
        return Answer(_in_words(spoken, plan_id, number, 0))
    step_id = step_id_of(spoken, plan_id, number)
    modal = step_modals.step_details(spoken.desk, spoken.visitor, plan_id, step_id, spoken.channel_id)
    return Answer(modal=modal, button=Act.STEP_OPEN, plan_id=plan_id, step_id=step_id)


def show_notes(spoken: Spoken) -> Answer:
    """ "notes 4", and "notes 4 5" for those before the newest five."""
    line = read_step_line(spoken.rest)
    if not TRIMMINGS.fullmatch(line.rest) and not line.rest.isdigit():
        raise Refused("only_the_number", number=line.number)
    plan_id = any_plan_id(spoken)
    if not spoken.by_command:
        first = int(line.rest[:6]) if line.rest.isdigit() else 0
        return Answer(_in_words(spoken, plan_id, line.number, first))
    step_id = step_id_of(spoken, plan_id, line.number)
    modal = step_modals.step_notes(spoken.desk, spoken.visitor, plan_id, step_id, spoken.channel_id)
    return Answer(modal=modal, plan_id=plan_id, step_id=step_id)


def _in_words(spoken: Spoken, plan_id: int, number: int, first: int) -> Message:
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        step = numbered(look.session, plan_id, number, None)
        seen = load_plan_views(look.session, look.plan, None, look.now)
        notes = load_notes(look.session, look.plan, step.id or 0, None, look.now, NOTES_SHOWN, first)
        ties = load_ties(look.session, step, seen.steps, seen.board.today)
        firms = Companies(look.plan.seller_company, look.plan.buyer_company)
        return reply_step(seen.step(step.id), firms, ties, notes, first)


def show_steps(spoken: Spoken) -> Answer:
    """All steps, or "steps open", "steps Acme", "steps Legal", "steps @Ravi", "steps blocked page 2"."""
    plan_id = any_plan_id(spoken)
    if spoken.by_command:
        modal = list_modals.all_steps(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
        return Answer(modal=modal, button=Act.PLAN_STEPS, plan_id=plan_id, left=spoken.rest)
    found = PAGE.search(spoken.rest)
    words = (spoken.rest[: found.start()] if found else spoken.rest).strip()
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        seen = load_plan_views(look.session, look.plan, None, look.now)
        chosen = _filter_meant(look, seen, words) if words else StepFilter()
        shown = [
            seen.step(step.id)
            for step in seen.steps
            if chosen.fits(step, is_waiting=seen.step(step.id).is_waiting)
        ]
        page = int(found["page"]) if found else 1
        return Answer(reply_steps(seen.board, shown, page, as_typed(spoken.desk, words)))


def _filter_meant(look: Look, seen: PlanViews, words: str) -> StepFilter:
    """What the words choose by; among several that are called so, the state first, the phase last."""
    said = " ".join(unescape(words).split()).strip(" .!")
    wanted = said.casefold()
    mention = read_mention(words)
    if wanted in MYSELF:
        return StepFilter(owner=f"{EQUALS}{look.actor.user_id}")
    if wanted in STATES:
        return StepFilter(state=f"{EQUALS}{wanted}")
    for side, company in ((Side.SELLER, look.plan.seller_company), (Side.BUYER, look.plan.buyer_company)):
        if wanted in (side.value, company.casefold()):
            return StepFilter(side=f"{EQUALS}{side.value}")
    if wanted in ("both", "joint"):
        return StepFilter(side=f"{EQUALS}{Side.JOINT.value}")
    for phase in dict.fromkeys(step.phase for step in seen.steps):
        if wanted == phase.casefold():
            return StepFilter(phase=f"{EQUALS}{phase}")
    owners = {one for step in seen.steps for one in (step.owner_id, step.counterpart_id) if one}
    known = plans.people(look.session, owners)
    called = [
        user_id
        for user_id, person in known.items()
        if user_id == mention
        or wanted.lstrip("@") in (person.name.casefold(), *person.name.casefold().split())
    ]
    if len(called) == 1:
        return StepFilter(owner=f"{EQUALS}{called[0]}")
    raise Refused("which_steps", text=said, states=STATES)


VERBS: Mapping[str, Verb] = {"open": open_step, "notes": show_notes, "steps": show_steps}
