"""Who hears of a message: of all copies of the app in a conversation one, the last that joined it.

"The context object always shows the … team that joined the slack_connect channel LAST … no matter which team
sent the message, or who was '@mentioned'": https://github.com/slackapi/bolt-js/issues/2008. And one delivery
for all of them: "No duplicated event triggering between shared channels",
https://docs.slack.dev/apis/slack-connect
"""

import json
from typing import Any

from sandbox.copies import Copy
from sandbox.payloads import event
from sandbox.shapes import message_shape
from sandbox.small_slack import SmallSlack
from sandbox.world import Channel, Message


def listener(slack: SmallSlack, name: str, channel: Channel, *besides: Copy) -> Copy | None:
    """The copy that an event of a conversation goes to; `besides`: copies that were in it a moment ago."""
    there = [*besides, *slack.world.copies_in(channel)]
    heard = [
        one for one in there if slack.granted(one).hears(name, channel.id, is_private=channel.is_private)
    ]
    return heard[-1] if heard else None


def tell_of_message(slack: SmallSlack, channel: Channel, message: Message) -> None:
    """`app_mention` and `message`, as far as a copy is there, asked for them and may have them.

    A mention by one copy of another is one, too, with `bot_id` and `app_id`; of itself none.
    """
    hearer = listener(slack, "app_mention", channel)
    if hearer is not None and _mentions(slack, channel, message):
        _send(
            slack, channel, message, hearer, {**_told(slack, channel, message, hearer), "type": "app_mention"}
        )
    hearer = _hearer(slack, channel)
    if hearer is not None:
        about = {"channel_type": _kind(channel)}
        _send(slack, channel, message, hearer, {**_told(slack, channel, message, hearer), **about})


def before_change(slack: SmallSlack, channel: Channel, message: Message) -> dict[str, Any] | None:
    """The message as it is now, where a copy would hear that it changed."""
    hearer = _hearer(slack, channel)
    return message_shape(slack, message, hearer) if hearer is not None and not message.only_for else None


def tell_of_change(
    slack: SmallSlack, channel: Channel, message: Message, before: dict[str, Any] | None
) -> None:
    """https://docs.slack.dev/reference/events/message/message_changed"""
    hearer = _hearer(slack, channel)
    if hearer is not None and before is not None:
        about = {"message": message_shape(slack, message, hearer), "previous_message": before}
        _send_hidden(slack, channel, message, hearer, "message_changed", about)


def tell_of_removal(slack: SmallSlack, channel: Channel, message: Message) -> None:
    """To be told before it is gone: https://docs.slack.dev/reference/events/message/message_deleted"""
    hearer, before = _hearer(slack, channel), before_change(slack, channel, message)
    if hearer is not None and before is not None:
        about: dict[str, Any] = {"deleted_ts": message.ts, "previous_message": before}
        _send_hidden(slack, channel, message, hearer, "message_deleted", about)


def tell_of_membership(
    slack: SmallSlack, kind: str, channel: Channel, user: str, inviter: str | None
) -> None:
    """That somebody came or went is a message, too, where messages are heard; here in no history, on no page.

    https://docs.slack.dev/reference/events/message/channel_join ("sometimes withheld", never here),
    …/channel_leave, and of a private channel …/group_join, …/group_leave. `kind`: join or leave.
    """
    hearer = _hearer(slack, channel)
    if hearer is None:
        return
    ts, source = slack.world.next_ts(), source_of(slack, user)
    inner: dict[str, Any] = {
        "type": "message",
        "subtype": f"{_kind(channel)}_{kind}",
        "ts": ts,
        "user": user,
        "text": f"<@{user}> has {'joined' if kind == 'join' else 'left'} the channel",
        "team": source or hearer.place,
        "channel": channel.id,
        "event_ts": ts,
        "channel_type": _kind(channel),
        **({} if inviter is None else {"inviter": inviter}),
    }
    slack.outgoing.event(event(slack, inner, source, channel, hearer))


def source_of(slack: SmallSlack, user: str) -> str | None:
    """The workspace that somebody, or a copy of the app, belongs to. None: a whole organisation."""
    world = slack.world
    return world.people[user].team_id if user in world.people else world.copies[user].team_id or None


def _mentions(slack: SmallSlack, channel: Channel, message: Message) -> bool:
    said = json.dumps(message.blocks) if message.blocks else message.text
    others = [one.user_id for one in slack.world.copies_in(channel) if one.user_id != message.user]
    return any(f"<@{one}>" in said or f'"user_id": "{one}"' in said for one in others)


def _told(slack: SmallSlack, channel: Channel, message: Message, hearer: Copy) -> dict[str, Any]:
    shape = message_shape(slack, message, hearer)
    shape.pop("metadata", None)  # only to who subscribes to it
    return {**shape, "channel": channel.id, "event_ts": message.ts}


def _hearer(slack: SmallSlack, channel: Channel) -> Copy | None:
    return listener(slack, f"message.{_kind(channel)}" + ("" if channel.is_dm else "s"), channel)


def _kind(channel: Channel) -> str:
    return "im" if channel.is_dm else "group" if channel.is_private else "channel"


def _send_hidden(
    slack: SmallSlack, channel: Channel, message: Message, hearer: Copy, subtype: str, about: dict[str, Any]
) -> None:
    ts = slack.world.next_ts()
    inner = {
        "type": "message",
        "subtype": subtype,
        **about,
        "channel": channel.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": _kind(channel),
    }
    _send(slack, channel, message, hearer, inner)


def _send(slack: SmallSlack, channel: Channel, message: Message, hearer: Copy, inner: dict[str, Any]) -> None:
    slack.outgoing.event(event(slack, inner, source_of(slack, message.user), channel, hearer))
