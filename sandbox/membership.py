"""Who is in a channel, and whether it is still open: the doors, and the client's own commands for them.

The app is told as Slack tells it: https://docs.slack.dev/reference/events/member_joined_channel,
…/member_left_channel, …/channel_left (to the app itself when it is taken out, with `actor_id`) and
…/channel_archive, …/channel_unarchive; of a private channel …/group_left, …/group_archive, …/group_unarchive.
"""

import re
from collections.abc import Callable
from typing import Any

from sandbox.copies import Copy
from sandbox.desk import Call, channel_of, person_of, text_of
from sandbox.payloads import event
from sandbox.refusals import ClientError, MalformedCallError
from sandbox.small_slack import SmallSlack
from sandbox.spreading import listener, source_of, tell_of_membership
from sandbox.typing_words import as_message
from sandbox.world import Channel


def invite(slack: SmallSlack, call: Call) -> Call:
    """A person adds somebody, or the app, to a channel."""
    person = person_of(slack, call)
    channel = _open_channel(slack, call, person)
    user = _newcomer(slack, call, channel)
    if user in channel.member_ids:
        raise ClientError("already_in_channel", "They are in this channel already.")
    with slack.world.changing():
        channel.member_ids.append(user)
        slack.world.keep_channel(channel)
    _tell_of_member(slack, "member_joined_channel", channel, user, inviter=person)
    tell_of_membership(slack, "join", channel, user, inviter=person)
    return {}


def leave(slack: SmallSlack, call: Call) -> Call:
    """A person leaves a channel, or takes somebody, or the app, out of it (`user`)."""
    person = person_of(slack, call)
    channel = _open_channel(slack, call, person)
    user = text_of(call, "user", person)
    if user not in channel.member_ids or channel.is_dm:
        raise ClientError("not_in_channel", "They are not in this channel.")
    with slack.world.changing():
        channel.member_ids.remove(user)
        slack.world.keep_channel(channel)
    _tell_of_member(slack, "member_left_channel", channel, user, inviter=None)
    tell_of_membership(slack, "leave", channel, user, inviter=None)
    if user in slack.world.copies:
        tell(slack, "left", channel, person, {"actor_id": person}, slack.world.copies[user])
    return {}


def archive(slack: SmallSlack, call: Call) -> Call:
    """A person archives a channel, or brings it back (`on`: false)."""
    person = person_of(slack, call)
    channel = channel_of(slack, call, person)
    is_on = call.get("on", True)
    if not isinstance(is_on, bool):
        raise MalformedCallError("“on” must be true or false")
    if channel.is_dm:
        raise ClientError("cant_archive", "A direct message cannot be archived.")
    if channel.is_archived == is_on:
        raise ClientError("already_archived" if is_on else "not_archived", "It is so already.")
    with slack.world.changing():
        channel.is_archived = is_on
        slack.world.keep_channel(channel)
    tell(slack, "archive" if is_on else "unarchive", channel, person, {"user": person})
    return {}


def _open_channel(slack: SmallSlack, call: Call, person: str) -> Channel:
    channel = channel_of(slack, call, person)
    if channel.is_closed:
        raise ClientError("is_archived", "This channel is archived.")
    return channel


def _newcomer(slack: SmallSlack, call: Call, channel: Channel) -> str:
    user, world = text_of(call, "user"), slack.world
    bot = world.copies.get(user)
    if bot is None and user not in world.people:
        raise MalformedCallError(f"nobody here is called {user}")
    homes = bot.workspaces if bot is not None else [world.people[user].team_id]
    if channel.is_dm or not set(homes) & set(channel.team_ids):
        raise ClientError("cant_invite", "Their workspace does not share this channel.")
    if bot is not None and bot.is_gone:
        raise ClientError("user_not_found", "This app is not installed there any more.")
    if user in world.people and world.people[user].deleted:
        raise ClientError("cant_invite", "They are deactivated.")
    is_elsewhere = any(user in one.member_ids for one in world.channels.values() if not one.is_dm)
    if user in world.people and world.people[user].is_ultra_restricted and is_elsewhere:
        # https://slack.com/help/articles/202518103: a single-channel guest is in one channel
        raise ClientError("ura_max_channels", "They are a guest of one channel, and have one.")
    return user


def _tell_of_member(slack: SmallSlack, kind: str, channel: Channel, user: str, inviter: str | None) -> None:
    """The app hears of itself too: Bolt keeps just these two events of what an app did itself."""
    world = slack.world
    gone = [world.copies[user]] if user in world.copies and user not in channel.member_ids else []
    hearer = listener(slack, kind, channel, *gone)
    if hearer is None:
        return
    team = source_of(slack, user)
    inner: dict[str, Any] = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": _team_named(slack, kind, user) or hearer.place,
        "event_ts": world.next_ts(),
    }
    if inviter is not None:
        inner["inviter"] = inviter
    slack.outgoing.event(event(slack, inner, team, channel, hearer))


def _team_named(slack: SmallSlack, kind: str, user: str) -> str | None:
    """Of somebody on Enterprise Grid who leaves it may be the organisation, as it was recorded:
    https://github.com/slackapi/bolt-python/blob/main/tests/slack_bolt/request/test_internals.py
    """
    team = source_of(slack, user)
    home = slack.world.teams[team] if team else None
    if kind == "member_left_channel" and home is not None and home.named_by_enterprise:
        return home.enterprise_id or team
    return team


def tell(
    slack: SmallSlack,
    what: str,
    channel: Channel,
    person: str,
    about: dict[str, Any],
    hearer: Copy | None = None,
) -> None:
    """Of the channel itself, and what a person did with it; to `hearer`, or whichever copy is in there."""
    kind = f"{'group' if channel.is_private else 'channel'}_{what}"
    if hearer is not None and not slack.granted(hearer).hears(
        kind, channel.id, is_private=channel.is_private
    ):
        return
    hearer = hearer or listener(slack, kind, channel)
    if hearer is not None:
        inner = {"type": kind, "channel": channel.id, **about, "event_ts": slack.world.next_ts()}
        slack.outgoing.event(event(slack, inner, source_of(slack, person), channel, hearer))


# What the client does itself, for everybody: https://slack.com/help/articles/201259356
BUILT_IN: dict[str, Callable[[SmallSlack, Call], Call]] = {
    "/invite": invite,
    "/remove": leave,
    "/kick": leave,
    "/leave": leave,
    "/archive": archive,
}


def run_built_in(slack: SmallSlack, person: str, channel: Channel, name: str, words: str) -> Call:
    """`/invite @Tandem`. Raises `ClientError`, also where nobody is meant."""
    call: Call = {"person": person, "channel": channel.id}
    if name in ("/invite", "/remove", "/kick"):
        spoken_of = slack.world.copy_spoken_of(person, channel)
        if name == "/invite":  # the app that their own workspace has, rather than one that is there already
            spoken_of = slack.world.copy_of(person) or spoken_of
        meant = as_message(slack.world, slack.manifest.features.bot_user.display_name, words, spoken_of)
        found = re.fullmatch(r"<@(\w+)>", meant.strip())
        if found is None:
            raise ClientError("user_not_found", f"{name} needs somebody: {name} @name")
        call["user"] = found.group(1)
    return BUILT_IN[name](slack, call)
