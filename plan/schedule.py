"""The whole plan computed: the latest dates that keep the anchor, where it lands if nothing changes, and the
steps that decide it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, NamedTuple

from plan.calendars import MONDAY_TO_FRIDAY, Calendar, calendar_of, working_days
from plan.network import (
    NOBODY,
    NOTHING,
    Key,
    Laid,
    Network,
    Projection,
    Standing,
    as_early_as_can_be_after,
    latest,
    lead_to,
    network,
    project,
)
from plan.working_days import WorkingDays
from storage.kinds import Side, StepState


class Slot(NamedTuple):
    """When a step can be worked. Days are counted in the working days of its side.

    `slack` is by how many it can slip before the plan lands later; `room`, before the anchor is missed, below
    0 where it is already. Both are `None` for a step that is finished, `room` and the latest dates for a plan
    without an anchor. A skipped step nothing comes before has no dates.
    """

    latest_start: date | None
    latest_finish: date | None
    projected_start: date | None
    projected_finish: date | None
    slack: int | None
    room: int | None
    is_critical: bool
    in_conflict: bool  # the date somebody gave it cannot hold


@dataclass(frozen=True, slots=True)
class Schedule(Generic[Key]):
    """A plan at one moment. `anchor` is the day it is planned back from, or the working day before it."""

    today: date
    anchor: date | None
    projected_anchor: date | None  # `None` for a plan in which nothing has a date
    slots: Mapping[Key, Slot]
    critical_path: tuple[Key, ...]  # the open steps that decide where it lands, in their order
    critical_path_days: int  # working days of the longest chain, lags included, whatever the calendars
    days_late: int  # working days of both sides from the anchor to where it lands, 1 at least where that is
    # later; below 0, days to spare
    days_needed: int  # working days of both sides from today to where it lands, both included
    days_there: int  # the same up to the anchor; 0 without one
    deciding: frozenset[Key] = frozenset()  # every step, or those the step that ends on the anchor waits for

    @property
    def is_settled(self) -> bool:
        """Whether nothing is open any more that decides where it lands, as once it is signed."""
        return all(self.slots[key].slack is None for key in self.deciding)

    @property
    def lands(self) -> date | None:
        """Where the plan ends: nobody goes live before the day that was agreed."""
        if self.anchor is None or self.projected_anchor is None:
            return self.projected_anchor or self.anchor
        return max(self.anchor, self.projected_anchor)

    @property
    def is_late(self) -> bool:
        return self.days_late > 0 and not self.is_settled


def schedule(
    steps: Iterable[Laid[Key]],
    anchor: date | None,
    today: date,
    seller_calendar: Calendar,
    buyer_calendar: Calendar,
    *,
    standings: Mapping[Key, Standing] | None = None,
    anchor_step: Key | None = None,
) -> Schedule[Key]:
    """Compute a plan. `today` can still be worked; `anchor_step` is the step that ends on the anchor when
    that is not the last one.

    Raises `ValueError` for steps that wait for each other, for one that is not there, or for `anchor_step`
    unknown; `OverflowError` for a calendar without working days.
    """
    known = list(steps)
    if not known:
        return _of_nothing(anchor, today, seller_calendar, buyer_calendar)
    net = network(known, seller_calendar, buyer_calendar, standings)
    places = net.places
    if anchor_step is not None and anchor_step not in places:
        raise ValueError(f"no step {anchor_step!r} to anchor the plan on")
    anchored = NOBODY if anchor_step is None else places[anchor_step]
    found = project(net, today.toordinal())
    deciding = range(len(known)) if anchored == NOBODY else lead_to(net, anchored)
    end = max(found.finishes)
    lands = end if anchored == NOBODY else found.finishes[anchored]
    last = [lands if place in deciding else end for place in range(len(known))]
    alone = net if anchored == NOBODY else _held_up_by(net, deciding)
    _, slack_finishes = latest(alone, last, loose=_no_longer_tied(net, found))
    held, by_anchor = NOTHING, None
    if anchor is not None:
        by_anchor = _latest_by(net, anchor.toordinal(), anchored)
        held = _held(net, anchor.toordinal(), anchored)
    joint = working_days(calendar_of(Side.JOINT, seller_calendar, buyer_calendar))
    before_today = today.toordinal() - 1
    return Schedule(
        today=today,
        anchor=date.fromordinal(held) if held else None,
        projected_anchor=date.fromordinal(lands) if lands != NOTHING else None,
        slots=_slots(net, found, by_anchor, slack_finishes, deciding),
        critical_path=tuple(net.keys[place] for place in critical_chain(net, found, lands, deciding)),
        critical_path_days=longest_chain(net, deciding),
        days_late=_days_late(joint, held, lands, asked=anchor) if anchor and lands != NOTHING else 0,
        days_needed=max(0, joint.between(before_today, lands)) if lands != NOTHING else 0,
        days_there=max(0, joint.between(before_today, held)) if held else 0,
        deciding=frozenset(net.keys[place] for place in deciding),
    )


def _of_nothing(anchor: date | None, today: date, seller: Calendar, buyer: Calendar) -> Schedule[Key]:
    held = calendar_of(Side.JOINT, seller, buyer).on_or_before(anchor) if anchor else None
    return Schedule(today, held, None, {}, (), 0, 0, 0, 0)


def _latest_by(net: Network[Key], anchor: int, anchored: int) -> tuple[list[int], list[int]]:
    held = as_early_as_can_be_after(net, anchored, anchor) if anchored != NOBODY else None
    return latest(net, [anchor] * len(net.keys), held)


def _held(net: Network[Key], anchor: int, anchored: int) -> int:
    """The anchor, or the working day before it of those whose step is the last one."""
    if anchored != NOBODY:
        return net.calendars[anchored].on_or_before(anchor)
    is_last = [True] * len(net.keys)
    for edges in net.before:
        for first, _ in edges:
            is_last[first] = False
    return max(days.on_or_before(anchor) for days, ends in zip(net.calendars, is_last, strict=True) if ends)


def _held_up_by(net: Network[Key], deciding: Collection[int]) -> Network[Key]:
    """Without the dependencies of the other steps on these: a kickoff never makes the signature later."""
    return replace(
        net,
        before=[
            edges if place in deciding else [edge for edge in edges if edge[0] not in deciding]
            for place, edges in enumerate(net.before)
        ],
    )


def _no_longer_tied(net: Network[Key], found: Projection) -> set[int]:
    """Steps that end after all the days they are tied to: those days hold nothing up any more."""
    return {
        place
        for place in found.in_conflict
        if (days := net.standings[place].only_on) and found.finishes[place] > max(days).toordinal()
    }


def _days_late(joint: WorkingDays, anchor: int, lands: int, asked: date) -> int:
    """Where only one side works the days between, the anchor is missed all the same: by a day.

    It is kept by a step that somebody fixed on the very day asked for, although that day is closed.
    """
    days = joint.between(anchor, lands)
    return max(1, days) if lands > asked.toordinal() else min(0, days)


def _slots(
    net: Network[Key],
    found: Projection,
    by_anchor: tuple[list[int], list[int]] | None,
    by_end: list[int],
    deciding: Collection[int],
) -> dict[Key, Slot]:
    slots = {}
    day = date.fromordinal
    starts, finishes = by_anchor or ([], [])
    for place, key in enumerate(net.keys):
        start, finish = found.starts[place], found.finishes[place]
        slack = room = None
        if not net.standings[place].state.is_finished:
            days = net.calendars[place]
            slack = days.between(finish, by_end[place]) if finish < by_end[place] else 0
            room = days.between(finish, finishes[place]) if by_anchor else None
        slots[key] = Slot(
            day(starts[place]) if by_anchor else None,
            day(finishes[place]) if by_anchor else None,
            day(start) if start else None,
            day(finish) if finish else None,
            slack,
            room,
            slack == 0 and place in deciding,
            place in found.in_conflict,
        )
    return slots


def critical_chain(net: Network[Key], found: Projection, lands: int, deciding: Collection[int]) -> list[int]:
    """The open steps that decide where the plan lands, in order: each waits for the one before it."""
    chain: list[int] = []
    place = NOBODY
    for last in net.order:
        if found.finishes[last] == lands and last in deciding and not net.standings[last].state.is_finished:
            place = last
    while place != NOBODY:
        if not net.standings[place].state.is_finished:
            chain.append(place)
        elif net.standings[place].state is StepState.DONE:
            break
        place = found.decided_by[place]
    return chain[::-1]


def longest_chain(net: Network[Key], within: Collection[int] | None = None) -> int:
    """Working days on the longest chain of what is to be done, lags included.

    What is done, or begun already, waits for nothing any more, and nobody for a skipped step that nothing
    comes before.
    """
    left = [0 if one.state.is_finished else days for one, days in zip(net.standings, net.days, strict=True)]
    so_far = [0] * len(left)  # for each step: of the longest chain that leads to its end
    for place in net.order:
        if within is not None and place not in within:
            continue
        state = net.standings[place].state
        if state is StepState.DONE or state is StepState.STARTED:
            so_far[place] = left[place]
            continue
        is_skipped = state is StepState.SKIPPED
        longest = NOBODY if is_skipped else 0
        for first, lag in net.before[place]:
            days = so_far[first]
            if days < 0:  # nobody
                continue
            if not is_skipped:
                days += -left[first] if lag is None else lag  # side by side, or one after the other
            if days > longest:
                longest = days
        so_far[place] = longest + left[place]
    return max(0, *so_far) if so_far else 0


def offsets(steps: Iterable[Laid[Key]]) -> dict[Key, tuple[int, int]]:
    """The latest start and finish of each step in working days before the end of the plan, as numbers.

    0 is the end of the last day: a last step of three days has (-3, 0), and starts when day -3 is over.
    Without calendars these are the only dates a plan without an anchor has.
    """
    net = network(list(steps), MONDAY_TO_FRIDAY, MONDAY_TO_FRIDAY)
    finishes = [0] * len(net.keys)
    for place in reversed(net.order):
        for first, lag in net.before[place]:
            finishes[first] = min(finishes[first], finishes[place] - net.days[place] - (lag or 0))
    return {key: (finishes[p] - net.days[p], finishes[p]) for p, key in enumerate(net.keys)}
