"""Working days by number, so that a whole plan is computed without walking from day to day.

A day is an `int` here: `date.toordinal()`. A calendar is asked about each day once; then it takes two
look-ups to know the day that comes n working days later.
"""

from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import NamedTuple

CHUNK = 366  # days by which a table grows at the least; a large one by half of what it has
MOST_DAYS = 300 * CHUNK  # on either side of where it began, after which there is no such day
FIRST, LAST = date.min.toordinal(), date.max.toordinal()


class _Table(NamedTuple):
    """Never changed once it is there, so that threads may read while another one makes it grow."""

    first: int
    last: int
    before: tuple[int, ...]  # for each day from `first` on: how many days worked lie before it
    worked: tuple[int, ...]  # the days worked, in order


class WorkingDays:
    """The working days of one calendar. The table grows as it is asked, in both directions.

    Every question raises `OverflowError` where there is no such day, as when a calendar is closed for good,
    or none within three hundred years.
    """

    __slots__ = ("_earliest", "_growing", "_latest", "_table", "_works")

    def __init__(self, works: Callable[[date], bool], around: int) -> None:
        self._works = works
        self._growing = Lock()
        self._table = _Table(around, around - 1, (), ())
        self._earliest, self._latest = max(FIRST, around - MOST_DAYS), min(LAST, around + MOST_DAYS)

    def on_or_after(self, day: int) -> int:
        """`day` when it is worked, else the first working day after it."""
        return self._at(day, 0)

    def on_or_before(self, day: int) -> int:
        """`day` when it is worked, else the last working day before it."""
        return self._at(day + 1, -1)

    def after(self, day: int, lag: int = 0) -> int:
        """The first working day after `day`, and `lag` working days later."""
        return self._at(day + 1, lag)

    def later(self, day: int, days: int) -> int:
        """The working day that comes `days` working days after `day`, which is one; before it, below 0."""
        return self._at(day, days)

    def from_day(self, day: int, count: int) -> tuple[int, int]:
        """The first and the last of the `count` working days that are `day` or come after it soonest."""
        first, last, before, worked = self._table
        if first <= day <= last:
            place = before[day - first]
            if place + count <= len(worked):
                return worked[place], worked[place + count - 1]
        return self._at(day, 0), self._at(day, count - 1)

    def up_to(self, day: int, count: int) -> tuple[int, int]:
        """The first and the last of the `count` working days that are `day` or come before it latest."""
        first, last, before, worked = self._table
        if first <= day < last:
            place = before[day + 1 - first]
            if count <= place:
                return worked[place - count], worked[place - 1]
        return self._at(day + 1, -count), self._at(day + 1, -1)

    def between(self, first: int, last: int) -> int:
        """Working days after `first` up to and with `last`; negative when `last` comes first."""
        while True:
            begin, end, before, _ = table = self._table
            if begin <= first + 1 <= end and begin <= last + 1 <= end:
                return before[last + 1 - begin] - before[first + 1 - begin]
            is_later = max(first, last) + 1 > end
            self._grow(table, (max(first, last) if is_later else min(first, last)) + 1)

    def _at(self, day: int, offset: int) -> int:
        """The day at `offset` places from the first working day that is `day` or comes after it."""
        while True:
            first, last, before, worked = table = self._table
            if first <= day <= last:
                place = before[day - first] + offset
                if 0 <= place < len(worked):
                    return worked[place]
                self._grow(table, last + 1 if place >= 0 else first - 1)
            else:
                self._grow(table, day)

    def _grow(self, seen: _Table, until: int) -> None:
        """Make room for the day `until`, which lies outside. Raises `OverflowError` where it cannot."""
        if not self._earliest <= until <= self._latest:
            raise OverflowError("a calendar without such a working day")
        with self._growing:
            if self._table is not seen:  # another thread was faster
                return
            more = max(CHUNK, len(seen.before) // 2)
            if until > seen.last:
                end = min(max(until, seen.last + more), self._latest)
                before, worked = self._count(seen.last + 1, end, len(seen.worked))
                self._table = _Table(seen.first, end, seen.before + before, seen.worked + worked)
            else:
                begin = max(min(until, seen.first - more), self._earliest)
                before, worked = self._count(begin, seen.first - 1, 0)
                shifted = tuple(count + len(worked) for count in seen.before)
                self._table = _Table(begin, seen.last, before + shifted, worked + seen.worked)

    def _count(self, first: int, last: int, known: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        before: list[int] = []
        worked: list[int] = []
        for day in range(first, last + 1):
            before.append(known + len(worked))
            if self._works(date.fromordinal(day)):
                worked.append(day)
        return tuple(before), tuple(worked)
