"""Who is in a channel, kept fresh in the background."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from blocks.text import is_seen, one_line
from bot.slack_errors import NOT_THERE
from storage import outbox
from storage.models import ChannelMember, Person, Plan, PlanOrganization
from storage.outgoing import WorkState
from storage.upsert import insert_unless_there

FRESH_FOR = timedelta(hours=24)
UNKNOWN = {"team_id": "", "is_bot": False, "is_guest": False, "is_deleted": False}


def ask_for_roster(session: Session, team_id: str, channel_id: str, wall: datetime) -> None:
    """Leave word that the channel's people should be looked up."""
    outbox.put(
        session,
        key=f"roster:{channel_id}",
        kind="roster",
        team_id=team_id,
        channel_id=channel_id,
        not_before=wall,
    )


def needs_roster(session: Session, channel_id: str) -> bool:
    return session.exec(select(ChannelMember).where(ChannelMember.channel_id == channel_id)).first() is None


def is_there(session: Session, channel_id: str, bot_user_id: str) -> bool | None:
    """Whether Tandem is in the channel, as far as its roster tells; `None` while nobody has looked."""
    if not needs_roster(session, channel_id):
        return session.get(ChannelMember, (channel_id, bot_user_id)) is not None
    looked = outbox.newest(session, f"roster:{channel_id}")
    if looked is not None and looked.state is WorkState.FAILED and looked.error in NOT_THERE:
        return False
    return None


def set_members(session: Session, channel_id: str, user_ids: Iterable[str]) -> None:
    """The channel has exactly these people."""
    wanted = set(user_ids)
    known = set(session.exec(select(ChannelMember.user_id).where(ChannelMember.channel_id == channel_id)))
    for user_id in wanted - known:
        member = {"channel_id": channel_id, "user_id": user_id}
        insert_unless_there(session, ChannelMember, member, ["channel_id", "user_id"])
    if gone := known - wanted:
        session.execute(
            sa.delete(ChannelMember).where(
                col(ChannelMember.channel_id) == channel_id, col(ChannelMember.user_id).in_(gone)
            )
        )
    touch_plans(session, channel_id)


def people_to_look_up(session: Session, user_ids: Iterable[str], now: datetime) -> list[str]:
    """Those nobody looked up yet, or not for a day."""
    wanted = set(user_ids)
    fresh = set(
        session.exec(
            select(Person.user_id).where(
                col(Person.user_id).in_(wanted), Person.refreshed_at > now - FRESH_FOR
            )
        )
    )
    return sorted(wanted - fresh)


def save_person(session: Session, user: Mapping[str, Any], wall: datetime) -> None:
    """Keep what `users.info` said. Externals come without time zone and e-mail; nothing here needs them.

    Of somebody on Enterprise Grid the `team_id` may be the organisation's: "will report an enterprise
    organization ID". https://docs.slack.dev/apis/slack-connect/using-the-api
    """
    profile = user.get("profile") or {}
    names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    name = next((one for one in map(str, filter(None, names)) if is_seen(one)), user["id"])
    insert_unless_there(  # another replica may be reading another channel of theirs
        session,
        Person,
        {**UNKNOWN, "user_id": user["id"], "name": user["id"], "refreshed_at": wall},
        ["user_id"],
    )
    person = session.exec(select(Person).where(Person.user_id == user["id"]).with_for_update()).one()
    person.name = one_line(name)[:120]
    person.team_id = user.get("team_id") or profile.get("team") or person.team_id
    person.enterprise_id = _grid_in(user) or person.enterprise_id
    person.time_zone = user.get("tz") or person.time_zone
    person.is_bot = bool(user.get("is_bot")) or user["id"] == "USLACKBOT"
    person.is_guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted"))
    person.is_deleted = bool(user.get("deleted"))
    person.refreshed_at = wall
    session.add(person)
    session.flush()
    if person.enterprise_id:
        _go_by_grid(session, person.team_id, person.enterprise_id)


def _grid_in(user: Mapping[str, Any]) -> str:
    """`E…` of who is on an Enterprise Grid. https://docs.slack.dev/reference/objects/user-object"""
    grid = (user.get("enterprise_user") or {}).get("enterprise_id") or user.get("enterprise_id")
    team_id = str(user.get("team_id") or "")
    return str(grid or (team_id if team_id.startswith("E") else ""))


def _go_by_grid(session: Session, team_id: str, enterprise_id: str) -> None:
    """A firm that plans know by one of its workspaces is known by its Grid from now on."""
    if team_id == enterprise_id:
        return
    rows = select(PlanOrganization).where(PlanOrganization.team_id == team_id).with_for_update()
    for row in session.exec(rows.order_by(col(PlanOrganization.plan_id))).all():
        firm = session.get(PlanOrganization, (row.plan_id, enterprise_id))
        if firm is None:
            firm = PlanOrganization(plan_id=row.plan_id, team_id=enterprise_id)
        if firm.side is None:
            firm.side, firm.claimed_side, firm.claimed_by = row.side, row.claimed_side, row.claimed_by
        session.add(firm)
        session.delete(row)


def takes_messages(session: Session, user_id: str) -> None:
    """A private message of ours arrived."""
    session.execute(sa.update(Person).where(col(Person.user_id) == user_id).values(refuses_dm_since=None))


def refuses_messages(session: Session, user_id: str, wall: datetime) -> None:
    """Slack lets no private message of ours through to them."""
    session.execute(sa.update(Person).where(col(Person.user_id) == user_id).values(refuses_dm_since=wall))


def touch_plans(session: Session, channel_id: str) -> None:
    """Names on the channel's boards may have changed: nothing cached may be shown again."""
    session.execute(
        sa.update(Plan).where(col(Plan.channel_id) == channel_id).values(revision=col(Plan.revision) + 1)
    )
