"""conversations.*: https://docs.slack.dev/reference/methods/conversations.info and its neighbours"""

from typing import Any

from sandbox.args import Args
from sandbox.copies import Copy
from sandbox.pages import page_of
from sandbox.places import can_see, direct, is_in, need_scope, posted, readable
from sandbox.refusals import SlackError
from sandbox.shapes import message_shape
from sandbox.small_slack import SmallSlack
from sandbox.world import Channel, Message

KINDS = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


def info(slack: SmallSlack, args: Args) -> dict[str, Any]:
    channel = readable(slack, args.copy, args.required("channel"))
    shape = _shape(slack, args.copy, channel)
    if args.flag("include_num_members"):
        shape["num_members"] = len(channel.member_ids)
    if slack.world.is_ext_shared(channel):
        others = [team for team in channel.team_ids if not slack.world.is_home(team, args.copy)]
        shape["connected_team_ids"] = others  # conversations.list leaves it out
    return {"channel": shape}


def members(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/apis/slack-connect: externals are among them."""
    channel = readable(slack, args.copy, args.required("channel"))
    shown, cursor = page_of(channel.member_ids, args, default=100, most=1000)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def list_all(slack: SmallSlack, args: Args) -> dict[str, Any]:
    return _list(slack, args, only_mine=False)


def list_mine(slack: SmallSlack, args: Args) -> dict[str, Any]:
    return _list(slack, args, only_mine=True)


def _list(slack: SmallSlack, args: Args, *, only_mine: bool) -> dict[str, Any]:
    kinds = args.ids("types") or ["public_channel"]
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise SlackError("invalid_types", provided=unknown)
    for kind in kinds:
        need_scope(slack, args.copy, KINDS[kind])
    found = [one for one in slack.world.channels.values() if _kind(one) in kinds]
    found = [
        one for one in found if is_in(args.copy, one) or (not only_mine and can_see(slack, args.copy, one))
    ]
    if args.flag("exclude_archived"):
        found = [one for one in found if not one.is_archived]
    shown, cursor = page_of(found, args, default=100, most=1000)
    channels = [_shape(slack, args.copy, one) | {"num_members": len(one.member_ids)} for one in shown]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


def _kind(channel: Channel) -> str:
    return "im" if channel.is_dm else "private_channel" if channel.is_private else "public_channel"


def open_dm(slack: SmallSlack, args: Args) -> dict[str, Any]:
    people = args.ids("users")
    if len(people) > 1:
        # A group of both firms cannot be made by an app: https://docs.slack.dev/reference/methods/conversations.open
        need_scope(slack, args.copy, "mpim:write")
        raise SlackError("invalid_user_combination")
    need_scope(slack, args.copy, "im:write")
    if people:
        if people[0] not in slack.world.people:
            raise SlackError("user_not_found")
        if slack.world.people[people[0]].deleted:
            raise SlackError("user_disabled")
        was_open = slack.world.dm_with(people[0], args.copy) is not None
        channel = direct(slack, args.copy, people[0])
        answer: dict[str, Any] = {"channel": {"id": channel.id}}
        if args.flag("return_im"):
            answer = {"channel": _shape(slack, args.copy, channel)}
        return {**answer, "no_op": True, "already_open": True} if was_open else answer
    if not args.has("channel"):
        raise SlackError("users_list_not_supplied")
    found = slack.world.channels.get(args.text("channel"))
    if found is None or found.with_user is None or not is_in(args.copy, found):
        raise SlackError("channel_not_found")
    return {
        "channel": {"id": direct(slack, args.copy, found.with_user).id},
        "no_op": True,
        "already_open": True,
    }


def history(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """With the optional history scope: the newest first, metadata only on request."""
    channel = readable(slack, args.copy, args.required("channel"), "history")
    if not is_in(args.copy, channel):
        raise SlackError("not_in_channel")
    oldest = _moment(args, "oldest", "0", "invalid_ts_oldest")
    latest = _moment(args, "latest", "inf", "invalid_ts_latest")
    every = [one for one in slack.world.messages[channel.id].values() if one.only_for is None]
    found = [one for one in every if not one.is_reply and oldest < float(one.ts) < latest]
    return _messages(slack, list(reversed(found)), args) | {"pin_count": len(channel.pins)}


def replies(slack: SmallSlack, args: Args) -> dict[str, Any]:
    channel = readable(slack, args.copy, args.required("channel"), "history")
    root = posted(slack, channel, args.required("ts"), "thread_not_found")
    following = [one for one in slack.world.replies_to(root) if one.only_for is None]
    return _messages(slack, [root, *following], args)


def _messages(slack: SmallSlack, found: list[Message], args: Args) -> dict[str, Any]:
    shown, cursor = page_of(found, args, default=100, most=999, limit_refusal="invalid_arguments")
    shapes = [message_shape(slack, one, args.copy) for one in shown]
    if not args.flag("include_all_metadata"):
        for shape in shapes:
            shape.pop("metadata", None)
    answer: dict[str, Any] = {"messages": shapes, "has_more": bool(cursor)}
    return answer | {"response_metadata": {"next_cursor": cursor}} if cursor else answer


def _moment(args: Args, name: str, default: str, refusal: str) -> float:
    try:
        return float(args.text(name) or default)
    except ValueError:
        raise SlackError(refusal) from None


def _shape(slack: SmallSlack, copy: Copy, channel: Channel) -> dict[str, Any]:
    """https://docs.slack.dev/reference/objects/conversation-object"""
    if channel.with_user is not None:
        about = {"id": channel.id, "created": channel.created, "is_im": True, "is_archived": False}
        is_gone = slack.world.people[channel.with_user].deleted
        return about | {"user": channel.with_user, "is_org_shared": False, "is_user_deleted": is_gone}
    creator = next(iter(channel.member_ids), "")
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "creator": creator,
        "is_archived": channel.is_archived,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_private": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_general": False,
        "is_member": is_in(copy, channel),
        "is_read_only": False,
        "is_shared": len(channel.team_ids) > 1,
        "is_ext_shared": slack.world.is_ext_shared(channel),
        "is_org_shared": slack.world.is_org_shared(channel),
        "is_pending_ext_shared": bool(channel.pending_team_ids),
        "pending_shared": channel.pending_team_ids,
        "pending_connected_team_ids": channel.pending_team_ids,
        "shared_team_ids": channel.team_ids,
        "internal_team_ids": [one for one in channel.team_ids if slack.world.is_home(one, copy)],
        "conversation_host_id": channel.team_ids[0],
        "context_team_id": copy.place,
        "parent_conversation": None,
        "previous_names": channel.previous_names,
        "unlinked": 0,
        "last_read": "0000000000.000000",
        "locale": "en-GB",
        "topic": {"value": channel.topic, "creator": creator, "last_set": channel.created},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        **({"is_frozen": True, "frozen_reason": channel.frozen_reason} if channel.frozen_reason else {}),
    }
