"""Which days a side works, against a walk day by day."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import (
    COUNTRY_GROUPS,
    Calendar,
    JointCalendar,
    WorkCalendar,
    calendar_for,
    calendar_of,
    country_name,
    default_time_zone,
)
from plan.countries import country_in_time_zone
from storage.models import Side

COUNTRIES = [country for group in COUNTRY_GROUPS for country in group.countries]
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
CALENDARS = st.one_of(
    st.sampled_from(["US", "GB", "DE", "IN", "SA", "IL", "CN", "ZZ"]).map(calendar_for),
    st.sampled_from([("US", "DE"), ("SA", "US"), ("IL", "JP")]).map(
        lambda pair: JointCalendar(calendar_for(pair[0]), calendar_for(pair[1]))
    ),
)


def test_an_american_works_neither_on_a_weekend_nor_on_thanksgiving() -> None:
    us = calendar_for("US")
    assert us.is_working(date(2026, 11, 25))
    assert not us.is_working(date(2026, 11, 26))
    assert us.is_working(date(2026, 11, 27))
    assert not us.is_working(date(2026, 11, 28))


def test_a_holiday_on_a_weekend_is_kept_on_the_day_it_is_moved_to() -> None:
    assert not calendar_for("US").is_working(date(2027, 7, 5))  # the 4th is a Sunday
    assert not calendar_for("US").is_working(date(2027, 12, 31))  # New Year's Day 2028 is a Saturday


@pytest.mark.parametrize("country", ["SA", "IL"])
def test_where_the_weekend_is_friday_and_saturday_sunday_is_worked(country: str) -> None:
    calendar = calendar_for(country)
    assert [calendar.is_working(date(2026, 11, 19) + timedelta(days=n)) for n in range(4)] == [
        True,
        False,
        False,
        True,
    ]


def test_an_office_keeps_its_saturday_free_where_the_law_only_knows_sunday() -> None:
    assert not calendar_for("HK").is_working(date(2026, 11, 21))


def test_a_working_day_moved_to_a_weekend_is_worked() -> None:
    moved = [date(2025, 1, 26), date(2025, 2, 8)]  # around the Spring Festival
    assert [calendar_for("CN").is_working(day) for day in moved] == [True, True]


@pytest.mark.parametrize("country", ["", "ZZ", "Atlantis"])
def test_a_country_nobody_knows_works_from_monday_to_friday(country: str) -> None:
    week = [calendar_for(country).is_working(date(2026, 12, 21) + timedelta(days=n)) for n in range(7)]
    assert week == [True] * 5 + [False] * 2


def test_both_sides_work_on_the_days_that_each_of_them_works() -> None:
    both = JointCalendar(calendar_for("US"), calendar_for("SA"))
    monday = date(2026, 11, 16)
    assert [both.is_working(monday + timedelta(days=n)) for n in range(7)] == [True] * 4 + [False] * 3


def test_a_joint_step_is_worked_when_both_sides_work() -> None:
    us, de = calendar_for("US"), calendar_for("DE")
    assert calendar_of(Side.SELLER, us, de) == us
    assert calendar_of(Side.BUYER, us, de) == de
    assert calendar_of(Side.JOINT, us, de) == JointCalendar(us, de)
    assert calendar_of(Side.JOINT, us, us) == us


def test_calendars_of_one_country_are_one_key() -> None:
    assert calendar_for("us") == calendar_for("US") == WorkCalendar("US")
    assert (
        len({calendar_for("us"), calendar_for("US"), JointCalendar(calendar_for("US"), calendar_for("DE"))})
        == 2
    )


@settings(deadline=None)
@given(CALENDARS, DAYS)
def test_the_next_working_day_is_the_first_one_a_walk_meets(calendar: Calendar, day: date) -> None:
    walk = day + timedelta(days=1)
    while not calendar.is_working(walk):
        walk += timedelta(days=1)
    assert calendar.next_working(day) == walk


@settings(deadline=None)
@given(CALENDARS, DAYS)
def test_on_or_before_never_leaves_a_working_day(calendar: Calendar, day: date) -> None:
    found = calendar.on_or_before(day)
    assert calendar.is_working(found)
    assert not any(calendar.is_working(found + timedelta(days=n)) for n in range(1, (day - found).days + 1))


@settings(deadline=None)
@given(CALENDARS, DAYS, st.integers(0, 60))
def test_adding_then_counting_gives_the_number_back(calendar: Calendar, day: date, count: int) -> None:
    later = calendar.add(day, count)
    assert calendar.working_days_between(day, later) == count
    assert calendar.working_days_between(later, day) == -count


@settings(deadline=None)
@given(CALENDARS, DAYS, st.integers(0, 60))
def test_subtracting_takes_back_what_was_added(calendar: Calendar, day: date, count: int) -> None:
    start = calendar.on_or_before(day)
    assert calendar.subtract(calendar.add(start, count), count) == start


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        calendar_for("US").add(date(2026, 1, 1), -1)
    with pytest.raises(ValueError, match="-1"):
        calendar_for("US").subtract(date(2026, 1, 1), -1)


def test_the_countries_fit_one_select_and_none_is_there_twice() -> None:
    codes = [country.code for country in COUNTRIES]
    assert len(codes) <= 100
    assert len(set(codes)) == len(codes)
    assert COUNTRY_GROUPS[0].label == "Often used"
    assert {"US", "GB", "DE", "FR", "NL", "CA", "AU", "IN"} <= {c.code for c in COUNTRY_GROUPS[0].countries}


def test_every_country_has_a_calendar_a_name_and_a_time_zone() -> None:
    supported = holidays.list_supported_countries(include_aliases=False)
    for country in COUNTRIES:
        assert country.code in supported
        assert 0 < len(country.name) <= 75
        assert ZoneInfo(default_time_zone(country.code)).key == country.time_zone
        assert country_name(country.code) == country.name
    assert default_time_zone("ZZ") == "UTC"
    assert country_name("ZZ") == "ZZ"


def test_a_time_zone_tells_the_country_where_it_can() -> None:
    assert country_in_time_zone("Europe/Berlin") == "DE"
    assert country_in_time_zone("America/New_York") == "US"
    assert country_in_time_zone("Mars/Phobos") == "US"


@pytest.mark.parametrize("code", [country.code for country in COUNTRIES])
def test_a_year_has_about_as_many_working_days_everywhere(code: str) -> None:
    calendar = calendar_for(code)
    assert 225 <= calendar.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) <= 262
