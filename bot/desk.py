"""The one thing listeners hold: the database, the clock and the bell that wakes delivery."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.clock import Clock
from bot.installations import Installed
from bot.use_cases.common import Actor, Refused, Work, must_be_allowed, take_a_seat
from plan.rights import Action
from storage import plans, requests, standing
from storage.database import Database
from storage.models import Person, Plan

INSTALLED = "installed"  # in the context of a request: the copy of Tandem that it came through


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
    enterprise_id: str = ""  # `E…`, where that workspace is part of an Enterprise Grid
    scopes: frozenset[str] = frozenset()  # what was granted to that copy of Tandem

    def at(self, context: Mapping[str, Any]) -> "Desk":
        """The desk of the copy of Tandem that a request came through."""
        installed: Installed | None = context.get(INSTALLED)
        return self if installed is None else self.of(installed)

    def of(self, installed: Installed) -> "Desk":
        return replace(
            self,
            bot_user_id=installed.bot_user_id,
            team_id=installed.team_id or installed.workspace_id,
            team_name=installed.team_name,
            enterprise_id=installed.enterprise_id,
            scopes=installed.scopes,
        )

    @contextmanager
    def work(
        self,
        visitor: Visitor,
        plan_id: int,
        *,
        channel_id: str | None,
        request_key: str,
        said_in: str | None = None,
    ) -> Iterator[Work]:
        """One transaction on a plan, as this person.

        `channel_id` is where the request came from, by an id that it has or had until lately, `None` for a
        private conversation with Tandem; `said_in` the thread of a mention.
        Raises `Refused` when the plan is not this channel's, `AlreadyCarriedOut` for a repeated request.
        """
        now, wall = self.clock.now(), self.clock.wall()
        with self.database.write() as session:
            plan = plans.lock_plan(session, plan_id)
            if plan is None or not _is_through(session, plan, channel_id):
                raise Refused("no_such_plan")
            if not requests.is_first(session, request_key, wall):
                raise AlreadyCarriedOut
            known = session.get(Person, visitor.user_id)
            sides = plans.sides(session, plan)
            if known is not None and plans.is_in_channel(session, plan.channel_id, known.user_id):
                sides = take_a_seat(session, plan, sides, known)
            actor = self._actor(session, plan, visitor, known, sides, channel_id)
            must_be_allowed(session, plan, actor, Action.READ)
            yield Work(session, plan, actor, sides, now, wall, said_in)
        self.bell()

    @contextmanager
    def write(self, request_key: str) -> Iterator[tuple[Session, datetime, datetime]]:
        """One transaction that is not on a plan yet: the session, now and the wall clock."""
        now, wall = self.clock.now(), self.clock.wall()
        with self.database.write() as session:
            if not requests.is_first(session, request_key, wall):
                raise AlreadyCarriedOut
            yield session, now, wall
        self.bell()

    def _actor(
        self,
        session: Session,
        plan: Plan,
        visitor: Visitor,
        known: Person | None,
        sides: plans.Sides,
        channel_id: str | None,
    ) -> Actor:
        """The visitor's place at the plan's table. Somebody the roster does not know yet only takes a
        place that is theirs already: what Slack calls their team may be an `E…` id."""
        person = Person(
            user_id=visitor.user_id,
            team_id=(known and known.team_id) or visitor.team_id,
            enterprise_id=known.enterprise_id if known else "",
            name=known.name if known else visitor.name or visitor.user_id,
            is_guest=known.is_guest if known else False,
            refreshed_at=self.clock.wall(),
        )
        side = None if known and known.is_bot else sides.of(person)  # nobody presses as a bot
        return Actor(
            visitor.user_id,
            sides.firm_of(person),
            side,
            person.name,
            leads=side is not None and plan.lead_of(side) == visitor.user_id,
            is_guest=person.is_guest,
            is_elsewhere=side is None and self._is_elsewhere(session, plan, visitor, channel_id),
        )

    def _is_elsewhere(self, session: Session, plan: Plan, visitor: Visitor, channel_id: str | None) -> bool:
        """Whether there is no such plan for somebody on neither side: not in a private conversation, not
        through another copy of Tandem, not for who is known from other channels only.

        Somebody new may not be on the roster yet, which is read in the background.
        """
        if plans.is_in_channel(session, plan.channel_id, visitor.user_id):
            return False
        is_direct = channel_id is not None and self.team_id in ("", plan.team_id)
        return not is_direct or plans.is_in_a_channel(session, visitor.user_id)

    def is_of_the_seller(self, visitor: Visitor) -> bool:
        """Whether this person is at the firm that installed Tandem, by what we know or by what Slack says."""
        with self.database.read() as session:
            known = session.get(Person, visitor.user_id)
        if known is not None and known.team_id:
            firm = known.enterprise_id
            return known.team_id == self.team_id or bool(firm and firm == self.enterprise_id)
        return visitor.team_id != "" and visitor.team_id in (self.team_id, self.enterprise_id)

    @contextmanager
    def look(self, visitor: Visitor, plan_id: int, *, channel_id: str | None) -> Iterator[Look]:
        """A plan to read, as this person sees it. Raises `Refused` like `work`."""
        now = self.clock.now()
        with self.database.read() as session:
            plan = session.get(Plan, plan_id)
            if plan is None or not _is_through(session, plan, channel_id):
                raise Refused("no_such_plan")
            sides = plans.sides(session, plan)
            known = session.get(Person, visitor.user_id)
            actor = self._actor(session, plan, visitor, known, sides, channel_id)
            must_be_allowed(session, plan, actor, Action.READ)
            yield Look(session, plan, actor, sides, now)


def _is_through(session: Session, plan: Plan, channel_id: str | None) -> bool:
    """Whether a request from there may be about the plan; from a private conversation, `None`, it may."""
    return channel_id is None or standing.is_the_same(session, channel_id, plan)
