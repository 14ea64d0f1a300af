"""Words that change what a step says and where it stands, one thing at a time: its form in words."""

import re
from collections.abc import Callable, Mapping

from blocks.ids import Act, Field
from bot.listeners.lines import read_mention, read_step_alone, read_step_line
from bot.listeners.said.meanings import person_meant, side_meant, words_meant
from bot.listeners.said.steps import StepVerb, numbered, show_form
from bot.listeners.spoken import Answer, Spoken, Verb
from bot.listeners.text import unescape
from bot.use_cases import editing
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Refused, Work
from bot.use_cases.editing import MOST_DAYS, StepEdit, edit_step
from bot.use_cases.order import Direction, shift_step
from storage.models import Step

DAYS = re.compile(r"(\d{1,4})(?:\s*(?:working |business |work)?days?|\s*wd)?\.?", re.IGNORECASE)
A_LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>|(\S+)", re.IGNORECASE)
PLACE = re.compile(r"(?:(?:behind|after)\s+)?(?:step\s*)?#?(\d{1,4})\.?", re.IGNORECASE)
FIRST = ("first", "top", "at the top")
# "yes because we have it", "yes, we have it". "please", "sure?" and "yes, but …" are no such yes.
YES = re.compile(
    r"(?:yes|y)\b(?!\s*[\s,]*(?:but|if|when|once|after|no|not)\b)[\s,.:;!–-]*(?:because:?\s+)?(?P<why>[^?]*)",
    re.IGNORECASE | re.DOTALL,
)
NOTHING = ("none", "nothing", "-", "–")
ON, OFF = ("yes", "on", "both"), ("no", "off")


def _words(work: Work, words: str) -> str:
    """What stands there from now on; "none" empties it."""
    meant = words_meant(work, words)
    return "" if meant.strip().lower() in NOTHING else meant


def _edit(what: Callable[[Work, str], StepEdit]) -> StepVerb:
    def act(work: Work, step: Step, words: str) -> object:
        return edit_step(work, step.id or 0, what(work, words))

    return StepVerb("edited", act, Act.STEP_EDIT)


def _days(_work: Work, words: str) -> StepEdit:
    found = DAYS.fullmatch(words.strip())
    if found is None:
        raise Refused("days_bad", field=Field.DAYS, most=MOST_DAYS)
    return StepEdit(days=int(found[1]))


def _link(_work: Work, words: str) -> str:
    if words.strip().lower() in NOTHING:
        return ""
    found = A_LINK.fullmatch(words.strip())
    if found is None:
        raise Refused("link_bad", field=Field.LINK)
    return unescape(found[1] or found[2])


def _gate(_work: Work, words: str) -> StepEdit:
    said = words.strip(" .!").lower()
    if said not in (*ON, *OFF):
        raise Refused("yes_or_no", word="gate")
    return StepEdit(gate=said in ON)


def _place(work: Work, words: str) -> StepEdit:
    """In a thread only behind a step that both sides know of: a refusal tells where the other one stands."""
    if words.strip(" .!").lower() in FIRST:
        return StepEdit(place=0)
    found = PLACE.fullmatch(words.strip())
    if found is None:
        raise Refused("place_bad", field=Field.PLACE)
    if work.said_in is not None:
        numbered(work.session, work.plan_id, int(found[1]), None)
    return StepEdit(place=int(found[1]))


def _shift(direction: Direction) -> StepVerb:
    def act(work: Work, step: Step, _words: str) -> object:
        return shift_step(work, step.id or 0, direction)

    return StepVerb("edited", act)


def _remove(work: Work, step: Step, words: str) -> object:
    """A step is gone for both companies, so the word "yes" stands behind its number."""
    found = YES.fullmatch(words)
    if found is None:
        raise Refused("only_the_number", number=step.number)
    return editing.remove_step(work, step.id or 0, words_meant(work, found["why"]))


def delete(spoken: Spoken) -> Answer:
    line = read_step_line(spoken.rest)
    if YES.fullmatch(line.rest):
        return StepVerb("removed", _remove, Act.STEP_DELETE)(spoken)
    return show_form(spoken, read_step_alone(spoken.rest), Act.STEP_DELETE)


def _counterpart(work: Work, step: Step, words: str) -> object:
    other = (
        None if words.lower() in ("nobody", *NOTHING) else person_meant(work, read_mention(words) or words)
    )
    return step_cases.assign_step(work, step.id or 0, step.owner_id, other)


def _pass_on(work: Work, step: Step, words: str) -> object:
    """ "pass 4 @Ravi", or "pass 4 on": it is not mine."""
    said = words.strip(" .!").lower()
    to = None if said in ("on", "nobody", "not me") else person_meant(work, read_mention(words) or words)
    return step_cases.disown_step(work, step.id or 0, to)


def _snooze(work: Work, step: Step, words: str) -> object:
    found = DAYS.fullmatch(words.strip())
    if found is None or not 1 <= int(found[1]) <= MOST_DAYS:
        raise Refused("days_bad", field=None, most=MOST_DAYS)
    try:
        return step_cases.snooze_step(work, step.id or 0, int(found[1]))
    except Refused as refused:
        if refused.code != "old_button":
            raise
        raise Refused("not_reminded", number=step.number) from None  # nobody pressed anything


def _side(work: Work, words: str) -> StepEdit:
    return StepEdit(side=side_meant(work, words, may_be_both=True))


VERBS: Mapping[str, Verb] = {
    "title": _edit(lambda work, words: StepEdit(title=words_meant(work, words))),
    "describe": _edit(lambda work, words: StepEdit(description=_words(work, words))),
    "phase": _edit(lambda work, words: StepEdit(phase=words_meant(work, words))),
    "role": _edit(lambda work, words: StepEdit(role=_words(work, words))),
    "days": _edit(_days),
    "link": _edit(lambda work, words: StepEdit(link=_link(work, words))),
    "proof": _edit(lambda work, words: StepEdit(proof=_link(work, words))),
    "side": _edit(_side),
    "gate": _edit(_gate),
    "place": _edit(_place),
    "only": _edit(lambda work, words: StepEdit(only_on=_words(work, words))),
    "up": _shift("up"),
    "down": _shift("down"),
    "delete": delete,
    "counterpart": StepVerb("owned", _counterpart, Act.STEP_OWNER),
    "pass": StepVerb("owned", _pass_on, Act.STEP_OWNER),
    "snooze": StepVerb("snoozed", _snooze, Act.STEP_DATE),
}
