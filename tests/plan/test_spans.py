"""From a first to a last day, and why, as people type it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plan.calendars import calendar_for
from plan.readings import WhenError, WhenKind
from plan.spans import Span, read_span
from plan.when import HORIZON, describe_day

TODAY = date(2026, 6, 2)
US = calendar_for("US")
JUNE_22, JUNE_30 = date(2026, 6, 22), date(2026, 6, 30)


@pytest.mark.parametrize(
    "typed",
    [
        "22 Jun to 30 Jun quarter freeze",
        "from 22 Jun until 30 Jun: quarter freeze",
        "22-30 Jun quarter freeze",
        "22–30 Jun, quarter freeze",
        "22 to 30 June – quarter freeze",
        "Jun 22 through Jun 30 quarter freeze",
        "Mon 22 Jun - Tue 30 Jun quarter freeze",
        "2026-06-22 to 2026-06-30 quarter freeze",
        "22.6.2026 - 30.6.2026 quarter freeze",
        "22 Jun to EOQ quarter freeze",
        "the 22nd to 30th of June quarter freeze",
    ],
)
def test_two_days_and_why(typed: str) -> None:
    assert read_span(typed, TODAY, US) == Span(JUNE_22, JUNE_30, "quarter freeze")


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("24 Dec", Span(date(2026, 12, 24), date(2026, 12, 24), "")),
        ("24 Dec company day", Span(date(2026, 12, 24), date(2026, 12, 24), "company day")),
        ("tomorrow", Span(date(2026, 6, 3), date(2026, 6, 3), "")),
        ("24 Dec to 2 Jan shutdown", Span(date(2026, 12, 24), date(2027, 1, 2), "shutdown")),
        ("fri to next fri offsite", Span(date(2026, 6, 5), date(2026, 6, 12), "offsite")),
        ("22 Jun–1 Jul move to Berlin", Span(JUNE_22, date(2026, 7, 1), "move to Berlin")),
        ("30 Jun to 22 Jun", Span(JUNE_30, JUNE_22, "")),  # what comes first is for others to say
    ],
)
def test_what_else_people_type(typed: str, span: Span) -> None:
    assert read_span(typed, TODAY, US) == span


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", WhenKind.UNKNOWN),
        ("quarter freeze 22 Jun to 30 Jun", WhenKind.UNKNOWN),
        ("22 Jun to whenever", WhenKind.UNKNOWN),
        ("22 to 30", WhenKind.UNKNOWN),
        ("to 30 Jun", WhenKind.UNKNOWN),
        ("31 Jun to 2 Jul", WhenKind.IMPOSSIBLE),
        ("3/4 to 5/6", WhenKind.AMBIGUOUS),
        ("1 May to 1 Jul", WhenKind.PAST),
        ("22 Jun to 30 Jun 2040", WhenKind.FAR),
    ],
)
def test_what_is_no_days_to_plan_with(typed: str, kind: WhenKind) -> None:
    with pytest.raises(WhenError) as refused:
        read_span(typed, TODAY, US)
    assert refused.value.kind is kind


@given(
    st.integers(0, HORIZON.days - 200),
    st.integers(0, 120),
    st.sampled_from([" to ", " - ", " – ", " until "]),
    st.sampled_from(["", "freeze", "offsite in Rome"]),
)
def test_days_told_with_their_year_are_read_as_they_were_meant(
    ahead: int, long: int, joined: str, why: str
) -> None:
    first = TODAY + timedelta(ahead)
    last = first + timedelta(long)
    days = (f"{describe_day(day, day)} {day.year}" for day in (first, last))
    assert read_span(f"{joined.join(days)} {why}", TODAY, US) == Span(first, last, why)
