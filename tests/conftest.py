"""A fresh database for each test: SQLite, or PostgreSQL where TANDEM_TEST_POSTGRES names a server."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.migrate import migrate


@contextmanager
def fresh_database_url(folder: Path) -> Iterator[str]:
    """An empty database, kept in `folder` where it is SQLite, and gone afterwards where it is not."""
    server = os.environ.get("TANDEM_TEST_POSTGRES")
    if not server:
        yield f"sqlite:///{folder / 'tandem.db'}"
        return
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    yield url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture
def empty_database_url(tmp_path: Path) -> Iterator[str]:
    with fresh_database_url(tmp_path) as url:
        yield url


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    migrate(database)
    yield database
    database.dispose()
