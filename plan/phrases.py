"""The phrases for a day, and what each of them means. docs/dates.md lists them for people, and is tested.

What is not a phrase of the grammar is refused and never guessed at, since a wrong date in a plan two firms
share costs more than a second try. A week starts on Monday. A bare weekday is the next one to come; "next
Fri" is the Friday of next week. The end of a week, month, quarter or year is its last working day. A day
without a year is the next such day.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from plan.calendars import Calendar

LONG_AHEAD = timedelta(days=300)  # a day without a year that lies further ahead was meant to be the last one
LONGEST_PHRASE = 9  # words: "by EOD on Tuesday the 15th of December 2026"

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

# What may stand around a day without changing it: "by EOD on Friday", "Friday EOD", "by Friday."
BEFORE_DAY = re.compile(
    r"^(?:due )?(?:(?:by|on|due|until|no later than) )?(?:(?:eod|eob|cob) (?:on )?)?(?=\S)"
)
AFTER_DAY = re.compile(r"(?<=\S) (?:eod|eob|cob)$")


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


def is_phrase(text: str) -> bool:
    """Whether the grammar knows it; the day it means may still be over, or ask which of two is meant."""
    return _find(text) is not None


def read_phrase(context: Context) -> date:
    """The day a text means, be it over or far away. Raises `WhenError` for what names no one day."""
    found = _find(context.text)
    if found is None:
        raise context.refusal(WhenKind.UNKNOWN)
    match, read = found
    try:
        return read(match, context)
    except OverflowError:  # beyond the last day that a date can be
        raise context.refusal(WhenKind.FAR) from None


def _find(text: str) -> tuple[Match, Reading] | None:
    phrase = _essence(text)
    for pattern, read in _grammar():
        if found := pattern.fullmatch(phrase):
            return found, read
    return None


def _essence(text: str) -> str:
    """The words that count, in small letters."""
    phrase = " ".join(text.lower().replace(",", " ").replace("’", "'").split()).rstrip(".!")
    return AFTER_DAY.sub("", BEFORE_DAY.sub("", phrase))


# --- readings: each takes what its pattern found ---


def _relative_day(found: Match, context: Context) -> date:
    offset = {"yesterday": -1, "tomorrow": 1, "tmrw": 1, "tmr": 1, "day after tomorrow": 2}
    return context.today + timedelta(days=offset.get(found[0].removeprefix("the "), 0))


def _coming_weekday(found: Match, context: Context) -> date:
    """ "fri", "this fri", "next fri", "last fri", "fri week", "two weeks from fri"."""
    day = _name_index(found["weekday"], WEEKDAYS)
    monday = context.today - timedelta(days=context.today.weekday())
    groups = found.groupdict()
    if which := groups.get("which"):
        return monday + timedelta(weeks={"last": -1, "this": 0, "next": 1}[which], days=day)
    ahead = (day - context.today.weekday() - 1) % 7 + 1
    weeks = _number(groups["count"]) if groups.get("count") else 1 if groups.get("week") else 0
    return context.today + timedelta(days=ahead, weeks=weeks)


def _in_a_while(found: Match, context: Context) -> date:
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


def _gone(found: Match, context: Context) -> date:
    """ "2 weeks ago", "last month": which day of it does not matter."""
    raise context.refusal(WhenKind.PAST)


def _end_of_span(found: Match, context: Context) -> date:
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


def _end_of_month(found: Match, context: Context) -> date:
    month = _name_index(found["month"], MONTHS) + 1
    return _coming_end(lambda year: _month_end(date(year, month, 1)), found["year"], context)


def _end_of_quarter(found: Match, context: Context) -> date:
    quarter = int(found["quarter"]) - 1
    return _coming_end(lambda year: _quarter_end(year, quarter), found["year"], context)


def _end_of_half(found: Match, context: Context) -> date:
    quarter = 2 * int(found["half"]) - 1
    return _coming_end(lambda year: _quarter_end(year, quarter), found["year"], context)


def _coming_end(end_in: Callable[[int], date], year: str | None, context: Context) -> date:
    if year:
        return _last_working_day(end_in(_year(year)), context)
    last = end_in(context.today.year)
    return _last_working_day(last if last >= context.today else end_in(context.today.year + 1), context)


def _named_day(found: Match, context: Context) -> date:
    """ "15 Dec", "Dec 15th", "Fri 12 Jun", "15 December 2026"."""
    month = _name_index(found["month"], MONTHS) + 1
    day = _coming(int(found["day"]), month, found["year"], context)
    if day is None:
        raise context.refusal(WhenKind.IMPOSSIBLE)
    return _on_its_weekday(_not_just_gone(day, found["year"], context), found, context)


def _day_of_month(found: Match, context: Context) -> date:
    """ "the 15th": of this month, or of the first one that has such a day left. "Fri 12th"."""
    for months in (0, 1, 2):
        month = _months_on(context.today.replace(day=1), months)
        day = _valid_or_none(month.year, month.month, int(found["day"]))
        if day and day >= context.today:
            return _on_its_weekday(day, found, context)
    raise context.refusal(WhenKind.IMPOSSIBLE)


def _day_of_that_month(found: Match, context: Context) -> date:
    """ "the 15th of next month"."""
    month = _months_on(context.today.replace(day=1), 1 if found["which"] == "next" else 0)
    day = _valid_or_none(month.year, month.month, int(found["day"]))
    if day is None:
        raise context.refusal(WhenKind.IMPOSSIBLE)
    return day


def _iso_day(found: Match, context: Context) -> date:
    day = _valid_or_none(int(found["year"]), int(found["month"]), int(found["day"]))
    if day is None:
        raise context.refusal(WhenKind.IMPOSSIBLE)
    return day


def _slashed_day(found: Match, context: Context) -> date:
    """ "3/4": the third of April or the fourth of March, and only who typed it knows. "25/12" is plain."""
    one, other, year = int(found["a"]), int(found["b"]), found["year"]
    readings = [_coming(day, month, year, context) for day, month in ((one, other), (other, one))]
    options = tuple(dict.fromkeys(day for day in readings if day))
    if not options:
        raise context.refusal(WhenKind.IMPOSSIBLE)
    if len(options) > 1 and max(options) >= context.today:
        raise context.refusal(WhenKind.AMBIGUOUS, *options)
    return _not_just_gone(options[0], year, context)


# --- days and numbers ---


def _on_its_weekday(day: date, found: Match, context: Context) -> date:
    """The day itself; asks where somebody named a weekday that it does not fall on."""
    weekday = found.groupdict().get("weekday")
    if not weekday or day.weekday() == (meant := _name_index(weekday, WEEKDAYS)):
        return day
    nearest = day + timedelta(days=(meant - day.weekday() + 3) % 7 - 3)
    options = sorted(option for option in (day, nearest) if option >= context.today)
    raise context.refusal(WhenKind.AMBIGUOUS if options else WhenKind.PAST, *options)


def _coming(day: int, month: int, year: str | None, context: Context) -> date | None:
    """That day of that year; without a year the next one to come. None when there is no such day."""
    if year:
        return _valid_or_none(_year(year), month, day)
    years = (context.today.year, context.today.year + 1)
    days = [found for year_ in years if (found := _valid_or_none(year_, month, day))]
    return next((found for found in days if found >= context.today), None)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text[-2:])


def _not_just_gone(day: date, year: str | None, context: Context) -> date:
    """Refuse "15 Nov" a week after it: nobody says which year, and most mean the one that is over."""
    if not year and day - context.today > LONG_AHEAD:
        raise context.refusal(WhenKind.PAST, day)
    return day


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


def _last_working_day(last: date, context: Context) -> date:
    """The working day a span ends on; the span's very last day when no other is left."""
    working = context.calendar.on_or_before(last)
    return working if working >= context.today else last


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return NUMBERS.index(text) + 1 if text in NUMBERS else 1  # "a", "an"


def _name_index(text: str, names: tuple[str, ...]) -> int:
    return names.index(text[:3])


@lru_cache(maxsize=1)
def _grammar() -> tuple[tuple[re.Pattern[str], Reading], ...]:
    """Every phrase there is, and what it means. Built when the first date is typed."""
    weekday = r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r?s(?:day)?)?|fri(?:day)?"
    weekday += r"|sat(?:urday)?|sun(?:day)?)\.?"
    month = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    month += r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
    day, nth = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?", r"(?P<day>\d{1,2})(?:st|nd|rd|th)"
    year, short_year = r"(?P<year>[12]\d{3})", r"(?P<year>[12]\d{3}|'?\d\d)"
    span_year = r"(?:[ /-]?(?P<year>[12]\d{3}|'\d\d|(?<=[ /-])\d\d))?"  # "Q1 2027", "Q1'27", "H1/27"
    count = rf"(?P<count>\d{{1,3}}|an?|{'|'.join(NUMBERS)})"
    unit = r"(?:(?P<working_days>(?:working |business |work)days?)|(?P<days>days?)|(?P<weeks>weeks?|wks?)"
    unit += r"|(?P<fortnights>fortnights?)|(?P<months>months?)|(?P<quarters>quarters?)|(?P<years>years?))"
    short = r"(?:(?P<working_days>[wb]d)|(?P<days>d)|(?P<weeks>w)|(?P<months>m))"
    end = r"(?:the )?(?:end|last (?:working |business )?day) of "
    phrases: tuple[tuple[str, Reading], ...] = (
        (r"today|eod|eob|cob|(?:the )?end of (?:the )?day|close of business", _relative_day),
        (r"tomorrow|tmrw|tmr|(?:the )?day after tomorrow|yesterday", _relative_day),
        (rf"(?:(?P<which>this|next|last) )?{weekday}", _coming_weekday),
        (rf"{weekday} (?P<week>week)", _coming_weekday),
        (rf"a (?P<week>week) on {weekday}", _coming_weekday),
        (rf"{count} weeks? from {weekday}", _coming_weekday),
        (rf"{weekday} (?:of )?(?P<which>this|next) week", _coming_weekday),
        (rf"(?P<which>this|next) week (?:on )?{weekday}", _coming_weekday),
        (rf"in {count} {unit}", _in_a_while),
        (rf"{count} {unit} from (?:now|today)", _in_a_while),
        (rf"(?:in |\+ ?)(?P<count>\d{{1,3}}) ?{short}", _in_a_while),
        (rf"\+ ?(?P<count>\d{{1,3}}) {unit}", _in_a_while),
        (rf"{count} {unit} ago|last (?:week|month|quarter|year)", _gone),
        (r"eo(?P<unit>[wmqy])", _end_of_span),
        (rf"{end}(?:the |this |(?P<next>next ))?(?P<unit>week|month|quarter|year)", _end_of_span),
        (r"(?P<unit>month|quarter|year)[ -]end", _end_of_span),
        (rf"(?:{end}|eom ){month}(?: {short_year})?", _end_of_month),
        (rf"(?:{end})?q(?P<quarter>[1-4]){span_year}", _end_of_quarter),
        (rf"(?:{end})?h(?P<half>[12]){span_year}", _end_of_half),
        (rf"(?:{weekday} )?(?:the )?{day}(?: of)?[ -]?{month}(?:[ -]{short_year})?", _named_day),
        (rf"(?:{weekday} )?{month} (?:the )?{day}(?: {short_year})?", _named_day),
        (rf"(?:the|{weekday}(?: the)?) {nth}", _day_of_month),
        (rf"the {nth} of (?P<which>this|next) month", _day_of_that_month),
        (r"(?P<year>\d{4})([-/])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", _iso_day),
        (rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{year}", _iso_day),
        (rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/{short_year})?", _slashed_day),
        (rf"(?P<a>\d{{1,2}})-(?P<b>\d{{1,2}})-{year}", _slashed_day),
    )
    return tuple((re.compile(pattern, re.ASCII), read) for pattern, read in phrases)
