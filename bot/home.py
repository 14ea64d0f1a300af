"""What one person sees in their App Home: all that is theirs, as far as their side may know of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session, select

from blocks.view_models import Companies, HomeClaim, HomePlan, HomeStep, HomeView, StepView
from bot.in_words import NOBODY
from bot.views import PlanViews, load_plan_views, side_of_first_role
from plan.health import Health
from plan.nudging import who_is_asked
from storage import plans
from storage.models import Person, Plan, PlanOrganization, Side, Step


@dataclass(frozen=True, slots=True)
class _Mine:
    """A plan as the owner of the home sees it."""

    user_id: str
    side: Side | None
    sides: plans.Sides
    companies: list[PlanOrganization]
    people: dict[str, Person]  # who owns or shares a step, or says which side they are on
    seen: PlanViews

    def side_of(self, user_id: str) -> Side | None:
        return self.sides.of(self.people.get(user_id))

    def shown(self, view: StepView) -> HomeStep:
        plan = self.seen.plan
        firms = Companies(plan.seller_company, plan.buyer_company)
        return HomeStep(view, plan.name, plan.channel_id, firms, plan.frozen_reason)

    def to_confirm(self) -> Iterator[HomeStep]:
        for step, view in self._open():
            if view.half_missing is not None and view.half_missing is self.side and self._is_asked(step):
                yield self.shown(view)

    def nameless(self) -> Iterator[HomeStep]:
        for step, view in self._open():
            if view.half_missing is self.side or not self._is_asked(step, who=True):
                continue
            owner = self.people.get(step.owner_id or "")
            if step.gate and side_of_first_role(step, owner, self.sides) is not self.side:
                view = replace(view, role=step.counterpart_role)
            yield self.shown(view)

    def own(self) -> Iterator[HomeStep]:
        waits_for_yes = {one.step.id for one in self.to_confirm()}
        for view in self.seen.owned_by(self.user_id):
            if view.id not in waits_for_yes:
                yield self.shown(view)

    def claims(self) -> Iterator[HomeClaim]:
        plan = self.seen.plan
        if self.side is not Side.SELLER or plan.seller_lead_id != self.user_id:
            return
        for company in self.companies:
            if company.side is None and company.claimed_side is not None:
                claimant = self.people.get(company.claimed_by or "")
                yield HomeClaim(
                    who=claimant.name if claimant else NOBODY,
                    company=plan.company_of(company.claimed_side),
                    team_id=company.team_id,
                    side=company.claimed_side,
                    plan=self.plan(),
                )

    def leads(self) -> bool:
        return self.user_id in (self.seen.plan.seller_lead_id, self.seen.plan.buyer_lead_id)

    def plan(self) -> HomePlan:
        return HomePlan(self.seen.board, self.seen.plan.channel_id)

    def _open(self) -> Iterator[tuple[Step, StepView]]:
        for step in self.seen.steps:
            if not step.state.is_finished:
                yield step, self.seen.step(step.id)

    def _is_asked(self, step: Step, *, who: bool = False) -> bool:
        """Whether it is this person who would be reminded of the step; with `who` only for a name."""
        return any(
            ask.user_id == self.user_id and ask.side is self.side and (ask.asks_who or not who)
            for ask in who_is_asked(step, self.seen.plan, self.side_of)
        )


def load_home(session: Session, user_id: str, now: datetime) -> HomeView:
    person = session.get(Person, user_id)
    mine = [_look_at(session, plan, user_id, person, now) for plan in plans.open_plans_of(session, user_id)]
    return HomeView(
        to_confirm=_by_urgency(step for one in mine for step in one.to_confirm()),
        nameless=_by_urgency(step for one in mine for step in one.nameless()),
        own=_by_urgency(step for one in mine for step in one.own()),
        led=_led(one for one in mine if one.leads()),
        claims=tuple(claim for one in mine for claim in one.claims()),
    )


def _look_at(session: Session, plan: Plan, user_id: str, person: Person | None, now: datetime) -> _Mine:
    sides = plans.sides(session, plan)
    side = sides.of(person)
    seen = load_plan_views(session, plan, side, now)
    companies = list(session.exec(select(PlanOrganization).where(PlanOrganization.plan_id == plan.id)))
    ids = {user for step in seen.steps for user in (step.owner_id, step.counterpart_id)}
    people = plans.people(session, ids | {company.claimed_by for company in companies})
    return _Mine(user_id, side, sides, companies, people, seen)


def _by_urgency(steps: Iterator[HomeStep]) -> tuple[HomeStep, ...]:
    """What waits first, then by due date; what has none comes last."""

    def key(one: HomeStep) -> tuple[bool, date, str, int]:
        return not one.step.is_waiting, one.step.due or date.max, one.plan_name, one.step.number

    return tuple(sorted(steps, key=key))


def _led(mine: Iterator[_Mine]) -> tuple[HomePlan, ...]:
    shown = [one.plan() for one in mine]
    return tuple(sorted(shown, key=lambda one: (_is_well(one), one.board.anchor, one.board.name)))


def _is_well(plan: HomePlan) -> bool:
    return plan.board.health.health in (Health.ON_TRACK, Health.DONE, Health.EMPTY)
