"""What a country has off: its weekend, and its public holidays by name. For people to read; what counts is in
`plan.calendars`.
"""

from datetime import date, timedelta
from itertools import takewhile

from plan.calendars import SATURDAY, SUNDAY, part_of

ENGLISH = "en_US"
A_MONDAY = date(2026, 6, 1)  # of a week like any other


def weekend_of(country: str, region: str = "") -> tuple[int, ...]:
    """The days of the week on which nobody works there, 0 for Monday."""
    import holidays

    try:
        known = holidays.country_holidays(country, subdiv=part_of(country, region))
    except NotImplementedError:  # how the package says that it does not know the country
        return SATURDAY, SUNDAY
    # Asked by the day: `known.weekend` is the country's, and parts of Malaysia rest on Friday and Saturday.
    rest = {weekday for weekday in range(7) if known.is_weekend(A_MONDAY + timedelta(weekday))}
    return tuple(sorted({*rest, SATURDAY} if rest == {SUNDAY} else rest))


def holidays_ahead(
    country: str, region: str, first: date, last: date, most: int
) -> tuple[tuple[date, str], ...]:
    """The next public holidays from `first` to `last` that take a working day, by their English name where
    the package has one. None for a country nobody knows."""
    import holidays

    years = range(first.year, last.year + 1)
    part = part_of(country, region)
    try:
        languages = holidays.country_holidays(country).supported_languages
        language = ENGLISH if ENGLISH in languages else None
        known = holidays.country_holidays(country, subdiv=part, years=years, language=language)
    except NotImplementedError:  # a country that the package does not know has no parts or holidays to name
        return ()
    weekend = weekend_of(country, region)
    ahead = sorted(
        (day, name) for day, name in known.items() if first <= day and day.weekday() not in weekend
    )
    return tuple(takewhile(lambda one: one[0] <= last, ahead))[:most]
