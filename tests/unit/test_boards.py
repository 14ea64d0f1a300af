"""One living board for each plan, whatever replicas, stalls and lost answers do to it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlmodel import col, select

from bot.delivery import Delivery
from bot.messages import Messenger
from bot.paces import POST
from bot.use_cases.channels import carry_over
from bot.use_cases.moving_channel import move_plan
from bot.use_cases.plans import post_board_again
from bot.views import load_plan_views
from storage import paces, requests
from storage.database import Database
from storage.models import ChannelMember, Plan
from storage.outgoing import Outgoing, WorkState
from tests.given import BOT, CHANNEL, MONDAY, RAE, Table

GONE = "The board of this plan stands further down"
DAY = timedelta(days=1)


class Clock:
    """Two clocks, both in the test's hand."""

    def __init__(self) -> None:
        self.wall_moment = MONDAY

    def now(self) -> datetime:
        return MONDAY

    def wall(self) -> datetime:
        return self.wall_moment


class Channel:
    """What Slack shows: the words of each message by its ts. `during` happens in the middle of a call."""

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}
        self.replies: list[str] = []
        self.private: list[str] = []  # to the plan's lead
        self.unreachable: set[str] = set()
        self.pinned: set[str] = set()
        self.rooms = {CHANNEL}
        self.place: dict[str, str] = {}  # the channel of each message
        self.during: Callable[[str], None] = lambda _what: None

    def chat_postMessage(
        self, channel: str, text: str, thread_ts: str | None = None, **_: Any
    ) -> dict[str, str]:
        if channel in self.unreachable:
            refuse("messages_tab_disabled")
        if channel not in self.rooms or thread_ts:
            (self.replies if thread_ts else self.private).append(text)
            return {"ts": "1.1", "channel": "D1"}
        self.during("before a post")
        ts = f"{len(self.messages) + 1}.0"
        self.messages[ts], self.place[ts] = text, channel
        self.during("post")
        return {"ts": ts, "channel": channel}

    def chat_update(self, channel: str, ts: str, text: str, **_: Any) -> None:
        if self.place[ts] != channel:
            refuse("message_not_found")
        self.during("edit")
        self.messages[ts] = text

    def pins_add(self, timestamp: str, **_: Any) -> None:
        self.pinned.add(timestamp)

    def pins_remove(self, timestamp: str, **_: Any) -> None:
        self.pinned.discard(timestamp)

    @property
    def living(self) -> list[str]:
        return [ts for ts, text in self.messages.items() if GONE not in text]


class House:
    """A plan, and two replicas that deliver for it."""

    def __init__(self, database: Database) -> None:
        self.table = Table(database)
        self.database = database
        self.clock = self.table.desk.clock = Clock()
        self.channel = Channel()
        self.one, self.other = self._replica(), self._replica()

    def _replica(self) -> Delivery:
        messenger = Messenger(self.database, self.clock, lambda _team: self.channel)  # type: ignore[arg-type,return-value]
        return Delivery(self.database, self.clock, messenger.senders, messenger.refused, messenger.unknown)

    def plan(self) -> Plan:
        with self.database.read() as session:
            return session.get_one(Plan, self.table.plan_id)

    def rows(self, *states: WorkState) -> list[Outgoing]:
        with self.database.read() as session:
            return list(session.exec(select(Outgoing).where(col(Outgoing.state).in_(states))))

    def settle(self) -> None:
        """One replica sends until nothing is left to send, however long that takes."""
        for _ in range(1000):
            if not self.one.send_all() and not self.rows(WorkState.PENDING):
                return
            self.clock.wall_moment += timedelta(seconds=1)
        raise AssertionError(f"never at rest: {[row.key for row in self.rows(WorkState.PENDING)]}")

    def change(self) -> None:
        with self.table.work(RAE) as work:
            work.refresh_board()

    def ask_for_another(self) -> None:
        with self.table.work(RAE) as work:
            post_board_again(work)

    def outlive_leases(self) -> None:
        self.clock.wall_moment += timedelta(seconds=61)

    def a_day_passes(self) -> None:
        """And with it what the hourly tidying forgets."""
        self.clock.wall_moment += DAY + timedelta(minutes=5)
        with self.database.write() as session:
            requests.forget_before(session, self.clock.wall() - DAY)


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


def once(act: Callable[[], object], what: str = "") -> Callable[[str], None]:
    """The first time only, and only in the middle of that call."""
    done: list[str] = []

    def during(call: str) -> None:
        if call.startswith(what) and not done:
            done.append(call)
            act()

    return during


# A replica that stalls longer than its lease.


def test_one_that_stalls_before_it_posts_does_not_post_a_second_board(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stall() -> None:
        house.outlive_leases()
        house.other.send_all()
        house.clock.wall_moment += timedelta(seconds=5)  # nothing else holds it up then

    stall_once = once(stall)

    def load_slowly(*given: Any, **more: Any) -> Any:
        views = load_plan_views(*given, **more)
        stall_once("")
        return views

    monkeypatch.setattr("bot.senders.boards.load_plan_views", load_slowly)
    house.settle()
    assert len(house.channel.messages) == 1
    assert house.plan().board_ts == "1.0"
    assert house.channel.private == []


def test_one_that_stalls_while_it_posts_leaves_a_line_where_its_board_is_one_too_many(house: House) -> None:
    def stall() -> None:
        house.outlive_leases()
        house.ask_for_another()
        house.other.send_all()

    house.channel.during = once(stall, "post")
    house.settle()
    assert house.channel.living == ["2.0"]
    assert (house.plan().board_ts, house.channel.pinned) == ("2.0", {"2.0"})


def test_one_whose_board_was_lost_to_the_others_and_arrived_keeps_it(house: House) -> None:
    def stall() -> None:
        house.outlive_leases()
        house.other.send_all()

    house.channel.during = once(stall, "post")
    house.settle()
    house.change()
    house.settle()
    assert house.channel.living == ["1.0"]
    assert (house.plan().board_ts, house.plan().board_lost_at) == ("1.0", None)


# Another board is asked for.


def test_an_edit_under_way_does_not_bring_the_old_board_back_to_life(house: House) -> None:
    house.settle()

    def meanwhile() -> None:
        house.ask_for_another()
        for _ in range(10):
            house.clock.wall_moment += timedelta(seconds=1)
            house.other.send_all()
        assert GONE in house.channel.messages["1.0"], "it was left, and now the edit arrives"

    house.channel.during = once(meanwhile, "edit")
    house.change()
    house.settle()
    assert house.channel.living == ["2.0"]
    assert (house.plan().board_ts, house.channel.pinned) == ("2.0", {"2.0"})


# A board whose post may have arrived.


def lose(call: str) -> None:
    if call == "post":
        raise TimeoutError


def refuse(code: str) -> None:
    raise SlackApiError("x", {"error": code})


def die() -> None:
    raise KeyboardInterrupt


def test_of_a_lost_board_the_lead_hears_once_for_good(house: House) -> None:
    house.channel.during = lose
    house.settle()
    for _ in range(4):
        house.a_day_passes()
        house.change()
        house.settle()
    assert len(house.channel.private) == 1
    assert len(house.channel.messages) == 1
    assert [row.kind for row in house.rows(WorkState.UNKNOWN)] == ["board"]
    assert house.rows(WorkState.SENDING, WorkState.FAILED) == []

    house.ask_for_another()
    house.settle()
    assert len(house.channel.private) == 2, "another one is another loss"


def test_of_a_board_whose_process_died_as_it_posted_the_lead_hears_once(house: House) -> None:
    house.channel.during = once(die, "post")
    with pytest.raises(KeyboardInterrupt):
        house.settle()
    house.channel.during = lambda _call: None
    house.change()
    for _ in range(3):
        house.outlive_leases()
        house.other.send_all()
        house.change()
    house.settle()
    assert len(house.channel.private) == 1
    assert len(house.channel.messages) == 1
    assert house.rows(WorkState.UNKNOWN, WorkState.SENDING) == []


def test_a_board_that_slack_would_not_take_is_posted_later(house: House) -> None:
    house.channel.during = once(lambda: refuse("service_unavailable"), "before a post")
    house.settle()
    assert house.channel.private == []
    assert house.plan().board_lost_at is None
    assert house.channel.living == [house.plan().board_ts]


def test_a_board_that_is_posted_waits_with_the_other_posts(house: House) -> None:
    with house.database.write() as session:
        key = f"{POST[0].prefix}{house.plan().team_id}"
        paces.hold(session, [key], MONDAY + timedelta(seconds=30))
    house.one.send_all()
    house.clock.wall_moment += timedelta(seconds=29)
    house.one.send_all()
    assert house.channel.messages == {}
    assert house.plan().board_lost_at is None
    house.settle()
    assert house.channel.living == ["1.0"]


def move(house: House) -> None:
    """Rae moves the plan while something is under way; what that leaves to say is said at once."""
    with house.table.work(RAE) as work:
        move_plan(work, "C0ELSE", BOT)
    house.clock.wall_moment += timedelta(seconds=5)  # the pace of edits
    house.other.send_all()


@pytest.mark.parametrize("during", ["before a post", "post", "edit"])
def test_a_plan_that_moves_while_its_board_is_drawn_leaves_a_line_in_the_old_channel_and_none_of_it_there(
    house: House, during: str
) -> None:
    with house.database.write() as session:
        for user_id in (BOT, RAE.user_id):
            session.add(ChannelMember(channel_id="C0ELSE", user_id=user_id))
    house.channel.rooms.add("C0ELSE")
    if during == "edit":
        house.settle()
        house.change()
    house.channel.during = once(lambda: move(house), during)
    house.settle()
    plan = house.plan()
    assert (plan.channel_id, plan.board_lost_at) == ("C0ELSE", None)
    where = {ts: house.channel.place[ts] for ts in house.channel.messages}
    assert where[plan.board_ts or ""] == "C0ELSE"
    old = [words for ts, words in house.channel.messages.items() if where[ts] == CHANNEL]
    assert len(old) == 1
    assert "lives in <#C0ELSE> now" in old[0]
    assert house.channel.pinned == {plan.board_ts}


def test_a_channel_that_gets_another_id_while_its_board_is_posted_keeps_that_board(house: House) -> None:
    def change_id() -> None:
        with house.database.write() as session:
            carry_over(session, CHANNEL, "C0NEW", house.clock.wall())
        house.channel.place = dict.fromkeys(house.channel.place, "C0NEW")

    house.channel.rooms.add("C0NEW")
    house.channel.during = once(change_id, "post")
    house.settle()
    [ts] = house.channel.messages
    assert (house.plan().channel_id, house.plan().board_ts) == ("C0NEW", ts)
    assert house.channel.pinned == {ts}
