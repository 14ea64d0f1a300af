"""The words after `/map` and after `@Tandem`. The same words do the same in both."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from blocks import replies, status
from blocks.ids import Act
from bot.desk import Desk, Visitor
from bot.listeners import modals
from bot.listeners.text import mentioned, plain_words, unescape
from bot.use_cases import plans as plan_cases
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.views import load_plan_views
from plan.calendars import calendar_for
from plan.when import WhenError, parse_when, split_add
from storage import plans
from storage.models import PlanState, Side

Message = Mapping[str, Any]
View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody said to Tandem, in which channel. `rest` is still escaped."""

    desk: Desk
    visitor: Visitor
    channel_id: str
    rest: str
    request_key: str
    by_command: bool

    def work(self, plan_id: int) -> AbstractContextManager[Work]:
        """One transaction on the channel's plan."""
        return self.desk.work(self.visitor, plan_id, channel_id=self.channel_id, request_key=self.request_key)


@dataclass(frozen=True, slots=True)
class Answer:
    """A message, or a modal with the button that opens it where there is no trigger to open it with."""

    message: Message | None = None
    modal: View | None = None
    button: Act | None = None
    plan_id: int = 0


Verb = Callable[[Spoken], Answer]


def answer(spoken: Spoken, text: str) -> Answer:
    """Do what was said. Raises `Refused` with the reason it cannot be done."""
    word, rest = (*text.split(None, 1), "", "")[:2]
    verb = VERBS.get(word.lower().strip(",.:!"))
    if verb is None:
        raise Refused("unknown_word", word=unescape(word), has_command=spoken.by_command)
    return verb(replace(spoken, rest=rest.strip()))


def open_plan_id(spoken: Spoken) -> int:
    """The channel's open plan. Raises `Refused` where there is none."""
    found = _glance(spoken)
    if found is None:
        raise Refused("no_plan", has_command=spoken.by_command)
    if not found.is_open:
        raise Refused("no_open_plan")
    return found.plan_id


def _glance(spoken: Spoken) -> plans.Glance | None:
    with spoken.desk.database.ask() as connection:
        return plans.glance(connection, spoken.channel_id)


def say_status(spoken: Spoken) -> Answer:
    found = _glance(spoken)
    if found is None:
        return Answer(status.build_no_plan())
    with spoken.desk.look(spoken.visitor, found.plan_id, channel_id=spoken.channel_id) as look:
        seen = load_plan_views(look.session, look.plan, _reader(spoken, look.actor.side), look.now)
        if not spoken.by_command:
            return Answer(replies.reply_status(seen.board))
        return Answer(status.build_status(seen.board, seen.owned_by(spoken.visitor.user_id)))


def _reader(spoken: Spoken, side: Side | None) -> Side | None:
    """Who reads the answer. In a thread everybody does, so only what both sides know may be in it."""
    return side if spoken.by_command else None


def say_help(spoken: Spoken) -> Answer:
    return Answer(status.build_help(spoken.by_command))


def start_plan(spoken: Spoken) -> Answer:
    found = _glance(spoken)
    if found is not None and found.is_open:
        raise Refused("plan_exists")
    return Answer(
        modal=modals.new_plan(spoken.desk, spoken.visitor, spoken.channel_id), button=Act.PLAN_START
    )


def add_step(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    if not spoken.rest:
        modal = modals.add_step(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
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
        viewer = _reader(spoken, work.actor.side)
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


def show_history(spoken: Spoken) -> Answer:
    plan_id = _any_plan_id(spoken)
    modal = modals.history(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
    return Answer(modal=modal, button=Act.PLAN_HISTORY, plan_id=plan_id)


def show_steps(spoken: Spoken) -> Answer:
    plan_id = _any_plan_id(spoken)
    modal = modals.all_steps(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
    return Answer(modal=modal, button=Act.PLAN_STEPS, plan_id=plan_id)


def close_plan(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    modal = modals.close_plan(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
    return Answer(modal=modal, button=Act.PLAN_CLOSE, plan_id=plan_id)


def reopen_plan(spoken: Spoken) -> Answer:
    plan_id = _any_plan_id(spoken)
    with spoken.work(plan_id) as work:
        was_closed = work.plan.state is PlanState.CLOSED
        plan = plan_cases.reopen_plan(work)
        return Answer(replies.reply_reopened(plan.name, was_closed))


def post_board(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    with spoken.work(plan_id) as work:
        plan_cases.post_board_again(work)
        return Answer(replies.reply_board_comes())


def _any_plan_id(spoken: Spoken) -> int:
    found = _glance(spoken)
    if found is None:
        raise Refused("no_plan", has_command=spoken.by_command)
    return found.plan_id


VERBS: Mapping[str, Verb] = {
    "": say_status,
    "status": say_status,
    "help": say_help,
    "new": start_plan,
    "add": add_step,
    "done": complete_step,
    "steps": show_steps,
    "history": show_history,
    "board": post_board,
    "close": close_plan,
    "reopen": reopen_plan,
}
