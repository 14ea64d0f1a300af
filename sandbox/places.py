"""Which conversation a call means, and whether the app may do that there."""

from sandbox.copies import Copy
from sandbox.refusals import SlackError
from sandbox.small_slack import SmallSlack
from sandbox.world import Channel, Message


def need_scope(slack: SmallSlack, copy: Copy, scope: str) -> None:
    granted = slack.granted(copy)
    if not granted.grants(scope):
        raise SlackError("missing_scope", needed=scope, provided=",".join(granted.scopes))


def is_in(copy: Copy, channel: Channel) -> bool:
    return copy.user_id in channel.member_ids


def can_see(slack: SmallSlack, copy: Copy, channel: Channel) -> bool:
    """Of what it is no member of, a copy sees the public channels of its workspaces."""
    return not channel.is_private and bool(set(copy.workspaces) & set(channel.team_ids))


def visible(slack: SmallSlack, copy: Copy, channel_id: str) -> Channel:
    """A conversation the copy can know of: its own, or a public one of its workspace.

    Raises `SlackError` channel_not_found, and team_access_not_granted where an org-wide copy was taken off:
    https://docs.slack.dev/reference/methods/chat.postMessage
    """
    channel = slack.world.channels.get(channel_id)
    if channel is None:
        raise SlackError("channel_not_found")
    if not (is_in(copy, channel) or can_see(slack, copy, channel)):
        raise SlackError("channel_not_found")
    if not slack.world.has_access(copy, channel):
        raise SlackError("team_access_not_granted")
    return channel


def readable(slack: SmallSlack, copy: Copy, channel_id: str, right: str = "read") -> Channel:
    """The same, with the scope that reading this kind of conversation takes."""
    channel = visible(slack, copy, channel_id)
    kind = "im" if channel.is_dm else "groups" if channel.is_private else "channels"
    need_scope(slack, copy, f"{kind}:{right}")
    return channel


def writable(slack: SmallSlack, copy: Copy, place: str) -> Channel:
    """Where a message goes: a conversation's id, or a person's, whose DM is then opened.

    Raises `SlackError` channel_not_found, not_in_channel, is_archived, messages_tab_disabled.
    """
    person = place if place[:1] in ("U", "W") else visible(slack, copy, place).with_user
    if person is not None:
        if not slack.manifest.has_messages_tab:
            raise SlackError("messages_tab_disabled")
        return direct(slack, copy, person)
    channel = slack.world.channels[place]
    if channel.is_closed:
        raise SlackError("is_archived")
    if not is_in(copy, channel) and not slack.granted(copy).grants("chat:write.public"):
        raise SlackError("not_in_channel")
    return channel


def direct(slack: SmallSlack, copy: Copy, person: str) -> Channel:
    """The DM of a person with the copy.

    https://docs.slack.dev/apis/slack-connect: externals can be written to while they share a channel with
    the app. Where it may not: https://docs.slack.dev/reference/methods/conversations.open, channel_not_found.
    """
    world = slack.world
    if person not in world.people or world.people[person].deleted or person in world.refuse_dms:
        raise SlackError("channel_not_found")
    if world.is_external(person, copy) and not world.shares_a_channel(person, copy):
        raise SlackError("channel_not_found")
    if not world.is_external(person, copy) and world.people[person].team_id not in copy.workspaces:
        raise SlackError("team_access_not_granted")
    with world.changing():
        return world.open_dm(person, copy)


def posted(slack: SmallSlack, channel: Channel, ts: str, missing: str = "message_not_found") -> Message:
    """A message that everybody there sees: an ephemeral one cannot be named by its ts."""
    message = slack.world.messages[channel.id].get(ts)
    if message is None or message.only_for is not None or message.subtype == "tombstone":
        raise SlackError(missing)
    return message
