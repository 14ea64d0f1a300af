"""The search for a time zone."""

from zoneinfo import ZoneInfo

import pytest

from plan.countries import COUNTRY_GROUPS
from plan.zones import find_time_zones, is_time_zone


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("London", "Europe/London"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("america buenos", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("  BERLIN ", "Europe/Berlin"),
    ],
)
def test_a_zone_is_found_by_its_city(typed: str, first: str) -> None:
    assert find_time_zones(typed, 100)[0] == first


def test_nothing_typed_shows_the_first_and_nonsense_nothing() -> None:
    assert len(find_time_zones("", 100)) == 100
    assert find_time_zones("atlantis", 100) == []


def test_what_is_found_exists_and_is_no_old_spelling() -> None:
    found = find_time_zones("", 1000)
    assert all(is_time_zone(name) and ZoneInfo(name) for name in found)
    assert not [name for name in found if name.startswith(("Etc/", "US/", "GMT"))]
    assert not is_time_zone("Mars/Olympus")


def test_the_zone_of_every_country_is_known() -> None:
    assert all(is_time_zone(country.time_zone) for group in COUNTRY_GROUPS for country in group.countries)
