"""Plans by the channel they live in, and what waits for that channel: for when the channel changes."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from storage import plans, requests
from storage.agreement import Proposal
from storage.departures import Departure
from storage.models import (
    Change,
    ChannelMember,
    Draft,
    Nudge,
    NudgeStep,
    Plan,
    PlanOrganization,
    PlanState,
    Side,
    Step,
)
from storage.outbox import IS_WAITING
from storage.outgoing import Outgoing, SeenRequest
from storage.upsert import insert_unless_there

IS_NEWS = sa.text("is_news")  # as the partial index spells it


def open_plans(session: Session, *, team_id: str | None = None, channel_id: str | None = None) -> list[Plan]:
    """The open plans of a workspace, or of a channel, each locked until the transaction ends."""
    query = select(Plan).where(Plan.state == PlanState.OPEN).order_by(col(Plan.id))
    if team_id is not None:
        query = query.where(Plan.team_id == team_id)
    if channel_id is not None:
        query = query.where(Plan.channel_id == channel_id)
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(session.exec(locked))


def needs_sharing(session: Session, plan: Plan) -> bool:
    """Whether the buyer is another company than the one that keeps the plan, and not a guest of theirs.

    Not where the plan was moved, knowingly, to a channel without them.
    """
    buyers = select(PlanOrganization.team_id).where(
        PlanOrganization.plan_id == plan.id,
        PlanOrganization.side == Side.BUYER,
        col(PlanOrganization.team_id).not_in([plan.team_id, plans.grid_of(session, plan.team_id)]),
    )
    return session.exec(buyers).first() is not None and not lives_inside(session, plan)


def lives_inside(session: Session, plan: Plan) -> bool:
    """Whether the plan was moved to where nobody of the buyer is, and the channel was not shared since."""
    told = (
        select(Change)
        .where(Change.plan_id == plan.id, col(Change.kind).in_(("plan_moved", "plan_shared")))
        .order_by(col(Change.id).desc())
        .limit(1)
    )
    newest = session.exec(told).one_or_none()
    return newest is not None and bool(newest.details.get("inside"))


def take_back(session: Session, keys: Collection[str]) -> set[str]:
    """Of the work of these keys, whatever is still waiting need not be said any more. Says which did."""
    gone = sa.delete(Outgoing).where(IS_WAITING, col(Outgoing.key).in_(keys)).returning(col(Outgoing.key))
    return set(session.scalars(gone))


def take_back_for_channel(session: Session, plan: Plan, kinds: Collection[str]) -> None:
    """The same of what this plan's copy of Tandem was to say in the plan's channel."""
    session.execute(
        sa.delete(Outgoing).where(
            IS_WAITING,
            col(Outgoing.team_id) == plan.team_id,
            col(Outgoing.channel_id) == plan.channel_id,
            col(Outgoing.kind).in_(kinds),
        )
    )


def take_back_questions(session: Session, plan: Plan) -> None:
    """Questions to the other side that nobody was asked yet; they are put anew when the plan goes on."""
    session.execute(
        sa.delete(Outgoing).where(
            IS_WAITING, col(Outgoing.plan_id) == plan.id, col(Outgoing.kind) == "proposal"
        )
    )


def drop_news(session: Session, plan: Plan) -> None:
    """What was to be told in the board's thread is old by the time that somebody reads there again."""
    session.execute(sa.update(Change).where(col(Change.plan_id) == plan.id, IS_NEWS).values(is_news=False))


def unsay_nudges(session: Session, plan: Plan) -> None:
    """Nobody has heard of a step in a reminder that was not sent yet, in private or, where that is refused,
    in the board's thread: it may be said another time."""
    step_ids = sa.select(col(Step.id)).where(col(Step.plan_id) == plan.id)
    waiting = sa.select(col(Outgoing.key)).where(IS_WAITING, col(Outgoing.key).startswith("nudge"))
    number = sa.cast(col(Nudge.id), sa.String)
    unsent = sa.select(col(Nudge.id)).where(
        col(Nudge.message_ts).is_(None),
        sa.or_(
            (sa.literal("nudge:") + number).in_(waiting),
            (sa.literal("nudge_thread:") + number + sa.literal(f":{plan.id}")).in_(waiting),
        ),
    )
    session.execute(
        sa.delete(NudgeStep).where(col(NudgeStep.step_id).in_(step_ids), col(NudgeStep.nudge_id).in_(unsent))
    )


def put_waiting_work_elsewhere(session: Session, plan: Plan, old: str, kinds: Collection[str]) -> None:
    """Of what waits for the plan's old channel, these kinds go to its new one. The rest is still said there:
    an answer belongs where somebody asked."""
    waiting = sa.and_(IS_WAITING, col(Outgoing.plan_id) == plan.id, col(Outgoing.channel_id) == old)
    session.execute(
        sa.update(Outgoing).where(waiting, col(Outgoing.kind).in_(kinds)).values(channel_id=plan.channel_id)
    )


def remember_id(session: Session, old: str, new: str, wall: datetime) -> None:
    """A window that is open while the id changes goes on with the old one. Kept as long as requests are."""
    requests.is_first(session, _renaming(old, new), wall)


def is_the_same(session: Session, channel_id: str, plan: Plan) -> bool:
    """Whether this is the plan's channel, by the id it has or had until lately."""
    return channel_id == plan.channel_id or requests.was_seen(session, _renaming(channel_id, plan.channel_id))


def id_now(session: Session, channel_id: str) -> str:
    """What a channel is called by now, whose id may have changed in the last day."""
    begins = _renaming(channel_id, "")
    changed = select(SeenRequest.key).where(col(SeenRequest.key).startswith(begins, autoescape=True))
    newest = session.exec(changed.order_by(col(SeenRequest.seen_at).desc()).limit(1)).first()
    return channel_id if newest is None else newest.removeprefix(begins)


def _renaming(old: str, new: str) -> str:
    return f"channel:{old}>{new}"


def follow_channel(session: Session, old: str, new: str) -> list[Plan]:
    """A channel has another id from now on: everything that is kept by the old one is by the new one.

    Says which plans moved, locked. An open plan stays behind where the new id has an open plan already.
    """
    taken = session.exec(select(Plan.id).where(Plan.channel_id == new, Plan.state == PlanState.OPEN)).first()
    theirs = select(Plan).where(Plan.channel_id == old).order_by(col(Plan.id)).with_for_update(key_share=True)
    moved = [
        plan
        for plan in session.exec(theirs.execution_options(populate_existing=True))
        if taken is None or plan.state is not PlanState.OPEN
    ]
    for plan in moved:
        plan.channel_id = new
        plan.revision += 1
        session.add(plan)
    session.flush()
    for table in (Proposal, Departure, Nudge):
        _rewrite(session, table, old, new)
    session.execute(
        sa.update(Outgoing).where(IS_WAITING, col(Outgoing.channel_id) == old).values(channel_id=new)
    )
    _follow_members(session, old, new)
    _follow_drafts(session, old, new)
    return moved


def _rewrite(session: Session, table: type[SQLModel], old: str, new: str) -> None:
    column = sa.inspect(table).columns["channel_id"]
    session.execute(sa.update(table).where(column == old).values(channel_id=new))


def _follow_members(session: Session, old: str, new: str) -> None:
    for user_id in session.exec(select(ChannelMember.user_id).where(ChannelMember.channel_id == old)).all():
        member = {"channel_id": new, "user_id": user_id}
        insert_unless_there(session, ChannelMember, member, ["channel_id", "user_id"])
    session.execute(sa.delete(ChannelMember).where(col(ChannelMember.channel_id) == old))


def _follow_drafts(session: Session, old: str, new: str) -> None:
    """What somebody typed by the new id is the later word."""
    for draft in session.exec(select(Draft).where(Draft.channel_id == old)).all():
        kept = {"user_id": draft.user_id, "channel_id": new, "typed": draft.typed, "saved_at": draft.saved_at}
        insert_unless_there(session, Draft, kept, ["user_id", "channel_id"])
        session.delete(draft)


def channels_of(session: Session, bot_user_id: str, user_id: str) -> list[str]:
    """The channels in which both this copy of Tandem and this person are, as far as the rosters tell."""
    with_bot = select(ChannelMember.channel_id).where(ChannelMember.user_id == bot_user_id)
    both = select(ChannelMember.channel_id).where(
        ChannelMember.user_id == user_id, col(ChannelMember.channel_id).in_(with_bot)
    )
    return sorted(session.exec(both))


def channels_taken(session: Session, channel_ids: Collection[str]) -> set[str]:
    """Those of these channels that have an open plan."""
    taken = select(Plan.channel_id).where(Plan.state == PlanState.OPEN, col(Plan.channel_id).in_(channel_ids))
    return set(session.exec(taken))


def is_in(session: Session, channel_id: str, user_id: str) -> bool:
    """Whether the roster has this person, or this copy of Tandem, in the channel."""
    return session.get(ChannelMember, (channel_id, user_id)) is not None
