"""Which rows a timeline has, and which days its axis names."""

from datetime import date, timedelta

import pytest

from plan.timeline import MOST_ROWS, Row, RowKind, TimelineStep, axis_of, rows_of
from storage.models import Side, StepState

TODAY = date(2026, 6, 10)  # a Wednesday


def a_step(number: int, phase: str = "Legal", starts: int = 0, **facts: object) -> TimelineStep:
    first = TODAY + timedelta(days=starts)
    usual: dict[str, object] = {
        "number": number,
        "title": f"Step {number}",
        "phase": phase,
        "side": Side.SELLER,
        "state": StepState.OPEN,
        "gate": False,
        "starts": first,
        "ends": first + timedelta(days=2),
    }
    return TimelineStep(**{**usual, **facts})  # type: ignore[arg-type]


def done(number: int, phase: str = "Legal") -> TimelineStep:
    return a_step(number, phase, -20, state=StepState.DONE)


def numbers(rows: list[Row]) -> list[int]:
    return sorted(step.number for row in rows if row.kind is not RowKind.PHASE for step in row.steps)


def test_a_phase_is_a_heading_and_its_steps_in_their_order() -> None:
    rows = rows_of([a_step(2), a_step(1), a_step(3, "Close")], TODAY)
    assert [(row.kind, row.phase, row.steps[0].number) for row in rows] == [
        (RowKind.PHASE, "Legal", 2),
        (RowKind.STEP, "Legal", 2),
        (RowKind.STEP, "Legal", 1),
        (RowKind.PHASE, "Close", 3),
        (RowKind.STEP, "Close", 3),
    ]


def test_steps_without_a_phase_have_no_heading() -> None:
    assert [row.kind for row in rows_of([a_step(1, ""), a_step(2, "")], TODAY)] == [RowKind.STEP] * 2


def test_a_finished_phase_is_one_bar_from_its_first_day_to_its_last() -> None:
    [fit, *rest] = rows_of([done(1, "Fit"), done(2, "Fit"), a_step(3)], TODAY)
    assert (fit.kind, fit.phase, len(fit.steps), fit.phases) == (RowKind.DONE, "Fit", 2, 1)
    assert (fit.starts, fit.ends) == (done(1).starts, done(2).ends)
    assert [row.kind for row in rest] == [RowKind.PHASE, RowKind.STEP]


@pytest.mark.parametrize("phases", [1, 2, 10, 60])
@pytest.mark.parametrize("finished", [0, 20, 59, 60])
def test_sixty_steps_fit_and_none_is_lost(phases: int, finished: int) -> None:
    size = 60 // phases
    steps = [(done if n < finished else a_step)(n, f"Phase {n // size}") for n in range(60)]
    rows = rows_of(steps, TODAY)
    assert len(rows) <= MOST_ROWS
    assert numbers(rows) == list(range(60))


def test_what_is_worked_on_stays_open_and_what_is_far_away_folds() -> None:
    steps = [
        *(done(n, "Fit") for n in range(1, 11)),
        *(a_step(n, "Security") for n in range(11, 21)),
        *(a_step(n, "Legal", 30) for n in range(21, 31)),
        *(a_step(n, "Live", 60, is_critical=n == 40) for n in range(31, 41)),
    ]
    rows = rows_of(steps, TODAY, 25)
    assert [(row.kind, row.phase) for row in rows if row.kind is not RowKind.STEP] == [
        (RowKind.DONE, "Fit"),
        (RowKind.PHASE, "Security"),
        (RowKind.PHASE, "Legal"),
        (RowKind.MORE, "Live"),
    ]
    assert rows[-1].is_critical


def test_of_one_long_phase_the_steps_that_decide_are_shown() -> None:
    steps = [a_step(n, "", 5, is_critical=n == 50, gate=n == 59) for n in range(60)]
    rows = rows_of(steps, TODAY, 10)
    shown = {row.steps[0].number for row in rows if row.kind is RowKind.STEP}
    assert {50, 59} <= shown
    assert (rows[-1].kind, len(rows[-1].steps)) == (RowKind.MORE, 60 - len(shown))


def test_the_axis_begins_on_a_monday_and_holds_every_day_there_is() -> None:
    agreed = (date(2026, 4, 1), date(2026, 4, 3))
    axis = axis_of([a_step(1, agreed=agreed)], TODAY, date(2026, 7, 31))
    assert axis.first == date(2026, 3, 30)
    assert axis.first.weekday() == 0
    assert axis.last > date(2026, 7, 31)
    assert axis.mondays()[:2] == [date(2026, 3, 30), date(2026, 4, 6)]
    assert all(day.weekday() == 0 for day in axis.mondays(2))
    assert axis.months() == [date(2026, month, 1) for month in (4, 5, 6, 7, 8)]


def test_an_axis_over_years_names_some_months_only() -> None:
    axis = axis_of([a_step(1)], TODAY, date(2031, 7, 31))
    assert axis.months(12) == [date(year, 1, 1) for year in range(2027, axis.last.year + 1)]
