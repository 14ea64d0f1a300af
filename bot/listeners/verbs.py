"""The words after `/map` and after `@Tandem`. The same words do the same in both."""

from collections.abc import Mapping
from dataclasses import replace

from blocks import replies
from blocks.ids import COMMAND
from bot.listeners.said import lists, manage, plans, steps, track
from bot.listeners.spoken import Answer, Message, Spoken, Verb
from bot.listeners.text import mentioned, plain_words, unescape
from bot.use_cases.common import Refused
from storage.plans import people

VERBS: Mapping[str, Verb] = {**plans.VERBS, **lists.VERBS, **manage.VERBS, **steps.VERBS, **track.VERBS}


def answer(spoken: Spoken, text: str) -> Answer:
    """Do what was said. Raises `Refused` with the reason it cannot be done."""
    word, rest = verb_and_rest(text)
    verb = VERBS.get(word)
    if verb is None:
        typed = unescape(text.split(None, 1)[0])
        raise Refused("unknown_word", word=typed, has_command=spoken.by_command)
    return verb(replace(spoken, rest=rest))


def verb_and_rest(text: str) -> tuple[str, str]:
    """The first word as `VERBS` has it, and what follows it."""
    word, rest = (*text.split(None, 1), "", "")[:2]
    return word.lower().strip(",.:!"), rest.strip()


def explain(refused: Refused, spoken: Spoken, text: str) -> Message:
    """Why not, what to do next, and what was typed, as its writer knows it."""
    with spoken.desk.database.read() as session:
        names = {person.user_id: person.name for person in people(session, mentioned(text)).values()}
    typed = plain_words(text, names)
    if spoken.by_command:
        typed = f"{COMMAND} {typed}"
    return replies.reply_refused(refused.code, {**refused.facts, "typed": typed})
