"""Words about agreeing: to the plan, to what the other side asks; and another date in words."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from blocks import replies
from blocks.ids import Act, step_value
from blocks.in_words import reply_notice, reply_terms
from bot.listeners.asking import in_words, what_it_did
from bot.listeners.lines import read_step_alone, read_step_line
from bot.listeners.metadata import Metadata
from bot.listeners.modals import steps as step_modals
from bot.listeners.modals.agreement import agree_form
from bot.listeners.said.meanings import day_meant, words_meant
from bot.listeners.said.steps import numbered, show_form, step_id_of
from bot.listeners.spoken import Answer, Message, Spoken, Verb, open_plan_id, reader
from bot.use_cases import agreeing, dates, proposals
from bot.use_cases.common import Refused, Work
from bot.use_cases.proposing import Why
from bot.views import load_plan_views
from plan.agreement import ReasonCode
from storage.agreement import Proposal
from storage.models import Side, Step

# "next Fri because legal is away", "Fri: legal is away"
BECAUSE = re.compile(
    r"(?P<when>.+?)(?:,?\s+because:?(?:\s+of)?\s+|\s*:\s+)(?P<why>.+)", re.DOTALL | re.IGNORECASE
)


CODE = 6  # letters of the digest of a plan's terms: enough to say which of its few states was seen


def agree(spoken: Spoken) -> Answer:
    """The plan as it stands, to say yes to; after a mention the button to it, and the words that do the same
    for the plan that somebody saw: "agree 3f2a01"."""
    plan_id = open_plan_id(spoken)
    if re.fullmatch(r"[0-9a-f]{6}", spoken.rest.lower()):
        return _agree_in_words(spoken, plan_id, spoken.rest.lower())
    modal = agree_form(spoken.desk, spoken.visitor, plan_id, spoken.channel_id)
    if spoken.by_command:
        return Answer(modal=modal, button=Act.PLAN_AGREE, plan_id=plan_id, left=spoken.rest)
    terms = Metadata.load(modal["private_metadata"]).terms
    return Answer(reply_terms(modal["blocks"], plan_id, terms[:CODE] if "submit" in modal else ""))


def _agree_in_words(spoken: Spoken, plan_id: int, code: str) -> Answer:
    def act(work: Work) -> Message:
        digest = agreeing.terms_now(work).digest
        agreed = agreeing.agree(work, digest if digest.startswith(code) else code)
        company = work.plan.company_of(agreed.waits_for) if agreed.waits_for else ""
        return reply_notice("plan_agreed", {"ending": agreed.ending, "company": company})

    return spoken.carry_out(plan_id, act)


def counter(spoken: Spoken) -> Answer:
    """ "counter 4 12 Jun because …": another day than the one that they ask for."""
    line = read_step_line(spoken.rest)
    if not line.rest:
        raise Refused("when_unknown", when="")
    when, why = date_and_why(line.rest)

    def act(work: Work) -> Message:
        proposal = proposals.meant(work, line.number, work.actor.side)
        step = work.session.get(Step, proposal.step_id)
        day = day_meant(work, when, step.side if step else Side.JOINT)
        new = dates.NewDate(day, Why(ReasonCode.OTHER, words_meant(work, why)))
        answered = proposals.counter(work, proposal.id or 0, new)
        if answered.ending == "countered":
            return in_words(work, answered.proposal)
        return what_it_did(work, answered)

    return spoken.carry_out(open_plan_id(spoken), act)


def date_and_why(words: str) -> tuple[str, str]:
    """What stands for the day, and why it moves, "" where nothing is said. Both still escaped."""
    found = BECAUSE.fullmatch(words.strip())
    return (found["when"], found["why"]) if found else (words, "")


def answering(answer: Callable[[Work, int], proposals.Answered], *, is_asked: bool) -> Verb:
    """ "accept 16", or "accept" where one alone waits. `is_asked`: by the side that is asked."""

    def handle(spoken: Spoken) -> Answer:
        number = read_step_alone(spoken.rest) if spoken.rest else None
        plan_id = open_plan_id(spoken)

        def act(work: Work) -> Message:
            side = work.actor.side
            wanted = side if is_asked or side is None else side.other
            proposal = proposals.meant(work, number, wanted)
            return what_it_did(work, answer(work, proposal.id or 0))

        return spoken.carry_out(plan_id, act)

    return handle


def move_step(spoken: Spoken) -> Answer:
    """Another date in words. Once both agreed it needs a reason: without one the form asks, day and all."""
    line = read_step_line(spoken.rest)
    plan_id = open_plan_id(spoken)
    if not line.rest:
        return show_form(spoken, line.number, Act.STEP_DATE)
    when, why = date_and_why(line.rest)
    meant: list[date] = []

    def act(work: Work) -> Message:
        viewer = reader(spoken, work.actor.side)
        step = numbered(work.session, plan_id, line.number, viewer)
        meant[:] = [day_meant(work, when, step.side)]
        reason = Why(ReasonCode.OTHER if why else "", words_meant(work, why))
        return _move(work, step, dates.NewDate(meant[0], reason), viewer)

    try:
        return spoken.carry_out(plan_id, act)
    except Refused as refused:
        if refused.code != "reason_code_missing":
            raise
    return _form(spoken, plan_id, line.number, meant[0])


def _move(work: Work, step: Step, new: dates.NewDate, viewer: Side | None) -> Message:
    before, old_due = work.plan.revision, step.due_date
    done = dates.change_date(work, step.id or 0, new)
    if isinstance(done, Proposal):
        return in_words(work, done)
    work.session.flush()
    seen = load_plan_views(work.session, work.plan, viewer, work.now)
    facts = {"changed": work.plan.revision != before, "by": work.actor.name, "old_due": old_due}
    return replies.reply_about("dated", seen.step(step.id), **facts)


def _form(spoken: Spoken, plan_id: int, number: int, day: date) -> Answer:
    """The form with the day in it, or the button that carries it."""
    step_id = step_id_of(spoken, plan_id, number)
    where = (spoken.desk, spoken.visitor, plan_id, step_id, spoken.channel_id)
    modal = step_modals.step_form(*where, Act.STEP_DATE, day=day)
    value = step_value(plan_id, step_id, f"{day:%Y%m%d}")
    return Answer(None, modal, Act.STEP_DATE_TO, plan_id, step_id, number=number, value=value)


VERBS: Mapping[str, Verb] = {
    "agree": agree,
    "date": move_step,
    "accept": answering(proposals.accept, is_asked=True),
    "counter": counter,
    "talk": answering(proposals.ask_to_talk, is_asked=True),
    "withdraw": answering(proposals.withdraw, is_asked=False),
}
