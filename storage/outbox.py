"""The outbox: work that a transaction leaves for Slack, and how replicas share it.

Moments here are on the wall clock, also in the sandbox: leases and limits do not follow a turned clock.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from storage import paces
from storage.models import Plan
from storage.outgoing import Outgoing, WorkState
from storage.upsert import insert_unless_there

LEASE = timedelta(seconds=60)
LOOKED_AT = 20  # rows in one look
# Spelled out as the partial indexes spell it: SQLite looks into one only where it reads the same words.
IS_WAITING = sa.text("state = 'pending'")
IS_UNDER_WAY = sa.text("state IN ('pending', 'sending')")
# By the id alone, all that was ever sent would be looked through in its order.
IN_ORDER = col(Outgoing.id) + 0


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
        "stumbles": 0,
        "error": "",
    }
    waiting = select(col(Outgoing.id)).where(Outgoing.key == key, IS_WAITING).with_for_update()
    while session.exec(waiting).first() is None:
        if insert_unless_there(session, Outgoing, values, ["key"], where=IS_WAITING):
            return True
    return False


def put_for(
    session: Session,
    plan: Plan,
    *,
    key: str,
    kind: str,
    not_before: datetime,
    to: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> bool:
    """Leave work about a plan, for its channel; `to` another one, or a person, where it is for them."""
    return put(
        session,
        key=key,
        kind=kind,
        team_id=plan.team_id,
        channel_id=to or plan.channel_id,
        plan_id=plan.id,
        payload=payload,
        not_before=not_before,
    )


def put_board(session: Session, plan: Plan, not_before: datetime) -> bool:
    """Have the plan's board drawn. Several changes in a moment become one drawing."""
    return put_for(session, plan, key=f"board:{plan.id}", kind="board", not_before=not_before)


def put_board_moved(
    session: Session,
    plan: Plan,
    ts: str,
    not_before: datetime,
    left: tuple[str, Mapping[str, Any]] | None = None,
) -> bool:
    """Have the message at `ts` say that the board stands elsewhere now.

    `left` is the channel that the plan has left, if it has, and what is said there instead.
    """
    return put_for(
        session,
        plan,
        key=f"board_moved:{plan.id}:{ts}",
        kind="board_moved",
        to=left[0] if left else None,
        payload={"ts": ts, "message": dict(left[1])} if left else {"ts": ts},
        not_before=not_before,
    )


def put_news(session: Session, plan: Plan, not_before: datetime) -> bool:
    """Have the board's thread told what changed. What changes until then is told with it."""
    return put_for(session, plan, key=f"news:{plan.id}", kind="news", not_before=not_before)


def put_question(
    session: Session, plan: Plan, proposal_id: int | None, asked_id: str | None, not_before: datetime
) -> bool:
    """Have the other side asked: `asked_id` in private, or in the plan's channel where that is nobody."""
    return put_for(
        session,
        plan,
        key=f"proposal:{proposal_id}",
        kind="proposal",
        to=asked_id,
        payload={"proposal": proposal_id},
        not_before=not_before,
    )


def put_word(
    session: Session,
    plan: Plan,
    *,
    key: str,
    user_id: str,
    message: Mapping[str, Any],
    in_thread: Mapping[str, Any],
    not_before: datetime,
) -> bool:
    """Leave a private word to somebody, and what the board's thread says where Slack refuses it."""
    return put_for(
        session,
        plan,
        key=key,
        kind="word",
        to=user_id,
        payload={"message": dict(message), "in_thread": dict(in_thread)},
        not_before=not_before,
    )


def claim(
    session: Session, now: datetime, lanes: Mapping[str, paces.Lanes], repeatable: Collection[str]
) -> Outgoing | None:
    """Take one row that is due, so that nobody else does. The caller commits before it calls Slack.

    `lanes` gives per kind the paces that it keeps, all of them. Work whose key is in flight elsewhere waits
    for it.
    """
    _end_lost_leases(session, now, repeatable)
    held_up = paces.is_held_up(lanes, now)
    rows = _due(session, now, ~held_up)
    paces.make(session, [lane.key_for(row) for row in rows for lane in lanes.get(row.kind, ())], now)
    for row in rows:
        if paces.take(session, lanes.get(row.kind, ()), row, now):
            row.state = WorkState.SENDING
            row.lease_until = now + LEASE
            row.attempts += 1
            session.add(row)
            return row
    _put_off(session, now, held_up, lanes)
    return None


def _due(session: Session, now: datetime, condition: sa.ColumnElement[bool]) -> Sequence[Outgoing]:
    """The oldest rows that nobody else holds, and that do not wait for the same work to come back."""
    in_flight = sa.select(col(Outgoing.key)).where(col(Outgoing.state) == WorkState.SENDING, IS_UNDER_WAY)
    return session.exec(
        select(Outgoing)
        .where(
            Outgoing.state == WorkState.PENDING,
            IS_UNDER_WAY,
            Outgoing.not_before <= now,
            col(Outgoing.key).not_in(in_flight),
            condition,
        )
        .order_by(IN_ORDER)
        .limit(LOOKED_AT)
        .with_for_update(skip_locked=True, of=Outgoing)
    ).all()


def _put_off(
    session: Session, now: datetime, held_up: sa.ColumnElement[bool], lanes: Mapping[str, paces.Lanes]
) -> None:
    """Note when what waits for its pace may go out, so that it is known when to look again."""
    rows = _due(session, now, held_up)
    keys = {row.id: [lane.key_for(row) for lane in lanes[row.kind]] for row in rows}
    free_at = paces.when_free(session, [key for of_row in keys.values() for key in of_row])
    for row in rows:
        row.not_before = max(free_at.get(key, now) for key in keys[row.id])
        session.add(row)


def _end_lost_leases(session: Session, now: datetime, repeatable: Collection[str]) -> None:
    """Whoever held this is gone. What may be repeated is; of the rest nobody knows whether it arrived.

    One at a time, as a process sends: who put two of them back at once could wait for somebody who puts the
    same two anew, in another order, and waits for them.
    """
    row = session.exec(
        select(Outgoing)
        .where(Outgoing.state == WorkState.SENDING, IS_UNDER_WAY, col(Outgoing.lease_until) < now)
        .order_by(IN_ORDER)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return
    row.error = "the process that was sending it ended"
    if row.kind in repeatable:
        _repeat(session, row)
    else:
        row.state = WorkState.UNKNOWN
        session.add(row)


def _repeat(session: Session, row: Outgoing) -> None:
    """Pending again; unless newer work of the same key waits, or is written this moment: it will do."""
    session.add(row)
    waiting = select(col(Outgoing.id)).where(Outgoing.key == row.key, IS_WAITING)
    is_waiting = session.exec(waiting).first() is not None
    try:
        with session.begin_nested():
            row.state = WorkState.SENT if is_waiting else WorkState.PENDING
            session.flush()
    except IntegrityError:
        row.state = WorkState.SENT


def newest(session: Session, key: str) -> Outgoing | None:
    """The last work of this key, whatever became of it."""
    rows = select(Outgoing).where(Outgoing.key == key).order_by(col(Outgoing.id).desc()).limit(1)
    return session.exec(rows).one_or_none()


def next_moment(session: Session) -> datetime | None:
    """When the next waiting work may go out."""
    waiting = select(sa.func.min(Outgoing.not_before)).where(
        Outgoing.state == WorkState.PENDING, IS_UNDER_WAY
    )
    return session.exec(waiting).one()


def try_again(
    session: Session, claimed: Outgoing, not_before: datetime, error: str, *, is_ours: bool = False
) -> Outgoing | None:
    """Send it once more, not before that moment. `is_ours`: it was no fault of Slack's that it did not go.

    Says what became of the row, `None` where it is not this claim's any more.
    """
    row = _still_held(session, claimed)
    if row is not None:
        row.not_before, row.error = not_before, error
        row.stumbles += is_ours
        _repeat(session, row)
    return row


def finish(session: Session, claimed: Outgoing, state: WorkState, error: str = "") -> Outgoing | None:
    """This is the end of it. Says what became of the row, `None` where it is not this claim's any more."""
    row = _still_held(session, claimed)
    if row is not None:
        row.state, row.error = state, error
        session.add(row)
    return row


def _still_held(session: Session, claimed: Outgoing) -> Outgoing | None:
    """The row, locked, as long as it is this claim's: who comes late must not undo what another one did.

    Of work that was given up as unknown, its sender may still say what became of it, until it is told.
    """
    is_held = sa.or_(
        col(Outgoing.state) == WorkState.SENDING,
        sa.and_(col(Outgoing.state) == WorkState.UNKNOWN, col(Outgoing.lease_until).is_not(None)),
    )
    return session.exec(
        select(Outgoing)
        .where(Outgoing.id == claimed.id, Outgoing.attempts == claimed.attempts, is_held)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def drop(session: Session, team_ids: Collection[str], error: str) -> int:
    """What waits for these workspaces is not sent any more; says how much that was.

    What is just being sent ends by itself: its sender hears no.
    """
    dropped = session.execute(
        sa.update(Outgoing)
        .where(IS_WAITING, col(Outgoing.team_id).in_(team_ids))
        .values(state=WorkState.FAILED, error=error)
        .returning(col(Outgoing.id))
    )
    return len(dropped.all())


def unannounced_unknown(session: Session) -> list[Outgoing]:
    """Posts whose answer was lost and whose plan has not been told yet. Telling happens once."""
    return list(
        session.exec(
            select(Outgoing)
            .where(Outgoing.state == WorkState.UNKNOWN, col(Outgoing.lease_until).is_not(None))
            .order_by(col(Outgoing.lease_until))
            .with_for_update(skip_locked=True)
            .limit(20)
        )
    )


def forget_before(
    session: Session, moment: datetime, long_ago: datetime, repeatable: Collection[str]
) -> None:
    """Drop what was sent before the moment, and what failed then of a kind that only shows how things stand.

    What else failed or is unknown stays for the operator until `long_ago` is later than that.
    """
    is_over = col(Outgoing.state).not_in([WorkState.PENDING, WorkState.SENDING])
    says_no_more = sa.or_(col(Outgoing.state) == WorkState.SENT, col(Outgoing.kind).in_(repeatable))
    session.execute(
        sa.delete(Outgoing).where(
            is_over,
            col(Outgoing.not_before) < moment,
            sa.or_(says_no_more, col(Outgoing.not_before) < long_ago),
        )
    )
