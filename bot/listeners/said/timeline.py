"""`timeline`, with or without `dark`: a picture of the plan."""

from collections.abc import Mapping

from blocks.timeline import DARK_NAME, LIGHT_NAME, THEMES, reply_timeline_comes
from bot.listeners.spoken import Answer, Spoken, Verb, any_plan_id
from bot.listeners.text import Escaped
from bot.use_cases.common import Refused
from bot.use_cases.timelines import post_timeline, send_timeline


def show_timeline(spoken: Spoken) -> Answer:
    """By command in private, to who asks; by mention the picture is the answer, in the mention's thread."""
    theme = _theme(spoken)
    plan_id = any_plan_id(spoken)
    with spoken.work(plan_id) as work:
        if spoken.by_command:
            send_timeline(work, spoken.request_key, theme)
        else:
            post_timeline(work, spoken.request_key, theme, spoken.thread_ts)
    if spoken.by_command:
        return Answer(reply_timeline_comes(plan_id, theme))
    return Answer()


def _theme(spoken: Spoken) -> str:
    """Raises `Refused` for words that are no theme."""
    words = spoken.rest.lower().split()
    if not words:
        return LIGHT_NAME
    if len(words) == 1 and words[0] in THEMES:
        return words[0]
    raise Refused("timeline_how", text=Escaped(spoken.rest), dark=DARK_NAME)


VERBS: Mapping[str, Verb] = {"timeline": show_timeline}
