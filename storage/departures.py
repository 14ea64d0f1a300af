"""People who are gone while steps of theirs are open, and the word that their side's lead got about it."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from storage.kinds import PlanState, Side, StepState
from storage.models import Change, ChannelMember, Note, Nudge, NudgeStep, Person, Plan, Step
from storage.types import UTCDateTime, stored_as_value
from storage.upsert import insert_unless_there


class Gone(StrEnum):
    """How somebody is gone."""

    LEFT = "left"  # the channel
    DEACTIVATED = "deactivated"
    SILENT = "silent"  # nothing done for longer than the limit, with steps that wait


class Departure(SQLModel, table=True):
    """Somebody of a side is gone from a plan: noticed once, told once, over when it is answered.

    `channel_id` and `message_ts` are where the brief stands, so that it can be edited.
    """

    __tablename__ = "departure"
    __table_args__ = (
        sa.Index(
            "one_departure_under_way",
            "plan_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True, ondelete="CASCADE")
    user_id: str = Field(max_length=20, index=True)
    side: Side = Field(sa_type=stored_as_value(Side))
    reason: Gone = Field(sa_type=stored_as_value(Gone))
    noticed_at: datetime = Field(sa_type=UTCDateTime)
    proposed_id: str | None = Field(default=None, max_length=20)  # who could take over
    told_id: str | None = Field(default=None, max_length=20)  # who heard of it, or is about to
    channel_id: str | None = Field(default=None, max_length=20)
    message_ts: str | None = Field(default=None, max_length=30)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_by: str | None = Field(default=None, max_length=20)


def notice(session: Session, plan: Plan, user_id: str, side: Side, reason: Gone, now: datetime) -> bool:
    """Write down that somebody is gone, unless it stands there. Whether it is new."""
    row = {"plan_id": plan.id, "user_id": user_id, "side": side, "reason": reason, "noticed_at": now}
    over = sa.text("ended_at IS NULL")
    return insert_unless_there(session, Departure, row, ["plan_id", "user_id"], where=over)


def went_after_silence(session: Session, plan_id: int, user_id: str, reason: Gone, now: datetime) -> None:
    """Who was silent, and of whom nobody has heard so yet, is gone by now: that is what there is to tell."""
    session.execute(
        sa.update(Departure)
        .where(
            col(Departure.plan_id) == plan_id,
            col(Departure.user_id) == user_id,
            col(Departure.ended_at).is_(None),
            col(Departure.told_id).is_(None),
            col(Departure.reason) == Gone.SILENT,
        )
        .values(reason=reason, noticed_at=now)
    )


def under_way(
    session: Session, plan_id: int | None = None, user_id: str | None = None, side: Side | None = None
) -> list[Departure]:
    """Those that are not over, in the order they were noticed: of a plan, of a person, of a side."""
    query = select(Departure).where(col(Departure.ended_at).is_(None)).order_by(col(Departure.id))
    if plan_id is not None:
        query = query.where(Departure.plan_id == plan_id)
    if user_id is not None:
        query = query.where(Departure.user_id == user_id)
    if side is not None:
        query = query.where(Departure.side == side)
    return list(session.exec(query))


def last_of(session: Session, plan_id: int, user_id: str) -> Departure | None:
    """The newest departure of a person from a plan, over or not."""
    query = select(Departure).where(Departure.plan_id == plan_id, Departure.user_id == user_id)
    return session.exec(query.order_by(col(Departure.id).desc()).limit(1)).one_or_none()


def end(session: Session, departure: Departure, by: str | None, now: datetime) -> None:
    """It is over: by the hand of somebody, or, without one, by itself."""
    departure.ended_at, departure.ended_by = now, by
    session.add(departure)


IS_OPEN = (
    col(Step.removed_at).is_(None),
    col(Step.state).not_in([state for state in StepState if state.is_finished]),
)
MOVES = (Plan.state == PlanState.OPEN, col(Plan.frozen_at).is_(None))  # a plan that stands still waits


def not_there(session: Session, user_id: str | None = None) -> list[tuple[int, str]]:
    """(plan, person) of those who have an open step and are not in its channel, or not in their firm any
    more; of channels whose people we know. Of one person only, if asked so."""
    anybody = aliased(ChannelMember)
    known_channel = select(anybody.channel_id).where(anybody.channel_id == Plan.channel_id)
    found: set[tuple[int, str]] = set()
    for holder in (col(Step.owner_id), col(Step.counterpart_id)):
        rows = session.exec(
            select(Step.plan_id, holder)
            .join(Plan, col(Plan.id) == col(Step.plan_id))
            .outerjoin(Person, col(Person.user_id) == holder)
            .outerjoin(
                ChannelMember,
                sa.and_(
                    col(ChannelMember.user_id) == holder,
                    col(ChannelMember.channel_id) == col(Plan.channel_id),
                ),
            )
            .where(
                *MOVES,
                *IS_OPEN,
                holder.is_not(None) if user_id is None else holder == user_id,
                sa.or_(col(Person.is_deleted), col(ChannelMember.user_id).is_(None)),
                known_channel.exists(),
            )
            .distinct()
        )
        found |= {(plan_id, str(holder_id)) for plan_id, holder_id in rows}
    return sorted(found)


def long_unanswered(session: Session, until: date) -> list[tuple[int, str]]:
    """(plan, person) of those who were reminded on that day or before of an open step of theirs, and have not
    answered."""
    rows = session.exec(
        select(Step.plan_id, NudgeStep.user_id)
        .join(Step, col(Step.id) == col(NudgeStep.step_id))
        .join(Nudge, col(Nudge.id) == col(NudgeStep.nudge_id))
        .join(Plan, col(Plan.id) == col(Step.plan_id))
        .where(
            *MOVES,
            *IS_OPEN,
            NudgeStep.answer == "",
            Nudge.local_date <= until,
            col(NudgeStep.user_id).in_([Step.owner_id, Step.counterpart_id]),
        )
        .distinct()
    )
    return sorted(rows)


def reminded_on(session: Session, step_ids: Iterable[int], user_id: str) -> date | None:
    """The first day on which somebody was reminded of one of these steps and has not answered."""
    query = (
        select(sa.func.min(Nudge.local_date))
        .join(NudgeStep, col(NudgeStep.nudge_id) == col(Nudge.id))
        .where(
            col(NudgeStep.step_id).in_(list(step_ids)),
            NudgeStep.user_id == user_id,
            NudgeStep.answer == "",
        )
    )
    return session.exec(query).one()


def last_seen(session: Session, plan_id: int, user_id: str) -> datetime | None:
    """When somebody did or wrote something in a plan for the last time. For work that shows nothing of it."""
    acts = select(sa.func.max(Change.at)).where(Change.plan_id == plan_id, Change.actor_id == user_id)
    words = select(sa.func.max(Note.at)).where(Note.plan_id == plan_id, Note.author_id == user_id)
    moments = [session.exec(acts).one(), session.exec(words).one()]
    return max((moment for moment in moments if moment is not None), default=None)


def busiest(session: Session, plan_id: int, user_ids: Iterable[str]) -> str | None:
    """Who of these people has done most in a plan, `None` where nobody did anything."""
    acts = sa.func.count(col(Change.id))
    query = (
        select(Change.actor_id)
        .where(Change.plan_id == plan_id, col(Change.actor_id).in_(list(user_ids)))
        .group_by(col(Change.actor_id))
        .order_by(acts.desc(), col(Change.actor_id))
        .limit(1)
    )
    return session.exec(query).first()
