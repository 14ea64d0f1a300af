"""To the plan's lead, in private: something could not be said to whom it was for."""

from collections.abc import Sequence

from blocks.kit import Message, message, section
from blocks.view_models import StepView
from blocks.words import mrkdwn

MOST_NAMES = 8


def build_given_up(plan_name: str, kind: str) -> Message:
    """A message was tried until it made no sense any more. `kind` is the kind of outgoing work."""
    return _short(mrkdwn("undelivered", "given_up", plan_name=plan_name, kind=kind).strip())


def build_no_way(plan_name: str, who: str, steps: Sequence[StepView]) -> Message:
    """Slack refuses private messages to `who`, and there is no board in whose thread it could be said."""
    names = [f"{step.number}  {step.title}" for step in steps[:MOST_NAMES]]
    more = max(0, len(steps) - MOST_NAMES)
    text = mrkdwn("undelivered", "no_way", plan_name=plan_name, who=who, names=names, more=more)
    return _short(text.strip())


def _short(text: str) -> Message:
    return message(text, [section(text, "undelivered")])
