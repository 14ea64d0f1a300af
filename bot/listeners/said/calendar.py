"""Words about the days on which nobody works."""

from collections.abc import Mapping

from blocks import calendar_forms
from blocks.calendar_forms import ClosedView
from blocks.ids import Act
from blocks.in_words import reply_closed_days, reply_said
from blocks.text import Day
from blocks.view_models import Companies
from bot.listeners.modals import calendar as calendar_modals
from bot.listeners.said.manage import opening
from bot.listeners.said.meanings import day_meant, no_day, words_meant
from bot.listeners.spoken import Answer, Message, Spoken, Verb, open_plan_id
from bot.listeners.text import Escaped, unescape
from bot.use_cases import calendars
from bot.use_cases.common import Refused, Work, own_calendar
from plan.calendars import regions_of
from plan.countries import country_name, find_country
from plan.nudging import local_day
from plan.readings import WhenError, WhenKind
from plan.rights import Action
from plan.spans import Span, read_span
from storage.calendars import closed_days_of
from storage.models import Side

WHOLE = ("none", "all", "whole country", "the whole country")
EXAMPLES = 3  # regions that are named where none was meant

show = opening(calendar_modals.calendar, Act.PLAN_CALENDAR)


def close_days(spoken: Spoken) -> Answer:
    """ "closed 22 Jun to 30 Jun quarter freeze": on the side of who says it. Alone it shows the calendars."""
    if not spoken.rest:
        return show(spoken) if spoken.by_command else _list_closed(spoken)

    def act(work: Work) -> Message:
        work.allow(Action.KEEP_CALENDAR)
        side = work.actor.side or Side.SELLER  # `allow` refused who has none
        span = _span(work, spoken.rest, side)
        why = words_meant(work, span.rest)
        landing = calendars.add_closed_days(work, side, span.first, span.last, why)
        plan, today = work.plan, work.today
        closed = ClosedView(0, Day.seen(span.first, today), Day.seen(span.last, today), why)
        firms = Companies(plan.seller_company, plan.buyer_company)
        view = calendar_modals.landing_view(plan, landing, today)
        return calendar_forms.reply_closed(side, firms, closed, view)

    return spoken.carry_out(open_plan_id(spoken), act)


def _list_closed(spoken: Spoken) -> Answer:
    plan_id = open_plan_id(spoken)
    with spoken.desk.look(spoken.visitor, plan_id, channel_id=spoken.channel_id) as look:
        today = local_day(look.now, look.plan.time_zone)
        closed = [
            {
                "side": one.side,
                "first": Day.seen(one.first, today),
                "last": Day.seen(one.last, today),
                "why": one.why,
            }
            for one in closed_days_of(look.session, plan_id)
            if one.last >= today
        ]
        firms = Companies(look.plan.seller_company, look.plan.buyer_company)
        return Answer(reply_closed_days(closed, firms, plan_id))


def work_after_all(spoken: Spoken) -> Answer:
    """ "works 22 Jun": of the closed days of one's own side those that begin then are none any more."""

    def act(work: Work) -> Message:
        work.allow(Action.KEEP_CALENDAR)
        side = work.actor.side or Side.SELLER  # `allow` refused who has none
        day = day_meant(work, spoken.rest, side)
        found = [one for one in closed_days_of(work.session, work.plan_id) if one.side is side]
        meant = [one for one in found if one.first == day]
        if not meant:
            raise Refused("not_closed_then", day=day, today=work.today)
        for one in meant:
            calendars.remove_closed_days(work, one.id or 0)
        facts = {"company": work.plan.company_of(side), "first": day, "today": work.today}
        return reply_said("opened_days", facts)

    if not spoken.rest:
        return close_days(spoken)
    return spoken.carry_out(open_plan_id(spoken), act)


def holidays(spoken: Spoken) -> Answer:
    """ "holidays Germany", "holidays Bayern", "holidays Germany, Bayern": whose holidays the own side has."""
    if not spoken.rest:
        return close_days(spoken)

    def act(work: Work) -> Message:
        work.allow(Action.KEEP_CALENDAR)
        side = work.actor.side or Side.SELLER  # `allow` refused who has none
        country, code, part = _place_meant(work.plan.country_of(side), spoken.rest)
        landing = calendars.take_holidays_of(work, side, country, code)
        firms = Companies(work.plan.seller_company, work.plan.buyer_company)
        place = (country_name(country), part)
        view = calendar_modals.landing_view(work.plan, landing, work.today) if landing else None
        return calendar_forms.reply_holidays(side, firms, place, view)

    return spoken.carry_out(open_plan_id(spoken), act)


def _place_meant(country: str, words: str) -> tuple[str, str, str]:
    """A country, and of a part of it the code and the name; "" for all of it. `country` is the one so far.

    Raises `Refused` where none is called so.
    """
    wanted = [" ".join(one.split()) for one in unescape(words).strip(" .!").split(",", 1)]
    named = find_country(wanted[0])
    if named is not None:
        country = named.code
        wanted = wanted[1:]
    if not wanted or wanted[0].casefold() in WHOLE:
        return country, "", ""
    for code, name in regions_of(country):
        if len(wanted) == 1 and wanted[0].casefold() in (code.casefold(), name.casefold()):
            return country, code, name
    examples = tuple(name for _, name in regions_of(country)[:EXAMPLES])
    raise Refused("region_unclear", text=Escaped(words), country=country_name(country), regions=examples)


def _span(work: Work, text: str, side: Side) -> Span:
    try:
        return read_span(text, work.today, own_calendar(work.session, work.plan, side))
    except WhenError as error:
        if error.kind is WhenKind.UNKNOWN:
            raise Refused("span_unknown", when=Escaped(error.text)) from None
        raise no_day(work, error) from None


VERBS: Mapping[str, Verb] = {
    "calendar": show,
    "closed": close_days,
    "works": work_after_all,
    "holidays": holidays,
}
