"""The line in the board's thread: what changed, for everybody who follows along. It pings nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from blocks.kit import Message, message, section
from blocks.text import Day, fit
from blocks.words import mrkdwn

MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One thing that happened to one step. `kind` is that of the change, one of `plan.news.NEWS`."""

    kind: str
    number: int
    title: str
    who: str
    is_gate: bool = False
    for_whom: str = ""  # the owner, where somebody of the other side ticked it for them
    reason: str = ""
    old: Day | None = None
    new: Day | None = None


def build_news(lines: Sequence[NewsLine]) -> Message:
    """A line each, and of many how many more there are."""
    said = [mrkdwn("news", line.kind, line=line).strip() for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        said.append(mrkdwn("news", "more", n=len(lines) - MOST_LINES))
    text = fit("\n".join(said))
    return message(text, [section(text, "news")])
