"""Sent modals that are about the whole plan."""

from collections.abc import Mapping
from datetime import date

from blocks import notices
from blocks.ids import Field, View
from blocks.notices import TooNearView
from blocks.privacy import ONLY_US
from blocks.text import Day
from blocks.view_models import Companies
from bot.listeners.metadata import Metadata
from bot.listeners.submission import CLOSE_ALL, Handler, Response, Sent
from bot.use_cases import plans as plan_cases
from bot.use_cases import roster
from bot.use_cases import steps as step_cases
from bot.use_cases.common import Actor, Refused
from plan.nudging import local_day
from storage import drafts, standing
from storage.models import AnchorKind, Outcome, Person, Side


def new_plan(sent: Sent) -> Response:
    form = sent.form
    if not sent.desk.is_of_the_seller(sent.visitor):
        raise Refused("seller_starts", seller=sent.desk.team_name)
    _must_be_seen(sent)
    anchor = form.day(Field.ANCHOR_DATE)
    if anchor is None:
        raise Refused("date_missing", field=Field.ANCHOR_DATE)
    new = plan_cases.NewPlan(
        template=form.choice(Field.TEMPLATE),
        name=form.text(Field.NAME),
        seller_company=sent.desk.team_name,
        buyer_company=form.text(Field.BUYER_COMPANY),
        anchor_kind=form.one_of(Field.ANCHOR_KIND, AnchorKind),
        anchor=anchor,
        anchor_reason=form.text(Field.ANCHOR_REASON),
        seller_country=form.choice(Field.SELLER_COUNTRY),
        buyer_country=form.choice(Field.BUYER_COUNTRY),
        seller_lead_id=form.choice(Field.SELLER_LEAD) or None,
        buyer_lead_id=form.choice(Field.BUYER_LEAD) or None,
    )
    desk = sent.desk
    with desk.write(sent.request_key) as (session, now, wall):
        where = standing.id_now(session, sent.metadata.channel_id)
        person = session.get(Person, sent.visitor.user_id)
        name = person.name if person else sent.visitor.name
        actor = Actor(sent.visitor.user_id, sent.visitor.team_id, Side.SELLER, name)
        started = plan_cases.start_plan(session, desk.team_id, where, actor, new, now, wall)
        drafts.drop(session, where)
    today = local_day(now, started.plan.time_zone)
    facts = {
        "steps": started.steps,
        "anchor": started.plan.anchor_date,
        "moved_from": started.anchor_moved_from,
        "too_near": _too_near(started, today),
        "today": today,
    }
    plan_id = started.plan.id or 0
    metadata = Metadata(where, plan_id).dump()
    return {"response_action": "update", "view": notices.build_plan_started(facts, plan_id, metadata)}


def _too_near(started: plan_cases.Started, today: date) -> TooNearView | None:
    found, plan = started.too_near, started.plan
    if found is None:
        return None
    return TooNearView(
        needs=found.needs,
        there=found.there,
        deciding=tuple((step.title, step.days, step.side) for step in found.deciding),
        others=found.others,
        honest=Day.seen(found.honest, today),
        firms=Companies(plan.seller_company, plan.buyer_company),
    )


def _must_be_seen(sent: Sent) -> None:
    """Nobody would see a plan in a channel without Tandem. Who is there is looked up again meanwhile.

    To invite it somebody may have to close the form, so what they typed is kept for the next one.
    """
    desk = sent.desk
    with desk.database.write() as session:
        channel_id = standing.id_now(session, sent.metadata.channel_id)
        if roster.is_there(session, channel_id, desk.bot_user_id) is not False:
            return
        roster.ask_for_roster(session, desk.team_id, channel_id, desk.clock.wall())
        drafts.keep(session, sent.visitor.user_id, channel_id, sent.form.everything(), desk.clock.wall())
    desk.bell()
    raise Refused("not_in_channel")


def add_step(sent: Sent) -> Response:
    form = sent.form
    with sent.work() as work:
        step_cases.add_step(
            work,
            step_cases.NewStep(
                title=form.text(Field.TITLE),
                side=form.one_of(Field.SIDE, Side) if form.choice(Field.SIDE) else None,
                phase=form.choice(Field.PHASE) or None,
                role=form.text(Field.ROLE),
                owner_id=form.choice(Field.OWNER) or None,
                due=form.day(Field.DUE),
                gate=form.is_ticked(Field.GATE),
                description=form.text(Field.DESCRIPTION),
                link=form.text(Field.LINK),
                is_private=form.choice(Field.VISIBILITY) == ONLY_US,
            ),
        )
    return CLOSE_ALL


def close_plan(sent: Sent) -> Response:
    outcome = sent.form.one_of(Field.OUTCOME, Outcome)
    with sent.work() as work:
        plan_cases.close_plan(work, outcome, sent.form.text(Field.REASON))
    return CLOSE_ALL


HANDLERS: Mapping[View, Handler] = {
    View.PLAN_NEW: new_plan,
    View.PLAN_ADD: add_step,
    View.PLAN_CLOSE: close_plan,
}
