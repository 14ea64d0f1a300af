"""A fresh database for each test: SQLite, or PostgreSQL where TANDEM_TEST_POSTGRES names a server.

The tables are made once in a run; each test gets a copy of that database.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.migrate import migrate


@contextmanager
def fresh_database_url(folder: Path, template: str = "template0") -> Iterator[str]:
    """An empty database, kept in `folder` where it is SQLite, and gone afterwards where it is not.

    On PostgreSQL it is a copy of the database `template`.
    """
    server = os.environ.get("TANDEM_TEST_POSTGRES")
    if not server:
        yield f"sqlite:///{folder / 'tandem.db'}"
        return
    name = f"test_{uuid.uuid4().hex[:12]}"
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    yield url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture
def empty_database_url(tmp_path: Path) -> Iterator[str]:
    with fresh_database_url(tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def with_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.URL]:
    """A database with all tables and nothing in them. Nobody stays connected to it."""
    with fresh_database_url(tmp_path_factory.mktemp("with_tables")) as url:
        database = Database(url)
        migrate(database)
        database.dispose()
        yield sa.make_url(url)


@pytest.fixture
def database(tmp_path: Path, with_tables: sa.URL) -> Iterator[Database]:
    name = with_tables.database or ""
    with fresh_database_url(tmp_path, template=name) as url:
        if with_tables.get_backend_name() == "sqlite":
            shutil.copyfile(name, tmp_path / "tandem.db")
        database = Database(url)
        yield database
        database.dispose()
