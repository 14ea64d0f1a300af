"""What a phrase means: which day it is, seen from a day and with a calendar. `plan.phrases` finds the phrase.

A week starts on Monday. A bare weekday is the next one to come; "next Fri" is the Friday of next week. The
end of a week, month, quarter or year is its last working day. A day without a year is the next such day.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from plan.calendars import Calendar

LONG_AHEAD = timedelta(days=300)  # a day without a year that lies further ahead was meant to be the last one

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class WhenKind(StrEnum):
    UNKNOWN = "unknown"
    IMPOSSIBLE = "impossible"  # on no calendar: "31 Feb"
    AMBIGUOUS = "ambiguous"
    PAST = "past"
    FAR = "far"


class WhenError(ValueError):
    """A text that is no date to plan with.

    `kind` says why. `options` are the days it can be read as: two for an ambiguous one; for a past one the
    same day next year, where no year was typed.
    """

    def __init__(self, kind: WhenKind, text: str, options: tuple[date, ...] = ()) -> None:
        super().__init__(f"{kind}: {text!r}")
        self.kind = kind
        self.text = text
        self.options = options


class Context(NamedTuple):
    """A text as typed, and where its reader stands."""

    text: str
    today: date
    calendar: Calendar

    def refusal(self, kind: WhenKind, *options: date) -> WhenError:
        return WhenError(kind, self.text, options)


Match = re.Match[str]
Reading = Callable[[Match, Context], date]


# --- readings: each takes what its pattern found ---


def relative_day(found: Match, context: Context) -> date:
    offset = {"yesterday": -1, "tomorrow": 1, "tmrw": 1, "tmr": 1, "day after tomorrow": 2}
    return context.today + timedelta(days=offset.get(found[0].removeprefix("the "), 0))


def coming_weekday(found: Match, context: Context) -> date:
    """ "fri", "this fri", "next fri", "last fri", "fri week", "a fortnight on fri", "two weeks from fri"."""
    groups = found.groupdict()
    day = _weekday(groups.get("which"), found["weekday"], context)
    return day + timedelta(weeks=_weeks(groups))


def _weekday(which: str | None, name: str, context: Context) -> date:
    """That weekday of this, next or last week; else the one to come, never today."""
    day, today = _name_index(name, WEEKDAYS), context.today
    weeks = {"last": -1, "this": 0, "next": 1}
    if which in weeks:
        return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks[which], days=day)
    return today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)


def _weeks(groups: dict[str, str | None]) -> int:
    if count := groups.get("count"):
        return _number(count)
    return 2 if groups.get("fortnight") else 1 if groups.get("week") else 0


def weeks_from_a_day(found: Match, context: Context) -> date:
    """ "a week today", "a fortnight tomorrow", "two weeks from tomorrow"."""
    start = context.today + timedelta(days=found["start"] == "tomorrow")
    return start + timedelta(weeks=_weeks(found.groupdict()))


def weekday_in_weeks(found: Match, context: Context) -> date:
    """ "Thursday in two weeks": of the week two weeks on; asks where two weeks after Thursday is another."""
    ahead = timedelta(weeks=_weeks(found.groupdict()))
    of_that_week = _weekday("this", found["weekday"], context) + ahead
    after_that_day = _weekday(None, found["weekday"], context) + ahead
    if of_that_week != after_that_day:
        raise context.refusal(WhenKind.AMBIGUOUS, of_that_week, after_that_day)
    return of_that_week


def in_a_while(found: Match, context: Context) -> date:
    """ "in 3 days", "in a month", "+3wd"; the last group that matched is the unit."""
    count, today = _number(found["count"]), context.today
    match found.lastgroup:
        case "working_days":
            return context.calendar.add(today, count)
        case "days":
            return today + timedelta(days=count)
        case "weeks":
            return today + timedelta(weeks=count)
        case "fortnights":
            return today + timedelta(weeks=2 * count)
        case "months":
            return _months_on(today, count)
        case "quarters":
            return _months_on(today, 3 * count)
    return _months_on(today, 12 * count)


def gone(found: Match, context: Context) -> date:
    """ "2 weeks ago", "last month": which day of it does not matter."""
    raise context.refusal(WhenKind.PAST)


def end_of_span(found: Match, context: Context) -> date:
    """The end of this or next week, month, quarter or year."""
    unit, steps = found["unit"][0], 1 if found.groupdict().get("next") else 0
    today = context.today
    if unit == "w":
        last = today + timedelta(days=6 - today.weekday(), weeks=steps)
    elif unit == "m":
        last = _month_end(_months_on(today.replace(day=1), steps))
    elif unit == "q":
        last = _quarter_end(today.year, (today.month - 1) // 3 + steps)
    else:
        last = date(today.year + steps, 12, 31)
    return _last_working_day(last, context)


def end_of_month(found: Match, context: Context) -> date:
    month = _name_index(found["month"], MONTHS) + 1
    return _coming_end(lambda year: _month_end(date(year, month, 1)), found["year"], context)


def end_of_quarter(found: Match, context: Context) -> date:
    quarter = int(found["quarter"]) - 1
    return _coming_end(lambda year: _quarter_end(year, quarter), found["year"], context)


def end_of_half(found: Match, context: Context) -> date:
    quarter = 2 * int(found["half"]) - 1
    return _coming_end(lambda year: _quarter_end(year, quarter), found["year"], context)


def _coming_end(end_in: Callable[[int], date], year: str | None, context: Context) -> date:
    if year:
        return _last_working_day(end_in(_year(year)), context)
    last = end_in(context.today.year)
    return _last_working_day(last if last >= context.today else end_in(context.today.year + 1), context)


def named_day(found: Match, context: Context) -> date:
    """ "15 Dec", "Dec 15th", "Fri 12 Jun", "15 December 2026"."""
    month = _name_index(found["month"], MONTHS) + 1
    day = _coming(int(found["day"]), month, found["year"], context)
    if day is None:
        raise context.refusal(WhenKind.IMPOSSIBLE)
    return _on_its_weekday(_not_just_gone(day, found["year"], context), found, context)


def day_of_month(found: Match, context: Context) -> date:
    """ "the 15th": of this month, or of the first one that has such a day left. "Fri 12th"."""
    for months in (0, 1, 2):
        month = _months_on(context.today.replace(day=1), months)
        day = _valid_or_none(month.year, month.month, int(found["day"]))
        if day and day >= context.today:
            return _on_its_weekday(day, found, context)
    raise context.refusal(WhenKind.IMPOSSIBLE)


def day_of_that_month(found: Match, context: Context) -> date:
    """ "the 15th of next month"."""
    month = _months_on(context.today.replace(day=1), 1 if found["which"] == "next" else 0)
    day = _valid_or_none(month.year, month.month, int(found["day"]))
    if day is None:
        raise context.refusal(WhenKind.IMPOSSIBLE)
    return day


def iso_day(found: Match, context: Context) -> date:
    day = _valid_or_none(int(found["year"]), int(found["month"]), int(found["day"]))
    if day is None:
        raise context.refusal(WhenKind.IMPOSSIBLE)
    return _on_its_weekday(day, found, context)


def slashed_day(found: Match, context: Context) -> date:
    """ "3/4": the third of April or the fourth of March, and only who typed it knows. "25/12" is plain.

    "Sat 3/4" is plain as well where one of the two is a Saturday.
    """
    one, other, year = int(found["a"]), int(found["b"]), found["year"]
    readings = [_coming(day, month, year, context) for day, month in ((one, other), (other, one))]
    options = tuple(dict.fromkeys(day for day in readings if day))
    if not options:
        raise context.refusal(WhenKind.IMPOSSIBLE)
    if len(options) > 1 and found["weekday"]:
        weekday = _name_index(found["weekday"], WEEKDAYS)
        options = tuple(day for day in options if day.weekday() == weekday) or options
    if len(options) > 1 and max(options) >= context.today:
        raise context.refusal(WhenKind.AMBIGUOUS, *options)
    return _on_its_weekday(_not_just_gone(options[0], year, context), found, context)


# --- days and numbers ---


def _on_its_weekday(day: date, found: Match, context: Context) -> date:
    """The day itself; asks where it is not on the weekday named with it, or is not "next Fri" but another."""
    groups = found.groupdict()
    if not (weekday := groups.get("weekday")):
        return day
    if which := groups.get("which"):
        meant = _weekday(which, weekday, context)
    else:
        meant = day + timedelta(days=(_name_index(weekday, WEEKDAYS) - day.weekday() + 3) % 7 - 3)
    if meant == day:
        return day
    options = sorted(option for option in (day, meant) if option >= context.today)
    raise context.refusal(WhenKind.AMBIGUOUS if options else WhenKind.PAST, *options)


def _coming(day: int, month: int, year: str | None, context: Context) -> date | None:
    """That day of that year; without a year the next one to come. None when there is no such day."""
    if year:
        return _valid_or_none(_year(year), month, day)
    years = (context.today.year, context.today.year + 1)
    days = [found for year_ in years if (found := _valid_or_none(year_, month, day))]
    return next((found for found in days if found >= context.today), None)


def _not_just_gone(day: date, year: str | None, context: Context) -> date:
    """Refuse "15 Nov" a week after it: nobody says which year, and most mean the one that is over."""
    if not year and day - context.today > LONG_AHEAD:
        raise context.refusal(WhenKind.PAST, day)
    return day


def _last_working_day(last: date, context: Context) -> date:
    """The working day a span ends on; the span's very last day when no other is left."""
    working = context.calendar.on_or_before(last)
    return working if working >= context.today else last


def _name_index(text: str, names: tuple[str, ...]) -> int:
    return names.index(text[:3])


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return NUMBERS.index(text) + 1 if text in NUMBERS else 1  # "a", "an"


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text[-2:])


def _valid_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # no such day
        return None


def _months_on(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        raise OverflowError("no such year")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _quarter_end(year: int, quarter: int) -> date:
    """`quarter` from 0; beyond 3 it is one of a later year."""
    return _month_end(_months_on(date(year, 3, 1), 3 * quarter))
