"""Working days by number, against a walk from day to day."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import Calendar, JointCalendar
from plan.working_days import CHUNK, FIRST, LAST, MOST_DAYS, WorkingDays
from tests.plan.networks import CALENDARS, walk, working_days_in

AROUND = date(2026, 1, 1)
DATES = st.dates(date(2019, 1, 1), date(2034, 12, 31))
COUNTS = st.integers(1, 40)
SIDES = st.sampled_from([*CALENDARS, JointCalendar(CALENDARS[2], CALENDARS[4])])


def fresh(calendar: Calendar) -> WorkingDays:
    """Without anything that it was asked before."""
    return WorkingDays(calendar.is_working, AROUND.toordinal())


@settings(max_examples=60, deadline=None)
@given(SIDES, st.lists(st.tuples(DATES, COUNTS), min_size=1, max_size=5))
def test_every_answer_is_the_one_of_a_walk(calendar: Calendar, asked: list[tuple[date, int]]) -> None:
    days = fresh(calendar)
    for day, count in asked:
        number = day.toordinal()
        on, before = walk(day, 1, calendar), walk(day, -1, calendar)
        assert date.fromordinal(days.on_or_after(number)) == on
        assert date.fromordinal(days.on_or_before(number)) == before
        last, first = walk(day, count, calendar), walk(day, -count, calendar)
        assert days.from_day(number, count) == (on.toordinal(), last.toordinal())
        assert days.up_to(number, count) == (first.toordinal(), before.toordinal())
        assert days.after(number - 1, count - 1) == last.toordinal()
        assert days.later(on.toordinal(), count - 1) == last.toordinal()
        assert days.later(before.toordinal(), 1 - count) == first.toordinal()


@settings(max_examples=60, deadline=None)
@given(SIDES, DATES, st.integers(-500, 500))
def test_days_between_are_counted_in_both_directions(calendar: Calendar, first: date, apart: int) -> None:
    last = date.fromordinal(first.toordinal() + apart)
    days = fresh(calendar)
    assert days.between(first.toordinal(), last.toordinal()) == working_days_in(first, last, calendar)
    assert days.between(last.toordinal(), first.toordinal()) == -days.between(
        first.toordinal(), last.toordinal()
    )


def test_it_asks_about_each_day_once_however_far_away() -> None:
    asked: list[date] = []

    def works(day: date) -> bool:
        asked.append(day)
        return day.weekday() < 5

    days = WorkingDays(works, AROUND.toordinal())
    for year in (2026, 2150, 1900, 2026, 2149, 1901):
        assert days.on_or_after(date(year, 6, 6).toordinal()) >= date(year, 6, 6).toordinal()
    assert len(asked) == len(set(asked))


def test_threads_that_ask_at_once_get_the_answers_of_one() -> None:
    calendar = CALENDARS[2]
    chance = Random(7)
    asked = [
        (chance.randint(-9, 9) * CHUNK + chance.randint(0, 300), chance.randint(1, 300)) for _ in range(60)
    ]
    alone = fresh(calendar)
    start = AROUND.toordinal()
    right = [(alone.from_day(start + day, count), alone.up_to(start + day, count)) for day, count in asked]
    for _ in range(5):
        shared, gate = fresh(calendar), Barrier(6)

        def ask(seed: int, shared: WorkingDays = shared, gate: Barrier = gate) -> list[tuple[int, object]]:
            order = Random(seed).sample(range(len(asked)), len(asked))
            gate.wait()
            return [
                (place, (shared.from_day(start + day, count), shared.up_to(start + day, count)))
                for place in order
                for day, count in [asked[place]]
            ]

        with ThreadPoolExecutor(6) as threads:
            for answers in threads.map(ask, range(6)):
                assert [answer for _, answer in sorted(answers)] == right


QUESTIONS: list[Callable[[WorkingDays, int], object]] = [
    lambda days, day: days.on_or_after(day),
    lambda days, day: days.on_or_before(day),
    lambda days, day: days.after(day, 3),
    lambda days, day: days.later(day, -3),
    lambda days, day: days.from_day(day, 2),
    lambda days, day: days.up_to(day, 2),
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_closed_for_good_is_said_and_not_searched_for_ever(
    question: Callable[[WorkingDays, int], object],
) -> None:
    days = WorkingDays(lambda day: False, AROUND.toordinal())
    with pytest.raises(OverflowError):
        question(days, AROUND.toordinal())


def test_where_nobody_works_no_days_lie_between() -> None:
    days = WorkingDays(lambda day: False, AROUND.toordinal())
    assert days.between(AROUND.toordinal(), AROUND.toordinal() + 1000) == 0


def test_one_that_closes_for_good_later_is_open_until_then() -> None:
    days = WorkingDays(lambda day: day <= date(2027, 1, 5), AROUND.toordinal())
    assert date.fromordinal(days.on_or_before(date(2040, 1, 1).toordinal())) == date(2027, 1, 5)
    with pytest.raises(OverflowError):
        days.on_or_after(date(2027, 1, 6).toordinal())


@pytest.mark.parametrize("day", [FIRST, LAST, FIRST - 1, LAST + 1, AROUND.toordinal() + MOST_DAYS + 1])
def test_days_beyond_three_hundred_years_are_none(day: int) -> None:
    days = fresh(CALENDARS[0])
    for question in QUESTIONS:
        with pytest.raises(OverflowError):
            question(days, day)
    with pytest.raises(OverflowError):
        days.between(AROUND.toordinal(), day)
