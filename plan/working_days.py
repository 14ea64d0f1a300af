"""Working days by number, so that a whole plan is computed without walking from day to day.

A day is an `int` here: `date.toordinal()`. A calendar is asked about each day once; then it takes two
look-ups to know the day that comes n working days later.
"""

from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import NamedTuple

CHUNK = 366  # days by which a table grows at either end
MOST_GROWTH = 600  # times that one question makes it grow, after which there is no such day
FIRST, LAST = date.min.toordinal(), date.max.toordinal()


class _Table(NamedTuple):
    """Never changed once it is there, so that threads may read while another one makes it grow."""

    first: int
    last: int
    before: tuple[int, ...]  # for each day from `first` on: how many days worked lie before it
    worked: tuple[int, ...]  # the days worked, in order


class WorkingDays:
    """The working days of one calendar. The table grows as it is asked, in both directions.

    Every question raises `OverflowError` where there is no such day, as when a calendar is closed for good.
    """

    __slots__ = ("_growing", "_table", "_works")

    def __init__(self, works: Callable[[date], bool], around: int) -> None:
        self._works = works
        self._growing = Lock()
        self._table = _Table(around, around - 1, (), ())

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

    def between(self, first: int, last: int) -> int:
        """Working days after `first` up to and with `last`; negative when `last` comes first."""
        while True:
            table = self._table
            if table.first <= min(first, last) + 1 and max(first, last) + 1 <= table.last:
                return table.before[last + 1 - table.first] - table.before[first + 1 - table.first]
            self._grow(table, later=max(first, last) + 1 > table.last)

    def _at(self, day: int, offset: int) -> int:
        """The day at `offset` places from the first working day that is `day` or comes after it."""
        for _ in range(MOST_GROWTH):
            table = self._table
            first, last, before, worked = table
            if first <= day <= last:
                place = before[day - first] + offset
                if 0 <= place < len(worked):
                    return worked[place]
                self._grow(table, later=place >= 0)
            else:
                self._grow(table, later=day > last)
        raise OverflowError("a calendar without such a working day")

    def _grow(self, seen: _Table, *, later: bool) -> None:
        with self._growing:
            if self._table is seen:  # else another thread was faster
                self._table = self._one_later(seen) if later else self._one_earlier(seen)

    def _one_later(self, table: _Table) -> _Table:
        end = min(table.last + CHUNK, LAST)
        if end == table.last:
            raise OverflowError("later than there are days")
        before, worked = self._count(table.last + 1, end, len(table.worked))
        return _Table(table.first, end, table.before + before, table.worked + worked)

    def _one_earlier(self, table: _Table) -> _Table:
        begin = max(table.first - CHUNK, FIRST)
        if begin == table.first:
            raise OverflowError("earlier than there are days")
        before, worked = self._count(begin, table.first - 1, 0)
        shifted = tuple(count + len(worked) for count in table.before)
        return _Table(begin, table.last, before + shifted, worked + table.worked)

    def _count(self, first: int, last: int, known: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        before: list[int] = []
        worked: list[int] = []
        for day in range(first, last + 1):
            before.append(known + len(worked))
            if self._works(date.fromordinal(day)):
                worked.append(day)
        return tuple(before), tuple(worked)
