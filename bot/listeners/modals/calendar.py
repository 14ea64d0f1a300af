"""The days on which nobody works, and the form that closes days."""

from datetime import date
from typing import Any

from blocks import calendar_forms
from blocks.calendar_forms import CalendarView, ClosedView, LandingView, SideCalendar
from blocks.text import Day
from blocks.view_models import Companies
from bot.desk import Desk, Look, Visitor
from bot.listeners.metadata import Metadata
from bot.listeners.modals.common import allow
from bot.use_cases.calendars import Landing
from plan.calendars import regions_of
from plan.countries import country_name
from plan.nudging import local_day
from plan.public_holidays import holidays_ahead, weekend_of
from plan.rights import Action
from storage.agreement import ClosedDays
from storage.calendars import closed_days_of
from storage.models import Plan, PlanState, Side

View = dict[str, Any]

MOST_HOLIDAYS = 5


def calendar(
    desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None, landing: Landing | None = None
) -> View:
    """Both sides' calendars. `landing` is what the change did that somebody has just made."""
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        plan = look.plan
        today = local_day(look.now, plan.time_zone)
        closed = closed_days_of(look.session, plan_id)
        view = CalendarView(
            plan_id=plan_id,
            metadata=_metadata(look, channel_id),
            firms=Companies(plan.seller_company, plan.buyer_company),
            anchor_kind=plan.anchor_kind,
            sides=tuple(_side(plan, side, closed, today) for side in (Side.SELLER, Side.BUYER)),
            may_act=plan.state is PlanState.OPEN and look.actor.side is not None,
            landing=landing_view(plan, landing, today) if landing else None,
        )
        return calendar_forms.build_calendar(view)


def _side(plan: Plan, side: Side, closed: list[ClosedDays], today: date) -> SideCalendar:
    country, region = plan.country_of(side), plan.region_of(side)
    regions = regions_of(country)
    ahead = holidays_ahead(country, region, today, plan.anchor_date, MOST_HOLIDAYS)
    return SideCalendar(
        side=side,
        country=country_name(country),
        region=(region, dict(regions).get(region, region)),
        has_regions=bool(regions),
        weekend=weekend_of(country, region),
        holidays=tuple((Day.seen(day, today), name) for day, name in ahead),
        closed=tuple(closed_view(one, today) for one in closed if one.side is side and one.last >= today),
    )


def closed_view(closed: ClosedDays, today: date) -> ClosedView:
    first, last = Day.seen(closed.first, today), Day.seen(closed.last, today)
    return ClosedView(closed.id or 0, first, last, closed.why)


def landing_view(plan: Plan, landing: Landing, today: date) -> LandingView:
    before, after = (Day.seen(day, today) if day else None for day in (landing.before, landing.after))
    return LandingView(plan.anchor_kind, before, after)


def closed_form(desk: Desk, visitor: Visitor, plan_id: int, channel_id: str | None) -> View:
    with desk.look(visitor, plan_id, channel_id=channel_id) as look:
        allow(look, Action.KEEP_CALENDAR)
        return calendar_forms.build_closed_form(
            _metadata(look, channel_id),
            Companies(look.plan.seller_company, look.plan.buyer_company),
            look.actor.side or Side.SELLER,
            local_day(look.now, look.plan.time_zone),
        )


def _metadata(look: Look, channel_id: str | None) -> str:
    return Metadata(look.plan.channel_id, look.plan.id or 0, private=channel_id is None).dump()
