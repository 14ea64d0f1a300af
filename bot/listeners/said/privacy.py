"""Words about what one side keeps to itself. Only a command can say them: a channel both companies read."""

import re
from collections.abc import Mapping

from blocks.ids import Act
from blocks.privacy import reply_may_show, reply_private
from blocks.view_models import Companies
from bot.listeners.lines import begins_with_a_step, read_step_alone, read_step_line
from bot.listeners.modals import plans as plan_modals
from bot.listeners.modals import privacy as privacy_modals
from bot.listeners.said.meanings import day_meant, person_meant, words_meant
from bot.listeners.said.steps import numbered
from bot.listeners.spoken import Answer, Message, Spoken, Verb, any_plan_id, open_plan_id
from bot.use_cases import notes as note_cases
from bot.use_cases import privacy
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.views import load_plan_views
from plan.when import split_add
from storage.models import Side, Step

A_NOTE = re.compile(r"note\s+(?P<about>\S.*)", re.IGNORECASE | re.DOTALL)


def keep_private(spoken: Spoken) -> Answer:
    """ "private 7" keeps that step to the own side, "private note 7 …" says something about it there, and
    "private" with other words adds a step; alone it opens the form for one."""
    _must_be_in_private(spoken)
    plan_id = open_plan_id(spoken)
    if not spoken.rest:
        where = (spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
        return Answer(modal=plan_modals.add_step(*where, is_private=True), plan_id=plan_id)
    if note := A_NOTE.fullmatch(spoken.rest):
        return spoken.carry_out(plan_id, lambda work: _note(work, note["about"]))
    if begins_with_a_step(spoken.rest):
        number = read_step_alone(spoken.rest)
        return spoken.carry_out(plan_id, lambda work: _hide(work, number))
    return spoken.carry_out(plan_id, lambda work: _add(work, spoken.rest))


def _add(work: Work, words: str) -> Message:
    title, mention, when = split_add(words)
    owner = person_meant(work, mention) if mention else None
    due = day_meant(work, when, work.actor.side or Side.SELLER) if when else None
    new = step_cases.NewStep(words_meant(work, title), owner_id=owner, due=due, is_private=True)
    return _told(work, "added", step_cases.add_step(work, new))


def _hide(work: Work, number: int) -> Message:
    step = numbered(work.session, work.plan_id, number, work.actor.side)
    before = work.plan.revision
    privacy.hide_step(work, step.id or 0)
    return _told(work, "hidden", step, changed=work.plan.revision != before)


def _note(work: Work, about: str) -> Message:
    line = read_step_line(about)
    step = numbered(work.session, work.plan_id, line.number, work.actor.side)
    note_cases.add_note(work, step.id or 0, words_meant(work, line.rest), is_private=True)
    return _told(work, "noted", step)


def _told(work: Work, saying: str, step: Step, *, changed: bool = True) -> Message:
    assert work.actor.side is not None  # the table of rights refused everybody else
    work.session.flush()
    seen = load_plan_views(work.session, work.plan, work.actor.side, work.now)
    view, firms = seen.step(step.id), Companies(work.plan.seller_company, work.plan.buyer_company)
    return reply_private(saying, view, firms, work.actor.side, changed=changed)


def share(spoken: Spoken) -> Answer:
    """ "share 1001": the button that shows the step to the other side, which asks before it does."""
    _must_be_in_private(spoken)
    number = read_step_alone(spoken.rest)
    plan_id = open_plan_id(spoken)
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        step = numbered(look.session, plan_id, number, look.actor.side)
        view = load_plan_views(look.session, look.plan, look.actor.side, look.now).step(step.id)
        return Answer(reply_may_show(view, Companies(look.plan.seller_company, look.plan.buyer_company)))


def preview(spoken: Spoken) -> Answer:
    """The plan as the other side sees it."""
    plan_id = any_plan_id(spoken)
    modal = privacy_modals.preview(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
    return Answer(modal=modal, button=Act.PLAN_PREVIEW, plan_id=plan_id, left=spoken.rest)


def _must_be_in_private(spoken: Spoken) -> None:
    """Before anything is looked up: the answer stands in a channel, and tells nothing of what there is."""
    if not spoken.by_command:
        raise Refused("private_not_here", has_command=spoken.desk.is_of_the_seller(spoken.visitor))


VERBS: Mapping[str, Verb] = {
    "private": keep_private,
    "share": share,
    "preview": preview,
}
