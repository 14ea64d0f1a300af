"""The slip ledger, as the builders draw it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from blocks.slips import SlipsView, SlipView
from blocks.text import Day
from bot.in_words import name_of, seen_on
from bot.schedules import load_rows
from plan.ledger import totals
from plan.nudging import local_day
from storage import ledger, plans
from storage.agreement import Slip
from storage.models import Person, Plan, PlanState, Side


def load_slips(
    session: Session, plan: Plan, viewer: Side | None, now: datetime, *, may_agree: bool = False
) -> SlipsView:
    """What this side may read of it. Every line is there; the totals are those since the last agreement.

    `may_agree` is for somebody who could sign, where nothing is agreed yet.
    """
    assert plan.id is not None
    today = local_day(now, plan.time_zone)
    view = SlipsView(
        plan_id=plan.id,
        plan_name=plan.name,
        seller_company=plan.seller_company,
        buyer_company=plan.buyer_company,
        anchor_kind=plan.anchor_kind,
        may_agree=may_agree and plan.state is PlanState.OPEN,
    )
    if not plan.agreed_round:
        return view
    rows = ledger.lines_for(session, plan.id, viewer)
    known = plans.people(session, [user for row in rows for user in (row.actor_id, row.agreed_by)])
    lands = None
    if plan.state is PlanState.OPEN:
        lands = load_rows(session, plan, None, today).compute().lands
    agreed = local_day(plan.agreed_at, plan.time_zone) if plan.agreed_at else today
    return replace(
        view,
        lines=[_line(row, plan, known, today) for row in rows],
        totals=totals(row for row in rows if row.round == plan.agreed_round),
        agreed_on=Day.seen(agreed, today),
        agreed_anchor=Day.seen(plan.agreed_anchor or plan.anchor_date, today),
        lands=seen_on(lands, today),
    )


def _line(row: Slip, plan: Plan, known: Mapping[str, Person], today: date) -> SlipView:
    return SlipView(
        kind=row.kind,
        on=Day.seen(local_day(row.at, plan.time_zone), today),
        who=name_of(known, row.actor_id),
        company=plan.company_of(row.actor_side) if row.actor_side else "",
        days=row.days,
        number=row.step_number,
        title=row.step_title,
        old=seen_on(row.old_day, today),
        new=seen_on(row.new_day, today),
        lands_old=seen_on(row.lands_old, today),
        lands_new=seen_on(row.lands_new, today),
        agreed_by=name_of(known, row.agreed_by),
        reason_code=row.reason_code,
        reason=row.reason,
    )
