"""What tests start from: the two firms in their channel, and a plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from bot.clock import FixedClock
from bot.desk import Desk, Visitor
from bot.use_cases.common import Actor, Work
from bot.use_cases.plans import NewPlan, start_plan
from storage import plans
from storage.database import Database
from storage.models import AnchorKind, ChannelMember, Person, Side, Step

NORTHWIND = "T0NORTHWIND"
ACME = "T0ACME"
CHANNEL = "C0DEAL"
BOT = "U0TANDEM"

RAE = Visitor("U0RAE", NORTHWIND, "rae")
SAM = Visitor("U0SAM", NORTHWIND, "sam")
BEA = Visitor("U0BEA", ACME, "bea")
RAVI = Visitor("U0RAVI", ACME, "ravi")
STRANGER = Visitor("U0STRANGER", "T0THIRD", "stranger")

NAMES = {
    RAE: "Rae Lindqvist",
    SAM: "Sam Okoro",
    BEA: "Bea Alvarez",
    RAVI: "Ravi Shah",
    STRANGER: "Ste Ranger",
}
# Externals come without a time zone: their side's is used.
ZONES = {RAE: "Europe/London", SAM: "Europe/London"}

MONDAY = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def the_two_firms(database: Database) -> None:
    """Everybody is in the channel; the third firm is not known yet."""
    with database.write() as session:
        for visitor, name in NAMES.items():
            if visitor is STRANGER:
                continue
            session.add(
                Person(
                    user_id=visitor.user_id,
                    team_id=visitor.team_id,
                    name=name,
                    time_zone=ZONES.get(visitor),
                    refreshed_at=MONDAY,
                )
            )
            session.add(ChannelMember(channel_id=CHANNEL, user_id=visitor.user_id))


def new_plan(template: str = "saas-six-figures", anchor: date = date(2026, 7, 31)) -> NewPlan:
    return NewPlan(
        template=template,
        name="Acme × Northwind",
        seller_company="Northwind",
        buyer_company="Acme",
        anchor_kind=AnchorKind.GO_LIVE,
        anchor=anchor,
        anchor_reason="The old contract ends",
        seller_country="GB",
        buyer_country="US",
        seller_lead_id=RAE.user_id,
        buyer_lead_id=BEA.user_id,
    )


class Table:
    """A desk with a plan on it, and the clock in hand."""

    def __init__(self, database: Database, template: str = "saas-six-figures") -> None:
        self.database = database
        self.clock = FixedClock(MONDAY)
        self.desk = Desk(database, self.clock, bot_user_id=BOT, team_id=NORTHWIND, team_name="Northwind")
        self._requests = 0
        the_two_firms(database)
        with database.write() as session:
            actor = Actor(RAE.user_id, NORTHWIND, Side.SELLER, NAMES[RAE])
            started = start_plan(session, NORTHWIND, CHANNEL, actor, new_plan(template), MONDAY, MONDAY)
            assert started.plan.id is not None
            self.plan_id = started.plan.id

    @contextmanager
    def work(self, visitor: Visitor) -> Iterator[Work]:
        self._requests += 1
        with self.desk.work(
            visitor, self.plan_id, channel_id=CHANNEL, request_key=f"test:{self._requests}"
        ) as work:
            yield work

    def step(self, number: int) -> Step:
        with self.database.read() as session:
            found = plans.every_step(session, self.plan_id)[number - 1]
            assert found.number == number
            return found

    def step_where(self, *, gate: bool | None = None, side: Side | None = None) -> Step:
        """The first open step of that kind."""
        with self.database.read() as session:
            for step in plans.every_step(session, self.plan_id):
                if step.state.is_finished or gate not in (None, step.gate) or side not in (None, step.side):
                    continue
                return step
        raise AssertionError("the plan has no such step")
