"""Slack delivers some requests twice. The second must change nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from storage.models import SeenRequest


def is_first(session: Session, key: str, now: datetime) -> bool:
    """Remember a request in the transaction that carries it out. `False` when it was carried out before."""
    if session.get(SeenRequest, key) is not None:
        return False
    session.add(SeenRequest(key=key, seen_at=now))
    session.flush()
    return True


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(sa.delete(SeenRequest).where(col(SeenRequest.seen_at) < moment))
