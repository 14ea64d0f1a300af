"""How often a message met a fault of our own, and of which lost board the lead has heard"""

import sqlalchemy as sa
from alembic import op
from storage.types import UTCDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("outgoing", sa.Column("stumbles", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("plan", sa.Column("board_lost_told", UTCDateTime(), nullable=True))
    # Whoever lost a board before this version was told so in its own way.
    op.execute("UPDATE plan SET board_lost_told = board_lost_at")


def downgrade() -> None:
    op.drop_column("plan", "board_lost_told")
    op.drop_column("outgoing", "stumbles")
