"""Both sides sign, what needs both is proposed, and what became of the dates is kept for good"""

import sqlalchemy as sa
from alembic import op
from storage.types import UTCDateTime

revision = "0005"
down_revision = "0004"

def new_columns() -> dict[str, list[sa.Column]]:
    plan = [
        sa.Column("seller_region", sa.String(20), nullable=False, server_default=""),
        sa.Column("buyer_region", sa.String(20), nullable=False, server_default=""),
        sa.Column("anchor_step_id", sa.Integer(), nullable=True),
        sa.Column("agreed_round", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("agreed_at", UTCDateTime(), nullable=True),
        sa.Column("agreed_anchor", sa.Date(), nullable=True),
        sa.Column("ledger_head", sa.String(64), nullable=False, server_default=""),
    ]
    step = [
        sa.Column("date_fixed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("started_at", UTCDateTime(), nullable=True),
    ]
    return {"plan": plan, "step": step}


def upgrade() -> None:
    for table, columns in new_columns().items():
        for column in columns:
            op.add_column(table, column)
    _dates_that_people_gave()
    _steps_that_end_on_the_anchor()
    _calendars()
    _agreements()
    _proposals()
    _ledger()
    op.create_table(
        "team_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(20), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("summary", sa.String(75), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(20), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("team_id", "title"),
    )
    op.create_index("ix_team_template_team_id", "team_template", ["team_id"])


def _dates_that_people_gave() -> None:
    """A step that was moved or added with a day has that day from somebody; when one started, the log knows."""
    op.execute(
        "UPDATE step SET date_fixed = true WHERE due_date IS NOT NULL AND EXISTS (SELECT 1 FROM change"
        " WHERE change.step_id = step.id AND change.kind IN ('step_moved', 'step_added'))"
    )
    op.execute(
        "UPDATE step SET started_at = (SELECT max(change.at) FROM change WHERE change.step_id = step.id"
        " AND change.kind = 'step_started') WHERE state = 'started'"
    )


def _steps_that_end_on_the_anchor() -> None:
    """In a plan anchored on the signature, that is the gate due on its anchor."""
    op.execute(
        "UPDATE plan SET anchor_step_id = (SELECT min(step.id) FROM step WHERE step.plan_id = plan.id"
        " AND step.gate AND step.removed_at IS NULL AND step.due_date = plan.anchor_date)"
        " WHERE anchor_kind = 'signature'"
    )


def _calendars() -> None:
    op.create_table(
        "closed_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("why", sa.String(150), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_closed_days_plan_id", "closed_days", ["plan_id"])
    op.create_table(
        "step_day",
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("step_id", "day"),
    )


def _agreements() -> None:
    op.create_table(
        "signature",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("terms", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "round", "side"),
    )
    op.create_table(
        "baseline_step",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "round", "step_id"),
    )


def _proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("old_day", sa.Date(), nullable=True),
        sa.Column("new_day", sa.Date(), nullable=True),
        sa.Column("along", sa.JSON(), nullable=False),
        sa.Column("move_all", sa.Boolean(), nullable=False),
        sa.Column("joins", sa.Boolean(), nullable=False),
        sa.Column("reason_code", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(20), nullable=False),
        sa.Column("by_side", sa.String(20), nullable=False),
        sa.Column("asked_id", sa.String(20), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answered_by", sa.String(20), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("talk_by", sa.String(20), nullable=True),
        sa.Column("counters_id", sa.Integer(), nullable=True),
        sa.Column("channel_id", sa.String(20), nullable=True),
        sa.Column("message_ts", sa.String(30), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_proposal_plan_id", "proposal", ["plan_id"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "open_proposal", "proposal", ["plan_id"], sqlite_where=is_open, postgresql_where=is_open
    )


def _ledger() -> None:
    op.create_table(
        "slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("step_number", sa.Integer(), nullable=True),
        sa.Column("step_title", sa.String(150), nullable=False),
        sa.Column("side", sa.String(20), nullable=False),
        sa.Column("old_day", sa.Date(), nullable=True),
        sa.Column("new_day", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("lands_old", sa.Date(), nullable=True),
        sa.Column("lands_new", sa.Date(), nullable=True),
        sa.Column("actor_id", sa.String(20), nullable=False),
        sa.Column("actor_side", sa.String(20), nullable=True),
        sa.Column("agreed_by", sa.String(20), nullable=True),
        sa.Column("reason_code", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "position"),
    )
    op.create_index("ix_slip_plan_id", "slip", ["plan_id"])
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER slip_keeps_{what.lower()} BEFORE {what} ON slip"
                " BEGIN SELECT RAISE(ABORT, 'the slip ledger is append-only'); END"
            )
        # "INSERT OR REPLACE" takes a line away without a word to the trigger on DELETE:
        # https://www.sqlite.org/lang_conflict.html
        op.execute(
            "CREATE TRIGGER slip_keeps_place BEFORE INSERT ON slip WHEN EXISTS (SELECT 1 FROM slip WHERE"
            " id = NEW.id OR (plan_id = NEW.plan_id AND position = NEW.position))"
            " BEGIN SELECT RAISE(ABORT, 'the slip ledger is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION slip_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the slip ledger is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER slip_keeps_lines BEFORE UPDATE OR DELETE ON slip"
        " FOR EACH ROW EXECUTE FUNCTION slip_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER slip_keeps_all BEFORE TRUNCATE ON slip"
        " FOR EACH STATEMENT EXECUTE FUNCTION slip_is_append_only()"
    )


def downgrade() -> None:
    for table in ("team_template", "slip", "proposal", "baseline_step", "signature", "step_day", "closed_days"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION slip_is_append_only()")
    for table, columns in new_columns().items():
        for column in columns:
            op.drop_column(table, column.name)
