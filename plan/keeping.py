"""What must be true to keep the date: the fewest changes that bring a plan back to its anchor.

A change starts a step now instead of on the day it waits for, works it side by side with the one before it,
takes it in less time (half of it at the least), or leaves it out. Leaving one out counts as two: somebody
wanted that step. Gates stay where they are: both sides confirm them, one after the other; and what the plan
ends with is not left out. Only what stands on the chain that decides the landing can help, so a search that
tries the changes on that chain, and then on the one that decides next, misses none.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from plan.network import NOBODY, Key, Network, Projection, Standing, lead_to, project
from plan.schedule import critical_chain
from plan.working_days import WorkingDays
from storage.models import Side, StepState

Item = TypeVar("Item")

MOST_CHANGES = 5  # more than that is another plan
MOST_TRIES = 60_000  # steps projected; beyond that the largest gain is taken, one after the other


class Move(StrEnum):
    """What can be changed about a step, the lightest first."""

    START_NOW = "start_now"
    SIDE_BY_SIDE = "side_by_side"
    SHORTEN = "shorten"
    SKIP = "skip"

    @property
    def weight(self) -> int:
        return 2 if self is Move.SKIP else 1


@dataclass(frozen=True, slots=True)
class Change(Generic[Key]):
    """One change. `gains` are the working days of both sides by which the plan lands earlier with it."""

    move: Move
    step: Key
    beside: Key | None = None  # the step it is worked side by side with
    days: int = 0  # working days that it takes then, where it takes less
    gains: int = 0


@dataclass(frozen=True, slots=True)
class Way(Generic[Key]):
    """Changes that together keep the date, or bring the plan as near to it as a few can.

    `now` is the open step that decides it first: all of it counts on its being worked from today on.
    """

    now: Key | None
    changes: tuple[Change[Key], ...]
    lands: date
    keeps: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """A change by places instead of keys."""

    move: Move
    place: int
    beside: int = NOBODY
    days: int = 0


class _OutOfTries(Exception):
    pass


def way_to_keep(
    net: Network[Key],
    anchor: date,
    today: date,
    joint: WorkingDays,
    *,
    gates: Collection[Key] = (),
    as_they_are: Collection[Key] = (),
    anchor_step: Key | None = None,
) -> Way[Key] | None:
    """The fewest changes that bring the plan to its anchor; `None` where it lands there anyway.

    Steps `as_they_are` are left alone. `joint` counts the days that both sides work. Of ways that weigh as
    much the lighter changes are taken.
    """
    search = _Search(net, anchor.toordinal(), today.toordinal(), gates, as_they_are, anchor_step)
    if search.lands(net) <= search.anchor:
        return None
    found = search.fewest()
    keeps = found is not None
    steps = search.no_more_than_needed(found) if found is not None else search.nearest()
    changes, current = [], net
    for step in steps:
        before, current = search.lands(current), _apply(current, step)
        gains = joint.between(search.lands(current), before)
        beside = net.keys[step.beside] if step.beside != NOBODY else None
        changes.append(Change(step.move, net.keys[step.place], beside, step.days, gains))
    return Way(search.first(), tuple(changes), date.fromordinal(search.lands(current)), keeps)


class _Search(Generic[Key]):
    def __init__(
        self,
        net: Network[Key],
        anchor: int,
        today: int,
        gates: Collection[Key],
        as_they_are: Collection[Key],
        anchor_step: Key | None,
    ) -> None:
        self.anchor = anchor
        self._net = net
        self._today = today
        self._gates = {place for place, key in enumerate(net.keys) if key in gates}
        self._left_alone = {place for place, key in enumerate(net.keys) if key in as_they_are}
        places = net.places
        everything = set(range(len(net.keys)))
        self._deciding = everything if anchor_step is None else lead_to(net, places[anchor_step])
        self._ends = everything if anchor_step is None else {places[anchor_step]}
        self._tries = 0
        self._tried: set[frozenset[_Step]] = set()

    def first(self) -> Key | None:
        """The open step that decides where the plan lands before all others, where it can be worked today."""
        found = project(self._net, self._today)
        chain = self._chain(self._net, found)
        if not chain or found.starts[chain[0]] > self._net.calendars[chain[0]].on_or_after(self._today):
            return None
        return self._net.keys[chain[0]]

    def lands(self, net: Network[Key]) -> int:
        return self._end(project(net, self._today))

    def fewest(self) -> list[_Step] | None:
        """The shortest list of changes that keeps the anchor, as far as it is found in time."""
        try:
            for most in range(1, MOST_CHANGES * Move.SKIP.weight + 1):
                self._tried.clear()
                if (found := self._within(self._net, most, [])) is not None:
                    return found
        except _OutOfTries:
            pass
        found = self.nearest()
        net = self._net
        for step in found:
            net = _apply(net, step)
        return found if self.lands(net) <= self.anchor else None

    def _within(self, net: Network[Key], most: int, so_far: list[_Step]) -> list[_Step] | None:
        """Changes that weigh no more than `most` together."""
        for step in list(self._possible(net, so_far)):
            left, together = most - step.move.weight, frozenset([*so_far, step])
            if left < 0 or together in self._tried:
                continue
            self._tried.add(together)
            self._count()
            changed = _apply(net, step)
            if self.lands(changed) <= self.anchor:
                return [*so_far, step]
            if (
                left
                and len(together) < MOST_CHANGES
                and (found := self._within(changed, left, [*so_far, step])) is not None
            ):
                return found
        return None

    def nearest(self) -> list[_Step]:
        """The largest gain for its weight first, until the anchor is kept or nothing gains any more."""
        net, steps = self._net, list[_Step]()
        lands = self.lands(net)
        while lands > self.anchor and len(steps) < MOST_CHANGES:
            best, best_gain = None, 0.0
            for step in list(self._possible(net, steps)):
                gain = (lands - self.lands(_apply(net, step))) / step.move.weight
                if gain > best_gain:
                    best, best_gain = step, gain
            if best is None:
                break
            net = _apply(net, best)
            lands = self.lands(net)
            steps.append(best)
        return steps

    def no_more_than_needed(self, steps: list[_Step]) -> list[_Step]:
        """The same changes, each step shortened by no more than it has to be."""
        for place, step in enumerate(steps):
            if step.move is not Move.SHORTEN:
                continue
            longest = self._net.days[step.place] - 1
            for days in range(longest, step.days, -1):
                lighter = [*steps[:place], replace(step, days=days), *steps[place + 1 :]]
                net = self._net
                for one in lighter:
                    net = _apply(net, one)
                if self.lands(net) <= self.anchor:
                    steps = lighter
                    break
        return steps

    def _possible(self, net: Network[Key], so_far: list[_Step]) -> Iterator[_Step]:
        """What can be changed on the chain that decides where the plan lands, the lightest first.

        Half of a step is its least: none is shortened twice.
        """
        shortened = {step.place for step in so_far if step.move is Move.SHORTEN}
        found = project(net, self._today)
        chain = self._chain(net, found)
        for offer in (_start_now, _side_by_side, _shorten, _skip):
            for step in offer(net, found, chain, self._today, self._gates):
                is_half = step.move is Move.SHORTEN and step.place in shortened
                if not is_half and step.place not in self._left_alone:
                    yield step

    def _chain(self, net: Network[Key], found: Projection) -> list[int]:
        return critical_chain(net, found, self._end(found), self._deciding)

    def _end(self, found: Projection) -> int:
        return max(found.finishes[place] for place in self._ends)

    def _count(self) -> None:
        self._tries += len(self._net.keys)
        if self._tries > MOST_TRIES:
            raise _OutOfTries


def _start_now(
    net: Network[Key], found: Projection, chain: list[int], today: int, gates: set[int]
) -> Iterator[_Step]:
    """It waits for a day: until it is free, or because somebody gave it a later date."""
    for place in chain:
        standing = net.standings[place]
        waits = standing.fixed_on is not None or (standing.state is StepState.BLOCKED and standing.free_on)
        if waits and found.decided_by[place] == NOBODY and found.finishes[place] > today:
            yield _Step(Move.START_NOW, place)


def _side_by_side(
    net: Network[Key], found: Projection, chain: list[int], today: int, gates: set[int]
) -> Iterator[_Step]:
    for place in chain:
        first = found.decided_by[place]
        if first == NOBODY or net.standings[first].state.is_finished or {place, first} & gates:
            continue
        if any(before == first and lag is not None for before, lag in net.before[place]):
            yield _Step(Move.SIDE_BY_SIDE, place, beside=first)


def _shorten(
    net: Network[Key], found: Projection, chain: list[int], today: int, gates: set[int]
) -> Iterator[_Step]:
    for place in chain:
        least = (net.days[place] + 1) // 2
        if least < net.days[place] and net.standings[place].state is not StepState.STARTED:
            yield _Step(Move.SHORTEN, place, days=least)


def _skip(
    net: Network[Key], found: Projection, chain: list[int], today: int, gates: set[int]
) -> Iterator[_Step]:
    waited_for = {first for edges in net.before for first, _ in edges}
    for place in chain:
        if place in waited_for and place not in gates:
            yield _Step(Move.SKIP, place)


def _apply(net: Network[Key], step: _Step) -> Network[Key]:
    place = step.place
    if step.move is Move.SHORTEN:
        return replace(net, days=_with(net.days, place, step.days))
    if step.move is Move.SIDE_BY_SIDE:
        edges: list[tuple[int, int | None]] = [
            (first, None if first == step.beside else lag) for first, lag in net.before[place]
        ]
        return replace(net, before=_with(net.before, place, edges))
    new: Callable[[Standing], Standing] = _skipped if step.move is Move.SKIP else _free
    return replace(net, standings=_with(net.standings, place, new(net.standings[place])))


def _skipped(standing: Standing) -> Standing:
    return replace(standing, state=StepState.SKIPPED)


def _free(standing: Standing) -> Standing:
    state = StepState.OPEN if standing.state is StepState.BLOCKED else standing.state
    return replace(standing, state=state, free_on=None, fixed_on=None)


def _with(items: list[Item], place: int, new: Item) -> list[Item]:
    return [*items[:place], new, *items[place + 1 :]]


def asks(side: Side) -> tuple[Side, ...]:
    """The sides that a change to a step of this side asks something of."""
    return (Side.SELLER, Side.BUYER) if side is Side.JOINT else (side,)
