"""Eyes on the small Slack and on the outbox: what was posted, and what is still under way."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from sandbox import payloads
from sandbox.filling import Screen
from sandbox.outgoing import Ack
from sandbox.telling import texts_of
from sandbox.world import Message
from storage.database import Database
from storage.outgoing import Outgoing, WorkState
from tests.replicas.deals import TANDEM
from tests.replicas.running import eventually
from tests.sandboxed import Sandbox

POSTS = ("nudge", "reply", "post")


@dataclass(frozen=True, slots=True)
class Post:
    """A message of Tandem's as it was when it was new; later edits do not show here."""

    ts: str
    channel: str
    thread_ts: str | None
    words: str
    values: tuple[str, ...]  # of its buttons

    @property
    def is_nudge(self) -> bool:
        return self.channel.startswith("D") and any(value.count(":") == 2 for value in self.values)

    @property
    def is_board(self) -> bool:
        return self.channel.startswith("C") and self.thread_ts is None

    @property
    def says_unknown(self) -> bool:
        """The word to the plan's lead that nobody knows whether something arrived."""
        return self.channel.startswith("D") and "never said whether it arrived" in self.words

    @property
    def steps(self) -> list[str]:
        """The steps a nudge asks for, each once, as "<plan id>:<step id>"."""
        return list(dict.fromkeys(value.split(":", 1)[1] for value in self.values if value.count(":") == 2))


class Postbox:
    """Everything Tandem ever posted where others see it, in the order in which it arrived."""

    def __init__(self, slack: Sandbox) -> None:
        self._world = slack.slack.world
        self._seen: set[str] = set()
        self.posts: list[Post] = []
        self._world.listeners.append(self._look)

    def _look(self, _revision: int) -> None:
        """Called at each change, before the answer to whoever made it."""
        for messages in self._world.messages.values():
            for message in reversed(messages.values()):
                if message.ts in self._seen:
                    break
                self._seen.add(message.ts)
                if message.user == TANDEM and message.only_for is None:
                    self.posts.append(_as_posted(message))

    @property
    def nudges(self) -> list[Post]:
        return [post for post in list(self.posts) if post.is_nudge]

    @property
    def boards(self) -> list[Post]:
        return [post for post in list(self.posts) if post.is_board]

    @property
    def unknowns(self) -> list[Post]:
        return [post for post in list(self.posts) if post.says_unknown]

    def to(self, person: str) -> list[Post]:
        """What a person was sent privately."""
        return [post for post in list(self.posts) if post.channel == "D" + person[1:]]

    def in_thread_of(self, ts: str) -> list[Post]:
        return [post for post in list(self.posts) if post.thread_ts == ts]


def _as_posted(message: Message) -> Post:
    elements = [one for block in message.blocks or [] for one in block.get("elements", [])]
    values = tuple(str(one["value"]) for one in elements if one.get("value"))
    words = f"{message.text}\n{texts_of(message.blocks or [])}"
    return Post(message.ts, message.channel, message.thread_ts, words, values)


@contextmanager
def trap(slack: Sandbox, what: Callable[[], None], when: Callable[[], bool]) -> Iterator[None]:
    """Do something once, in the moment when it is so; at the end of the block, if it never was.

    It is asked at each thing that happens in the small Slack, so also before the answer to a call goes out.
    """
    world = slack.slack.world
    has_sprung = False

    def look(_revision: int) -> None:
        nonlocal has_sprung
        if not has_sprung and when():
            has_sprung = True
            what()

    with world.changed:
        world.listeners.append(look)
    try:
        yield
    finally:
        with world.changed:
            world.listeners.remove(look)
    if not has_sprung:
        what()


def after(things: int) -> Callable[[], bool]:
    """So at the n-th time it is asked. Where a `trap` falls then, nobody chooses but the number."""
    asked = count(1)
    return lambda: next(asked) == things


class OutboxWatch:
    """What the outbox holds; the answer to "is it over?", which no message gives."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, *kinds: str, state: WorkState | None = None) -> list[Outgoing]:
        query = select(Outgoing).order_by(col(Outgoing.id))
        if kinds:
            query = query.where(col(Outgoing.kind).in_(kinds))
        if state is not None:
            query = query.where(Outgoing.state == state)
        with self._database.read() as session:
            return list(session.exec(query))

    def is_quiet(self, *kinds: str) -> bool:
        """Nothing of these kinds (of all, without any) waits, is being sent, or is lost and not told of."""
        return not any(_is_under_way(row) for row in self.rows(*kinds))

    def wait_until_quiet(self, *kinds: str, seconds: float = 30) -> None:
        eventually(lambda: self.is_quiet(*kinds), seconds, why=lambda: f"at rest, but {self._restless()}")

    def _restless(self) -> list[str]:
        """What still waits or is being sent, for who reads the failure."""
        under_way = [row for row in self.rows() if _is_under_way(row)]
        return [f"{row.key} {row.state} attempts={row.attempts} {row.error}" for row in under_way]

    def outlive_leases(self) -> int:
        """A minute passes for what a dead process held: says how many rows that is."""
        with self._database.write() as session:
            ended = session.execute(
                sa.update(Outgoing)
                .where(col(Outgoing.state) == WorkState.SENDING)
                .values(lease_until=datetime.now(UTC) - timedelta(seconds=1))
                .returning(col(Outgoing.id))
            )
            return len(ended.all())


def _is_under_way(row: Outgoing) -> bool:
    is_to_be_told = row.state is WorkState.UNKNOWN and row.lease_until is not None
    return is_to_be_told or row.state in (WorkState.PENDING, WorkState.SENDING)


def pinned_in(slack: Sandbox, channel: str) -> Message:
    """The one pinned message of a channel: the board. Asks no door, so a `trap` may look too."""
    world = slack.slack.world
    with world.changed:
        [ts] = world.channels[channel].pins
        return world.messages[channel][ts]


def words_on_board(slack: Sandbox, channel: str) -> str:
    return texts_of(pinned_in(slack, channel).blocks or [])


def press(slack: Sandbox, person: str, channel: str, ts: str, action_id: str, value: str) -> Ack:
    """Press a button of a message as many can at once: the small Slack's own doors let one in at a time."""
    with slack.slack.world.changed:
        place = slack.slack.world.channels[channel]
        message = slack.slack.world.messages[channel][ts]
        action: dict[str, Any] = {
            "type": "button",
            "action_id": action_id,
            "block_id": "pressed",
            "value": value,
            "text": {"type": "plain_text", "text": "Done"},
            "action_ts": ts,
        }
        screen = Screen(person, ts, message.blocks or [], {}, (place, message))
        body = payloads.pressed(slack.slack, screen, action)
    return slack.slack.outgoing.interaction(action_id, body)


def seeded(seed: int) -> random.Random:
    """Chance that comes out the same in every run."""
    return random.Random(seed)
