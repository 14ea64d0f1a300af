"""What every use case works with: one transaction, one plan, one person, one moment."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from bot.use_cases.arming import Arming
from bot.use_cases.arming import disarm_all as disarm_all
from bot.use_cases.arming import own_calendar as own_calendar
from bot.use_cases.arming import reader_of as reader_of
from bot.use_cases.arming import time_zone_of as time_zone_of
from bot.use_cases.home import refresh_homes
from plan.agreement import is_overtaken
from plan.news import NEWS
from plan.nudging import local_day
from plan.rights import (
    OF_A_CLOSED_PLAN,
    OF_A_PLAN_THAT_STANDS_STILL,
    OF_A_SAID_SIDE,
    Action,
    ActorKind,
    Refusal,
    kind_of,
    may,
)
from storage import agreements, outbox, plans
from storage.agreement import Proposal, ProposalState
from storage.database import at_the_end
from storage.models import (
    Change,
    Nudge,
    Person,
    Plan,
    PlanOrganization,
    PlanState,
    Side,
    Step,
    Visibility,
)
from storage.nudges import Heard

P = ParamSpec("P")
R = TypeVar("R")

ANSWER_NOTHING = ("step_edited", "step_added")  # one that was private is added for the other side only
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
    """Who acts. `side` is `None` for an organisation that is not on the plan: it reads.

    `is_elsewhere` is somebody for whom there is no such plan: they came another way than through its channel.
    """

    user_id: str
    team_id: str
    side: Side | None
    name: str
    leads: bool = False
    is_guest: bool = False
    is_elsewhere: bool = False

    @property
    def kind(self) -> ActorKind:
        if self.is_elsewhere:
            return ActorKind.OTHER_WORKSPACE
        has_company = bool(self.team_id)
        return kind_of(self.side, leads=self.leads, is_guest=self.is_guest, has_company=has_company)


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
    _draws_homes: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        at_the_end(self.session, self._end)

    @property
    def plan_id(self) -> int:
        assert self.plan.id is not None
        return self.plan.id

    @property
    def reader(self) -> Side | None:
        """Whose eyes the answer is for: the actor's side's; in a thread, both sides'."""
        return None if self.said_in is not None else self.actor.side

    @property
    def today(self) -> date:
        """The day it is for the plan."""
        return local_day(self.now, self.plan.time_zone)

    def step(self, step_id: int) -> Step:
        """A step of this plan that the actor may know of. Raises `Refused`."""
        step = self.session.get(Step, step_id)
        if step is None or step.plan_id != self.plan_id or step.removed_at is not None:
            raise Refused("no_such_step")
        if may(Action.READ, self.actor.kind, step.visibility) is not None:
            raise Refused("no_such_step")
        return step

    def allow(self, action: Action, *, of: Side | None = None) -> None:
        """Raises `Refused` unless the plan takes it now and the actor may do it. `needs` asks this for a use
        case; here is asked what only shows on the way: `of`, see `plan.rights.may`."""
        must_be_allowed(self.session, self.plan, self.actor, action, of=of)
        if action in OF_A_SAID_SIDE and self._side_is_unsaid():
            facts = {"seller": self.plan.seller_company, "buyer": self.plan.buyer_company}
            raise Refused("side_unsaid", plan_id=self.plan_id, channel_id=self.plan.channel_id, **facts)

    def _side_is_unsaid(self) -> bool:
        """Whether nobody can tell on which side the actor is: a channel of one firm, asked once in it."""
        actor = self.actor
        is_known = actor.leads or actor.user_id in self.sides.people
        return not is_known and plans.is_one_firm(self.session, self.plan, self.sides)

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
        self._show(step)

    def say_of(self, kind: str, step: Step | None, *, reason: str = "", **details: Any) -> None:
        """Log what people say to each other about a step or the plan. It changes nothing that a form shows,
        and answers the message of who says it."""
        self.log(kind, step, reason=reason, **details)
        self.plan.revision += 1
        self.session.add(self.plan)
        if step is not None and kind in ONLY_OWN:
            self._acts.append((step, kind))
        self._show(step)

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

    def _show(self, step: Step | None) -> None:
        """Have drawn what shows the change: of a private step no board does, nor tells by a new drawing."""
        if step is None or step.visibility is Visibility.BOTH:
            self.refresh_board()
        else:
            self.refresh_own()

    def refresh_board(self) -> None:
        self._draws_board = True

    def refresh_own(self) -> None:
        """For what one side alone sees: it stands in no channel, only in people's homes."""
        self._draws_homes = True

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
        elif self._draws_homes:
            refresh_homes(self.session, self.plan, self.wall, self._is_of_our_side)
        if self._has_news:
            outbox.put_news(self.session, self.plan, self.wall + NEWS_PAUSE)

    def _is_of_our_side(self, person: Person) -> bool:
        return self.sides.of(person) is self.actor.side

    def arm_now(self, steps: Collection[Step]) -> Heard:
        """Set when the next person hears of each of these; nobody hears twice of one day.

        Says who has heard of them already.
        """
        return self._arming.arm(steps)

    @property
    def _arming(self) -> Arming:
        return Arming(self.session, self.plan, self.sides, self.now)

    def _answer_nudges(self, heard: Heard) -> Iterator[Nudge]:
        """An act on a step ends the messages that ask for it, and all of them show what happened.

        Half of a gate ends only that side's; who asks to hear later speaks only for themselves. What it says
        can be edited without anybody having answered.
        """
        for step, kind in self._acts:
            still_asked = set()
            if kind == "step_half_confirmed":
                still_asked = {ask.user_id for ask in self._arming.asks(step)}
            for item, nudge in heard.get(step.id, ()):
                if item.answer:
                    continue
                is_another_matter = kind in ONLY_OWN and item.user_id != self.actor.user_id
                if kind not in ANSWER_NOTHING and item.user_id not in still_asked and not is_another_matter:
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


def needs(
    action: Action,
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """What stands over every use case: who may not do this to the plan is refused before anything else."""

    def guard(use_case: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        @wraps(use_case)
        def guarded(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
            work.allow(action)
            return use_case(work, *args, **kwargs)

        return guarded

    return guard


def must_be_allowed(
    session: Session, plan: Plan, actor: Actor, action: Action, *, of: Side | None = None
) -> None:
    """The one place in which the table of rights is asked about a plan. Raises `Refused`."""
    refusal = may(action, actor.kind, of=of)
    if refusal is Refusal.UNSEEN:
        raise Refused("no_such_plan")
    must_take(plan, action)
    if refusal is not None:
        raise why_not(refusal, session, plan, actor, of=of)


def must_take(plan: Plan, action: Action) -> None:
    """Whether the plan, as it stands, takes it from anybody. Raises `Refused`."""
    if plan.state is PlanState.CLOSED and action not in OF_A_CLOSED_PLAN:
        raise Refused("plan_closed", plan=plan.name)
    if plan.frozen_at is not None and action not in OF_A_PLAN_THAT_STANDS_STILL:
        raise Refused("plan_frozen", plan=plan.name, reason=plan.frozen_reason, seller=plan.seller_company)


def take_a_seat(session: Session, plan: Plan, sides: plans.Sides, person: Person) -> plans.Sides:
    """The first other company that turns up in a plan without a buyer is its buyer. Writes it down."""
    firm = sides.firm_of(person)
    if Side.BUYER in sides.organizations.values() or not firm or sides.of(person):
        return sides
    if firm in (sides.seller_firm, plans.grid_of(session, plan.team_id)):
        return sides
    assert plan.id is not None
    session.merge(PlanOrganization(plan_id=plan.id, team_id=firm, side=Side.BUYER))
    session.flush()
    return plans.sides(session, plan)


def why_not(
    refusal: Refusal, session: Session, plan: Plan, actor: Actor, *, of: Side | None = None
) -> Refused:
    """The words for a no; somebody of a company that is not on the plan is asked which side they are on.

    Asked until somebody there has answered; after that they hear what became of the answer.
    """
    firms: dict[str, Any] = {"seller": plan.seller_company, "buyer": plan.buyer_company}
    side = of or actor.side
    if refusal is not Refusal.NOT_ON_THE_PLAN or not actor.team_id:
        return Refused(refusal.value, company=plan.company_of(side) if side else "", **firms)
    company = session.get(PlanOrganization, (plan.id, actor.team_id))
    if company is None or company.claimed_by is None:
        return Refused("which_side", plan_id=plan.id, channel_id=plan.channel_id, **firms)
    if company.claimed_side is None:
        return Refused("reading_along", plan_id=plan.id, channel_id=plan.channel_id, **firms)
    return Refused("side_is_asked", claimed=plan.company_of(company.claimed_side), **firms)


def arm_all(work: Work) -> None:
    """Set anew when each step is heard of, after something that concerns them all."""
    work.arm_now(plans.every_step(work.session, work.plan_id))
