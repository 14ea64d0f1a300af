"""What a country has off: its weekend, and its public holidays by name. For people to read; what counts is in
`plan.calendars`.
"""

from datetime import date
from itertools import takewhile

from plan.calendars import SATURDAY, SUNDAY, part_of

ENGLISH = "en_US"


def weekend_of(country: str, region: str = "") -> tuple[int, ...]:
    """The days of the week on which nobody works there, 0 for Monday."""
    import holidays

    try:
        known = holidays.country_holidays(country, subdiv=part_of(country, region))
    except NotImplementedError:  # how the package says that it does not know the country
        return SATURDAY, SUNDAY
    rests_on_saturday = known.weekend == {SUNDAY}
    return tuple(sorted({*known.weekend, SATURDAY} if rests_on_saturday else known.weekend))


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
    except NotImplementedError:
        return ()
    weekend = weekend_of(country, region)
    ahead = sorted(
        (day, name) for day, name in known.items() if first <= day and day.weekday() not in weekend
    )
    return tuple(takewhile(lambda one: one[0] <= last, ahead))[:most]
