"""Where somebody is: what Slack says of its own people, what a person says themselves, and once a question.

Of people of other firms Slack tells no time zone: their side has one, and a private message asks once.
https://docs.slack.dev/apis/slack-connect/using-the-api
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from blocks.ids import Field
from bot.use_cases.common import Refused, Work, needs
from bot.use_cases.home import NEVER_LOOKED_UP
from plan.rights import Action
from plan.zones import is_time_zone
from storage import outbox
from storage.models import Notice, Nudge, Person, Plan, PlanState, Step
from storage.outgoing import Outgoing
from storage.upsert import insert_unless_there

DAY = timedelta(days=1)


def asking_where(session: Session, user_id: str, zone: str, now: datetime) -> dict[str, str]:
    """For the payload of a private message: the time zone it goes by, where it is the one that asks for
    another. Only of who has none that anybody knows, and never twice."""
    return {"asks_zone": zone} if _asks_once(session, user_id, now) else {}


def _asks_once(session: Session, user_id: str, now: datetime) -> bool:
    person = session.get(Person, user_id)
    if person is None or person.time_zone or person.own_time_zone or person.zone_asked_at is not None:
        return False
    asked = session.execute(
        sa.update(Person)
        .where(col(Person.user_id) == user_id, col(Person.zone_asked_at).is_(None))
        .values(zone_asked_at=now)
        .returning(col(Person.user_id))
    )
    return asked.first() is not None


def question_in(session: Session, message: Outgoing | None, user_id: str) -> str:
    """The time zone that a private message asks about, until its reader has said where they are."""
    person = session.get(Person, user_id)
    if message is None or person is None or person.own_time_zone:
        return ""
    return str(message.payload.get("asks_zone", ""))


@needs(Action.READ)
def set_time_zone(work: Work, zone: str) -> None:
    """The actor says where they are: it outranks what Slack says, in every plan. Raises `Refused`."""
    if not is_time_zone(zone):
        raise Refused("zone_unknown", field=Field.ZONE)
    stranger = {
        "user_id": work.actor.user_id,
        "team_id": "",
        "name": work.actor.name,
        "is_bot": False,
        "is_guest": False,
        "is_deleted": False,
        "refreshed_at": NEVER_LOOKED_UP,
    }
    insert_unless_there(work.session, Person, stranger, ["user_id"])
    person = work.session.get_one(Person, work.actor.user_id)
    person.own_time_zone = zone
    work.session.add(person)
    _look_again(work.session, work.actor.user_id, work.now)
    _take_the_question_back(work.session, person, work.wall)


def _look_again(session: Session, user_id: str, now: datetime) -> None:
    """The next round finds the morning of each step of theirs anew, in whatever plan it is."""
    leads = sa.or_(col(Plan.seller_lead_id) == user_id, col(Plan.buyer_lead_id) == user_id)
    led = select(Plan.id).where(leads, Plan.state == PlanState.OPEN)
    theirs = sa.or_(
        col(Step.owner_id) == user_id, col(Step.counterpart_id) == user_id, col(Step.plan_id).in_(led)
    )
    session.execute(
        sa.update(Step).where(col(Step.next_nudge_at).is_not(None), theirs).values(next_nudge_at=now)
    )


def _take_the_question_back(session: Session, person: Person, wall: datetime) -> None:
    """The message that asked is drawn without the question, as long as the outbox remembers it."""
    if person.zone_asked_at is None:
        return
    for told in _asked_in(session, person.user_id, person.zone_asked_at):
        is_nudge = told.kind == "nudge"
        if not is_nudge and "ts" not in told.payload:
            continue  # nothing of it is there
        outbox.put(
            session,
            key=f"{told.kind}_refresh:{told.payload[told.kind]}",
            kind=f"{told.kind}_refresh",
            team_id=told.team_id,
            channel_id=told.payload.get("channel", told.channel_id),
            payload={name: told.payload[name] for name in (told.kind, "ts") if name in told.payload},
            not_before=wall,
        )


def _asked_in(session: Session, user_id: str, asked_at: datetime) -> list[Outgoing]:
    """The local day of its reader is the one in UTC, or one beside it."""
    around = (asked_at.date() - DAY, asked_at.date() + DAY)
    keys = []
    for kind, table in (("nudge", Nudge), ("notice", Notice)):
        days = select(table.id).where(table.user_id == user_id, col(table.local_date).between(*around))
        keys += [f"{kind}:{number}" for number in session.exec(days)]
    rows = session.exec(select(Outgoing).where(col(Outgoing.key).in_(keys)).order_by(col(Outgoing.id)))
    return [row for row in rows if "asks_zone" in row.payload]
