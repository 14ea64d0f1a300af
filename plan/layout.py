"""Where each step falls when the whole plan is laid out backwards from its anchor date.

A step of n days includes its first day, in the working days of its own side. What comes after it starts on
the next working day of that next step's side, `lag` of those working days later. What nothing waits for ends
on the anchor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic

from plan.calendars import ONE_DAY, Calendar, calendar_of
from plan.network import Key, Laid, LayoutStep, as_early_as_can_be_after, latest, network
from storage.models import Side

__all__ = ["Laid", "Layout", "LayoutStep", "Window", "lay_out"]


@dataclass(frozen=True, slots=True)
class Window:
    """The latest a step can be worked: it starts on `start` at the latest, and is due on `due`."""

    start: date
    due: date


@dataclass(frozen=True, slots=True)
class Layout(Generic[Key]):
    """The dates of every step, the day the plan is anchored on, and the day asked for if that is closed."""

    windows: Mapping[Key, Window]
    anchor: date
    anchor_moved_from: date | None
    _calendars: Mapping[Key, Calendar] = field(repr=False, compare=False)

    def due(self, step_id: Key) -> date:
        return self.windows[step_id].due

    def start(self, step_id: Key) -> date:
        return self.windows[step_id].start

    @property
    def first_start(self) -> date | None:
        """The day the first step has to start at the latest. None for a plan without steps."""
        return min((window.start for window in self.windows.values()), default=None)

    def too_near(self, today: date) -> int:
        """How many working days are missing between `today` and the anchor; 0 when the plan fits.

        Counted for the step that misses most, in the working days of its side. Today can still be worked.
        """
        return max(
            (
                _days_gone(self._calendars[step_id], window.start, today)
                for step_id, window in self.windows.items()
            ),
            default=0,
        )


def lay_out(
    steps: Iterable[Laid[Key]],
    anchor: date,
    seller_calendar: Calendar,
    buyer_calendar: Calendar,
    anchor_step: Key | None = None,
) -> Layout[Key]:
    """Lay the steps out backwards from the anchor.

    `anchor_step` names the step that ends on the anchor when that is not the plan's last one, as the
    signature in a plan that goes on to a kickoff: what comes after it is then laid out forwards, as early as
    it can be. An anchor that its step's side does not work moves to the working day before, and the layout
    says so. Raises `ValueError` for a step that waits for itself, for one that is not there, or for
    `anchor_step` unknown.
    """
    known = {step.id: step for step in steps}
    net = network(known.values(), seller_calendar, buyer_calendar)
    held = {}
    if anchor_step is not None:
        if anchor_step not in known:
            raise ValueError(f"no step {anchor_step!r} to anchor the plan on")
        held = as_early_as_can_be_after(net, net.places[anchor_step], anchor.toordinal())
    starts, dues = latest(net, [anchor.toordinal()] * len(net.keys), held)
    windows = {
        key: Window(date.fromordinal(start), date.fromordinal(due))
        for key, start, due in zip(net.keys, starts, dues, strict=True)
    }
    if anchor_step is not None:
        ends_on = windows[anchor_step].due
    elif windows:
        ends_on = max(window.due for window in windows.values())
    else:
        ends_on = calendar_of(Side.JOINT, seller_calendar, buyer_calendar).on_or_before(anchor)
    return Layout(
        windows=windows,
        anchor=ends_on,
        anchor_moved_from=None if ends_on == anchor else anchor,
        _calendars={
            step_id: calendar_of(step.side, seller_calendar, buyer_calendar)
            for step_id, step in known.items()
        },
    )


def _days_gone(calendar: Calendar, start: date, today: date) -> int:
    """Working days from `start` on, that are over when `today` begins."""
    return calendar.working_days_between(start - ONE_DAY, today - ONE_DAY) if start < today else 0
