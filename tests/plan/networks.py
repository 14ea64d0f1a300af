"""Plans drawn by chance, and somebody who knows only how to go from one day to the next."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from plan.calendars import MONDAY_TO_FRIDAY, Calendar, calendar_for, calendar_of
from plan.network import FRESH, LayoutStep, Standing
from storage.models import Side, StepState

DAY = timedelta(days=1)
Steps = list[LayoutStep[int]]
Standings = dict[int, Standing]

CALENDARS: tuple[Calendar, ...] = (
    MONDAY_TO_FRIDAY,
    calendar_for("US"),
    calendar_for("DE", "BY", [(date(2026, 12, 24), date(2027, 1, 6))]),
    calendar_for("GB", "SCT"),
    calendar_for("SA"),
    calendar_for("", "", [(date(2026, 3, 20), date(2026, 4, 12)), (date(2026, 5, 4), date(2026, 5, 4))]),
)
TODAYS = st.dates(date(2026, 1, 1), date(2027, 6, 30))


def random_steps(chance: Random, most: int = 12, *, own_lags: bool = True) -> Steps:
    """Some steps in any order, each after some of those with lower numbers."""
    steps = []
    for number in range(chance.randint(1, most)):
        after = sorted(chance.sample(range(number), min(number, chance.choice((0, 1, 1, 2, 3)))))
        some = chance.sample(after, chance.randint(0, len(after))) if own_lags else []
        steps.append(
            LayoutStep(
                number,
                chance.choice(list(Side)),
                days=chance.randint(1, 6),
                after=tuple(after),
                lag=chance.choice((0, 0, 1, 3)),
                lags={first: chance.randint(0, 4) for first in some},
            )
        )
    chance.shuffle(steps)
    return steps


def random_standing(chance: Random, today: date, *, dates: bool = True) -> Standing:
    """Whatever can have become of a step by today. `dates`: also those that somebody gave it."""

    def days(first: int, last: int) -> date:
        return today + chance.randint(first, last) * DAY

    def maybe(draw: Callable[[], date]) -> date | None:
        return draw() if chance.random() < 0.5 else None

    state = chance.choice([StepState.OPEN] * 4 + list(StepState))
    begun = maybe(lambda: days(-20, 0))
    return Standing(
        state=state,
        started_on=begun if state in (StepState.STARTED, StepState.DONE) else None,
        finished_on=maybe(lambda: days(-10, 0)) if state is StepState.DONE else None,
        free_on=maybe(lambda: days(-5, 20)) if state is StepState.BLOCKED else None,
        fixed_on=days(-8, 40) if dates and chance.random() < 0.2 else None,
        only_on=tuple(days(-8, 60) for _ in range(chance.randint(1, 4)))
        if dates and chance.random() < 0.2
        else (),
    )


def random_standings(chance: Random, steps: Steps, today: date, *, dates: bool = True) -> Standings:
    return {step.id: random_standing(chance, today, dates=dates) for step in steps if chance.random() < 0.7}


def lag_of(step: LayoutStep[int], first: int) -> int:
    return step.lags.get(first, step.lag)


def walk(day: date, count: int, calendar: Calendar) -> date:
    """The `count`th working day from `day` on, which counts if it is worked; below 0 the other way."""
    direction, left = (DAY, count) if count > 0 else (-DAY, -count)
    while True:
        left -= calendar.is_working(day)
        if left == 0:
            return day
        day += direction


def working_days_in(first: date, last: date, calendar: Calendar) -> int:
    """After `first` up to `last`, one by one; below 0 where `last` comes first."""
    if last < first:
        return -working_days_in(last, first, calendar)
    return sum(calendar.is_working(first + n * DAY) for n in range(1, (last - first).days + 1))


class Walker:
    """Computes a plan a day at a time, straight from what the rules say: the engine is held against it."""

    def __init__(self, steps: Steps, standings: Standings, today: date, a: Calendar, b: Calendar) -> None:
        self.steps = {step.id: step for step in steps}
        self.today = today
        self._standings = standings
        self._calendars = {side: calendar_of(side, a, b) for side in Side}
        self._spans: dict[int, tuple[date, date] | None] = {}
        self._latest: dict[tuple[int, date, bool], tuple[date, date]] = {}
        self.in_conflict: set[int] = set()

    def standing(self, number: int) -> Standing:
        return self._standings.get(number, FRESH)

    def calendar(self, number: int) -> Calendar:
        return self._calendars[self.steps[number].side]

    def span(self, number: int) -> tuple[date, date] | None:
        """When a step is worked; `None` for a skipped one that nothing comes before."""
        if number not in self._spans:
            self._spans[number] = self._worked(number)
        return self._spans[number]

    def _worked(self, number: int) -> tuple[date, date] | None:
        step, standing, calendar = self.steps[number], self.standing(number), self.calendar(number)
        before = {first: span[1] for first in step.after if (span := self.span(first)) is not None}
        if standing.state is StepState.SKIPPED:
            last = max(before.values(), default=None)
            return (last, last) if last else None
        if standing.state is StepState.DONE:
            finish = standing.finished_on or self.today
            start = standing.started_on or walk(finish, -step.days, calendar)
            return min(start, finish), finish
        if standing.state is StepState.STARTED:
            start = walk(standing.started_on or self.today, 1, calendar)
            finish = max(walk(start, step.days, calendar), walk(self.today, 1, calendar))
        else:
            is_blocked = standing.state is StepState.BLOCKED and standing.free_on is not None
            possible = [max(self.today, standing.free_on) if is_blocked and standing.free_on else self.today]
            possible += [walk(last + DAY, 1 + lag_of(step, one), calendar) for one, last in before.items()]
            start = walk(max(possible), 1, calendar)
            finish = walk(start, step.days, calendar)
        kept = self._on_its_date(number, finish)
        if kept != finish and standing.state is not StepState.STARTED:
            start = walk(kept, -step.days, calendar)
        return start, kept

    def _on_its_date(self, number: int, finish: date) -> date:
        standing = self.standing(number)
        kept = min((day for day in standing.only_on if day >= finish), default=finish)
        fixed = standing.fixed_on
        if fixed is not None:
            if self.today <= fixed < kept:
                self.in_conflict.add(number)
            kept = max(kept, fixed)
        if standing.only_on and kept not in standing.only_on:
            self.in_conflict.add(number)
        return kept

    def latest(self, number: int, by: date, *, whatever_it_is_tied_to: bool = False) -> tuple[date, date]:
        """The latest start and finish that let all that comes after it be done by a day."""
        known = (number, by, whatever_it_is_tied_to)
        if known not in self._latest:
            self._latest[known] = self._as_late_as_can_be(number, by, whatever_it_is_tied_to)
        return self._latest[known]

    def _as_late_as_can_be(self, number: int, by: date, loose: bool) -> tuple[date, date]:
        step, standing, calendar = self.steps[number], self.standing(number), self.calendar(number)
        day = by
        while not self._leaves_room(number, day, by, loose):
            day -= DAY
        if standing.state is StepState.SKIPPED:
            return day, day
        is_loose = loose and self._is_past_its_days(number)
        possible = [one for one in standing.only_on if one <= day and not is_loose]
        finish = max(possible) if possible else walk(day, -1, calendar)
        return walk(finish, -step.days, calendar), finish

    def _is_past_its_days(self, number: int) -> bool:
        span, days = self.span(number), self.standing(number).only_on
        return bool(days) and span is not None and span[1] > max(days)

    def _leaves_room(self, number: int, day: date, by: date, loose: bool) -> bool:
        for other in self.steps.values():
            state = self.standing(other.id).state
            if number not in other.after or state in (StepState.DONE, StepState.STARTED):
                continue
            start = self.latest(other.id, by, whatever_it_is_tied_to=loose)[0]
            if state is StepState.SKIPPED:
                if day > start:
                    return False
            elif walk(day + DAY, 1 + lag_of(other, number), self.calendar(other.id)) > start:
                return False
        return True
