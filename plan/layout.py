"""Where each step falls when the whole plan is laid out backwards from its anchor date.

A step of n days includes its first day, in the working days of its own side. What comes after it starts on
the next working day of that next step's side, `lag` of those working days later. What nothing waits for ends
on the anchor.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Generic, Protocol, TypeVar

from plan.calendars import ONE_DAY, Calendar, calendar_of
from storage.models import Side

Key = TypeVar("Key", bound=Hashable)
KeyOut = TypeVar("KeyOut", bound=Hashable, covariant=True)


class Laid(Protocol[KeyOut]):
    """What the layout needs to know of a step; a step of a plan file is one as it stands."""

    @property
    def id(self) -> KeyOut: ...
    @property
    def side(self) -> Side: ...
    @property
    def days(self) -> int: ...
    @property
    def after(self) -> Sequence[KeyOut]: ...
    @property
    def lag(self) -> int: ...


@dataclass(frozen=True, slots=True)
class LayoutStep(Generic[Key]):
    """A step to lay out, for callers that hold rows and no plan file. `days` and `lag`: working days."""

    id: Key
    side: Side
    days: int = 1
    after: tuple[Key, ...] = ()
    lag: int = 0


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
    order = _in_order(known)
    calendars = {
        step_id: calendar_of(step.side, seller_calendar, buyer_calendar) for step_id, step in known.items()
    }
    windows: dict[Key, Window] = {}
    if anchor_step is not None:
        if anchor_step not in known:
            raise ValueError(f"no step {anchor_step!r} to anchor the plan on")
        windows = _forwards(known, order, calendars, anchor, anchor_step)
    _backwards(known, order, calendars, anchor, windows)

    if anchor_step is not None:
        held = windows[anchor_step].due
    elif windows:
        held = max(window.due for window in windows.values())
    else:
        held = calendar_of(Side.JOINT, seller_calendar, buyer_calendar).on_or_before(anchor)
    return Layout(
        windows={step_id: windows[step_id] for step_id in known},
        anchor=held,
        anchor_moved_from=None if held == anchor else anchor,
        _calendars=calendars,
    )


def find_cycle(after: Mapping[Key, Iterable[Key]]) -> tuple[Key, ...]:
    """Steps that wait for each other: each before the one that waits for it, the first again at the end.

    Empty when there is none. `after` maps every step to those it comes after.
    """
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def _in_order(known: Mapping[Key, Laid[Key]]) -> list[Key]:
    """Every step after all that it comes after."""
    for step in known.values():
        missing = [before for before in step.after if before not in known]
        if missing:
            raise ValueError(f"step {step.id!r} comes after {missing[0]!r}, which is not in the plan")
    try:
        return list(TopologicalSorter({step.id: step.after for step in known.values()}).static_order())
    except CycleError as error:
        chain = " → ".join(str(step_id) for step_id in error.args[1])
        raise ValueError(f"steps wait for each other: {chain}") from error


def _forwards(
    known: Mapping[Key, Laid[Key]],
    order: Sequence[Key],
    calendars: Mapping[Key, Calendar],
    anchor: date,
    anchor_step: Key,
) -> dict[Key, Window]:
    """The anchored step, and as early as can be all that follows from it."""
    windows = {anchor_step: _ending(calendars[anchor_step], anchor, known[anchor_step].days)}
    for step_id in order:
        step, calendar = known[step_id], calendars[step_id]
        done_before = [windows[before].due for before in step.after if before in windows]
        if step_id == anchor_step or not done_before:
            continue
        start = calendar.add(calendar.next_working(max(done_before)), step.lag)
        windows[step_id] = Window(start, calendar.add(start, step.days - 1))
    return windows


def _backwards(
    known: Mapping[Key, Laid[Key]],
    order: Sequence[Key],
    calendars: Mapping[Key, Calendar],
    anchor: date,
    windows: dict[Key, Window],
) -> None:
    """Give every step without a window the latest one that leaves the steps after it theirs."""
    latest: dict[Key, date] = {}
    for step_id in reversed(order):
        step, calendar = known[step_id], calendars[step_id]
        if step_id not in windows:
            windows[step_id] = _ending(calendar, latest.get(step_id, anchor), step.days)
        before_start = calendar.subtract(windows[step_id].start, step.lag) - ONE_DAY
        for before in step.after:
            latest[before] = min(latest.get(before, before_start), before_start)


def _ending(calendar: Calendar, day: date, days: int) -> Window:
    """The latest window of `days` working days that ends on `day`, or before it when it is closed."""
    due = calendar.on_or_before(day)
    return Window(calendar.subtract(due, days - 1), due)


def _days_gone(calendar: Calendar, start: date, today: date) -> int:
    """Working days from `start` on, that are over when `today` begins."""
    return calendar.working_days_between(start - ONE_DAY, today - ONE_DAY) if start < today else 0
