"""Several days in one field, as people type them: a line each, or parted by commas."""

import re
from datetime import date
from itertools import pairwise

from plan.calendars import Calendar
from plan.phrases import kind_of
from plan.readings import WhenError, WhenKind
from plan.when import parse_when

LINES = re.compile(r"[\n;]")


def read_days(text: str, today: date, calendar: Calendar) -> tuple[date, ...]:
    """The days in order, each once, without those that are over. Nothing typed is no day.

    Raises `WhenError` for what is no day to plan with, or when all of them are over.
    """
    days: set[date] = set()
    over: WhenError | None = None
    for piece in _pieces(text):
        try:
            days.add(parse_when(piece, today, calendar))
        except WhenError as error:
            if error.kind is not WhenKind.PAST:
                raise
            over = error
    if over is not None and not days:
        raise over
    return tuple(sorted(days))


def _pieces(text: str) -> list[str]:
    """What each day was typed as. A comma inside a day ("Fri, 12 Jun", "Dec 15, 2026") parts nothing."""
    found: list[str] = []
    for line in LINES.split(text):
        parts = [part for part in (" ".join(part.split()) for part in line.split(",")) if part]
        joined = {at for at, (a, b) in enumerate(pairwise(parts)) if kind_of(f"{a}, {b}")}
        skip = False
        for at, part in enumerate(parts):
            if skip:
                skip = False
            elif at in joined:
                found.append(f"{part}, {parts[at + 1]}")
                skip = True
            else:
                found.append(part)
    return found
