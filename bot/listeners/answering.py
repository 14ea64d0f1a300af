"""Answering what somebody wrote in a channel, with a mention or without one: once, in its thread."""

from typing import Any

from slack_sdk import WebClient

from blocks import replies
from bot.desk import AlreadyCarriedOut, Desk, Visitor
from bot.listeners.in_thread import ThreadAnswer
from bot.listeners.keys import said_key
from bot.listeners.names import as_typed
from bot.listeners.spoken import Answer, Spoken
from bot.listeners.verbs import answer, explain
from bot.use_cases.common import Refused


def spoken_in(
    desk: Desk, event: dict[str, Any], body: dict[str, Any], client: WebClient, text: str
) -> Spoken:
    """A message of somebody's, with where its answer goes."""
    key = said_key(event, body)
    thread_ts = event.get("thread_ts") or event["ts"]
    thread = ThreadAnswer(desk, key, event["channel"], thread_ts)
    team_id = event.get("user_team") or event.get("team") or body.get("team_id", "")
    return Spoken(
        desk,
        Visitor(event["user"], team_id),
        event["channel"],
        text,
        key,
        by_command=False,
        client=client,
        message_ts=event["ts"],
        thread_ts=thread_ts,
        thread=thread,
        leave_reply=thread.leave,
    )


def answer_in_thread(spoken: Spoken, text: str) -> None:
    """Do what was said, and leave the answer. Without a message it is on its way in another form."""
    assert spoken.thread is not None  # somebody wrote it in one
    try:
        given = _answer(spoken, text)
        if given.message is not None:
            spoken.thread.leave_now(given.message)
    except AlreadyCarriedOut:
        return  # its answer was written down, together with what it did where it did something


def _answer(spoken: Spoken, text: str) -> Answer:
    try:
        given = answer(spoken, text)
    except Refused as refused:
        return Answer(explain(refused, spoken, text))
    if given.modal is not None and given.button is not None:
        typed = as_typed(spoken.desk, given.left)
        about = (given.plan_id, given.step_id, typed, given.value, given.number)
        return Answer(replies.reply_with_button(given.button, *about))
    return given
