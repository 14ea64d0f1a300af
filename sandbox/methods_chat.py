"""chat.* and pins.*: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours"""

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.args import Args
from sandbox.blockkit import MOST_CHARACTERS, BlocksRefusedError, Surface, characters, check_blocks
from sandbox.copies import Copy
from sandbox.places import is_in, need_scope, posted, visible, writable
from sandbox.refusals import SlackError, invalid_arguments
from sandbox.shapes import message_shape
from sandbox.small_slack import SmallSlack
from sandbox.spreading import before_change, tell_of_change, tell_of_message, tell_of_removal
from sandbox.world import Blocks, Channel, Message

MOST_PINS = 100
# No page says how large `metadata` may be, only that there is a limit (metadata_too_large). This one is ours.
MOST_METADATA = 8_000  # bytes of JSON


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a message a method takes: so many characters or bytes of `text`, and `MOST_CHARACTERS` in
    its blocks, over which it answers `blocks_too_long`.
    """

    text: int
    in_bytes: bool = False
    blocks_too_long: str = "msg_blocks_too_long"


POSTED = Room(40_000)  # https://docs.slack.dev/reference/methods/chat.postMessage
# Of what the pages of the next two list, msg_too_long is what fits blocks that are too long.
WHISPERED = Room(40_000, blocks_too_long="msg_too_long")
# https://docs.slack.dev/reference/methods/chat.update says 4,000 characters. Whoever tried counted bytes:
# https://github.com/openclaw/openclaw/pull/115027, where 4,000 of them passed and 4,002 did not.
UPDATED = Room(4_000, in_bytes=True, blocks_too_long="msg_too_long")


def post_message(slack: SmallSlack, args: Args) -> dict[str, Any]:
    place = args.required("channel")
    text, blocks = content(slack, args, POSTED)
    metadata = _metadata(args)
    channel = writable(slack, args.copy, place)
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
            user=args.copy.user_id,
            text=text,
            is_bot=True,
            blocks=blocks,
            thread_ts=thread_ts,
            metadata=metadata,
            broadcast=args.flag("reply_broadcast"),
        )
        world.keep_message(message)
    tell_of_message(slack, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": message_shape(slack, message, args.copy)}


def post_ephemeral(slack: SmallSlack, args: Args) -> dict[str, Any]:
    place, person = args.required("channel"), args.required("user")
    text, blocks = content(slack, args, WHISPERED)
    channel = writable(slack, args.copy, place)
    if person not in channel.member_ids or person in slack.world.copies:
        raise SlackError("user_not_in_channel")
    thread_ts = args.text("thread_ts") or None
    if thread_ts is not None and posted(slack, channel, thread_ts, "cannot_reply_to_message").is_reply:
        raise SlackError("cannot_reply_to_message")
    message = whisper(slack, args.copy, channel.id, person, text, blocks, thread_ts)
    return {"message_ts": message.ts}


def whisper(
    slack: SmallSlack,
    copy: Copy,
    channel: str,
    person: str,
    text: str,
    blocks: Blocks | None,
    thread_ts: str | None,
) -> Message:
    """A message of the copy that one person sees.

    In a thread without replies not even that one: https://docs.slack.dev/reference/methods/chat.postEphemeral,
    "only shown if there is already an active thread".
    """
    world = slack.world
    root = world.messages[channel].get(thread_ts or "")
    is_shown = root is None or bool(world.replies_to(root))
    with world.changing():
        message = Message(
            ts=world.next_ts(),
            channel=channel,
            user=copy.user_id,
            text=text,
            is_bot=True,
            blocks=blocks,
            thread_ts=thread_ts,
            only_for=person,
        )
        if is_shown:
            world.keep_message(message)
    return message


def update(slack: SmallSlack, args: Args) -> dict[str, Any]:
    # https://docs.slack.dev/reference/methods/chat.update: here a DM goes by its own id, not the person's.
    channel = visible(slack, args.copy, args.required("channel"))
    ts = args.required("ts")
    metadata = _metadata(args)
    # The same page: without `text` and `blocks` the message keeps its own, so that metadata alone can change.
    says_anything = any(args.has(one) for one in ("text", "blocks", "attachments"))
    keeps_its_words = metadata is not None and not says_anything
    text, blocks = ("", None) if keeps_its_words else content(slack, args, UPDATED)
    if channel.is_closed:
        raise SlackError("is_inactive")
    message = posted(slack, channel, ts)
    if message.user != args.copy.user_id:  # another copy of the same app is somebody else
        raise SlackError("cant_update_message")
    if blocks is not None and _has_rich_text(message.blocks) and not _has_rich_text(blocks):
        raise SlackError("block_mismatch")
    world, before = slack.world, before_change(slack, channel, message)
    with world.changing():
        if not keeps_its_words:
            message.text, message.blocks = text, blocks
            # The same page: "edited" shows on a message of text only, not on one drawn from blocks.
            message.edited_ts = world.next_ts() if blocks is None else None
        if metadata is not None:
            message.metadata = metadata or None
        world.keep_message(message)
    tell_of_change(slack, channel, message, before)
    shape = message_shape(slack, message, args.copy)
    return {"channel": channel.id, "ts": ts, "text": message.text, "message": shape}


def _has_rich_text(blocks: Blocks | None) -> bool:
    return any(block["type"] == "rich_text" for block in blocks or [])


def delete(slack: SmallSlack, args: Args) -> dict[str, Any]:
    channel = visible(slack, args.copy, args.required("channel"))
    message = posted(slack, channel, args.required("ts"))
    if message.user != args.copy.user_id:
        raise SlackError("cant_delete_message")
    remove(slack, message)
    return {"channel": channel.id, "ts": message.ts}


def remove(slack: SmallSlack, message: Message) -> None:
    """Take a message away; where it has replies a mark stays in its place."""
    world = slack.world
    channel = world.channels[message.channel]
    tell_of_removal(slack, channel, message)
    with world.changing():
        if message.ts in channel.pins:
            channel.pins.remove(message.ts)
            world.keep_channel(channel)
        if world.replies_to(message):
            message.subtype, message.text = "tombstone", "This message was deleted."
            message.blocks = message.metadata = message.edited_ts = message.files = None
            world.keep_message(message)
        else:
            world.forget_message(message)


def get_permalink(slack: SmallSlack, args: Args) -> dict[str, Any]:
    channel = visible(slack, args.copy, args.required("channel"))
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
    channel = visible(slack, args.copy, args.text("channel"))
    if not is_in(args.copy, channel):
        raise SlackError(outside)
    if channel.is_closed:  # of what both pages list, this is what fits: they have no is_archived
        raise SlackError("restricted_action")
    if not args.has("timestamp"):
        raise SlackError("no_item_specified")
    if not re.fullmatch(r"\d+\.\d{6}", args.text("timestamp")):
        raise SlackError("bad_timestamp")
    return channel, posted(slack, channel, args.text("timestamp"))


def content(slack: SmallSlack, args: Args, room: Room) -> tuple[str, Blocks | None]:
    """The text and the blocks of a message, checked. Raises `SlackError`."""
    if args.has("attachments"):
        raise invalid_arguments("attachments are not drawn here, use blocks [json-pointer:/attachments]")
    if args.has("username") or args.has("icon_url") or args.has("icon_emoji"):
        need_scope(slack, args.copy, "chat:write.customize")
    text = args.text("text")
    raw = args.data("blocks", SlackError("invalid_blocks_format"))
    if raw is not None and not isinstance(raw, list):
        raise SlackError("invalid_blocks_format")
    if not raw and not text.strip():
        raise SlackError("no_text")
    if len(text.encode(errors="surrogatepass") if room.in_bytes else text) > room.text:
        raise SlackError("msg_too_long")
    try:
        blocks = check_blocks(raw, Surface.MESSAGE) if raw else None
    except BlocksRefusedError as error:
        raise SlackError(
            "invalid_blocks", errors=error.messages, response_metadata={"messages": error.messages}
        ) from None
    if characters(blocks) > MOST_CHARACTERS:
        raise SlackError(room.blocks_too_long)
    return text, blocks


def _metadata(args: Args) -> dict[str, Any] | None:
    """https://docs.slack.dev/messaging/message-metadata. An empty object takes the metadata away."""
    metadata = args.data("metadata", SlackError("invalid_metadata_format"))
    if metadata is None or metadata == {}:
        return {} if metadata == {} else None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not (isinstance(kind, str) and kind.strip() and isinstance(payload, dict)):
        raise SlackError("invalid_metadata_schema")
    is_known = not set(metadata) - {"event_type", "event_payload", "entities"}
    if not (is_known and all(map(_fits_metadata, payload.values()))):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode(errors="surrogatepass")) > MOST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _fits_metadata(value: Any) -> bool:
    """A value, an object of values, or a list of such objects.

    https://docs.slack.dev/tools/node-slack-sdk/reference/types/interfaces/MessageMetadata
    """
    objects = value if isinstance(value, list) else [value] if isinstance(value, dict) else None
    if objects is None:
        return _is_scalar(value)
    return all(isinstance(one, dict) and all(map(_is_scalar, one.values())) for one in objects)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)
