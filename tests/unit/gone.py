"""Somebody of the buyer with open steps, who goes: what tests of departures start from."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from blocks.handoff import Brief
from bot.departure_views import load_brief
from bot.desk import Visitor
from bot.use_cases.common import Refused
from bot.use_cases.departures import (
    PAUSE,
    look_for_departures,
    somebody_left,
)
from storage.database import Database
from storage.departures import Departure
from storage.models import (
    ChannelMember,
    Person,
    Side,
    Step,
    Visibility,
)
from storage.outgoing import Outgoing
from tests.given import ACME, BEA, CHANNEL, MONDAY, RAVI, Table

# Monday 10:30 in New York, 15:30 in London: a good moment for both sides.
NOON = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)
DAY = timedelta(days=1)
INES = Visitor("U0INES", ACME, "ines")


def ravis_table(database: Database) -> Table:
    """Ravi of Acme owns two open steps and a private one; Bea leads there."""
    table = Table(database)
    table.clock.moment = NOON
    with database.write() as session:
        session.add(Person(user_id=INES.user_id, team_id=ACME, name="Ines Costa", refreshed_at=MONDAY))
        session.add(ChannelMember(channel_id=CHANNEL, user_id=INES.user_id))
    with table.work(BEA) as work:
        assert work.actor.side is Side.BUYER
    own(table, 1, RAVI)
    own(table, 2, RAVI)
    own(table, 3, RAVI, visibility=Visibility.BUYER)
    return table


def own(table: Table, number: int, visitor: Visitor, **more: Any) -> None:
    with table.database.write() as session:
        step = session.get_one(Step, table.step(number).id)
        step.owner_id, step.side, step.gate = visitor.user_id, Side.BUYER, False
        for name, value in more.items():
            setattr(step, name, value)
        session.add(step)


def leave(table: Table, visitor: Visitor) -> None:
    """As Slack says it."""
    with table.database.write() as session:
        member = session.get(ChannelMember, (CHANNEL, visitor.user_id))
        if member is not None:
            session.delete(member)
        session.flush()
        somebody_left(session, visitor.user_id, table.clock.moment)


def come_back(table: Table, visitor: Visitor) -> None:
    with table.database.write() as session:
        session.add(ChannelMember(channel_id=CHANNEL, user_id=visitor.user_id))


def rounds(table: Table, after: timedelta = PAUSE) -> int:
    """The beat, so much later."""
    table.clock.moment += after
    with table.database.write() as session:
        return look_for_departures(session, table.clock.moment, table.clock.moment)


def told(table: Table) -> list[tuple[str, str]]:
    """(kind, to whom) of all outgoing work about it."""
    with table.database.read() as session:
        rows = session.exec(select(Outgoing).order_by(col(Outgoing.id)))
        return [(row.kind, row.channel_id or "") for row in rows if row.kind.startswith("departure")]


def departure(table: Table) -> Departure:
    with table.database.read() as session:
        [row] = session.exec(select(Departure))
        return row


def brief(table: Table, viewer: Side | None = Side.BUYER) -> Brief:
    with table.database.read() as session:
        [row] = session.exec(select(Departure))
        return load_brief(session, row, table.clock.moment, viewer)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as error:
        yield
    assert error.value.code == code
