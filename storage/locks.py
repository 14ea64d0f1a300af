"""Work of which one replica at a time is enough."""

import sqlalchemy as sa
from sqlmodel import Session

SWEEP = 7262338  # any numbers, the same in every replica
INSTALL = 7262339


def alone(session: Session, number: int) -> bool:
    """Whether nobody else does this until the transaction ends. On SQLite a writer always is alone.

    Asked again in the same transaction the answer is the same.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.execute(sa.select(sa.func.pg_try_advisory_xact_lock(number))).scalar())


def wait_for(session: Session, number: int) -> None:
    """Go on when nobody else does this, and keep it until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
