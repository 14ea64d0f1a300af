"""`track`: a step that links to where it was talked about."""

from collections.abc import Mapping

from blocks.track import reply_track
from bot.listeners.said.steps import add_step
from bot.listeners.spoken import Answer, Spoken, Verb, open_plan_id


def track(spoken: Spoken) -> Answer:
    """Like `add`, with a link to the thread's first message. A command has none: it is `add`, plainly."""
    plan_id = open_plan_id(spoken)
    if spoken.by_command:
        return add_step(spoken)
    if not spoken.rest:
        return Answer(reply_track(plan_id, spoken.thread_ts))
    return add_step(spoken, spoken.message_link(spoken.thread_ts))


VERBS: Mapping[str, Verb] = {"track": track}
