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
from sandbox.copies import Copy, copies_of
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
    pending_team_ids: list[str] = field(default_factory=list)  # invited to share it, and not yet in
    previous_names: list[str] = field(default_factory=list)  # newest first
    frozen_reason: str = ""  # why nothing can be said in it, where it was cut off

    @property
    def is_dm(self) -> bool:
        return self.with_user is not None

    @property
    def is_closed(self) -> bool:
        """It can be read, and nothing can be said in it."""
        return self.is_archived or bool(self.frozen_reason)


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

    `body` is the view as sent, `values` what is in its fields, `copy` the bot user that opened it.
    """

    id: str
    person: str
    copy: str
    body: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_busy: bool = False


def row_of(thing: Channel | Message | OpenView | Copy) -> dict[str, Any]:
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
        self.homes: dict[str, OpenView] = {}  # by "person copy"
        self.copies: dict[str, Copy] = {}  # by bot user, in the order they were installed
        self.refuse_dms: set[str] = set()
        self.views_name_installation = True  # whether views have `app_installed_team_id`
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
        for copy in copies_of(self.cast).values():
            self.keep_copy(copy)
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
        self.people |= {key: Person(**row) for key, row in self.store.all("person")}
        copies = [Copy(**row) for _, row in self.store.all("copy")]
        first = list(copies_of(self.cast))
        order = {user: place for place, user in enumerate(first)}
        copies.sort(key=lambda one: order.get(one.user_id, len(order)))
        self.copies = {one.user_id: one for one in copies}
        # What was being sent when all this ended comes to no answer any more: it may be sent again.
        self.stacks = {
            key: [OpenView(**row | {"is_busy": False}) for row in rows]
            for key, rows in self.store.all("stack")
        }
        self.homes = {key: OpenView(**row) for key, row in self.store.all("home")}
        self.refuse_dms = set(meta.get("refuse_dms", []))
        self.views_name_installation = meta.get("views_name_installation", True)
        self.read = dict(self.store.all("read"))

    # What changes, each kept as it does.

    def keep_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        self.store.put("channel", channel.id, row_of(channel))

    def keep_message(self, message: Message) -> None:
        self.messages[message.channel][message.ts] = message
        self.store.put("message", f"{message.ts} {message.channel}", row_of(message))

    def forget_message(self, message: Message) -> None:
        del self.messages[message.channel][message.ts]
        self.store.put("message", f"{message.ts} {message.channel}", None)

    def forget_channel(self, channel: Channel) -> None:
        for message in list(self.messages[channel.id].values()):
            self.forget_message(message)
        del self.channels[channel.id], self.messages[channel.id]
        self.store.put("channel", channel.id, None)

    def give_id(self, channel: Channel, new: str) -> None:
        """A channel is called by another id from now on, with all that was said in it."""
        old, said = channel.id, list(self.messages[channel.id].values())
        self.forget_channel(channel)
        channel.id = new
        self.keep_channel(channel)
        for message in said:
            message.channel = new
            self.keep_message(message)
        for person in self.people:
            if (newest := self.read.pop(f"{person} {old}", None)) is not None:
                self.store.put("read", f"{person} {old}", None)
                self._keep_read(person, new, newest)

    def keep_person(self, person: Person) -> None:
        self.people[person.id] = person
        self.store.put("person", person.id, person.model_dump())

    def keep_stack(self, person: str) -> None:
        stack = self.stacks.get(person, [])
        self.store.put("stack", person, [row_of(view) for view in stack] if stack else None)

    def keep_home(self, home: OpenView) -> None:
        self.homes[f"{home.person} {home.copy}"] = home
        self.store.put("home", f"{home.person} {home.copy}", row_of(home))

    def forget_homes(self, copy: Copy) -> None:
        for key in [key for key, home in self.homes.items() if home.copy == copy.user_id]:
            del self.homes[key]
            self.store.put("home", key, None)

    def keep_copy(self, copy: Copy) -> None:
        self.copies[copy.user_id] = copy
        self.store.put("copy", copy.user_id, row_of(copy))

    def refuse_messages(self, person: str, *, on: bool) -> None:
        (self.refuse_dms.add if on else self.refuse_dms.discard)(person)
        self.store.put("meta", "refuse_dms", sorted(self.refuse_dms))

    def name_installation_in_views(self, *, on: bool) -> None:
        self.views_name_installation = on
        self.store.put("meta", "views_name_installation", on)

    def mark_read(self, person: str, channel: str) -> None:
        self._keep_read(person, channel, next(reversed(self.messages[channel]), "0"))

    def _keep_read(self, person: str, channel: str, newest: str) -> None:
        self.read[f"{person} {channel}"] = newest
        self.store.put("read", f"{person} {channel}", newest)

    def next_ts(self) -> str:
        """A message's ts: sandbox time in microseconds, never twice the same."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # What is asked of it.

    @property
    def app_user(self) -> str:
        """The bot user of the copy that the world began with."""
        return self.cast.app.user_id

    def copy_of(self, person: str) -> Copy | None:
        """The copy that the person's own workspace has installed."""
        return self.copy_at(self.people[person].team_id)

    def copy_at(self, team_id: str) -> Copy | None:
        return next((one for one in self.copies.values() if one.serves(team_id)), None)

    def copies_in(self, channel: Channel) -> list[Copy]:
        """In the order in which they joined."""
        there = [self.copies[one] for one in channel.member_ids if one in self.copies]
        return [one for one in there if not one.is_gone and self.has_access(one, channel)]

    def has_access(self, copy: Copy, channel: Channel) -> bool:
        """An org-wide copy is where its organisation put it, and nowhere else at home."""
        at_home = [one for one in channel.team_ids if self.is_home(one, copy)]
        return not at_home or bool(set(at_home) & set(copy.workspaces))

    def copy_spoken_of(self, person: str, channel: Channel) -> Copy:
        """Whom a person means by the name of the app: the copy of their workspace, before one of another.

        Slack's client offers them all, and those who are in the channel first.
        """
        own, there = self.copy_of(person), self.copies_in(channel)
        if own is not None and (own in there or not there):
            return own
        return there[0] if there else self.copies[self.app_user]

    def is_home(self, team_id: str, copy: Copy) -> bool:
        """Whether this workspace is the one, or one of the organisation, that installed the copy."""
        if copy.is_enterprise_install:
            return self.teams[team_id].enterprise_id == copy.enterprise_id
        return team_id == copy.team_id

    def name_of(self, place: str) -> str:
        """Of a workspace, or of an organisation."""
        if place in self.teams:
            return self.teams[place].name
        return next(one.enterprise_name for one in self.teams.values() if one.enterprise_id == place)

    def home_of(self, person: str) -> OpenView | None:
        """What their own workspace's copy published for this person; that of another is never shown."""
        own = self.copy_of(person)
        return self.homes.get(f"{person} {own.user_id}") if own is not None else None

    def is_external(self, person: str, copy: Copy) -> bool:
        """Of another workspace than the copy's."""
        return person in self.people and not self.is_home(self.people[person].team_id, copy)

    def is_ext_shared(self, channel: Channel) -> bool:
        """With another company. https://docs.slack.dev/reference/objects/conversation-object"""
        return len(self._organisations(channel)) > 1

    def is_org_shared(self, channel: Channel) -> bool:
        """Among several workspaces of one organisation."""
        return len(self._organisations(channel)) < len(channel.team_ids)

    def _organisations(self, channel: Channel) -> set[str]:
        return {self.teams[one].enterprise_id or one for one in channel.team_ids}

    def shares_a_channel(self, person: str, copy: Copy) -> bool:
        return any(
            copy.user_id in one.member_ids and person in one.member_ids
            for one in self.channels.values()
            if not one.is_dm
        )

    def dm_with(self, person: str, copy: Copy) -> Channel | None:
        return self.channels.get(copy.dm_id(person))

    def open_dm(self, person: str, copy: Copy) -> Channel:
        """The conversation of this person with the copy; made at the first use."""
        found = self.dm_with(person, copy)
        if found is None:
            found = Channel(
                id=copy.dm_id(person),
                name="directmessage",
                team_ids=[self.people[person].team_id],
                member_ids=[person, copy.user_id],
                is_private=True,
                with_user=person,
                created=int(self.clock.now()),
            )
            self.keep_channel(found)
        return found

    def top_view(self, person: str) -> OpenView | None:
        stack = self.stacks.get(person)
        return stack[-1] if stack else None

    def find_view(self, view_id: str = "", external_id: str = "", copy: str = "") -> OpenView | None:
        """An open modal; one of this copy's, where it is asked for by its `external_id`."""
        for stack in self.stacks.values():
            for view in stack:
                is_called_so = external_id and view.copy == copy and view.body["external_id"] == external_id
                if view.id == view_id or is_called_so:
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
