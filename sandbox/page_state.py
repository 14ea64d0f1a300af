"""What one person sees: their conversations, the open one, and the modals in front of them."""

from collections import defaultdict
from typing import Any

from sandbox import files
from sandbox.home import has_home, home_of
from sandbox.pressing import shortcuts_for
from sandbox.refusals import MalformedCallError
from sandbox.small_slack import SmallSlack
from sandbox.talking import can_write
from sandbox.world import Channel, Message, OpenView


def page_state(slack: SmallSlack, person: str, channel_id: str) -> dict[str, Any]:
    """Without a `channel_id` the first of their conversations is open, if they have any.

    Raises `MalformedCallError` for a person or a conversation that does not exist for them.
    """
    world = slack.world
    with world.changed:
        if person not in world.people:
            raise MalformedCallError(f"nobody here is called {person}")
        mine = [one for one in world.channels.values() if person in one.member_ids]
        open_one = next((one for one in mine if channel_id in ("", one.id)), None)
        if channel_id and open_one is None:
            raise MalformedCallError(f"{person} is not in {channel_id}")
        return {
            "revision": world.revision,
            "now": world.clock.now(),
            "person": _me(slack, person),
            "people": _people(slack, person),
            "teams": {
                one.id: {"id": one.id, "name": one.name, "color": one.color} for one in world.teams.values()
            },
            "channels": [_tab(slack, one, person) for one in mine],
            "channel": _conversation(slack, open_one, person) if open_one else NOWHERE,
            "views": [_view(one) for one in world.stacks.get(person, [])],
            "home": _home(slack, person),
            "commands": _commands(slack, person),
            "shortcuts": [
                {"callback_id": one.callback_id, "name": one.name, "description": one.description}
                for one in shortcuts_for(slack, person)
            ],
            "stories": slack.player.offers() if slack.player else [],
            "story": slack.player.shown() if slack.player else None,
            "switches": {"refuse_dms": sorted(world.refuse_dms)},
        }


# What is open for somebody who was taken out of everything.
NOWHERE = {"id": "", "name": "", "kind": "none", "topic": "", "pins": [], "member_ids": [], "messages": []}


def person_card(slack: SmallSlack, person: str) -> dict[str, Any]:
    """Who sits in a pane, for the page before any script runs."""
    one = slack.world.people[person]
    return {
        "id": one.id,
        "name": one.name,
        "title": one.title,
        "team_name": slack.world.teams[one.team_id].name,
    }


def _me(slack: SmallSlack, person: str) -> dict[str, Any]:
    one = slack.world.people[person]
    return {
        **person_card(slack, person),
        "team_id": one.team_id,
        "tz": one.tz,
        "has_app": slack.world.copy_of(person) is not None,
    }


def _people(slack: SmallSlack, viewer: str) -> dict[str, Any]:
    world, app = slack.world, slack.world.cast.app
    my_team = world.people[viewer].team_id
    people = {
        one.id: {
            "id": one.id,
            "name": one.name,
            "title": one.title,
            "team_id": one.team_id,
            "team_name": world.teams[one.team_id].name,
            "is_bot": False,
            "is_external": one.team_id != my_team,
            "is_deactivated": one.deleted,
            "initials": one.initials,
            "color": one.color,
        }
        for one in world.people.values()
    }
    name = slack.manifest.features.bot_user.display_name
    for copy in world.copies.values():
        people[copy.user_id] = {
            "id": copy.user_id,
            "name": name,
            "title": "App",
            "team_id": copy.place,
            "team_name": world.name_of(copy.place),
            "is_bot": True,
            "is_external": not world.is_home(my_team, copy),
            "is_deactivated": copy.is_gone,
            "initials": name[:1].upper(),
            "color": app.color,
        }
    return people


def _tab(slack: SmallSlack, channel: Channel, person: str) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": slack.manifest.features.bot_user.display_name if channel.is_dm else channel.name,
        "kind": "dm" if channel.is_dm else "channel",
        "is_ext_shared": slack.world.is_ext_shared(channel),
        "is_archived": channel.is_closed,
        "unread": _unread(slack, channel, person),
        "with": channel.member_ids[1] if channel.is_dm else None,
        "can_write": can_write(slack, channel),
    }


def _unread(slack: SmallSlack, channel: Channel, person: str) -> int:
    """New messages for this person; replies in a thread do not light up a channel."""
    last = slack.world.read.get(f"{person} {channel.id}", "0")
    count = 0
    for message in reversed(slack.world.messages[channel.id].values()):
        if message.ts <= last:
            break
        if message.user != person and _is_for(message, person) and not message.is_reply:
            count += 1
    return count


def _is_for(message: Message, person: str) -> bool:
    return message.only_for in (None, person)


def _conversation(slack: SmallSlack, channel: Channel, person: str) -> dict[str, Any]:
    replies: dict[str, list[Message]] = defaultdict(list)
    roots = []
    for message in slack.world.messages[channel.id].values():
        if _is_for(message, person):
            if message.is_reply and message.thread_ts in slack.world.messages[channel.id]:
                replies[str(message.thread_ts)].append(message)
            if not message.is_reply or message.broadcast:
                roots.append(message)
    pins = set(channel.pins)
    return {
        "id": channel.id,
        "name": slack.manifest.features.bot_user.display_name if channel.is_dm else channel.name,
        "kind": "dm" if channel.is_dm else "channel",
        "topic": channel.topic,
        "pins": channel.pins,
        "member_ids": channel.member_ids,
        "messages": [
            _message(slack, one, pins)
            | {"replies": [_message(slack, reply, pins) for reply in replies[one.ts]]}
            for one in roots
        ],
    }


def _message(slack: SmallSlack, message: Message, pins: set[str]) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "bot": message.is_bot,
        "text": message.text,
        "blocks": message.blocks,
        "edited_ts": message.edited_ts,
        "ephemeral": message.only_for is not None,
        "pinned": message.ts in pins,
        "replies": [],
        "subtype": message.subtype,
        "files": files.shown(slack, message.files),
    }


def _view(view: OpenView) -> dict[str, Any]:
    said = {name: (view.body[name] or {}).get("text") for name in ("title", "submit", "close")}
    return {
        "id": view.id,
        "hash": view.hash,
        "callback_id": view.body["callback_id"],
        **said,
        "blocks": view.body["blocks"],
        "values": view.values,
        "errors": view.errors,
        "busy": view.is_busy,
    }


def _home(slack: SmallSlack, person: str) -> dict[str, Any] | None:
    """The app's Home tab: none for people of other workspaces. Its conversation may not be open yet."""
    if not has_home(slack, person):
        return None
    home, own = home_of(slack, person), slack.world.copy_of(person)
    return {
        "channel": own.dm_id(person) if own is not None else None,
        "view": _view(home) if home is not None else None,
    }


def _commands(slack: SmallSlack, person: str) -> list[dict[str, str]]:
    """Commands are there for people of the workspace that installed the app, and for nobody else."""
    own = slack.world.copy_of(person)
    if own is None:
        return []
    return [
        {"command": one.command, "usage_hint": one.usage_hint, "description": one.description}
        for one in slack.granted(own).commands
    ]
