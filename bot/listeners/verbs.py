"""The words after `/map` and after `@Tandem`. The same words do the same in both."""

from collections.abc import Mapping
from dataclasses import replace

from blocks import replies
from blocks.ids import COMMAND
from bot.listeners import several
from bot.listeners.lines import begins_with_a_step, read_step_line
from bot.listeners.names import as_typed, facts_of
from bot.listeners.questions import must_be_no_question, one_step_in, question_meant
from bot.listeners.said import (
    agreement,
    calendar,
    dependencies,
    edits,
    handoff,
    lists,
    moves,
    plans,
    privacy,
    reading,
    sides,
    slips,
    steps,
    timeline,
    track,
    whole_plan,
    zones,
)
from bot.listeners.said.steps import complete_step
from bot.listeners.spoken import Answer, Message, Spoken, Verb
from bot.listeners.text import GREETING, Escaped
from bot.listeners.word_order import must_be_one_step, numbers_of_done, read_order, verb_and_rest
from bot.use_cases.common import Refused

VERBS: Mapping[str, Verb] = {
    **plans.VERBS,
    **lists.VERBS,
    **slips.VERBS,
    **steps.VERBS,
    **edits.VERBS,
    **handoff.VERBS,
    **sides.VERBS,
    **zones.VERBS,
    **moves.VERBS,
    **reading.VERBS,
    **whole_plan.VERBS,
    **agreement.VERBS,
    **calendar.VERBS,
    **dependencies.VERBS,
    **timeline.VERBS,
    **track.VERBS,
    **privacy.VERBS,
}


def answer(spoken: Spoken, text: str) -> Answer:
    """Do what was said, in one line or in several. Raises `Refused` with the reason it cannot be done."""
    bot = spoken.desk.bot_user_id
    found = several.orders_in(text, bot)
    if found is None:
        return one_answer(spoken, several.as_a_whole(text, bot))
    return several.carry_out(spoken, found, one_answer)


def one_answer(spoken: Spoken, text: str) -> Answer:
    """Do one thing. Its verb comes first, or the number of a step; or it is asked for as people ask."""
    text = question_meant(text) or text
    word, rest = verb_and_rest(text)
    if word not in VERBS and (reading := read_order(text)) is not None:
        word, rest = reading.verb, reading.rest
    verb = VERBS.get(word)
    must_be_no_question(word, rest, text)
    must_be_one_step(word, rest)
    if verb is complete_step and (numbers := numbers_of_done(rest)):
        rest = str(numbers[0])  # "4 4"; several of them came as several orders
    if verb is not None:
        return verb(replace(spoken, rest=rest))
    if GREETING.fullmatch(text):
        return Answer(replies.reply_greeted())
    if begins_with_a_step(text):
        raise Refused("what_about_step", number=read_step_line(text).number)
    if number := one_step_in(text):
        raise Refused("what_about_step", number=number)
    raise Refused("unknown_word", word=Escaped(text.split(None, 1)[0]))


def explain(refused: Refused, spoken: Spoken, text: str) -> Message:
    """Why not, what to do next, and what was typed, as its writer knows it."""
    typed = as_typed(spoken.desk, text)
    if spoken.by_command:
        typed = f"{COMMAND} {typed}"
    return replies.reply_refused(refused.code, {**facts_of(spoken.desk, refused), "typed": typed})
