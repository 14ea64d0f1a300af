"""Working days: which days a side works, and how to count in them.

A day here is a plain `date`; what day it is somewhere is for the caller to say. Weekends and public holidays
come from the `holidays` package, which is imported when the first calendar is asked, because it takes longer
to load than the rest of `plan/` together. A side closes on days of its own, too: a freeze, a shutdown.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from plan.countries import COUNTRY_GROUPS, country_name, default_time_zone
from plan.working_days import WorkingDays
from storage.kinds import Side

__all__ = [
    "COUNTRY_GROUPS",
    "MONDAY_TO_FRIDAY",
    "Calendar",
    "JointCalendar",
    "WorkCalendar",
    "calendar_for",
    "calendar_of",
    "country_name",
    "default_time_zone",
    "is_country",
    "part_of",
    "regions_of",
    "working_days",
]

ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
# Countries whose own list leaves out days that most of the country has off.
MOST_WORK_IN = {"GB": "ENG"}


class Calendar(ABC):
    """Days somebody works. Equal calendars compare equal and hash alike."""

    __slots__ = ()

    @abstractmethod
    def is_working(self, day: date) -> bool: ...

    def next_working(self, day: date) -> date:
        """The first working day after `day`, never `day` itself."""
        day += ONE_DAY
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: date) -> date:
        """`day` when it is worked, else the last working day before it."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def add(self, day: date, working_days: int) -> date:
        """The working day that comes `working_days` working days after `day`; 0 gives `day` as it is.

        Raises `ValueError` when `working_days` is negative.
        """
        _refuse_negative(working_days)
        for _ in range(working_days):
            day = self.next_working(day)
        return day

    def subtract(self, day: date, working_days: int) -> date:
        """The working day that comes `working_days` working days before `day`; 0 gives `day` as it is.

        Raises `ValueError` when `working_days` is negative.
        """
        _refuse_negative(working_days)
        for _ in range(working_days):
            day = self.on_or_before(day - ONE_DAY)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when `last` comes first.

        `working_days_between(day, add(day, n))` is n.
        """
        if last < first:
            return -self.working_days_between(last, first)
        return sum(self.is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


@dataclass(frozen=True, slots=True)
class WorkCalendar(Calendar):
    """The weekends and public holidays of one country (ISO 3166, two letters), and days closed on top.

    `region` is a part of the country with holidays of its own, as ISO 3166-2 has it without the country: `BY`
    for Bavaria. `closed` holds first and last days. A country nobody knows works from Monday to Friday, and
    so does a region nobody knows by its country's rule.
    """

    country: str
    region: str = ""
    closed: tuple[tuple[date, date], ...] = ()

    def is_working(self, day: date) -> bool:
        if day in _closed_days(self.country, self.region, day.year):
            return False
        return not any(first <= day <= last for first, last in self.closed)


@dataclass(frozen=True, slots=True)
class JointCalendar(Calendar):
    """The days both sides work."""

    a: Calendar
    b: Calendar

    def is_working(self, day: date) -> bool:
        return self.a.is_working(day) and self.b.is_working(day)


MONDAY_TO_FRIDAY = WorkCalendar("")


def calendar_for(country: str, region: str = "", closed: Iterable[tuple[date, date]] = ()) -> WorkCalendar:
    """The calendar of a country, by its ISO code in upper or lower case, with the days closed on top."""
    return _calendar_for(country.strip().upper(), region.strip().upper(), tuple(sorted(closed)))


@lru_cache(maxsize=512)
def _calendar_for(country: str, region: str, closed: tuple[tuple[date, date], ...]) -> WorkCalendar:
    return WorkCalendar(country, region, closed)


@lru_cache(maxsize=256)
def working_days(calendar: Calendar) -> WorkingDays:
    """The calendar's days by number."""
    return WorkingDays(calendar.is_working, date(2026, 1, 1).toordinal())


def regions_of(country: str) -> tuple[tuple[str, str], ...]:
    """The parts of a country with holidays of their own, as (code, name), by name."""
    import holidays

    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:  # a country that the package does not know has no parts or holidays to name
        return ()
    names = {code: name for name, code in known.subdivisions_aliases.items()}
    return tuple(
        sorted(((code, names.get(code, code)) for code in known.subdivisions), key=lambda one: one[1])
    )


def is_country(code: str) -> bool:
    """Whether the holidays of a country are known, by its ISO code in upper case."""
    import holidays

    return len(code) == 2 and code in holidays.list_supported_countries()


def calendar_of(side: Side, seller: Calendar, buyer: Calendar) -> Calendar:
    """The calendar that a step of this side is worked by: both sides' for a joint step."""
    if side is Side.JOINT:
        return seller if seller == buyer else JointCalendar(seller, buyer)
    return buyer if side is Side.BUYER else seller


@lru_cache(maxsize=2048)
def _closed_days(country: str, region: str, year: int) -> frozenset[date]:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)]
    if not country:  # spares who computes without countries the wait for the package
        return frozenset(day for day in days if day.weekday() >= SATURDAY)
    import holidays

    try:
        known = holidays.country_holidays(country, subdiv=part_of(country, region), years=year)
    except NotImplementedError:  # how the package says that it does not know the country
        return frozenset(day for day in days if day.weekday() >= SATURDAY)
    # Where the law knows only Sunday as a day of rest, offices keep their Saturday free all the same, and
    # a plan that counts on it, or a nudge that arrives on it, does harm.
    rests_on_saturday = known.weekend == {SUNDAY}
    return frozenset(
        day
        for day in days
        if not known.is_working_day(day) or (rests_on_saturday and day.weekday() == SATURDAY)
    )


def part_of(country: str, region: str) -> str | None:
    """What the package takes for a region: one that it knows, else the part of the country most work in."""
    known = (code for code, _ in _known_regions(country) if region and code.upper() == region.upper())
    return next(known, MOST_WORK_IN.get(country))


@lru_cache(maxsize=512)
def _known_regions(country: str) -> tuple[tuple[str, str], ...]:
    return regions_of(country)


def _refuse_negative(working_days: int) -> None:
    if working_days < 0:
        raise ValueError(f"a number of working days, not {working_days}")
