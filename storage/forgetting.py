"""What is kept for a workspace, found and deleted for good. Nothing else deletes a plan.

A line of the slip ledger cannot be deleted, but for those of a plan that is written down in `plan_to_forget`:
the whole plan goes in the transaction that writes it there, and the note goes with it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from storage import installations
from storage.agreement import Proposal, Slip, TeamTemplate
from storage.departures import Departure
from storage.installations import Installation, InstalledWorkspace
from storage.models import (
    Change,
    ChannelMember,
    Draft,
    Handover,
    Note,
    Notice,
    Nudge,
    NudgeStep,
    Person,
    Plan,
    PlanOrganization,
    PlanPerson,
    Step,
)
from storage.outgoing import Outgoing, Pace, PlanToForget


@dataclass(frozen=True, slots=True)
class Kept:
    """The ids of what is kept for some workspaces, and of nobody else."""

    workspaces: frozenset[str]
    copies: frozenset[int]
    plans: frozenset[int]
    nudges: frozenset[int]
    notices: frozenset[int]
    channels: frozenset[str]
    people: frozenset[str]
    needed_people: frozenset[str]  # theirs, but in channels and plans of others as well
    counts: dict[str, int] = field(default_factory=dict)


def workspaces_under(session: Session, workspace_id: str) -> frozenset[str]:
    """A workspace alone; an organisation with the workspaces that its copy works for."""
    mapped = (
        select(InstalledWorkspace.workspace_id)
        .join(Installation, col(Installation.id) == col(InstalledWorkspace.installation_id))
        .where(col(Installation.is_org_wide), Installation.enterprise_id == workspace_id)
    )
    return frozenset({workspace_id, *session.exec(mapped)})


def everything_of(session: Session, workspaces: frozenset[str]) -> Kept:
    installations.hold(session)  # before the plans, as whoever installs or removes a copy does
    copies = session.exec(
        select(Installation).where(
            sa.or_(
                sa.and_(col(Installation.team_id).in_(workspaces), col(Installation.is_org_wide).is_(False)),
                sa.and_(col(Installation.enterprise_id).in_(workspaces), col(Installation.is_org_wide)),
            )
        )
    ).all()
    found = session.exec(
        select(Plan).where(col(Plan.team_id).in_(workspaces)).order_by(col(Plan.id)).with_for_update()
    ).all()
    plans = frozenset(plan.id or 0 for plan in found)
    channels = _channels_of_nobody_else(session, workspaces, copies, {plan.channel_id for plan in found})
    named = _named_in(session, col(Plan.id).in_(plans)) | _members(session, channels)
    named |= set(session.exec(select(Person.user_id).where(col(Person.team_id).in_(workspaces))))
    known = set(session.exec(select(Person.user_id).where(col(Person.user_id).in_(named))))
    elsewhere = select(ChannelMember.user_id).where(
        col(ChannelMember.user_id).in_(known), col(ChannelMember.channel_id).not_in(channels)
    )
    needed = set(session.exec(elsewhere)) | (known & _named_in(session, col(Plan.id).not_in(plans)))
    kept = Kept(
        workspaces,
        frozenset(copy.id or 0 for copy in copies),
        plans,
        _only_about(session, NudgeStep, col(NudgeStep.nudge_id), plans),
        _only_about(session, Handover, col(Handover.notice_id), plans),
        channels,
        frozenset(known - needed),
        frozenset(needed),
    )
    kept.counts.update(_counted(session, kept))
    return kept


def _channels_of_nobody_else(
    session: Session, workspaces: Collection[str], copies: Collection[Installation], of_plans: set[str]
) -> frozenset[str]:
    """Those of their plans, and those their copies were in; without the ones where another copy is, or a
    plan of others."""
    bots = {copy.bot_user_id for copy in copies}
    said_in = select(Outgoing.channel_id).where(col(Outgoing.team_id).in_(workspaces)).distinct()
    spoken_in: set[str | None] = set(session.exec(said_in))
    been_in = set(session.exec(select(ChannelMember.channel_id).where(col(ChannelMember.user_id).in_(bots))))
    theirs: set[str] = of_plans | been_in | {one for one in spoken_in if one and one.startswith(("C", "G"))}
    others_plans = select(Plan.channel_id).where(
        col(Plan.channel_id).in_(theirs), col(Plan.team_id).not_in(workspaces)
    )
    others_bots = (
        select(ChannelMember.channel_id)
        .join(Installation, col(Installation.bot_user_id) == col(ChannelMember.user_id))
        .where(
            col(ChannelMember.channel_id).in_(theirs),
            col(Installation.id).not_in([copy.id for copy in copies]),
            col(Installation.ended_at).is_(None),
        )
    )
    return frozenset(theirs - {*session.exec(others_plans), *session.exec(others_bots)})


def _members(session: Session, channels: Collection[str]) -> set[str]:
    members = select(ChannelMember.user_id).where(col(ChannelMember.channel_id).in_(channels))
    return set(session.exec(members))


def _named_in(session: Session, which: sa.ColumnElement[bool]) -> set[str]:
    """Everybody whom plans name: who leads, owns, did or wrote something, was asked or reminded."""
    columns: list[tuple[Any, Any]] = [
        (Step, Step.owner_id),
        (Step, Step.counterpart_id),
        (PlanPerson, PlanPerson.user_id),
        (PlanOrganization, PlanOrganization.claimed_by),
        (Change, Change.actor_id),
        (Note, Note.author_id),
        (Slip, Slip.actor_id),
        (Slip, Slip.agreed_by),
        (Departure, Departure.user_id),
        (Departure, Departure.proposed_id),
        (Proposal, Proposal.asked_id),
    ]
    of_steps: list[tuple[Any, Any]] = [(Handover, Handover.user_id), (NudgeStep, NudgeStep.user_id)]
    named: set[str | None] = set()
    leads: list[Any] = [Plan.seller_lead_id, Plan.buyer_lead_id, Plan.created_by]
    for lead in leads:
        named |= set(session.execute(sa.select(lead).where(which)).scalars())
    for table, column in columns:
        question = sa.select(column).join_from(table, Plan, table.plan_id == Plan.id)
        named |= set(session.execute(question.where(which).distinct()).scalars())
    for table, column in of_steps:
        question = sa.select(column).join_from(table, Step, table.step_id == Step.id)
        question = question.join_from(Step, Plan, col(Step.plan_id) == col(Plan.id))
        named |= set(session.execute(question.where(which).distinct()).scalars())
    return {one for one in named if one}


def _only_about(session: Session, table: Any, message: Any, plans: Collection[int]) -> frozenset[int]:
    """The private messages that tell of steps of these plans, and of no others."""
    of_step = sa.select(message).join_from(table, Step, table.step_id == Step.id)
    of_them = set(session.execute(of_step.where(col(Step.plan_id).in_(plans))).scalars())
    of_others = of_step.where(col(Step.plan_id).not_in(plans), message.in_(of_them))
    return frozenset(one for one in of_them - set(session.execute(of_others).scalars()) if one)


def _conditions(kept: Kept) -> dict[str, tuple[type[SQLModel], sa.ColumnElement[bool]]]:
    """What is deleted, in this order, and how it is found. What hangs on a plan goes with it."""
    return {
        "plans": (Plan, col(Plan.id).in_(kept.plans)),
        "steps": (Step, col(Step.plan_id).in_(kept.plans)),
        "notes": (Note, col(Note.plan_id).in_(kept.plans)),
        "changes": (Change, col(Change.plan_id).in_(kept.plans)),
        "proposals": (Proposal, col(Proposal.plan_id).in_(kept.plans)),
        "slips": (Slip, col(Slip.plan_id).in_(kept.plans)),
        "nudges": (Nudge, sa.or_(col(Nudge.id).in_(kept.nudges), _about_nothing(kept.people))),
        "notices": (Notice, col(Notice.id).in_(kept.notices)),
        "outgoing": (
            Outgoing,
            sa.or_(col(Outgoing.team_id).in_(kept.workspaces), col(Outgoing.plan_id).in_(kept.plans)),
        ),
        "drafts": (
            Draft,
            sa.or_(col(Draft.channel_id).in_(kept.channels), col(Draft.user_id).in_(kept.people)),
        ),
        "lists": (TeamTemplate, col(TeamTemplate.team_id).in_(kept.workspaces)),
        "members": (ChannelMember, col(ChannelMember.channel_id).in_(kept.channels)),
        "people": (Person, col(Person.user_id).in_(kept.people)),
        "workspaces": (InstalledWorkspace, col(InstalledWorkspace.workspace_id).in_(kept.workspaces)),
        "copies": (Installation, col(Installation.id).in_(kept.copies)),
    }


def _about_nothing(people: Collection[str]) -> sa.ColumnElement[bool]:
    """Reminders of these people that came to nothing, as their plan stood still before they went out."""
    of_a_step = sa.select(col(NudgeStep.nudge_id))
    return sa.and_(col(Nudge.user_id).in_(people), col(Nudge.id).not_in(of_a_step))


def _counted(session: Session, kept: Kept) -> dict[str, int]:
    return {
        name: session.execute(sa.select(sa.func.count()).select_from(table).where(which)).scalar_one()
        for name, (table, which) in _conditions(kept).items()
    }


def delete(session: Session, kept: Kept) -> None:
    """All of it, for good."""
    conditions = _conditions(kept)
    for plan_id in sorted(kept.plans):
        session.add(PlanToForget(plan_id=plan_id))
    session.flush()
    first = ("slips", "nudges", "notices", "outgoing", "plans")  # nothing else points at these then
    for name in (*first, *(one for one in conditions if one not in first)):
        table, which = conditions[name]
        session.execute(sa.delete(table).where(which))
    _forget_paces(session, kept.workspaces | kept.channels | kept.people)
    session.execute(sa.delete(PlanToForget).where(col(PlanToForget.plan_id).in_(kept.plans)))
    session.expire_all()


def _forget_paces(session: Session, places: Collection[str]) -> None:
    """When something was last said where: the id of a channel, a person or a workspace ends the key."""
    gone = [key for key in session.exec(select(Pace.key)) if key.rpartition(":")[2] in places]
    session.execute(sa.delete(Pace).where(col(Pace.key).in_(gone)))
