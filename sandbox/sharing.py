"""What becomes of a channel: shared with another workspace, cut off from it, renamed, deleted.

https://docs.slack.dev/apis/slack-connect says how ids change on the way: "the moment a channel share is
initiated" the id of a private channel begins with C, and after an unshare "the channel in the disconnected
workspace will be assigned a new ID, while the host workspace keeps the original". The events:
https://docs.slack.dev/reference/events/channel_shared, …/channel_unshared, …/channel_id_changed,
…/channel_rename, …/group_rename, …/channel_deleted, …/group_deleted. What the doors refuse is the sandbox's
own, but for `cannot_kick_team` and `cannot_kick_home_team` of
https://docs.slack.dev/reference/methods/admin.conversations.disconnectShared
"""

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

from sandbox.copies import Copy
from sandbox.desk import Call, channel_of, person_of, text_of
from sandbox.membership import tell
from sandbox.payloads import event
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack
from sandbox.spreading import listener, source_of
from sandbox.world import Channel


def share(slack: SmallSlack, call: Call) -> Call:
    """The door: a person shares a channel with the workspace `team`; `accept` false: it has yet to accept.

    Answers with the channel's id, which may be another than before.
    """
    person, channel, team = _meant(slack, call)
    is_accepted = call.get("accept", True)
    if not isinstance(is_accepted, bool):
        raise MalformedCallError("“accept” must be true or false")
    if team in channel.team_ids:
        raise ClientError("already_shared", "This channel is shared with them already.")
    if channel.is_closed:
        raise ClientError("is_archived", "This channel is archived.")
    if channel.id.startswith("G"):
        _begin_with_c(slack, channel, person)
    with slack.world.changing():
        if team not in channel.pending_team_ids:
            channel.pending_team_ids.append(team)
        if is_accepted:
            channel.pending_team_ids.remove(team)
            channel.team_ids.append(team)
        slack.world.keep_channel(channel)
    if is_accepted:
        about = {"connected_team_id": _organisation(slack, team), "channel": channel.id}
        _tell_of_share(slack, "channel_shared", channel, person, about)
    return {"channel": channel.id}


def _begin_with_c(slack: SmallSlack, channel: Channel, person: str) -> None:
    old, new = channel.id, f"C{channel.id[1:]}"
    while new in slack.world.channels:
        new += "X"
    with slack.world.changing():
        slack.world.give_id(channel, new)
    about = {"old_channel_id": old, "new_channel_id": new}
    _tell_of_share(slack, "channel_id_changed", channel, person, about)


def unshare(slack: SmallSlack, call: Call) -> Call:
    """The door: a person ends the connection of a channel with the workspace `team`, which is not its host.

    Answers with the id that it has there from now on, frozen: it can be read, and nothing can be said in it.
    The first of its teams is a channel's host.
    """
    person, channel, team = _meant(slack, call)
    host, own = channel.team_ids[0], slack.world.people[person].team_id
    if team not in channel.team_ids:
        raise ClientError("leaving_team_not_in_channel", "This channel is not shared with them.")
    if team == host:
        raise ClientError("cannot_kick_home_team", "The channel is theirs.")
    if own not in (host, team):
        raise ClientError("cannot_kick_team", "Only the workspace that the channel belongs to may do this.")
    with slack.world.changing():
        severed = _sever(slack, channel, team)
    # No page says what the disconnected side is told. Here it is told of the id it knows, by which it finds
    # nothing any more.
    for there, lost in ((channel, team), (severed, host)):
        about: dict[str, Any] = {"previously_connected_team_id": _organisation(slack, lost)}
        about |= {"channel": channel.id, "is_ext_shared": slack.world.is_ext_shared(there)}
        _tell_of_share(slack, "channel_unshared", there, person, about)
    return {"channel": severed.id}


def _organisation(slack: SmallSlack, team: str) -> str:
    """By which id an event names another firm: "this ID may start with E", and here of a Grid always does.

    https://docs.slack.dev/reference/events/channel_shared
    """
    return slack.world.teams[team].enterprise_id or team


def _sever(slack: SmallSlack, channel: Channel, team: str) -> Channel:
    """The disconnected workspace keeps a frozen channel of its own, with all that was said."""
    world = slack.world
    leaving = [one for one in channel.member_ids if team in _workspaces(slack, one)]
    new = f"C{channel.id[1:]}{team[1:].removeprefix('0')}"
    while new in world.channels:
        new += "X"
    severed = replace(
        channel, id=new, team_ids=[team], member_ids=leaving, pins=list(channel.pins), pending_team_ids=[]
    )
    severed.frozen_reason = "connection_severed"
    world.keep_channel(severed)
    for message in world.messages[channel.id].values():
        world.keep_message(deepcopy(replace(message, channel=new)))
    channel.team_ids.remove(team)
    channel.member_ids[:] = [one for one in channel.member_ids if one not in leaving]
    world.keep_channel(channel)
    return severed


def _workspaces(slack: SmallSlack, user: str) -> list[str]:
    world = slack.world
    return world.copies[user].workspaces if user in world.copies else [world.people[user].team_id]


def rename(slack: SmallSlack, call: Call) -> Call:
    """The door: a person renames a channel. Here it is called the same in every workspace."""
    person = person_of(slack, call)
    channel, name = channel_of(slack, call, person), text_of(call, "name")
    if channel.is_dm or not re.fullmatch(r"[\w-]{1,80}", name) or name != name.lower():
        raise ClientError("invalid_name", "Names are of small letters, digits, hyphens and underscores.")
    others = [one for one in slack.world.channels.values() if one is not channel and one.name == name]
    if any(set(one.team_ids) & set(channel.team_ids) for one in others):
        raise ClientError("name_taken", f"There is a channel {name} already.")
    with slack.world.changing():
        channel.previous_names.insert(0, channel.name)
        channel.name = name
        slack.world.keep_channel(channel)
    about = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    tell(slack, "rename", channel, person, {"channel": {**about, "is_channel": not channel.is_private}})
    return {}


def delete(slack: SmallSlack, call: Call) -> Call:
    """The door: a person deletes a channel with all that was said in it."""
    person = person_of(slack, call)
    channel = channel_of(slack, call, person)
    if channel.is_dm:
        raise ClientError("cant_delete", "A direct message cannot be deleted.")
    tell(slack, "deleted", channel, person, {"actor_id": person})
    with slack.world.changing():
        slack.world.forget_channel(channel)
    return {}


def _meant(slack: SmallSlack, call: Call) -> tuple[str, Channel, str]:
    person, team = person_of(slack, call), text_of(call, "team")
    channel = channel_of(slack, call, person)
    if team not in slack.world.teams:
        raise MalformedCallError(f"there is no workspace {team}")
    if channel.is_dm:
        raise ClientError("channel_type_not_supported", "A direct message is shared with nobody.")
    return person, channel, team


def _tell_of_share(
    slack: SmallSlack, kind: str, channel: Channel, person: str, about: dict[str, Any]
) -> None:
    hearer: Copy | None = listener(slack, kind, channel)
    if hearer is not None:
        inner = {"type": kind, **about, "event_ts": slack.world.next_ts()}
        slack.outgoing.event(event(slack, inner, source_of(slack, person), channel, hearer))
