"""What people wrote about a step, the newest first, as far as a side may read it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage.models import Note, Side
from storage.plans import seen_by


def notes_of(
    session: Session, step_id: int, viewer: Side | None, limit: int, offset: int = 0
) -> Sequence[Note]:
    return session.exec(
        select(Note)
        .where(Note.step_id == step_id, col(Note.visibility).in_(seen_by(viewer)))
        .order_by(col(Note.id).desc())
        .offset(offset)
        .limit(limit)
    ).all()


def count_notes(session: Session, step_id: int, viewer: Side | None) -> int:
    counted = select(sa.func.count(col(Note.id))).where(
        Note.step_id == step_id, col(Note.visibility).in_(seen_by(viewer))
    )
    return session.exec(counted).one()
