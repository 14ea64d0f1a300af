"""App Home: who looks at theirs, and when it is drawn again.

What stands in a home is worked out when it is sent, so that the last one always shows the truth.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from storage import outbox
from storage.models import ChannelMember, Person, Plan, Step
from storage.upsert import insert_unless_there

# Slack tells each time somebody opens their home, so one that nobody looks at may stand still.
FRESH_FOR = timedelta(days=7)
TOGETHER = timedelta(seconds=2)  # several changes in a moment become one drawing
NEVER_LOOKED_UP = datetime(1970, 1, 1, tzinfo=UTC)  # the next reading of a channel's people asks Slack


def open_home(session: Session, team_id: str, user_id: str, wall: datetime) -> None:
    """Somebody looks at their home: it is drawn now, and again with every change for a while."""
    stranger = {
        "user_id": user_id,
        "team_id": "",
        "name": user_id,
        "is_bot": False,
        "is_guest": False,
        "is_deleted": False,
        "refreshed_at": NEVER_LOOKED_UP,
    }
    insert_unless_there(session, Person, stranger, ["user_id"])
    opened = {"home_opened_at": wall, "home_team_id": team_id}
    session.execute(sa.update(Person).where(col(Person.user_id) == user_id).values(opened))
    publish_home(session, team_id, user_id, wall)


def forget_home(session: Session, user_id: str) -> None:
    """Slack would not take their home: no more are drawn until they open it."""
    session.execute(sa.update(Person).where(col(Person.user_id) == user_id).values(home_opened_at=None))


def forget_homes_of(session: Session, workspace_ids: Collection[str]) -> None:
    """The copy of Tandem whose homes these were is gone: no more are drawn until they are opened."""
    session.execute(
        sa.update(Person)
        .where(col(Person.home_opened_at).is_not(None), col(Person.home_team_id).in_(workspace_ids))
        .values(home_opened_at=None)
    )


def publish_home(session: Session, team_id: str, user_id: str, not_before: datetime) -> None:
    """Have a person's home drawn, by the copy of Tandem of that workspace."""
    outbox.put(
        session,
        key=f"home:{team_id}:{user_id}",
        kind="home",
        team_id=team_id,
        channel_id=user_id,
        not_before=not_before,
    )


def refresh_homes(
    session: Session, plan: Plan, wall: datetime, of: Callable[[Person], bool] = lambda _: True
) -> None:
    """A plan changed: the homes that may show it are drawn again, also of who has nothing in it any more.

    `of` leaves out those of people who know nothing of the change.
    Each by the copy whose home was opened: a buyer may have one of their own.
    https://docs.slack.dev/apis/slack-connect: "you may have multiple app homes and multiple bot copies"
    """
    here = select(ChannelMember.user_id).where(ChannelMember.channel_id == plan.channel_id)
    owners = select(Step.owner_id).where(Step.plan_id == plan.id, col(Step.owner_id).is_not(None))
    partners = select(Step.counterpart_id).where(
        Step.plan_id == plan.id, col(Step.counterpart_id).is_not(None)
    )
    concerned = select(Person).where(
        col(Person.home_opened_at) > wall - FRESH_FOR,
        sa.or_(
            col(Person.user_id).in_([plan.seller_lead_id or "", plan.buyer_lead_id or ""]),
            col(Person.user_id).in_(here),
            col(Person.user_id).in_(owners),
            col(Person.user_id).in_(partners),
        ),
    )
    # In one order always: two plans' drawings that lock the same rows never wait for each other.
    for person in session.exec(concerned.order_by(col(Person.user_id))).all():
        if of(person):
            publish_home(session, person.home_team_id or plan.team_id, person.user_id, wall + TOGETHER)
