"""When somebody is nudged, and who."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.calendars import calendar_for
from plan.nudging import (
    Ask,
    is_good_moment,
    local_day,
    next_good_moment,
    nudge_time,
    snooze_until,
    time_zone,
    who_is_asked,
)
from storage.models import Side, StepState
from tests.plan.people import BEA, RAE, RAVI, SAM, a_plan, a_step, side_of

US, GB = calendar_for("US"), calendar_for("GB")
NEW_YORK, LONDON = "America/New_York", "Europe/London"
ZONES = st.sampled_from(
    [NEW_YORK, LONDON, "Pacific/Auckland", "Asia/Kolkata", "Pacific/Kiritimati", "Mars/Phobos", ""]
)
FIVE_YEARS = 5 * 365 * 24 * 3600
MOMENTS = st.integers(0, FIVE_YEARS).map(lambda s: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


def test_a_nudge_comes_at_half_past_nine_the_next_working_day_there() -> None:
    thursday = date(2026, 6, 11)
    assert nudge_time(thursday, US, NEW_YORK) == datetime(2026, 6, 12, 13, 30, tzinfo=UTC)
    assert nudge_time(thursday, GB, LONDON) == datetime(2026, 6, 12, 8, 30, tzinfo=UTC)


def test_over_a_weekend_and_a_holiday_it_waits() -> None:
    friday = date(2026, 9, 4)  # Labor Day is on the Monday
    assert nudge_time(friday, US, NEW_YORK) == datetime(2026, 9, 8, 13, 30, tzinfo=UTC)


def test_it_is_half_past_nine_on_both_sides_of_a_change_of_the_clocks() -> None:
    assert nudge_time(date(2026, 3, 26), GB, LONDON).hour == 9  # Friday, still winter
    assert nudge_time(date(2026, 3, 27), GB, LONDON).hour == 8  # Monday, summer
    assert nudge_time(date(2026, 10, 23), GB, LONDON).hour == 9


@settings(deadline=None)
@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), ZONES)
def test_a_nudge_is_always_at_a_good_moment_after_the_day(day: date, zone: str) -> None:
    moment = nudge_time(day, US, zone)
    assert moment.tzinfo is UTC
    assert is_good_moment(moment, US, zone)
    assert local_day(moment, zone) == US.next_working(day)


@settings(deadline=None)
@given(MOMENTS, ZONES)
def test_the_next_good_moment_is_the_first_one(now: datetime, zone: str) -> None:
    moment = next_good_moment(now, US, zone)
    assert moment >= now
    assert is_good_moment(moment, US, zone)
    if moment != now:
        assert not is_good_moment(moment - timedelta(minutes=1), US, zone)
        hours = int((moment - now) / timedelta(hours=1))
        assert not any(is_good_moment(now + timedelta(hours=n), US, zone) for n in range(hours))


@pytest.mark.parametrize(
    ("at", "good"), [("09:29", False), ("09:30", True), ("17:59", True), ("18:00", False), ("00:00", False)]
)
def test_a_good_moment_is_within_the_working_day(at: str, good: bool) -> None:
    moment = datetime.fromisoformat(f"2026-12-11T{at}+00:00")
    assert is_good_moment(moment, GB, LONDON) is good
    assert not is_good_moment(moment + timedelta(days=1), GB, LONDON)


@pytest.mark.parametrize("zone", ["", "Mars/Phobos", "../etc/passwd", "Europe", "\x00"])
def test_a_time_zone_nobody_knows_is_utc(zone: str) -> None:
    assert time_zone(zone) is UTC


def test_a_snooze_ends_that_many_working_days_later() -> None:
    thursday = date(2026, 6, 11)
    assert local_day(nudge_time(snooze_until(thursday, 2, US), US, NEW_YORK), NEW_YORK) == date(2026, 6, 15)
    assert local_day(nudge_time(snooze_until(thursday, 5, US), US, NEW_YORK), NEW_YORK) == date(2026, 6, 18)
    with pytest.raises(ValueError, match="0"):
        snooze_until(thursday, 0, US)


@settings(deadline=None)
@given(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(1, 20))
def test_a_snooze_is_as_long_as_it_says(today: date, days: int) -> None:
    back = local_day(nudge_time(snooze_until(today, days, US), US, NEW_YORK), NEW_YORK)
    assert US.working_days_between(today, back) == days


def test_the_owner_is_asked_on_either_side() -> None:
    assert who_is_asked(a_step(side=Side.BUYER, owner_id=RAVI), a_plan(), side_of) == [Ask(Side.BUYER, RAVI)]
    assert who_is_asked(a_step(side=Side.SELLER, owner_id=SAM), a_plan(), side_of) == [Ask(Side.SELLER, SAM)]


def test_an_owner_from_the_other_side_is_asked_as_who_they_are() -> None:
    assert who_is_asked(a_step(side=Side.BUYER, owner_id=SAM), a_plan(), side_of) == [Ask(Side.SELLER, SAM)]


def test_a_step_without_a_person_asks_that_sides_lead_who() -> None:
    plan = a_plan()
    assert who_is_asked(a_step(side=Side.BUYER), plan, side_of) == [Ask(Side.BUYER, BEA, asks_who=True)]
    assert who_is_asked(a_step(side=Side.SELLER), plan, side_of) == [Ask(Side.SELLER, RAE, asks_who=True)]


def test_where_the_buyer_has_no_lead_the_sellers_is_asked() -> None:
    plan = a_plan(buyer_lead_id=None)
    assert who_is_asked(a_step(side=Side.BUYER), plan, side_of) == [Ask(Side.BUYER, RAE, asks_who=True)]


def test_where_there_is_nobody_nobody_is_asked() -> None:
    plan = a_plan(buyer_lead_id=None, seller_lead_id=None)
    assert who_is_asked(a_step(), plan, side_of) == []
    assert who_is_asked(a_step(side=Side.JOINT, gate=True), plan, side_of) == []


def test_of_a_joint_step_its_owner_is_asked_and_not_the_counterpart() -> None:
    joint = a_step(side=Side.JOINT, owner_id=BEA, counterpart_id=RAE)
    assert who_is_asked(joint, a_plan(), side_of) == [Ask(Side.BUYER, BEA)]


def test_of_a_joint_step_without_owner_the_side_across_the_counterpart_is_asked() -> None:
    joint = a_step(side=Side.JOINT, counterpart_id=RAE)
    assert who_is_asked(joint, a_plan(), side_of) == [Ask(Side.BUYER, BEA, asks_who=True)]
    nobody = a_step(side=Side.JOINT)
    assert who_is_asked(nobody, a_plan(), side_of) == [Ask(Side.SELLER, RAE, asks_who=True)]


def test_a_gate_asks_only_the_side_that_has_not_confirmed() -> None:
    gate = a_step(side=Side.JOINT, gate=True, owner_id=RAVI, counterpart_id=SAM)
    assert who_is_asked(gate, a_plan(), side_of) == [Ask(Side.SELLER, SAM), Ask(Side.BUYER, RAVI)]
    gate.seller_confirmed_by = SAM
    assert who_is_asked(gate, a_plan(), side_of) == [Ask(Side.BUYER, RAVI)]
    gate.seller_confirmed_by, gate.buyer_confirmed_by = None, RAVI
    assert who_is_asked(gate, a_plan(), side_of) == [Ask(Side.SELLER, SAM)]
    gate.seller_confirmed_by = SAM
    assert who_is_asked(gate, a_plan(), side_of) == []


def test_a_half_of_a_gate_without_a_person_asks_that_sides_lead() -> None:
    gate = a_step(side=Side.BUYER, gate=True, owner_id=RAVI)
    assert who_is_asked(gate, a_plan(), side_of) == [
        Ask(Side.SELLER, RAE, asks_who=True),
        Ask(Side.BUYER, RAVI),
    ]


def test_a_person_whose_side_nobody_knows_is_still_asked_for_their_own_step() -> None:
    assert who_is_asked(a_step(side=Side.BUYER, owner_id="U0NEW"), a_plan(), side_of) == [
        Ask(Side.BUYER, "U0NEW")
    ]
    gate = a_step(side=Side.BUYER, gate=True, owner_id="U0NEW", seller_confirmed_by=RAE)
    assert who_is_asked(gate, a_plan(), side_of) == [Ask(Side.BUYER, "U0NEW")]


def test_a_blocked_step_is_left_alone_until_the_day_it_names() -> None:
    blocked = a_step(owner_id=RAVI, due="2026-06-10", state=StepState.BLOCKED)
    assert who_is_asked(blocked, a_plan(), side_of) == []
    blocked.blocked_until = date(2026, 6, 20)
    assert who_is_asked(blocked, a_plan(), side_of) == [Ask(Side.BUYER, RAVI)]
    assert blocked.armed_for == date(2026, 6, 20)


@pytest.mark.parametrize("state", [StepState.DONE, StepState.SKIPPED])
def test_nobody_is_asked_for_what_is_finished(state: StepState) -> None:
    assert who_is_asked(a_step(owner_id=RAVI, state=state), a_plan(), side_of) == []
