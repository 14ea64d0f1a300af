"""A fresh database for each test: SQLite, or PostgreSQL where TANDEM_TEST_POSTGRES names a server.

The tables are made once in a run; each test gets a copy of that database. Questions are compiled once in a
run, too: the engine of each test would else compile them anew, which takes longer than to ask.
"""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.util import LRUCache
from sqlmodel import create_engine

from storage.database import Database
from storage.migrate import migrate

MOST_COMPILED = 4000  # statements that are remembered


@cache
def first_engine(url: sa.URL) -> sa.Engine:
    """Never used for a test. Its dialect has seen a connection, and knows what this database can do."""
    engine = create_engine(url)
    engine.connect().close()
    engine.dispose()
    engine._compiled_cache = LRUCache(MOST_COMPILED)
    return engine


def engine_that_remembers(url: sa.URL, **options: Any) -> sa.Engine:
    engine = create_engine(url, **options)
    is_sqlite = url.get_backend_name() == "sqlite"
    first = first_engine(sa.make_url("sqlite://") if is_sqlite else url.set(database="postgres"))
    engine.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


pytest.MonkeyPatch().setattr("storage.database.create_engine", engine_that_remembers)


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


@cache
def tables() -> bytes:
    """An SQLite database with all tables and nothing in them, as a file is."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/tandem.db")
        migrate(database)
        database.dispose()
        return Path(folder, "tandem.db").read_bytes()


@contextmanager
def database_in(folder: Path) -> Iterator[Database]:
    """A database with all tables and nothing in them, for as long as many tests need it."""
    with fresh_database_url(folder) as url:
        is_a_file = url.startswith("sqlite:")
        if is_a_file:
            Path(folder, "tandem.db").write_bytes(tables())
        database = Database(url)
        try:
            if not is_a_file:
                migrate(database)
            yield database
        finally:
            database.dispose()


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


@contextmanager
def copy_of(kept: sa.URL, folder: Path) -> Iterator[Database]:
    """A database with what is in another, to which nobody is connected."""
    with fresh_database_url(folder, template=kept.database or "") as url:
        if kept.get_backend_name() == "sqlite":
            shutil.copyfile(kept.database or "", folder / "tandem.db")
        database = Database(url)
        yield database
        database.dispose()


@pytest.fixture
def database(tmp_path: Path, with_tables: sa.URL) -> Iterator[Database]:
    with copy_of(with_tables, tmp_path) as database:
        yield database
