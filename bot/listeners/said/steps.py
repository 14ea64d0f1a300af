"""Words about one step."""

import re
from collections.abc import Mapping

from blocks import replies
from blocks.ids import Act
from bot.listeners.modals import plans as plan_modals
from bot.listeners.spoken import Answer, Spoken, Verb, open_plan_id, reader
from bot.listeners.text import mentioned, plain_words, unescape
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.views import load_plan_views
from plan.calendars import calendar_for
from plan.when import WhenError, parse_when, split_add
from storage import plans
from storage.models import Side


def add_step(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    if not spoken.rest:
        modal = plan_modals.add_step(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
        return Answer(modal=modal, button=Act.PLAN_ADD, plan_id=plan_id)
    with spoken.work(plan_id) as work:
        title, mention, when = split_add(spoken.rest)
        owner = _person_meant(work, mention) if mention else None
        calendar = calendar_for(work.plan.country_of(work.actor.side or Side.SELLER))
        try:
            due = parse_when(when, work.today, calendar) if when else None
        except WhenError as error:
            raise Refused(f"when_{error.kind}", when=when, options=error.options) from None
        names = {p.user_id: p.name for p in plans.people(work.session, mentioned(title)).values()}
        new = step_cases.NewStep(plain_words(title, names), owner_id=owner, due=due)
        step = step_cases.add_step(work, new)
        work.session.flush()
        seen = load_plan_views(work.session, work.plan, work.actor.side, work.now)
        return Answer(replies.reply_added(seen.step(step.id)))


def _person_meant(work: Work, mention: str) -> str:
    """The id of somebody mentioned, or of the one person here who is called so. Raises `Refused`."""
    if re.fullmatch(r"[UW][A-Z0-9]+", mention):
        return mention
    wanted = unescape(mention).lstrip("@").casefold()
    called = [
        person.user_id
        for person in plans.roster(work.session, work.plan.channel_id)
        if wanted in (person.name.casefold(), *person.name.casefold().split())
    ]
    if len(called) != 1:
        raise Refused("no_such_person", name=unescape(mention).lstrip("@"))
    return called[0]


def complete_step(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    number = step_number(spoken.rest)
    with spoken.work(plan_id) as work:
        viewer = reader(spoken, work.actor.side)
        step = plans.step_numbered(work.session, plan_id, number, viewer)
        if step is None or step.id is None:
            raise Refused("no_step_numbered", number=number)
        done = step_cases.complete_step(work, step.id)
        work.session.flush()
        seen = load_plan_views(work.session, work.plan, viewer, work.now)
        missing = work.plan.company_of(done.waits_for) if done.waits_for else ""
        return Answer(
            replies.reply_done(seen.step(step.id), work.actor.name, done.ending, missing, seen.board)
        )


def step_number(text: str) -> int:
    """`4`, `#4` or `step 4`. Raises `Refused` for anything else."""
    match = re.fullmatch(r"(?:step\s*)?#?(\d{1,4})[.!]?", text.strip(), re.IGNORECASE)
    if match is None:
        raise Refused("not_a_number", text=unescape(text))
    return int(match.group(1))


VERBS: Mapping[str, Verb] = {
    "add": add_step,
    "done": complete_step,
}
