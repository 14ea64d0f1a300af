"""What a country has off, for people to read, agrees with what is counted."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import calendar_for, regions_of
from plan.countries import COUNTRY_GROUPS
from plan.public_holidays import holidays_ahead, weekend_of
from storage.models import Plan

COUNTRIES = sorted({country.code for group in COUNTRY_GROUPS for country in group.countries})
JUNE, AUGUST = date(2026, 6, 2), date(2026, 8, 7)


def test_the_next_ones_by_name_and_no_more_than_asked() -> None:
    assert holidays_ahead("US", "", JUNE, AUGUST, 5) == (
        (date(2026, 6, 19), "Juneteenth National Independence Day"),
        (date(2026, 7, 3), "Independence Day (observed)"),
    )
    assert len(holidays_ahead("US", "", JUNE, date(2027, 8, 7), 5)) == 5
    assert holidays_ahead("DE", "BY", JUNE, AUGUST, 5) == ((date(2026, 6, 4), "Corpus Christi"),)
    assert holidays_ahead("DE", "", JUNE, AUGUST, 5) == ()
    assert holidays_ahead("ZZ", "", JUNE, AUGUST, 5) == ()


@pytest.mark.parametrize(
    ("country", "days"), [("GB", (5, 6)), ("SA", (4, 5)), ("ZZ", (5, 6)), ("AE", (5, 6)), ("IN", (5, 6))]
)
def test_weekends(country: str, days: tuple[int, ...]) -> None:
    assert weekend_of(country) == days


def test_a_part_of_a_country_may_have_a_weekend_of_its_own() -> None:
    assert weekend_of("MY") == (5, 6)
    assert weekend_of("MY", "02") == (4, 5)  # Kedah


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(COUNTRIES), st.integers(0, 300), st.data())
def test_nobody_works_on_what_is_shown(country: str, ahead: int, data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(["", *(code for code, _ in regions_of(country))]))
    first = JUNE + timedelta(ahead)
    calendar = calendar_for(country, region)
    for day, name in holidays_ahead(country, region, first, first + timedelta(90), 20):
        assert not calendar.is_working(day)
        assert name
        assert first <= day <= first + timedelta(90)
    for weekday in weekend_of(country, region):
        days = [first + timedelta((weekday - first.weekday()) % 7 + 7 * week) for week in range(3)]
        assert not all(map(calendar.is_working, days))  # some countries work a Saturday now and then


def test_every_region_there_is_fits_its_column() -> None:
    length = Plan.__table__.c.buyer_region.type.length  # type: ignore[attr-defined]
    assert all(len(code) <= length for country in COUNTRIES for code, _ in regions_of(country))


def test_a_region_is_known_however_it_is_written() -> None:
    day = date(2026, 8, 8)  # Augsburg's own, and a Saturday in 2026; in 2025 a Friday
    friday = day.replace(year=2025)
    assert calendar_for("DE").is_working(friday)
    assert not calendar_for("DE", "Augsburg").is_working(friday)
