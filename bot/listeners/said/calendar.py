"""Words about the days on which nobody works."""

from collections.abc import Mapping

from blocks import calendar_forms
from blocks.calendar_forms import ClosedView
from blocks.ids import Act
from blocks.text import Day
from blocks.view_models import Companies
from bot.listeners.modals import calendar as calendar_modals
from bot.listeners.said.manage import opening
from bot.listeners.said.meanings import no_day, words_meant
from bot.listeners.spoken import Answer, Message, Spoken, Verb, open_plan_id
from bot.listeners.text import Escaped
from bot.use_cases import calendars
from bot.use_cases.common import Refused, Work, own_calendar
from plan.readings import WhenError, WhenKind
from plan.rights import Action
from plan.spans import Span, read_span
from storage.models import Side

show = opening(calendar_modals.calendar, Act.PLAN_CALENDAR)


def close_days(spoken: Spoken) -> Answer:
    """ "closed 22 Jun to 30 Jun quarter freeze": on the side of who says it. Alone it shows the calendars."""
    if not spoken.rest:
        return show(spoken)

    def act(work: Work) -> Message:
        work.allow(Action.CHANGE)
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


def _span(work: Work, text: str, side: Side) -> Span:
    try:
        return read_span(text, work.today, own_calendar(work.session, work.plan, side))
    except WhenError as error:
        if error.kind is WhenKind.UNKNOWN:
            raise Refused("span_unknown", when=Escaped(error.text)) from None
        raise no_day(work, error) from None


VERBS: Mapping[str, Verb] = {"calendar": show, "closed": close_days}
