"""What happens to the dates of a plan when the day it is planned back from changes."""

from datetime import date

from plan.calendars import Calendar


def moved_along(due: date, old_anchor: date, new_anchor: date, calendar: Calendar, today: date) -> date:
    """The due date that keeps its distance to the anchor, in the working days of the step's side.

    What was due on the anchor is due on the new one, when that side works on both. A date that would fall
    before `today` becomes the first working day from today on; one that lay before that already stays.
    """
    days = calendar.working_days_between(old_anchor, new_anchor)
    if days >= 0:
        return calendar.add(due, days)
    moved = calendar.subtract(due, -days)
    if moved >= today:
        return moved
    first = today if calendar.is_working(today) else calendar.next_working(today)
    return min(due, first)
