"""Dates as people type them, alone or at the end of a line. `plan.phrases` has the grammar."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from plan.calendars import Calendar
from plan.phrases import (
    LONGEST_PHRASE,
    MONTHS,
    WEEKDAYS,
    Context,
    WhenError,
    WhenKind,
    is_phrase,
    read_phrase,
)

__all__ = ["HORIZON", "AddLine", "WhenError", "WhenKind", "describe_day", "parse_when", "split_add"]

HORIZON = timedelta(days=5 * 366)  # a date further away is a slip of the fingers
YEAR_IS_NEEDED = timedelta(days=270)

# Who has a step stands last. What Slack makes of "@channel" calls nobody here, and owns nothing.
MENTION = re.compile(
    r"(?:<@(?P<id>[UW][A-Z0-9]+)>|(?P<name>@(?!(?:channel|here|everyone)\b)\w(?:[\w.-]*\w)?))[.,;:!]?"
)
# "Security review for @Ravi" is Ravi's step; "Send the report to @Ravi" is somebody else's.
GIVES = ("for", "by", "owner", "owner:", "assigned to", "owned by")
# What comes after one of these belongs to the title: "Call with @Ravi", "Plan for Q1", "Sync every Monday".
JOINS = re.compile(
    "a|about|after|an|and|around|as|at|before|between|cc|during|each|every|for|from|in|into|like|of|or|our|per"
    "|since|than|the|through|to|until|via|vs|with|within|&|&amp;|\\+",
    re.IGNORECASE,
)
# Days that are names: "Prepare Black Friday".
NAMED_DAY = re.compile(
    "(?:ash wednesday|(?:black|casual|good) friday|(?:cyber|easter) monday|(?:easter|palm) sunday"
    "|(?:giving|shrove|super) tuesday)",
    re.IGNORECASE,
)
ROUND_THE_CLOCK = "24/7"  # a day in July to the grammar, and a word to everybody else
QUOTED = re.compile(
    r"""(?:"([^"]*)"|[“„]([^“”„]*)[“”]|«([^«»]*)»|[‘‚]([^‘’‚]*)[‘’](?!\w)|'([^']*)'(?!\w))(.*)""", re.DOTALL
)
SEPARATORS = ("-", "–", "—", ":", "·", ",", ";", "|", "/", "→", "->", "-&gt;")
DASHES = ("-", "–", "—")
INVISIBLE = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)  # pasted along, never typed


def parse_when(text: str, today: date, calendar: Calendar) -> date:
    """The day somebody means, seen from `today`; `calendar` counts working days and ends of weeks and months.

    Takes "today", "fri", "next Fri", "Monday week", "in 2 weeks", "+3wd", "+5d", "15 Dec", "Dec 15 2026",
    "2026-12-15", "EOW", "end of June", "EOQ", "Q1" and the like, in any case, with or without "by" or "on".
    Raises `WhenError` for anything else, for what can be read in two ways, for a day before `today` and for
    one more than five years away.
    """
    context = Context(text, today, calendar)
    day = read_phrase(Context(INVISIBLE.sub("", text), today, calendar))
    if day < today:
        raise context.refusal(WhenKind.PAST)
    if day - today > HORIZON:
        raise context.refusal(WhenKind.FAR)
    return day


def describe_day(day: date, today: date) -> str:
    """ "Fri 12 Jun", with its year when that is another one and the day more than nine months away."""
    words = f"{WEEKDAYS[day.weekday()].title()} {day.day} {MONTHS[day.month - 1].title()}"
    needs_year = day.year != today.year and abs(day - today) > YEAR_IS_NEEDED
    return f"{words} {day.year}" if needs_year else words


class AddLine(NamedTuple):
    """What somebody typed after "add": `mention` is a user id, or "@name" where Slack made none of it."""

    title: str
    mention: str | None
    when_text: str | None


def split_add(text: str) -> AddLine:
    """Take a mention and a date off the end of the line, in either order; what is left is the title.

    Only the end is read, and a title in quotes is taken whole. The title is "" when nothing is left.
    Whether `when_text` is a day to plan with, `parse_when` says: it is only known to look like one.
    """
    text = re.sub(r"<@([UW][A-Z0-9]+)\|[^>]*>", r"<@\1>", INVISIBLE.sub("", text).strip())
    if quoted := QUOTED.fullmatch(text):
        *titles, rest = quoted.groups()
        after = _split_from_the_right(rest)
        if not after.title:
            return after._replace(title=" ".join("".join(filter(None, titles)).split()))
    return _split_from_the_right(text)


def _split_from_the_right(text: str) -> AddLine:
    words = text.split()
    mention = when_text = None
    while words:
        if mention is None and (found := MENTION.fullmatch(words[-1])) and not _joined(words[:-1]):
            mention = found["id"] or found["name"]
            words.pop()
            _drop_giving(words)
        elif when_text is None and (length := _date_at_the_end(words)):
            when_text = " ".join(words[-length:])
            del words[-length:]
        else:
            break
        _drop_separators(words)
    return AddLine(" ".join(words), mention, when_text)


def _joined(before: list[str]) -> bool:
    """Whether the words before a mention make it a part of the title."""
    return bool(before) and _giving(before) == 0 and JOINS.fullmatch(before[-1]) is not None


def _giving(words: list[str]) -> int:
    """How many of the last words hand a step to who comes next: "for", "assigned to"."""
    return next((length for length in (2, 1) if " ".join(words[-length:]).lower() in GIVES), 0)


def _drop_giving(words: list[str]) -> None:
    if length := _giving(words):
        del words[-length:]


def _drop_separators(words: list[str]) -> None:
    """ "Security review – Fri", "Security review, Fri"."""
    while words and words[-1] in SEPARATORS:
        words.pop()
    if words:
        words[-1] = words[-1].rstrip(",:")


def _date_at_the_end(words: list[str]) -> int:
    """How many of the last words look like a date, the longest phrase there is; 0 when none does."""
    for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        if is_phrase(" ".join(words[-length:])):
            return 0 if _is_of_the_title(words[:-length], words[-length:]) else length
    return 0


def _is_of_the_title(before: list[str], phrase: list[str]) -> bool:
    if phrase == [ROUND_THE_CLOCK]:
        return True
    if not before:
        return False
    if before[-1] in DASHES and _date_at_the_end(before[:-1]):  # "1 Dec – 3 Dec" is no one day
        return True
    return bool(JOINS.fullmatch(before[-1]) or NAMED_DAY.fullmatch(f"{before[-1]} {phrase[0]}"))
