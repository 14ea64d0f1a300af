"""Which conversation a call means, and whether the app may do that there."""

from sandbox.refusals import SlackError
from sandbox.small_slack import SmallSlack
from sandbox.world import Channel, Message


def need_scope(slack: SmallSlack, scope: str) -> None:
    if not slack.manifest.grants(scope):
        raise SlackError("missing_scope", needed=scope, provided=",".join(slack.manifest.scopes))


def visible(slack: SmallSlack, channel_id: str) -> Channel:
    """A conversation the app can know of: its own, or a public one of its workspace.

    Raises `SlackError` channel_not_found.
    """
    channel = slack.world.channels.get(channel_id)
    if channel is None:
        raise SlackError("channel_not_found")
    is_ours = slack.world.home_team in channel.team_ids and not channel.is_private
    if not (slack.world.app_is_in(channel) or is_ours):
        raise SlackError("channel_not_found")
    return channel


def readable(slack: SmallSlack, channel_id: str, right: str = "read") -> Channel:
    """The same, with the scope that reading this kind of conversation takes."""
    channel = visible(slack, channel_id)
    kind = "im" if channel.is_dm else "groups" if channel.is_private else "channels"
    need_scope(slack, f"{kind}:{right}")
    return channel


def writable(slack: SmallSlack, place: str) -> Channel:
    """Where a message goes: a conversation's id, or a person's, whose DM is then opened.

    Raises `SlackError` channel_not_found, not_in_channel, is_archived, messages_tab_disabled.
    """
    person = place if place[:1] in ("U", "W") else visible(slack, place).with_user
    if person is not None:
        if not slack.manifest.has_messages_tab:
            raise SlackError("messages_tab_disabled")
        return direct(slack, person)
    channel = slack.world.channels[place]
    if channel.is_archived:
        raise SlackError("is_archived")
    if not slack.world.app_is_in(channel) and not slack.manifest.grants("chat:write.public"):
        raise SlackError("not_in_channel")
    return channel


def direct(slack: SmallSlack, person: str) -> Channel:
    """The DM of a person with the app.

    https://docs.slack.dev/apis/slack-connect: externals can be written to while they share a channel with
    the app. Where it may not: https://docs.slack.dev/reference/methods/conversations.open, channel_not_found.
    """
    world = slack.world
    if person not in world.people or world.people[person].deleted or person in world.refuse_dms:
        raise SlackError("channel_not_found")
    if world.is_external(person) and not world.shares_a_channel_with_app(person):
        raise SlackError("channel_not_found")
    with world.changing():
        return world.open_dm(person)


def posted(slack: SmallSlack, channel: Channel, ts: str, missing: str = "message_not_found") -> Message:
    """A message that everybody there sees: an ephemeral one cannot be named by its ts."""
    message = slack.world.messages[channel.id].get(ts)
    if message is None or message.only_for is not None or message.subtype == "tombstone":
        raise SlackError(missing)
    return message
