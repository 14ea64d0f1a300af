"""The days on which a side of the plan does not work: those it closes on, and the holidays of its region.

No date moves by itself when a calendar changes: whoever changes it is told where the plan lands then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from blocks.ids import Field
from bot.schedules import load_rows
from bot.use_cases.common import Refused, Work, arm_all, needs
from bot.use_cases.dates import must_lie_ahead
from bot.use_cases.plan_edits import edit_plan
from bot.use_cases.typed import clean_words
from plan.calendars import regions_of
from plan.rights import Action
from storage.agreement import ClosedDays
from storage.calendars import closed_days_of, forget_closed_days
from storage.models import TITLE_LENGTH, Side

MOST_DAYS = 120  # from the first to the last, both included
MOST_SPANS = 40  # of a side, that are not over


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the plan lands without a change and with it, as far as both sides may know of its steps."""

    before: date | None
    after: date | None


def where_it_lands(work: Work) -> date | None:
    return load_rows(work.session, work.plan, None, work.today).compute().lands


@needs(Action.KEEP_CALENDAR)
def add_closed_days(work: Work, side: Side, first: date | None, last: date | None, why: str = "") -> Landing:
    """A side is closed from the first day to the last. Raises `Refused` with the field it is about."""
    first, last = _span(work, first, last)
    why = clean_words(why, Field.WHY, TITLE_LENGTH)
    ahead = [one for one in closed_days_of(work.session, work.plan_id) if one.last >= work.today]
    if sum(one.side is side for one in ahead) >= MOST_SPANS:
        raise Refused("closed_full", field=Field.FIRST, most=MOST_SPANS)
    if any((one.side, one.first, one.last, one.why) == (side, first, last, why) for one in ahead):
        here = where_it_lands(work)
        return Landing(here, here)

    def add() -> None:
        work.session.add(ClosedDays(plan_id=work.plan_id, side=side, first=first, last=last, why=why))
        _record(work, "closed_days_added", side, first.isoformat(), last.isoformat(), why)

    return _change(work, add)


@needs(Action.KEEP_CALENDAR)
def remove_closed_days(work: Work, closed_id: int) -> Landing | None:
    """The side works on these days after all. `None` where somebody has said so before."""
    closed = work.session.get(ClosedDays, closed_id)
    if closed is None or closed.plan_id != work.plan_id:
        return None

    def remove() -> None:
        work.session.delete(closed)
        days = closed.first.isoformat(), closed.last.isoformat()
        _record(work, "closed_days_removed", closed.side, *days, closed.why)

    return _change(work, remove)


@needs(Action.KEEP_CALENDAR)
def choose_region(work: Work, side: Side, code: str) -> Landing | None:
    """A side has the holidays of a part of its country; "" for those of the country alone. `None` where it
    has them already."""
    names = {"": "", **dict(regions_of(work.plan.country_of(side)))}
    if code not in names:
        raise Refused("region_unknown")
    old = work.plan.region_of(side)
    if code == old:
        return None

    def choose() -> None:
        setattr(work.plan, "buyer_region" if side is Side.BUYER else "seller_region", code)
        _record(work, "region_changed", side, names.get(old, old), names[code])

    return _change(work, choose)


@needs(Action.KEEP_CALENDAR)
def take_holidays_of(work: Work, side: Side, country: str, code: str) -> Landing | None:
    """A side has the holidays of a country, or of a part of it; `None` where it has them already."""
    if country == work.plan.country_of(side):
        return choose_region(work, side, code)
    before = where_it_lands(work)
    edit_plan(work, {f"{side.value}_country": country})
    landing = choose_region(work, side, code)
    return Landing(before, landing.after if landing else where_it_lands(work))


def _span(work: Work, first: date | None, last: date | None) -> tuple[date, date]:
    if first is None:
        raise Refused("date_missing", field=Field.FIRST)
    if last is None:
        raise Refused("date_missing", field=Field.LAST)
    if last < first:
        raise Refused("span_backwards", field=Field.LAST, first=first, today=work.today)
    must_lie_ahead(work, last, Field.LAST)
    if last - first >= timedelta(days=MOST_DAYS):
        raise Refused("span_long", field=Field.LAST, days=(last - first).days + 1, most=MOST_DAYS)
    return first, last


def _record(work: Work, kind: str, side: Side, old: str, new: str, why: str = "") -> None:
    work.record(kind, None, reason=why, company=work.plan.company_of(side), old=old, new=new)


def _change(work: Work, change: Callable[[], None]) -> Landing:
    """Nobody is reminded on a day their side is closed: everybody's next morning is looked for anew."""
    before = where_it_lands(work)
    change()
    work.session.flush()
    forget_closed_days(work.session, work.plan_id)
    arm_all(work)
    return Landing(before, where_it_lands(work))
