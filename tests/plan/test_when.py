"""Dates as people type them. Today is Monday 23 November 2026, unless a test says otherwise."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import calendar_for
from plan.when import AddLine, WhenError, WhenKind, describe_day, parse_when, split_add

TODAY = date(2026, 11, 23)
US = calendar_for("US")


def d(text: str) -> date:
    return date.fromisoformat(text)


GOOD = {
    "today": "2026-11-23",
    "EOD": "2026-11-23",
    "end of day": "2026-11-23",
    "close of business": "2026-11-23",
    "tomorrow": "2026-11-24",
    "tmrw": "2026-11-24",
    "eod tomorrow": "2026-11-24",
    "the day after tomorrow": "2026-11-25",
    "fri": "2026-11-27",
    "Friday": "2026-11-27",
    "on Friday": "2026-11-27",
    "by fri": "2026-11-27",
    "EOD Friday": "2026-11-27",
    "this Fri": "2026-11-27",
    "next Fri": "2026-12-04",
    "Friday next week": "2026-12-04",
    "thurs": "2026-11-26",
    "sunday": "2026-11-29",
    "mon": "2026-11-30",
    "Monday week": "2026-12-07",
    "a week on Monday": "2026-12-07",
    "next mon": "2026-11-30",
    "in 3 days": "2026-11-26",
    "in a day": "2026-11-24",
    "in 2 weeks": "2026-12-07",
    "in two weeks": "2026-12-07",
    "two weeks from today": "2026-12-07",
    "in a fortnight": "2026-12-07",
    "in a month": "2026-12-23",
    "in 3 months": "2027-02-23",
    "in a quarter": "2027-02-23",
    "in a year": "2027-11-23",
    "in 3 working days": "2026-11-27",  # Thanksgiving is no working day
    "in 4 business days": "2026-11-30",
    "+3wd": "2026-11-27",
    "+5d": "2026-11-28",
    "+2w": "2026-12-07",
    "+ 10 days": "2026-12-03",
    "+1m": "2026-12-23",
    "15 Dec": "2026-12-15",
    "15dec": "2026-12-15",
    "Dec 15": "2026-12-15",
    "dec 15th": "2026-12-15",
    "the 15th of December": "2026-12-15",
    "Tue 15 Dec": "2026-12-15",
    "Tuesday, December 15": "2026-12-15",
    "15 December 2026": "2026-12-15",
    "December 15, 2026": "2026-12-15",
    "15-Dec-2026": "2026-12-15",
    "2026-12-15": "2026-12-15",
    "15.12.2026": "2026-12-15",
    "15/12": "2026-12-15",
    "12/15/2026": "2026-12-15",
    "3/3": "2027-03-03",
    "15 Jan": "2027-01-15",
    "1 Sept": "2027-09-01",
    "May 4": "2027-05-04",
    "the 1st": "2026-12-01",
    "by the 30th": "2026-11-30",
    "EOW": "2026-11-27",
    "end of week": "2026-11-27",
    "end of next week": "2026-12-04",
    "EOM": "2026-11-30",
    "end of month": "2026-11-30",
    "by the end of the month": "2026-11-30",
    "end of next month": "2026-12-31",
    "month-end": "2026-11-30",
    "EOQ": "2026-12-31",
    "end of quarter": "2026-12-31",
    "end of next quarter": "2027-03-31",
    "end of year": "2026-12-31",
    "EOY": "2026-12-31",
    "end of February": "2027-02-26",  # the 28th is a Sunday
    "end of June 2027": "2027-06-30",
    "Q1": "2027-03-31",
    "end of Q4": "2026-12-31",
    "Q2 2027": "2027-06-30",
    "  NEXT   fri ": "2026-12-04",
}

NO_DAY = """
12|2026|13/13|0/0|32/1|99/99/9999|31 Feb|Feb 30|31 April 2027|2026-13-01|2026-02-30
2026-12|12-15|3-4|3.4|1.2.3|15.12|December|Dec 2026|mid June|2126-12-15|15 Dec 2126
soon|asap|later|next week|this week|next month|weekend|someday|whenever|n/a|TBD|-|+|+3|3d|3
2 weeks|in|in weeks|in -2 days|in 1000 weeks|in 999 years|+999w|in 2.5 weeks|1e3 days
sat down with bob|monday monday|fri sat|marching|mayor|decide|sunny|money|Q5|Q0|Q|q1q2
eo|eoz|end of|end of time|the|the 45th|the 15|15th|by|on|by by fri|next|tomorrow tomorrow
noon|3pm|at 5|fri 3pm|9:30|<@U0BEA>|15 <Dec>|drop table|today!|next 15 Dec
"""
GARBAGE = ["", " ", "fri\x00", "٣ Dec", "in ² days", "🎉", *re.split(r"[|\n]", NO_DAY.strip())]


@pytest.mark.parametrize(("phrase", "meant"), GOOD.items(), ids=GOOD)
def test_a_phrase_people_use_is_the_day_they_mean(phrase: str, meant: str) -> None:
    assert parse_when(phrase, TODAY, US) == d(meant)


@pytest.mark.parametrize("text", GARBAGE, ids=repr)
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(WhenError) as refused:
        parse_when(text, TODAY, US)
    assert refused.value.kind is WhenKind.UNKNOWN


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(GOOD) >= 60
    assert len(GARBAGE) >= 60


def test_three_slash_four_is_asked_back_with_both_readings() -> None:
    with pytest.raises(WhenError) as refused:
        parse_when("3/4", TODAY, US)
    assert refused.value.kind is WhenKind.AMBIGUOUS
    assert set(refused.value.options) == {date(2027, 4, 3), date(2027, 3, 4)}


@pytest.mark.parametrize("text", ["3/4/2027", "3/4/27"])
def test_a_year_does_not_tell_the_day_from_the_month(text: str) -> None:
    with pytest.raises(WhenError) as refused:
        parse_when(text, TODAY, US)
    assert set(refused.value.options) == {date(2027, 4, 3), date(2027, 3, 4)}


def test_a_weekday_that_is_not_that_days_is_asked_back() -> None:
    with pytest.raises(WhenError) as refused:
        parse_when("Fri 15 Dec", TODAY, US)  # a Tuesday
    assert refused.value.kind is WhenKind.AMBIGUOUS
    assert refused.value.options == (date(2026, 12, 15), date(2026, 12, 18))


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "last Fri",
        "2026-11-22",
        "15 Nov 2026",
        "Q3 2026",
        "end of May 2026",
        "3/4/2026",
        "15/3/2026",
    ],
)
def test_a_day_that_is_over_is_refused(text: str) -> None:
    with pytest.raises(WhenError) as refused:
        parse_when(text, TODAY, US)
    assert refused.value.kind is WhenKind.PAST
    assert refused.value.options == ()


@pytest.mark.parametrize("text", ["20 Nov", "Nov 20", "20/11", "22 Nov"])
def test_a_day_that_just_went_by_is_not_quietly_put_off_for_a_year(text: str) -> None:
    with pytest.raises(WhenError) as refused:
        parse_when(text, TODAY, US)
    assert refused.value.kind is WhenKind.PAST
    assert [day.year for day in refused.value.options] == [2027]


def test_on_a_friday_the_word_friday_means_the_next_one() -> None:
    friday = date(2026, 11, 27)
    assert parse_when("fri", friday, US) == date(2026, 12, 4)
    assert parse_when("next fri", friday, US) == date(2026, 12, 4)
    assert parse_when("this fri", friday, US) == friday


def test_this_monday_is_over_by_wednesday() -> None:
    with pytest.raises(WhenError) as refused:
        parse_when("this mon", date(2026, 11, 25), US)
    assert refused.value.kind is WhenKind.PAST


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


SPLIT = {
    "Send the SOC 2 report": ("Send the SOC 2 report", None, None),
    "Send the SOC 2 report fri": ("Send the SOC 2 report", None, "fri"),
    "Send the SOC 2 report <@U0RAVI>": ("Send the SOC 2 report", "U0RAVI", None),
    "Send the SOC 2 report <@U0RAVI|ravi> next Fri": ("Send the SOC 2 report", "U0RAVI", "next Fri"),
    "Send the SOC 2 report next Fri <@U0RAVI>": ("Send the SOC 2 report", "U0RAVI", "next Fri"),
    "Send the SOC 2 report @ravi.s 15 December 2026": (
        "Send the SOC 2 report",
        "@ravi.s",
        "15 December 2026",
    ),
    "Sign by Friday": ("Sign", None, "by Friday"),
    "Sign on the 15th of December 2026": ("Sign", None, "on the 15th of December 2026"),
    "Security review – <@U0RAVI> – in 2 weeks": ("Security review", "U0RAVI", "in 2 weeks"),
    "Security review for <@U0RAVI> EOQ": ("Security review", "U0RAVI", "EOQ"),
    "Legal review 3/4": ("Legal review", None, "3/4"),
    "Legal review 31 Feb": ("Legal review", None, "31 Feb"),
    "Ask <@U0BEA> about the budget": ("Ask <@U0BEA> about the budget", None, None),
    "Call on Monday about legal": ("Call on Monday about legal", None, None),
    "Plan for Q1": ("Plan for Q1", None, None),
    "Sync every Monday": ("Sync every Monday", None, None),
    "Run the pilot for 2 weeks": ("Run the pilot for 2 weeks", None, None),
    "Move to version 3.4": ("Move to version 3.4", None, None),
    "Tell @channel": ("Tell @channel", None, None),
    '"Plan Q1" fri': ("Plan Q1", None, "fri"),
    '"Agree on Friday" <@U0BEA> next Mon': ("Agree on Friday", "U0BEA", "next Mon"),
    "“Agree on Friday”": ("Agree on Friday", None, None),
    '"Go" decision by the board': ('"Go" decision by the board', None, None),
    "fri": ("", None, "fri"),
    "<@U0BEA> fri": ("", "U0BEA", "fri"),
    "Plan <@U0BEA> <@U0RAVI>": ("Plan <@U0BEA>", "U0RAVI", None),
    "Plan  the\n kickoff   fri": ("Plan the kickoff", None, "fri"),
    "": ("", None, None),
}


@pytest.mark.parametrize(("line", "parts"), SPLIT.items(), ids=SPLIT)
def test_only_the_end_of_a_line_is_a_person_or_a_day(line: str, parts: tuple[str, str, str]) -> None:
    assert split_add(line) == AddLine(*parts)


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters='"“„'), max_size=60))
def test_the_title_is_how_the_line_begins(line: str) -> None:
    title = split_add(line).title.split()
    assert title == line.split()[: len(title)]
