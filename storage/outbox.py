"""The outbox: work that a transaction leaves for Slack, and how replicas share it.

Moments here are on the wall clock, also in the sandbox: leases and limits do not follow a turned clock.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from storage.models import Plan
from storage.outgoing import Outgoing, Pace, WorkState
from storage.upsert import insert_unless_there

LEASE = timedelta(seconds=60)


def put(
    session: Session,
    *,
    key: str,
    kind: str,
    team_id: str,
    not_before: datetime,
    channel_id: str | None = None,
    plan_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
) -> bool:
    """Leave work to be sent. Says `False` where the same work is waiting already: it will do for both.

    The waiting row is locked until this transaction ends, so that nobody takes it, and shows what was true
    before this transaction, while it is under way.
    """
    values = {
        "key": key,
        "kind": kind,
        "team_id": team_id,
        "channel_id": channel_id,
        "plan_id": plan_id,
        "payload": dict(payload or {}),
        "not_before": not_before,
        "state": WorkState.PENDING,
        "attempts": 0,
        "error": "",
    }
    waiting = (
        select(col(Outgoing.id))
        .where(Outgoing.key == key, Outgoing.state == WorkState.PENDING)
        .with_for_update()
    )
    while session.exec(waiting).first() is None:
        pending = sa.text("state = 'pending'")
        if insert_unless_there(session, Outgoing, values, ["key"], where=pending):
            return True
    return False


def put_for(
    session: Session,
    plan: Plan,
    *,
    key: str,
    kind: str,
    not_before: datetime,
    payload: Mapping[str, Any] | None = None,
) -> bool:
    """Leave work about a plan, for its channel."""
    return put(
        session,
        key=key,
        kind=kind,
        team_id=plan.team_id,
        channel_id=plan.channel_id,
        plan_id=plan.id,
        payload=payload,
        not_before=not_before,
    )


def put_board(session: Session, plan: Plan, not_before: datetime) -> bool:
    """Have the plan's board drawn. Several changes in a moment become one drawing."""
    return put_for(session, plan, key=f"board:{plan.id}", kind="board", not_before=not_before)


def put_news(session: Session, plan: Plan, not_before: datetime) -> bool:
    """Have the board's thread told what changed. What changes until then is told with it."""
    return put_for(session, plan, key=f"news:{plan.id}", kind="news", not_before=not_before)


def claim(
    session: Session, now: datetime, paces: Mapping[str, tuple[str, timedelta]], repeatable: set[str]
) -> Outgoing | None:
    """Take one row that is due, so that nobody else does. The caller commits before it calls Slack.

    `paces` gives per kind the pace it keeps: the attribute its key is made of (`"channel_id"` or `"team_id"`,
    after a name and a dot where the kind is counted apart) and the least time between two calls. Work whose
    key is in flight elsewhere waits for it.
    """
    _end_lost_leases(session, now, repeatable)
    in_flight = sa.select(col(Outgoing.key)).where(col(Outgoing.state) == WorkState.SENDING)
    rows = session.exec(
        select(Outgoing)
        .where(
            Outgoing.state == WorkState.PENDING,
            Outgoing.not_before <= now,
            col(Outgoing.key).not_in(in_flight),
        )
        .order_by(col(Outgoing.not_before), col(Outgoing.id))
        .limit(20)
        .with_for_update(skip_locked=True)
    )
    for row in rows:
        free_at = _take_pace(session, row, now, paces)
        if free_at > now:
            row.not_before = free_at
            session.add(row)
            continue
        row.state = WorkState.SENDING
        row.lease_until = now + LEASE
        row.attempts += 1
        session.add(row)
        return row
    return None


def _take_pace(
    session: Session, row: Outgoing, now: datetime, paces: Mapping[str, tuple[str, timedelta]]
) -> datetime:
    """When the call may go out. If that is now, the next one of its pace waits for its turn."""
    if row.kind not in paces:
        return now
    place, gap = paces[row.kind]
    key = f"{place}:{getattr(row, place.rpartition('.')[2])}"
    # A claim takes one pace and holds no other while it does, so that no two claims wait for each other.
    if insert_unless_there(session, Pace, {"key": key, "free_at": now + gap}, ["key"]):
        return now
    taken = session.execute(
        sa.update(Pace).where(col(Pace.key) == key, col(Pace.free_at) <= now).values(free_at=now + gap)
    )
    if _rows(taken) == 1:
        return now
    return session.exec(select(Pace.free_at).where(Pace.key == key)).one()


def _rows(result: sa.Result[Any]) -> int:
    return result.rowcount if isinstance(result, sa.CursorResult) else 0


def _end_lost_leases(session: Session, now: datetime, repeatable: set[str]) -> None:
    """Whoever held these is gone. What may be repeated is; of the rest nobody knows whether it arrived."""
    lost = session.exec(
        select(Outgoing)
        .where(Outgoing.state == WorkState.SENDING, col(Outgoing.lease_until) < now)
        .with_for_update(skip_locked=True)
    )
    for row in lost:
        row.error = "the process that was sending it ended"
        row.state = _state_to_repeat_in(session, row) if row.kind in repeatable else WorkState.UNKNOWN
        session.add(row)
        session.flush()


def _state_to_repeat_in(session: Session, row: Outgoing) -> WorkState:
    """Pending again, unless newer work of the same key waits already: that says it all."""
    return WorkState.SENT if _is_waiting(session, row.key) else WorkState.PENDING


def newest(session: Session, key: str) -> Outgoing | None:
    """The last work of this key, whatever became of it."""
    rows = select(Outgoing).where(Outgoing.key == key).order_by(col(Outgoing.id).desc()).limit(1)
    return session.exec(rows).one_or_none()


def next_moment(session: Session) -> datetime | None:
    """When the next waiting work may go out."""
    waiting = select(sa.func.min(Outgoing.not_before)).where(Outgoing.state == WorkState.PENDING)
    return session.exec(waiting).one()


def _is_waiting(session: Session, key: str) -> bool:
    rows = select(col(Outgoing.id)).where(Outgoing.key == key, Outgoing.state == WorkState.PENDING)
    return session.exec(rows).first() is not None


def try_again(session: Session, row_id: int, not_before: datetime, error: str) -> None:
    row = session.get_one(Outgoing, row_id)
    row.not_before = not_before
    row.error = error
    try:
        with session.begin_nested():
            row.state = _state_to_repeat_in(session, row)
            session.add(row)
    except IntegrityError:  # the same work was written this moment: it will do
        row.state = WorkState.SENT
        session.add(row)


def finish(session: Session, row_id: int, state: WorkState, error: str = "") -> None:
    row = session.get_one(Outgoing, row_id)
    row.state = state
    row.error = error
    session.add(row)


def unannounced_unknown(session: Session) -> list[Outgoing]:
    """Posts whose answer was lost and whose plan has not been told yet. Telling happens once."""
    return list(
        session.exec(
            select(Outgoing)
            .where(Outgoing.state == WorkState.UNKNOWN, col(Outgoing.lease_until).is_not(None))
            .with_for_update(skip_locked=True)
            .limit(20)
        )
    )


def forget_before(session: Session, moment: datetime) -> None:
    """Drop what was sent before the moment; what failed or is unknown stays for the operator."""
    session.execute(
        sa.delete(Outgoing).where(col(Outgoing.state) == WorkState.SENT, col(Outgoing.not_before) < moment)
    )
