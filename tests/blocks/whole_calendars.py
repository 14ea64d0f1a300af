"""Both sides' days off, and what a step waits for, with the worst anybody could bring."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from blocks import calendar_forms, step_details, step_edit, step_forms
from blocks.calendar_forms import CalendarView, ClosedView, LandingView, SideCalendar
from blocks.ties import TiesView
from blocks.view_models import Companies
from plan.after_lines import Before
from storage.models import AnchorKind, Side
from tests.blocks.plans import TODAY, on, step

Payload = tuple[str, dict[str, Any]]  # what it is, and the message or view

REGIONS = [(f"R{number}", f"Region {number}") for number in range(114)]
HERE = LandingView(AnchorKind.GO_LIVE, on(TODAY), on(TODAY))
LATER = LandingView(AnchorKind.SIGNATURE, on(TODAY), on(TODAY + timedelta(300)))
NOWHERE = LandingView(AnchorKind.GO_LIVE, None, None)
ALL_OF_IT = TiesView(
    tuple(Before(number, number % 3 * 60) for number in range(1, 21)),
    tuple(on(TODAY + timedelta(30 * number)) for number in range(-2, 24)),
    joins=True,
)


def messages(text: str) -> Iterator[Payload]:
    firms = Companies(text, text)
    for closed in (_closed(1, text), _closed(2, "")):
        for landing in (HERE, LATER, NOWHERE):
            yield "closed", dict(calendar_forms.reply_closed(Side.BUYER, firms, closed, landing))
    for place, then in (((text, text), LATER), (("Germany", ""), None)):
        yield "holidays", dict(calendar_forms.reply_holidays(Side.SELLER, firms, place, then))
    one = step(4, title=text, owner=text)
    for ties in (TiesView(), ALL_OF_IT):
        for changed in (True, False):
            reply = calendar_forms.reply_after(one, ties, changed=changed, landing=LATER)
            yield "after", dict(reply)


def views(text: str) -> Iterator[Payload]:
    firms = Companies(text, text)
    for many, landing in ((0, None), (0, NOWHERE), (1, HERE), (60, LATER)):
        for may_act in (True, False):
            sides = tuple(_side(side, text, many) for side in (Side.SELLER, Side.BUYER))
            view = CalendarView(7, "{}", firms, AnchorKind.GO_LIVE, sides, may_act, landing)
            yield "calendar", calendar_forms.build_calendar(view)
    yield "closed form", calendar_forms.build_closed_form("{}", firms, Side.BUYER, TODAY)
    one = step(4, title=text[:150], after=(2, 3), holds_up=(5,))
    phases = [text[:60]]
    yield (
        "edit tied",
        step_edit.build_edit_modal(one, "{}", phases=phases, place=3, firms=firms, ties=ALL_OF_IT),
    )
    yield "delete and join", step_forms.build_delete_modal(one, "{}", ALL_OF_IT)
    yield (
        "details tied",
        step_details.build_step_details(
            one, text, "{}", viewer=Side.BUYER, seller_company=text, buyer_company=text, ties=ALL_OF_IT
        ),
    )


def _side(side: Side, text: str, many: int) -> SideCalendar:
    return SideCalendar(
        side=side,
        country=text,
        region=("R1", text) if many else ("", ""),
        has_regions=bool(many) or side is Side.BUYER,
        weekend=(4, 5) if side is Side.BUYER else (5, 6),
        holidays=tuple((on(TODAY + timedelta(days)), text) for days in range(min(many, 5))),
        closed=tuple(_closed(10 * number + (side is Side.BUYER), text) for number in range(many)),
    )


def _closed(number: int, why: str) -> ClosedView:
    return ClosedView(number, on(TODAY), on(TODAY + timedelta(number % 3 * 150)), why[:150])
