"""Copies of Tandem by workspace, plans that stand still with their channel, people who are gone"""

import sqlalchemy as sa
from alembic import op
from storage.types import UTCDateTime

revision = "0006"
down_revision = "0005"


def new_columns() -> dict[str, list[sa.Column]]:
    plan = [
        sa.Column("frozen_at", UTCDateTime(), nullable=True),
        sa.Column("frozen_reason", sa.String(40), nullable=False, server_default=""),
    ]
    person = [
        sa.Column("enterprise_id", sa.String(20), nullable=False, server_default=""),
        sa.Column("own_time_zone", sa.String(60), nullable=True),
        sa.Column("zone_asked_at", UTCDateTime(), nullable=True),
        sa.Column("home_team_id", sa.String(20), nullable=False, server_default=""),
    ]
    return {"plan": plan, "person": person}


def upgrade() -> None:
    for table, columns in new_columns().items():
        for column in columns:
            op.add_column(table, column)
    _installations()
    _departures()
    _plans_to_forget()


def _installations() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("app_id", sa.String(20), nullable=False),
        sa.Column("team_id", sa.String(20), nullable=False),
        sa.Column("team_name", sa.String(80), nullable=False),
        sa.Column("enterprise_id", sa.String(20), nullable=False),
        sa.Column("is_org_wide", sa.Boolean(), nullable=False),
        sa.Column("bot_user_id", sa.String(20), nullable=False),
        sa.Column("bot_id", sa.String(20), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.String(20), nullable=True),
        sa.Column("installed_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_installation_bot_user_id", "installation", ["bot_user_id"])
    op.create_table(
        "installed_workspace",
        sa.Column("workspace_id", sa.String(20), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["installation_id"], ["installation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("workspace_id"),
    )
    op.create_index("ix_installed_workspace_installation_id", "installed_workspace", ["installation_id"])
    op.create_table(
        "oauth_state",
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state"),
    )
    op.create_index("ix_oauth_state_expires_at", "oauth_state", ["expires_at"])


def _departures() -> None:
    op.create_table(
        "departure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("noticed_at", UTCDateTime(), nullable=False),
        sa.Column("proposed_id", sa.String(20), nullable=True),
        sa.Column("told_id", sa.String(20), nullable=True),
        sa.Column("channel_id", sa.String(20), nullable=True),
        sa.Column("message_ts", sa.String(30), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_departure_plan_id", "departure", ["plan_id"])
    op.create_index("ix_departure_user_id", "departure", ["user_id"])
    op.create_index(
        "one_departure_under_way",
        "departure",
        ["plan_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


APPEND_ONLY = "RAISE EXCEPTION 'the slip ledger is append-only';"
IS_FORGOTTEN = "EXISTS (SELECT 1 FROM plan_to_forget WHERE plan_id = OLD.plan_id)"


def _plans_to_forget() -> None:
    """The one way for a line of a slip ledger to go: with its whole plan, which is written down first."""
    op.create_table(
        "plan_to_forget",
        sa.Column("plan_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("plan_id"),
    )
    _guard_the_ledger(f"WHEN NOT {IS_FORGOTTEN}", f"IF TG_OP = 'DELETE' THEN IF {IS_FORGOTTEN} THEN RETURN OLD; END IF; END IF;")


def _guard_the_ledger(unless: str, unless_on_postgresql: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER slip_keeps_delete")
        op.execute(
            f"CREATE TRIGGER slip_keeps_delete BEFORE DELETE ON slip {unless}"
            " BEGIN SELECT RAISE(ABORT, 'the slip ledger is append-only'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION slip_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {unless_on_postgresql} {APPEND_ONLY} END $$"
    )


def downgrade() -> None:
    _guard_the_ledger("", "")
    for table in ("plan_to_forget", "departure", "oauth_state", "installed_workspace", "installation"):
        op.drop_table(table)
    for table, columns in new_columns().items():
        for column in columns:
            op.drop_column(table, column.name)
