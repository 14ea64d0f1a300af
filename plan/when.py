"""Dates as people type them, alone or at the end of a line.

`plan.phrases` has the grammar, `plan.title_ends` says where a title ends.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from plan.calendars import Calendar
from plan.phrases import read_phrase
from plan.readings import MONTHS, WEEKDAYS, Context, WhenError, WhenKind
from plan.title_ends import JOINS_A_PERSON, date_at_the_end, without_separators

__all__ = ["HORIZON", "AddLine", "WhenError", "WhenKind", "describe_day", "parse_when", "split_add"]

HORIZON = timedelta(days=5 * 366)  # a date further away is a slip of the fingers
YEAR_IS_NEEDED = timedelta(days=270)

# Who has a step stands last. What Slack makes of "@channel" calls nobody here, and owns nothing.
MENTION = re.compile(
    r"(?:<@(?P<id>[UW][A-Z0-9]+)>|(?P<name>@(?!(?:channel|here|everyone)\b)\w(?:[\w.-]*\w)?))[.,;:!]?"
)
# "Security review for @Ravi" is Ravi's step; "Send the report to @Ravi" is somebody else's.
GIVES = ("for", "by", "owner", "owner:", "assigned to", "owned by")
QUOTED = re.compile(
    r"""(?:"([^"]*)"|[“„]([^“”„]*)[“”]|«([^«»]*)»|[‘‚]([^‘’‚]*)[‘’](?!\w)|'([^']*)'(?!\w))(.*)""", re.DOTALL
)
PAIRS = ('""', "“”", "„“", "„”", "''", "‘’", "‚‘", "«»", "()", "[]")
INVISIBLE = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)  # pasted along, never typed


def parse_when(text: str, today: date, calendar: Calendar) -> date:
    """The day somebody means, seen from `today`; `calendar` counts working days and ends of weeks and months.

    Takes "today", "fri", "next Fri", "Monday week", "in 2 weeks", "+3wd", "+5d", "15 Dec", "Dec 15 2026",
    "2026-12-15", "EOW", "end of June", "EOQ", "Q1" and the like, in any case, with or without "by" or "on",
    and as people answer with it: "to Friday", "Friday?", "Friday please", "(Friday)".
    Raises `WhenError` for anything else, for what can be read in two ways, for a day before `today` and for
    one more than five years away.
    """
    context = Context(text, today, calendar)
    day = read_phrase(_bare(text), context)
    if day < today:
        raise context.refusal(WhenKind.PAST)
    if day - today > HORIZON:
        raise context.refusal(WhenKind.FAR)
    return day


def _bare(text: str) -> str:
    """The phrase, without what is put around it when a day is all that is asked for."""
    words = INVISIBLE.sub("", text).split()
    phrase = " ".join(words[1:] if words[:1] in (["to"], ["To"], ["TO"]) else words).rstrip("?!. ")
    if phrase.lower().endswith(" please"):
        phrase = phrase[: -len(" please")].rstrip("?!., ")
    return phrase[1:-1] if phrase[:1] + phrase[-1:] in PAIRS else phrase


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
        elif when_text is None and (length := date_at_the_end(words)):
            when_text = " ".join(words[-length:])
            del words[-length:]
        else:
            break
        words = without_separators(words)
    return AddLine(" ".join(words), mention, when_text)


def _joined(before: list[str]) -> bool:
    """Whether the words before a mention make it a part of the title."""
    return bool(before) and _giving(before) == 0 and JOINS_A_PERSON.fullmatch(before[-1]) is not None


def _giving(words: list[str]) -> int:
    """How many of the last words hand a step to who comes next: "for", "assigned to"."""
    return next((length for length in (2, 1) if " ".join(words[-length:]).lower() in GIVES), 0)


def _drop_giving(words: list[str]) -> None:
    if length := _giving(words):
        del words[-length:]
