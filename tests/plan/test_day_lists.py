"""Several days in one field."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.text import day_and_year
from plan.calendars import calendar_for
from plan.day_lists import read_days
from plan.readings import WhenError, WhenKind

TODAY = date(2026, 6, 2)
GB = calendar_for("GB")


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("", []),
        (" \n ,, ", []),
        ("12 Jun, 26 Jun", [(2026, 6, 12), (2026, 6, 26)]),
        ("26 Jun\n12 Jun\n12 June", [(2026, 6, 12), (2026, 6, 26)]),
        ("Fri, 12 Jun, Fri 26 Jun", [(2026, 6, 12), (2026, 6, 26)]),
        ("Dec 15, 2026; EOQ", [(2026, 6, 30), (2026, 12, 15)]),
        ("1 May, 12 Jun", [(2026, 6, 12)]),  # what is over is left out
        ("2026-06-02", [(2026, 6, 2)]),
    ],
)
def test_what_people_type(typed: str, days: list[tuple[int, int, int]]) -> None:
    assert read_days(typed, TODAY, GB) == tuple(date(*day) for day in days)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("12 Jun, soonish", WhenKind.UNKNOWN),
        ("15, 16 Jun", WhenKind.UNKNOWN),
        ("12 Jun, 3/4", WhenKind.AMBIGUOUS),
        ("31 Jun", WhenKind.IMPOSSIBLE),
        ("1 May, 1 Jun", WhenKind.PAST),  # nothing left: it would be any day
        ("12 Jun 2040", WhenKind.FAR),
    ],
)
def test_what_is_no_day_to_plan_with(typed: str, kind: WhenKind) -> None:
    with pytest.raises(WhenError) as refused:
        read_days(typed, TODAY, GB)
    assert refused.value.kind is kind


@given(st.sets(st.integers(0, 1800), max_size=24), st.sampled_from([", ", "\n", "; "]))
def test_what_is_shown_is_read_as_it_was_meant(ahead: set[int], between: str) -> None:
    days = tuple(TODAY + timedelta(days) for days in sorted(ahead))
    assert read_days(between.join(map(day_and_year, days)), TODAY, GB) == days
