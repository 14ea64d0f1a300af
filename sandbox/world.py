"""Everything that is so in the sandbox: conversations, messages, open modals. One lock, one revision.

Nobody holds the lock while speaking to the app: Tandem calls back while it handles what it was sent.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sandbox.cast import Cast, Person, Team
from sandbox.clock import Clock
from sandbox.store import Store

Blocks = list[dict[str, Any]]


@dataclass(slots=True)
class Channel:
    """A channel, or the conversation of one person with the app (`with_user`)."""

    id: str
    name: str
    team_ids: list[str]
    member_ids: list[str]
    topic: str = ""
    is_private: bool = False
    is_archived: bool = False
    with_user: str | None = None
    pins: list[str] = field(default_factory=list)  # ts, newest first
    created: int = 0  # unix seconds

    @property
    def is_dm(self) -> bool:
        return self.with_user is not None

    @property
    def is_ext_shared(self) -> bool:
        return len(self.team_ids) > 1


@dataclass(slots=True)
class Message:
    """`text` is as Slack keeps it, escaped. `only_for` is the one person who sees an ephemeral message."""

    ts: str
    channel: str
    user: str
    text: str
    is_bot: bool = False
    blocks: Blocks | None = None
    thread_ts: str | None = None
    edited_ts: str | None = None
    subtype: str | None = None
    only_for: str | None = None
    metadata: dict[str, Any] | None = None
    broadcast: bool = False
    files: list[str] | None = None  # ids

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True)
class OpenView:
    """A modal in front of a person, or their home tab of the app.

    `body` is the view as sent, `values` what is in its fields.
    """

    id: str
    person: str
    body: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_busy: bool = False


def row_of(thing: Channel | Message | OpenView) -> dict[str, Any]:
    """For the store, which writes it at once: `asdict` would copy every block first."""
    return {name: getattr(thing, name) for name in thing.__slots__}


class World:
    """What there is. Change it only inside `changing()`, which keeps and announces the change."""

    def __init__(self, cast: Cast, clock: Clock, store: Store) -> None:
        self.cast = cast
        self.clock = clock
        self.store = store
        self.teams: dict[str, Team] = {team.id: team for team in cast.teams}
        self.people: dict[str, Person] = {person.id: person for person in cast.people}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.files: dict[str, dict[str, Any]] = {}  # by id, see `sandbox.files`
        self.stacks: dict[str, list[OpenView]] = {}  # by person, bottom first
        self.homes: dict[str, OpenView] = {}  # by person
        self.refuse_dms: set[str] = set()
        self.read: dict[str, str] = {}  # "person channel" -> ts
        self.revision = 0
        self.changed = threading.Condition(threading.RLock())
        self.listeners: list[Callable[[int], None]] = []
        self._last_ts = 0
        self._remember() if not store.is_fresh else self._begin()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the world still, then keep what changed and tell whoever listens."""
        with self.changed:
            try:
                yield
            finally:  # what changed before a refusal has changed all the same
                self.revision += 1
                self.store.put("meta", "now", self.clock.now())
                self.store.flush()
                self.changed.notify_all()
                for listener in list(self.listeners):
                    listener(self.revision)

    def _begin(self) -> None:
        created = int(self.clock.now())
        for place in self.cast.channels:
            rows = place.model_dump()
            self.keep_channel(Channel(**rows, created=created))
        self.store.put("meta", "now", self.clock.now())
        self.store.flush()

    def _remember(self) -> None:
        meta = dict(self.store.all("meta"))
        self.clock.restart_at(meta["now"])
        self.channels = {key: Channel(**row) for key, row in self.store.all("channel")}
        self.messages = {key: {} for key in self.channels}
        for _, row in self.store.all("message"):  # in the order of their ts
            message = Message(**row)
            self.messages[message.channel][message.ts] = message
            self._last_ts = max(self._last_ts, int(message.ts.replace(".", "")))
        self.files = dict(self.store.all("file"))
        # What was being sent when all this ended comes to no answer any more: it may be sent again.
        self.stacks = {
            key: [OpenView(**row | {"is_busy": False}) for row in rows]
            for key, rows in self.store.all("stack")
        }
        self.homes = {key: OpenView(**row) for key, row in self.store.all("home")}
        self.refuse_dms = set(meta.get("refuse_dms", []))
        self.read = dict(self.store.all("read"))

    # What changes, each kept as it does.

    def keep_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        self.store.put("channel", channel.id, row_of(channel))

    def keep_message(self, message: Message) -> None:
        self.messages[message.channel][message.ts] = message
        self.store.put("message", message.ts, row_of(message))

    def forget_message(self, message: Message) -> None:
        del self.messages[message.channel][message.ts]
        self.store.put("message", message.ts, None)

    def keep_stack(self, person: str) -> None:
        stack = self.stacks.get(person, [])
        self.store.put("stack", person, [row_of(view) for view in stack] if stack else None)

    def keep_home(self, home: OpenView) -> None:
        self.homes[home.person] = home
        self.store.put("home", home.person, row_of(home))

    def refuse_messages(self, person: str, *, on: bool) -> None:
        (self.refuse_dms.add if on else self.refuse_dms.discard)(person)
        self.store.put("meta", "refuse_dms", sorted(self.refuse_dms))

    def mark_read(self, person: str, channel: str) -> None:
        newest = next(reversed(self.messages[channel]), "0")
        self.read[f"{person} {channel}"] = newest
        self.store.put("read", f"{person} {channel}", newest)

    def next_ts(self) -> str:
        """A message's ts: sandbox time in microseconds, never twice the same."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # What is asked of it.

    @property
    def app_user(self) -> str:
        return self.cast.app.user_id

    @property
    def home_team(self) -> str:
        """The workspace that installed the app."""
        return self.cast.app.team_id

    def is_external(self, person: str) -> bool:
        """Of another workspace than the app's."""
        return person in self.people and self.people[person].team_id != self.home_team

    def app_is_in(self, channel: Channel) -> bool:
        return self.app_user in channel.member_ids

    def shares_a_channel_with_app(self, person: str) -> bool:
        return any(
            self.app_is_in(one) and person in one.member_ids
            for one in self.channels.values()
            if not one.is_dm
        )

    def dm_with(self, person: str) -> Channel | None:
        return self.channels.get("D" + person[1:])

    def open_dm(self, person: str) -> Channel:
        """The conversation of this person with the app; made at the first use."""
        found = self.dm_with(person)
        if found is None:
            found = Channel(
                id="D" + person[1:],
                name="directmessage",
                team_ids=[self.people[person].team_id],
                member_ids=[person, self.app_user],
                is_private=True,
                with_user=person,
                created=int(self.clock.now()),
            )
            self.keep_channel(found)
        return found

    def top_view(self, person: str) -> OpenView | None:
        stack = self.stacks.get(person)
        return stack[-1] if stack else None

    def find_view(self, view_id: str = "", external_id: str = "") -> OpenView | None:
        for stack in self.stacks.values():
            for view in stack:
                if view.id == view_id or (external_id and view.body["external_id"] == external_id):
                    return view
        return None

    def replies_to(self, message: Message) -> list[Message]:
        every = self.messages[message.channel].values()
        return [one for one in every if one.is_reply and one.thread_ts == message.ts]

    def save_clock(self) -> None:
        """Sandbox time goes on while nothing happens; keep it, so that a crash loses little of it."""
        with self.changed:
            self.store.put("meta", "now", self.clock.now())
            self.store.flush()

    def wait_for(self, what: Callable[[], bool], seconds: float) -> bool:
        """Wait, without polling, until something is so or the seconds (of the wall clock) are over."""
        with self.changed:
            return self.changed.wait_for(what, seconds)
