"""Work of which one replica at a time is enough."""

import sqlalchemy as sa
from sqlmodel import Session

SWEEP = 7262338  # any number, the same in every replica


def alone(session: Session, number: int) -> bool:
    """Whether nobody else does this until the transaction ends. On SQLite a writer always is alone.

    Asked again in the same transaction the answer is the same.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.execute(sa.select(sa.func.pg_try_advisory_xact_lock(number))).scalar())
