"""Several deals of the same two firms: a channel and a plan for each, written straight into the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from sqlmodel import col, select

from bot.clock import FixedClock
from bot.desk import Desk, Visitor
from bot.use_cases import dates, steps
from bot.use_cases.common import Actor, Work
from bot.use_cases.plans import NewPlan, start_plan
from sandbox.cast import read_cast
from storage import plans
from storage.database import Database
from storage.models import AnchorKind, Change, ChannelMember, Person, Plan, Side, Step
from tests.sandboxed import WORLD

TANDEM = "U0TANDEM"
NORTHWIND, ACME = "T0NORTHWIND", "T0ACME"
RAE, BEA = Visitor("U0RAE", NORTHWIND, "rae"), Visitor("U0BEA", ACME, "bea")
AT_NORTHWIND = ("U0RAE", "U0SAM", "U0MEI", "U0LENA")
AT_ACME = ("U0BEA", "U0RAVI", "U0JONAS", "U0PRIYA", "U0OMAR", "U0INES")
EVERYBODY = (*AT_NORTHWIND, *AT_ACME)
STEPS = 13  # of the template

MAY = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)  # when the plans were made
GO_LIVE = date(2026, 11, 27)

_requests = count(1)


def channel_of(deal: int) -> str:
    return f"C{deal}DEAL"


def write_world(path: Path, deals: int) -> Path:
    """The sandbox's own world, with as many shared channels as there are deals."""
    world: dict[str, Any] = yaml.safe_load(WORLD.read_text(encoding="utf-8"))
    shared = world["channels"][0]
    world["channels"] = [{**shared, "id": channel_of(n), "name": f"deal-{n}"} for n in range(deals)]
    path.write_text(yaml.safe_dump(world), encoding="utf-8")
    return path


def introduce_everybody(database: Database, channels: Sequence[str]) -> None:
    """Tandem knows who is in the channels, as after a look at the roster."""
    now = datetime.now(UTC)
    with database.write() as session:
        for person in read_cast(WORLD).people:
            zone = person.tz if person.team_id == NORTHWIND else None  # externals come without one
            session.add(
                Person(
                    user_id=person.id,
                    team_id=person.team_id,
                    name=person.name,
                    time_zone=zone,
                    refreshed_at=now,
                )
            )
            for channel in channels:
                session.add(ChannelMember(channel_id=channel, user_id=person.id))


@dataclass(frozen=True, slots=True)
class Deal:
    """A plan and its channel. `work` acts on it behind the curtain, at the moment it was made."""

    database: Database
    channel: str
    plan_id: int

    @contextmanager
    def work(self, visitor: Visitor = RAE) -> Iterator[Work]:
        desk = Desk(self.database, FixedClock(MAY), bot_user_id=TANDEM, team_id=NORTHWIND)
        key = f"behind the curtain:{next(_requests)}"
        with desk.work(visitor, self.plan_id, channel_id=self.channel, request_key=key) as work:
            yield work

    def step(self, number: int) -> Step:
        with self.database.read() as session:
            return session.exec(select(Step).where(Step.plan_id == self.plan_id, Step.number == number)).one()

    def steps(self) -> list[Step]:
        with self.database.read() as session:
            return plans.every_step(session, self.plan_id)

    def give(self, number: int, owner: str, due: date, counterpart: str | None = None) -> Step:
        """Somebody owns a step, due on a day."""
        with self.work() as work:
            step_id = self.step(number).id or 0
            steps.assign_step(work, step_id, owner, counterpart)
            return dates.move_step(work, step_id, due)

    def add_steps(self, titles: Sequence[str]) -> None:
        with self.work() as work:
            for title in titles:
                steps.add_step(work, steps.NewStep(title))

    def plan(self) -> Plan:
        with self.database.read() as session:
            return session.get_one(Plan, self.plan_id)

    def changes(self, kind: str) -> list[Change]:
        with self.database.read() as session:
            return list(
                session.exec(
                    select(Change)
                    .where(Change.plan_id == self.plan_id, Change.kind == kind)
                    .order_by(col(Change.id))
                )
            )


def start_deal(database: Database, deal: int) -> Deal:
    """A plan in the deal's channel. Its board is in the outbox, to be posted by whoever comes first."""
    new = NewPlan(
        template="saas-six-figures",
        name=f"Deal {deal}",
        seller_company="Northwind",
        buyer_company="Acme",
        anchor_kind=AnchorKind.GO_LIVE,
        anchor=GO_LIVE,
        anchor_reason="The old contract ends",
        seller_country="GB",
        buyer_country="US",
        seller_lead_id="U0RAE",
        buyer_lead_id="U0BEA",
    )
    actor = Actor(RAE.user_id, NORTHWIND, Side.SELLER, "Rae Lindqvist")
    with database.write() as session:
        started = start_plan(session, NORTHWIND, channel_of(deal), actor, new, MAY, datetime.now(UTC))
        # Most of these tests count nudges and answers; those that want more of what goes out ask for it.
        started.plan.gives_notice = started.plan.tells_news = False
        assert started.plan.id is not None
        return Deal(database, channel_of(deal), started.plan.id)


def start_deals(database: Database, deals: int) -> list[Deal]:
    introduce_everybody(database, [channel_of(n) for n in range(deals)])
    return [start_deal(database, n) for n in range(deals)]
