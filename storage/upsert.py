"""INSERT … ON CONFLICT DO NOTHING, which both databases know: who comes second hears so."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_unless_there(
    session: Session,
    table: type[SQLModel],
    values: Mapping[str, Any],
    unique: Sequence[str],
    where: sa.TextClause | None = None,
) -> bool:
    """Whether the row was inserted. `unique` names the columns of the unique index, `where` its condition."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    statement = insert(table).values(**values)
    statement = statement.on_conflict_do_nothing(index_elements=list(unique), index_where=where)
    done = session.execute(statement.returning(sa.literal(1)))
    return done.first() is not None
