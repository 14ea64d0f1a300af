"""`side @name buyer`: which side somebody is on. With a step's number it is the step's."""

from collections.abc import Mapping

from blocks.ids import Act
from blocks.sides import reply_side_changed, reply_whole_or_one
from bot.listeners.lines import begins_with_a_step
from bot.listeners.modals.sides import change_side as side_form
from bot.listeners.said import edits
from bot.listeners.said.handoff import PERSON
from bot.listeners.said.manage import opening
from bot.listeners.said.meanings import person_meant, side_meant
from bot.listeners.spoken import Answer, Message, Spoken, Verb, open_plan_id
from bot.listeners.text import Escaped
from bot.use_cases import sides
from bot.use_cases.common import Refused, Work
from plan.rights import Action
from storage import plans

OF_A_STEP = edits.VERBS["side"]
show_form = opening(side_form, Act.SIDE_CHANGE)


def side(spoken: Spoken) -> Answer:
    if begins_with_a_step(spoken.rest):
        return OF_A_STEP(spoken)
    if not spoken.rest:
        return show_form(spoken)
    found = PERSON.match(spoken.rest)
    if found is None:
        raise Refused("side_words", text=Escaped(spoken.rest))
    mention = found["id"] or found["name"]
    words = spoken.rest[found.end() :].strip().removeprefix("with ").removeprefix("is ")

    def act(work: Work) -> Message:
        work.allow(Action.CORRECT_SIDE)
        user_id, to = person_meant(work, mention), side_meant(work, words)
        person = plans.people(work.session, [user_id]).get(user_id)
        if person is not None and sides.may_come_whole(work, person):
            company = work.plan.company_of(to)
            return reply_whole_or_one(work.plan_id, user_id, person.name, to, company)
        return reply_side_changed(sides.change_side(work, user_id, to))

    return spoken.carry_out(open_plan_id(spoken), act)


VERBS: Mapping[str, Verb] = {"side": side}
