"""Moving a plan to another channel, also out of one that cannot be used any more."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from blocks.channel_changes import build_moved_reply, build_plan_moved
from bot.use_cases.channels import bot_of
from bot.use_cases.common import Refused, Work, arm_all, needs
from bot.use_cases.departures import were_left_behind
from bot.use_cases.freezing import ask_about_channel, ask_again, say_no_more, tell_that_it_goes_on
from bot.use_cases.home import refresh_homes
from bot.use_cases.roster import ask_for_roster
from plan.rights import Action
from storage import agreements, drafts, outbox, plans, standing
from storage.agreement import Proposal
from storage.models import Plan, Side

GOES_ALONG = ("board", "news", "proposal")  # of what waits for the old channel


def channels_to_move_to(session: Session, plan: Plan, user_id: str, bot_user_id: str) -> list[str]:
    """The channels without a plan in which both this person and the plan's copy of Tandem are."""
    both = standing.channels_of(session, bot_of(session, plan, bot_user_id), user_id)
    taken = standing.channels_taken(session, both)
    return [channel_id for channel_id in both if channel_id not in taken and channel_id != plan.channel_id]


def must_take_the_plan(session: Session, plan: Plan, user_id: str, channel_id: str, bot_user_id: str) -> None:
    """Whether the plan can move there, on the word of this person. Raises `Refused`."""
    if channel_id == plan.channel_id:
        raise Refused("move_same")
    for who in (user_id, bot_of(session, plan, bot_user_id)):
        if not standing.is_in(session, channel_id, who):
            raise Refused("move_not_there")
    if plans.open_plan_in(session, channel_id) is not None:
        raise Refused("move_taken")


def who_stays_behind(session: Session, plan: Plan, channel_id: str, viewer: Side | None) -> Sequence[str]:
    """The names of people who lead, or have an open step that this side may know of, and are not there."""
    steps = [one for one in plans.steps_of(session, plan.id or 0, viewer) if not one.state.is_finished]
    theirs = [user for step in steps for user in (step.owner_id, step.counterpart_id) if user]
    leads = [user for user in (plan.seller_lead_id, plan.buyer_lead_id) if user]
    everybody = dict.fromkeys([*leads, *theirs])
    gone = [user for user in everybody if not standing.is_in(session, channel_id, user)]
    known = plans.people(session, gone)
    return sorted(known[user].name if user in known else user for user in gone)


@needs(Action.MOVE_PLAN)
def move_plan(work: Work, channel_id: str, bot_user_id: str) -> None:
    """The plan lives in that channel from now on; one that stood still goes on there.

    Raises `Refused` where it cannot move there, also when another plan was quicker.
    """
    session, plan, wall = work.session, work.plan, work.wall
    must_take_the_plan(session, plan, work.actor.user_id, channel_id, bot_user_id)
    refresh_homes(session, plan, wall)  # of those who are not in the new channel, too
    standing.take_back(session, [f"channel_check:{plan.id}", f"pin:{plan.id}:{plan.board_ts}"])
    old, stood_still = plan.channel_id, plan.frozen_at is not None
    told = say_no_more(session, plan) if stood_still else []
    questions = _leave(work, channel_id, stood_still=stood_still)
    plan.channel_id, plan.board_ts, plan.board_lost_at = channel_id, None, None
    plan.frozen_at, plan.frozen_reason = None, ""
    session.add(plan)
    try:
        session.flush()
    except IntegrityError:  # another plan began there, or came there, in the same second
        raise Refused("move_taken") from None
    standing.put_waiting_work_elsewhere(session, plan, old, GOES_ALONG)
    for proposal in questions:
        proposal.channel_id = proposal.message_ts = None
        session.add(proposal)
    drafts.drop(session, channel_id)
    arm_all(work)
    theirs = [one for one in plans.roster(session, channel_id) if work.sides.of(one) is Side.BUYER]
    work.record("plan_moved", inside="" if theirs else "yes")
    session.flush()
    were_left_behind(session, plan, work.actor.user_id, work.now)
    ask_again(session, plan, wall)
    ask_for_roster(session, plan.team_id, channel_id, wall)
    ask_about_channel(session, plan, wall)
    refresh_homes(session, plan, wall)
    for user_id in told:
        if user_id != work.actor.user_id:
            tell_that_it_goes_on(session, plan, user_id, wall, work.actor.name)


def _leave(work: Work, channel_id: str, *, stood_still: bool) -> Sequence[Proposal]:
    """The last words in the old channel, as far as it takes any. Answers with the questions that stand there:
    they are put again in the new one."""
    session, plan, wall = work.session, work.plan, work.wall
    moved = dict(build_plan_moved(channel_id))
    if plan.board_ts is not None:
        outbox.put_board_moved(session, plan, plan.board_ts, wall, (plan.channel_id, moved))
        if not stood_still:
            said = dict(build_moved_reply(work.actor.name, channel_id))
            outbox.put_for(
                session,
                plan,
                key=f"moved:{plan.id}:{plan.board_ts}",
                kind="reply",
                payload={"thread_ts": plan.board_ts, "message": said},
                not_before=wall,
            )
    there = [
        one for one in agreements.open_proposals(session, plan.id or 0) if one.channel_id == plan.channel_id
    ]
    for proposal in there:
        outbox.put_for(
            session,
            plan,
            key=f"question_moved:{proposal.id}:{proposal.message_ts}",
            kind="edit",
            payload={"ts": proposal.message_ts, "message": moved},
            not_before=wall,
        )
    return there
