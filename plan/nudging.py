"""When somebody is nudged, and who.

A nudge comes at half past nine in the morning where its reader is, on a day their side works. It goes to the
owner; of a gate to the side that has not confirmed; and where a step has no person yet, to that side's lead,
who is asked for one. Moments are aware and in UTC, days are the reader's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from plan.calendars import Calendar
from storage.models import Plan, Side, Step, StepState, Visibility

MORNING = time(9, 30)
EVENING = time(18, 0)

SideOf = Callable[[str], Side | None]


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody to be nudged, and the side that owes the step or the half of it.

    `asks_who`: no person holds it yet, and a lead is asked for one. Where the buyer has named no lead that is
    the seller's, so the reader's own side can be another than `side`.
    """

    side: Side
    user_id: str
    asks_who: bool = False


def time_zone(name: str) -> tzinfo:
    """The IANA time zone of that name; UTC for a name nobody knows, as Slack may tell us none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name at all; a folder of the time zone database
        return UTC


def local_day(now: datetime, zone: str) -> date:
    """What day it is in that time zone."""
    return now.astimezone(time_zone(zone)).date()


def start_of_day(day: date, zone: str) -> datetime:
    """The first moment of a day in that time zone, in UTC."""
    return _in_utc(day, time.min, zone)


def nudge_time(armed_for: date, calendar: Calendar, zone: str) -> datetime:
    """09:30 there on the first working day after `armed_for`, in UTC."""
    return _in_utc(calendar.next_working(armed_for), MORNING, zone)


def is_good_moment(now: datetime, calendar: Calendar, zone: str) -> bool:
    """Whether it is a working day there, from 09:30 on and before 18:00."""
    local = now.astimezone(time_zone(zone))
    return calendar.is_working(local.date()) and MORNING <= local.time() < EVENING


def next_good_moment(now: datetime, calendar: Calendar, zone: str) -> datetime:
    """`now` when it is a good moment, else the next 09:30 there of a working day. In UTC."""
    if is_good_moment(now, calendar, zone):
        return now.astimezone(UTC)
    local = now.astimezone(time_zone(zone))
    if calendar.is_working(local.date()) and local.time() < MORNING:
        return _in_utc(local.date(), MORNING, zone)
    return nudge_time(local.date(), calendar, zone)


def put_off(now: datetime, calendar: Calendar, zone: str, *, heard_today: bool) -> datetime | None:
    """When to write to somebody there who should not be written to now; `None` where this moment is good.

    Nobody is written to outside their working hours, or twice on one day. In UTC.
    """
    if not is_good_moment(now, calendar, zone):
        return next_good_moment(now, calendar, zone)
    return nudge_time(local_day(now, zone), calendar, zone) if heard_today else None


def snooze_until(today: date, working_days: int, calendar: Calendar) -> date:
    """The last quiet day of a snooze, whose nudge then comes `working_days` working days after `today`.

    Two working days from a Thursday are quiet until Friday and end on Monday morning.
    Raises `ValueError` for less than one working day.
    """
    if working_days < 1:
        raise ValueError(f"a snooze takes at least a working day, not {working_days}")
    return calendar.add(today, working_days - 1)


def who_is_asked(step: Step, plan: Plan, side_of: SideOf) -> list[Ask]:
    """Who hears of the step when it waits, the seller's half of a gate first; nobody once it is finished.

    `side_of` tells the side a person acts for in this plan, None when nobody knows.
    A blocked step is left alone unless it says until when; then that day is what it is armed for.
    """
    if step.state.is_finished or (step.state is StepState.BLOCKED and step.blocked_until is None):
        return []
    if step.visibility is not Visibility.BOTH:
        return _asked_of_their_own(step, Side(step.visibility.value), plan, side_of)
    if step.gate:
        sides = [side for side in (Side.SELLER, Side.BUYER) if not step.confirmed_by(side)]
        asks = [_ask(side, _person_of(step, side, side_of), plan) for side in sides]
    else:
        asks = [_ask(_accountable_side(step, side_of), step.owner_id, plan)]
    return [ask for ask in asks if ask]


def _ask(side: Side, person: str | None, plan: Plan) -> Ask | None:
    if person:
        return Ask(side, person)
    lead = plan.lead_of(side) or plan.seller_lead_id
    return Ask(side, lead, asks_who=True) if lead else None


def _asked_of_their_own(step: Step, side: Side, plan: Plan, side_of: SideOf) -> list[Ask]:
    """Of what a side keeps to itself nobody of the other one hears: who has it and has changed sides since
    does not, and no lead stands in."""
    if step.owner_id and side_of(step.owner_id) is side:
        return [Ask(side, step.owner_id)]
    lead = plan.lead_of(side)
    return [Ask(side, lead, asks_who=True)] if lead else []


def _accountable_side(step: Step, side_of: SideOf) -> Side:
    """The one side that answers for the step, whose working days and morning count."""
    if step.owner_id and (known := side_of(step.owner_id)):
        return known
    if step.side is not Side.JOINT:
        return step.side
    across = side_of(step.counterpart_id) if step.counterpart_id else None
    return across.other if across else Side.SELLER


def _person_of(step: Step, side: Side, side_of: SideOf) -> str | None:
    """The person who answers for one side's half of a gate."""
    for person in (step.owner_id, step.counterpart_id):
        if person and side_of(person) is side:
            return person
    named = {step.side: step.owner_id, step.side.other: step.counterpart_id}.get(side)
    return named if named and side_of(named) is None else None


def _in_utc(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=time_zone(zone)).astimezone(UTC)
