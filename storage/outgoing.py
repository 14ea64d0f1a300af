"""The tables of the outbox, and of what was carried out: the machinery's own, never the plan's."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.types import UTCDateTime, stored_as_value


class WorkState(StrEnum):
    """The life of one piece of outgoing work."""

    PENDING = "pending"
    SENDING = "sending"  # Slack may have it already: only what is safe to repeat is tried again
    SENT = "sent"
    UNKNOWN = "unknown"  # the answer was lost, and without history nobody can look it up
    FAILED = "failed"


class Outgoing(SQLModel, table=True):
    """The outbox: what a transaction wants Slack to hear, written with it and sent after it.

    A pending row with the same key is the same work: board refreshes coalesce in it.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        sa.Index(
            "one_pending_row_per_key",
            "key",
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
        sa.Index(
            "outgoing_to_send",
            "not_before",
            sqlite_where=sa.text("state IN ('pending', 'sending')"),
            postgresql_where=sa.text("state IN ('pending', 'sending')"),
        ),
        sa.Index(
            "outgoing_to_announce",
            "lease_until",
            sqlite_where=sa.text("state = 'unknown'"),
            postgresql_where=sa.text("state = 'unknown'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120)
    kind: str = Field(max_length=40)
    team_id: str = Field(max_length=20)
    channel_id: str | None = Field(default=None, max_length=20)
    plan_id: int | None = Field(default=None, foreign_key="plan.id", ondelete="CASCADE")
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    state: WorkState = Field(default=WorkState.PENDING, sa_type=stored_as_value(WorkState))
    not_before: datetime = Field(sa_type=UTCDateTime)  # wall clock
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)  # wall clock
    attempts: int = 0  # grows with each claim, and so says whose claim it is
    stumbles: int = 0  # of these, the ones that ended in a fault of our own before Slack was asked
    error: str = Field(default="", sa_type=sa.Text)


class Pace(SQLModel, table=True):
    """When the next call of one kind may go out, for all replicas: a channel's posts, a workspace's edits.

    See `storage.paces`.
    """

    __tablename__ = "pace"

    key: str = Field(primary_key=True, max_length=60)
    free_at: datetime = Field(sa_type=UTCDateTime)  # wall clock


class SeenRequest(SQLModel, table=True):
    """A request of Slack's that was carried out; the same one again changes nothing."""

    __tablename__ = "seen_request"

    key: str = Field(primary_key=True, max_length=255)
    seen_at: datetime = Field(sa_type=UTCDateTime, index=True)  # wall clock


class PlanToForget(SQLModel, table=True):
    """A plan that is deleted in the transaction that wrote this. See `storage.forgetting`."""

    __tablename__ = "plan_to_forget"

    plan_id: int = Field(primary_key=True)
