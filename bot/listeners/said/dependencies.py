"""Words about what a step waits for."""

from collections.abc import Mapping

from blocks import calendar_forms
from blocks.ids import Act
from bot.listeners.lines import read_step_line
from bot.listeners.modals.calendar import landing_view
from bot.listeners.said.steps import numbered, show_form
from bot.listeners.spoken import Answer, Message, Spoken, Verb, open_plan_id, reader
from bot.listeners.text import unescape
from bot.ties import load_ties
from bot.use_cases.calendars import Landing, where_it_lands
from bot.use_cases.common import Work
from bot.use_cases.dependencies import set_after
from bot.views import load_plan_views


def come_after(spoken: Spoken) -> Answer:
    """ "after 7 3, 5": step 7 comes after 3 and 5, and after no other. Without them the form asks."""
    line = read_step_line(spoken.rest)
    if not line.rest:
        return show_form(spoken, line.number, Act.STEP_EDIT)
    plan_id = open_plan_id(spoken)

    def act(work: Work) -> Message:
        viewer = reader(spoken, work.actor.side)
        step = numbered(work.session, plan_id, line.number, viewer)
        revision, before = work.plan.revision, where_it_lands(work)
        set_after(work, step.id or 0, unescape(line.rest), viewer)
        work.session.flush()
        seen = load_plan_views(work.session, work.plan, viewer, work.now)
        return calendar_forms.reply_after(
            seen.step(step.id),
            load_ties(work.session, step, seen.steps, work.today),
            changed=work.plan.revision != revision,
            landing=landing_view(work.plan, Landing(before, where_it_lands(work)), work.today),
        )

    return spoken.carry_out(plan_id, act)


VERBS: Mapping[str, Verb] = {"after": come_after}
