"""Dates as people type them: a strict grammar, in English, that knows exactly what it reads.

What is not in the grammar is refused and never guessed at, since a wrong date in a plan two firms share costs
more than a second try. A week starts on Monday. A bare weekday is the next one to come; "next Fri" is the
Friday of next week. The end of a week, month, quarter or year is its last working day. A day without a year
is the next such day.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from plan.calendars import Calendar

HORIZON = timedelta(days=5 * 366)  # a date further away is a slip of the fingers
LONG_AHEAD = timedelta(days=300)  # a day without a year that lies further ahead was meant to be the last one
YEAR_IS_NEEDED = timedelta(days=270)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

LONGEST_PHRASE = 7  # words: "by Fri the 15th of December 2026"
MENTION = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)>|(?P<name>@(?!channel$|here$|everyone$)\w[\w.-]*)")
QUOTED = re.compile(r"""(?:"([^"]+)"|[“„]([^“”„]+)[“”])(?P<rest>.*)""", re.DOTALL)
SEPARATORS = ("-", "–", "—", ":", "·", ",", "|", "/", "→", "->")
# A day after one of these belongs to the title: "Plan for Q1", "Sync every Monday".
LINK = re.compile(
    "a|about|after|an|and|at|before|between|each|every|for|from|in|into|of|or|our|per|since|than|the|to|vs|with|&",
    re.IGNORECASE,
)


class WhenKind(StrEnum):
    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    PAST = "past"


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


class _Context(NamedTuple):
    text: str
    today: date
    calendar: Calendar

    def unknown(self) -> WhenError:
        return WhenError(WhenKind.UNKNOWN, self.text)


_Match = re.Match[str]
_Reading = Callable[[_Match, _Context], date]


def parse_when(text: str, today: date, calendar: Calendar) -> date:
    """The day somebody means, seen from `today`; `calendar` counts working days and ends of weeks and months.

    Takes "today", "fri", "next Fri", "Monday week", "in 2 weeks", "+3wd", "+5d", "15 Dec", "Dec 15 2026",
    "2026-12-15", "EOW", "end of June", "EOQ", "Q1" and the like, in any case, with or without "by" or "on".
    Raises `WhenError` for anything else, for what can be read in two ways, and for a day before `today`.
    """
    context = _Context(text, today, calendar)
    phrase = _phrase(text)
    for pattern, read in _grammar():
        if found := pattern.fullmatch(phrase):
            return _checked(_read(read, found, context), context)
    raise context.unknown()


class AddLine(NamedTuple):
    """What somebody typed after "add": `mention` is a user id, or "@name" where Slack made none of it."""

    title: str
    mention: str | None
    when_text: str | None


def split_add(text: str) -> AddLine:
    """Take a mention and a date off the end of the line, in either order; what is left is the title.

    Only the end is read, and a title in double quotes is taken whole. The title is "" when nothing is left.
    Whether `when_text` is a day to plan with, `parse_when` says: it is only known to look like one.
    """
    text = re.sub(r"<@([UW][A-Z0-9]+)\|[^>]*>", r"<@\1>", text.strip())
    if quoted := QUOTED.fullmatch(text):
        rest = _split_from_the_right(quoted["rest"])
        if not rest.title:
            return rest._replace(title=" ".join((quoted[1] or quoted[2]).split()))
    return _split_from_the_right(text)


def describe_day(day: date, today: date) -> str:
    """ "Fri 12 Jun", with its year when that is another one and the day more than nine months away."""
    words = f"{WEEKDAYS[day.weekday()].title()} {day.day} {MONTHS[day.month - 1].title()}"
    needs_year = day.year != today.year and abs(day - today) > YEAR_IS_NEEDED
    return f"{words} {day.year}" if needs_year else words


def _split_from_the_right(text: str) -> AddLine:
    words = text.split()
    mention = when_text = None
    while words:
        if mention is None and (found := MENTION.fullmatch(words[-1])):
            mention = found["id"] or found["name"]
            words.pop()
            while words and LINK.fullmatch(words[-1]):  # "Security review for @Ravi"
                words.pop()
        elif when_text is None and (length := _date_at_the_end(words)):
            when_text = " ".join(words[-length:])
            del words[-length:]
        else:
            break
        while words and words[-1] in SEPARATORS:  # "Security review – Fri"
            words.pop()
    return AddLine(" ".join(words), mention, when_text)


def _date_at_the_end(words: list[str]) -> int:
    """How many of the last words look like a date, the longest phrase there is; 0 when none does."""
    for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        phrase = _phrase(" ".join(words[-length:]))
        if any(pattern.fullmatch(phrase) for pattern, _ in _grammar()):
            before = words[-length - 1] if length < len(words) else ""
            return 0 if LINK.fullmatch(before) else length
    return 0


def _phrase(text: str) -> str:
    """The words that count: in small letters, without "by", "on" or "EOD" before the day."""
    phrase = " ".join(text.lower().replace(",", " ").split())
    return re.sub(r"^(?:(?:by|on|due|until) )?(?:(?:eod|cob) (?:on )?)?(?=\S)", "", phrase)


def _read(read: _Reading, found: _Match, context: _Context) -> date:
    try:
        return read(found, context)
    except OverflowError as error:  # past the last day that a date can be
        raise context.unknown() from error


def _checked(day: date, context: _Context) -> date:
    if day < context.today:
        raise WhenError(WhenKind.PAST, context.text)
    if day - context.today > HORIZON:
        raise context.unknown()
    return day


# --- readings: each takes what its pattern found ---


def _relative_day(found: _Match, context: _Context) -> date:
    offset = {"yesterday": -1, "tomorrow": 1, "tmrw": 1, "tmr": 1, "day after tomorrow": 2}
    return context.today + timedelta(days=offset.get(found[0].removeprefix("the "), 0))


def _coming_weekday(found: _Match, context: _Context) -> date:
    """ "fri", "this fri", "next fri", "last fri", "fri week", "a week on fri"."""
    day = _name_index(found["weekday"], WEEKDAYS)
    monday = context.today - timedelta(days=context.today.weekday())
    groups = found.groupdict()
    if which := groups.get("which"):
        return monday + timedelta(weeks={"last": -1, "this": 0, "next": 1}[which], days=day)
    ahead = (day - context.today.weekday() - 1) % 7 + 1
    return context.today + timedelta(days=ahead, weeks=1 if groups.get("week") else 0)


def _in_a_while(found: _Match, context: _Context) -> date:
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


def _end_of_span(found: _Match, context: _Context) -> date:
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


def _end_of_month(found: _Match, context: _Context) -> date:
    month = _name_index(found["month"], MONTHS) + 1
    year = int(found["year"] or context.today.year)
    last = _month_end(date(year, month, 1))
    if last < context.today and not found["year"]:
        last = _month_end(date(year + 1, month, 1))
    return _last_working_day(last, context)


def _quarter(found: _Match, context: _Context) -> date:
    quarter = int(found["quarter"]) - 1
    year = int(found["year"] or context.today.year)
    last = _quarter_end(year, quarter)
    if last < context.today and not found["year"]:
        last = _quarter_end(year + 1, quarter)
    return _last_working_day(last, context)


def _named_day(found: _Match, context: _Context) -> date:
    """ "15 Dec", "Dec 15th", "Fri 12 Jun", "15 December 2026"."""
    month = _name_index(found["month"], MONTHS) + 1
    day = _day_of(int(found["day"]), month, found["year"], context)
    weekday = found.groupdict().get("weekday")
    if weekday and day.weekday() != (meant := _name_index(weekday, WEEKDAYS)):
        nearest = day + timedelta(days=(meant - day.weekday() + 3) % 7 - 3)
        options = tuple(sorted(option for option in (day, nearest) if option >= context.today))
        raise WhenError(WhenKind.AMBIGUOUS if options else WhenKind.PAST, context.text, options)
    return day


def _day_of_month(found: _Match, context: _Context) -> date:
    """ "the 15th": of this month, or of the next one where it is over."""
    for months in (0, 1):
        month = _months_on(context.today.replace(day=1), months)
        day = _valid_or_none(month.year, month.month, int(found["day"]))
        if day and day >= context.today:
            return day
    raise context.unknown()


def _iso_day(found: _Match, context: _Context) -> date:
    day = _valid_or_none(int(found["year"]), int(found["month"]), int(found["day"]))
    if day is None:
        raise context.unknown()
    return day


def _slashed_day(found: _Match, context: _Context) -> date:
    """ "3/4": the third of April or the fourth of March, and only who typed it knows. "25/12" is plain."""
    one, other, year = int(found["a"]), int(found["b"]), found["year"]
    readings = [_coming(day, month, year, context) for day, month in ((one, other), (other, one))]
    options = tuple(dict.fromkeys(day for day in readings if day))
    if not options:
        raise context.unknown()
    if len(options) > 1 and max(options) >= context.today:
        raise WhenError(WhenKind.AMBIGUOUS, context.text, options)
    return _not_just_gone(options[0], year, context)


# --- days and numbers ---


def _day_of(day: int, month: int, year: str | None, context: _Context) -> date:
    found = _coming(day, month, year, context)
    if found is None:
        raise context.unknown()
    return _not_just_gone(found, year, context)


def _coming(day: int, month: int, year: str | None, context: _Context) -> date | None:
    """That day of that year; without a year the next one to come. None when there is no such day."""
    if year:
        return _valid_or_none(int(year) + (2000 if len(year) == 2 else 0), month, day)
    years = (context.today.year, context.today.year + 1)
    days = [found for year_ in years if (found := _valid_or_none(year_, month, day))]
    return next((found for found in days if found >= context.today), None)


def _not_just_gone(day: date, year: str | None, context: _Context) -> date:
    """Refuse "15 Nov" a week after it: nobody says which year, and most mean the one that is over."""
    if not year and day - context.today > LONG_AHEAD:
        raise WhenError(WhenKind.PAST, context.text, (day,))
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


def _last_working_day(last: date, context: _Context) -> date:
    """The working day a span ends on; the span's very last day when no other is left."""
    working = context.calendar.on_or_before(last)
    return working if working >= context.today else last


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return NUMBERS.index(text) + 1 if text in NUMBERS else 1  # "a", "an", or nothing at all


def _name_index(text: str, names: tuple[str, ...]) -> int:
    return names.index(text[:3])


@lru_cache(maxsize=1)
def _grammar() -> tuple[tuple[re.Pattern[str], _Reading], ...]:
    """Every phrase there is, and what it means. Built when the first date is typed."""
    weekday = r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r?s(?:day)?)?|fri(?:day)?"
    weekday += r"|sat(?:urday)?|sun(?:day)?)"
    month = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    month += r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>20\d\d)"
    count = rf"(?P<count>\d{{1,3}}|an?|{'|'.join(NUMBERS)})"
    unit = r"(?:(?P<working_days>(?:working |business |work)days?)|(?P<days>days?)|(?P<weeks>weeks?)"
    unit += r"|(?P<fortnights>fortnights?)|(?P<months>months?)|(?P<quarters>quarters?)|(?P<years>years?))"
    short = r"(?:(?P<working_days>[wb]d)|(?P<days>d)|(?P<weeks>w)|(?P<months>m))"
    end = r"(?:the )?end of "
    phrases: tuple[tuple[str, _Reading], ...] = (
        (r"today|eod|cob|(?:the )?end of (?:the )?day|close of business", _relative_day),
        (r"tomorrow|tmrw|tmr|(?:the )?day after tomorrow|yesterday", _relative_day),
        (rf"(?:(?P<which>this|next|last) )?{weekday}", _coming_weekday),
        (rf"{weekday} (?P<week>week)", _coming_weekday),
        (rf"a (?P<week>week) on {weekday}", _coming_weekday),
        (rf"{weekday} (?P<which>this|next) week", _coming_weekday),
        (rf"in {count} {unit}", _in_a_while),
        (rf"{count} {unit} from (?:now|today)", _in_a_while),
        (rf"\+ ?{count} ?{short}", _in_a_while),
        (rf"\+ ?{count} {unit}", _in_a_while),
        (r"eo(?P<unit>[wmqy])", _end_of_span),
        (rf"{end}(?:the |this |(?P<next>next ))?(?P<unit>week|month|quarter|year)", _end_of_span),
        (r"(?P<unit>month|quarter|year)[ -]end", _end_of_span),
        (rf"(?:{end}|eom ){month}(?: {year})?", _end_of_month),
        (rf"(?:{end})?q(?P<quarter>[1-4])(?:[ /-]?{year})?", _quarter),
        (rf"(?:{weekday} )?(?:the )?{day}(?: of)?[ -]?{month}(?:[ -]{year})?", _named_day),
        (rf"(?:{weekday} )?{month} (?:the )?{day}(?: {year})?", _named_day),
        (r"the (?P<day>\d{1,2})(?:st|nd|rd|th)", _day_of_month),
        (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _iso_day),
        (r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)", _iso_day),
        (r"(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?", _slashed_day),
    )
    return tuple((re.compile(pattern, re.ASCII), read) for pattern, read in phrases)
