"""Dates as people type them, seen from Monday 23 November 2026, unless a test says otherwise.

docs/dates.md is the list of them for people, and here each of its rows is checked.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import calendar_for
from plan.when import WhenError, WhenKind, describe_day, parse_when
from tests.plan.dates_page import rows_under

TODAY = date(2026, 11, 23)
US = calendar_for("US")
ANSWERS = {
    "Could be": WhenKind.AMBIGUOUS,
    "over": WhenKind.PAST,
    "no such day": WhenKind.IMPOSSIBLE,
    "too far": WhenKind.FAR,
    "no day": WhenKind.UNKNOWN,
}
READ = rows_under("You write", "Tandem reads")
ANSWERED = rows_under("You answer", "Tandem reads")
ASKED = rows_under("You write", "Could be")
REFUSED = rows_under("You write", "Tandem answers")
# What no page can show, or would want to.
UNPRINTABLE = [
    "",
    " ",
    "\n",
    "fri\x00",
    "٣ Dec",
    "in ² days",
    "🎉",
    ".",
    "!",
    "today today",
    "\u202e",
    "fri " * 1000,
    "?",
    "to",
    " please",
    "to to fri",
    "()",
    "“",
    "(fri”",
    "((fri))",
]


def written(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def refusal_of(text: str, today: date = TODAY) -> WhenError:
    with pytest.raises(WhenError) as refused:
        parse_when(text, today, US)
    return refused.value


def test_the_page_lists_enough_to_mean_something() -> None:
    assert len(READ) >= 60
    assert len(ANSWERED) >= 10
    assert len(ASKED) + len(REFUSED) >= 60
    assert {row[1].split(";")[0] for row in REFUSED} == {"over", "no such day", "too far", "no day"}


@pytest.mark.parametrize(("phrase", "meant"), READ + ANSWERED)
def test_a_phrase_people_use_is_the_day_they_mean(phrase: str, meant: str) -> None:
    for typed in (phrase, phrase.upper(), f"  {phrase.replace(' ', '   ')} "):
        assert written(parse_when(typed, TODAY, US)) == meant


@pytest.mark.parametrize(("phrase", "days"), ASKED)
def test_what_can_be_two_days_is_asked_back_with_both(phrase: str, days: str) -> None:
    refused = refusal_of(phrase)
    assert refused.kind is WhenKind.AMBIGUOUS
    assert " or ".join(map(written, refused.options)) == days


@pytest.mark.parametrize(("text", "answer"), REFUSED)
def test_what_is_no_day_to_plan_with_is_refused_and_says_why(text: str, answer: str) -> None:
    refused = refusal_of(text)
    said, _, hint = answer.partition("; ")
    assert refused.kind is ANSWERS[said]
    assert hint == "".join(f"or {written(day)}?" for day in refused.options)


@pytest.mark.parametrize("text", UNPRINTABLE, ids=ascii)
def test_what_nobody_means_to_type_is_no_day(text: str) -> None:
    assert refusal_of(text).kind is WhenKind.UNKNOWN


def test_marks_pasted_along_that_nobody_sees_do_not_count() -> None:
    assert parse_when("\u200bnext\u00a0Fri\u200f", TODAY, US) == date(2026, 12, 4)


def test_on_a_friday_the_word_friday_means_the_next_one() -> None:
    friday = date(2026, 11, 27)
    assert parse_when("fri", friday, US) == date(2026, 12, 4)
    assert parse_when("next fri", friday, US) == date(2026, 12, 4)
    assert parse_when("this fri", friday, US) == friday


def test_the_coming_friday_is_never_today_and_need_not_be_the_one_of_next_week() -> None:
    friday = date(2026, 11, 27)
    for words in ("this coming fri", "the coming fri", "coming fri"):
        assert parse_when(words, friday, US) == date(2026, 12, 4)
    assert parse_when("this coming wed", date(2026, 11, 27), US) == date(2026, 12, 2)


@pytest.mark.parametrize("pair", ['""', "“”", "„“", "„”", "''", "‘’", "‚‘", "«»", "()", "[]"])
def test_a_day_may_stand_in_a_pair_of_quotes_or_brackets(pair: str) -> None:
    assert parse_when(f"{pair[0]}next Fri{pair[1]}", TODAY, US) == date(2026, 12, 4)
    assert refusal_of(f"{pair[0]}next Fri").kind is WhenKind.UNKNOWN
    assert refusal_of(f"next Fri{pair[1]}").kind is WhenKind.UNKNOWN


def test_a_refusal_keeps_the_words_as_typed() -> None:
    for typed in ("to 3/4, please?", "(31 Feb)", "to yesterday", "\u200bsoon", "15 Dec 2126?"):
        assert refusal_of(typed).text == typed


def test_a_weekday_some_weeks_on_is_asked_about_where_two_are_meant() -> None:
    tuesday = date(2026, 6, 2)
    assert parse_when("Wednesday in a week", tuesday, US) == date(2026, 6, 10)
    for typed in ("Tuesday in a week", "in 1 week on Tuesday"):
        assert refusal_of(typed, tuesday).options == (date(2026, 6, 9), date(2026, 6, 16))


def test_a_weekday_that_is_over_says_so() -> None:
    assert refusal_of("Sat 3/4/2026").kind is WhenKind.PAST
    assert refusal_of("Mon 2026-11-20").options == (TODAY,)  # a Friday: today may be meant


def test_this_monday_is_over_by_wednesday() -> None:
    assert refusal_of("this mon", date(2026, 11, 25)).kind is WhenKind.PAST


def test_the_end_of_a_month_is_its_last_working_day_there() -> None:
    october = date(2026, 10, 1)  # the 31st is a Saturday
    assert parse_when("EOM", october, US) == date(2026, 10, 30)
    assert parse_when("EOM", october, calendar_for("SA")) == date(
        2026, 10, 29
    )  # rests on Friday and Saturday


def test_on_a_closed_last_day_the_end_of_the_month_is_today() -> None:
    assert parse_when("EOM", date(2026, 10, 31), US) == date(2026, 10, 31)
    assert parse_when("EOW", date(2026, 11, 29), US) == date(2026, 11, 29)


def test_a_month_from_the_last_of_january_is_the_last_of_february() -> None:
    assert parse_when("in a month", date(2027, 1, 31), US) == date(2027, 2, 28)


def test_the_31st_is_in_the_next_month_that_has_one_left() -> None:
    assert parse_when("the 31st", date(2026, 12, 5), US) == date(2026, 12, 31)
    assert parse_when("the 31st", date(2026, 11, 5), US) == date(2026, 12, 31)
    assert parse_when("the 30th", date(2027, 1, 31), US) == date(2027, 3, 30)  # February has none


def test_a_leap_day_is_a_day_only_in_its_year() -> None:
    assert parse_when("29 Feb", date(2027, 12, 1), US) == date(2028, 2, 29)
    assert refusal_of("29 Feb 2027").kind is WhenKind.IMPOSSIBLE


def test_no_sooner_is_a_day_too_far_than_five_years_on() -> None:
    assert parse_when("1 Nov 2031", TODAY, US) == date(2031, 11, 1)
    assert refusal_of("1 Dec 2031").kind is WhenKind.FAR


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_at_all_breaks_it(text: str) -> None:
    try:
        day = parse_when(text, TODAY, US)
    except WhenError:
        return
    assert day >= TODAY


@settings(deadline=None)
@given(st.dates(TODAY, TODAY + timedelta(days=1500)))
def test_a_day_written_out_is_that_day(day: date) -> None:
    for written in (
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day:%d %B %Y}",
        f"{day:%a %d %b %Y}",
        f"{day:%B %d, %Y}",
    ):
        assert parse_when(written, TODAY, US) == day


@settings(deadline=None)
@given(st.dates(TODAY, TODAY + timedelta(days=250)))
def test_what_is_shown_can_be_typed_back(day: date) -> None:
    assert parse_when(describe_day(day, TODAY), TODAY, US) == day


def test_a_day_is_shown_plainly_and_with_its_year_when_that_is_far() -> None:
    assert describe_day(date(2026, 6, 12), date(2026, 5, 1)) == "Fri 12 Jun"
    assert describe_day(date(2027, 2, 1), date(2026, 11, 23)) == "Mon 1 Feb"
    assert describe_day(date(2027, 12, 1), date(2026, 11, 23)) == "Wed 1 Dec 2027"
    assert describe_day(date(2026, 12, 31), date(2026, 1, 1)) == "Thu 31 Dec"
