"""A plan as bars on an axis: which rows there are, and which days the axis names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from plan.calendars import ONE_DAY
from storage.models import Side, StepState

MOST_ROWS = 30  # more of them, and nothing can be read at the width that Slack shows a picture in
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """A step that has days: the ones it was done on, or those on which it would be worked as things stand."""

    number: int
    title: str
    phase: str
    side: Side
    state: StepState
    gate: bool
    starts: date
    ends: date  # included
    is_critical: bool = False
    agreed: tuple[date, date] | None = None  # its first and last day as both sides signed them

    @property
    def is_done(self) -> bool:
        return self.state is StepState.DONE

    def is_at_hand(self, today: date) -> bool:
        return not self.is_done and self.starts <= today


class RowKind(StrEnum):
    PHASE = "phase"  # the heading of the rows below it
    STEP = "step"
    DONE = "done"  # several finished steps in one bar
    MORE = "more"  # several steps in one bar, not all of them finished


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the picture. `phase` is the name of the one phase it is about, "" for several or for none."""

    kind: RowKind
    phase: str
    steps: tuple[TimelineStep, ...]
    phases: int = 1  # how many whole phases are folded in it; 0 for some steps of one

    @property
    def starts(self) -> date:
        return min(step.starts for step in self.steps)

    @property
    def ends(self) -> date:
        return max(step.ends for step in self.steps)

    @property
    def is_critical(self) -> bool:
        return any(step.is_critical for step in self.steps)


def rows_of(steps: Iterable[TimelineStep], today: date, most: int = MOST_ROWS) -> list[Row]:
    """The rows from top to bottom, `most` at the most. A finished phase is one bar.

    Where that is not enough, what is done inside a phase folds, then the phases that are furthest away, and
    last what is left over of the phase that is being worked on.
    """
    phases: dict[str, list[TimelineStep]] = {}
    for step in steps:
        phases.setdefault(step.phase, []).append(step)
    groups = [_whole(name, inside) for name, inside in phases.items()]
    if _count(groups) > most:
        groups = [_done_folded(group) for group in groups]
    for may_be_at_hand in (False, True):
        groups = _far_folded(groups, today, most, may_be_at_hand=may_be_at_hand)
    return _shortened(groups, today, most)


def _whole(name: str, inside: Sequence[TimelineStep]) -> list[Row]:
    if all(step.is_done for step in inside) and (name or len(inside) > 1):
        return [Row(RowKind.DONE, name, tuple(inside))]
    heading = [Row(RowKind.PHASE, name, tuple(inside))] if name else []
    return heading + [Row(RowKind.STEP, name, (step,), 0) for step in inside]


def _count(groups: Sequence[Sequence[Row]]) -> int:
    return sum(map(len, groups))


def _done_folded(group: list[Row]) -> list[Row]:
    """What is done inside a phase that is not, in one row."""
    done = tuple(row.steps[0] for row in group if row.kind is RowKind.STEP and row.steps[0].is_done)
    if len(done) < 2:
        return group
    folded = Row(RowKind.DONE, group[0].phase, done, 0)
    left = [row for row in group if not (row.kind is RowKind.STEP and row.steps[0].is_done)]
    at = 1 if left[0].kind is RowKind.PHASE else 0
    return [*left[:at], folded, *left[at:]]


def _far_folded(groups: list[list[Row]], today: date, most: int, *, may_be_at_hand: bool) -> list[list[Row]]:
    """The phases in one row each, the last ones first, until it all fits; never the first that is open."""
    groups = list(groups)
    first_open = next((at for at, group in enumerate(groups) if len(group) > 1), 0)
    for at in range(len(groups) - 1, first_open, -1):
        if _count(groups) <= most:
            break
        steps = _steps(groups[at])
        if len(groups[at]) > 1 and (may_be_at_hand or not any(one.is_at_hand(today) for one in steps)):
            groups[at] = [Row(RowKind.MORE, groups[at][0].phase, steps)]
    return groups


def _steps(group: Sequence[Row]) -> tuple[TimelineStep, ...]:
    found = {step.number: step for row in group for step in row.steps}
    return tuple(found.values())


def _shortened(groups: list[list[Row]], today: date, most: int) -> list[Row]:
    """Whatever still does not fit: the folded phases become few, then the open one loses its last steps."""
    if _count(groups) <= most:
        return [row for group in groups for row in group]
    first_open = next((at for at, group in enumerate(groups) if len(group) > 1), len(groups) - 1)
    before, here, after = groups[:first_open], groups[first_open], groups[first_open + 1 :]
    above, below = _together(before), _together(after)
    room = most - len(above) - len(below)
    if len(here) > room:
        here = _most_telling(here, today, room)
    return [*above, *here, *below]


def _together(groups: Sequence[Sequence[Row]]) -> list[Row]:
    """Folded phases in one row."""
    rows = [row for group in groups for row in group]
    if len(rows) < 2:
        return rows
    steps = tuple(step for row in rows for step in row.steps)
    kind = RowKind.DONE if all(step.is_done for step in steps) else RowKind.MORE
    return [Row(kind, "", steps, sum(row.phases for row in rows))]


def _most_telling(group: list[Row], today: date, room: int) -> list[Row]:
    """The steps that decide where it lands, are at hand or are gates; the others in one last row."""
    tell = sorted(
        (row for row in group if row.kind is RowKind.STEP),
        key=lambda row: (not row.is_critical, not row.steps[0].is_at_hand(today), not row.steps[0].gate),
    )
    fixed = sum(row.kind is not RowKind.STEP for row in group)
    kept = {row.steps[0].number for row in tell[: max(room - fixed - 1, 1)]}
    shown = [row for row in group if row.kind is not RowKind.STEP or row.steps[0].number in kept]
    left = tuple(step for row in group if row not in shown for step in row.steps)
    return [*shown, Row(RowKind.MORE, group[0].phase, left, 0)] if left else shown


@dataclass(frozen=True, slots=True)
class Axis:
    """The days that the picture shows, both included: from a Monday to some days after the last bar."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def mondays(self, every: int = 1) -> list[date]:
        return [self.first + A_WEEK * week for week in range(0, (self.days + 6) // 7, every)]

    def months(self, every: int = 1) -> list[date]:
        """The first of each month inside it, of those that `every` months apart leaves."""
        found = []
        day = self.first.replace(day=1)
        while day <= self.last:
            if day >= self.first and (day.month - 1) % every == 0:
                found.append(day)
            day = (day + timedelta(days=32)).replace(day=1)
        return found


def axis_of(steps: Iterable[TimelineStep], *days: date) -> Axis:
    """Wide enough for all steps as they are and as they were agreed, and for these days."""
    shown = [*days]
    for step in steps:
        shown += [step.starts, step.ends, *(step.agreed or ())]
    first, last = min(shown), max(shown)
    room = max((last - first).days // 12, 2)
    first -= timedelta(days=first.weekday())
    return Axis(first, last + ONE_DAY * room)
