"""The days on which nobody works: both sides' calendars in a modal, and the form that closes days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from blocks import limits
from blocks.ids import Act, Field, View
from blocks.kit import (
    Block,
    Message,
    ViewDict,
    actions,
    ask,
    button,
    context,
    date_input,
    message,
    modal,
    option,
    radio_buttons,
    region_select,
    section,
    text_input,
)
from blocks.text import Day
from blocks.ties import TiesView
from blocks.view_models import Companies, StepView
from blocks.words import mrkdwn, plain
from storage.models import AnchorKind, Side

MOST_SHOWN = 40  # closed days of a side: a block each, and Slack takes 100 in a modal


@dataclass(frozen=True, slots=True)
class ClosedView:
    """Days a side is closed, the first and the last included."""

    id: int
    first: Day
    last: Day
    why: str


@dataclass(frozen=True, slots=True)
class SideCalendar:
    """The days one side does not work. `region` is (code, name), `weekend` days of the week, 0 for Monday."""

    side: Side
    country: str  # its name
    region: tuple[str, str]
    has_regions: bool
    weekend: tuple[int, ...]
    holidays: tuple[tuple[Day, str], ...]
    closed: tuple[ClosedView, ...]


@dataclass(frozen=True, slots=True)
class LandingView:
    """Where the plan lands without a change and with it. `None` for a plan in which nothing has a date."""

    kind: AnchorKind
    before: Day | None
    after: Day | None


@dataclass(frozen=True, slots=True)
class CalendarView:
    plan_id: int
    metadata: str
    firms: Companies
    anchor_kind: AnchorKind
    sides: tuple[SideCalendar, ...]
    may_act: bool
    landing: LandingView | None = None  # what was just changed did this


def build_calendar(view: CalendarView) -> ViewDict:
    """What each side has off until the anchor, with what changes it for who may."""
    blocks = [section(mrkdwn("calendar", "intro"), "calendar.intro")]
    if view.landing is not None and view.landing.after is not None:
        blocks.append(
            section(mrkdwn("calendar", "landing", landing=view.landing).strip(), "calendar.landing")
        )
    for one in view.sides:
        blocks.extend(_side(view, one))
    if view.may_act:
        add = button("add_closed_days", Act.CLOSED_ADD, str(view.plan_id), "primary")
        blocks.append(actions("calendar.add", [add]))
    return modal(View.PLAN_CALENDAR, plain("calendar", "title"), blocks, metadata=view.metadata)


def _side(view: CalendarView, one: SideCalendar) -> list[Block]:
    name = f"calendar.{one.side.value}"
    pick = None
    if view.may_act and one.has_regions:
        value = region_value(view.plan_id, one.side, one.region[0])
        pick = region_select(one.region[1] or plain("calendar", "whole_country"), value)
    blocks = [
        section(mrkdwn("calendar", "side", one=one, firms=view.firms).strip(), name, pick),
        context(f"{name}.holidays", mrkdwn("calendar", "holidays", one=one, kind=view.anchor_kind).strip()),
    ]
    for closed in one.closed[:MOST_SHOWN]:
        remove = button("remove_closed", Act.CLOSED_REMOVE, f"{view.plan_id}:{closed.id}")
        words = mrkdwn("calendar", "closed", closed=closed).strip()
        blocks.append(section(words, f"{name}.{closed.id}", remove if view.may_act else None))
    return blocks


def region_value(plan_id: int, side: Side, code: str) -> str:
    """What picking a region carries: "7:buyer:BY", without a code for the whole country."""
    return f"{plan_id}:{side.value}:{code}"


def build_region_options(
    plan_id: int, side: Side, regions: Sequence[tuple[str, str]], query: str
) -> ViewDict:
    """The answer to a search: the whole country first, then its regions as (code, name)."""
    words = query.casefold().split()
    offered = [("", plain("calendar", "whole_country")), *regions]
    found = [one for one in offered if all(word in one[1].casefold() for word in words)]
    return {
        "options": [option(name, region_value(plan_id, side, code)) for code, name in found[: limits.OPTIONS]]
    }


def build_closed_form(metadata: str, firms: Companies, side: Side, first: date) -> ViewDict:
    """Asks which days a side closes. `side` is that of who asks, `first` what the first picker starts on."""
    sides = [
        option(plain("modals", "side_option", side=one, firms=firms), one.value)
        for one in (Side.SELLER, Side.BUYER)
    ]
    own = next(one for one in sides if one["value"] == side.value)
    blocks = [
        ask(Field.SIDE, "closed_side", radio_buttons(sides, own)),
        ask(Field.FIRST, "first_day", date_input(first)),
        ask(Field.LAST, "last_day", date_input(), hint=plain("calendar", "last_hint")),
        ask(Field.WHY, "why_closed", text_input(), optional=True, hint=plain("calendar", "why_hint")),
    ]
    title = plain("calendar", "add_title")
    return modal(View.PLAN_CLOSED, title, blocks, metadata=metadata, submit="save", close="cancel")


def reply_closed(side: Side, firms: Companies, closed: ClosedView, landing: LandingView) -> Message:
    """Days were closed by words: what was understood, and what it does to the plan."""
    text = mrkdwn("calendar", "said", side=side, firms=firms, closed=closed).strip()
    return _with_landing(text, landing)


def reply_holidays(
    side: Side, firms: Companies, place: tuple[str, str], landing: LandingView | None
) -> Message:
    """Whose holidays a side has now: of a country, and of its part, "" for all of it. `landing` is `None`
    where it had them already."""
    text = mrkdwn(
        "calendar", "holidays_said", side=side, firms=firms, place=place, changed=landing is not None
    ).strip()
    return _with_landing(text, landing) if landing else message(text, [section(text, "reply")])


def reply_after(step: StepView, ties: TiesView, *, changed: bool, landing: LandingView) -> Message:
    """What a step comes after now, and what that does to the plan."""
    text = mrkdwn("ties", "said", step=step, after=ties.after, changed=changed).strip()
    return _with_landing(text, landing) if changed else message(text, [section(text, "reply")])


def _with_landing(text: str, landing: LandingView) -> Message:
    blocks = [section(text, "reply")]
    if landing.after is not None:
        blocks.append(context("reply.landing", mrkdwn("calendar", "landing", landing=landing).strip()))
    return message(text, blocks)
