"""The steps of a plan as a network, and the two passes over it: forwards from today, backwards from a day.

Days are ordinals (`date.toordinal()`) and steps are places in a list here; others ask `plan.schedule`.
A step of n days includes its first day; what comes after it starts on the next day that its own side works,
`lag` of that side's working days later.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Generic, Protocol, TypeVar

from plan.calendars import Calendar, calendar_of, working_days
from plan.working_days import WorkingDays
from storage.kinds import Side, StepState

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
    """How far a step is. Dates are days as the plan counts them."""

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
        lag, lags = step.lag, getattr(step, "lags", None)
        try:
            if lags:
                before.append([(places[first], lags.get(first, lag)) for first in step.after])
            else:
                before.append([(places[first], lag) for first in step.after])
        except KeyError as missing:
            first = missing.args[0]
            raise ValueError(f"step {step.id!r} comes after {first!r}, which is not in the plan") from None
    order = _in_order(before)
    if len(order) < len(known):
        chain = find_cycle({place: [first for first, _ in edges] for place, edges in enumerate(before)})
        names = " → ".join(str(known[place].id) for place in chain)
        raise ValueError(f"steps wait for each other: {names}")
    said = standings or {}
    return Network(
        keys=[step.id for step in known],
        days=[step.days for step in known],
        calendars=[of_side[step.side] for step in known],
        before=before,
        standings=[said.get(step.id, FRESH) for step in known],
        order=order,
    )


def _in_order(before: Sequence[Sequence[tuple[int, int | None]]]) -> list[int]:
    """Every place after all that it comes after; those in a circle, and what comes after them, are left out.

    As `graphlib` does it, in a quarter of its time.
    """
    waits_for = [len(edges) for edges in before]
    then: list[list[int]] = [[] for _ in before]
    for place, edges in enumerate(before):
        for first, _ in edges:
            then[first].append(place)
    order = [place for place, many in enumerate(waits_for) if not many]
    for place in order:  # grows while it is walked
        for following in then[place]:
            waits_for[following] -= 1
            if not waits_for[following]:
                order.append(following)
    return order


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
    starts, finishes, decided = [NOTHING] * many, [NOTHING] * many, [NOBODY] * many
    found = Projection(starts, finishes, decided, set())
    for place in net.order:
        standing, days = net.standings[place], net.calendars[place]
        state = standing.state
        if state is StepState.DONE:
            _stays(net, found, place, today)
            continue
        if state is StepState.SKIPPED:
            start, decided[place] = _passed_on(net, found, place)
            starts[place] = finishes[place] = start
            continue
        if state is StepState.STARTED:
            begun = standing.started_on.toordinal() if standing.started_on else today
            start, finish = days.from_day(begun, net.days[place])
            if finish < today:
                finish = days.on_or_after(today)
        else:
            first = today
            if state is StepState.BLOCKED and standing.free_on is not None:
                first = max(today, standing.free_on.toordinal())
            ready, decided_by = _ready(net, found, place)
            start, finish = days.from_day(max(first, ready), net.days[place])
            if start == ready:
                decided[place] = decided_by
        starts[place], finishes[place] = start, finish
        if standing.only_on or standing.fixed_on is not None:
            _keep_its_date(net, found, place, today)
    return found


def _ready(net: Network[Key], found: Projection, place: int) -> tuple[int, int]:
    """The first day on which nothing before it is in the way, and the step that decides it."""
    edges = net.before[place]
    if not edges:
        return NOTHING, NOBODY
    finishes, days = found.finishes, net.calendars[place]
    start, decided_by = NOTHING, NOBODY
    usual = edges[0][1]
    last, last_by = NOTHING, NOBODY  # of what has the usual lag: only the last finish has to be looked up
    for first, lag in edges:
        finish = finishes[first]
        if finish == NOTHING:
            continue
        if lag is None:
            day = days.on_or_after(found.starts[first])
        elif lag == usual:
            if finish > last:
                last, last_by = finish, first
            continue
        else:
            day = days.after(finish, lag)
        if day > start:
            start, decided_by = day, first
    if last_by != NOBODY:
        day = days.after(last, usual or 0)
        if day > start:
            start, decided_by = day, last_by
    return start, decided_by


def _passed_on(net: Network[Key], found: Projection, place: int) -> tuple[int, int]:
    """What comes after a skipped step waits for what came before it: the last finish of that, and whose."""
    finish, decided_by = NOTHING, NOBODY
    for first, _ in net.before[place]:
        if found.finishes[first] > finish:
            finish, decided_by = found.finishes[first], first
    return finish, decided_by


def _stays(net: Network[Key], found: Projection, place: int, today: int) -> None:
    standing, days = net.standings[place], net.calendars[place]
    finish = standing.finished_on.toordinal() if standing.finished_on else today
    if standing.started_on is not None:
        start = min(standing.started_on.toordinal(), finish)
    else:
        start = days.up_to(finish, net.days[place])[0]
    found.starts[place], found.finishes[place] = start, finish


def _keep_its_date(net: Network[Key], found: Projection, place: int, today: int) -> None:
    """A date that somebody gave, or days that it is tied to: not earlier, and in conflict where later, or
    where the date is none of the days."""
    standing, days = net.standings[place], net.calendars[place]
    earliest = finish = found.finishes[place]
    tied_to = [day.toordinal() for day in standing.only_on]
    if tied_to:
        finish = min((day for day in tied_to if day >= finish), default=finish)
    if standing.fixed_on is not None:
        fixed = standing.fixed_on.toordinal()
        if fixed >= finish:
            finish = fixed
        elif fixed >= today:
            found.in_conflict.add(place)
    if tied_to and finish not in tied_to:
        found.in_conflict.add(place)
    if finish == earliest:
        return
    found.finishes[place] = finish
    found.decided_by[place] = NOBODY
    if standing.state is not StepState.STARTED:
        found.starts[place] = days.up_to(finish, net.days[place])[0]


def latest(
    net: Network[Key],
    by: Sequence[int],
    held: Mapping[int, tuple[int, int]] | None = None,
    loose: Collection[int] = (),
) -> tuple[list[int], list[int]]:
    """Backwards: the latest start and finish of each step that leave all others room to be done by `by`.

    Those in `held` have their start and finish; those in `loose` are no longer tied to any day. What is done,
    or begun already, holds nothing up.
    """
    standings, calendars, before = net.standings, net.calendars, net.before
    bounds = list(by)
    starts, finishes = [NOTHING] * len(bounds), [NOTHING] * len(bounds)
    for place in reversed(net.order):
        standing, bound, days = standings[place], bounds[place], calendars[place]
        state = standing.state
        if state is StepState.SKIPPED:
            starts[place] = finishes[place] = bound
            for first, _ in before[place]:
                bounds[first] = min(bounds[first], bound)
            continue
        if held and place in held:
            start, finish = held[place]
        elif standing.only_on and place not in loose:
            start, finish = _last_days(net, place, bound)
        else:
            start, finish = days.up_to(bound, net.days[place])
        starts[place], finishes[place] = start, finish
        if state is StepState.DONE or state is StepState.STARTED:
            continue
        room, room_lag = start - 1, 0
        for first, lag in before[place]:
            if lag is None:
                bounds[first] = min(bounds[first], _room_beside(net, first, start, bounds[first]))
                continue
            if lag != room_lag:
                room, room_lag = days.later(start, -lag) - 1, lag
            if room < bounds[first]:
                bounds[first] = room
    return starts, finishes


def _last_days(net: Network[Key], place: int, bound: int) -> tuple[int, int]:
    """The latest start and finish by a day, on one of the days it is tied to if it is."""
    days, many = net.calendars[place], net.days[place]
    tied_to = [day.toordinal() for day in net.standings[place].only_on]
    start, finish = days.up_to(max((day for day in tied_to if day <= bound), default=bound), many)
    return start, max((day for day in tied_to if day <= bound), default=finish)


def _room_beside(net: Network[Key], first: int, start: int, bound: int) -> int:
    """The latest finish of a step at which one that may start when it does can still start on `start`."""
    state, days = net.standings[first].state, net.calendars[first]
    if state is StepState.SKIPPED:
        return start
    if state is not StepState.OPEN and state is not StepState.BLOCKED:
        return bound
    return days.from_day(days.on_or_before(start), net.days[first])[1]


def as_early_as_can_be_after(net: Network[Key], anchored: int, on: int) -> dict[int, tuple[int, int]]:
    """The start and finish of a step that ends on a day, or before it where that is closed, and of all that
    comes after it."""
    found: dict[int, tuple[int, int]] = {}
    for place in net.order:
        if place == anchored:
            found[place] = _last_days(net, place, on)
            continue
        edges = [(first, lag) for first, lag in net.before[place] if first in found]
        if not edges:
            continue
        standing, days = net.standings[place], net.calendars[place]
        if standing.state is StepState.SKIPPED:
            end = max(found[first][1] for first, _ in edges)
            found[place] = end, end
            continue
        ready = max(
            days.on_or_after(found[first][0]) if lag is None else days.after(found[first][1], lag)
            for first, lag in edges
        )
        start, finish = days.from_day(ready, net.days[place])
        if standing.only_on:
            tied_to = [day.toordinal() for day in standing.only_on]
            finish = min((day for day in tied_to if day >= finish), default=finish)
            start = days.up_to(finish, net.days[place])[0]
        found[place] = start, finish
    return found


def lead_to(net: Network[Key], place: int) -> set[int]:
    """A step and all that it waits for: what is done, or begun already, waits for nothing any more."""
    found, to_look_at = {place}, [place]
    while to_look_at:
        last = to_look_at.pop()
        if net.standings[last].state in (StepState.DONE, StepState.STARTED):
            continue
        for first, _ in net.before[last]:
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
