"""What a person types: messages, mentions, commands."""

import json
from typing import Any

from sandbox import membership
from sandbox.args import Args
from sandbox.desk import Call, channel_of, need_apps, person_of, refusal_of, text_of
from sandbox.methods_chat import POSTED, content, remove, whisper
from sandbox.outgoing import Ack
from sandbox.payloads import command_form
from sandbox.places import posted
from sandbox.refusals import ClientError, SlackError
from sandbox.small_slack import SmallSlack
from sandbox.spreading import before_change, tell_of_change, tell_of_message
from sandbox.tickets import ResponseUrl
from sandbox.typing_words import as_command, as_message
from sandbox.world import Channel, Message

MOST_TYPED = 12_000


def say(slack: SmallSlack, call: Call) -> Call:
    """A person sends what is in their composer; `broadcast`: a reply, to the channel as well."""
    person, typed = person_of(slack, call), text_of(call, "text").strip()
    thread_ts, broadcast = call.get("thread_ts"), call.get("broadcast") is True
    channel = channel_of(slack, call, person)
    if not typed:
        raise ClientError("no_text", "There is nothing to send.")
    if len(typed) > MOST_TYPED:
        raise ClientError("msg_too_long", f"A message has at most {MOST_TYPED} characters.")
    if channel.is_closed:
        raise ClientError("is_archived", "This channel is archived. Nothing more can be said in it.")
    if typed.startswith("/"):
        return _run_command(slack, person, channel, typed, thread_ts)
    if not can_write(slack, channel):
        raise ClientError("restricted_action", "This app does not take messages here.")
    message = _post(slack, person, channel, typed, thread_ts, broadcast=broadcast)
    with slack.world.changed:
        tell_of_message(slack, channel, message)
    return {"ts": message.ts}


def can_write(slack: SmallSlack, channel: Channel) -> bool:
    """An app's messages tab takes words only when it is open and the app may read them (`im:history`)."""
    if channel.is_closed:
        return False
    if not channel.is_dm:
        return True
    copies = slack.world.copies_in(channel)
    return any(slack.granted(one).reads_direct_messages for one in copies)


def _post(
    slack: SmallSlack, person: str, channel: Channel, typed: str, thread_ts: Any, *, broadcast: bool
) -> Message:
    world = slack.world
    if thread_ts is not None:
        root = world.messages[channel.id].get(str(thread_ts))
        if root is None or root.is_reply or root.only_for is not None:
            raise ClientError("thread_not_found", "The message this answers is not there any more.")
    app_name, team = slack.manifest.features.bot_user.display_name, world.people[person].team_id
    text = as_message(world, app_name, typed, world.copy_spoken_of(person, channel), team=team)
    with world.changing():
        message = Message(world.next_ts(), channel.id, person, text, thread_ts=thread_ts, broadcast=broadcast)
        world.keep_message(message)
        world.mark_read(person, channel.id)
    return message


def _run_command(slack: SmallSlack, person: str, channel: Channel, typed: str, thread_ts: Any) -> Call:
    name, _, words = typed.partition(" ")
    if name in membership.BUILT_IN and thread_ts is None:
        return membership.run_built_in(slack, person, channel, name, words)
    # https://docs.slack.dev/apis/slack-connect: commands belong to the workspace that installed the app.
    copy = slack.world.copy_of(person)
    command = slack.granted(copy).command(name) if copy is not None else None
    if copy is None or command is None:
        raise ClientError(
            "unknown_command",
            f"{name} is not a valid command. Your workspace has none of that name; to send it as a message, "
            "put a space in front.",
        )
    need_apps(slack, person, channel)
    if thread_ts is not None:
        raise ClientError("command_in_thread", f"{name} does not work in threads. Use it in the channel.")
    app_name = slack.manifest.features.bot_user.display_name
    team = slack.world.people[person].team_id
    meant = slack.world.copy_spoken_of(person, channel)
    text = as_command(
        slack.world, app_name, words.strip(), meant, should_escape=command.should_escape, team=team
    )
    form = command_form(slack, person, copy, channel, name, text)
    ack = slack.outgoing.command(f"{name} {words}".strip(), form)
    if not ack.is_ok:
        raise refusal_of(ack.is_late, name)
    _show_ack(slack, ResponseUrl(person, copy.user_id, channel.id, 0.0), ack)
    return {}


def _show_ack(slack: SmallSlack, url: ResponseUrl, ack: Ack) -> None:
    """The body of an ack is a message: words, or JSON like that of chat.postMessage."""
    if not ack.body.strip():
        return
    said = ack.data()
    given = said if isinstance(said, dict) else {"text": ack.body}
    try:
        _answer(slack, url, given)
    except SlackError as error:
        reason = error.extra.get("errors", [error.code])
        raise ClientError(
            "invalid_answer", f"The app answered with something Slack refuses: {'; '.join(reason)}"
        ) from None


def use_response_url(slack: SmallSlack, key: str, body: bytes) -> Call:
    """`POST` to a response_url: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses

    Raises `SlackError`, used_url after the fifth time.
    """
    url = slack.response_urls.use(key)
    try:
        given = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(given, dict):
        raise SlackError("invalid_payload")
    with slack.world.changed:
        _answer(slack, url, given)
    return {}


def _answer(slack: SmallSlack, url: ResponseUrl, given: dict[str, Any]) -> None:
    """https://docs.slack.dev/interactivity/handling-user-interaction#message_responses

    What refuses it is taken from where it answers as a webhook does. That blocks are counted as they are in
    chat.postMessage is the strict reading: somebody saw more pass here (the issue at `MOST_CHARACTERS`).
    """
    world, copy = slack.world, slack.world.copies[url.copy]
    if copy.is_gone:
        raise SlackError("no_service")
    if url.channel not in world.channels:
        raise SlackError("channel_not_found")
    args = Args(given, copy)
    channel, kind = world.channels[url.channel], args.text("response_type") or "ephemeral"
    if kind not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_payload")
    if channel.is_closed:
        raise SlackError("channel_is_archived")
    original = world.messages[url.channel].get(url.ts or "")
    if args.flag("delete_original") and original is not None:
        remove(slack, original)
        if not given.get("text") and not given.get("blocks"):
            return
    text, blocks = content(slack, args, POSTED)
    if args.flag("replace_original") and original is not None:
        before = before_change(slack, channel, original)
        with world.changing():
            original.text, original.blocks = text, blocks
            world.keep_message(original)
        tell_of_change(slack, channel, original, before)
        return
    thread_ts = args.text("thread_ts") or None
    if thread_ts is not None and posted(slack, channel, thread_ts, "thread_not_found").is_reply:
        raise SlackError("cannot_reply_to_message")
    if kind == "ephemeral":
        whisper(slack, copy, url.channel, url.person, text, blocks, thread_ts)
        return
    with world.changing():
        message = Message(world.next_ts(), url.channel, copy.user_id, text, is_bot=True, blocks=blocks)
        message.thread_ts = thread_ts
        world.keep_message(message)
    tell_of_message(slack, channel, message)
