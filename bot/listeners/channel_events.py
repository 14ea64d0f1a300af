"""What happens to a channel as a whole. That it is renamed is not listened to: no name of one is kept.

An event is not all that tells of it: see `bot.use_cases.freezing`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import BoltContext

from bot.desk import AlreadyCarriedOut, Desk
from bot.listeners.keys import event_key
from bot.use_cases import channels
from bot.use_cases.channels import Happened
from plan.standing import Still

Event = Mapping[str, Any]


def archived(happened: Happened, _event: Event) -> None:
    """https://docs.slack.dev/reference/events/channel_archive, …/group_archive"""
    channels.stop(happened, Still.ARCHIVED)


def unarchived(happened: Happened, _event: Event) -> None:
    """https://docs.slack.dev/reference/events/channel_unarchive, …/group_unarchive"""
    channels.come_back(happened)


def deleted(happened: Happened, _event: Event) -> None:
    """https://docs.slack.dev/reference/events/channel_deleted, …/group_deleted"""
    channels.stop(happened, Still.DELETED)


def left(happened: Happened, _event: Event) -> None:
    """To the copy of Tandem that was taken out: "sometimes", where member_left_channel says it too.

    https://docs.slack.dev/reference/events/channel_left, …/group_left
    """
    channels.tandem_left(happened, happened.bot_user_id)


def id_changed(happened: Happened, event: Event) -> None:
    """When a private channel begins to be shared. https://docs.slack.dev/reference/events/channel_id_changed"""
    channels.follow(happened, event["new_channel_id"])


def shared(happened: Happened, event: Event) -> None:
    """https://docs.slack.dev/reference/events/channel_shared: the id of who joined may start with E"""
    channels.connect(happened, event.get("connected_team_id") or "")


def unshared(happened: Happened, event: Event) -> None:
    """`is_ext_shared`: whether yet another company is in it.

    https://docs.slack.dev/reference/events/channel_unshared
    """
    channels.disconnect(happened, is_ext_shared=bool(event.get("is_ext_shared")))


HANDLERS: Mapping[str, Callable[[Happened, Event], None]] = {
    "channel_archive": archived,
    "group_archive": archived,
    "channel_unarchive": unarchived,
    "group_unarchive": unarchived,
    "channel_deleted": deleted,
    "group_deleted": deleted,
    "channel_left": left,
    "group_left": left,
    "channel_id_changed": id_changed,
    "channel_shared": shared,
    "channel_unshared": unshared,
}


class ChannelEvents:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def handle(self, event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        desk = self._desk.at(context)
        where = event.get("channel") or event.get("old_channel_id") or ""
        try:
            with desk.write(event_key(body)) as (session, now, wall):
                happened = Happened(session, where, desk.team_id, desk.bot_user_id, now, wall)
                HANDLERS[event["type"]](happened, event)
        except AlreadyCarriedOut:
            return
