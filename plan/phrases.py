"""The phrases for a day, listed for people in docs/dates.md. What each of them means is in `plan.readings`.

What is not a phrase of the grammar is refused and never guessed at, since a wrong date in a plan two firms
share costs more than a second try.
"""

import re
from datetime import date
from functools import lru_cache

from plan import readings
from plan.readings import NUMBERS, Context, Match, Reading, WhenKind

# Words: "due no later than the end of the day on Tuesday the 15th of December 2026".
LONGEST_PHRASE = 16

# What may stand around a day without changing it: "by EOD on Friday", "Friday EOD", "Friday at the latest".
END_OF_DAY = r"(?:eod|eob|cob|(?:the )?end of (?:the )?(?:day|business)|(?:the )?close of business)"
BEFORE_DAY = re.compile(
    r"^(?:due(?:: ?| ))?(?:(?:at|by) (?:the )?latest )?(?:(?:by|on|due|until|till|not? later than) )?"
    rf"(?:{END_OF_DAY} (?:on )?)?(?=\S)"
)
AFTER_DAY = re.compile(rf"(?<=\S)(?<!\bthe)(?: (?:(?:by|at) )?{END_OF_DAY})?(?: (?:at the )?latest)?$")

# A comma parts nothing but after these: "Decide what is next, Fri", "Log on, Fri".
COMMA = re.compile(r"(?P<kept>\b(?:next|nxt|this|coming|last|the|an?|in|by|due|on|until|till)\s*,)|,")

WEEKDAY = r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r?s(?:day)?)?|fri(?:day)?"
WEEKDAY += r"|sat(?:urday)?|sun(?:day)?)\.?"
A_WEEKDAY = rf"(?:(?P<which>(?:this |the )?coming|this|next) )?{WEEKDAY}"
SHORT_YEAR = r"(?P<year>[12]\d{3}|'?\d\d)"
YEAR = r"(?P<year>[12]\d{3})"
MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
MONTH += r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)"


def kind_of(text: str) -> Reading | None:
    """What reads it, the same for "Mon" and "Friday"; None where the grammar does not know it.

    The day it means may still be over, or ask which of two is meant.
    """
    found = _find(text)
    return found[1] if found else None


def read_phrase(phrase: str, context: Context) -> date:
    """The day a phrase means, be it over or far away. Raises `WhenError` for what names no one day."""
    found = _find(phrase)
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
    text = COMMA.sub(lambda found: found["kept"] or " ", text.lower().replace("’", "'"))
    phrase = " ".join(text.split()).rstrip(".!")
    return re.sub(r"\bnxt\b", "next", AFTER_DAY.sub("", BEFORE_DAY.sub("", phrase)))


@lru_cache(maxsize=1)
def _grammar() -> tuple[tuple[re.Pattern[str], Reading], ...]:
    """Every phrase there is, and what it means. Built when the first date is typed."""
    phrases = (*_days_from_here(), *_ends_of_spans(), *_days_written_out())
    return tuple((re.compile(pattern, re.ASCII), read) for pattern, read in phrases)


def _days_from_here() -> tuple[tuple[str, Reading], ...]:
    count = rf"(?P<count>\d{{1,3}}|an?|{'|'.join(NUMBERS)})"
    unit = r"(?:(?P<working_days>(?:working |business |work)days?)|(?P<days>days?)|(?P<weeks>weeks?|wks?)"
    unit += r"|(?P<fortnights>fortnights?)|(?P<months>months?)|(?P<quarters>quarters?)|(?P<years>years?))"
    short = r"(?:(?P<working_days>[wb]d)|(?P<days>d)|(?P<weeks>w)|(?P<months>m))"
    one_span, start = r"a (?:(?P<week>week)|(?P<fortnight>fortnight))", r"(?P<start>today|tomorrow)"
    in_weeks = rf"in (?:{count} (?:weeks?|wks?)|a (?P<fortnight>fortnight))"
    return (
        (rf"today|{END_OF_DAY}", readings.relative_day),
        (r"tomorrow|tmrw|tmr|(?:the )?day after tomorrow|yesterday", readings.relative_day),
        (A_WEEKDAY, readings.coming_weekday),
        (rf"(?P<which>last) {WEEKDAY}", readings.coming_weekday),
        (rf"{WEEKDAY} (?P<week>week)", readings.coming_weekday),
        (rf"{one_span} (?:on|from) {WEEKDAY}", readings.coming_weekday),
        (rf"{count} weeks? from {WEEKDAY}", readings.coming_weekday),
        (rf"{WEEKDAY} (?:of )?(?P<which>this|next) week", readings.coming_weekday),
        (rf"(?P<which>this|next) week (?:on )?{WEEKDAY}", readings.coming_weekday),
        (rf"{WEEKDAY} {in_weeks}", readings.weekday_in_weeks),
        (rf"{in_weeks} (?:on )?{WEEKDAY}", readings.weekday_in_weeks),
        (rf"{one_span} (?:from )?{start}", readings.weeks_from_a_day),
        (rf"{count} weeks? from {start}", readings.weeks_from_a_day),
        (rf"in {count} {unit}", readings.in_a_while),
        (rf"{count} {unit} from (?:now|today)", readings.in_a_while),
        (rf"(?:in |\+ ?)(?P<count>\d{{1,3}}) ?{short}", readings.in_a_while),
        (rf"\+ ?(?P<count>\d{{1,3}}) {unit}", readings.in_a_while),
        (rf"{count} {unit} ago|last (?:week|month|quarter|year)", readings.gone),
    )


def _ends_of_spans() -> tuple[tuple[str, Reading], ...]:
    end = r"(?:the )?(?:end|last (?:working |business )?day) of "
    span_year = r"(?:[ /-]?(?P<year>[12]\d{3}|'\d\d|(?<=[ /-])\d\d))?"  # "Q1 2027", "Q1'27", "H1/27"
    quarter, half = r"q(?P<quarter>[1-4])", r"h(?P<half>[12])"
    return (
        (r"eo(?P<unit>[wmqy])", readings.end_of_span),
        (rf"{end}(?:the |this |(?P<next>next ))?(?P<unit>week|month|quarter|year)", readings.end_of_span),
        (r"(?P<unit>month|quarter|year)[ -]end", readings.end_of_span),
        (rf"(?:{end}|eom ){MONTH}(?: {SHORT_YEAR})?", readings.end_of_month),
        (rf"(?:{end})?{quarter}{span_year}", readings.end_of_quarter),
        (rf"(?:{end})?{YEAR}[ /-]?{quarter}", readings.end_of_quarter),
        (rf"(?:{end})?{half}{span_year}", readings.end_of_half),
        (rf"(?:{end})?{YEAR}[ /-]?{half}", readings.end_of_half),
    )


def _days_written_out() -> tuple[tuple[str, Reading], ...]:
    """A day that says which it is may have its weekday before it, and mostly behind it: "12 Jun, Fri"."""
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
    days: tuple[tuple[str, Reading], ...] = (
        (rf"(?:the )?{day}(?: of)?[ -]?{MONTH}(?:[ -]{SHORT_YEAR})?", readings.named_day),
        (rf"{MONTH} (?:the )?{day}(?: {SHORT_YEAR})?", readings.named_day),
        (r"(?P<year>\d{4})(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})", readings.iso_day),
        (rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{YEAR}", readings.iso_day),
        (rf"(?P<a>\d{{1,2}})-(?P<b>\d{{1,2}})-{YEAR}", readings.slashed_day),
    )
    slashed = rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/{SHORT_YEAR})?"
    return (
        *((rf"(?:{A_WEEKDAY} )?{pattern}", read) for pattern, read in days),
        *((rf"{pattern} {WEEKDAY}", read) for pattern, read in days),
        (rf"(?:{A_WEEKDAY} )?{slashed}", readings.slashed_day),  # none behind: "Support 24/7 Fri"
        (rf"(?:the|{A_WEEKDAY}(?: the)?) {NTH}", readings.day_of_month),
        (rf"the {NTH} of (?P<which>this|next) month", readings.day_of_that_month),
    )
