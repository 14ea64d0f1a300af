"""The engine and its transactions.

A plain get, change, commit loses concurrent updates on both databases. Every write therefore takes the
lock first: `BEGIN IMMEDIATE` on SQLite, `with_for_update` (see `storage.plans`) on PostgreSQL.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, create_engine

BUSY_TIMEOUT_MS = 5000
AT_THE_END = "at_the_end"  # among what a session is told to remember


class Database:
    """One database by its URL, with read and write transactions on it."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {
            "pool_pre_ping": not self.is_sqlite,
            "pool_size": pool_size,
            "hide_parameters": True,  # what people wrote must not reach a log by way of an error
        }
        if not self.is_sqlite and self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.engine = create_engine(self.url, **options)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite_connection)
            sa.event.listen(self.engine, "begin", _begin_on_sqlite)
        self.write_engine = self.engine.execution_options(write=True)
        self._question_engine = self.engine.execution_options(one_question=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for questions. What it changes is not kept."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def ask(self) -> sa.Connection:
        """A connection for a single SELECT, which needs no transaction around it. Closed by `with`."""
        return self._question_engine.connect()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone when it raises. See `at_the_end`."""
        with Session(self.write_engine, expire_on_commit=False) as session, session.begin():
            yield session
            for act in session.info.pop(AT_THE_END, []):
                act()

    def dispose(self) -> None:
        self.engine.dispose()


def at_the_end(session: Session, act: Callable[[], None]) -> None:
    """Do this as the last thing in a transaction of `Database.write`, if it comes to its end."""
    session.info.setdefault(AT_THE_END, []).append(act)


def _prepare_sqlite_connection(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, in `_begin_on_sqlite`
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_on_sqlite(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    if options.get("one_question"):
        return  # SQLite reads one consistent state in one SELECT anyway
    writes = options.get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
