"""The words after `/map` and after `@Tandem`. The same words do the same in both."""

from collections.abc import Mapping
from dataclasses import replace

from bot.listeners.said import plans, steps
from bot.listeners.spoken import Answer, Spoken, Verb
from bot.listeners.text import unescape
from bot.use_cases.common import Refused

VERBS: Mapping[str, Verb] = {**plans.VERBS, **steps.VERBS}


def answer(spoken: Spoken, text: str) -> Answer:
    """Do what was said. Raises `Refused` with the reason it cannot be done."""
    word, rest = (*text.split(None, 1), "", "")[:2]
    verb = VERBS.get(word.lower().strip(",.:!"))
    if verb is None:
        raise Refused("unknown_word", word=unescape(word), has_command=spoken.by_command)
    return verb(replace(spoken, rest=rest.strip()))
