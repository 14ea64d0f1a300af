"""Notes, notices to new owners, news in the board's thread, and what a step knows of itself"""

import sqlalchemy as sa
from alembic import op
from storage.types import UTCDateTime

revision = "0002"
down_revision = "0001"

SIDE = sa.Enum("seller", "buyer", "joint", name="side", native_enum=False, length=20)
VISIBILITY = sa.Enum("both", "seller", "buyer", name="visibility", native_enum=False, length=20)
UNTOLD = sa.text("notice_id IS NULL")

def added() -> dict[str, list[sa.Column]]:
    """The columns that tables of 0001 get."""
    return {
        "plan": [
            sa.Column("reminds", sa.Boolean(), nullable=False, server_default=sa.true()),
            sa.Column("gives_notice", sa.Boolean(), nullable=False, server_default=sa.true()),
            sa.Column("tells_news", sa.Boolean(), nullable=False, server_default=sa.true()),
        ],
        "plan_organization": [
            sa.Column("claimed_side", SIDE, nullable=True),
            sa.Column("claimed_by", sa.String(20), nullable=True),
        ],
        "step": [
            sa.Column("description", sa.Text(), nullable=False, server_default=""),
            sa.Column("link", sa.Text(), nullable=False, server_default=""),
            sa.Column("proof", sa.Text(), nullable=False, server_default=""),
            sa.Column("removed_at", UTCDateTime(), nullable=True),
            sa.Column("removed_by", sa.String(20), nullable=True),
        ],
        "change": [sa.Column("is_news", sa.Boolean(), nullable=False, server_default=sa.false())],
        "person": [sa.Column("home_opened_at", UTCDateTime(), nullable=True)],
    }


def upgrade() -> None:
    for table, columns in added().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_step_counterpart_id", "step", ["counterpart_id"])
    opened = sa.text("home_opened_at IS NOT NULL")
    op.create_index(
        "home_to_keep_fresh", "person", ["home_opened_at"], sqlite_where=opened, postgresql_where=opened
    )
    unknown = sa.text("state = 'unknown'")
    op.create_index(
        "outgoing_to_announce",
        "outgoing",
        ["lease_until"],
        sqlite_where=unknown,
        postgresql_where=unknown,
    )
    news = sa.text("is_news")
    op.create_index("change_to_tell", "change", ["plan_id", "id"], sqlite_where=news, postgresql_where=news)
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("author_id", sa.String(20), nullable=False),
        sa.Column("author_side", SIDE, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("visibility", VISIBILITY, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_note_plan_id", "note", ["plan_id"])
    op.create_index("ix_note_step_id", "note", ["step_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "local_date"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("by_id", sa.String(20), nullable=False),
        sa.Column("tell_at", UTCDateTime(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_handover_step_id", "handover", ["step_id"])
    op.create_index("ix_handover_user_id", "handover", ["user_id"])
    op.create_index("ix_handover_notice_id", "handover", ["notice_id"])
    op.create_index(
        "one_untold_handover",
        "handover",
        ["step_id", "user_id"],
        unique=True,
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )
    op.create_index(
        "handover_to_tell", "handover", ["tell_at"], sqlite_where=UNTOLD, postgresql_where=UNTOLD
    )


def downgrade() -> None:
    op.drop_table("handover")
    op.drop_table("notice")
    op.drop_table("note")
    op.drop_index("change_to_tell", "change")
    op.drop_index("outgoing_to_announce", "outgoing")
    op.drop_index("home_to_keep_fresh", "person")
    op.drop_index("ix_step_counterpart_id", "step")
    for table, columns in added().items():
        for column in columns:
            op.drop_column(table, column.name)
