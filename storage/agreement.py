"""The tables of what both sides agreed to, and of what became of it. The plan is in `storage.models`."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.models import TITLE_LENGTH, Side, Visibility
from storage.types import UTCDateTime, stored_as_value


class ClosedDays(SQLModel, table=True):
    """Days a side does not work on top of its holidays: a freeze, a shutdown. First and last day included."""

    __tablename__ = "closed_days"

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True, ondelete="CASCADE")
    side: Side = Field(sa_type=stored_as_value(Side))
    first: date
    last: date
    why: str = Field(default="", max_length=TITLE_LENGTH)


class StepDay(SQLModel, table=True):
    """A day on which a step can be finished. A step that has any is finished on one: a board meets then."""

    __tablename__ = "step_day"

    step_id: int = Field(primary_key=True, foreign_key="step.id", ondelete="CASCADE")
    day: date = Field(primary_key=True)


class Signature(SQLModel, table=True):
    """Somebody agreed to the plan for their side. It counts for the terms they saw, and for no others."""

    __tablename__ = "signature"

    plan_id: int = Field(primary_key=True, foreign_key="plan.id", ondelete="CASCADE")
    round: int = Field(primary_key=True)  # 1 for the first agreement of a plan
    side: Side = Field(primary_key=True, sa_type=stored_as_value(Side))
    user_id: str = Field(max_length=20)
    at: datetime = Field(sa_type=UTCDateTime)
    terms: str = Field(max_length=64)  # SHA-256 of what was agreed to, see `plan.agreement`


class BaselineStep(SQLModel, table=True):
    """What a step was agreed to be. Drift is counted from here."""

    __tablename__ = "baseline_step"

    plan_id: int = Field(primary_key=True, foreign_key="plan.id", ondelete="CASCADE")
    round: int = Field(primary_key=True)
    step_id: int = Field(primary_key=True, foreign_key="step.id", ondelete="CASCADE")
    due_date: date | None = None
    days: int = 1


class ProposalKind(StrEnum):
    STEP_DATE = "step_date"
    ANCHOR = "anchor"
    STEP_REMOVED = "step_removed"
    STEP_SKIPPED = "step_skipped"


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    COUNTERED = "countered"  # the other side suggested another date, which is a proposal of its own
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"  # something else happened to what it was about


class Proposal(SQLModel, table=True):
    """A change that needs the other side's yes. At most one is open for a step, and one for the anchor."""

    __tablename__ = "proposal"
    __table_args__ = (
        sa.Index(
            "open_proposal",
            "plan_id",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True, ondelete="CASCADE")
    step_id: int | None = Field(default=None, foreign_key="step.id", ondelete="CASCADE")  # None: the anchor
    kind: ProposalKind = Field(sa_type=stored_as_value(ProposalKind))
    old_day: date | None = None
    new_day: date | None = None
    along: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)  # step id: new ISO day
    move_all: bool = False  # with the anchor, the open steps keep their distance to it
    joins: bool = True  # with a step that goes, those before and after it
    reason_code: str = Field(default="", max_length=40)  # see `plan.agreement.ReasonCode`
    reason: str = Field(default="", sa_type=sa.Text)
    by_id: str = Field(max_length=20)
    by_side: Side = Field(sa_type=stored_as_value(Side))
    asked_id: str | None = Field(default=None, max_length=20)  # who of the other side is asked in private
    at: datetime = Field(sa_type=UTCDateTime)
    state: ProposalState = Field(default=ProposalState.OPEN, sa_type=stored_as_value(ProposalState))
    answered_by: str | None = Field(default=None, max_length=20)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    talk_by: str | None = Field(default=None, max_length=20)  # would like to talk first
    counters_id: int | None = None  # the proposal this one answers
    channel_id: str | None = Field(default=None, max_length=20)  # where its message stands
    message_ts: str | None = Field(default=None, max_length=30)

    @property
    def for_side(self) -> Side:
        return self.by_side.other


class SlipKind(StrEnum):
    AGREED = "agreed"  # both signed: counting begins here
    MOVED = "moved"
    DONE = "done"  # finished on another day than its date
    SKIPPED = "skipped"
    REMOVED = "removed"
    ADDED = "added"
    REOPENED = "reopened"
    ANCHOR = "anchor"


class Slip(SQLModel, table=True):
    """One line of the slip ledger. The database itself refuses to change or delete one.

    `days` are working days of the step's side between the old and the new day: lost above 0, won below. What
    had gone by when both agreed, or before the step could be done, is not among them.
    `lands_old` and `lands_new` are where the plan lands before and after it.
    """

    __tablename__ = "slip"
    __table_args__ = (sa.UniqueConstraint("plan_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    position: int  # in the plan's chain, from 1
    round: int  # of the agreement it is counted from
    at: datetime = Field(sa_type=UTCDateTime)
    kind: SlipKind = Field(sa_type=stored_as_value(SlipKind))
    step_id: int | None = None
    step_number: int | None = None
    step_title: str = Field(default="", max_length=TITLE_LENGTH)
    side: Side = Field(sa_type=stored_as_value(Side))
    old_day: date | None = None
    new_day: date | None = None
    days: int = 0
    lands_old: date | None = None
    lands_new: date | None = None
    actor_id: str = Field(max_length=20)
    actor_side: Side | None = Field(default=None, sa_type=stored_as_value(Side))
    agreed_by: str | None = Field(default=None, max_length=20)  # who of the other side said yes
    reason_code: str = Field(default="", max_length=40)
    reason: str = Field(default="", sa_type=sa.Text)
    visibility: Visibility = Field(default=Visibility.BOTH, sa_type=stored_as_value(Visibility))
    previous: str = Field(max_length=64)  # the hash of the line before, zeros for the first
    hash: str = Field(max_length=64)  # SHA-256 over `previous` and everything above


class TeamTemplate(SQLModel, table=True):
    """A plan that a team keeps as a list of its own, as a plan file without names of people."""

    __tablename__ = "team_template"
    __table_args__ = (sa.UniqueConstraint("team_id", "title"),)

    id: int | None = Field(default=None, primary_key=True)
    team_id: str = Field(max_length=20, index=True)
    title: str = Field(max_length=60)
    summary: str = Field(default="", max_length=75)
    body: str = Field(sa_type=sa.Text)
    created_by: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=UTCDateTime)
