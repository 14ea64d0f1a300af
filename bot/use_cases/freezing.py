"""A plan stands still while its channel cannot be used, and goes on with it.

While it stands still nobody is reminded and nothing is said in the channel; it can be read, moved and closed.
Events are only a first word: they may come twice, in any order, or never. So each of them also leaves a
question to Slack (`channel_check`), and the answer to that decides.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from blocks.channel_changes import build_goes_on, build_not_told, build_not_told_on, build_stands_still
from blocks.kit import Message
from bot.use_cases.arming import Arming
from bot.use_cases.home import refresh_homes
from bot.use_cases.roster import ask_for_roster
from plan.standing import ChannelState, Still, why_it_stands_still
from storage import agreements, outbox, plans, standing
from storage.models import Change, Plan, PlanState, Side, Step
from storage.outgoing import Outgoing, WorkState

# On the wall clock. What is undone in the first moments needs no word, and several events have one cause.
BEFORE_TELLING = timedelta(minutes=1)
BEFORE_ASKING = timedelta(seconds=5)
AFTER_THE_BOARD = timedelta(seconds=30)  # in whose thread a question may have to stand
ASK_AGAIN = timedelta(minutes=10)  # after a no of Slack's that another one may follow at once
SAID_THERE = (  # in the channel: drawn anew or asked anew when the plan goes on, or old news by then
    "board",
    "board_moved",
    "news",
    "pin",
    "post",
    "reply",
    "edit",
    "timeline",
    "proposal",
    "proposal_refresh",
)


def freeze_plans(
    session: Session,
    *,
    team_id: str | None = None,
    channel_id: str | None = None,
    reason: str,
    now: datetime,
    wall: datetime,
) -> list[Plan]:
    """The open plans of a workspace or of a channel stand still from now on. Says which of them did not yet.

    `reason` is a `Still`. The leads of both sides are told, once, also when it happens again for another
    reason meanwhile; not where Tandem was uninstalled, who cannot speak any more.
    """
    found = standing.open_plans(session, team_id=team_id, channel_id=channel_id)
    return [plan for plan in found if freeze(session, plan, Still(reason), now, wall)]


def thaw_plans(
    session: Session, *, team_id: str | None = None, channel_id: str | None = None, wall: datetime
) -> list[Plan]:
    """Those of these plans that stand still may go on: Slack is asked, and each does whose channel is well.

    Says which of them that are. What one reason is over for may still hold for another.
    """
    found = standing.open_plans(session, team_id=team_id, channel_id=channel_id)
    still = [plan for plan in found if plan.frozen_at is not None]
    for plan in still:
        ask_about_channel(session, plan, wall)
    return still


def freeze(session: Session, plan: Plan, reason: Still, now: datetime, wall: datetime) -> bool:
    """Whether it went on so far. `plan` is open and locked."""
    if plan.frozen_at is not None:
        if reason.weight > Still(plan.frozen_reason).weight:
            _give_another_reason(session, plan, reason, wall)
        return False
    plan.frozen_at, plan.frozen_reason, plan.board_due_at = now, reason.value, None
    session.execute(sa.update(Step).where(col(Step.plan_id) == plan.id).values(next_nudge_at=None))
    standing.unsay_nudges(session, plan)  # before what waits for the thread is taken back
    standing.take_back_for_channel(session, plan, SAID_THERE)
    standing.take_back_questions(session, plan)
    standing.drop_news(session, plan)
    _write_down(session, plan, "plan_frozen", now, reason.value)
    _tell_leads(session, plan, wall)
    refresh_homes(session, plan, wall)
    return True


def thaw(session: Session, plan: Plan, now: datetime, wall: datetime) -> None:
    """It goes on. What became late meanwhile is heard of the next morning, and of no day twice.

    Whoever was not told yet that it stood still hears nothing at all; but that an uninstalled Tandem, who
    could tell nobody, is back they hear.
    """
    told = say_no_more(session, plan)
    plan.frozen_at, plan.frozen_reason = None, ""
    arm_every_step(session, plan, now)
    _write_down(session, plan, "plan_thawed", now)
    outbox.put_board(session, plan, wall)
    ask_again(session, plan, wall)
    ask_for_roster(session, plan.team_id, plan.channel_id, wall)
    refresh_homes(session, plan, wall)
    for user_id in told:
        tell_that_it_goes_on(session, plan, user_id, wall)


def judge(
    session: Session, plan_id: int, channel_id: str, channel: ChannelState, now: datetime, wall: datetime
) -> None:
    """Slack has said how the channel is: the plan stands still, or goes on, accordingly."""
    plan = plans.lock_plan(session, plan_id)
    if plan is None or plan.state is not PlanState.OPEN or plan.channel_id != channel_id:
        return
    if channel.is_there and channel.is_shared and standing.lives_inside(session, plan):
        _write_down(session, plan, "plan_shared", now)
        session.flush()
    before = Still(plan.frozen_reason) if plan.frozen_reason else None
    needs = standing.needs_sharing(session, plan)
    reason = why_it_stands_still(channel, before, needs_sharing=needs)
    if reason is None and plan.frozen_at is not None:
        thaw(session, plan, now, wall)
    elif reason is not None and plan.frozen_at is None:
        freeze(session, plan, reason, now, wall)
    elif reason is not None and reason is not before:
        _give_another_reason(session, plan, reason, wall)
    elif reason is None and _board_was_refused(session, plan):
        outbox.put_board(session, plan, wall)


def _board_was_refused(session: Session, plan: Plan) -> bool:
    """Whether Slack took the last drawing not, as of a channel that was closed for a moment."""
    drawn = outbox.newest(session, f"board:{plan.id}")
    return drawn is not None and drawn.state is WorkState.FAILED


def ask_about_channel(session: Session, plan: Plan, wall: datetime, *, is_news: bool = True) -> None:
    """Leave the question how the plan's channel is. Not `is_news`, it may have been asked just now."""
    key = f"channel_check:{plan.id}"
    asked = None if is_news else outbox.newest(session, key)
    moment = max(wall + BEFORE_ASKING, asked.not_before + ASK_AGAIN) if asked else wall + BEFORE_ASKING
    if not outbox.put_for(session, plan, key=key, kind="channel_check", not_before=moment) and is_news:
        session.execute(
            sa.update(Outgoing)
            .where(col(Outgoing.key) == key, outbox.IS_WAITING, col(Outgoing.not_before) > moment)
            .values(not_before=moment)
        )


def ask_whether_it_is_there(session: Session, plan: Plan, channel_id: str, wall: datetime) -> None:
    """Leave the question whether this, too, is the plan's channel: its own copy of Tandem asks."""
    outbox.put_for(
        session,
        plan,
        key=f"channel_check:{plan.id}:{channel_id}",
        kind="channel_check",
        payload={"or": channel_id},
        not_before=wall,
    )


def arm_every_step(session: Session, plan: Plan, now: datetime) -> None:
    session.add(plan)
    session.flush()
    Arming(session, plan, plans.sides(session, plan), now).arm(plans.every_step(session, plan.id or 0))


def ask_again(session: Session, plan: Plan, wall: datetime) -> None:
    """The questions that wait for a yes and that stand nowhere: they are asked where the plan is now."""
    for proposal in agreements.open_proposals(session, plan.id or 0):
        if proposal.message_ts is None:
            outbox.put_question(session, plan, proposal.id, proposal.asked_id, wall + AFTER_THE_BOARD)


def say_no_more(session: Session, plan: Plan) -> list[str]:
    """The leads need not hear any more that it stands still. Says which of them have heard."""
    untold = standing.take_back(session, [_word(plan, user_id) for user_id in _leads(plan).values()])
    return [user_id for user_id in _leads(plan).values() if _word(plan, user_id) not in untold]


def tell_that_it_goes_on(
    session: Session, plan: Plan, user_id: str, wall: datetime, moved_by: str = ""
) -> None:
    message = build_goes_on(plan.name, plan.channel_id, moved_by)
    for_lead = build_not_told_on(plan.name, plan.channel_id, _name(session, user_id))
    _put_word(session, plan, f"goes_on:{plan.id}:{user_id}", user_id, message, for_lead, wall)


def _name(session: Session, user_id: str) -> str:
    known = plans.people(session, [user_id]).get(user_id)
    return known.name if known else user_id


def _give_another_reason(session: Session, plan: Plan, reason: Still, wall: datetime) -> None:
    """Who was not told yet hears the new one: of an uninstalled Tandem nobody could be told."""
    words = [_word(plan, user_id) for user_id in _leads(plan).values()]
    untold = standing.take_back(session, words)
    if plan.frozen_reason == Still.UNINSTALLED:
        untold = set(words)
    plan.frozen_reason = reason.value
    plan.revision += 1
    session.add(plan)
    for side, user_id in _leads(plan).items():
        if _word(plan, user_id) in untold:
            _tell(session, plan, side, user_id, wall)
    refresh_homes(session, plan, wall)


def _leads(plan: Plan) -> Mapping[Side, str]:
    leads = {Side.SELLER: plan.seller_lead_id or plan.created_by, Side.BUYER: plan.buyer_lead_id or ""}
    return {side: user_id for side, user_id in leads.items() if user_id}


def _word(plan: Plan, user_id: str) -> str:
    """The key of the word that says that the plan stands still."""
    return f"stands_still:{plan.id}:{user_id}"


def _tell_leads(session: Session, plan: Plan, wall: datetime) -> None:
    for side, user_id in _leads(plan).items():
        _tell(session, plan, side, user_id, wall)


def _tell(session: Session, plan: Plan, side: Side, user_id: str, wall: datetime) -> None:
    """In private: in the channel it could not be said. Whom it does not reach the seller's lead tells."""
    if plan.frozen_reason == Still.UNINSTALLED:
        return
    message = build_stands_still(plan.name, plan.channel_id, plan.frozen_reason, plan.id or 0, side)
    for_lead = build_not_told(plan.name, _name(session, user_id))
    _put_word(session, plan, _word(plan, user_id), user_id, message, for_lead, wall + BEFORE_TELLING)


def _put_word(
    session: Session,
    plan: Plan,
    key: str,
    user_id: str,
    message: Message,
    for_lead: Message,
    not_before: datetime,
) -> None:
    outbox.put_for(
        session,
        plan,
        key=key,
        kind="word",
        to=user_id,
        payload={"message": dict(message), "for_lead": dict(for_lead)},
        not_before=not_before,
    )


def _write_down(session: Session, plan: Plan, kind: str, now: datetime, reason: str = "") -> None:
    """In the log it is nobody's doing."""
    plan.revision += 1
    session.add(plan)
    details = {"new": reason} if reason else {}
    session.add(Change(plan_id=plan.id or 0, at=now, actor_id="", kind=kind, details=details))
