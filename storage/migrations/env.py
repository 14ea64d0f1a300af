"""Alembic's entry point. `storage.migrate` hands over the connection; nothing is read from a file."""

import sqlmodel
from alembic import context

from storage import agreement, departures, installations, models, outgoing  # noqa: F401  registers the tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=sqlmodel.SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
