"""Bring the database to this version's tables.

The revision is read by one SELECT; Alembic, which takes long to import, only when the tables are behind.
"""

from pathlib import Path

import sqlalchemy as sa

from storage.database import Database

HEAD = "0006"
MIGRATIONS = Path(__file__).parent / "migrations"


class UnknownRevisionError(RuntimeError):
    """The database was written by a version that this one does not know."""


def current_revision(database: Database) -> str | None:
    """The revision the tables are at, `None` for a database without any."""
    try:
        with database.ask() as connection:
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        # No such table, or no such database: then the migration says what is wrong.
        return None


def migrate(database: Database) -> bool:
    """Upgrade to `HEAD` if needed, and say whether it was. Two replicas may start at once.

    Raises `UnknownRevisionError` when the tables are newer than the code.
    """
    revision = current_revision(database)
    if revision == HEAD:
        return False
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise UnknownRevisionError(
            f"The database is at revision {revision}, which this version of Tandem does not know. "
            "Run the version that wrote it, or a newer one."
        )
    with database.write_engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7262337)"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
