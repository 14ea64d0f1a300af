"""The steps of a plan as a network, and the two passes over it: forwards from today, backwards from a day.

Days are ordinals (`date.toordinal()`) and steps are places in a list here; others ask `plan.schedule`.
A step of n days includes its first day; what comes after it starts on the next day that its own side works,
`lag` of that side's working days later.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Generic, Protocol, TypeVar

from plan.calendars import Calendar, calendar_of, working_days
from plan.working_days import WorkingDays
from storage.models import Side, StepState

Key = TypeVar("Key", bound=Hashable)
KeyOut = TypeVar("KeyOut", bound=Hashable, covariant=True)

NOTHING = 0  # a finish that nobody has to wait for: that of a skipped step nothing comes before
NOBODY = -1  # no step decides when this one starts


class Laid(Protocol[KeyOut]):
    """What has to be known of a step; a step of a plan file is one as it stands. `days`: working days."""

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
    """A step for callers that hold rows and no plan file. `days`, `lag` and `lags`: working days.

    `lags` are those of single dependencies, by what they come after; `lag` is that of all others.
    """

    id: Key
    side: Side
    days: int = 1
    after: tuple[Key, ...] = ()
    lag: int = 0
    lags: Mapping[Key, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a step is. Dates are days where its side is."""

    state: StepState = StepState.OPEN
    started_on: date | None = None
    finished_on: date | None = None
    free_on: date | None = None  # of a blocked step: the day it is expected to be free, None for nobody knows
    fixed_on: date | None = None  # the due date that somebody gave it
    only_on: tuple[date, ...] = ()  # the days it can be finished on, any where there is none


FRESH = Standing()


@dataclass(slots=True)
class Network(Generic[Key]):
    """Steps by their place. `before[i]` holds (place, lag) of what step i comes after.

    A lag of `None` stands for side by side: it may start when the other one does.
    """

    keys: list[Key]
    days: list[int]
    calendars: list[WorkingDays]
    before: list[list[tuple[int, int | None]]]
    standings: list[Standing]
    order: list[int]  # every step after all that it comes after

    @property
    def places(self) -> dict[Key, int]:
        return {key: place for place, key in enumerate(self.keys)}


def network(
    steps: Iterable[Laid[Key]],
    seller_calendar: Calendar,
    buyer_calendar: Calendar,
    standings: Mapping[Key, Standing] | None = None,
) -> Network[Key]:
    """Raises `ValueError` for steps that wait for each other, naming them in order, or for one that is not
    there."""
    known = list(steps)
    places = {step.id: place for place, step in enumerate(known)}
    of_side = {side: working_days(calendar_of(side, seller_calendar, buyer_calendar)) for side in Side}
    before: list[list[tuple[int, int | None]]] = []
    for step in known:
        lags: Mapping[Key, int] = getattr(step, "lags", None) or {}
        for first in step.after:
            if first not in places:
                raise ValueError(f"step {step.id!r} comes after {first!r}, which is not in the plan")
        before.append([(places[first], lags.get(first, step.lag)) for first in step.after])
    try:
        sorter = TopologicalSorter({place: [p for p, _ in before[place]] for place in range(len(known))})
        order = list(sorter.static_order())
    except CycleError as error:
        chain = " → ".join(str(known[place].id) for place in error.args[1])
        raise ValueError(f"steps wait for each other: {chain}") from error
    said = standings or {}
    return Network(
        keys=[step.id for step in known],
        days=[step.days for step in known],
        calendars=[of_side[step.side] for step in known],
        before=before,
        standings=[said.get(step.id, FRESH) for step in known],
        order=order,
    )


@dataclass(slots=True)
class Projection:
    """When each step starts and ends if it is worked as early as it can be, from today on.

    `decided_by[i]` is the step that decides when i starts, `NOBODY` where that is today, a day on which a
    block is expected to end, or a date somebody gave it.
    """

    starts: list[int]
    finishes: list[int]
    decided_by: list[int]
    in_conflict: set[int]  # steps that cannot hold the date somebody gave them, or a day they are tied to


def project(net: Network[Key], today: int) -> Projection:
    """Forwards. What is done stays where it was; what is started ends today at the earliest; what is blocked
    starts when it is expected to be free; a date that somebody gave is kept where it can be."""
    many = len(net.keys)
    found = Projection([NOTHING] * many, [NOTHING] * many, [NOBODY] * many, set())
    for place in net.order:
        standing, days, state = net.standings[place], net.calendars[place], net.standings[place].state
        if state is StepState.DONE:
            _stays(net, found, place, today)
            continue
        if state is StepState.STARTED:
            begun = standing.started_on.toordinal() if standing.started_on else today
            start = days.on_or_after(begun)
            finish = max(days.later(start, net.days[place] - 1), days.on_or_after(today))
            decided_by = NOBODY
        else:
            start, decided_by = _ready(net, found, place)
            if state is StepState.SKIPPED:
                found.starts[place] = found.finishes[place] = start
                found.decided_by[place] = decided_by
                continue
            first = today
            if state is StepState.BLOCKED and standing.free_on is not None:
                first = max(today, standing.free_on.toordinal())
            first = days.on_or_after(first)
            if start < first:
                start, decided_by = first, NOBODY
            finish = days.later(start, net.days[place] - 1)
        found.starts[place], found.finishes[place], found.decided_by[place] = start, finish, decided_by
        if standing.only_on or standing.fixed_on is not None:
            _keep_its_date(net, found, place, today)
    return found


def _ready(net: Network[Key], found: Projection, place: int) -> tuple[int, int]:
    """The first day on which nothing before it is in the way, and the step that decides it."""
    start, decided_by = NOTHING, NOBODY
    is_skipped = net.standings[place].state is StepState.SKIPPED
    days = net.calendars[place]
    for first, lag in net.before[place]:
        finish = found.finishes[first]
        if finish == NOTHING:
            continue
        if is_skipped:  # what comes after it waits for what came before it
            day = finish
        elif lag is None:
            day = days.on_or_after(found.starts[first])
        else:
            day = days.after(finish, lag)
        if day > start:
            start, decided_by = day, first
    return start, decided_by


def _stays(net: Network[Key], found: Projection, place: int, today: int) -> None:
    standing, days = net.standings[place], net.calendars[place]
    finish = standing.finished_on.toordinal() if standing.finished_on else today
    start = days.later(days.on_or_before(finish), 1 - net.days[place])
    if standing.started_on is not None:
        start = min(standing.started_on.toordinal(), finish)
    found.starts[place], found.finishes[place] = start, finish


def _keep_its_date(net: Network[Key], found: Projection, place: int, today: int) -> None:
    """A date that somebody gave, or days that it is tied to: not earlier, and in conflict where later."""
    standing, days = net.standings[place], net.calendars[place]
    earliest = finish = found.finishes[place]
    if standing.only_on:
        possible = [day.toordinal() for day in standing.only_on if day.toordinal() >= finish]
        if possible:
            finish = min(possible)
        else:
            found.in_conflict.add(place)
    if standing.fixed_on is not None:
        fixed = standing.fixed_on.toordinal()
        if fixed >= finish:
            finish = fixed
        elif fixed >= today:
            found.in_conflict.add(place)
    if finish == earliest:
        return
    found.finishes[place] = finish
    found.decided_by[place] = NOBODY
    if standing.state is not StepState.STARTED:
        found.starts[place] = days.later(days.on_or_before(finish), 1 - net.days[place])


def latest(
    net: Network[Key], by: Sequence[int], held: Mapping[int, tuple[int, int]] | None = None
) -> tuple[list[int], list[int]]:
    """Backwards: the latest start and finish of each step that leave all others room to be done by `by`.

    Those in `held` have their start and finish. What is done, or begun already, holds nothing up.
    """
    many = len(net.keys)
    bounds = list(by)
    starts, finishes = [NOTHING] * many, [NOTHING] * many
    for place in reversed(net.order):
        standing, days, bound = net.standings[place], net.calendars[place], bounds[place]
        if standing.state is StepState.SKIPPED:
            starts[place] = finishes[place] = bound
            for first, _ in net.before[place]:
                bounds[first] = min(bounds[first], bound)
            continue
        if held and place in held:
            start, finish = held[place]
        else:
            finish = days.on_or_before(bound)
            if standing.only_on:
                on = [day.toordinal() for day in standing.only_on]
                finish = max((day for day in on if day <= bound), default=finish)
            start = days.later(days.on_or_before(finish), 1 - net.days[place])
        starts[place], finishes[place] = start, finish
        if standing.state in (StepState.DONE, StepState.STARTED):
            continue
        for first, lag in net.before[place]:
            room = days.later(start, -(lag or 0)) - 1
            if room < bounds[first]:
                bounds[first] = room
    return starts, finishes


def as_early_as_can_be_after(net: Network[Key], anchored: int, on: int) -> dict[int, tuple[int, int]]:
    """The start and finish of a step that ends on a day, or before it where that is closed, and of all that
    comes after it."""
    found: dict[int, tuple[int, int]] = {}
    for place in net.order:
        days, span = net.calendars[place], net.days[place] - 1
        ready = [days.after(found[first][1], lag or 0) for first, lag in net.before[place] if first in found]
        if place == anchored:
            finish = days.on_or_before(on)
            found[place] = (days.later(finish, -span), finish)
        elif ready:
            found[place] = (max(ready), days.later(max(ready), span))
    return found


def lead_to(net: Network[Key], place: int) -> set[int]:
    """A step and all that comes before it."""
    found, to_look_at = {place}, [place]
    while to_look_at:
        for first, _ in net.before[to_look_at.pop()]:
            if first not in found:
                found.add(first)
                to_look_at.append(first)
    return found


def find_cycle(after: Mapping[Key, Iterable[Key]]) -> tuple[Key, ...]:
    """Steps that wait for each other: each before the one that waits for it, the first again at the end.

    Empty when there is none. `after` maps every step to those it comes after.
    """
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()
