"""What happens to the dates of a plan when the day it is planned back from changes, or a step's."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from plan.calendars import Calendar
from plan.schedule import Schedule, Slot
from storage.models import Step


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


def cannot_keep(
    moved: int,
    steps: Iterable[Step],
    after: Mapping[int, Collection[int]],
    before: Schedule[int],
    then: Schedule[int],
) -> dict[int, date]:
    """The open steps after `moved` whose dates cannot hold once it is moved, and the earliest each can be.

    `after` says which steps each comes after; `before` and `then` are the plan without the move and with it.
    Steps that could not keep their dates before it either are among them only where they end later still.
    The new day is the earliest possible one and not one at the old distance: who had room gives it up first.
    """
    behind = _behind(moved, after)
    found = {}
    for step in steps:
        slot, old = then.slots.get(step.id or 0), before.slots.get(step.id or 0)
        if slot is None or step.id not in behind or step.due_date is None or step.state.is_finished:
            continue
        finish = slot.projected_finish
        if finish is not None and finish > step.due_date and finish > _finish(old):
            found[step.id] = finish
    return found


def _finish(slot: Slot | None) -> date:
    return (slot and slot.projected_finish) or date.min


def _behind(first: int, after: Mapping[int, Collection[int]]) -> set[int]:
    """The steps that come after one, directly or by way of others."""
    waits: dict[int, list[int]] = {}
    for step_id, before in after.items():
        for one in before:
            waits.setdefault(one, []).append(step_id)
    found: set[int] = set()
    to_look_at = [first]
    while to_look_at:
        for step_id in waits.get(to_look_at.pop(), ()):
            if step_id not in found:
                found.add(step_id)
                to_look_at.append(step_id)
    return found
