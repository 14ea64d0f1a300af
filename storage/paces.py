"""How far apart calls of one kind are kept, for all replicas together.

Nobody waits for a pace here: one that another transaction is taking this moment is looked at again later. So
no two transactions wait for each other, whatever paces they want and whatever rows they hold.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlmodel import Session, col

from storage.outgoing import Outgoing, Pace
from storage.upsert import insert_unless_there


@dataclass(frozen=True, slots=True)
class Lane:
    """Calls that are counted together, apart in each `place`, and the least time between two of them."""

    name: str
    place: Literal["team_id", "channel_id"]
    gap: timedelta

    @property
    def prefix(self) -> str:
        return f"{self.name}:{self.place}:"

    def key_for(self, row: Outgoing) -> str:
        return f"{self.prefix}{getattr(row, self.place)}"


Lanes = tuple[Lane, ...]


def free_at(lanes: Lanes) -> sa.ScalarSelect[datetime]:
    """When the call of an `Outgoing` in these lanes may go out; NULL where none of them was ever taken."""
    keys = [sa.literal(lane.prefix).concat(col(getattr(Outgoing, lane.place))) for lane in lanes]
    latest = sa.select(sa.func.max(col(Pace.free_at))).where(col(Pace.key).in_(keys))
    return latest.correlate(Outgoing).scalar_subquery()


def is_held_up(lanes: Mapping[str, Lanes], now: datetime) -> sa.ColumnElement[bool]:
    """The condition on `Outgoing` that the paces of its kind do not let it go out yet."""
    kinds: defaultdict[Lanes, list[str]] = defaultdict(list)
    for kind, its_lanes in lanes.items():
        kinds[its_lanes].append(kind)
    held_up = [
        sa.and_(col(Outgoing.kind).in_(of), free_at(its_lanes) > now) for its_lanes, of in kinds.items()
    ]
    return sa.func.coalesce(sa.or_(sa.false(), *held_up), sa.false())


def when_free(session: Session, keys: Collection[str]) -> dict[str, datetime]:
    """When the next call of each key may go out, as far as anybody knows."""
    seen = sa.select(col(Pace.key), col(Pace.free_at)).where(col(Pace.key).in_(keys))
    return {row.key: row.free_at for row in session.execute(seen)} if keys else {}


def make(session: Session, keys: Collection[str], now: datetime) -> None:
    """See to it that these are there to be taken. In one order always: who makes the same is waited for."""
    for key in sorted(set(keys) - when_free(session, keys).keys()):
        insert_unless_there(session, Pace, {"key": key, "free_at": now}, ["key"])


def take(session: Session, lanes: Lanes, row: Outgoing, now: datetime) -> bool:
    """Whether the row's call may go out now; if so, the next call in each of these lanes waits for its turn.

    All of them or none, also not where another replica is taking one of them. Those of `make` are taken only.
    """
    gaps = {lane.key_for(row): lane.gap for lane in lanes}
    free = sa.select(col(Pace.free_at)).where(col(Pace.key).in_(gaps)).with_for_update(skip_locked=True)
    moments: Sequence[datetime] = session.execute(free).scalars().all() if gaps else []
    if len(moments) < len(gaps) or any(moment > now for moment in moments):
        return False
    for key, gap in gaps.items():
        session.execute(sa.update(Pace).where(col(Pace.key) == key).values(free_at=now + gap))
    return True


def hold(session: Session, keys: Collection[str], until: datetime) -> None:
    """No call of these keys before that moment."""
    for key in sorted(set(keys)):
        if not insert_unless_there(session, Pace, {"key": key, "free_at": until}, ["key"]):
            session.execute(
                sa.update(Pace).where(col(Pace.key) == key, col(Pace.free_at) < until).values(free_at=until)
            )
