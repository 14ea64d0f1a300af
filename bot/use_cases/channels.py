"""What happens to the channels that plans live in, and what it means for the plans."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from blocks.channel_changes import build_connected
from blocks.status import build_welcome
from bot.use_cases.freezing import (
    ask_about_channel,
    ask_whether_it_is_there,
    freeze_plans,
    thaw_plans,
)
from bot.use_cases.home import refresh_homes
from bot.use_cases.roster import ask_for_roster
from plan.standing import Still
from storage import installations, outbox, plans, standing
from storage.models import Plan, PlanOrganization, PlanState, Side
from storage.outgoing import WorkState


@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened to a channel, as the copy of Tandem with this bot user and this workspace heard.

    `now` is the time people live by, `wall` the machine's; both UTC.
    """

    session: Session
    channel_id: str
    team_id: str
    bot_user_id: str
    now: datetime
    wall: datetime


def stop(happened: Happened, reason: Still) -> None:
    """The channel cannot be used: its plan stands still, and Slack is asked whether that is so."""
    where = happened.channel_id
    freeze_plans(happened.session, channel_id=where, reason=reason, now=happened.now, wall=happened.wall)
    for plan in standing.open_plans(happened.session, channel_id=where):
        ask_about_channel(happened.session, plan, happened.wall)


def come_back(happened: Happened) -> None:
    """The channel may be usable again: Slack says whether it is in every respect."""
    thaw_plans(happened.session, channel_id=happened.channel_id, wall=happened.wall)


def follow(happened: Happened, new_channel_id: str) -> None:
    """The channel has another id, for the copy that hears so. What another one keeps there goes along if that
    one knows it by the new id, too: "after unshare the channel in the disconnected workspace" has one of its
    own. https://docs.slack.dev/apis/slack-connect"""
    session, where = happened.session, happened.channel_id
    for plan in standing.open_plans(session, channel_id=where):
        if speaks_for(happened, plan) != happened.bot_user_id:
            ask_whether_it_is_there(session, plan, new_channel_id, happened.wall)
            return
    carry_over(session, where, new_channel_id, happened.wall)


def carry_over(session: Session, old: str, new: str, wall: datetime) -> None:
    """Plans, people and all that waits go by the channel's new id. Its messages are the same.

    The board is drawn again: by the old id nothing could be drawn any more.
    """
    standing.remember_id(session, old, new, wall)
    for plan in standing.follow_channel(session, old, new):
        refresh_homes(session, plan, wall)
        ask_for_roster(session, plan.team_id, new, wall)
        if plan.state is PlanState.OPEN:
            ask_about_channel(session, plan, wall)
            outbox.put_board(session, plan, wall)  # which says nothing while the plan stands still


def connect(happened: Happened, organization_id: str) -> None:
    """A company joined the channel: its people are looked up, and the lead hears once who reads along now.

    Of a plan that stood still the lead hears that it goes on, which says the same.
    """
    session, wall = happened.session, happened.wall
    ask_for_roster(session, happened.team_id, happened.channel_id, wall)
    organization_id = plans.grid_of(session, organization_id) or organization_id  # as plans know it
    for plan in standing.open_plans(session, channel_id=happened.channel_id):
        ask_about_channel(session, plan, wall)
        known = session.get(PlanOrganization, (plan.id, organization_id))
        key = f"connected:{plan.id}:{organization_id}"
        if plan.frozen_at is None and known is None and outbox.newest(session, key) is None:
            _tell_lead(session, plan, key, wall)


def _tell_lead(session: Session, plan: Plan, key: str, wall: datetime) -> None:
    """The first other company is the one that the plan was drafted for; of another one no name is known."""
    buyers = select(PlanOrganization.team_id).where(
        PlanOrganization.plan_id == plan.id, PlanOrganization.side == Side.BUYER
    )
    company = plan.buyer_company if session.exec(buyers).first() is None else ""
    outbox.put_for(
        session,
        plan,
        key=key,
        kind="post",
        to=plan.seller_lead_id or plan.created_by,
        payload={"message": dict(build_connected(plan.name, plan.channel_id, company))},
        not_before=wall,
    )


def disconnect(happened: Happened, *, is_ext_shared: bool) -> None:
    """A company left the channel. Without any other one in it a plan with another company stands still."""
    session = happened.session
    if not is_ext_shared:
        for plan in standing.open_plans(session, channel_id=happened.channel_id):
            if standing.needs_sharing(session, plan):
                stop(happened, Still.UNSHARED)
    ask_for_roster(session, happened.team_id, happened.channel_id, happened.wall)


def tandem_left(happened: Happened, bot_user_id: str) -> None:
    """A copy of Tandem is out of the channel. That stops the plan only where it speaks for the plan."""
    for plan in standing.open_plans(happened.session, channel_id=happened.channel_id):
        if speaks_for(happened, plan) == bot_user_id:
            stop(happened, Still.REMOVED)


def tandem_came(happened: Happened, bot_user_id: str) -> None:
    """A copy of Tandem is in the channel. A plan that is there gets its board back, and nobody a second
    welcome; without a plan the copy says hello, once."""
    session, where = happened.session, happened.channel_id
    plan = plans.open_plan_in(session, where)
    if plan is None:
        if bot_user_id == happened.bot_user_id:
            _welcome(happened)
    elif speaks_for(happened, plan) == bot_user_id:
        ask_about_channel(session, plan, happened.wall)
        if plan.frozen_at is None:
            outbox.put_board(session, plan, happened.wall)


def _welcome(happened: Happened) -> None:
    key = f"welcome:{happened.channel_id}"
    said = outbox.newest(happened.session, key)
    if said is not None and said.state is WorkState.SENT:
        return
    outbox.put(
        happened.session,
        key=key,
        kind="post",
        team_id=happened.team_id,
        channel_id=happened.channel_id,
        payload={"message": dict(build_welcome())},
        not_before=happened.wall,
    )


def speaks_for(happened: Happened, plan: Plan) -> str:
    """The bot user of the copy of Tandem that the plan is kept by; "" where it is gone."""
    return bot_of(happened.session, plan, happened.bot_user_id if plan.team_id == happened.team_id else "")


def bot_of(session: Session, plan: Plan, otherwise: str) -> str:
    """The same; `otherwise` where nothing is known of that copy."""
    copy = installations.copies_for(session, [plan.team_id]).get(plan.team_id)
    return otherwise if copy is None else copy.bot_user_id


def is_a_copy(happened: Happened, user_id: str) -> bool:
    """Whether this is a bot user of Tandem, of any of its copies."""
    ours = installations.is_a_bot_of_ours(happened.session, [user_id])
    return user_id == happened.bot_user_id or bool(ours)
