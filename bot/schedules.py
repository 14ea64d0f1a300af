"""From rows to the computed plan, as far as one side may know of its steps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import Session

from plan.calendars import Calendar, calendar_for, calendar_of, working_days
from plan.network import LayoutStep, Network, Standing, network
from plan.nudging import local_day
from plan.schedule import Schedule, schedule
from storage import calendars, plans
from storage.models import AnchorKind, Plan, Side, Step, StepState


@dataclass(frozen=True, slots=True)
class Rows:
    """A plan's rows, read once, from which it is computed as often as somebody asks "what if"."""

    plan: Plan
    steps: Sequence[Step]
    after: Mapping[int, Mapping[int, int]]  # step id: what it comes after, and the lag
    only_on: Mapping[int, tuple[date, ...]]
    seller: Calendar
    buyer: Calendar
    today: date
    known: frozenset[int] = field(default=frozenset())

    def calendar(self, side: Side) -> Calendar:
        return calendar_of(side, self.seller, self.buyer)

    def compute(
        self,
        *,
        anchor: date | None = None,
        dates: Mapping[int, date] | None = None,
        without: Collection[int] = (),
    ) -> Schedule[int]:
        """The plan as it is; or with another anchor, with some steps on other days, or without some."""
        standings = self._standings(without, dates)
        return schedule(
            self.layout_steps(without),
            anchor or self.plan.anchor_date,
            self.today,
            self.seller,
            self.buyer,
            standings=standings,
            anchor_step=self.anchor_step if self.anchor_step in standings else None,
        )

    def network(self, dates: Mapping[int, date] | None = None) -> Network[int]:
        """The steps as a network, to try changes on; with `dates`, these steps fixed on other days."""
        return network(self.layout_steps(), self.seller, self.buyer, self._standings((), dates))

    @property
    def anchor_step(self) -> int | None:
        """The step that ends on the anchor; `None` where that is the last one."""
        ends = self.plan.anchor_step_id
        is_there = self.plan.anchor_kind is AnchorKind.SIGNATURE and ends in self.known
        return ends if is_there else None

    def earliest(self, step: Step, days: int) -> date | None:
        """The day a step can be done, taking so many working days after those before it that are done.

        Past one that was skipped, those before that one count. `None` where it waits for none of them.
        """
        done_on = {
            other.id: local_day(other.finished_at, self.plan.time_zone)
            for other in self.steps
            if other.state is StepState.DONE and other.finished_at is not None
        }
        calendar = working_days(self.calendar(step.side))
        skipped = {other.id for other in self.steps if other.state is StepState.SKIPPED}
        lags = self._lags(step.id or 0, self.known - skipped)
        starts = [
            calendar.after(done_on[first].toordinal(), lag) for first, lag in lags.items() if first in done_on
        ]
        return date.fromordinal(calendar.later(max(starts), days - 1)) if starts else None

    def layout_steps(self, without: Collection[int] = ()) -> list[LayoutStep[int]]:
        """The steps as the computation takes them. What comes after one that is left out comes after what
        came before it."""
        shown = {step.id or 0 for step in self.steps} - set(without)
        return [
            LayoutStep(
                step.id or 0,
                step.side,
                step.days,
                tuple(lags := self._lags(step.id or 0, shown)),
                lags=lags,
            )
            for step in self.steps
            if step.id in shown
        ]

    def _lags(self, step_id: int, shown: Collection[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        to_look_at = list(self.after.get(step_id, {}).items())
        while to_look_at:
            first, lag = to_look_at.pop()
            if first in shown:
                found[first] = max(lag, found.get(first, 0))
            elif first in self.known:  # on the plan, and left out: join what stands around it
                to_look_at += [(one, lag + more) for one, more in self.after.get(first, {}).items()]
        return found

    def _standings(
        self, without: Collection[int], dates: Mapping[int, date] | None = None
    ) -> dict[int, Standing]:
        standings = {step.id or 0: self._standing(step) for step in self.steps if step.id not in without}
        for step_id, day in (dates or {}).items():
            if step_id in standings:
                standings[step_id] = replace(standings[step_id], fixed_on=day)
        return standings

    def _standing(self, step: Step) -> Standing:
        zone = self.plan.time_zone
        return Standing(
            state=step.state,
            started_on=local_day(step.started_at, zone) if step.started_at else None,
            finished_on=local_day(step.finished_at, zone) if step.finished_at else None,
            free_on=step.blocked_until,
            fixed_on=step.due_date if step.date_fixed else None,
            only_on=self.only_on.get(step.id or 0, ()),
        )


def load_rows(session: Session, plan: Plan, viewer: Side | None, today: date) -> Rows:
    """What this side may know of the plan; `None` stands for what both may."""
    assert plan.id is not None
    steps = plans.steps_of(session, plan.id, viewer)
    seller, buyer = calendars_of(session, plan)
    return Rows(
        plan=plan,
        steps=steps,
        after=plans.dependencies_of(session, plan.id),
        only_on=calendars.step_days_of(session, plan.id),
        seller=seller,
        buyer=buyer,
        today=today,
        known=frozenset(step.id or 0 for step in steps),
    )


def calendars_of(session: Session, plan: Plan) -> tuple[Calendar, Calendar]:
    """The seller's and the buyer's, with the days that each closes on top of its holidays."""
    closed = calendars.closed_by_side(session, plan.id or 0)
    seller, buyer = (
        calendar_for(plan.country_of(side), plan.region_of(side), closed.get(side, ()))
        for side in (Side.SELLER, Side.BUYER)
    )
    return seller, buyer
