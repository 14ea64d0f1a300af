"""The slip ledger: lines are appended and read, and never change. `plan.ledger` says what they come to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.agreement import Slip, SlipKind
from storage.models import Plan, Side, Step
from storage.plans import seen_by

# What reading a line raises that holds what no line can: no such kind, no such day.
UNREADABLE = (LookupError, ValueError, TypeError)


def append(
    session: Session, plan: Plan, line: Slip, hash_after: Callable[[str, Slip], str], first: str
) -> Slip:
    """Put a line at the end of the plan's chain, under the lock that its writer holds on the plan.

    `hash_after` makes its hash of the one before, which is `first` for the first line. Two writers that both
    think they are next are stopped by the database: a position is taken once.
    """
    last = session.exec(
        select(Slip.position, Slip.hash)
        .where(Slip.plan_id == plan.id)
        .order_by(col(Slip.position).desc())
        .limit(1)
    ).first()
    position, previous = last if last else (0, first)
    line.position, line.previous = position + 1, previous
    line.hash = hash_after(previous, line)
    plan.ledger_head = line.hash
    session.add(line)
    session.add(plan)
    session.flush()
    return line


def of_step(session: Session, plan_id: int, step_id: int, kinds: Sequence[SlipKind]) -> Sequence[Slip]:
    """The lines about a step, the oldest first, whoever may see them."""
    return session.exec(
        select(Slip)
        .where(Slip.plan_id == plan_id, Slip.step_id == step_id, col(Slip.kind).in_(kinds))
        .order_by(col(Slip.position))
    ).all()


def lines_for(session: Session, plan_id: int, viewer: Side | None) -> Sequence[Slip]:
    """What this side may read of the ledger, the newest line first."""
    seen = seen_by(viewer)
    return session.exec(
        select(Slip)
        .outerjoin(Step, col(Step.id) == col(Slip.step_id))
        .where(
            Slip.plan_id == plan_id,
            col(Slip.visibility).in_(seen),
            sa.or_(col(Step.id).is_(None), col(Step.visibility).in_(seen)),
        )
        .order_by(col(Slip.position).desc())
    ).all()


@dataclass(frozen=True, slots=True)
class Chain:
    """A plan's whole ledger, as it stood at one moment.

    `unreadable` is the place of a line that holds what no line can hold; `lines` end before it.
    """

    head: str
    lines: Sequence[Slip]
    unreadable: int | None = None


def chain_of(session: Session, plan_id: int) -> Chain:
    """Every line of a plan, whoever may see it, by position. For work that shows nothing to anybody."""
    # One question, so that nobody appends between what it says of the plan and of the lines.
    asked = (
        select(Plan.ledger_head, Slip)
        .outerjoin(Slip, col(Slip.plan_id) == col(Plan.id))
        .where(Plan.id == plan_id)
        .order_by(col(Slip.position), col(Slip.id))
    )
    try:
        rows = session.exec(asked).all()
    except UNREADABLE:
        return _as_far_as_it_can_be_read(session, plan_id)
    return Chain(rows[0][0] if rows else "", [line for _, line in rows if line is not None])


def _as_far_as_it_can_be_read(session: Session, plan_id: int) -> Chain:
    ids = session.exec(select(Slip.id).where(Slip.plan_id == plan_id).order_by(col(Slip.position))).all()
    lines: list[Slip] = []
    try:
        for line_id in ids:
            lines.append(session.get_one(Slip, line_id))
    except UNREADABLE:
        return Chain("", lines, unreadable=len(lines) + 1)
    return Chain("", lines)


def every_plan(session: Session) -> Sequence[Plan]:
    """All plans, the closed ones too, by id."""
    return session.exec(select(Plan).order_by(col(Plan.id))).all()
