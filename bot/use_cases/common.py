"""What every use case works with: one transaction, one plan, one person, one moment."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from bot.schedules import calendars_of
from plan.agreement import is_overtaken
from plan.calendars import Calendar, calendar_of
from plan.news import NEWS
from plan.nudging import Ask, local_day, nudge_time, who_is_asked
from plan.rights import Action, Refusal, may
from storage import agreements, outbox, plans
from storage.agreement import Proposal, ProposalState
from storage.database import at_the_end
from storage.models import (
    Change,
    Nudge,
    NudgeStep,
    Person,
    Plan,
    PlanOrganization,
    PlanState,
    Side,
    Step,
    Visibility,
)
from storage.nudges import Heard, day_to_hear_of, everything_heard_of, of_person

NEVER = datetime.max.replace(tzinfo=UTC)
ONLY_OWN = ("step_snoozed", "proposal_made")  # these answer for who does them, and for nobody else
NEWS_PAUSE = timedelta(seconds=20)  # on the wall clock; what changes meanwhile is told in the same reply


class Refused(Exception):
    """What somebody asked for cannot be done. `code` names its words in blocks/words/refusals.j2.

    `field` is the input of a modal that it is about, where it is about one: a `Field`, or one for a role.
    """

    def __init__(self, code: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.facts: Mapping[str, Any] = facts


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `side` is `None` for an organisation that is not on the plan: it reads."""

    user_id: str
    team_id: str
    side: Side | None
    name: str


@dataclass(slots=True)
class Work:
    """One transaction on one plan. `now` is the time people live by, `wall` the machine's; both UTC.

    `said_in` is the thread in which it was asked for by a mention, and is answered.
    """

    session: Session
    plan: Plan
    actor: Actor
    sides: plans.Sides
    now: datetime
    wall: datetime
    said_in: str | None = None
    agreed_by: str | None = None  # of the other side, whose yes this has already
    _acts: list[tuple[Step, str]] = field(default_factory=list, init=False)
    _to_arm: list[Step] = field(default_factory=list, init=False)
    _has_news: bool = field(default=False, init=False)
    _draws_board: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        at_the_end(self.session, self._end)

    @property
    def plan_id(self) -> int:
        assert self.plan.id is not None
        return self.plan.id

    @property
    def today(self) -> date:
        """The day it is for the plan."""
        return local_day(self.now, self.plan.time_zone)

    def step(self, step_id: int) -> Step:
        """A step of this plan that the actor may know of. Raises `Refused`."""
        step = plans.step_of(self.session, self.plan_id, step_id, self.actor.side)
        if step is None:
            raise Refused("no_such_step")
        return step

    def allow(self, action: Action, half: Side | None = None) -> None:
        """Raises `Refused` unless the plan is open and the actor may do this to it."""
        if self.plan.state is PlanState.CLOSED and action is not Action.MANAGE:
            raise Refused("plan_closed", plan=self.plan.name)
        refusal = may(action, self.actor.side, half)
        if refusal is not None:
            raise why_not(refusal, self.session, self.plan, self.actor)

    def record(self, kind: str, step: Step | None = None, *, reason: str = "", **details: Any) -> None:
        """Log a change. The work it makes is left when the transaction ends: the board, the news, the private
        messages that show the step."""
        is_news = self._is_news(kind, step)
        self.log(kind, step, reason=reason, is_news=is_news, **details)
        self._has_news |= is_news
        self.plan.revision += 1
        self.session.add(self.plan)
        if step is not None:
            step.version += 1
            self.session.add(step)
            self._acts.append((step, kind))
            self.arm(step)
        self.refresh_board()

    def say_of(self, kind: str, step: Step | None, *, reason: str = "", **details: Any) -> None:
        """Log what people say to each other about a step or the plan. It changes nothing that a form shows,
        and answers the message of who says it."""
        self.log(kind, step, reason=reason, **details)
        self.plan.revision += 1
        self.session.add(self.plan)
        if step is not None and kind in ONLY_OWN:
            self._acts.append((step, kind))
        self.refresh_board()

    def log(
        self,
        kind: str,
        step: Step | None,
        *,
        reason: str = "",
        is_news: bool = False,
        visibility: Visibility | None = None,
        **details: Any,
    ) -> None:
        """Write a line of the log. By itself it is for what changes nothing that a board or a form shows.

        `visibility` is the step's unless the line says less openly.
        """
        self.session.add(
            Change(
                plan_id=self.plan_id,
                step_id=step.id if step else None,
                at=self.now,
                actor_id=self.actor.user_id,
                actor_side=self.actor.side,
                kind=kind,
                details=details,
                reason=reason,
                visibility=visibility or (step.visibility if step else Visibility.BOTH),
                is_news=is_news,
            )
        )

    def _is_news(self, kind: str, step: Step | None) -> bool:
        """Whether the board's thread is to tell of it. What was said and answered there is known there."""
        return (
            kind in NEWS
            and step is not None
            and step.visibility is Visibility.BOTH
            and self.plan.tells_news
            and (self.said_in is None or self.said_in != self.plan.board_ts)
        )

    def refresh_board(self) -> None:
        self._draws_board = True

    def arm(self, step: Step) -> None:
        """Have it set, when the transaction ends, when the next person hears of this step."""
        self._to_arm.append(step)

    def _end(self) -> None:
        """Arm the steps, and put in the outbox what all of it comes to: each thing once, in one order always.

        Two transactions that lock the same waiting rows never wait for each other then, and the questions are
        asked for all steps together.
        """
        self.session.flush()  # a new step has its id now
        self._overtake_proposals()
        heard = self.arm_now(self._to_arm)
        nudges = {nudge.id or 0: nudge for nudge in self._answer_nudges(heard)}
        for _, nudge in sorted(nudges.items()):
            self._refresh_nudge(nudge)
        if self._draws_board:
            outbox.put_board(self.session, self.plan, self.wall)
        if self._has_news:
            outbox.put_news(self.session, self.plan, self.wall + NEWS_PAUSE)

    def arm_now(self, steps: Collection[Step]) -> Heard:
        """Set when the next person hears of each of these; nobody hears twice of one day.

        Says who has heard of them already.
        """
        heard = everything_heard_of(self.session, steps)
        holders = [holder for step in steps for holder in (step.owner_id, step.counterpart_id)]
        plans.people(self.session, [*holders, self.plan.seller_lead_id, self.plan.buyer_lead_id])
        for step in {step.id: step for step in steps}.values():
            moments = [
                self._moment_to_hear(step, ask, of_person(heard, step, ask.user_id))
                for ask in self._asks(step)
            ]
            moment = min(moments, default=NEVER)
            step.next_nudge_at = None if moment == NEVER else moment
            self.session.add(step)
        return heard

    def _asks(self, step: Step) -> list[Ask]:
        if self.plan.state is PlanState.CLOSED or not self.plan.reminds or step.removed_at is not None:
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

    def _answer_nudges(self, heard: Heard) -> Iterator[Nudge]:
        """An act on a step ends the messages that ask for it, and all of them show what happened.

        Half of a gate ends only that side's; who asks to hear later speaks only for themselves. What it says
        can be edited without anybody having answered.
        """
        for step, kind in self._acts:
            still_asked = set()
            if kind == "step_half_confirmed":
                still_asked = {ask.user_id for ask in self._asks(step)}
            for item, nudge in heard.get(step.id, ()):
                if item.answer:
                    continue
                is_another_matter = kind in ONLY_OWN and item.user_id != self.actor.user_id
                if kind != "step_edited" and item.user_id not in still_asked and not is_another_matter:
                    item.answer = kind
                    self.session.add(item)
                yield nudge

    def _overtake_proposals(self) -> None:
        """What waits for a yes, and is about something that is another matter by now, is over."""
        if not self.plan.agreed_round:
            return
        for proposal in agreements.open_proposals(self.session, self.plan_id):
            step = self.session.get(Step, proposal.step_id) if proposal.step_id else None
            if is_overtaken(proposal, self.plan, step):
                self.end_proposal(proposal, ProposalState.OVERTAKEN)

    def end_proposal(self, proposal: Proposal, state: ProposalState) -> None:
        """It waits no more: its message and the board show so."""
        proposal.state = state
        self.session.add(proposal)
        self.refresh_proposal(proposal)
        self.refresh_board()

    def refresh_proposal(self, proposal: Proposal) -> None:
        outbox.put(
            self.session,
            key=f"proposal_refresh:{proposal.id}",
            kind="proposal_refresh",
            team_id=self.plan.team_id,
            channel_id=proposal.channel_id,
            plan_id=self.plan_id,
            payload={"proposal": proposal.id},
            not_before=self.wall,
        )

    def _refresh_nudge(self, nudge: Nudge) -> None:
        outbox.put(
            self.session,
            key=f"nudge_refresh:{nudge.id}",
            kind="nudge_refresh",
            team_id=self.plan.team_id,
            channel_id=nudge.channel_id,
            payload={"nudge": nudge.id},
            not_before=self.wall,
        )


def time_zone_of(known: Mapping[str, Person], user_id: str | None, plan: Plan, side: Side) -> str:
    """The person's time zone, else their side's, else the plan's. Externals have none of their own."""
    person = known.get(user_id or "")
    return (person and person.time_zone) or plan.time_zone_of(side)


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


def take_a_seat(session: Session, plan: Plan, sides: plans.Sides, team_id: str) -> plans.Sides:
    """The first other company that turns up in a plan without a buyer is its buyer. Writes it down."""
    if Side.BUYER in sides.organizations.values() or sides.organizations.get(team_id) or not team_id:
        return sides
    assert plan.id is not None
    session.merge(PlanOrganization(plan_id=plan.id, team_id=team_id, side=Side.BUYER))
    return plans.Sides(sides.seller_team_id, sides.people, {**sides.organizations, team_id: Side.BUYER})


def why_not(refusal: Refusal, session: Session, plan: Plan, actor: Actor) -> Refused:
    """The words for a no; somebody of a company that is not on the plan is asked which side they are on.

    Asked until somebody there has answered; after that they hear what became of the answer.
    """
    firms: dict[str, Any] = {"seller": plan.seller_company, "buyer": plan.buyer_company}
    if refusal is not Refusal.NOT_ON_THE_PLAN or not actor.team_id:
        return Refused(refusal.value, **firms)
    company = session.get(PlanOrganization, (plan.id, actor.team_id))
    if company is None or company.claimed_by is None:
        return Refused("which_side", plan_id=plan.id, channel_id=plan.channel_id, **firms)
    if company.claimed_side is None:
        return Refused("reading_along", plan_id=plan.id, channel_id=plan.channel_id, **firms)
    return Refused("side_is_asked", claimed=plan.company_of(company.claimed_side), **firms)


def arm_all(work: Work) -> None:
    """Set anew when each step is heard of, after something that concerns them all."""
    work.arm_now(plans.every_step(work.session, work.plan_id))


def disarm_all(session: Session, plan_id: int) -> None:
    session.execute(sa.update(Step).where(col(Step.plan_id) == plan_id).values(next_nudge_at=None))
