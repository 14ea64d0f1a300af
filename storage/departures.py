"""People who are gone while steps of theirs are open, and the word that their side's lead got about it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.kinds import Side
from storage.types import UTCDateTime, stored_as_value


class Gone(StrEnum):
    """How somebody is gone."""

    LEFT = "left"  # the channel
    DEACTIVATED = "deactivated"
    SILENT = "silent"  # nothing done for longer than the limit, with steps that wait


class Departure(SQLModel, table=True):
    """Somebody of a side is gone from a plan: noticed once, told once, over when it is answered.

    `channel_id` and `message_ts` are where the brief to the lead stands, so that it can be edited.
    """

    __tablename__ = "departure"
    __table_args__ = (
        sa.Index(
            "one_departure_under_way",
            "plan_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True, ondelete="CASCADE")
    user_id: str = Field(max_length=20, index=True)
    side: Side = Field(sa_type=stored_as_value(Side))
    reason: Gone = Field(sa_type=stored_as_value(Gone))
    noticed_at: datetime = Field(sa_type=UTCDateTime)
    proposed_id: str | None = Field(default=None, max_length=20)  # who could take over
    channel_id: str | None = Field(default=None, max_length=20)
    message_ts: str | None = Field(default=None, max_length=30)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_by: str | None = Field(default=None, max_length=20)
