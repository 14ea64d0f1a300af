"""Somebody is gone while steps of theirs are open: noticed once, told once to who leads their side, and over
when the steps have somebody else, or they are back.

Nothing is taken from anybody by itself, and the other side hears nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, arm_all, needs, reader_of, take_a_seat
from bot.use_cases.handovers import hand_over
from plan.agreement import is_shared
from plan.departures import SILENT_DAYS, holds, is_pressing, is_silent, who_could_take_over
from plan.nudging import Ask, is_good_moment, local_day
from plan.rights import Action
from plan.roles import seats_of
from storage import departures, locks, outbox, plans, requests
from storage.departures import Departure, Gone
from storage.models import Person, Plan, PlanState, Side, Step

# A channel that is taken from one firm loses its people one by one: by then the plan stands still.
PAUSE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Hearer:
    """Who is told, and as whom. `viewer` is `None` for the other side's lead: nothing private is in it."""

    user_id: str
    viewer: Side | None


def look_for_departures(session: Session, now: datetime, wall: datetime) -> int:
    """Notice who is gone, once an hour, and tell of those who still are at a good moment; says how many.

    Sends nothing: the messages are in the outbox when the transaction ends. One replica does it at a time.
    """
    if not locks.alone(session, locks.SWEEP):
        return 0
    if requests.is_first(session, f"departures:{now:%Y-%m-%dT%H}", wall):
        for plan_id, user_id in departures.not_there(session):
            _notice_gone(session, plan_id, user_id, now, is_news=False)
        silent_until = (now - timedelta(days=SILENT_DAYS)).date()
        for plan_id, user_id in departures.long_unanswered(session, silent_until):
            _notice_silent(session, plan_id, user_id, now)
        _end_what_is_over(session, now, wall)
    return sum(_tell(session, one, now, wall) for one in departures.under_way(session) if not one.told_id)


def somebody_left(session: Session, user_id: str, now: datetime) -> None:
    """Slack said so: of a channel, or of their firm."""
    for plan_id, _ in departures.not_there(session, user_id):
        _notice_gone(session, plan_id, user_id, now, is_news=True)


def were_left_behind(session: Session, plan: Plan, by: str, now: datetime) -> None:
    """Who moved the plan has seen who of its people is not in its new channel: nobody is told that again."""
    for plan_id, user_id in departures.not_there(session):
        if plan_id == plan.id and departures.notice(
            session, plan, user_id, _side_of(session, plan, user_id), Gone.LEFT, now
        ):
            for departure in departures.under_way(session, plan_id, user_id):
                departures.end(session, departure, by, now)


def _notice_gone(session: Session, plan_id: int, user_id: str, now: datetime, *, is_news: bool) -> None:
    """`is_news`: it happened just now, whatever somebody answered to an earlier one."""
    plan, person = session.get_one(Plan, plan_id), session.get(Person, user_id)
    if person is not None and person.is_bot:
        return
    before = departures.last_of(session, plan_id, user_id)
    if not is_news and before is not None and before.ended_by and before.reason is not Gone.SILENT:
        return  # somebody said that they are still here
    reason = Gone.DEACTIVATED if person is not None and person.is_deleted else Gone.LEFT
    if not departures.notice(session, plan, user_id, _side_of(session, plan, user_id), reason, now):
        departures.went_after_silence(session, plan_id, user_id, reason, now)


def _notice_silent(session: Session, plan_id: int, user_id: str, now: datetime) -> None:
    """Where their reminders have waited for `SILENT_DAYS` of their working days, and nothing came since."""
    plan = session.get_one(Plan, plan_id)
    sides = plans.sides(session, plan)
    side = _side_of(session, plan, user_id)
    zone, calendar = reader_of(session, plan, sides, Ask(side, user_id))
    today = local_day(now, zone)
    pressing = [one for one in _theirs(session, plan, user_id) if is_pressing(one, today)]
    since = departures.reminded_on(session, [one.id or 0 for one in pressing], user_id)
    if since is None:
        return
    seen = departures.last_seen(session, plan_id, user_id)
    before = departures.last_of(session, plan_id, user_id)
    ended = before.ended_at if before else None
    for moment in (seen, ended):
        since = max(since, local_day(moment, zone)) if moment else since
    if is_silent(since, today, calendar):
        departures.notice(session, plan, user_id, side, Gone.SILENT, now)


def _theirs(session: Session, plan: Plan, user_id: str) -> list[Step]:
    return [step for step in plans.every_step(session, plan.id or 0) if holds(step, user_id)]


def _side_of(session: Session, plan: Plan, user_id: str) -> Side:
    """The side they are on, else that of a place they have."""
    known = plans.people(session, [user_id]).get(user_id)
    if side := plans.sides(session, plan).of(known):
        return side
    theirs = _theirs(session, plan, user_id)
    return next(
        (side for one in theirs for side, _, seat in seats_of(one) if seat.person == user_id), Side.BUYER
    )


def _end_what_is_over(session: Session, now: datetime, wall: datetime) -> None:
    for departure in departures.under_way(session):
        plan = session.get_one(Plan, departure.plan_id)
        if plan.frozen_at is None and _is_over(session, departure, plan):
            _end(session, departure, plan, None, now, wall)


def _is_over(session: Session, departure: Departure, plan: Plan) -> bool:
    """Nothing is left of theirs, or they are back, or did something since."""
    user_id = departure.user_id
    if plan.state is PlanState.CLOSED or not _theirs(session, plan, user_id):
        return True
    seen = departures.last_seen(session, departure.plan_id, user_id)
    is_back = departure.reason is not Gone.SILENT and plans.is_in_channel(session, plan.channel_id, user_id)
    return is_back or (seen is not None and seen > departure.noticed_at)


def _end(
    session: Session, departure: Departure, plan: Plan, by: str | None, now: datetime, wall: datetime
) -> None:
    departures.end(session, departure, by, now)
    show_anew(session, departure, plan, wall)


def show_anew(session: Session, departure: Departure, plan: Plan, wall: datetime) -> None:
    """Have drawn again what was said of it, where anybody was told."""
    if departure.told_id:
        outbox.put_for(
            session,
            plan,
            key=f"departure_refresh:{departure.id}",
            kind="departure_refresh",
            to=departure.channel_id or departure.told_id,
            payload={"departure": departure.id},
            not_before=wall,
        )


def changed_sides(session: Session, plan: Plan, user_id: str, now: datetime, wall: datetime) -> None:
    """What somebody was told of their old side goes from their message, and who is there now hears of it.
    That they were quiet themselves is over."""
    for departure in departures.under_way(session, plan.id):
        if departure.user_id == user_id:
            _end(session, departure, plan, None, now, wall)
        elif departure.told_id == user_id:
            show_anew(session, departure, plan, wall)
            departure.told_id = None
            session.add(departure)


def _tell(session: Session, departure: Departure, now: datetime, wall: datetime) -> int:
    """Leave the one word about it, at a good moment for who hears it. 0 while there is nobody to tell."""
    plan = session.get_one(Plan, departure.plan_id)
    if plan.frozen_at is not None or now < departure.noticed_at + PAUSE:
        return 0
    if _is_over(session, departure, plan):
        departures.end(session, departure, None, now)
        return 0
    sides = plans.sides(session, plan)
    hearer = who_hears(session, plan, sides, departure)
    if hearer is None:
        return 0
    zone, calendar = reader_of(session, plan, sides, Ask(departure.side, hearer.user_id))
    if not is_good_moment(now, calendar, zone):
        return 0
    departure.told_id = hearer.user_id
    departure.proposed_id = proposed(session, plan, sides, departure) if hearer.viewer else None
    session.add(departure)
    outbox.put_for(
        session,
        plan,
        key=f"departure:{departure.id}",
        kind="departure",
        to=hearer.user_id,
        payload={"departure": departure.id},
        not_before=wall,
    )
    return 1


def who_hears(session: Session, plan: Plan, sides: plans.Sides, departure: Departure) -> Hearer | None:
    """The lead of that side; without one who is here, who has done most for it.

    Where the lead has left and nobody of that side has done anything yet, the other side's lead hears that
    the plan has no lead there, and nothing else. Who is merely silent is told to nobody over there.
    """
    side, mates = departure.side, _mates(session, plan, sides, departure)
    lead = plan.lead_of(side)
    if lead in mates:
        return Hearer(lead or "", side)
    if busiest := departures.busiest(session, plan.id or 0, mates):
        return Hearer(busiest, side)
    across = plan.lead_of(side.other)
    if not any(is_shared(one) for one in _theirs(session, plan, departure.user_id)):
        return None  # what they had is their side's alone, and nobody over there is to miss them for it
    if leaves_no_lead(plan, departure) and across and plans.is_in_channel(session, plan.channel_id, across):
        return Hearer(across, None)
    return None


def leaves_no_lead(plan: Plan, departure: Departure) -> bool:
    """Whether it is the other side's business, too: who led is not there any more."""
    return departure.reason is not Gone.SILENT and plan.lead_of(departure.side) == departure.user_id


def _mates(session: Session, plan: Plan, sides: plans.Sides, departure: Departure) -> list[str]:
    """The people of the same side who are here, and not gone themselves."""
    gone = {one.user_id for one in departures.under_way(session, plan.id)}
    return [
        person.user_id
        for person in plans.roster(session, plan.channel_id)
        if sides.of(person) is departure.side and person.user_id not in gone
    ]


def proposed(session: Session, plan: Plan, sides: plans.Sides, departure: Departure) -> str | None:
    mates = _mates(session, plan, sides, departure)
    known = plans.steps_of(session, plan.id or 0, departure.side)
    theirs = [step for step in known if holds(step, departure.user_id)]
    return who_could_take_over(departure.user_id, theirs, known, mates)


@dataclass(frozen=True, slots=True)
class HandedOff:
    """What was handed over. `shared` are those of the steps that both sides know of."""

    old: str
    new: str  # names
    steps: int
    shared: int
    company: str  # of their side
    leads: bool  # they lead it now


@needs(Action.HAND_OFF)
def hand_off(work: Work, old_id: str, new_id: str) -> HandedOff:
    """All that one person has open and the actor may know of goes to another of the same side, at once.

    Roles stay, and so does what is private to the other side. Where both sides read the answer, a person with
    nothing that both know of has nothing. Raises `Refused`.
    """
    known = plans.people(work.session, [old_id, new_id])
    if old_id == new_id:
        raise Refused("handoff_to_themselves", field=Field.OWNER)
    if not plans.is_in_channel(work.session, work.plan.channel_id, new_id):
        raise Refused("not_in_this_channel", field=Field.OWNER)
    old_name, new = _name(known, old_id), known[new_id]
    steps = [
        step for step in plans.steps_of(work.session, work.plan_id, work.actor.side) if holds(step, old_id)
    ]
    side = _side_of(work.session, work.plan, old_id)
    is_lead = work.plan.lead_of(side) == old_id
    known_of = [step for step in steps if step.visibility in plans.seen_by(work.reader)]
    if not known_of and not is_lead:
        raise Refused("owns_nothing", field=Field.OLD_OWNER, name=old_name)
    _must_be_on(work, new, side)
    for step in steps:
        _give(work, step, old_id, new_id)
    if is_lead:
        _lead_for(work, side, old_id, new_id)
    _end_what_was_handed_off(work, old_id)
    shared = sum(step.visibility in plans.seen_by(None) for step in steps)
    return HandedOff(old_name, new.name, len(steps), shared, work.plan.company_of(side), is_lead)


def _end_what_was_handed_off(work: Work, old_id: str) -> None:
    """Where the other side did it, what is private to the person's own side is still with them, and somebody
    over there may be looking at it."""
    for departure in departures.under_way(work.session, work.plan_id, old_id):
        if departure.side is work.actor.side or not _theirs(work.session, work.plan, old_id):
            _end(work.session, departure, work.plan, work.actor.user_id, work.now, work.wall)
        else:
            show_anew(work.session, departure, work.plan, work.wall)


def _must_be_on(work: Work, person: Person, side: Side) -> None:
    if work.sides.of(person) is None and side is Side.BUYER:
        work.sides = take_a_seat(work.session, work.plan, work.sides, person)
    if work.sides.of(person) is not side:
        company = work.plan.company_of(side)
        raise Refused("handoff_across", field=Field.OWNER, name=person.name, company=company)


def _give(work: Work, step: Step, old_id: str, new_id: str) -> None:
    """The place of one person to another. Who sat in the other place before has the one now."""
    owner, counterpart = (new_id if one == old_id else one for one in (step.owner_id, step.counterpart_id))
    if owner == counterpart:
        counterpart = None
    hand_over(work, step, owner, counterpart)
    work.record("step_assigned", step, old=old_id, new=new_id)


def _lead_for(work: Work, side: Side, old_id: str, new_id: str) -> None:
    name = "buyer_lead_id" if side is Side.BUYER else "seller_lead_id"
    setattr(work.plan, name, new_id)
    work.record("plan_edited", None, **{f"{name}_old": old_id, f"{name}_new": new_id})
    arm_all(work)


def _name(known: dict[str, Person], user_id: str) -> str:
    return known[user_id].name if user_id in known else user_id


@needs(Action.HAND_OFF)
def take_over(work: Work, departure_id: int) -> HandedOff:
    """Everything to the one who was proposed. Raises `Refused` where it is over, or that person is gone."""
    departure = departure_of(work, departure_id)
    if departure.proposed_id is None:
        raise Refused("old_button")
    return hand_off(work, departure.user_id, departure.proposed_id)


@needs(Action.HAND_OFF)
def still_here(work: Work, departure_id: int) -> str:
    """It was no departure, somebody of that side says. Answers with the name of who is still here."""
    departure = departure_of(work, departure_id)
    _end(work.session, departure, work.plan, work.actor.user_id, work.now, work.wall)
    known = plans.people(work.session, [departure.user_id])
    return _name(known, departure.user_id)


def departure_of(work: Work, departure_id: int) -> Departure:
    """One that is under way, of the actor's own side. Raises `Refused`."""
    departure = work.session.get(Departure, departure_id)
    if departure is None or departure.plan_id != work.plan_id or departure.side is not work.actor.side:
        raise Refused("old_button")
    if departure.ended_at is not None:
        raise Refused("departure_over")
    return departure


def who_may_be_gone(session: Session, plan: Plan, viewer: Side | None) -> Sequence[Person]:
    """Everybody with an open step that this side may know of, and the leads: who can be handed off from."""
    steps = plans.steps_of(session, plan.id or 0, viewer)
    holders = [
        one for step in steps if not step.state.is_finished for one in (step.owner_id, step.counterpart_id)
    ]
    known = plans.people(session, [*holders, plan.seller_lead_id, plan.buyer_lead_id])
    return sorted(known.values(), key=lambda person: (person.name.casefold(), person.user_id))
