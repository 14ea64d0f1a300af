"""The one thing listeners hold: the database, the clock and the bell that wakes delivery."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.clock import Clock
from bot.use_cases.common import Actor, Refused, Work, take_a_seat
from storage import plans, requests
from storage.database import Database
from storage.models import Person, Plan, Side


class AlreadyCarriedOut(Exception):
    """Slack delivered a request a second time. Nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request, as Slack says it. `team_id` may be an `E…` id on Enterprise Grid."""

    user_id: str
    team_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """A plan as one person may read it at one moment."""

    session: Session
    plan: Plan
    actor: Actor
    sides: plans.Sides
    now: datetime


@dataclass(slots=True)
class Desk:
    """`bell` is rung after every transaction that may have left work in the outbox."""

    database: Database
    clock: Clock
    bell: Callable[[], None] = lambda: None
    bot_user_id: str = ""
    team_id: str = ""  # the workspace that installed Tandem, and its name
    team_name: str = ""

    @contextmanager
    def work(
        self, visitor: Visitor, plan_id: int, *, channel_id: str | None, request_key: str
    ) -> Iterator[Work]:
        """One transaction on a plan, as this person.

        `channel_id` is where the request came from, `None` for a private conversation with Tandem.
        Raises `Refused` when the plan is not this channel's, `AlreadyCarriedOut` for a repeated request.
        """
        wall = self.clock.wall()
        with self.database.write() as session:
            plan = plans.lock_plan(session, plan_id)
            if plan is None or (channel_id is not None and plan.channel_id != channel_id):
                raise Refused("no_such_plan")
            if not requests.is_first(session, request_key, wall):
                raise AlreadyCarriedOut
            actor, sides = self.seat(session, plan, visitor, write=True)
            if channel_id is None and actor.side is None:
                raise Refused("no_such_plan")
            yield Work(session, plan, actor, sides, self.clock.now(), wall)
        self.bell()

    @contextmanager
    def write(self, request_key: str) -> Iterator[tuple[Session, datetime, datetime]]:
        """One transaction that is not on a plan yet: the session, now and the wall clock."""
        wall = self.clock.wall()
        with self.database.write() as session:
            if not requests.is_first(session, request_key, wall):
                raise AlreadyCarriedOut
            yield session, self.clock.now(), wall
        self.bell()

    def seat(
        self, session: Session, plan: Plan, visitor: Visitor, *, write: bool = False
    ) -> tuple[Actor, plans.Sides]:
        """The visitor's place at the plan's table."""
        person = session.get(Person, visitor.user_id) or Person(
            user_id=visitor.user_id,
            team_id=visitor.team_id,
            name=visitor.name or visitor.user_id,
            refreshed_at=self.clock.wall(),
        )
        sides = plans.sides(session, plan)
        team_id = person.team_id or visitor.team_id
        if write:
            sides = take_a_seat(session, plan, sides, team_id)
        side = sides.of(person)
        if side is None and Side.BUYER not in sides.organizations.values():
            side = None if team_id in sides.organizations else Side.BUYER
        return Actor(visitor.user_id, team_id, side, person.name), sides

    @contextmanager
    def look(self, visitor: Visitor, plan_id: int, *, channel_id: str | None) -> Iterator[Look]:
        """A plan to read, as this person sees it. Raises `Refused` like `work`."""
        with self.database.read() as session:
            plan = session.get(Plan, plan_id)
            if plan is None or (channel_id is not None and plan.channel_id != channel_id):
                raise Refused("no_such_plan")
            actor, sides = self.seat(session, plan, visitor)
            if channel_id is None and actor.side is None:
                raise Refused("no_such_plan")
            yield Look(session, plan, actor, sides, self.clock.now())
