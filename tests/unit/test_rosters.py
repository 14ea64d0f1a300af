"""Reading who is in a channel: many people take their time, and keep nobody from being written to."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.delivery import Delivery
from bot.messages import Messenger
from bot.senders.rosters import LOOK_UPS
from bot.use_cases.roster import ask_for_roster
from storage import outbox
from storage.database import Database
from storage.models import ChannelMember, Person
from storage.outgoing import Outgoing, WorkState
from tests.given import MONDAY, NORTHWIND
from tests.unit.test_boards import Clock

MINUTE = timedelta(minutes=1)
LIMIT = 100  # of users.info in a minute: https://docs.slack.dev/reference/methods/users.info


class Directory:
    """Channels full of people; each question takes `takes`."""

    def __init__(self, clock: Clock, people: dict[str, int]) -> None:
        self.clock = clock
        self.people = people
        self.takes = timedelta(0)
        self.asked: list[Any] = []
        self.said: list[Any] = []

    def conversations_members(self, channel: str, **_: Any) -> dict[str, Any]:
        return {"members": [f"U{channel}{number}" for number in range(self.people[channel])]}

    def users_info(self, user: str) -> dict[str, Any]:
        self.asked.append(self.clock.wall_moment)
        self.clock.wall_moment += self.takes
        return {"user": {"id": user, "name": f"Person {user}"}}

    def chat_postMessage(self, channel: str, **_: Any) -> dict[str, str]:
        self.said.append(self.clock.wall_moment)
        return {"ts": "1.1", "channel": channel}


class Reader:
    def __init__(self, database: Database, people: dict[str, int]) -> None:
        self.database = database
        self.clock = Clock()
        self.slack = Directory(self.clock, people)
        messenger = Messenger(database, self.clock, lambda _team: self.slack)  # type: ignore[arg-type,return-value]
        self.delivery = Delivery(
            database, self.clock, messenger.senders, messenger.refused, messenger.unknown
        )
        with database.write() as session:
            for channel in people:
                ask_for_roster(session, NORTHWIND, channel, self.clock.wall())

    def settle(self) -> None:
        for _ in range(1000):
            sent = self.delivery.send_all()
            with self.database.read() as session:
                waiting = select(Outgoing).where(Outgoing.state == WorkState.PENDING)
                if not sent and not session.exec(waiting).all():
                    return
            self.clock.wall_moment += timedelta(seconds=1)
        raise AssertionError("never at rest")

    def known(self) -> int:
        with self.database.read() as session:
            assert len(session.exec(select(ChannelMember)).all()) == sum(self.slack.people.values())
            return len([one for one in session.exec(select(Person)) if one.name.startswith("Person")])


@pytest.mark.parametrize("people", [{"C1": 130}, {f"C{number}": LOOK_UPS for number in range(8)}])
def test_people_of_one_channel_or_of_many_are_looked_up_no_faster_than_slack_allows(
    database: Database, people: dict[str, int]
) -> None:
    reader = Reader(database, people)
    reader.settle()
    asked = reader.slack.asked
    assert reader.known() == len(asked) == sum(people.values()), "each of them once"
    assert max(sum(at <= one < at + MINUTE for one in asked) for at in asked) <= LIMIT


def test_a_slow_answer_to_who_somebody_is_does_not_hold_up_messages(database: Database) -> None:
    reader = Reader(database, {"C1": LOOK_UPS})
    reader.slack.takes = timedelta(seconds=3)
    with database.write() as session:
        message = {"message": {"text": "Hello", "blocks": []}}
        outbox.put(
            session,
            key="post:1",
            kind="post",
            team_id=NORTHWIND,
            channel_id="U0RAE",
            payload=message,
            not_before=MONDAY + timedelta(seconds=1),
        )
    reader.settle()
    [said] = reader.slack.said
    assert said - MONDAY < timedelta(seconds=10)
    assert reader.known() == LOOK_UPS
