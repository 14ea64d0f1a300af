"""`handoff @old @new`: everything open of one person goes to another of the same side."""

import re
from collections.abc import Mapping

from blocks.handoff import reply_handed_off
from blocks.ids import Act
from bot.listeners.modals.handoff import handoff
from bot.listeners.said.meanings import person_meant
from bot.listeners.spoken import Answer, Message, Spoken, Verb, open_plan_id
from bot.listeners.text import Escaped, unescape
from bot.use_cases import departures
from bot.use_cases.common import Refused, Work

PERSON = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>|(?P<name>@\w[\w.-]*)")
BETWEEN = re.compile(r"(?:\s|[.,:;!→>-]|&gt;|\b(?:from|to|and|with|all|everything|of)\b)*", re.IGNORECASE)
MOST = 2


def people_in(text: str) -> list[str]:
    """Ids, or "@name" where Slack made none of it. Raises `Refused` for other words, or too many people."""
    found = [one["id"] or one["name"] for one in PERSON.finditer(text)]
    if len(found) > MOST or not BETWEEN.fullmatch(PERSON.sub(" ", text)):
        raise Refused("handoff_words", text=Escaped(text))
    return found


def hand_off(spoken: Spoken) -> Answer:
    """Without two people it leads to the form. By a mention everybody reads how many: those both know of."""
    people = people_in(spoken.rest)
    plan_id = open_plan_id(spoken)
    if len(people) < MOST:
        return _form(spoken, plan_id, people)

    def act(work: Work) -> Message:
        old, new = _holder_meant(work, people[0]), person_meant(work, people[1])
        done = departures.hand_off(work, old, new)
        count = done.steps if spoken.by_command else done.shared
        return reply_handed_off(done.old, done.new, count, leads=done.leads, company=done.company)

    return spoken.carry_out(plan_id, act)


def _form(spoken: Spoken, plan_id: int, people: list[str]) -> Answer:
    old = people[0] if people and not people[0].startswith("@") else ""
    modal = handoff(spoken.desk, spoken.visitor, plan_id, spoken.channel_id, old)
    value = f"{plan_id}:{old}" if old else str(plan_id)
    return Answer(modal=modal, button=Act.HANDOFF_OPEN, plan_id=plan_id, value=value)


def _holder_meant(work: Work, mention: str) -> str:
    """Who left is not in the channel any more: they are looked for among those who have something open."""
    if not mention.startswith("@"):
        return mention
    wanted = unescape(mention).lstrip("@").casefold()
    called = [
        person.user_id
        for person in departures.who_may_be_gone(work.session, work.plan, work.reader)
        if wanted in (person.name.casefold(), *person.name.casefold().split())
    ]
    return called[0] if len(called) == 1 else person_meant(work, mention)


VERBS: Mapping[str, Verb] = dict.fromkeys(("handoff", "hand-off", "handover", "hand-over"), hand_off)
