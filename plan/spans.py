"""From a first to a last day, as people type it: "22 Jun to 30 Jun quarter freeze". What follows is why."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from plan.calendars import Calendar
from plan.phrases import kind_of
from plan.readings import WhenError, WhenKind, named_day
from plan.when import parse_when

MOST_WORDS = 8  # of a day: "by the end of the day on Friday" has seven
JOINS = ("to", "till", "until", "through", "thru", "-", "–", "—")
# "22-30 Jun", "22 Jun–1 Jul": a dash without room around it. An ISO day has hyphens of its own.
GLUED = re.compile(
    r"(?<=[\w.])\s*[–—]\s*(?=\w)"
    r"|(?:(?<=\b\d)|(?<=\b\d\d))(?<!-\d)(?<!-\d\d)-(?=\d{1,2}(?:st|nd|rd|th|\.)? ?[a-z]{3})",
    re.IGNORECASE,
)
A_NUMBER = re.compile(r"(?:the )?(\d{1,2})(?:st|nd|rd|th|\.)?", re.IGNORECASE)
DAY_AND_REST = re.compile(
    r"(?:[a-z]{3,9}\.? )?\d{1,2}(?:st|nd|rd|th|\.)?(?: of)?[ -]?(?P<rest>[a-z].*)", re.I
)
AROUND_WHY = re.compile(r"[\s,.:;–—-]*")
END_OF_DAY = ",:;"


class Span(NamedTuple):
    """Both days included. `rest` are the words after them, "" for none."""

    first: date
    last: date
    rest: str


def read_span(text: str, today: date, calendar: Calendar) -> Span:
    """Two days, or one that is both, at the beginning of a line; seen from `today`.

    A last day that would lie long before the first is that of the year after: "24 Dec to 2 Jan". Which of
    them comes first is for the caller to look at. Raises `WhenError` where the line does not begin with days
    to plan with.
    """
    words = GLUED.sub(" - ", text).split()
    if words[:1] and words[0].lower() == "from":
        words = words[1:]
    joined = _joined_at(words)
    if joined is None:
        many = _longest_day(words)
        day = parse_when(_day(words[:many]), today, calendar) if many else _unknown(text)
        return Span(day, day, _why(words[many:]))
    behind = words[joined + 1 :]
    many = _longest_day(behind)
    if not many:
        _unknown(" ".join(words[: joined + 1 + MOST_WORDS]))
    last_text = _day(behind[:many])
    first = parse_when(_with_month(_day(words[:joined]), last_text), today, calendar)
    last = parse_when(last_text, today, calendar)
    if last < first and kind_of(last_text) is named_day:
        with suppress(WhenError):  # just before the first, and not meant for a year later
            last = parse_when(last_text, first, calendar)
    return Span(first, last, _why(behind[many:]))


def _joined_at(words: Sequence[str]) -> int | None:
    """Where the word stands that leads from the first day to the last."""
    for at, word in enumerate(words[: MOST_WORDS + 1]):
        before = _day(words[:at])
        if at and word.lower() in JOINS and (kind_of(before) or A_NUMBER.fullmatch(before)):
            return at
    return None


def _longest_day(words: Sequence[str]) -> int:
    """How many of the first words are a day; 0 for none."""
    many = range(min(MOST_WORDS, len(words)), 0, -1)
    return next((count for count in many if kind_of(_day(words[:count]))), 0)


def _day(words: Sequence[str]) -> str:
    return " ".join(words).rstrip(END_OF_DAY)


def _with_month(first: str, last: str) -> str:
    """The "22" of "22 to 30 Jun" is one of June."""
    found = DAY_AND_REST.fullmatch(last)
    number = A_NUMBER.fullmatch(first)
    return f"{number[1]} {found['rest']}" if number and found else first


def _why(words: Sequence[str]) -> str:
    return AROUND_WHY.sub("", " ".join(words), count=1).rstrip()


def _unknown(text: str) -> date:
    raise WhenError(WhenKind.UNKNOWN, text)
