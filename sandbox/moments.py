"""Days told from the day of the first start: `-18d 09:00`, `+12wd`.

`d` counts calendar days, `wd` working days (Monday to Friday). A moment is where the desk is.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = re.compile(r"([+-]?\d+)(d|wd)")
_MOMENT = re.compile(r"([+-]?\d+(?:d|wd))\s+([01]\d|2[0-3]):([0-5]\d)")
_IN_TEXT = re.compile(r"\{([+-]\d+(?:d|wd))\}")


def day_of(said: str, today: date) -> date:
    """`-18d`, `+12wd`. Raises `ValueError`."""
    found = _DAY.fullmatch(said.strip())
    if found is None:
        raise ValueError(f"“{said}” is no day; write -18d, or +12wd for working days")
    count = int(found.group(1))
    if found.group(2) == "d":
        return today + timedelta(days=count)
    step = timedelta(days=1 if count > 0 else -1)
    day = today
    while day.weekday() >= 5:  # from a weekend working days are counted from the Friday before
        day -= timedelta(days=1)
    for _ in range(abs(count)):
        day += step
        while day.weekday() >= 5:
            day += step
    return day


def quarter_end(today: date) -> date:
    """The last working day of the quarter that a day is in."""
    months = (today.month - 1) // 3 * 3 + 3  # since the year began
    first_after = date(today.year + months // 12, months % 12 + 1, 1)
    return day_of("0wd", first_after - timedelta(days=1))


def moment_of(said: str, today: date, zone: ZoneInfo) -> float:
    """`-18d 09:00` in unix seconds. Raises `ValueError`."""
    found = _MOMENT.fullmatch(said.strip())
    if found is None:
        raise ValueError(f"“{said}” is no moment; write -18d 09:00")
    at = time(int(found.group(2)), int(found.group(3)))
    return datetime.combine(day_of(found.group(1), today), at, zone).timestamp()


def with_days(text: str, today: date) -> str:
    """`{+12d}` in a text becomes that day, as 2026-06-12."""
    return _IN_TEXT.sub(lambda found: day_of(found.group(1), today).isoformat(), text)
