"""Starting, closing and reopening a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from blocks.ids import Field
from bot.use_cases.common import Actor, Refused, Work, disarm_all, needs
from bot.use_cases.own_lists import OWN, own_list
from bot.use_cases.typed import REASON_LENGTH, clean_reason, clean_text, clean_words
from plan.calendars import calendar_for, default_time_zone
from plan.nudging import local_day
from plan.plan_file import FileStep, PlanFile, load_template
from plan.rights import Action
from plan.schedule import Schedule, schedule
from plan.when import HORIZON
from storage import outbox, plans
from storage.models import (
    TITLE_LENGTH,
    AnchorKind,
    Outcome,
    Person,
    Plan,
    PlanOrganization,
    PlanPerson,
    PlanState,
    Side,
    Step,
    StepDependency,
)

COMPANY_LENGTH = 80
MOST_DECIDING = 5  # steps that are named when a list does not fit


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What the `/map new` modal holds, as typed values."""

    template: str
    name: str
    seller_company: str
    buyer_company: str
    anchor_kind: AnchorKind
    anchor: date
    anchor_reason: str
    seller_country: str
    buyer_country: str
    seller_lead_id: str | None = None
    buyer_lead_id: str | None = None


@dataclass(frozen=True, slots=True)
class TooNear:
    """A list of steps needs more days than there are. Working days of both sides, today included."""

    needs: int
    there: int
    deciding: tuple[FileStep, ...]  # the longest of those that decide it, in their order
    others: int  # more steps decide it
    honest: date  # the earliest day by which it can be done


@dataclass(frozen=True, slots=True)
class Started:
    """A new plan, and what its maker should know: a moved anchor, one that is too near."""

    plan: Plan
    steps: int
    anchor_moved_from: date | None
    too_near: TooNear | None


def start_plan(
    session: Session, team_id: str, channel_id: str, actor: Actor, new: NewPlan, now: datetime, wall: datetime
) -> Started:
    """Make the channel's plan: the template's steps laid out back from the anchor in working days.

    Raises `Refused` when the channel has an open plan, the anchor is past or a text is missing.
    """
    today = local_day(now, default_time_zone(new.seller_country))
    _check(new, today)
    if plans.open_plan_in(session, channel_id) is not None:
        raise Refused("plan_exists")
    template, planned = look_ahead(session, team_id, new, today)
    anchor = planned.anchor or new.anchor
    plan = _plan(team_id, channel_id, actor, new, anchor, now)
    plan.next_number = len(template.steps) + 1
    session.add(plan)
    try:
        session.flush()
    except IntegrityError:  # somebody else started one in the same second
        raise Refused("plan_exists") from None
    _seat_everybody(session, plan)
    work = Work(session, plan, actor, plans.sides(session, plan), now, wall)
    _write_steps(work, template, planned)
    work.record("plan_started", new=anchor.isoformat(), old=template.title)
    moved_from = new.anchor if new.anchor != anchor else None
    return Started(plan, len(template.steps), moved_from, too_near(template.steps, planned))


def look_ahead(session: Session, team_id: str, new: NewPlan, today: date) -> tuple[PlanFile, Schedule[str]]:
    """The list of steps that a plan would start from, and how it would lie. Raises `Refused` without one."""
    template = _list_of_steps(session, team_id, new.template)
    planned = schedule(
        template.steps,
        new.anchor,
        today,
        calendar_for(new.seller_country),
        calendar_for(new.buyer_country),
        anchor_step=template.anchor_step(new.anchor_kind),
    )
    return template, planned


def _list_of_steps(session: Session, team_id: str, key: str) -> PlanFile:
    """One of those that come with Tandem, or of the team's own. Raises `Refused` for one that is gone."""
    if key.startswith(OWN):
        return own_list(session, team_id, key)
    try:
        return load_template(key)
    except LookupError:
        raise Refused("template_gone", field=Field.TEMPLATE) from None


def too_near(steps: Iterable[FileStep], planned: Schedule[str]) -> TooNear | None:
    """What to say of a list that does not fit before its anchor. `None` where it fits."""
    honest = planned.projected_anchor
    if not planned.is_late or honest is None or honest - planned.today > HORIZON:
        return None
    known = {step.id: step for step in steps}
    path = [known[step_id] for step_id in planned.critical_path]
    longest = sorted(path, key=lambda step: -step.days)[:MOST_DECIDING]
    return TooNear(
        needs=planned.days_needed,
        there=planned.days_there,
        deciding=tuple(step for step in path if step in longest),
        others=len(path) - len(longest),
        honest=honest,
    )


def _plan(team_id: str, channel_id: str, actor: Actor, new: NewPlan, anchor: date, now: datetime) -> Plan:
    zone = default_time_zone(new.seller_country)
    return Plan(
        team_id=team_id,
        channel_id=channel_id,
        name=clean_words(new.name, Field.NAME, TITLE_LENGTH),
        template=new.template,
        seller_company=" ".join(new.seller_company.split())[:COMPANY_LENGTH] or team_id,
        buyer_company=clean_words(new.buyer_company, Field.BUYER_COMPANY, COMPANY_LENGTH),
        anchor_kind=new.anchor_kind,
        anchor_date=anchor,
        anchor_reason=clean_text(new.anchor_reason, Field.ANCHOR_REASON, REASON_LENGTH),
        seller_lead_id=new.seller_lead_id or actor.user_id,
        buyer_lead_id=new.buyer_lead_id,
        seller_country=new.seller_country,
        buyer_country=new.buyer_country,
        seller_time_zone=zone,
        buyer_time_zone=default_time_zone(new.buyer_country),
        time_zone=zone,
        created_at=now,
        created_by=actor.user_id,
    )


def must_fit(field: Field, raw: str, most: int) -> str:
    """The words on one line. Raises `Refused` for none, or for more than `most` characters."""
    text = clean_words(raw, field, most)
    if not text:
        raise Refused("text_missing", field=field)
    return text


def anchor_must_lie_ahead(anchor: date, today: date) -> None:
    if anchor <= today:
        raise Refused("anchor_past", field=Field.ANCHOR_DATE, day=anchor, today=today)
    if anchor - today > HORIZON:
        raise Refused("date_far", field=Field.ANCHOR_DATE, day=anchor)


def _check(new: NewPlan, today: date) -> None:
    must_fit(Field.NAME, new.name, TITLE_LENGTH)
    must_fit(Field.BUYER_COMPANY, new.buyer_company, COMPANY_LENGTH)
    anchor_must_lie_ahead(new.anchor, today)
    if new.seller_lead_id and new.seller_lead_id == new.buyer_lead_id:
        raise Refused("same_person_twice", field=Field.BUYER_LEAD)


def _seat_everybody(session: Session, plan: Plan) -> None:
    """The installing firm sells. The only other firm in the channel, or its lead's firm, buys."""
    assert plan.id is not None
    here: Mapping[str, Person] = {p.user_id: p for p in plans.roster(session, plan.channel_id)}
    own = plans.grid_of(session, plan.team_id) or plan.team_id
    firm_of = {p.user_id: _firm_of(p, plan.team_id, own) for p in here.values()}
    others = {firm for firm in firm_of.values() if firm and firm != own}
    lead = here.get(plan.buyer_lead_id or "")
    lead_of = firm_of[lead.user_id] if lead else ""
    buyers = {lead_of} if lead_of and lead_of != own else others if len(others) == 1 else set()
    session.add(PlanOrganization(plan_id=plan.id, team_id=own, side=Side.SELLER))
    for firm in others:
        side = Side.BUYER if firm in buyers else None
        session.add(PlanOrganization(plan_id=plan.id, team_id=firm, side=side))
    if lead and lead_of == own:  # one workspace for both, as when the buyer is a guest
        session.add(PlanPerson(plan_id=plan.id, user_id=lead.user_id, side=Side.BUYER))
    session.flush()


def _firm_of(person: Person, installed_in: str, own: str) -> str:
    """The Grid of who is on one, else their workspace; `own` for the workspace that installed Tandem."""
    return own if person.team_id == installed_in else person.enterprise_id or person.team_id


def _write_steps(work: Work, template: PlanFile, planned: Schedule[str]) -> None:
    rows: dict[str, Step] = {}
    for number, entry in enumerate(template.steps, start=1):
        row = Step(
            plan_id=work.plan_id,
            number=number,
            position=number,
            phase=entry.phase,
            title=entry.title,
            side=entry.side,
            role=entry.role,
            counterpart_role=entry.counterpart,
            days=entry.days,
            due_date=planned.slots[entry.id].latest_finish,
            gate=entry.gate,
            description=entry.description,
        )
        work.session.add(row)
        rows[entry.id] = row
    work.session.flush()
    for entry in template.steps:
        for first in entry.after:
            work.session.add(
                StepDependency(
                    step_id=rows[entry.id].id or 0, after_step_id=rows[first].id or 0, lag=entry.lag
                )
            )
    work.plan.anchor_step_id = rows[template.signature].id if template.signature else None
    work.session.flush()
    for row in rows.values():
        work.arm(row)


@needs(Action.CLOSE_PLAN)
def close_plan(work: Work, outcome: Outcome, reason: str) -> Plan:
    """End the plan: reminders stop and the board becomes a record."""
    reason = clean_reason(reason)
    if not reason:
        raise Refused("reason_missing", field=Field.REASON)
    plan = work.plan
    plan.state = PlanState.CLOSED
    plan.outcome = outcome
    plan.close_reason = reason
    plan.closed_at = work.now
    plan.closed_by = work.actor.user_id
    disarm_all(work.session, work.plan_id)
    work.record("plan_closed", reason=plan.close_reason, new=outcome.value)
    return plan


@needs(Action.REOPEN_PLAN)
def reopen_plan(work: Work) -> Plan:
    """Go on with a closed plan. Raises `Refused` when the channel has another one open."""
    plan = work.plan
    if plan.state is PlanState.OPEN:
        return plan
    if plans.open_plan_in(work.session, plan.channel_id) is not None:
        raise Refused("plan_exists")
    plan.state = PlanState.OPEN
    plan.outcome = plan.closed_at = plan.closed_by = None
    plan.close_reason = ""
    try:
        work.session.flush()
    except IntegrityError:  # somebody started another one in the same second
        raise Refused("plan_exists") from None
    for step in plans.every_step(work.session, work.plan_id):
        work.arm(step)
    work.record("plan_reopened")
    return plan


@needs(Action.POST_BOARD)
def post_board_again(work: Work) -> None:
    """Post the board anew, at the end of the channel; the old message says that it moved."""
    if work.plan.board_ts:
        outbox.put_board_moved(work.session, work.plan, work.plan.board_ts, work.wall)
    work.plan.board_ts = None
    work.plan.board_lost_at = None
    work.session.add(work.plan)
    work.refresh_board()


def draw_boards_of_a_new_day(session: Session, now: datetime, wall: datetime) -> int:
    """A day has begun for these plans: what waits may be another matter. It also heals a deleted board."""
    due = plans.open_plans(session, board_due_at=now)
    for plan in due:
        plan.board_due_at = None  # drawing it says when the next day begins
        plan.revision += 1
        session.add(plan)
        outbox.put_board(session, plan, wall)
    return len(due)
