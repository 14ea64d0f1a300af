"""The words after `/map` and after `@Tandem`. The same words do the same in both."""

from collections.abc import Mapping
from dataclasses import replace

from blocks import replies
from blocks.ids import COMMAND
from bot.desk import Desk
from bot.listeners.said import (
    agreement,
    calendar,
    dependencies,
    lists,
    manage,
    plans,
    slips,
    steps,
    timeline,
    track,
)
from bot.listeners.spoken import Answer, Message, Spoken, Verb
from bot.listeners.text import Escaped, mentioned, plain_words
from bot.use_cases.common import Refused
from storage.plans import people

VERBS: Mapping[str, Verb] = {
    **plans.VERBS,
    **lists.VERBS,
    **slips.VERBS,
    **manage.VERBS,
    **steps.VERBS,
    **agreement.VERBS,
    **calendar.VERBS,
    **dependencies.VERBS,
    **timeline.VERBS,
    **track.VERBS,
}


AROUND = ",.:;!?…\"'“”‘’()"
# Other words for the same, as people say them.
SAME: Mapping[str, str] = {
    **dict.fromkeys(("complete", "completed", "finish", "finished", "tick"), "done"),
    **dict.fromkeys(("move", "due"), "date"),
    "assign": "owner",
    "sign": "agree",
    "blocked": "block",
    "list": "steps",
    "remove": "delete",
    **dict.fromkeys(("slip", "ledger"), "slips"),
}


def answer(spoken: Spoken, text: str) -> Answer:
    """Do what was said. Raises `Refused` with the reason it cannot be done."""
    word, rest = verb_and_rest(text)
    verb = VERBS.get(word)
    if verb is None:
        raise Refused("unknown_word", word=Escaped(text.split(None, 1)[0]), has_command=spoken.by_command)
    return verb(replace(spoken, rest=rest))


def verb_and_rest(text: str) -> tuple[str, str]:
    """The first word as `VERBS` has it, and what follows it."""
    word, rest = (*text.split(None, 1), "", "")[:2]
    word = word.lower().strip(AROUND)
    return SAME.get(word, word), rest.strip()


def explain(refused: Refused, spoken: Spoken, text: str) -> Message:
    """Why not, what to do next, and what was typed, as its writer knows it."""
    typed = as_typed(spoken.desk, text)
    if spoken.by_command:
        typed = f"{COMMAND} {typed}"
    facts = {
        key: as_typed(spoken.desk, fact) if isinstance(fact, Escaped) else fact
        for key, fact in refused.facts.items()
    }
    return replies.reply_refused(refused.code, {**facts, "typed": typed})


def as_typed(desk: Desk, text: str) -> str:
    """Escaped words as their writer knows them, with names in the place of ids."""
    if not text:
        return ""
    with desk.database.read() as session:
        names = {person.user_id: person.name for person in people(session, mentioned(text)).values()}
    return plain_words(text, names)
