"""When the next person hears of a step, by the clock and the working days of whoever is asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from bot.schedules import calendars_of
from plan.calendars import Calendar, calendar_of
from plan.nudging import Ask, local_day, nudge_time, who_is_asked
from storage import plans
from storage.models import NudgeStep, Person, Plan, PlanState, Side, Step
from storage.nudges import Heard, day_to_hear_of, everything_heard_of, of_person

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Arming:
    """Sets `next_nudge_at` of a plan's steps. `now` is the time people live by, UTC."""

    session: Session
    plan: Plan
    sides: plans.Sides
    now: datetime

    def arm(self, steps: Collection[Step]) -> Heard:
        """Set when the next person hears of each of these; nobody hears twice of one day.

        Says who has heard of them already.
        """
        heard = everything_heard_of(self.session, steps)
        holders = [holder for step in steps for holder in (step.owner_id, step.counterpart_id)]
        plans.people(self.session, [*holders, self.plan.seller_lead_id, self.plan.buyer_lead_id])
        for step in {step.id: step for step in steps}.values():
            moments = [
                self._moment_to_hear(step, ask, of_person(heard, step, ask.user_id))
                for ask in self.asks(step)
            ]
            moment = min(moments, default=NEVER)
            step.next_nudge_at = None if moment == NEVER else moment
            self.session.add(step)
        return heard

    def asks(self, step: Step) -> list[Ask]:
        is_still = self.plan.state is PlanState.CLOSED or self.plan.frozen_at is not None
        if is_still or not self.plan.reminds or step.removed_at is not None:
            return []
        people = plans.people(self.session, [step.owner_id, step.counterpart_id])
        return who_is_asked(step, self.plan, lambda user: self.sides.of(people.get(user)))

    def _moment_to_hear(self, step: Step, ask: Ask, heard: Sequence[NudgeStep]) -> datetime:
        day = day_to_hear_of(step, heard)
        if day is None:
            return NEVER
        zone, calendar = reader_of(self.session, self.plan, self.sides, ask)
        moment = nudge_time(day, calendar, zone)
        if moment <= self.now:  # late already when it was armed: tomorrow morning, not this minute
            moment = nudge_time(local_day(self.now, zone), calendar, zone)
        return moment


def time_zone_of(known: Mapping[str, Person], user_id: str | None, plan: Plan, side: Side) -> str:
    """The time zone that a person gave, else Slack's for them, else their side's, else the plan's. Of
    externals Slack says none."""
    person = known.get(user_id or "")
    return (person and (person.own_time_zone or person.time_zone)) or plan.time_zone_of(side)


def reader_of(session: Session, plan: Plan, sides: plans.Sides, ask: Ask) -> tuple[str, Calendar]:
    """The time zone and the working days of who is asked: a lead who stands in works by their own. The days
    on which a side is closed are none."""
    known = plans.people(session, [ask.user_id])
    side = sides.of(known.get(ask.user_id)) or ask.side
    return time_zone_of(known, ask.user_id, plan, side), own_calendar(session, plan, side)


def own_calendar(session: Session, plan: Plan, side: Side) -> Calendar:
    """The days a side works: without its holidays, and without those on which it is closed. Of a joint
    step, those that both work."""
    return calendar_of(side, *calendars_of(session, plan))


def disarm_all(session: Session, plan_id: int) -> None:
    session.execute(sa.update(Step).where(col(Step.plan_id) == plan_id).values(next_nudge_at=None))
