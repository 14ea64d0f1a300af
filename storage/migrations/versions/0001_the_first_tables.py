"""The first tables"""

import sqlalchemy as sa
from alembic import op
from storage.types import UTCDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "channel_member",
        sa.Column("channel_id", sa.String(20), nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "user_id"),
    )
    op.create_table(
        "nudge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("channel_id", sa.String(20), nullable=True),
        sa.Column("message_ts", sa.String(30), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "local_date"),
    )
    op.create_table(
        "pace",
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("free_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "person",
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("team_id", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("time_zone", sa.String(60), nullable=True),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("refuses_dm_since", UTCDateTime(), nullable=True),
        sa.Column("refreshed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(20), nullable=False),
        sa.Column("channel_id", sa.String(20), nullable=False),
        sa.Column("name", sa.String(150), nullable=False),
        sa.Column("template", sa.String(60), nullable=False),
        sa.Column("seller_company", sa.String(80), nullable=False),
        sa.Column("buyer_company", sa.String(80), nullable=False),
        sa.Column(
            "anchor_kind",
            sa.Enum("go_live", "signature", name="anchorkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("anchor_date", sa.Date(), nullable=False),
        sa.Column("anchor_reason", sa.Text(), nullable=False),
        sa.Column("seller_lead_id", sa.String(20), nullable=True),
        sa.Column("buyer_lead_id", sa.String(20), nullable=True),
        sa.Column("seller_country", sa.String(2), nullable=False),
        sa.Column("buyer_country", sa.String(2), nullable=False),
        sa.Column("seller_time_zone", sa.String(60), nullable=False),
        sa.Column("buyer_time_zone", sa.String(60), nullable=False),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column(
            "state", sa.Enum("open", "closed", name="planstate", native_enum=False, length=20), nullable=False
        ),
        sa.Column(
            "outcome",
            sa.Enum("won", "lost", "cancelled", name="outcome", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(20), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(20), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("board_ts", sa.String(30), nullable=True),
        sa.Column("board_due_at", UTCDateTime(), nullable=True),
        sa.Column("board_lost_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "board_to_draw",
        "plan",
        ["board_due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_plan_channel_id", "plan", ["channel_id"], unique=False)
    op.create_index(
        "one_open_plan_per_channel",
        "plan",
        ["channel_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "seen_request",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_seen_request_seen_at", "seen_request", ["seen_at"], unique=False)

    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("team_id", sa.String(20), nullable=False),
        sa.Column("channel_id", sa.String(20), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "sending",
                "sent",
                "unknown",
                "failed",
                name="workstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_pending_row_per_key",
        "outgoing",
        ["key"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "outgoing_to_send",
        "outgoing",
        ["not_before"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )

    op.create_table(
        "plan_organization",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.String(20), nullable=False),
        sa.Column(
            "side",
            sa.Enum("seller", "buyer", "joint", name="side", native_enum=False, length=20),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "team_id"),
    )
    op.create_table(
        "plan_person",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column(
            "side",
            sa.Enum("seller", "buyer", "joint", name="side", native_enum=False, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "user_id"),
    )
    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(60), nullable=False),
        sa.Column("title", sa.String(150), nullable=False),
        sa.Column(
            "side",
            sa.Enum("seller", "buyer", "joint", name="side", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("role", sa.String(80), nullable=False),
        sa.Column("counterpart_role", sa.String(80), nullable=False),
        sa.Column("owner_id", sa.String(20), nullable=True),
        sa.Column("counterpart_id", sa.String(20), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("gate", sa.Boolean(), nullable=False),
        sa.Column("seller_confirmed_by", sa.String(20), nullable=True),
        sa.Column("buyer_confirmed_by", sa.String(20), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "started",
                "blocked",
                "done",
                "skipped",
                name="stepstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("blocked_until", sa.Date(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("finished_by", sa.String(20), nullable=True),
        sa.Column("next_nudge_at", UTCDateTime(), nullable=True),
        sa.Column(
            "visibility",
            sa.Enum("both", "seller", "buyer", name="visibility", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "number"),
    )
    op.create_index("ix_step_owner_id", "step", ["owner_id"], unique=False)
    op.create_index("ix_step_plan_id", "step", ["plan_id"], unique=False)
    op.create_index(
        "step_to_nudge",
        "step",
        ["next_nudge_at"],
        unique=False,
        sqlite_where=sa.text("next_nudge_at IS NOT NULL"),
        postgresql_where=sa.text("next_nudge_at IS NOT NULL"),
    )

    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.String(20), nullable=False),
        sa.Column(
            "actor_side",
            sa.Enum("seller", "buyer", "joint", name="side", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum("both", "seller", "buyer", name="visibility", native_enum=False, length=20),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_change_plan_id", "change", ["plan_id"], unique=False)

    op.create_table(
        "nudge_step",
        sa.Column("nudge_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(20), nullable=False),
        sa.Column("armed_for", sa.Date(), nullable=False),
        sa.Column("asks_who", sa.Boolean(), nullable=False),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudge.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("nudge_id", "step_id"),
        sa.UniqueConstraint("step_id", "user_id", "armed_for"),
    )
    op.create_table(
        "step_dependency",
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("after_step_id", sa.Integer(), nullable=False),
        sa.Column("lag", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["after_step_id"], ["step.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("step_id", "after_step_id"),
    )


def downgrade() -> None:
    op.drop_table("step_dependency")
    op.drop_table("nudge_step")
    op.drop_index("ix_change_plan_id", table_name="change")

    op.drop_table("change")
    op.drop_index(
        "step_to_nudge",
        table_name="step",
        sqlite_where=sa.text("next_nudge_at IS NOT NULL"),
        postgresql_where=sa.text("next_nudge_at IS NOT NULL"),
    )
    op.drop_index("ix_step_plan_id", table_name="step")
    op.drop_index("ix_step_owner_id", table_name="step")

    op.drop_table("step")
    op.drop_table("plan_person")
    op.drop_table("plan_organization")
    op.drop_index(
        "outgoing_to_send",
        table_name="outgoing",
        sqlite_where=sa.text("state IN ('pending', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.drop_index(
        "one_pending_row_per_key",
        table_name="outgoing",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.drop_table("outgoing")
    op.drop_index("ix_seen_request_seen_at", table_name="seen_request")

    op.drop_table("seen_request")
    op.drop_index(
        "one_open_plan_per_channel",
        table_name="plan",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_plan_channel_id", table_name="plan")
    op.drop_index(
        "board_to_draw",
        table_name="plan",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.drop_table("plan")
    op.drop_table("person")
    op.drop_table("pace")
    op.drop_table("nudge")
    op.drop_table("channel_member")
