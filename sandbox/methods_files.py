"""files.*: https://docs.slack.dev/reference/methods/files.getUploadURLExternal and its neighbour"""

import re
from typing import Any

from sandbox.args import Args
from sandbox.copies import Copy
from sandbox.files import begin, completed, file_shape, keep
from sandbox.places import direct, is_in, need_scope, posted, visible
from sandbox.refusals import SlackError, invalid_arguments
from sandbox.small_slack import SmallSlack
from sandbox.spreading import tell_of_message
from sandbox.world import Channel, Message

MOST_ALT_TEXT = 1000  # characters: the page's alt_txt_too_large
MOST_CHANNELS = 100  # the page's channels_limit_exceeded
MOST_COMMENT = 40_000  # as long as a message


def get_upload_url(slack: SmallSlack, args: Args) -> dict[str, Any]:
    name, said = args.required("filename"), args.text("length")
    if not re.fullmatch(r"\d{1,12}", said):
        raise invalid_arguments("must provide a number [json-pointer:/length]")
    if int(said) == 0:
        raise SlackError("missing_argument")
    if args.has("snippet_type"):
        raise SlackError("unknown_snippet_type")
    alt_text = args.text("alt_txt")
    if len(alt_text) > MOST_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file = begin(slack, args.copy, name, int(said), alt_text)
    return {"upload_url": f"{slack.origin}/upload/v1/{file.ticket}", "file_id": file.id}


def complete_upload(slack: SmallSlack, args: Args) -> dict[str, Any]:
    """A message with all the files in each conversation named. Where none is, they stay private."""
    asked = _asked(args)
    if any(args.has(one) for one in ("username", "icon_url", "icon_emoji")):
        need_scope(slack, args.copy, "chat:write.customize")
    if args.has("blocks") and not args.has("initial_comment"):
        raise SlackError("invalid_blocks")  # the sandbox draws none beside files
    if len(args.text("initial_comment")) > MOST_COMMENT:
        raise invalid_arguments("initial_comment is too long [json-pointer:/initial_comment]")
    channels = _channels(slack, args)
    thread_ts = args.text("thread_ts") or None
    if thread_ts is not None:
        _check_thread(slack, channels, thread_ts)
    found = [completed(slack, file_id, title) for file_id, title in asked]
    world = slack.world
    with world.changing():
        for file in found:
            keep(slack, file)
        for channel in channels:
            message = Message(
                ts=world.next_ts(),
                channel=channel.id,
                user=args.copy.user_id,
                text=args.text("initial_comment"),
                is_bot=True,
                thread_ts=thread_ts,
                subtype="file_share",  # https://docs.slack.dev/reference/events/message/file_share
                files=[file.id for file in found],
            )
            world.keep_message(message)
            tell_of_message(slack, channel, message)
    return {"files": [file_shape(slack, file) for file in found]}


def _asked(args: Args) -> list[tuple[str, str]]:
    """The ids of the files, each with its title."""
    wrong = invalid_arguments("must provide an array of files [json-pointer:/files]")
    said = args.data("files", wrong)
    if not isinstance(said, list) or not said:
        raise wrong
    asked = []
    for one in said:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise wrong
        title = one.get("title", "")
        if not isinstance(title, str) or set(one) - {"id", "title", "highlight_type"}:
            raise wrong
        asked.append((one["id"], title))
    if len({file_id for file_id, _ in asked}) < len(asked):
        raise wrong
    return asked


def _channels(slack: SmallSlack, args: Args) -> list[Channel]:
    """`channel_id` is a conversation's; `channels` takes the ids of people, too."""
    if args.has("channel_id"):
        return [_postable(slack, args.copy, visible(slack, args.copy, args.text("channel_id")))]
    places = args.ids("channels")
    if len(places) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    return [_meant(slack, args.copy, place) for place in places]


def _meant(slack: SmallSlack, copy: Copy, place: str) -> Channel:
    try:
        if place[:1] in ("U", "W"):
            return direct(slack, copy, place)
        channel = visible(slack, copy, place)
    except SlackError:  # of a person who takes no messages, as of a channel that is none
        raise SlackError("invalid_channel") from None
    return _postable(slack, copy, channel)


def _postable(slack: SmallSlack, copy: Copy, channel: Channel) -> Channel:
    """https://github.com/getnao/nao/issues/1372: chat:write.public does not help with files."""
    if channel.with_user is not None:
        return direct(slack, copy, channel.with_user)
    if not is_in(copy, channel):
        raise SlackError("not_in_channel")
    if channel.is_closed:  # of what the page lists, this is what fits: it has no is_archived
        raise SlackError("posting_to_channel_denied")
    return channel


def _check_thread(slack: SmallSlack, channels: list[Channel], thread_ts: str) -> None:
    """The page: "make sure to provide only one channel", "never use a reply's ts".

    What it answers to who does, it does not say: nobody should get by with it.
    """
    wrong = invalid_arguments("no thread to reply in [json-pointer:/thread_ts]")
    if len(channels) != 1:
        raise wrong
    try:
        root = posted(slack, channels[0], thread_ts)
    except SlackError:
        raise wrong from None
    if root.is_reply:
        raise wrong
