"""chat.* and pins.*: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours"""

from typing import Any

from sandbox.args import Args
from sandbox.blockkit import BlocksRefusedError, Surface, check_blocks
from sandbox.places import need_scope, posted, visible, writable
from sandbox.refusals import SlackError, invalid_arguments
from sandbox.shapes import message_shape
from sandbox.small_slack import SmallSlack
from sandbox.world import Blocks, Channel, Message

MOST_TEXT = 40_000  # chat.postMessage
MOST_UPDATED_TEXT = 4_000  # chat.update
MOST_PINS = 100


def post_message(slack: SmallSlack, args: Args) -> dict[str, Any]:
    place = args.required("channel")
    text, blocks = content(slack, args, MOST_TEXT)
    metadata = _metadata(args)
    channel = writable(slack, place)
    thread_ts = args.text("thread_ts") or None
    if thread_ts is not None:
        root = posted(slack, channel, thread_ts, "thread_not_found")
        if root.is_reply:
            raise SlackError("cannot_reply_to_message")
    world = slack.world
    with world.changing():
        message = Message(
            ts=world.next_ts(),
            channel=channel.id,
            user=world.app_user,
            text=text,
            is_bot=True,
            blocks=blocks,
            thread_ts=thread_ts,
            metadata=metadata,
            broadcast=args.flag("reply_broadcast"),
        )
        world.keep_message(message)
    return {"channel": channel.id, "ts": message.ts, "message": message_shape(slack, message)}


def post_ephemeral(slack: SmallSlack, args: Args) -> dict[str, Any]:
    place, person = args.required("channel"), args.required("user")
    text, blocks = content(slack, args, MOST_TEXT)
    channel = writable(slack, place)
    if person not in channel.member_ids or person == slack.world.app_user:
        raise SlackError("user_not_in_channel")
    thread_ts = args.text("thread_ts") or None
    if thread_ts is not None:
        posted(slack, channel, thread_ts, "cannot_reply_to_message")
    message = whisper(slack, channel.id, person, text, blocks, thread_ts)
    return {"message_ts": message.ts}


def whisper(
    slack: SmallSlack, channel: str, person: str, text: str, blocks: Blocks | None, thread_ts: str | None
) -> Message:
    """A message of the app that one person sees."""
    world = slack.world
    with world.changing():
        message = Message(
            ts=world.next_ts(),
            channel=channel,
            user=world.app_user,
            text=text,
            is_bot=True,
            blocks=blocks,
            thread_ts=thread_ts,
            only_for=person,
        )
        world.keep_message(message)
    return message


def update(slack: SmallSlack, args: Args) -> dict[str, Any]:
    # https://docs.slack.dev/reference/methods/chat.update: here a DM goes by its own id, not the person's.
    channel = visible(slack, args.required("channel"))
    ts = args.required("ts")
    text, blocks = content(slack, args, MOST_UPDATED_TEXT)
    metadata = _metadata(args)
    if channel.is_archived:
        raise SlackError("is_inactive")
    message = posted(slack, channel, ts)
    if not message.is_bot:
        raise SlackError("cant_update_message")
    world = slack.world
    with world.changing():
        message.text, message.blocks = text, blocks
        # The same page: "edited" shows on a message of text only, not on one drawn from blocks.
        message.edited_ts = world.next_ts() if blocks is None else None
        if metadata is not None:
            message.metadata = metadata or None
        world.keep_message(message)
    return {"channel": channel.id, "ts": ts, "text": text, "message": message_shape(slack, message)}


def delete(slack: SmallSlack, args: Args) -> dict[str, Any]:
    channel = visible(slack, args.required("channel"))
    message = posted(slack, channel, args.required("ts"))
    if not message.is_bot:
        raise SlackError("cant_delete_message")
    remove(slack, message)
    return {"channel": channel.id, "ts": message.ts}


def remove(slack: SmallSlack, message: Message) -> None:
    """Take a message away; where it has replies a mark stays in its place."""
    world = slack.world
    channel = world.channels[message.channel]
    with world.changing():
        if message.ts in channel.pins:
            channel.pins.remove(message.ts)
            world.keep_channel(channel)
        if world.replies_to(message):
            message.subtype, message.text = "tombstone", "This message was deleted."
            message.blocks = message.metadata = message.edited_ts = None
            world.keep_message(message)
        else:
            world.forget_message(message)


def get_permalink(slack: SmallSlack, args: Args) -> dict[str, Any]:
    channel = visible(slack, args.required("channel"))
    message = posted(slack, channel, args.required("message_ts"))
    link = f"{slack.origin}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def pins_add(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/pins.add"""
    channel, message = _pinnable(slack, args, "not_in_channel")
    if message.ts in channel.pins:
        raise SlackError("already_pinned")
    if len(channel.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    with slack.world.changing():
        channel.pins.insert(0, message.ts)
        slack.world.keep_channel(channel)
    return {}


def pins_remove(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """https://docs.slack.dev/reference/methods/pins.remove knows no not_in_channel."""
    channel, message = _pinnable(slack, args, "restricted_action")
    if message.ts not in channel.pins:
        raise SlackError("no_pin")
    with slack.world.changing():
        channel.pins.remove(message.ts)
        slack.world.keep_channel(channel)
    return {}


def _pinnable(slack: SmallSlack, args: Args, outside: str) -> tuple[Channel, Message]:
    """Raises `SlackError`, with the code `outside` where the app is no member."""
    if not args.has("channel"):
        raise SlackError("channel_not_found")
    channel = visible(slack, args.text("channel"))
    if not slack.world.app_is_in(channel):
        raise SlackError(outside)
    if channel.is_archived:  # of what both pages list, this is what fits: they have no is_archived
        raise SlackError("restricted_action")
    if not args.has("timestamp"):
        raise SlackError("no_item_specified")
    return channel, posted(slack, channel, args.text("timestamp"))


def content(slack: SmallSlack, args: Args, most: int) -> tuple[str, Blocks | None]:
    """The text and the blocks of a message, checked. Raises `SlackError`."""
    if args.has("attachments"):
        raise invalid_arguments("attachments are not drawn here, use blocks [json-pointer:/attachments]")
    if args.has("username") or args.has("icon_url") or args.has("icon_emoji"):
        need_scope(slack, "chat:write.customize")
    text = args.text("text")
    raw = args.data("blocks", SlackError("invalid_blocks_format"))
    if raw is not None and not isinstance(raw, list):
        raise SlackError("invalid_blocks_format")
    if not raw and not text.strip():
        raise SlackError("no_text")
    if len(text) > most:
        raise SlackError("msg_too_long")
    try:
        blocks = check_blocks(raw, Surface.MESSAGE) if raw else None
    except BlocksRefusedError as error:
        raise SlackError(
            "invalid_blocks", errors=error.messages, response_metadata={"messages": error.messages}
        ) from None
    return text, blocks


def _metadata(args: Args) -> dict[str, Any] | None:
    """https://docs.slack.dev/messaging/message-metadata. An empty object takes the metadata away."""
    metadata = args.data("metadata", SlackError("invalid_metadata_format"))
    if metadata is None or metadata == {}:
        return {} if metadata == {} else None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    is_right = isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if not is_right or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_schema")
    return metadata
