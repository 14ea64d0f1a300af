"""Copies of Tandem come and go, and the work for their workspaces with them.

A plan is hosted by one copy, the one that it was started through: `Plan.team_id`. That says whose voice tells
of the plan, and which firm the seller is, so another firm's copy in the channel never takes it over. When
the plan's own copy is removed the plan stands still, for both; when it is installed again, it goes on.
"""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlmodel import Session

from bot.use_cases.freezing import BEFORE_ASKING, freeze_plans, thaw_plans
from bot.use_cases.home import forget_homes_of
from plan.standing import Still
from storage import installations as store
from storage import outbox
from storage.installations import Installation


def keep_copy(session: Session, new: Installation, wall: datetime) -> Installation:
    """Somebody installed Tandem: for the first time, or again. Plans that waited for it go on."""
    kept = store.install(session, new)
    if kept.is_org_wide:
        put_workspaces(session, kept, wall)
    go_on(session, store.workspaces_of(session, kept), wall)
    return kept


def remove_copy(session: Session, copy: Installation, reason: str, now: datetime, wall: datetime) -> None:
    """It was uninstalled, or its token was taken back: nothing is done for its workspaces any more."""
    store.end(session, copy, reason, wall)
    stand_still(session, store.workspaces_of(session, copy), now, wall)


def put_workspaces(session: Session, copy: Installation, not_before: datetime) -> None:
    """Have it asked which workspaces of a Grid its copy was granted to."""
    outbox.put(
        session,
        key=f"workspaces:{copy.id}",
        kind="workspaces",
        team_id=copy.enterprise_id,
        payload={"installation": copy.id},
        not_before=not_before,
    )


def ask_again(session: Session, copy: Installation, wall: datetime) -> None:
    """What an event says of a Grid's workspaces is a first word: it may come twice, late, in any order. So
    Slack is asked after it, and the answer decides."""
    put_workspaces(session, copy, wall + BEFORE_ASKING)


def grant_workspaces(
    session: Session, copy: Installation, workspace_ids: Collection[str], wall: datetime
) -> None:
    """A Grid's copy works for these as well from now on."""
    store.grant(session, copy, workspace_ids)
    go_on(session, workspace_ids, wall)


def withdraw_workspaces(
    session: Session, copy: Installation, workspace_ids: Collection[str], now: datetime, wall: datetime
) -> None:
    """A Grid's copy works for these no more."""
    stand_still(session, store.withdraw(session, copy, workspace_ids), now, wall)


def has_workspaces(
    session: Session, copy: Installation, workspace_ids: Collection[str], now: datetime, wall: datetime
) -> None:
    """A Grid's copy works for exactly these, and answers for the organisation itself."""
    granted = {*workspace_ids, copy.enterprise_id}
    before = set(store.workspaces_of(session, copy))
    grant_workspaces(session, copy, granted - before, wall)
    withdraw_workspaces(session, copy, before - granted, now, wall)


def was_removed(copy: Installation, said_at: datetime | None) -> bool:
    """Whether news of its removal is about this copy: not where it was installed again since, and the news is
    from before. An event may come late: https://docs.slack.dev/apis/events-api/#retries"""
    return said_at is None or said_at >= copy.installed_at.replace(microsecond=0)


def moment_of(event_time: object) -> datetime | None:
    """Slack's `event_time`, seconds since 1970, in UTC; `None` where it is none."""
    if not isinstance(event_time, int) or isinstance(event_time, bool) or not 0 < event_time < 2**33:
        return None
    return datetime.fromtimestamp(event_time, UTC)


def stand_still(session: Session, workspace_ids: Collection[str], now: datetime, wall: datetime) -> None:
    """Nothing is nudged, drawn or told any more for these workspaces, and nothing waits to be.

    The plans come first: who changes one holds it while it writes to the outbox.
    """
    for workspace_id in sorted(workspace_ids):
        freeze_plans(session, team_id=workspace_id, reason=Still.UNINSTALLED, now=now, wall=wall)
    session.flush()
    outbox.drop(session, workspace_ids, Still.UNINSTALLED)
    forget_homes_of(session, workspace_ids)


def go_on(session: Session, workspace_ids: Collection[str], wall: datetime) -> None:
    """Tandem is back there: its plans go on, each as soon as Slack says that its channel is well."""
    for workspace_id in sorted(workspace_ids):
        thaw_plans(session, team_id=workspace_id, wall=wall)
