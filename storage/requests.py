"""Slack delivers some requests twice. The second must change nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from storage.outgoing import SeenRequest
from storage.upsert import insert_unless_there


def is_first(session: Session, key: str, now: datetime) -> bool:
    """Remember a request in the transaction that carries it out. `False` when it was carried out before."""
    return insert_unless_there(session, SeenRequest, {"key": key, "seen_at": now}, ["key"])


def was_seen(session: Session, key: str) -> bool:
    return session.get(SeenRequest, key) is not None


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(sa.delete(SeenRequest).where(col(SeenRequest.seen_at) < moment))
