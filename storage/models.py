"""The tables, which are the model: `plan/` computes on them and `blocks/` draws them.

Moments are aware and in UTC. Dates are plain days of the calendar of the side they belong to.
Ids of people, organisations and channels are Slack's own: `U…` or `W…`, `T…` or `E…`, `C…`, `G…` or `D…`.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.kinds import TITLE_LENGTH as TITLE_LENGTH
from storage.kinds import AnchorKind as AnchorKind
from storage.kinds import Outcome as Outcome
from storage.kinds import PlanState as PlanState
from storage.kinds import Side as Side
from storage.kinds import StepState as StepState
from storage.kinds import Visibility as Visibility
from storage.types import UTCDateTime, stored_as_value


class Plan(SQLModel, table=True):
    """One mutual action plan. A channel has at most one that is open."""

    __tablename__ = "plan"
    __table_args__ = (
        sa.Index(
            "one_open_plan_per_channel",
            "channel_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index(
            "board_to_draw",
            "board_due_at",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    team_id: str = Field(max_length=20)  # the workspace that installed Tandem
    channel_id: str = Field(max_length=20, index=True)
    name: str = Field(max_length=TITLE_LENGTH)
    template: str = Field(max_length=60)
    seller_company: str = Field(max_length=80)
    buyer_company: str = Field(max_length=80)
    anchor_kind: AnchorKind = Field(sa_type=stored_as_value(AnchorKind))
    anchor_date: date
    anchor_step_id: int | None = None  # of a plan anchored on its signature, the step that ends on it
    anchor_reason: str = Field(default="", sa_type=sa.Text)
    seller_lead_id: str | None = Field(default=None, max_length=20)
    buyer_lead_id: str | None = Field(default=None, max_length=20)
    seller_country: str = Field(max_length=2)  # ISO 3166; its weekends and public holidays
    buyer_country: str = Field(max_length=2)
    seller_time_zone: str = Field(max_length=60)
    buyer_time_zone: str = Field(max_length=60)
    seller_region: str = Field(default="", max_length=20)  # ISO 3166-2 without the country: "BY"; "" for all
    buyer_region: str = Field(default="", max_length=20)
    time_zone: str = Field(max_length=60)
    agreed_round: int = 0  # how often both sides have signed; the last time is the baseline
    agreed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    agreed_anchor: date | None = None
    ledger_head: str = Field(default="", max_length=64)  # the hash of the last line of its slip ledger
    state: PlanState = Field(default=PlanState.OPEN, sa_type=stored_as_value(PlanState))
    outcome: Outcome | None = Field(default=None, sa_type=stored_as_value(Outcome))
    close_reason: str = Field(default="", sa_type=sa.Text)
    frozen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # it stands still with its channel
    frozen_reason: str = Field(default="", max_length=40)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_by: str | None = Field(default=None, max_length=20)
    created_at: datetime = Field(sa_type=UTCDateTime)
    created_by: str = Field(max_length=20)
    next_number: int = 1
    revision: int = 1  # grows with everything that changes what anybody sees of the plan
    board_ts: str | None = Field(default=None, max_length=30)
    board_due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # a day ends: draw it
    board_lost_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # posted; did it arrive?
    board_lost_told: datetime | None = Field(default=None, sa_type=UTCDateTime)  # which loss was told
    reminds: bool = True  # whether owners of steps that wait hear so in private
    gives_notice: bool = True  # whether a new owner is told so in private
    tells_news: bool = True  # whether the board's thread tells what was done, moved, blocked, added

    def country_of(self, side: Side) -> str:
        return self.buyer_country if side is Side.BUYER else self.seller_country

    def region_of(self, side: Side) -> str:
        return self.buyer_region if side is Side.BUYER else self.seller_region

    def time_zone_of(self, side: Side) -> str:
        zone = self.buyer_time_zone if side is Side.BUYER else self.seller_time_zone
        return zone or self.time_zone

    def lead_of(self, side: Side) -> str | None:
        return self.buyer_lead_id if side is Side.BUYER else self.seller_lead_id

    def company_of(self, side: Side) -> str:
        return self.buyer_company if side is Side.BUYER else self.seller_company


class PlanOrganization(SQLModel, table=True):
    """A company in the plan's channel, and the side it is on. No side yet: it reads.

    Somebody there was asked once which side they are on: `claimed_by` is who answered, `claimed_side` what
    they said, `None` for reading along. It counts when a person of the seller has said yes to it.
    """

    __tablename__ = "plan_organization"

    plan_id: int = Field(primary_key=True, foreign_key="plan.id", ondelete="CASCADE")
    team_id: str = Field(primary_key=True, max_length=20)
    side: Side | None = Field(default=None, sa_type=stored_as_value(Side))
    claimed_side: Side | None = Field(default=None, sa_type=stored_as_value(Side))
    claimed_by: str | None = Field(default=None, max_length=20)


class PlanPerson(SQLModel, table=True):
    """A person whose side is not their organisation's, a guest for example."""

    __tablename__ = "plan_person"

    plan_id: int = Field(primary_key=True, foreign_key="plan.id", ondelete="CASCADE")
    user_id: str = Field(primary_key=True, max_length=20)
    side: Side = Field(sa_type=stored_as_value(Side))


class Step(SQLModel, table=True):
    """A thing to do, with one owner on either side and a date.

    A joint step has one accountable owner and a counterpart on the other side. A gate is done when
    each side has confirmed its half.
    """

    __tablename__ = "step"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "number"),
        sa.Index(
            "step_to_nudge",
            "next_nudge_at",
            sqlite_where=sa.text("next_nudge_at IS NOT NULL"),
            postgresql_where=sa.text("next_nudge_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True, ondelete="CASCADE")
    number: int
    position: int
    phase: str = Field(max_length=60)
    title: str = Field(max_length=TITLE_LENGTH)
    description: str = Field(default="", sa_type=sa.Text)
    link: str = Field(default="", sa_type=sa.Text)  # where the work is: a document, a ticket, a message
    proof: str = Field(default="", sa_type=sa.Text)  # of being done: a link to it, or to who said so
    side: Side = Field(sa_type=stored_as_value(Side))
    role: str = Field(default="", max_length=80)
    counterpart_role: str = Field(default="", max_length=80)
    owner_id: str | None = Field(default=None, max_length=20, index=True)
    counterpart_id: str | None = Field(default=None, max_length=20, index=True)
    days: int = 1  # working days of the step's side, its first day included
    due_date: date | None = None
    date_fixed: bool = False  # somebody gave it that date; the plan computes the others
    started_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    gate: bool = False
    seller_confirmed_by: str | None = Field(default=None, max_length=20)
    buyer_confirmed_by: str | None = Field(default=None, max_length=20)
    state: StepState = Field(default=StepState.OPEN, sa_type=stored_as_value(StepState))
    state_reason: str = Field(default="", sa_type=sa.Text)  # why it is blocked or skipped
    blocked_until: date | None = None
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    finished_by: str | None = Field(default=None, max_length=20)
    next_nudge_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    visibility: Visibility = Field(default=Visibility.BOTH, sa_type=stored_as_value(Visibility))
    version: int = 1  # what a modal was opened on; a later one is refused with what changed
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # deleted; the log still names it
    removed_by: str | None = Field(default=None, max_length=20)

    def confirmed_by(self, side: Side) -> str | None:
        return self.buyer_confirmed_by if side is Side.BUYER else self.seller_confirmed_by

    @property
    def armed_for(self) -> date | None:
        """The day after which people hear of the step: its due date, or the day until which it is blocked."""
        return self.due_date and max(self.due_date, self.blocked_until or self.due_date)


class StepDependency(SQLModel, table=True):
    """`step_id` starts after `after_step_id` is finished, `lag` working days later."""

    __tablename__ = "step_dependency"

    step_id: int = Field(primary_key=True, foreign_key="step.id", ondelete="CASCADE")
    after_step_id: int = Field(primary_key=True, foreign_key="step.id", ondelete="CASCADE")
    lag: int = 0


class Note(SQLModel, table=True):
    """What somebody of either side wrote about a step. Together they are a conversation."""

    __tablename__ = "note"

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True, ondelete="CASCADE")
    step_id: int = Field(foreign_key="step.id", index=True, ondelete="CASCADE")
    at: datetime = Field(sa_type=UTCDateTime)
    author_id: str = Field(max_length=20)
    author_side: Side | None = Field(default=None, sa_type=stored_as_value(Side))
    text: str = Field(sa_type=sa.Text)
    visibility: Visibility = Field(default=Visibility.BOTH, sa_type=stored_as_value(Visibility))


class Change(SQLModel, table=True):
    """One line of the change log. Append-only, but for `is_news`."""

    __tablename__ = "change"
    __table_args__ = (
        sa.Index(
            "change_to_tell",
            "plan_id",
            "id",
            sqlite_where=sa.text("is_news"),
            postgresql_where=sa.text("is_news"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True, ondelete="CASCADE")
    step_id: int | None = Field(default=None, foreign_key="step.id", ondelete="SET NULL")
    at: datetime = Field(sa_type=UTCDateTime)
    actor_id: str = Field(max_length=20)
    actor_side: Side | None = Field(default=None, sa_type=stored_as_value(Side))
    kind: str = Field(max_length=40)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    reason: str = Field(default="", sa_type=sa.Text)
    visibility: Visibility = Field(default=Visibility.BOTH, sa_type=stored_as_value(Visibility))
    is_news: bool = False  # waits to be told in the board's thread


class Person(SQLModel, table=True):
    """Somebody Slack told us about. Externals come without a time zone, sometimes without a name."""

    __tablename__ = "person"
    __table_args__ = (
        sa.Index(
            "home_to_keep_fresh",
            "home_opened_at",
            sqlite_where=sa.text("home_opened_at IS NOT NULL"),
            postgresql_where=sa.text("home_opened_at IS NOT NULL"),
        ),
    )

    user_id: str = Field(primary_key=True, max_length=20)
    team_id: str = Field(default="", max_length=20)
    enterprise_id: str = Field(default="", max_length=20)  # `E…`, of who is on an Enterprise Grid
    name: str = Field(max_length=120)
    time_zone: str | None = Field(default=None, max_length=60)  # as Slack says
    own_time_zone: str | None = Field(default=None, max_length=60)  # as they say; it outranks the other
    zone_asked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # once, and never again
    is_bot: bool = False
    is_guest: bool = False
    is_deleted: bool = False
    refuses_dm_since: datetime | None = Field(default=None, sa_type=UTCDateTime)  # reachable by thread only
    refreshed_at: datetime = Field(sa_type=UTCDateTime)
    home_opened_at: datetime | None = Field(default=None, sa_type=UTCDateTime)  # their App Home is kept fresh
    home_team_id: str = Field(default="", max_length=20)  # the workspace whose copy's home that is


class ChannelMember(SQLModel, table=True):
    """The roster: who is in a channel. Kept fresh in the background, so that a list never calls Slack."""

    __tablename__ = "channel_member"

    channel_id: str = Field(primary_key=True, max_length=20)
    user_id: str = Field(primary_key=True, max_length=20)


class Nudge(SQLModel, table=True):
    """One private message to one person on one local day."""

    __tablename__ = "nudge"
    __table_args__ = (sa.UniqueConstraint("user_id", "local_date"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(max_length=20)
    local_date: date
    channel_id: str | None = Field(default=None, max_length=20)
    message_ts: str | None = Field(default=None, max_length=30)


class NudgeStep(SQLModel, table=True):
    """A step in a nudge. A person hears of a step once for each day it was armed for."""

    __tablename__ = "nudge_step"
    __table_args__ = (sa.UniqueConstraint("step_id", "user_id", "armed_for"),)

    nudge_id: int = Field(primary_key=True, foreign_key="nudge.id", ondelete="CASCADE")
    step_id: int = Field(primary_key=True, foreign_key="step.id", ondelete="CASCADE")
    user_id: str = Field(max_length=20)
    armed_for: date
    asks_who: bool = False  # the step has no person: the lead of the side is asked for one
    snoozed_until: date | None = None  # this person asked to hear of it again after that day
    answer: str = Field(default="", max_length=40)  # the kind of change that ended it; "" while it waits


class Notice(SQLModel, table=True):
    """One private message to one person on one local day: these steps are yours now."""

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("user_id", "local_date"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(max_length=20)
    local_date: date


class Handover(SQLModel, table=True):
    """Somebody became the owner of a step by another's hand, and hears of it once, with all the others."""

    __tablename__ = "handover"
    __table_args__ = (
        sa.Index(
            "one_untold_handover",
            "step_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("notice_id IS NULL"),
            postgresql_where=sa.text("notice_id IS NULL"),
        ),
        sa.Index(
            "handover_to_tell",
            "tell_at",
            sqlite_where=sa.text("notice_id IS NULL"),
            postgresql_where=sa.text("notice_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    step_id: int = Field(foreign_key="step.id", index=True, ondelete="CASCADE")
    user_id: str = Field(max_length=20, index=True)
    by_id: str = Field(max_length=20)  # who handed it over
    tell_at: datetime = Field(sa_type=UTCDateTime)
    notice_id: int | None = Field(default=None, foreign_key="notice.id", index=True, ondelete="CASCADE")


class Draft(SQLModel, table=True):
    """What somebody typed to start a plan that could not start yet. The form opens with it the next time."""

    __tablename__ = "draft"

    user_id: str = Field(primary_key=True, max_length=20)
    channel_id: str = Field(primary_key=True, max_length=20)
    typed: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)  # by the form's fields
    saved_at: datetime = Field(sa_type=UTCDateTime, index=True)
